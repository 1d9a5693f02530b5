"""Planned inspections: after each step plan, occurrence, report and task are as expected."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from compliance.domain.calendar.quarters import quarter, quarter_code
from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import (
    AuditEvent,
    ExecutionReport,
    IncentiveSheet,
    Inspection,
    InspectionPolicy,
    Membership,
    Occurrence,
    Plan,
)
from compliance.services.audit.trail import broken_chains
from compliance.services.calendars import working_calendar
from compliance.services.evidence.files import detach_evidence
from compliance.services.evidence.reports import explain_not_done
from compliance.services.incentives.sheets import calculate_sheet, default_scheme
from compliance.services.inspections.holding import attach_photo, detach_photo
from compliance.services.inspections.planning import InspectionOrder
from compliance.services.inspections.policies import keep_policy, owed_by_policy
from tests.building import factories as make
from tests.building.due_dates import dated
from tests.building.inspected import accept, accepted, closed, planned, policy, result, tomorrow
from tests.building.scenes import Scene
from workflows.models import Process, Task
from workflows.services.inspections import (
    keep_result,
    plan_by_hand,
    plan_by_policy,
)
from workflows.services.plans import sending
from workflows.services.reconciliation import differences
from workflows.services.tasks import engine

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return accepted()


def states(scene: Scene) -> tuple[str, str, str, str, str]:
    """plan, occurrence, its last finished report, inspection, open step."""
    occurrence = Occurrence.objects.get(pk=scene.occurrence.pk)
    report = occurrence.reports.exclude(status="draft").last()
    inspection = Inspection.objects.filter(occurrence=occurrence).last()
    task = Task.objects.open().filter(process__plan=scene.plan).first()
    return (
        Plan.objects.get(pk=scene.plan.pk).state,
        occurrence.status,
        report.status,
        inspection.status if inspection else "",
        task.flow_task.name if task else "",
    )


# The step, and what stands after it: plan, occurrence, report, inspection, open step.
CONFIRMED = ("executing", "accepted", "accepted", "confirmed", "")
REFUTED = ("executing", "open", "revoked", "not_confirmed", "")
WAITING = ("executing", "accepted", "accepted", "open", "inspect")
LIVES = {
    "confirmed": [("plan", WAITING), ("take", WAITING), ("confirm", CONFIRMED)],
    "refuted": [("plan", WAITING), ("save", WAITING), ("refute", REFUTED)],
    "refuted and done again": [
        ("plan", WAITING),
        ("refute", REFUTED),
        ("report", ("executing", "submitted", "submitted", "not_confirmed", "verify")),
        ("accept", ("executing", "accepted", "accepted", "not_confirmed", "")),
        ("plan", WAITING),
        ("confirm", CONFIRMED),
    ],
    "cancelled and planned again": [
        ("plan", WAITING),
        ("cancel", ("executing", "accepted", "accepted", "cancelled", "")),
        ("plan", WAITING),
        ("release", WAITING),
    ],
}


def take_step(scene: Scene, name: str) -> None:
    act = make.act(scene.region.inspector)
    if name == "plan":
        planned(scene)
        return
    if name == "report":
        sending.submit_execution(scene.occurrence.pk, act=make.act(scene.region.executor))
        return
    task = Task.objects.open().get(process__plan=scene.plan)
    if name == "take":
        engine.take(task.pk, act=act)
    elif name == "release":
        engine.take(task.pk, act=act)
        engine.release(task.pk, act=act)
    elif name == "save":
        keep_result(task, result(found=""), act=act)
    elif name == "accept":
        engine.complete(task.pk, "accept", act=act)
    else:
        closed(scene, task, name)


@pytest.mark.parametrize("life", LIVES)
def test_after_each_step_everything_is_as_expected(scene, life):
    for name, expected in LIVES[life]:
        take_step(scene, name)
        assert states(scene) == expected, name
        assert list(differences()) == [], name
    assert list(broken_chains()) == []


def test_what_is_not_confirmed_is_on_control_again_under_its_old_date(scene):
    before = Occurrence.objects.get(pk=scene.occurrence.pk)
    assert before.done_on is not None
    inspection = closed(scene, planned(scene), "refute")
    now = Occurrence.objects.get(pk=before.pk)
    assert (now.due_on, now.original_due_on, now.extension_count) == (
        before.due_on, before.original_due_on, before.extension_count,
    )  # fmt: skip
    assert (now.done_on, now.accepted_report, now.closed_at) == (None, None, None)
    assert now.is_overdue(before.due_on + timedelta(days=1))
    report = inspection.report
    assert report.remark == "Установить пандус" and report.decided_by == scene.region.inspector
    draft = ExecutionReport.objects.get(occurrence=now, status="draft")
    assert draft.text == report.text and draft.evidence.count() == report.evidence.count()
    event = AuditEvent.objects.get(action="inspection.refute")
    assert event.before["status"] == "accepted" and event.after["status"] == "open"
    assert event.reason == "Установить пандус" and event.task_id


def test_the_revoked_report_keeps_its_photos_when_the_draft_loses_them(scene):
    inspection = closed(scene, planned(scene), "refute")
    draft = ExecutionReport.objects.get(occurrence=scene.occurrence, status="draft")
    detach_evidence(draft.evidence.get(), act=make.act(scene.region.executor))
    with inspection.report.evidence.get().copy.open("rb") as kept:
        assert kept.read(2) == b"\xff\xd8"


@time_machine.travel(datetime(2026, 11, 18, 9, tzinfo=UTC))
def test_a_sheet_already_calculated_stays_and_the_next_one_differs():
    scene = accepted()
    today = timezone.localdate()
    dated(Occurrence.objects.all(), today - timedelta(days=1), done_on=today - timedelta(days=2))
    default_scheme(scene.region.ministry, valid_from=today.replace(month=1, day=1))
    period = quarter(quarter_code(today))

    def points():
        act = make.act(scene.region.personnel)
        return calculate_sheet(scene.region.own, period, act=act).points

    first = points()
    closed(scene, planned(scene), "refute")
    assert IncentiveSheet.objects.get().points == first, "the sheet that was shown stays"
    assert points() < first


def test_a_plans_report_is_not_accepted_over_what_was_not_confirmed(scene):
    act = make.act(scene.region.director)
    process = sending.send_plan_report(scene.plan.pk, act=act)
    inspection = planned(scene)
    closed(scene, inspection, "refute")
    task = engine.open_task(process)
    with pytest.raises(Refusal, match="'occurrences_settled'"):
        engine.complete(task.pk, "accept", act=make.act(scene.region.coordinator))
    explain_not_done(scene.occurrence.pk, reason="Нет подрядчика", act=act)
    engine.complete(task.pk, "accept", act=make.act(scene.region.coordinator))
    assert Plan.objects.get(pk=scene.plan.pk).state == "reported"
    assert list(differences()) == []


def test_after_the_years_report_an_inspection_reopens_the_date_but_not_the_plan(scene):
    process = sending.send_plan_report(scene.plan.pk, act=make.act(scene.region.director))
    task = engine.open_task(process)
    engine.complete(task.pk, "accept", act=make.act(scene.region.coordinator))
    closed(scene, planned(scene), "refute")
    assert states(scene)[:2] == ("reported", "open")
    assert list(differences()) == []


@pytest.mark.parametrize(
    ("outcome", "given", "code"),
    [
        ("confirm", {"held_on": None}, "inspection_held_on"),
        ("confirm", {"held_on": timezone.localdate() + timedelta(days=3)}, "date_in_future"),
        ("confirm", {"held_on": date(1, 6, 1)}, "inspection_too_early"),
        ("confirm", {"found": "  "}, "inspection_found"),
        ("confirm", {"act_number": ""}, "inspection_act_number"),
        ("refute", {"remark": " "}, "remark_given"),
        ("cancel", {"remark": ""}, "reason_given"),
    ],
)
def test_what_a_result_lacks_is_named_and_nothing_changes(scene, outcome, given, code):
    task = planned(scene)
    with pytest.raises(Refusal, match=code):
        closed(scene, task, outcome, **given)
    assert states(scene) == WAITING
    assert list(differences()) == []


def test_a_website_check_needs_no_act(scene):
    assert closed(scene, planned(scene, "website"), "confirm", act_number="").status == "confirmed"


def test_nobody_inspects_what_they_reported_themselves(scene):
    Membership.objects.create(
        user=scene.region.executor, organisation=scene.region.ministry, role="inspector"
    )
    task = planned(scene)
    act = make.act(scene.region.executor)
    with pytest.raises(Forbidden, match="'own_report'"):
        keep_result(task, result(), act=act)
    with pytest.raises(Forbidden, match="'own_report'"):
        engine.complete(task.pk, "confirm", act=act)
    assert Task.objects.get(pk=task.pk).owner is None, "the refused take is rolled back"
    with pytest.raises(Refusal, match="'inspector_reported'"):
        planned(accepted(scene.region), inspector=scene.region.executor)


def test_a_named_inspector_has_the_task_and_a_colleague_cannot_close_it(scene):
    colleague = make.member(scene.region.ministry, "inspector", "colleague")
    task = planned(scene, inspector=colleague)
    assert task.owner == colleague and task.due_on == tomorrow()
    with pytest.raises(Conflict, match="'task_taken'"):
        keep_result(task, result(), act=make.act(scene.region.inspector))
    with pytest.raises(Refusal, match="'inspector_not_here'"):
        planned(accepted(scene.region), inspector=scene.region.director)


def test_only_the_ministry_plans_and_only_what_is_accepted(scene):
    rows = Occurrence.objects.filter(plan=scene.plan).select_related(
        "organisation", "accepted_report"
    )
    for part in ("executor", "director", "head", "administrator", "councillor", "stranger"):
        with pytest.raises(Forbidden, match="'not_your_step'"):
            plan_by_hand(
                rows, InspectionOrder("desk", tomorrow()), act=make.act(scene.region.people[part])
            )
    planned(scene)
    with pytest.raises(Conflict, match="'inspection_not_accepted'"):
        planned(scene)
    with pytest.raises(Refusal, match="'inspection_due_on'"):
        order = InspectionOrder("desk", timezone.localdate() - timedelta(days=1))
        plan_by_hand(rows, order, act=make.act(scene.region.inspector))
    with pytest.raises(Refusal, match="'inspection_nothing_chosen'"):
        plan_by_hand([], InspectionOrder("desk", tomorrow()), act=make.act(scene.region.inspector))


def test_a_planned_inspection_is_on_record_with_its_number(scene):
    pk = planned(scene).process.inspection_id
    event = AuditEvent.objects.get(action="inspection.plan")
    assert event.after["inspection"] == pk and event.after["inspection_kind"] == "visit"
    assert event.organisation == scene.region.own


def test_photos_of_the_inspector_are_re_encoded_and_closed_with_the_inspection(scene):
    task, act = planned(scene), make.act(scene.region.inspector)
    pk = task.process.inspection_id
    photo = attach_photo(pk, make.photo(colour="red"), act=act)
    assert photo.copy and photo.thumbnail and photo.original
    event = AuditEvent.objects.get(action="inspection.attach")
    assert event.after == {"name": "стенд.jpg", "sha256": photo.sha256}
    with pytest.raises(Conflict, match="'photo_repeated'"):
        attach_photo(pk, make.photo(colour="red"), act=act)
    with pytest.raises(Forbidden, match="'not_your_step'"):
        attach_photo(pk, make.photo(colour="blue"), act=make.act(scene.region.coordinator))
    other = attach_photo(pk, make.photo(colour="blue"), act=act)
    detach_photo(other, act=act)
    closed(scene, task, "confirm")
    with pytest.raises(Conflict, match="'task_done'"):
        detach_photo(photo, act=act)


# --- By policy ------------------------------------------------------------------------------------


def test_the_sweep_plans_each_accepted_report_once(scene):
    policy(scene.region)
    assert plan_by_policy(act=make.act(None)) == 1
    assert plan_by_policy(act=make.act(None)) == 0
    inspection = Inspection.objects.get()
    accepted_on = scene.region.own.today(Occurrence.objects.get().closed_at)
    due = working_calendar(scene.region.ministry).add_working_days(accepted_on, 10)
    assert inspection.due_on == due and inspection.planned_by is None
    assert states(scene) == WAITING
    assert list(differences()) == []
    closed(scene, Task.objects.open().get(), "refute")
    assert plan_by_policy(act=make.act(None)) == 0, "what is open is not inspected"
    accept(scene.region, scene.occurrence)
    assert plan_by_policy(act=make.act(None)) == 1, "a new report is a new lot"


@pytest.mark.parametrize(
    ("given", "count"),
    [
        ({"is_active": False}, 0),
        ({"starts_on": timezone.localdate() + timedelta(days=2)}, 0),
        ({"proof": "link"}, 0),
        ({"proof": "photo"}, 2),
        ({}, 2),
    ],
)
def test_a_policy_concerns_what_it_says(given, count):
    scene = accepted(count=2)
    policy(scene.region, **given)
    assert plan_by_policy(act=make.act(None)) == count


def test_a_policy_of_a_share_chooses_about_that_many_and_always_the_same():
    scene = accepted(count=8)
    row = policy(scene.region, share=50)
    type(row).objects.filter(pk=row.pk).update(seed=7)
    row.refresh_from_db()
    chosen = set(owed_by_policy(row).values_list("pk", flat=True))
    assert 2 <= len(chosen) <= 6
    assert plan_by_policy(act=make.act(None)) == len(chosen)
    assert set(Inspection.objects.values_list("occurrence", flat=True)) == chosen
    assert plan_by_policy(act=make.act(None)) == 0


def test_another_regions_policy_does_not_reach_here(scene):
    neighbour = make.ministry(name="Министерство другой области")
    make.member(neighbour, "administrator", "other-admin")
    row = policy(scene.region)
    type(row).objects.update(region=neighbour)
    assert plan_by_policy(act=make.act(None)) == 0


def test_only_the_administrator_sets_policies(scene):
    for part in ("coordinator", "inspector", "director", "stranger"):
        row = InspectionPolicy(
            region=scene.region.ministry, kind="desk", share=5, days=5,
            starts_on=timezone.localdate(),
        )  # fmt: skip
        with pytest.raises(Forbidden):
            keep_policy(row, act=make.act(scene.region.people[part]))


def test_the_command_sweeps_and_a_second_run_plans_none(scene, capsys):
    policy(scene.region)
    call_command("plan_inspections", format="json")
    assert capsys.readouterr().out.strip() == '{"inspections": 1}'
    call_command("plan_inspections")
    assert capsys.readouterr().out.strip() == "inspections planned: 0"


# --- By share -------------------------------------------------------------------------------------


def test_reconciliation_reports_an_inspection_without_process_and_a_lost_revocation(scene):
    task = planned(scene)
    Process.objects.filter(pk=task.process_id).update(inspection=None)
    kinds = {one.kind for one in differences()}
    assert "inspection_and_process" in kinds
    Process.objects.filter(pk=task.process_id).update(inspection=Inspection.objects.get())
    assert list(differences()) == []
    inspection = closed(scene, task, "refute")
    ExecutionReport.objects.filter(pk=inspection.report_id).update(status="returned")
    assert {one.kind for one in differences()} == {"inspection_and_report"}


def test_what_a_policy_planned_is_one_event_that_names_it_all():
    scene = accepted(count=2)
    kept = policy(scene.region)
    assert plan_by_policy(act=make.act(None)) == 2
    event = AuditEvent.objects.get(action="inspection.by_policy")
    ids = list(Inspection.objects.order_by("pk").values_list("occurrence_id", flat=True))
    assert event.organisation == scene.region.ministry
    assert event.after == {"inspection_kind": kept.kind, "occurrences": ids}
