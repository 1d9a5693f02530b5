"""Where a report's photos were seen before: the same bytes anywhere, a likeness in the region.

They are compared with those of other reports and with those that inspectors took: somebody may send
an inspector's picture as their own. Of the latter only what the viewer may see is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from compliance.domain.evidence.likeness import ALIKE_WITHIN, distance
from compliance.models import Evidence, InspectionPhoto, Occurrence, User

MOST_SHOWN = 20  # of a report; for a photo used so often no longer list is needed
RECENT = 500  # photos of the institution that are compared bit by bit


@dataclass(frozen=True)
class Sighting:
    """A photo of the report, and one like it elsewhere.

    `place` is that other due date, None when the viewer may not open it. An inspector's photo is
    always another one's, also when it was taken for the same due date.
    """

    photo: Evidence
    other: Evidence | InspectionPhoto
    is_same: bool  # the very file; else the pictures only look alike
    place: Occurrence | None

    @property
    def is_inspectors(self) -> bool:
        """Whether an inspector took the other photo."""
        return isinstance(self.other, InspectionPhoto)


def sightings(photos: Iterable[Evidence], occurrence: Occurrence, viewer: User) -> list[Sighting]:
    """Other due dates for which the same file, or a picture that looks alike, was sent.

    The same file counts in every report, plan and institution; likenesses are looked for in the
    region (equal fingerprints) and among the institution's latest photos (nearly equal ones).
    """
    pictures = [photo for photo in photos if not photo.is_document]
    if not pictures:
        return []
    elsewhere = Evidence.objects.exclude(report__occurrence=occurrence).order_by("-pk")
    taken = InspectionPhoto.objects.visible_to(viewer).order_by("-pk")
    own = occurrence.organisation_id
    root = "/" + occurrence.organisation.path.split("/")[1] + "/"
    found = [
        *_same(pictures, elsewhere.select_related("report")),
        *_same(pictures, taken.select_related("inspection")),
        *_alike(
            pictures,
            elsewhere.select_related("report"),
            Q(report__occurrence__organisation__path__startswith=root),
            Q(report__occurrence__organisation=own),
        ),
        *_alike(
            pictures,
            taken.select_related("inspection"),
            Q(inspection__organisation__path__startswith=root),
            Q(inspection__organisation=own),
        ),
    ]
    pairs = {
        (photo.pk, type(other), _place_of(other)): (photo, other, is_same)
        for photo, other, is_same in reversed(found)  # the very file outweighs a likeness
    }
    shown = sorted(pairs.values(), key=lambda pair: (not pair[2], pair[0].pk, -pair[1].pk))
    shown = shown[:MOST_SHOWN]
    ids = {_place_of(other) for _photo, other, _is_same in shown}
    places = Occurrence.objects.visible_to(viewer).with_texts().in_bulk(ids) if ids else {}
    return [
        Sighting(photo, other, is_same, places.get(_place_of(other)))
        for photo, other, is_same in shown
    ]


Other = Evidence | InspectionPhoto
Pair = tuple[Evidence, Other, bool]


def _place_of(other: Other) -> int:
    """The due date that the other photo was sent or taken for."""
    if isinstance(other, InspectionPhoto):
        return other.inspection.occurrence_id
    return other.report.occurrence_id


def _same(pictures: list[Evidence], others: QuerySet[Any]) -> Iterator[Pair]:
    by_hash = {photo.sha256: photo for photo in pictures}
    for other in others.filter(sha256__in=by_hash)[:MOST_SHOWN]:
        yield by_hash[other.sha256], other, True


def _alike(
    pictures: list[Evidence], others: QuerySet[Any], in_region: Q, of_own: Q
) -> Iterator[Pair]:
    wanted = {photo.likeness for photo in pictures if photo.likeness is not None}
    if not wanted:
        return
    equal = others.filter(in_region, likeness__in=wanted)
    own = others.filter(of_own, likeness__isnull=False)
    recent = own.values_list("pk", "likeness")[:RECENT]
    near = {
        pk
        for pk, seen in recent
        if seen is not None and any(distance(seen, one) <= ALIKE_WITHIN for one in wanted)
    }
    ids = {*near, *equal.values_list("pk", flat=True)[:MOST_SHOWN]}
    for other in others.filter(pk__in=ids)[:MOST_SHOWN]:
        for photo in pictures:
            if _looks_like(photo, other):
                yield photo, other, False


def _looks_like(photo: Evidence, other: Other) -> bool:
    if photo.likeness is None or other.likeness is None or photo.sha256 == other.sha256:
        return False
    return distance(photo.likeness, other.likeness) <= ALIKE_WITHIN
