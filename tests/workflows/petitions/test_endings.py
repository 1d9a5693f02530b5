"""What ends a petition otherwise, what the reconciliation finds, what the table holds."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from compliance.domain.plans.grounds import Grounds
from compliance.domain.refusals import Conflict
from compliance.models import Occurrence, Petition, Plan
from compliance.services.evidence.reports import Account, explain_not_done, save_report
from compliance.services.execution.in_force import put_in_force
from compliance.services.petitions.steps import waive_occurrence
from compliance.services.plans.transitions import change_state
from tests.building import factories as make
from tests.building.executed import counts_as
from tests.building.petitioned import WAIVER, answer, asked, passed, report, standing
from tests.building.scenes import Scene, executing
from workflows.effects.petitions import end_overtaken, hold
from workflows.models import Process, Task
from workflows.services.plans.sending import send_plan_report, submit_execution
from workflows.services.reconciliation import differences
from workflows.services.tasks import engine

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return executing()


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
    return passed(5)


def test_a_late_report_does_not_end_the_petition_that_may_excuse_it(late):
    petition = asked(late, part="director")
    report(late)
    assert standing(petition) == ("open", "decide", "submitted", "executing")
    answer(petition, late.region, "coordinator", "grant")
    assert standing(petition) == ("granted", "", "submitted", "executing")
    task = Task.objects.open().get()
    engine.complete(task.pk, "accept", act=make.act(late.region.inspector))
    assert counts_as(late.occurrence) == "in_time", "judged by the extended date"


def test_the_date_of_what_was_closed_meanwhile_is_not_moved(late):
    petition = asked(late, part="director")
    rows = Occurrence.objects.filter(pk=late.occurrence.pk)
    rows.update(status="cancelled", close_reason="Снято", closed_at=timezone.now())
    with pytest.raises(Conflict, match="'occurrence_closed'"):
        answer(petition, late.region, "coordinator", "grant")


def test_acceptance_ends_what_was_still_asked(late):
    petition = asked(late)
    report(late)
    task = Task.objects.open().get(process__report__isnull=False)
    engine.complete(task.pk, "accept", act=make.act(late.region.inspector))
    assert standing(petition) == ("lapsed", "", "accepted", "executing")
    assert counts_as(late.occurrence) == "late"


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
    empty = plan.revisions.create(number=2, **plan.frame, created_at=timezone.now())
    with transaction.atomic():
        held = hold(plan=plan)
        put_in_force(empty, act=act)
        end_overtaken(held, act, plan=plan)
    assert standing(petition) == ("lapsed", "", "cancelled", "executing")


def test_a_petition_made_since_the_locks_is_a_lost_race(scene):
    asked(scene)
    Occurrence.objects.update(status="cancelled", close_reason="Снято", closed_at=timezone.now())
    with pytest.raises(Conflict, match="'petition_open'"), transaction.atomic():
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
    assert kinds() == {"occurrence_and_petition", "occurrence_and_count"}


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
