"""Plan types with other parties, and plans on which a council votes, made by the services."""

from __future__ import annotations

from dataclasses import replace

from django.utils import timezone

from compliance.domain.plans.grounds import Grounds
from compliance.models import Plan, PlanType, Vote
from compliance.services.approval.votes import cast_vote
from compliance.services.plans.routes import at_turn
from compliance.services.reference.plan_types import StepDraft, TypeDraft, draft_of, seen
from tests.building import factories as make
from tests.building.remembered import remembered
from tests.building.scenes import Scene, sent
from workflows.services.reference.plan_types import change_type
from workflows.services.tasks import engine

AGREES, APPROVES = "agrees", "approves"
ANY = ("minutes", "order", "letter", "signature")


def minutes() -> Grounds:
    return Grounds(basis="minutes", basis_number="30-ОС", basis_date=timezone.localdate())


def set_type(region: make.Region, *steps: StepDraft, code: str = "institution", **given) -> None:
    """The plan type with these parties, changed as the administrator changes it."""
    kind = PlanType.objects.get(code=code)
    draft = type_draft(kind, *steps, **given)
    change_type(kind.pk, draft, seen_before=seen(kind), act=make.act(region.administrator))


def type_draft(kind: PlanType, *steps: StepDraft, **given) -> TypeDraft:
    """The plan type as it is, with these parties."""
    return replace(draft_of(kind), steps=steps, **given)


def step(kind: str, role: str, **given) -> StepDraft:
    given.setdefault("bases", ANY if kind == APPROVES else ())
    return StepDraft(kind=kind, role=role, **given)


def council_of(region: make.Region, count: int) -> list:
    """The council with so many members; the first is the region's own councillor."""
    others = [
        make.member(region.council, "council", f"council{n}", full_name=f"Член Совета {n}")
        for n in range(2, count + 1)
    ]
    return [region.councillor, *others]


def answer(scene: Scene, person, outcome: str, grounds: Grounds | None = None) -> None:
    engine.complete(scene.task.pk, outcome, act=make.act(person), grounds=grounds)


def state(scene: Scene) -> str:
    return Plan.objects.get(pk=scene.plan.pk).state


@remembered
def voting(members: int = 3, **given) -> tuple[Scene, list]:
    """A regional plan whose council is voting on it."""
    region = make.region()
    people = council_of(region, members)
    set_type(
        region,
        step(AGREES, "head"),
        step(APPROVES, "council", is_vote=True, **given),
        code="regional",
    )
    scene = sent(region, type_code="regional", organisation=region.ministry)
    answer(scene, region.head, "agree")
    return scene, people


def vote(scene: Scene, person, choice: str = "for", comment: str = "") -> Vote:
    party = at_turn(scene.plan.revisions.get())
    return cast_vote(party.pk, choice, comment=comment, act=make.act(person))
