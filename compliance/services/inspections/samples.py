"""Samples of accepted reports: what may be inspected, drawn so that anybody can draw it again."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef

from compliance.domain.inspections import samples
from compliance.models import (
    Inspection,
    InspectionSample,
    Occurrence,
    Organisation,
)
from compliance.models.occurrences import OccurrenceQuerySet
from compliance.services.acts import Act


@dataclass(frozen=True)
class Draw:
    """What a sample is drawn from, and with which seed."""

    organisation: Organisation  # an institution, or the ministry of a region
    accepted_from: date
    accepted_to: date
    share: int
    seed: str


def inspectable() -> OccurrenceQuerySet:
    """Accepted occurrences without an open inspection."""
    under_way = Inspection.objects.open().filter(occurrence=OuterRef("pk"))
    return Occurrence.objects.done().exclude(Exists(under_way))


def population(draw: Draw, kind: str) -> OccurrenceQuerySet:
    """What a sample is drawn from: accepted in the period and not yet inspected in this way."""
    zone = ZoneInfo(draw.organisation.time_zone)
    alike = Inspection.objects.counting().filter(report=OuterRef("accepted_report"), kind=kind)
    return (
        inspectable()
        .filter(
            organisation__path__startswith=draw.organisation.path,
            closed_at__gte=datetime.combine(draw.accepted_from, time.min, zone),
            closed_at__lt=datetime.combine(draw.accepted_to + timedelta(days=1), time.min, zone),
        )
        .exclude(Exists(alike))
    )


@dataclass(frozen=True)
class Sample:
    """What was drawn: ids of occurrences, and out of how many."""

    ids: Sequence[int]
    population: int

    @property
    def fingerprint(self) -> str:
        """What a preview and its confirmation compare."""
        return samples.fingerprint(self.ids)


def new_seed() -> str:
    """A seed that nobody has chosen."""
    return secrets.token_hex(16)


def draw_sample(draw: Draw, kind: str) -> Sample:
    """The stratified sample: at least one from each institution with accepted reports."""
    strata: dict[int, list[int]] = {}
    rows = population(draw, kind).order_by("pk").values_list("organisation_id", "pk")
    for institution, pk in rows:
        strata.setdefault(institution, []).append(pk)
    ids = samples.draw(strata, draw.share, draw.seed)
    return Sample(ids, sum(map(len, strata.values())))


def keep_sample(draw: Draw, kind: str, sample: Sample, *, act: Act) -> InspectionSample:
    """The act of planning with its seed, so that the same sample can be drawn again."""
    return InspectionSample.objects.create(
        organisation=draw.organisation,
        kind=kind,
        accepted_from=draw.accepted_from,
        accepted_to=draw.accepted_to,
        share=draw.share,
        seed=draw.seed,
        population=sample.population,
        chosen=len(sample.ids),
        planned_at=act.at,
        planned_by=act.person,
    )
