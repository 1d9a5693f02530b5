"""Inspections by sample: reproducible, at least one an institution, nothing stored unseen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from compliance.domain.refusals import Conflict, Refusal
from compliance.models import (
    AuditEvent,
    Inspection,
    InspectionSample,
)
from compliance.services.inspections.planning import InspectionOrder
from compliance.services.inspections.samples import Draw, draw_sample
from tests.building import factories as make
from tests.building.inspected import accepted, closed, planned, tomorrow
from tests.building.scenes import Scene
from workflows.services.inspections import (
    plan_sample,
)
from workflows.services.reconciliation import differences

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return accepted()


def draw_of(scene: Scene, share: int = 10, seed: str = "7f") -> Draw:
    today = timezone.localdate()
    return Draw(scene.region.ministry, today - timedelta(days=1), today, share, seed)


def test_a_sample_takes_at_least_one_of_each_institution_and_can_be_drawn_again():
    scene = accepted(count=3)
    accepted(scene.region, organisation=scene.region.other, title="План другого учреждения")
    draw, order = draw_of(scene), InspectionOrder("call", tomorrow())
    sample = draw_sample(draw, "call")
    assert (len(sample.ids), sample.population) == (2, 4)
    act = make.act(scene.region.coordinator)
    made = plan_sample(draw, order, fingerprint=sample.fingerprint, act=act)
    assert {one.organisation for one in made} == {scene.region.own, scene.region.other}
    kept = InspectionSample.objects.get()
    assert (kept.seed, kept.population, kept.chosen) == ("7f", 4, 2)
    event = AuditEvent.objects.get(action="inspection.sample")
    assert sorted(event.after["occurrences"]) == sorted(sample.ids) and event.after["seed"] == "7f"
    assert list(differences()) == []
    again = draw_sample(draw, "call")
    assert again.population == 2, "what is being inspected is not drawn again"


def test_a_sample_that_changed_since_its_preview_is_not_stored(scene):
    draw, order = draw_of(scene, 100), InspectionOrder("call", tomorrow())
    seen = draw_sample(draw, "call").fingerprint
    accepted(scene.region, organisation=scene.region.other, title="План другого учреждения")
    act = make.act(scene.region.coordinator)
    with pytest.raises(Conflict, match="'sample_changed'"):
        plan_sample(draw, order, fingerprint=seen, act=act)
    assert not Inspection.objects.exists() and not InspectionSample.objects.exists()


def test_what_was_confirmed_in_this_way_is_not_drawn_again(scene):
    closed(scene, planned(scene, "call"), "confirm")
    assert draw_sample(draw_of(scene), "call").ids == []
    assert len(draw_sample(draw_of(scene), "visit").ids) == 1
    act, empty = make.act(scene.region.inspector), draw_sample(draw_of(scene), "call")
    with pytest.raises(Refusal, match="'sample_empty'"):
        plan_sample(
            draw_of(scene),
            InspectionOrder("call", tomorrow()),
            fingerprint=empty.fingerprint,
            act=act,
        )
