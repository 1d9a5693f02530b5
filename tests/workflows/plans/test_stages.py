"""Where a plan is: its state or, while a party has it, what it is there for and by whom."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.domain.plans.grounds import Grounds
from compliance.models import Plan
from tests.building import factories as make
from tests.building.scenes import PARTIES, Scene, executing, published, sent
from workflows.services.approval.amendments import revise_plan
from workflows.services.plans import sending
from workflows.services.plans.stages import Stage, at_stage, stage_counts
from workflows.services.tasks import engine

pytestmark = pytest.mark.django_db

COMMENT = Grounds(comment="Уточните сроки")
ORDER = Grounds(basis="order", basis_number="7-П", basis_date=timezone.localdate(), party="Так")


def answer(scene: Scene, outcome: str, grounds: Grounds | None = None) -> Scene:
    """The scene after the party at turn has answered."""
    people = scene.region.people
    part = {"agree": 1, "approve": 2, "publish": 3, "rework": 0}[scene.task.flow_task.name]
    person = people[PARTIES[scene.plan.type.code][part]]
    engine.complete(scene.task.pk, outcome, act=make.act(person), grounds=grounds or Grounds())
    return scene


def reworked() -> Scene:
    return answer(sent(), "return", COMMENT)


def agreed() -> Scene:
    return answer(sent(), "agree")


def approved() -> Scene:
    return answer(agreed(), "approve", ORDER)


def withdrawn() -> Scene:
    scene = reworked()
    return answer(scene, "withdraw")


STAGES = [
    (sent, Stage.AGREEING, "На согласовании у куратора", "2"),
    (reworked, Stage.REWORKING, "На доработке у руководителя учреждения", "1"),
    (withdrawn, Stage.DRAFT, "Черновик", "1"),
    (agreed, Stage.APPROVING, "На утверждении у руководителя учреждения", "3"),
    (approved, Stage.PUBLISHING, "Ждёт публикации у руководителя учреждения", "4"),
    (published, Stage.PUBLISHED, "Опубликован", "4"),
    (executing, Stage.EXECUTING, "Исполняется", "5"),
]


@pytest.mark.parametrize(
    ("begin", "stage", "words", "step"), STAGES, ids=[row[0].__name__ for row in STAGES]
)
def test_the_page_says_where_the_plan_is(begin, stage, words, step) -> None:
    scene = begin()
    page = opened(scene, scene.plan.get_absolute_url())
    assert words in badges(page)
    present = re.findall(r'aria-current="step">([^<]*)<', page)
    assert present[0] == words
    assert f"Этап {step} из 6" in page
    assert page.count('class="step step-done"') == int(step) - 1


@pytest.mark.parametrize(
    ("begin", "stage", "words", "step"), STAGES, ids=[row[0].__name__ for row in STAGES]
)
def test_a_plan_is_found_at_its_own_stage_alone(begin, stage, words, step) -> None:
    scene = begin()
    rows = Plan.objects.all()
    assert stage_counts(rows) == {stage: 1}
    assert {one for one in Stage if rows.filter(at_stage(one))} == {stage}
    assert list(rows.filter(at_stage(*Stage))) == [scene.plan]


def test_each_stage_is_counted_by_itself() -> None:
    region = make.region()
    sent(region)
    executing(region)
    make.plan(region, make.measure())
    make.plan(region, make.measure())
    assert stage_counts(Plan.objects.all()) == {
        Stage.DRAFT: 2,
        Stage.AGREEING: 1,
        Stage.EXECUTING: 1,
    }


def test_an_approved_text_that_is_not_published_yet_is_no_longer_with_its_judges() -> None:
    """A change of a binding plan, whose own state stays as it is."""
    scene = executing()
    act = make.act(scene.region.director)
    revision = revise_plan(scene.plan.pk, reason="Так", act=act)
    revision.versions.update(text="Иначе")
    address = reverse("plan-revision", args=[scene.plan.pk, 2])
    seen = [badges(opened(scene, address))]
    sending.send_for_agreement(scene.plan.pk, act=act, revision=revision, knows_passed=True)
    seen.append(badges(opened(scene, address)))
    answer(scene, "agree")
    seen.append(badges(opened(scene, address)))
    answer(scene, "approve", ORDER)
    for page in (address, reverse("plan-revisions", args=[scene.plan.pk])):
        assert "Ждёт публикации у руководителя учреждения" in badges(opened(scene, page))
    assert [one[0] for one in seen] == [
        "Черновик",
        "На согласовании у куратора",
        "На утверждении у руководителя учреждения",
    ]
    plan = opened(scene, scene.plan.get_absolute_url())
    assert badges(plan)[0] == "Исполняется", "the plan goes on meanwhile"
    assert stage_counts(Plan.objects.all()) == {Stage.EXECUTING: 1}


def test_a_report_on_its_way_is_named() -> None:
    scene = executing(None, make.measure(deadline_text="по мере необходимости"))
    scene.plan.occurrences.update(not_done_reason="Не понадобилось")
    sending.send_plan_report(scene.plan.pk, act=make.act(scene.region.director))
    page = opened(scene, scene.plan.get_absolute_url())
    assert badges(page)[0] == "Отчёт на приёмке у куратора"
    assert "Этап 6 из 6" in page
    engine.complete(
        scene.task.pk, "return", act=make.act(scene.region.coordinator), grounds=COMMENT
    )
    assert stage_counts(Plan.objects.all()) == {Stage.COMPLETING: 1}
    page = opened(scene, scene.plan.get_absolute_url())
    assert badges(page)[0] == "Отчёт на доработке у руководителя учреждения"


def opened(scene: Scene, address: str) -> str:
    """The page as the coordinator reads it."""
    client = Client()
    client.force_login(scene.region.coordinator)
    return client.get(address).content.decode()


def badges(page: str) -> list[str]:
    """The words of the badges of a page, in order."""
    return re.findall(r'<span class="tag[^"]*">([^<]*)</span>', page)
