"""Storing a rating: institutions, their scores and places, findings and proposals."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction

from compliance.domain.documents.reading import Document, RatedInstitution
from compliance.domain.folding import name_key
from compliance.domain.refusals import Forbidden, Refusal
from compliance.files.incoming.files import FileFacts
from compliance.models import (
    Assessment,
    AssessmentResult,
    Finding,
    Organisation,
    Proposal,
    User,
)
from compliance.models.roles import Role
from compliance.services.acts import Act
from compliance.services.audit.trail import record_and_tell

TOWN = re.compile(r"(?:\bг\.\s*|\bгорода\s+)([А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)*)")


@transaction.atomic
def store_rating(
    document: Document, facts: FileFacts, region: Organisation, *, act: Act
) -> dict[str, Any]:
    """What was stored: the assessment's id, how many rows it has and how many were made.

    Repeatable: importing the same round again changes what differs and adds nothing twice.
    Institutions that the ministry does not have yet are added with their group and town.
    """
    _check(document, region, act)
    assert document.period is not None
    Organisation.objects.select_for_update().get(pk=region.pk)
    assessment, _created = Assessment.objects.get_or_create(
        region=region,
        year=document.period.start.year,
        title=document.title or facts.file,
        defaults={"source_name": facts.file[:300]},
    )
    institutions, added = _institutions(document.institutions, region)
    for rated in document.institutions:
        _store_result(assessment, institutions[name_key(rated.name)], rated)
    stored = {
        "assessment": assessment.pk,
        "institutions": len(document.institutions),
        "institutions_added": added,
        "findings": Finding.objects.filter(result__assessment=assessment).count(),
        "proposals": Proposal.objects.filter(result__assessment=assessment).count(),
    }
    record_and_tell(
        act=act,
        organisation=region,
        action="assessment.import",
        subject=assessment,
        after={**stored, "source": facts.file, "sha256": facts.sha256},
    )
    return stored


def may_load(user: User | None, region: Organisation) -> bool:
    """Whether the person may enter results for the region: council, coordinators; a command may."""
    if user is None:
        return True
    duties = user.jurisdiction()
    return any(duties.holds(role, region.path) for role in (Role.COUNCIL, Role.COORDINATOR))


def _check(document: Document, region: Organisation, act: Act) -> None:
    """Raise a Refusal if this rating cannot be stored for this region."""
    if region.kind != Organisation.Kind.MINISTRY:
        raise Refusal("rating_needs_ministry", name=region.name)
    if not act.may(may_load, region):
        raise Forbidden("not_your_step")
    if document.period is None:
        raise Refusal("period_missing")
    if len(document.title or "") > 500:
        raise Refusal("text_too_long", line=1, limit=500)
    for rated in document.institutions:
        if rated.score is None or rated.rank is None:
            raise Refusal("rating_incomplete", line=rated.lines[0], name=rated.name)
        if len(rated.name) > 500 or not 0 <= rated.score < 10_000:
            raise Refusal("rating_incomplete", line=rated.lines[0], name=rated.name[:100])
    names = Counter(name_key(rated.name) for rated in document.institutions)
    for rated in document.institutions:
        if names[name_key(rated.name)] > 1:
            raise Refusal("rating_repeats", line=rated.lines[0], name=rated.name)


def _institutions(
    rated: Sequence[RatedInstitution], region: Organisation
) -> tuple[dict[str, Organisation], int]:
    """The institutions by the key of their name, and how many of them were added."""
    known: dict[str, Organisation] = {}
    there = Organisation.objects.institutions().filter(parent=region).order_by("is_active", "pk")
    asked = {name_key(one.name) for one in rated}
    for row in there:  # one that is at work outweighs a closed one of its name
        twin = known.get(name_key(row.name))
        if twin and twin.is_active and name_key(row.name) in asked:
            raise Refusal("ambiguous_organisation", name=row.name)
        known[name_key(row.name)] = row
    towns = _towns(one.name for one in rated)
    added = 0
    for one in rated:
        if name_key(one.name) not in known:
            known[name_key(one.name)] = Organisation.objects.create(
                kind=Organisation.Kind.INSTITUTION,
                parent=region,
                name=_tidy(one.name),
                rating_group=(one.group or "")[:200],
                municipality=towns.get(one.name, ""),
                time_zone=region.time_zone,
            )
            added += 1
        elif one.group and known[name_key(one.name)].rating_group != one.group[:200]:
            known[name_key(one.name)].rating_group = one.group[:200]
            known[name_key(one.name)].save(update_fields=["rating_group"])
    return known, added


def _tidy(name: str) -> str:
    """The name without blanks before commas and without the full stop at its end."""
    return re.sub(r"(?<!\s)\s+(?=,)", "", name).removesuffix(".").strip()


def _towns(names: Iterable[str]) -> dict[str, str]:
    """The town in each name: "г. Новокузнецк", also for "г.Новокузнецка".

    A genitive is recognised only when the document has the town in the nominative too.
    """
    stated = {name: match.group(1) for name in names if (match := TOWN.search(name))}
    towns = set(stated.values())
    return {
        name: f"г. {town[:-1] if town[:-1] in towns else town}" for name, town in stated.items()
    }


def _store_result(
    assessment: Assessment, institution: Organisation, rated: RatedInstitution
) -> None:
    """Store one institution's result; its lists are replaced only where they differ."""
    assert rated.rank is not None, "checked before anything is written"
    result, _created = AssessmentResult.objects.update_or_create(
        assessment=assessment,
        organisation=institution,
        defaults={
            "group": (rated.group or "")[:200],
            "score": Decimal(str(rated.score)),
            "place": rated.rank,
        },
    )
    if list(result.findings.values_list("text", flat=True)) != list(rated.findings):
        result.findings.all().delete()
        Finding.objects.bulk_create(Finding(result=result, text=text) for text in rated.findings)
    if list(result.proposals.values_list("text", flat=True)) != list(rated.measures):
        result.proposals.all().delete()
        Proposal.objects.bulk_create(Proposal(result=result, text=text) for text in rated.measures)
