"""Where a report's photos were seen before: the same bytes anywhere, a likeness in the region."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from compliance.domain.evidence.likeness import ALIKE_WITHIN, distance
from compliance.models import Evidence, Occurrence, User
from compliance.models.evidence import EvidenceQuerySet

MOST_SHOWN = 20  # of a report; for a photo used so often no longer list is needed
RECENT = 500  # photos of the institution that are compared bit by bit


@dataclass(frozen=True)
class Sighting:
    """A photo of the report, and one like it elsewhere.

    `place` is the other due date, None when the viewer may not open it.
    """

    photo: Evidence
    other: Evidence
    is_same: bool  # the very same file; otherwise the pictures only look alike
    place: Occurrence | None


def sightings(photos: Iterable[Evidence], occurrence: Occurrence, viewer: User) -> list[Sighting]:
    """Other due dates for which the same file, or a picture that looks alike, was sent.

    The same file counts in every report, plan and institution; likenesses are looked for in the
    region (equal fingerprints) and among the institution's latest photos (nearly equal ones).
    """
    pictures = [photo for photo in photos if not photo.is_document]
    if not pictures:
        return []
    elsewhere = Evidence.objects.exclude(report__occurrence=occurrence).order_by("-pk")
    found = [*_same(pictures, elsewhere), *_alike(pictures, elsewhere, occurrence)]
    pairs = {
        (photo.pk, other.report.occurrence_id): (photo, other, is_same)
        for photo, other, is_same in reversed(found)  # the same file outweighs a likeness
    }
    shown = sorted(pairs.values(), key=lambda pair: (not pair[2], pair[0].pk, -pair[1].pk))
    shown = shown[:MOST_SHOWN]
    ids = {other.report.occurrence_id for _photo, other, _is_same in shown}
    places = Occurrence.objects.visible_to(viewer).with_texts().in_bulk(ids) if ids else {}
    return [
        Sighting(photo, other, is_same, places.get(other.report.occurrence_id))
        for photo, other, is_same in shown
    ]


Pair = tuple[Evidence, Evidence, bool]


def _same(pictures: list[Evidence], elsewhere: EvidenceQuerySet) -> Iterator[Pair]:
    by_hash = {photo.sha256: photo for photo in pictures}
    rows = elsewhere.filter(sha256__in=by_hash).select_related("report")
    for other in rows[:MOST_SHOWN]:
        yield by_hash[other.sha256], other, True


def _alike(
    pictures: list[Evidence], elsewhere: EvidenceQuerySet, occurrence: Occurrence
) -> Iterator[Pair]:
    wanted = {photo.likeness for photo in pictures if photo.likeness is not None}
    if not wanted:
        return
    root = "/" + occurrence.organisation.path.split("/")[1] + "/"
    equal = elsewhere.filter(
        likeness__in=wanted, report__occurrence__organisation__path__startswith=root
    )
    own = elsewhere.filter(
        likeness__isnull=False, report__occurrence__organisation=occurrence.organisation_id
    )
    recent = own.values_list("pk", "likeness")[:RECENT]
    near = {
        pk
        for pk, seen in recent
        if seen is not None and any(distance(seen, one) <= ALIKE_WITHIN for one in wanted)
    }
    ids = {*near, *equal.values_list("pk", flat=True)[:MOST_SHOWN]}
    for other in elsewhere.filter(pk__in=ids).select_related("report")[:MOST_SHOWN]:
        for photo in pictures:
            if _looks_like(photo, other):
                yield photo, other, False


def _looks_like(photo: Evidence, other: Evidence) -> bool:
    if photo.likeness is None or other.likeness is None or photo.sha256 == other.sha256:
        return False
    return distance(photo.likeness, other.likeness) <= ALIKE_WITHIN
