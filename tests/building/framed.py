"""Texts whose frame is changed by the services: what tests of the frame begin with."""

from __future__ import annotations

from compliance.domain.plans.headings import Heading
from compliance.models import Revision
from compliance.services.plans.frames import (
    Frame,
    FramePart,
    change_frame,
    move_measure,
    seen_frame,
)
from tests.building import factories as make
from tests.building.amendments import drafter
from tests.building.scenes import Scene, around_today, due_in


def draft(*measures, **given) -> Scene:
    region = make.region()
    return Scene(region, make.plan(region, *measures, **{"period": around_today(), **given}))


def text_of(scene: Scene) -> Revision:
    return scene.plan.revisions.order_by("number").last()


def frame_of(revision: Revision, **changed) -> Frame:
    """The frame as it is, but for what is changed."""
    parts = [
        FramePart(Heading(row.title, row.number), row.pk)
        for row in revision.sections.order_by("position")
    ]
    values = {"title": revision.title, "period": revision.period, "parts": parts}
    return Frame(**{**values, **changed})


def change(scene: Scene, revision: Revision | None = None, **changed) -> int:
    """The frame changed by the drafter; how many deadlines wait because of it."""
    revision = revision or text_of(scene)
    act = make.act(drafter(scene))
    seen = seen_frame(revision)
    return change_frame(revision, frame_of(revision, **changed), seen_before=seen, act=act)


def move(scene: Scene, number: str, section: str, after: str = "") -> None:
    rows = text_of(scene).versions
    move_measure(
        rows.get(number=number),
        text_of(scene).sections.get(number=section),
        rows.get(number=after) if after else None,
        act=make.act(drafter(scene)),
    )


def order(revision: Revision) -> list[str]:
    """The sections with their measures, as a reader meets them."""
    found = []
    for section in revision.sections.order_by("position"):
        rows = section.versions.order_by("position")
        found.append(f"{section}: {' '.join(row.number for row in rows)}".strip())
    return found


def with_sections(scene: Scene, *headings: str) -> None:
    """More sections behind those of the text."""
    revision = text_of(scene)
    parts = [*frame_of(revision).parts, *(FramePart(Heading(words, "II")) for words in headings)]
    change(scene, revision, parts=parts)


def three():
    return [make.measure(f"М {n}", number=f"1.{n}", deadline_text=due_in(20)) for n in (1, 2, 3)]
