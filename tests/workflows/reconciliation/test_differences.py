"""Every invariant that links tables: broken by hand, it is reported."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from compliance.domain.plans.grounds import Grounds
from compliance.models import ExecutionReport, MeasureVersion, Occurrence, Plan, Revision, User
from compliance.services.evidence.files import attach_photo
from compliance.services.evidence.reports import Account, draft_report, save_report
from compliance.services.execution.in_force import start_execution
from tests.building import factories as make
from tests.building.kept import kept
from workflows.models import Process, Task
from workflows.services.approval.amendments import revise_plan
from workflows.services.plans.sending import send_for_agreement, submit_execution
from workflows.services.reconciliation import differences
from workflows.services.tasks import engine

pytestmark = pytest.mark.django_db


@dataclass
class Scene:
    """A plan in execution with one report accepted and one waiting, and a plan with its parties."""

    plan: Plan
    accepted: Occurrence
    waiting: Occurrence
    agreed: Plan


def approve(region: make.Region, plan: Plan, last_step: str) -> None:
    """Take the plan along its way up to a step."""
    today = timezone.localdate()
    process = send_for_agreement(plan.pk, act=make.act(region.director), knows_passed=True)
    for step, person, grounds in (
        ("agree", region.coordinator, Grounds()),
        ("approve", region.director, Grounds(basis="order", basis_number="1", basis_date=today)),
        (
            "publish",
            region.director,
            Grounds(published_on=today, published_url="https://example.org/"),
        ),
    ):
        task = engine.open_task(process)
        engine.complete(task.pk, step, act=make.act(person), grounds=grounds)
        if step == last_step:
            return


@pytest.fixture(scope="module")
def made(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Scene]:
    with kept(make_scene, django_db_blocker, tmp_path_factory) as scene:
        yield scene


@pytest.fixture
def scene(made: Scene) -> Scene:
    return Scene(**{name: type(row).objects.get(pk=row.pk) for name, row in vars(made).items()})


def make_scene() -> Scene:
    region = make.region()
    plan, agreed = make.plan(region), make.plan(region, title="Второй план")
    approve(region, agreed, "agree")
    approve(region, plan, "publish")
    start_execution(plan.pk, act=make.act(region.coordinator))
    accepted, waiting = _two_occurrences(plan)
    for occurrence in (accepted, waiting):
        act = make.act(region.executor)
        save_report(occurrence.pk, Account(text="Сделано"), act=act)
        attach_photo(draft_report(occurrence.pk, act=act), make.photo(), act=act)
        submit_execution(occurrence.pk, act=act)
    task = Task.objects.open().get(process__report__occurrence=accepted)
    engine.complete(task.pk, "accept", act=make.act(region.inspector))
    accepted.refresh_from_db()
    return Scene(plan, accepted, waiting, agreed)


def _two_occurrences(plan: Plan) -> list[Occurrence]:
    """Two due dates of the plan; near the end of a year it may owe only one, so one is added."""
    found = list(plan.occurrences.order_by("due_on")[:2])
    if len(found) == 1:
        other = Occurrence.objects.get(pk=found[0].pk)
        other.pk, other.intended_on = None, found[0].intended_on.replace(day=1)
        other.late_after = other.due_on
        other.save()
        found.append(other)
    return found


def kinds() -> set[str]:
    return {one.kind for one in differences()}


def test_what_services_make_agrees(scene):
    assert list(differences()) == []


def test_a_plan_whose_state_does_not_fit_its_open_task_is_reported(scene):
    Plan.objects.filter(pk=scene.agreed.pk).update(state="draft")
    (found,) = [one for one in differences() if one.kind == "state_and_task"]
    assert found.subject == f"plan {scene.agreed.pk}"
    assert found.expected == "agreed" and found.found.startswith("draft")


def test_an_agreed_plan_without_a_task_is_reported(scene):
    Process.objects.filter(plan=scene.agreed).update(status="DONE")
    Task.objects.filter(process__plan=scene.agreed).update(status="DONE")
    assert {"state_and_task", "revision_and_task"} <= kinds()


def test_a_running_process_that_waits_for_nobody_is_reported(scene):
    Task.objects.open().filter(process__plan=scene.agreed).update(status="DONE")
    assert "process_and_task" in kinds()


def test_an_open_task_of_a_finished_process_is_reported(scene):
    Process.objects.filter(plan=scene.agreed).update(status="DONE")
    assert "process_and_task" in kinds()


def test_a_text_in_drafting_while_a_party_has_it_is_reported(scene):
    Revision.objects.filter(plan=scene.agreed).update(status="drafting")
    assert kinds() == {"revision_and_task"}


def test_a_submitted_report_without_inspection_is_reported(scene):
    Process.objects.filter(report__occurrence=scene.waiting).update(status="DONE")
    assert {"report_and_verification", "process_and_task"} == kinds()


def test_an_inspection_of_a_report_that_is_not_submitted_is_reported(scene):
    ExecutionReport.objects.filter(occurrence=scene.waiting).update(
        status="returned", remark="Переделать"
    )
    assert {"report_and_verification", "occurrence_and_report"} == kinds()


def test_an_executing_plan_without_a_text_in_force_is_reported(scene):
    Revision.objects.filter(plan=scene.plan).update(status="superseded")
    assert "revision_and_state" in kinds()


def test_a_draft_without_a_text_is_reported(scene):
    Revision.objects.filter(plan=scene.agreed).update(status="withdrawn")
    assert "revision_and_state" in kinds()


def test_a_reported_plan_with_a_change_on_its_way_is_reported(scene):
    revise_plan(scene.plan.pk, reason="Так", act=make.act(None))
    assert kinds() == set()
    Plan.objects.filter(pk=scene.plan.pk).update(state="reported")
    assert "revision_and_state" in kinds()


def test_a_draft_numbered_before_what_binds_is_reported(scene):
    revise_plan(scene.plan.pk, reason="Так", act=make.act(None))
    Revision.objects.filter(plan=scene.plan, status="in_force").update(number=3)
    assert kinds() == {"revision_and_state"}


def test_an_earlier_text_in_force_again_is_reported(scene):
    Revision.objects.create(
        plan=scene.plan,
        number=2,
        **scene.plan.frame,
        status="superseded",
        content_hash="0",
        created_at=timezone.now(),
    )
    assert kinds() == {"revision_and_state", "frozen_text"}


def test_a_plan_called_otherwise_than_its_text_is_reported(scene):
    Plan.objects.filter(pk=scene.plan.pk).update(title="Иначе")
    assert kinds() == {"frame_and_text"}


def test_a_plan_whose_title_is_changed_by_a_draft_agrees_with_what_binds(scene):
    revision = revise_plan(scene.plan.pk, reason="Так", act=make.act(None))
    Revision.objects.filter(pk=revision.pk).update(title="Иначе")
    assert kinds() == set()


def test_a_change_of_a_plan_whose_state_does_not_bind_is_reported(scene):
    revision = revise_plan(scene.plan.pk, reason="Так", act=make.act(None))
    revision.versions.update(text="Другое")
    send_for_agreement(scene.plan.pk, act=make.act(scene.agreed.created_by), knows_passed=True)
    assert kinds() == set()
    Plan.objects.filter(pk=scene.plan.pk).update(state="reported")
    assert {"state_and_task", "revision_and_state"} <= kinds()


def test_work_owed_under_a_text_that_binds_no_more_is_reported(scene):
    other = Revision.objects.get(plan=scene.agreed).versions.get()
    Occurrence.objects.filter(pk=scene.waiting.pk).update(version=other)
    assert kinds() == {"occurrence_and_revision", "occurrence_and_assignment"}


def test_a_frozen_text_that_was_changed_is_reported(scene):
    MeasureVersion.objects.filter(revision__plan=scene.plan).update(text="Не обновлять стенд")
    assert kinds() == {"frozen_text"}


def test_an_accepted_due_date_whose_report_is_not_accepted_is_reported(scene):
    ExecutionReport.objects.filter(occurrence=scene.accepted).update(
        status="returned", remark="Переделать"
    )
    assert kinds() == {"occurrence_and_report"}


def test_a_due_date_open_again_though_its_report_was_accepted_is_reported(scene):
    Occurrence.objects.filter(pk=scene.accepted.pk).update(
        status="open", accepted_report=None, done_on=None, closed_at=None
    )
    assert kinds() == {"occurrence_and_report", "occurrence_and_count"}


def test_a_due_date_that_waits_for_an_inspector_without_a_report_is_reported(scene):
    Occurrence.objects.filter(pk=scene.accepted.pk).update(
        status="submitted", accepted_report=None, done_on=None, closed_at=None
    )
    found = [one.expected for one in differences()]
    assert "a submitted report" in found


def test_a_missing_due_date_is_reported(scene):
    occurrence = scene.accepted
    Occurrence.objects.filter(pk=occurrence.pk).update(
        status="cancelled",
        close_reason="Исчез",
        accepted_report=None,
        done_on=None,
    )
    (found,) = [one for one in differences() if one.kind == "occurrence_and_schedule"]
    assert found.expected == f"due {occurrence.due_on}" and found.found == "missing"


@pytest.mark.parametrize("wrong", [{"role": "hr"}, {"organisation": "other"}])
def test_a_task_in_another_queue_than_its_step_asks_for_is_reported(scene, wrong):
    if "organisation" in wrong:
        wrong = {"organisation": make.ministry(name="Чужое министерство")}
    assert Task.objects.open().filter(process__plan=scene.agreed).update(**wrong) == 1
    assert kinds() == {"task_and_queue"}


def test_a_task_that_is_somebodys_and_in_the_queue_at_once_is_reported(scene):
    task = Task.objects.open().get(process__plan=scene.agreed)
    for status, owner in (("NEW", User.objects.get(username="director")), ("ASSIGNED", None)):
        Task.objects.filter(pk=task.pk).update(status=status, owner=owner)
        assert kinds() == {"task_and_owner"}


def test_a_date_moved_without_a_petition_is_reported(scene):
    occurrence = Occurrence.objects.get(pk=scene.accepted.pk)
    Occurrence.objects.filter(pk=occurrence.pk).update(
        late_after=occurrence.late_after + timedelta(days=9)
    )
    assert kinds() == {"occurrence_and_date"}


def test_a_due_date_of_another_organisation_than_its_assignment_is_reported(scene):
    stranger = make.ministry(name="Чужое министерство")
    Occurrence.objects.filter(pk=scene.accepted.pk).update(organisation=stranger)
    assert kinds() == {"occurrence_and_assignment", "occurrence_and_count"}


def test_the_command_lists_what_differs_and_fails(scene):
    out = io.StringIO()
    call_command("check_reconciliation", "--format", "json", stdout=out)
    assert json.loads(out.getvalue()) == {"differences": [], "ok": True}

    Plan.objects.filter(pk=scene.agreed.pk).update(state="draft")
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 differences were found"):
        call_command("check_reconciliation", "--format", "json", stdout=out)
    said = json.loads(out.getvalue())
    assert said["ok"] is False
    assert said["differences"][0]["subject"] == f"plan {scene.agreed.pk}"
    assert set(said["differences"][0]) == {"kind", "subject", "expected", "found"}
