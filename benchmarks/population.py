"""A country for benchmarks: regions, institutions, people in every role, plans, a year of history.

    populate(Size(institutions=10_000, open=1_000_000, history=850_000))

Rows are made by statements of PostgreSQL, a million in a minute; people and places of a region by
the tests' factories. `MISSING` says what is not there: every benchmark prints it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from benchmarks.country.long_lists import add_long_lists
from benchmarks.country.rows import add, sql

ZONES = (
    "Europe/Kaliningrad", "Europe/Moscow", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk",
    "Asia/Krasnoyarsk", "Asia/Irkutsk", "Asia/Yakutsk", "Asia/Vladivostok", "Asia/Magadan",
    "Asia/Kamchatka",
)  # fmt: skip
MISSING = (
    "departments, regional plans and councils' own measures, photos, interim dates, sheets, "
    "hashes of the audit trail"
)
EXECUTORS = 3  # of an institution
UNNAMED = 10  # every such assignment names no executor
ABSENT = 10  # every such institution's director is away, an executor stands in
HOLIDAYS = 5  # every such region has a day off of its own
INSPECTORS = 10  # of a region
BAD_DAY_STEP = timedelta(days=10)  # between the open dates of an assignment, back from the day


@dataclass(frozen=True)
class Size:
    """How much of everything; `day` is the benchmark's today, a Monday."""

    institutions: int = 1_000
    open: int = 100_000
    history: int = 85_000
    regions: int = 85
    measures: int = 10  # of a plan
    is_spread: bool = False  # open dates over a year ahead; otherwise each has reached a step today
    weeks: int = 1  # in which each executor got a letter; 0 for a country without letters
    day: date = date(2026, 3, 16)
    # Each list of the first region, unless asked for, is empty.
    tasks: int = 0  # open; a tenth of them are the coordinator's own, the others wait in the queue
    answered: int = 0  # tasks done
    petitions: int = 0  # granted; no more than done due dates
    inspections: int = 0  # held; no more than done due dates
    events: int = 0  # of the audit trail

    @property
    def assignments(self) -> int:
        return self.institutions * self.measures

    def __str__(self) -> str:
        kind = "spread over a year" if self.is_spread else "all of them with a step reached today"
        return (
            f"{self.regions} regions, {self.institutions:,} institutions with a director and "
            f"{EXECUTORS} executors each, {self.open:,} open due dates ({kind}), "
            f"{self.history:,} done"
        )


@dataclass(frozen=True)
class Cast:
    """Somebody of each kind, for pages: of the first region, and over several."""

    coordinator: Any
    overseer: Any  # coordinator of five regions
    director: Any
    executor: Any
    councillor: Any


def populate(size: Size) -> Cast:
    """The country, vacuumed as a server's own housekeeping would have done; its cast."""
    from django.db import transaction

    from compliance.services.boards.outcomes import count_outcomes

    with transaction.atomic():
        cast = _people_and_places(size)
        _plans(size)
        _due_dates(size)
        if size.weeks:
            _letters(size)
        add_long_lists(size, cast)
    count_outcomes()
    sql("VACUUM ANALYZE")
    return cast


def _people_and_places(size: Size) -> Cast:
    from compliance.models import CalendarDay, Membership, Organisation, User
    from tests.notifications import factories as make

    regions = []
    for number in range(size.regions):
        zone = ZONES[number % len(ZONES)]
        region = make.ministry(f"Министерство {number + 1}", time_zone=zone)
        regions.append(region)
        for role in ("coordinator", "head", "hr", "administrator"):
            make.person(f"{role}{number}", role, region)
        for inspector in range(INSPECTORS):
            make.person(f"inspector{number}-{inspector}", "inspector", region)
        council = Organisation.objects.create(
            kind="council", parent=region, name=f"Общественный совет {number + 1}"
        )
        make.person(f"council{number}", "council", council)
        if number % HOLIDAYS == 0:
            day = size.day - timedelta(days=6)
            CalendarDay.objects.create(region=region, date=day, kind="non_working")
    overseer = make.person("overseer", "coordinator", regions[0])
    for region in regions[1:5]:
        Membership.objects.create(user=overseer, organisation=region, role="coordinator")

    ids = ", ".join(f"({n}, {one.pk}, '{one.path}')" for n, one in enumerate(regions))
    sql(
        f"""
        CREATE TEMP TABLE bench_place ON COMMIT DROP AS
        SELECT n, nextval('compliance_organisation_id_seq') AS id, region.id AS region_id,
               region.path AS region_path, region.number
        FROM generate_series(0, {size.institutions - 1}) n
        JOIN (VALUES {ids}) region(number, id, path) ON region.number = n % {size.regions}
        ORDER BY n
        """
    )
    add(
        "compliance_organisation",
        "bench_place place JOIN compliance_organisation region ON region.id = place.region_id",
        like=regions[0],
        id="place.id",
        kind="'institution'",
        name="'Центр социального обслуживания ' || place.n",
        short_name="'Центр ' || place.n",
        path="place.region_path || place.id || '/'",
        rating_group="'Группа ' || place.n % 4",
        municipality="'Район ' || place.n % 20",
        time_zone="region.time_zone",
        parent_id="region.id",
    )
    pattern = User.objects.get(username="coordinator0")
    for role, count in (("director", 1), ("executor", EXECUTORS)):
        sql(
            f"""
            CREATE TEMP TABLE bench_{role} ON COMMIT DROP AS
            SELECT place.n, place.id AS place_id, k AS number,
                   nextval('compliance_user_id_seq') AS id
            FROM bench_place place, generate_series(0, {count - 1}) k
            """
        )
        add(
            "compliance_user",
            f"bench_{role} person",
            like=pattern,
            id="person.id",
            username=f"'{role}-' || person.n || '-' || person.number",
            full_name=f"'{role} ' || person.n || '-' || person.number",
            email=f"'{role}-' || person.n || '-' || person.number || '@example.org'",
        )
        sql(
            f"""
            INSERT INTO compliance_membership (role, post, organisation_id, user_id)
            SELECT '{role}', '', place_id, id FROM bench_{role}
            """
        )
    sql(
        f"""
        INSERT INTO compliance_substitution (starts_on, ends_on, reason, entered_at, absent_id,
                                             substitute_id)
        SELECT DATE '{size.day}' - 1, DATE '{size.day}' + 9, 'отпуск', now(), director.id,
               executor.id
        FROM bench_director director
        JOIN bench_executor executor ON executor.n = director.n AND executor.number = 0
        WHERE director.n % {ABSENT} = 0
        """
    )
    people = {one.username: one for one in User.objects.filter(
        username__in=["coordinator0", "director-0-0", "executor-0-0", "council0"]
    )}  # fmt: skip
    return Cast(
        coordinator=people["coordinator0"],
        overseer=overseer,
        director=people["director-0-0"],
        executor=people["executor-0-0"],
        councillor=people["council0"],
    )


def _plans(size: Size) -> None:
    """An executing plan for each institution, its measures, who carries out each."""
    from compliance.models import Organisation
    from tests.notifications import factories as make

    model = make.assignment(make.plan(Organisation.objects.filter(kind="ministry")[0]))
    plan, version = model.measure.plan, model.measure.versions.get()
    sql(
        """
        CREATE TEMP TABLE bench_plan ON COMMIT DROP AS
        SELECT n, id AS place_id, nextval('compliance_plan_id_seq') AS id,
               nextval('compliance_revision_id_seq') AS revision_id,
               nextval('compliance_section_id_seq') AS section_id
        FROM bench_place
        """
    )
    add("compliance_plan", "bench_plan row", like=plan, id="row.id",
         title="'План мероприятий ' || row.n", organisation_id="row.place_id",
         executes_from="DATE '2026-01-01'", form_key="NULL::uuid")  # fmt: skip
    add("compliance_revision", "bench_plan row", like=version.revision, id="row.revision_id",
         plan_id="row.id")  # fmt: skip
    add("compliance_section", "bench_plan row", like=version.section, id="row.section_id",
         revision_id="row.revision_id")  # fmt: skip
    sql(
        f"""
        CREATE TEMP TABLE bench_work ON COMMIT DROP AS
        SELECT plan.n * {size.measures} + k AS n, k AS number, plan.id AS plan_id, plan.place_id,
               plan.revision_id, plan.section_id,
               nextval('compliance_measure_id_seq') AS measure_id,
               nextval('compliance_measureversion_id_seq') AS version_id,
               nextval('compliance_assignment_id_seq') AS id,
               CASE WHEN k % {UNNAMED} = 0 THEN NULL ELSE executor.id END AS executor_id,
               executor.id AS reporter_id
        FROM bench_plan plan, bench_executor executor, generate_series(0, {size.measures - 1}) k
        WHERE executor.n = plan.n AND executor.number = k % {EXECUTORS}
        """
    )
    add("compliance_measure", "bench_work row", like=model.measure, id="row.measure_id",
         plan_id="row.plan_id")  # fmt: skip
    add("compliance_measureversion", "bench_work row", like=version, id="row.version_id",
         measure_id="row.measure_id", revision_id="row.revision_id", section_id="row.section_id",
         position="row.number", text="'Обновить стенд ' || row.number")  # fmt: skip
    add("compliance_assignment", "bench_work row", like=model, id="row.id",
         measure_id="row.measure_id", organisation_id="row.place_id",
         executor_id="row.executor_id")  # fmt: skip


def _due_dates(size: Size) -> None:
    """The open dates, and those of the year before, each with its accepted report."""
    each = size.open // size.assignments
    if size.is_spread:
        every = 365 // max(each, 1)
        day = f"DATE '{size.day}' - 20 + k * {every} + (work.n % {every})::int"
    else:
        day = f"DATE '{size.day}' - k * {BAD_DAY_STEP.days}"
    columns = (
        "kind, status, intended_on, due_on, late_after, original_due_on, extension_count, "
        "deadline_revision, close_reason, not_done_reason, assignment_id, organisation_id, "
        "version_id, plan_id"
    )
    sql(
        f"""
        INSERT INTO compliance_occurrence ({columns})
        SELECT 'deadline', 'open', {day}, {day}, {day}, {day}, 0, 1, '', '', work.id,
               work.place_id, work.version_id, work.plan_id
        FROM bench_work work, generate_series(0, {each - 1}) k
        """
    )
    done = size.history // size.assignments
    if not done:
        return
    past = f"DATE '{size.day}' - 400 + k * {365 // done}"
    sql(
        f"""
        CREATE TEMP TABLE bench_done ON COMMIT DROP AS
        SELECT work.*, {past} AS day, nextval('compliance_occurrence_id_seq') AS occurrence_id,
               nextval('compliance_executionreport_id_seq') AS report_id
        FROM bench_work work, generate_series(0, {done - 1}) k
        """
    )
    sql(
        f"""
        INSERT INTO compliance_occurrence (id, {columns}, accepted_report_id, done_on, closed_at)
        SELECT occurrence_id, 'deadline', 'accepted', day, day, day, day, 0, 1, '', '', id,
               place_id, version_id, plan_id, report_id, day - 1, day
        FROM bench_done
        """
    )
    sql(
        """
        INSERT INTO compliance_executionreport (id, status, is_interim, text, link, proof_count,
            created_at, saved_at, submitted_at, submitted_on, decided_at, remark, author_id,
            occurrence_id)
        SELECT report_id, 'accepted', false, 'Сделано', '', 1, day - 1, day - 1, day - 1, day - 1,
               day, '', reporter_id, occurrence_id
        FROM bench_done
        """
    )


def _letters(size: Size) -> None:
    """A letter a week to each executor; every tenth open date of theirs stands in one of them.

    With many weeks every open date does, so that there are as many reminders as dates.
    """
    day = f"DATE '{size.day}' - 7 * week"
    sql(
        f"""
        CREATE TEMP TABLE bench_letter ON COMMIT DROP AS
        SELECT executor.id AS person_id, place.region_path || place.id || '/' AS branch, week,
               {day} AS day, nextval('notifications_message_id_seq') AS id
        FROM bench_executor executor
        JOIN bench_place place ON place.n = executor.n, generate_series(1, {size.weeks}) week
        """
    )
    sql(
        """
        INSERT INTO notifications_message (id, channel, day, time_zone, state, reason, created_at,
            next_try_at, tries, sending_since, finished_at, address, message_id, provider_id,
            subject, text, html, branch, addressee_id)
        SELECT id, 'email', day, 'Europe/Moscow', 'accepted', '', day, day, 1, day, day,
               'somebody@example.org', '<' || id || '@example.org>', '', 'Сроки', 'Сроки', '',
               branch, person_id
        FROM bench_letter
        """
    )
    sql("ANALYZE bench_letter, bench_work, compliance_occurrence")
    sql(
        f"""
        INSERT INTO notifications_reminder (subject_kind, subject_id, sequence, channel,
            deadline_revision, due_on, planned_at, state, reason, addressee_id, message_id, step_id)
        SELECT 'occurrence', occurrence.id, 900, 'email', 1, due_on, letter.day, 'accepted', '',
               letter.person_id, letter.id,
               (SELECT min(id) FROM notifications_reminderstep WHERE subject_kind = 'occurrence')
        FROM compliance_occurrence occurrence
        JOIN bench_work work ON work.id = occurrence.assignment_id
        JOIN bench_letter letter
          ON letter.person_id = work.reporter_id AND letter.week = 1 + occurrence.id % {size.weeks}
        WHERE occurrence.status = 'open' AND occurrence.id % {10 if size.weeks == 1 else 1} = 0
        """
    )
