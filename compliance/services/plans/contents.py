"""What a text says as one value, and the hash that freezes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch, QuerySet

from compliance.domain.audit.chains import digest
from compliance.models import (
    MeasureVersion,
    Revision,
)


def content_of(version: MeasureVersion) -> dict[str, Any]:
    """What a measure says, as the content hash covers it.

    It leaves out dates that a person sets where the words fix none: they may come later.
    """
    return {
        "measure": version.measure_id,
        "number": version.number,
        "text": version.text,
        "indicator": version.indicator,
        "finding": version.finding,
        "form": version.form,
        # A list only if there are several: texts frozen earlier keep their hash.
        "proof": version.proofs if version.further_proof else version.proof,
        "deadline": version.deadline_text,
        "responsible": [
            [row.text, row.kind, row.organisation_id, row.person_id]
            for row in version.responsibles.all()
        ],
    }


def content_hash(revision: Revision) -> str:
    """The sha256 over everything a revision says: frame, sections and measures in order."""
    ((_revision, found),) = content_hashes(Revision.objects.filter(pk=revision.pk))
    return found


def content_hashes(revisions: QuerySet[Revision]) -> Iterator[tuple[Revision, str]]:
    """Each revision with its `content_hash`, in a few statements for a thousand of them."""
    versions = MeasureVersion.objects.select_related("section").prefetch_related("responsibles")
    rows = revisions.prefetch_related(Prefetch("versions", versions), "sections")
    for revision in rows.iterator(chunk_size=1000):
        yield (
            revision,
            digest(
                {
                    "title": revision.title,
                    **_hashed_period(revision),
                    "sections": [[row.number, row.title] for row in revision.sections.all()],
                    "measures": [
                        {"section": version.section.position, **content_of(version)}
                        for version in revision.versions.all()
                    ],
                }
            ),
        )


def _hashed_period(revision: Revision) -> dict[str, list[str]]:
    """The period as the hash covers it; texts of hash version 1 were frozen without it."""
    if revision.hash_version < 2:
        return {}
    return {"period": [revision.period_start.isoformat(), revision.period_end.isoformat()]}
