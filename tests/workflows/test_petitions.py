"""Extension and waiver as flows: whose turn it is, what each answer does, and what ends them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import AuditEvent, Occurrence, Petition, Plan
from compliance.services.audit import broken_chains
from compliance.services.calendar import working_calendar
from compliance.services.evidence import attach_photo
from compliance.services.execution import put_in_force
from compliance.services.petitions import Wish, waive_occurrence
from compliance.services.plans import ResponsibleDraft
from compliance.services.reports import Account, explain_not_done, save_report
from compliance.services.transitions import Grounds, change_state
from tests import factories as make
from tests.scenes import Scene, due_in, executing
from workflows.effects.petitions import end_overtaken, hold
from workflows.models import Process, Task
from workflows.services import engine, petitions
from workflows.services.matters import send_plan_report, submit_execution
from workflows.services.reconciliation import differences

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return executing()


def worked(days: int) -> date:
    """A working day of the country that many calendar days ahead, or the next one."""
    return working_calendar().next_working_day(timezone.localdate() + timedelta(days=days))


def later() -> Wish:
    return Wish("extension", "Подрядчик сорвал поставку", worked(40))


WAIVER = Wish("waiver", "Здание передано городу")


def asked(scene: Scene, wish: Wish | None = None, part: str = "executor") -> Petition:
    act = make.act(scene.region.people[part])
    return petitions.ask(scene.occurrence.pk, wish or later(), act=act)


def answer(
    petition: Petition, region: make.Region, part: str, code: str, comment: str = ""
) -> Petition:
    task = Task.objects.open().get(process__petition=petition)
    act = make.act(region.people[part])
    engine.complete(task.pk, code, act=act, grounds=Grounds(comment=comment))
    petition.refresh_from_db()
    return petition


def report(scene: Scene, at: datetime | None = None) -> None:
    act = make.act(scene.region.executor, at)
    draft = save_report(scene.occurrence.pk, Account("Готово"), act=act)
    if not draft.evidence.exists():
        attach_photo(draft, make.photo(), act=act)
    submit_execution(scene.occurrence.pk, act=act)


def standing(petition: Petition) -> tuple[str, str, str, str]:
    """(petition, open step, occurrence, plan) as they stand now; everything agrees meanwhile."""
    assert list(differences()) == []
    assert list(broken_chains()) == []
    petition = Petition.objects.select_related("occurrence__plan").get(pk=petition.pk)
    tasks = [task.step.name for task in Task.objects.open().filter(process__petition=petition)]
    occurrence = petition.occurrence
    return petition.status, ",".join(tasks), occurrence.status, occurrence.plan.state


# --- The way, step by step -------------------------------------------------------------------

ENDORSE, REFUSE = ("director", "endorse", ""), ("coordinator", "refuse", "Срок разумный")
GRANT, DECLINE = ("coordinator", "grant", ""), ("director", "decline", "Успеем")
WAYS = {
    "asked": ([], [("open", "endorse", "open")]),
    "granted": ([ENDORSE, GRANT], [("open", "decide", "open"), ("granted", "", None)]),
    "refused": ([ENDORSE, REFUSE], [("open", "decide", "open"), ("refused", "", "open")]),
    "declined": ([DECLINE], [("declined", "", "open")]),
}


@pytest.mark.parametrize("kind", ["extension", "waiver"])
@pytest.mark.parametrize("way", WAYS)
def test_after_each_step_petition_due_date_and_plan_stand_as_expected(scene, kind, way):
    steps, expected = WAYS[way]
    petition = asked(scene, WAIVER if kind == "waiver" else None)
    found = [standing(petition)] if not steps else []
    for part, code, comment in steps:
        answer(petition, scene.region, part, code, comment)
        found.append(standing(petition))
    status = "waived" if kind == "waiver" else "open"
    assert found == [(one, step, due or status, "executing") for one, step, due in expected]


def test_the_directors_own_petition_goes_straight_to_the_ministry(scene):
    petition = asked(scene, part="director")
    assert standing(petition)[:2] == ("open", "decide")
    assert petition.endorsed_by == scene.region.director


def test_each_step_has_its_queue_and_its_working_day(scene):
    petition = asked(scene)
    today, calendar = scene.region.own.today(timezone.now()), working_calendar(scene.region.own)
    task = Task.objects.open().get()
    assert (task.role, task.organisation) == ("director", scene.region.own)
    assert task.due_on == calendar.add_working_days(today, 2)
    answer(petition, scene.region, "director", "endorse")
    task = Task.objects.open().get()
    assert (task.role, task.organisation) == ("coordinator", scene.region.own)
    assert task.due_on == calendar.add_working_days(today, 3)
    assert task.get_absolute_url() == petition.get_absolute_url()
    assert str(task.process.organisation) == str(scene.region.own)
    assert task.process.words == "Обновить стенд"


def test_the_ministrys_own_share_is_decided_by_its_head_and_the_councils_by_a_coordinator():
    region = make.region()
    parties = [
        ResponsibleDraft(one.name, "organisation", one) for one in (region.ministry, region.council)
    ]
    measure = make.measure(deadline_text=due_in(5), responsibles=parties)
    scene = executing(region, measure, organisation=region.ministry, type_code="regional")
    rows = {row.organisation_id: row for row in Occurrence.objects.filter(plan=scene.plan)}
    own, councils = rows[region.ministry.pk], rows[region.council.pk]

    petition = petitions.ask(own.pk, WAIVER, act=make.act(region.coordinator))
    assert Task.objects.open().get().role == "head"
    with pytest.raises(Forbidden):
        waive_occurrence(own.pk, reason="Сами себе", act=make.act(region.coordinator))
    answer(petition, region, "head", "grant")
    assert standing(petition)[0] == "granted"

    petition = petitions.ask(councils.pk, later(), act=make.act(region.councillor))
    assert Task.objects.open().get().role == "coordinator"
    answer(petition, region, "coordinator", "grant")
    assert standing(petition)[0] == "granted"


# --- What a granted petition does ------------------------------------------------------------


def test_an_extension_moves_the_date_and_keeps_the_first_one_and_the_count(scene):
    before = scene.occurrence
    petition = asked(scene)
    answer(petition, scene.region, "director", "endorse")
    answer(petition, scene.region, "coordinator", "grant", "Последний раз")
    now = scene.occurrence
    assert (now.due_on, now.original_due_on) == (worked(40), before.original_due_on)
    assert (now.extension_count, now.deadline_revision) == (1, before.deadline_revision + 1)
    assert now.intended_on == before.intended_on and petition.due_on == before.due_on
    event = AuditEvent.objects.get(action="occurrence.extend")
    assert event.before["due_on"] == before.due_on.isoformat()
    assert event.after["due_on"] == now.due_on.isoformat()
    assert event.reason == "Подрядчик сорвал поставку\nПоследний раз"
    assert event.actor == scene.region.coordinator

    second = asked(scene, Wish("extension", "Снова", worked(60)), "director")
    answer(second, scene.region, "coordinator", "grant")
    assert scene.occurrence.extension_count == 2
    assert scene.occurrence.original_due_on == before.original_due_on
    assert standing(second)[0] == "granted"


def test_a_day_off_is_asked_for_as_the_working_day_that_the_calendar_gives(scene):
    day = timezone.localdate() + timedelta(days=40)
    saturday = day + timedelta(days=(5 - day.weekday()) % 7)
    petition = asked(scene, Wish("extension", "Ждём поставку", saturday))
    assert petition.new_due_on == working_calendar().next_working_day(saturday) != saturday


def test_a_waiver_takes_it_off_control_and_is_never_done(scene):
    petition = asked(scene, WAIVER, "director")
    answer(petition, scene.region, "coordinator", "grant", "Согласны")
    now = scene.occurrence
    assert now.status == "waived" and now.close_reason == "Здание передано городу\nСогласны"
    assert now.accepted_report is None and not Occurrence.objects.done().exists()
    assert AuditEvent.objects.get(action="occurrence.waive").before["status"] == "open"


def test_a_direct_waiver_leaves_a_granted_petition_like_any_other(scene):
    waive_occurrence(scene.occurrence.pk, reason="Снесено", act=make.act(scene.region.coordinator))
    petition = Petition.objects.get()
    assert (petition.kind, petition.made_by, petition.decided_by) == (
        "waiver", scene.region.coordinator, scene.region.coordinator,
    )  # fmt: skip
    assert standing(petition) == ("granted", "", "waived", "executing")


def test_nobody_waives_around_an_open_petition(scene):
    petition = asked(scene)
    with pytest.raises(Conflict, match="petition_open"):
        waive_occurrence(scene.occurrence.pk, reason="Да", act=make.act(scene.region.coordinator))
    assert standing(petition)[0] == "open"


# --- Who may, and what is refused ------------------------------------------------------------


@pytest.mark.parametrize(
    "part", ["foreign_director", "coordinator", "inspector", "head", "councillor", "stranger"]
)
def test_only_who_reports_may_ask(scene, part):
    with pytest.raises(Forbidden):
        asked(scene, part=part)
    assert not Petition.objects.exists()


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (Wish("extension", " ", date(2090, 1, 1)), "reason_given"),
        (Wish("extension", "Так вышло"), "new_date_needed"),
        (Wish("extension", "Так вышло", date(2090, 1, 1)), "new_date_outside_period"),
        (Wish("waiver", "\n"), "reason_given"),
    ],
)
def test_a_petition_without_reason_or_lawful_date_is_refused(scene, wish, code):
    with pytest.raises(Refusal) as refused:
        asked(scene, wish)
    assert refused.value.code == code and not Process.objects.filter(petition__isnull=False)


def test_one_petition_at_a_time(scene):
    asked(scene)
    with pytest.raises(Conflict, match="petition_open"):
        asked(scene, WAIVER, "director")


def test_a_refusal_says_why(scene):
    petition = asked(scene, part="director")
    with pytest.raises(Refusal, match="refusal_reason_given"):
        answer(petition, scene.region, "coordinator", "refuse", " ")
    assert standing(petition)[0] == "open"


def test_nobody_decides_what_they_asked_for(scene):
    petition = asked(scene, part="director")
    region = scene.region
    region.ministry.memberships.create(user=region.director, role="coordinator")
    with pytest.raises(Forbidden, match="own_petition"):
        answer(petition, region, "director", "grant")
    assert standing(petition)[0] == "open"


def test_the_asker_withdraws_and_nobody_else(scene):
    petition = asked(scene)
    for part in ("director", "coordinator"):
        with pytest.raises(Forbidden, match="not_your_petition"):
            petitions.withdraw(petition.pk, act=make.act(scene.region.people[part]))
    petitions.withdraw(petition.pk, act=make.act(scene.region.executor))
    assert standing(petition) == ("withdrawn", "", "open", "executing")
    with pytest.raises(Conflict, match="petition_decided"):
        petitions.withdraw(petition.pk, act=make.act(scene.region.executor))
    assert standing(asked(scene))[0] == "open", "another one can be made"


def test_a_date_overtaken_by_the_calendar_is_not_granted(scene):
    petition = asked(scene, part="director")
    Occurrence.objects.filter(pk=petition.occurrence_id).update(due_on=worked(50))
    with pytest.raises(Refusal, match="new_date_not_later"):
        answer(petition, scene.region, "coordinator", "grant")


# --- What ends a petition otherwise ----------------------------------------------------------


@pytest.mark.parametrize("kind", ["extension", "waiver"])
def test_a_report_in_time_leaves_nothing_to_ask(scene, kind):
    petition = asked(scene, WAIVER if kind == "waiver" else None)
    report(scene)
    assert standing(petition) == ("lapsed", "", "submitted", "executing")
    petition.refresh_from_db()
    assert petition.decision and petition.decided_by == scene.region.executor


def test_interim_information_ends_no_petition(scene):
    petition, act = asked(scene), make.act(scene.region.executor)
    save_report(scene.occurrence.pk, Account("Начали", is_interim=True), act=act)
    submit_execution(scene.occurrence.pk, act=act)
    assert standing(petition)[:2] == ("open", "endorse")


@pytest.fixture
def late() -> Scene:
    """A due date that passed five days ago."""
    return executing(None, make.measure(deadline_text=due_in(-5)))


def test_a_late_report_does_not_end_the_petition_that_may_excuse_it(late):
    petition = asked(late, part="director")
    report(late)
    assert standing(petition) == ("open", "decide", "submitted", "executing")
    answer(petition, late.region, "coordinator", "grant")
    assert standing(petition) == ("granted", "", "submitted", "executing")
    task = Task.objects.open().get()
    engine.complete(task.pk, "accept", act=make.act(late.region.inspector))
    assert late.occurrence.was_in_time, "judged by the extended date"


def test_acceptance_ends_what_was_still_asked(late):
    petition = asked(late)
    report(late)
    task = Task.objects.open().get(process__report__isnull=False)
    engine.complete(task.pk, "accept", act=make.act(late.region.inspector))
    assert standing(petition) == ("lapsed", "", "accepted", "executing")
    assert not late.occurrence.was_in_time


def test_a_returned_report_leaves_the_petition_where_it_was(late):
    petition = asked(late)
    report(late)
    task = Task.objects.open().get(process__report__isnull=False)
    act = make.act(late.region.inspector)
    engine.complete(task.pk, "return", act=act, grounds=Grounds(comment="Не видно даты"))
    assert standing(petition) == ("open", "endorse", "open", "executing")


def test_a_plan_may_be_reported_while_something_is_still_asked(late):
    petition, director = asked(late), make.act(late.region.director)
    explain_not_done(late.occurrence.pk, reason="Ждём решения", act=director)
    process = send_plan_report(late.plan.pk, act=director)
    task = engine.open_task(process)
    engine.complete(task.pk, "accept", act=make.act(late.region.coordinator))
    assert standing(petition) == ("open", "endorse", "open", "reported")
    answer(petition, late.region, "director", "endorse")
    answer(petition, late.region, "coordinator", "grant")
    assert standing(petition) == ("granted", "", "open", "reported")
    grounds = Grounds(comment="Ошибка")
    act = make.act(late.region.coordinator)
    change_state(late.plan.pk, "reopen", act=act, grounds=grounds)
    assert standing(petition)[3] == "executing"


def test_a_petition_about_a_removed_measure_ends_with_it(scene):
    """As the publication of a revision does it: locks first, then the text, then what is over."""
    petition, plan = asked(scene), Plan.objects.get(pk=scene.plan.pk)
    act = make.act(scene.region.director)
    empty = plan.revisions.create(number=2, created_at=timezone.now())
    with transaction.atomic():
        held = hold(plan=plan)
        put_in_force(empty, act=act)
        end_overtaken(held, act, plan=plan)
    assert standing(petition) == ("lapsed", "", "cancelled", "executing")


def test_a_petition_made_since_the_locks_is_a_lost_race(scene):
    asked(scene)
    Occurrence.objects.update(status="cancelled", close_reason="Снято", closed_at=timezone.now())
    with pytest.raises(Conflict, match="petition_open"), transaction.atomic():
        end_overtaken([], make.act(None), plan=scene.plan)


# --- Reconciliation --------------------------------------------------------------------------


def kinds() -> set[str]:
    return {one.kind for one in differences()}


def test_an_open_petition_without_a_process_is_reported(scene):
    asked(scene)
    Process.objects.filter(petition__isnull=False).update(status="DONE")
    assert "petition_and_task" in kinds()


def test_a_petition_at_the_wrong_step_is_reported(scene):
    petition = asked(scene)
    Petition.objects.filter(pk=petition.pk).update(
        endorsed_by=scene.region.director, endorsed_at=timezone.now()
    )
    assert kinds() == {"petition_and_task"}


def test_a_process_of_a_petition_that_is_over_is_reported(scene):
    asked(scene)
    Petition.objects.update(
        status="withdrawn", decided_at=timezone.now(), decided_by=scene.region.executor
    )
    assert kinds() == {"petition_and_task"}


def test_an_extension_that_nobody_granted_is_reported(scene):
    Occurrence.objects.update(extension_count=1)
    assert kinds() == {"occurrence_and_petition"}


def test_a_petition_about_what_is_closed_is_reported(scene):
    asked(scene)
    Occurrence.objects.update(status="waived", close_reason="Так", closed_at=timezone.now())
    assert "occurrence_and_petition" in kinds()


def test_a_granted_waiver_of_what_is_still_open_is_reported(scene):
    waive_occurrence(scene.occurrence.pk, reason="Снесено", act=make.act(scene.region.coordinator))
    Occurrence.objects.update(status="open", close_reason="", closed_at=None)
    assert kinds() == {"occurrence_and_petition"}


# --- Constraints -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"new_due_on": None},
        {"new_due_on": date(2000, 1, 1)},
        {"kind": "waiver"},
        {"reason": ""},
        {"endorsed_at": timezone.now()},
        {"status": "granted"},
        {"status": "refused", "decided_at": timezone.now()},
        {"status": "lapsed", "decided_at": timezone.now()},
        {"decided_at": timezone.now()},
    ],
)
def test_the_table_holds_what_must_be(scene, wrong):
    petition = asked(scene)
    with pytest.raises(IntegrityError), transaction.atomic():
        Petition.objects.filter(pk=petition.pk).update(**wrong)


def test_the_table_holds_one_open_petition_a_due_date(scene):
    petition = asked(scene)
    petition.pk, petition._state.adding = None, True
    with pytest.raises(IntegrityError), transaction.atomic():
        petition.save()


def test_lists_hold_who_waits_for_whom(scene):
    petition = asked(scene)
    assert list(Petition.objects.unendorsed()) == [petition]
    assert not Petition.objects.endorsed().exists()
    answer(petition, scene.region, "director", "endorse")
    assert not Petition.objects.unendorsed().exists()
    assert list(Petition.objects.endorsed()) == [petition]
