"""Plans that are being changed while they bind: a revision brought to a step by the services."""

from __future__ import annotations

from dataclasses import replace

from django.utils import timezone

from compliance.domain.plans.grounds import Grounds
from compliance.models import MeasureVersion, Revision
from compliance.services.plans.drafts import MeasureDraft, ResponsibleDraft, change_measure
from tests.building import factories as make
from tests.building.scenes import PARTIES, Scene
from workflows.models import Task
from workflows.services.approval.amendments import revise_plan
from workflows.services.plans import sending
from workflows.services.tasks import engine

PARTY_OF = {"agree": 1, "rework": 0, "approve": 2, "publish": 3}


def grounds_of(outcome: str) -> Grounds:
    """What each answer says besides, dated today."""
    today = timezone.localdate()
    return {
        "return": Grounds(comment="Уточнить сроки"),
        "approve": Grounds(basis="order", basis_number="8-П", basis_date=today, party="Директор"),
        "publish": Grounds(published_on=today, published_url="https://example.org/plan-2"),
    }.get(outcome, Grounds())


def drafter(scene: Scene):
    return scene.region.people[PARTIES[scene.plan.type.code][0]]


def revised(scene: Scene, reason: str = "Изменилось финансирование") -> Revision:
    """A revision of the plan, just opened."""
    return revise_plan(scene.plan.pk, reason=reason, act=make.act(drafter(scene)))


def said(version: MeasureVersion, **changed) -> MeasureDraft:
    """What the form of a measure sends: what it says, but for what is changed."""
    kept = {
        name: getattr(version, name)
        for name in ("text", "deadline_text", "number", "indicator", "finding", "form", "proof")
    }
    kept["further_proof"] = version.proofs[1:]
    parties = [
        ResponsibleDraft(row.text, row.kind, row.organisation, row.person)
        for row in version.responsibles.all()
    ]
    return replace(MeasureDraft(**kept, responsibles=parties), **changed)


def reword(scene: Scene, revision: Revision, number: str = "1.1", **changed) -> MeasureVersion:
    """The revision's measure with other words, changed by its drafter."""
    version = revision.versions.get(number=number)
    draft = said(version, **changed)
    return change_measure(version, draft, act=make.act(drafter(scene)))


def task_of(revision: Revision) -> Task:
    return Task.objects.open().of_amendment(revision).get()


def step(scene: Scene, revision: Revision, outcome: str) -> None:
    """One step of the revision's way by the person of its party; "begin" sends it at first."""
    if outcome == "begin":
        sending.send_for_agreement(scene.plan.pk, act=make.act(drafter(scene)), knows_passed=True)
        return
    task = task_of(revision)
    part = PARTIES[scene.plan.type.code][PARTY_OF[task.flow_task.name]]
    act = make.act(scene.region.people[part])
    engine.complete(task.pk, outcome, act=act, grounds=grounds_of(outcome))


def in_force(scene: Scene, revision: Revision) -> Revision:
    """The revision after its whole way."""
    for outcome in ("begin", "agree", "approve", "publish"):
        step(scene, revision, outcome)
    return Revision.objects.get(pk=revision.pk)
