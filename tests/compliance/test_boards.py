"""The boards: which rows, whose today, numbers that open their lists, constant queries."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.paginator import Paginator
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from compliance.domain.refusals import Refusal
from compliance.models import (
    Assessment,
    AssessmentResult,
    Assignment,
    Membership,
    Occurrence,
    Plan,
    Responsible,
)
from compliance.models.local_dates import LocalDates
from compliance.services import boards, matrices, regions
from compliance.services.execution import adopt_plan, name_executor
from compliance.services.plans import ResponsibleDraft
from notifications.models import Message, Reminder, ReminderStep
from tests import factories
from tests.compliance.due_dates import (
    PERIOD,
    accepted,
    due,
    due_of,
    executing_plan,
    submitted,
    waived,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def region():
    return factories.region()


def today(region):
    return region.own.today(timezone.now())


def near(region, *days: int, **given) -> list[Occurrence]:
    """Open due dates so many days from today, of one executing plan of the own institution."""
    plan = Plan.objects.filter(organisation=region.own).first() or executing_plan(region)
    given.setdefault("executor", region.executor)
    return due(plan, *(today(region) + timedelta(days=one) for one in days), **given)


def listed(client, person, **query):
    """The ids on the board that a person gets for a query."""
    client.force_login(person)
    page = client.get(reverse("overdue"), query)
    assert page.status_code == 200
    return [row.occurrence.pk for group in page.context["groups"] for row in group.rows]


def exported(client, **query) -> bytes:
    """The workbook for a query."""
    answer = client.get(reverse("overdue-export"), query)
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content)
    answer.close()
    return content


# --- Whose today --------------------------------------------------------------------------------


def test_a_date_passes_when_it_passes_in_its_own_institution(region):
    region.other.time_zone = "Asia/Kamchatka"
    region.other.save()
    due(executing_plan(region), date(2026, 5, 5))
    due(executing_plan(region, organisation=region.other), date(2026, 5, 5))
    rows = Occurrence.objects.all()
    afternoon, night = datetime(2026, 5, 5, 15, tzinfo=UTC), datetime(2026, 5, 5, 22, tzinfo=UTC)
    assert not rows.overdue_at(LocalDates.at(datetime(2026, 5, 5, 9, tzinfo=UTC)))
    assert [one.organisation for one in rows.overdue_at(LocalDates.at(afternoon))] == [region.other]
    assert [one.organisation for one in rows.due_at(LocalDates.at(afternoon), 0, 0)] == [region.own]
    assert rows.overdue_at(LocalDates.at(night)).count() == 2


@pytest.mark.parametrize("instant", range(0, 24, 5))
def test_boards_and_rows_agree_on_what_is_overdue(region, instant):
    region.other.time_zone = "Asia/Vladivostok"
    region.other.save()
    days = [date(2026, 5, day) for day in (4, 5, 6)]
    due(executing_plan(region), *days)
    due(executing_plan(region, organisation=region.other), *days)
    at = datetime(2026, 5, 5, instant, tzinfo=UTC)
    expected = {
        one.pk
        for one in Occurrence.objects.select_related("organisation")
        if one.is_overdue(one.organisation.today(at))
    }
    assert {one.pk for one in Occurrence.objects.overdue_at(LocalDates.at(at))} == expected


# --- The director's board -----------------------------------------------------------------------


def test_the_board_opens_with_what_is_overdue_or_due_in_two_weeks(region, client):
    late, now, soon, edge, far = near(region, -1, 0, 1, 14, 15)
    assert listed(client, region.director) == [late.pk, now.pk, soon.pk, edge.pk]
    assert far.pk not in listed(client, region.director)


def test_each_number_opens_the_list_it_counts(region, client):
    near(region, -40, -1, 0, 1, 5, 14, 15, 40)
    waiting, done, let_go = near(region, -3, -4, -5)
    submitted(region, waiting, today(region) - timedelta(days=4))
    accepted(region, done, today(region) - timedelta(days=4))
    waived(region, let_go, today(region))
    client.force_login(region.director)
    counts = client.get(reverse("overdue")).context["counts"]
    assert counts == {"overdue": 2, "today": 1, "soon": 3, "waiting": 1, "unnamed": 0}
    for show in ("overdue", "today", "soon", "waiting"):
        assert len(listed(client, region.director, show=show)) == counts[show]
    for show, count in {"near": 6, "open": 8, "done": 1, "waived": 1, "all": 11}.items():
        assert len(listed(client, region.director, show=show)) == count


def test_rows_stand_by_executor_and_the_oldest_date_comes_first(region, client):
    colleague = factories.member(region.own, "executor", "second", full_name="Анна Вторая")
    (recent,) = near(region, -2, executor=colleague)
    other_plan = executing_plan(region, title="Второй план")
    older, newer = due(
        other_plan,
        today(region) - timedelta(days=9),
        today(region) + timedelta(days=3),
        executor=region.executor,
    )
    client.force_login(region.director)
    groups = client.get(reverse("overdue")).context["groups"]
    assert [group.executor for group in groups] == [region.executor, colleague]
    assert [row.occurrence for row in groups[0].rows] == [older, newer]
    assert (groups[0].overdue, groups[0].soon) == (1, 1)
    assert [row.days_overdue for group in groups for row in group.rows] == [9, 0, 2]
    assert groups[1].rows[0].occurrence == recent


@pytest.mark.parametrize(
    ("who", "count"),
    [
        ("director", 2),
        ("coordinator", 3),
        ("inspector", 3),
        ("head", 3),
        ("executor", 1),
        ("foreign_director", 1),
        ("councillor", 0),
        ("stranger", 0),
    ],
)
def test_everybody_sees_their_own_rows(region, client, who, count):
    colleague = factories.member(region.own, "executor", "second", full_name="Анна Вторая")
    near(region, -1, executor=region.executor)
    day = today(region) - timedelta(days=1)
    due(executing_plan(region, title="Второй план"), day, executor=colleague)
    due(executing_plan(region, organisation=region.other), day)
    assert len(listed(client, region.people[who])) == count


def test_filters_narrow_and_stay_within_what_one_may_see(region, client):
    (mine,) = near(region, -1)
    plan = executing_plan(region, organisation=region.other)
    (foreign,) = due(plan, today(region) - timedelta(days=2))
    everything = {mine.pk, foreign.pk}
    coordinator = region.coordinator
    assert set(listed(client, coordinator)) == everything
    assert listed(client, coordinator, organisation=region.own.pk) == [mine.pk]
    assert listed(client, coordinator, plan=plan.pk) == [foreign.pk]
    assert listed(client, coordinator, executor="none") == [foreign.pk]
    assert listed(client, coordinator, measure=mine.assignment.measure_id) == [mine.pk]
    both = {"organisation": region.own.pk, "executor": region.executor.pk}
    assert listed(client, coordinator, **both) == [mine.pk]
    assert listed(client, region.director, plan=plan.pk) == []
    assert listed(client, region.director, measure=foreign.assignment.measure_id) == []


@pytest.mark.parametrize(
    "query",
    [
        {"show": "x"},
        {"plan": "x"},
        {"organisation": "9" * 30},
        {"executor": "²"},
        {"measure": "-"},
        {"page": "x"},
    ],
)
def test_an_address_that_makes_no_sense_gets_a_page(region, client, query):
    near(region, -1)
    client.force_login(region.coordinator)
    assert client.get(reverse("overdue"), query).status_code == 200
    assert exported(client, **query)


def letter(person, occurrence, state="accepted", day=1):
    """A letter to the person with a reminder of the occurrence."""
    at = timezone.now() - timedelta(days=day)
    message, _is_new = Message.objects.get_or_create(
        addressee=person,
        day=at.date(),
        defaults={
            "time_zone": "Europe/Moscow",
            "state": state,
            "reason": "" if state == "accepted" else "refused",
            "created_at": at,
            "next_try_at": at,
            "finished_at": at,
            "address": "a@example.org",
            "message_id": f"<{person.pk}-{day}@x>",
            "text": "…",
        },
    )
    step, _is_new = ReminderStep.objects.get_or_create(offset=40 + day, who="executor")
    Reminder.objects.create(
        subject_kind="occurrence",
        subject_id=occurrence.pk,
        step=step,
        addressee=person,
        due_on=occurrence.due_on,
        planned_at=at,
        state=state,
        reason=message.reason,
        message=message,
    )
    return message


def test_the_letters_already_sent_are_counted(region):
    told, untold = near(region, -1, -2)
    letter(region.executor, told, day=3)
    last = letter(region.director, told, day=1)
    letter(region.executor, told, "permanent", day=2)
    found = boards.letters_about([told, untold])
    assert found[told.pk] == boards.Letters(2, last.finished_at)
    assert untold.pk not in found


def test_the_board_takes_as_many_queries_for_200_rows_as_for_10(region, client):
    counted = []
    for count in (10, 190):
        start = Occurrence.objects.count()
        rows = near(region, *range(-5 - start - count, -5 - start))
        letter(region.executor, rows[0], day=1 + start)
        for person in (region.director, region.coordinator):
            client.force_login(person)
            with CaptureQueriesContext(connection) as queries:
                page = client.get(reverse("overdue"), {"show": "overdue"})
            assert page.context["page"].paginator.count == start + count
            counted.append(len(queries))
    assert counted[:2] == counted[2:]
    assert max(counted) <= 16


def test_the_list_is_paged(region, client):
    near(region, *range(-60, 0))
    first = listed(client, region.director)
    second = listed(client, region.director, page=2)
    assert (len(first), len(second)) == (50, 10) and not set(first) & set(second)


def test_an_empty_board_says_so(region, client):
    client.force_login(region.director)
    page = client.get(reverse("overdue"))
    assert "empty-title" in page.content.decode()
    assert reverse("overdue-export") not in page.content.decode()


def test_the_workbook_holds_exactly_what_is_shown(region, client, tmp_path):
    late, _soon = near(region, -3, 5)
    letter(region.executor, late)
    client.force_login(region.director)
    path = tmp_path / "board.xlsx"
    path.write_bytes(exported(client, show="overdue"))
    head, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert len(head) == 10 and len(rows) == 1
    assert rows[0][:2] == [region.own.name, "Ольга Исполнителева"]
    assert rows[0][5:7] == [late.due_on, 3.0]
    assert rows[0][8] == 1.0


def test_the_workbook_takes_queries_by_the_chunk_not_by_the_row(region, client):
    near(region, *range(-300, 0))
    client.force_login(region.director)
    with CaptureQueriesContext(connection) as queries:
        exported(client, show="overdue")
    assert len(queries) <= 12


# --- Naming an executor -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "who",
    [
        "director",
        "coordinator",
        "inspector",
        "head",
        "executor",
        "personnel",
        "administrator",
        "councillor",
        "foreign_director",
        "stranger",
    ],
)
def test_the_link_stands_where_the_service_lets_one_through(region, client, who):
    near(region, -1, executor=None)
    assignment, person = Assignment.objects.get(), region.people[who]
    url = reverse("assignment-executor", args=[assignment.pk])
    client.force_login(person)
    offered = url in client.get(reverse("overdue")).content.decode()
    assert client.get(url).status_code == (200 if offered else 404)
    try:
        name_executor(assignment, region.executor, act=factories.act(person))
    except Refusal:
        assert not offered
    else:
        assert offered


def test_a_director_names_an_executor_and_comes_back(region, client):
    near(region, -1, executor=None)
    assignment = Assignment.objects.get()
    url = reverse("assignment-executor", args=[assignment.pk])
    client.force_login(region.director)
    back = reverse("overdue") + "?show=overdue"
    answer = client.post(url, {"executor": region.executor.pk, "next": back})
    assert answer.status_code == 302 and answer["Location"] == back
    assignment.refresh_from_db()
    assert assignment.executor == region.executor
    assert len(listed(client, region.executor)) == 1


def test_only_people_who_may_report_there_are_offered(region, client):
    near(region, -1)
    left = factories.member(region.own, "executor", "left", full_name="Ушла Ушлая")
    Membership.objects.filter(user=left).update(ends_on=today(region) - timedelta(days=1))
    factories.member(region.own, "hr", "clerk")
    gone = factories.member(region.own, "executor", "gone", is_active=False)
    client.force_login(region.director)
    url = reverse("assignment-executor", args=[Assignment.objects.get().pk])
    offered = client.get(url).context["form"].fields["executor"].queryset
    assert set(offered) == {region.executor, region.director}
    for stranger in (left, gone, region.foreign_director):
        assert client.post(url, {"executor": stranger.pk}).status_code == 200
    assert Assignment.objects.get().executor == region.executor


@pytest.mark.parametrize("wanted", ["https://example.org/", "//example.org", "javascript:alert(1)"])
def test_the_way_back_stays_on_this_site(region, client, wanted):
    near(region, -1)
    client.force_login(region.director)
    url = reverse("assignment-executor", args=[Assignment.objects.get().pk])
    answer = client.post(url, {"executor": region.executor.pk, "next": wanted})
    assert answer["Location"] == reverse("overdue")


# --- The region ---------------------------------------------------------------------------------


def rated(region, **scores):
    """An assessment of last year in which the institutions got these scores, best first."""
    year = today(region).year - 1
    assessment = Assessment.objects.create(region=region.ministry, title="НОК", year=year)
    for place, (name, score) in enumerate(scores.items(), start=1):
        AssessmentResult.objects.create(
            assessment=assessment,
            organisation=getattr(region, name),
            score=score,
            place=place,
        )


def region_rows(client, person, **query):
    client.force_login(person)
    page = client.get(reverse("region"), query)
    assert page.status_code == 200
    return page.context


def test_the_region_stands_worst_first_with_numbers_that_open_their_lists(region, client):
    rated(region, own=29, other="24.5")
    near(region, -9, -1, 3)
    foreign = executing_plan(region, organisation=region.other)
    days = [today(region) + timedelta(days=n) for n in (-3, -2, -1, 5)]
    one, two, three, _four = due(foreign, *days)
    foreign.occurrences.update(status="open")
    executor = factories.member(region.other, "executor", "other_executor")
    for who in (one, two):
        who.assignment.executor = executor
        who.assignment.save()
    reporter = {**vars(region), "executor": executor}
    there = factories.Region(**{k: v for k, v in reporter.items() if k != "people"})
    accepted(there, one, today(region))
    submitted(there, two, today(region))
    context = region_rows(client, region.coordinator)
    rows = context["rows"]
    assert [row.organisation for row in rows] == [region.own, region.other]
    assert [(r.overdue, r.open, r.waiting, r.done) for r in rows] == [(2, 3, 0, 0), (1, 2, 1, 1)]
    assert [(float(r.score), r.place) for r in rows] == [(29.0, 1), (24.5, 2)]
    assert [(p.state, p.count) for p in rows[0].plans] == [("executing", 1)]
    assert three.pk in listed(client, region.coordinator, organisation=region.other.pk)
    for row in rows:
        for show in ("overdue", "open", "waiting", "done"):
            query = {"organisation": row.organisation.pk, "show": show}
            assert len(listed(client, region.coordinator, **query)) == getattr(row, show)
    for show in ("overdue", "open", "waiting", "done"):
        found = listed(client, region.coordinator, show=show)
        assert len(found) == getattr(context["totals"], show)


def test_the_ministrys_own_share_is_a_row_too(region, client):
    due(
        executing_plan(region, organisation=region.ministry, type_code="regional"),
        today(region) - timedelta(days=1),
    )
    rows = region_rows(client, region.coordinator)["rows"]
    assert rows[0].organisation == region.ministry
    assert {row.organisation for row in rows} == {region.ministry, region.own, region.other}


def test_filters_and_order_of_the_region(region, client):
    rated(region, own=20, other=29)
    type(region.own).objects.filter(pk=region.own.pk).update(
        rating_group="Дома-интернаты", municipality="Город Белово"
    )
    near(region, -1)

    def names(**query):
        context = region_rows(client, region.coordinator, **query)
        return [row.organisation for row in context["rows"]]

    assert names() == [region.own, region.other]
    assert names(sort="score") == [region.own, region.other]
    assert names(sort="place") == [region.other, region.own]
    assert names(group="Дома-интернаты") == names(municipality="Город Белово") == [region.own]
    assert names(q="ДРУГОЙ центр") == [region.other]
    assert names(q="белово") == [region.own]
    assert names(q="нет такого") == []


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("coordinator", 200),
        ("inspector", 200),
        ("head", 200),
        ("administrator", 200),
        ("director", 403),
        ("executor", 403),
        ("personnel", 403),
        ("councillor", 403),
        ("stranger", 403),
    ],
)
def test_the_region_is_for_those_who_oversee_it(region, client, who, status):
    client.force_login(region.people[who])
    assert client.get(reverse("region")).status_code == status


def test_another_region_is_not_seen(region, client):
    elsewhere = factories.ministry(name="Министерство соседней области")
    neighbour = factories.institution(elsewhere, name="Соседний центр")
    due(executing_plan(region, organisation=neighbour), today(region) - timedelta(days=1))
    context = region_rows(client, region.coordinator)
    assert neighbour not in [row.organisation for row in context["rows"]]
    assert context["totals"].overdue == 0
    assert listed(client, region.coordinator, organisation=neighbour.pk) == []


def test_the_picture_shows_the_worst_ten(region, client):
    for number in range(12):
        place = factories.institution(region.ministry, name=f"Учреждение {number:02}")
        days = [today(region) - timedelta(days=n + 1) for n in range(number)]
        due(executing_plan(region, organisation=place), *days)
    bars = region_rows(client, region.coordinator)["bars"]
    assert [bar.overdue for bar in bars] == [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]
    assert (bars[0].length, bars[-1].length) == ("100.0%", "18.2%")


def test_the_region_takes_as_many_queries_for_60_institutions_as_for_2(region, client):
    def queries():
        client.force_login(region.coordinator)
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("region"))
        return len(found)

    near(region, -1)
    few = queries()
    for number in range(58):
        place = factories.institution(region.ministry, name=f"Учреждение {number:02}")
        due(executing_plan(region, organisation=place), today(region) - timedelta(days=1))
    assert queries() == few <= 16


# --- The matrix ---------------------------------------------------------------------------------


@pytest.fixture
def regional(region):
    """A regional plan of two measures: all institutions, and the own institution alone."""
    everybody = ResponsibleDraft("организации", Responsible.Kind.INSTITUTIONS)
    own = ResponsibleDraft("центр", Responsible.Kind.ORGANISATION, region.own)
    draft = factories.plan(
        region,
        factories.measure("Обновить стенды", number="1.1", responsibles=(everybody,)),
        factories.measure("Обучить работников", number="1.2", responsibles=(own,)),
        organisation=region.ministry,
        type_code="regional",
        period=PERIOD,
    )
    plan = adopt_plan(draft.pk, act=factories.act(None))
    Occurrence.objects.filter(plan=plan).delete()
    return plan


def cells(client, person, plan, **query):
    client.force_login(person)
    page = client.get(reverse("plan-matrix", args=[plan.pk]), query)
    if page.status_code != 200:
        return page.status_code
    rows = page.context["rows"]
    return {row.organisation: [str(cell.state) for cell in row.cells] for row in rows}


def assigned(region, plan, organisation, number):
    return Assignment.objects.get(
        measure__plan=plan, measure__versions__number=number, organisation=organisation
    )


def test_each_cell_shows_the_worst_of_its_due_dates(region, regional, client):
    day = today(region)
    later, sooner = day + timedelta(days=9), day - timedelta(days=9)
    first = assigned(region, regional, region.own, "1.1")
    Assignment.objects.update(executor=region.executor)

    def own():
        return cells(client, region.coordinator, regional)[region.own]

    (let_go,) = due_of(first, day + timedelta(days=30))
    waived(region, let_go, day)
    assert own() == ["waived", "absent"]
    (done,) = due_of(first, sooner - timedelta(days=30))
    type(first.measure.versions.first()).objects.update(proof="link")
    accepted(region, done, sooner)
    assert own() == ["done", "absent"]
    due_of(first, later)
    assert own() == ["work", "absent"]
    (waiting,) = due_of(first, sooner)
    submitted(region, waiting, sooner)
    assert own() == ["waiting", "absent"]
    due_of(first, sooner - timedelta(days=1))
    assert own() == ["overdue", "absent"]


def test_the_matrix_shows_each_their_own_cells(region, regional, client):
    day = today(region) - timedelta(days=1)
    for assignment in Assignment.objects.filter(measure__plan=regional):
        due_of(assignment, day)
    everything = {region.own: ["overdue", "overdue"], region.other: ["overdue", "absent"]}
    assert cells(client, region.coordinator, regional) == everything
    assert cells(client, region.director, regional) == {region.own: ["overdue", "overdue"]}
    assert cells(client, region.foreign_director, regional) == {
        region.other: everything[region.other]
    }
    assert cells(client, region.councillor, regional) == {}
    assert cells(client, region.stranger, regional) == 404


def test_cells_open_their_due_dates(region, regional, client):
    day = today(region)
    (single,) = due_of(assigned(region, regional, region.other, "1.1"), day)
    due_of(assigned(region, regional, region.own, "1.1"), day, day + timedelta(days=1))
    client.force_login(region.coordinator)
    page = client.get(reverse("plan-matrix", args=[regional.pk])).content.decode()
    assert f'href="{single.get_absolute_url()}"' in page
    (address,) = re.findall(r'href="/overdue/\?([^"]*measure=[^"]*)"', page)
    query = dict(pair.split("=") for pair in address.replace("&amp;", "&").split("&"))
    assert len(listed(client, region.coordinator, **query)) == 2


def test_the_matrix_can_be_narrowed_to_what_is_overdue(region, regional, client):
    due_of(assigned(region, regional, region.own, "1.1"), today(region) - timedelta(days=1))
    due_of(assigned(region, regional, region.other, "1.1"), today(region))
    assert set(cells(client, region.coordinator, regional, show="overdue")) == {region.own}


def test_the_matrix_of_a_plan_without_due_dates_says_so(region, client):
    draft = factories.plan(region)
    client.force_login(region.director)
    page = client.get(reverse("plan-matrix", args=[draft.pk]))
    assert "empty-title" in page.content.decode()


def test_the_matrix_takes_as_many_queries_for_55_institutions_as_for_2(region, regional, client):
    def queries():
        client.force_login(region.coordinator)
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("plan-matrix", args=[regional.pk]))
        return len(found)

    due_of(assigned(region, regional, region.own, "1.1"), today(region))
    few = queries()
    first = assigned(region, regional, region.own, "1.1")
    for number in range(55):
        place = factories.institution(region.ministry, name=f"Учреждение {number:02}")
        own = Assignment.objects.create(
            measure=first.measure, organisation=place, created_at=timezone.now()
        )
        due_of(own, today(region) - timedelta(days=1), today(region))
    assert queries() == few <= 12


# --- Names kept in step -------------------------------------------------------------------------


def test_cell_numbers_are_asked_for_in_the_order_of_the_cells_fields():
    names = list(matrices.Cell.__dataclass_fields__)[1:]
    assert tuple(names) == matrices.COUNTED


def test_the_bars_and_the_table_say_the_same(region):
    near(region, -1, -2)
    dates = LocalDates.at(timezone.now())
    rows = regions.overseen(region.coordinator)
    table = regions.sorted_rows(rows, regions.Sort.WORST, dates)
    page = Paginator(table, 10).page(1)
    numbers = {row.organisation.pk: row.overdue for row in regions.institution_rows(list(page))}
    for bar in regions.bars(rows, dates):
        assert numbers[bar.organisation_id] == bar.overdue == 2
