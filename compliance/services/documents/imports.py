"""Storing what a reader found: a plan as a draft, or as one in force on paper; a rating."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from django.db import transaction

from compliance.domain.calendar.periods import Period
from compliance.domain.deadlines import read_deadline
from compliance.domain.documents.reading import (
    Document,
    Item,
    Kind,
    Party,
    Section,
    UnsupportedDocument,
)
from compliance.domain.documents.reading.document import plain_number
from compliance.domain.refusals import Conflict, Refusal
from compliance.files.incoming.files import FileFacts
from compliance.files.incoming.intake import ANY_LENGTH, read_file
from compliance.files.incoming.runner import Bounds
from compliance.models import Decision, MeasureVersion, Organisation, Plan, PlanType, Responsible
from compliance.services.acts import Act
from compliance.services.calendars import working_calendar
from compliance.services.documents.parties import Parties, find_organisation
from compliance.services.documents.ratings import store_rating
from compliance.services.documents.sources import keep_source
from compliance.services.execution.in_force import PaperDecision, adopt_plan
from compliance.services.plans.drafts import MeasureDraft, PlanDraft, SectionDraft, draft_plan

KINDS: dict[str, frozenset[Kind]] = {
    "auto": frozenset(Kind),
    "plan": frozenset({Kind.INSTITUTION_PLAN, Kind.REGIONAL_PLAN}),
    "report": frozenset({Kind.EXECUTION_REPORT}),
    "rating": frozenset({Kind.RATING}),
}
NUMBER = re.compile(r"№\s*(\S+)")
BASES = (
    (re.compile(r"протокол|решени", re.IGNORECASE), Decision.Basis.MINUTES),
    (re.compile(r"приказ|распоряжени|постановлени", re.IGNORECASE), Decision.Basis.ORDER),
    (re.compile(r"письм", re.IGNORECASE), Decision.Basis.LETTER),
)
# The longest texts that the tables hold.
LONGEST = {"number": 20, "deadline": 2000, "responsible": 1000, "title": 1000}


@dataclass(frozen=True)
class Request:
    """What an import is asked to do with a file."""

    kind: str = "auto"
    year: int | None = None
    organisation: str | None = None
    is_adopted: bool = False
    owner: Organisation | None = None  # chosen by a person; then no name is needed
    type: PlanType | None = None  # otherwise the first one for such organisations


@dataclass(frozen=True)
class ReadFile:
    """A file as read."""

    document: Document
    facts: FileFacts

    def as_json(self) -> dict[str, Any]:
        """The JSON of contracts.md."""
        calendar = working_calendar()

        @cache  # a plan says the same few phrases again and again
        def deadline(text: str, period: Period | None) -> dict[str, Any]:
            if period is None:
                return {"text": text, "parts": [], "confidence": "unknown", "due_dates": []}
            return read_deadline(text, period).as_json(period, calendar)

        return {"source": self.facts.as_json(), **self.document.as_json(deadline)}


def read_document_file(
    content: bytes, filename: str, request: Request, bounds: Bounds = ANY_LENGTH
) -> ReadFile:
    """The document in a file, nothing stored; raises UnreadableDocument if there is no text."""
    document, facts = read_file(content, filename, year=request.year, bounds=bounds)
    return ReadFile(document, facts)


def check_storable(document: Document, request: Request) -> None:
    """Raise a Refusal if this document cannot be stored as asked."""
    if document.kind not in KINDS[request.kind]:
        raise Refusal("unexpected_kind", expected=request.kind, found=document.kind.value)
    document.require_supported()
    if request.is_adopted and document.kind is Kind.RATING:
        raise Refusal("only_plans_adopted")


def check_supported(document: Document) -> None:
    """Raise UnsupportedDocument if this document cannot be stored: none, or a report as yet."""
    document.require_supported()
    if document.kind is Kind.EXECUTION_REPORT:
        raise UnsupportedDocument("not_supported_yet", kind=document.kind.value)


@transaction.atomic
def store_document(read: ReadFile, content: bytes, request: Request, *, act: Act) -> dict[str, Any]:
    """What was stored: a plan as a draft or adopted, with its file; a rating as an assessment.

    Raises Refusal or Conflict; then nothing has been written.
    """
    document, facts = read.document, read.facts
    check_storable(document, request)
    check_supported(document)
    organisation = request.owner or find_organisation(document, request.organisation)
    if document.kind is Kind.RATING:
        return store_rating(document, facts, organisation, act=act)
    plan = store_plan(document, facts, organisation, request.type, act=act)
    keep_source(plan, content, act=act)
    if request.is_adopted:
        plan = adopt_plan(plan.pk, act=act, decisions=paper_decisions(document))
    return _stored_plan(plan)


def import_document(content: bytes, filename: str, request: Request, *, act: Act) -> dict[str, Any]:
    """What was stored from a file; on Refusal or Conflict nothing has been written."""
    read = read_document_file(content, filename, request)
    return store_document(read, content, request, act=act)


def store_plan(
    document: Document,
    facts: FileFacts,
    organisation: Organisation,
    kind: PlanType | None = None,
    *,
    act: Act,
) -> Plan:
    """The organisation's draft plan; Conflict when it already has a plan from the same file."""
    if document.period is None:
        raise Refusal("period_missing")
    if organisation.kind == Organisation.Kind.COUNCIL:
        raise Refusal("council_has_no_plan", name=organisation.name)
    # Two imports of one file at once: the second waits here and then finds the first.
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    known = Plan.objects.filter(organisation=organisation, source_sha256=facts.sha256).first()
    if known is not None:
        raise Conflict("already_imported", plan=known.pk, title=known.title)
    kind = kind or PlanType.objects.offered().filter(owner_kind=organisation.kind).first()
    if kind is None:
        raise Refusal("no_plan_type", name=organisation.name)
    parties = Parties(organisation, document)
    draft = PlanDraft(
        organisation=organisation,
        type=kind,
        title=_fitting(document.title or facts.file, "title", 1),
        period=document.period,
        sections=[_section(section, parties) for section in document.sections],
        source_name=facts.file[:300],
        source_sha256=facts.sha256,
    )
    return draft_plan(draft, act=act)


def _section(section: Section, parties: Parties) -> SectionDraft:
    line = section.items[0].lines[0] if section.items else 1
    return SectionDraft(
        title=_fitting(section.title or "", "title", line),
        number=_fitting(section.number or "", "number", line),
        measures=[_measure(item, parties) for item in section.items],
    )


def _measure(item: Item, parties: Parties) -> MeasureDraft:
    line = item.lines[0]
    for party in item.responsible:
        _fitting(party.text, "responsible", line)
    return MeasureDraft(
        text=item.measure or "",
        deadline_text=_fitting(item.deadline_text or "", "deadline", line),
        number=_fitting(item.number or "", "number", line),
        indicator=item.indicator or "",
        finding=item.finding or "",
        form=item.form or "",
        responsibles=parties.drafts(item.responsible),
        found=found_of(item),
    )


def found_of(item: Item) -> dict[str, Any]:
    """What the row says that no field of a measure holds, by name, ready for JSON."""
    found = {
        "indicators": list(item.indicators) if len(item.indicators) > 1 else [],
        "fact": plain_number(item.fact),
        "maximum": plain_number(item.maximum),
        "start": item.start_text,
        "actual_date": item.actual_date,
        "execution": item.execution,
        "result": item.result,
        "facts": [asdict(fact) for fact in item.facts],
        "cost": item.cost,
        "note": item.note,
    }
    return {name: value for name, value in found.items() if value not in (None, "", [])}


def _fitting(text: str, what: str, line: int) -> str:
    """The text itself; Refusal naming the line if it is longer than the table allows."""
    if len(text) > LONGEST[what]:
        raise Refusal("text_too_long", line=line, limit=LONGEST[what])
    return text


def paper_decisions(document: Document) -> list[PaperDecision]:
    """What the parties of a paper plan decided: basis, number and date as found."""
    return [_decision(party) for party in document.parties]


def _decision(party: Party) -> PaperDecision:
    words = party.basis or ""
    number = NUMBER.search(words)
    basis = next((basis for sign, basis in BASES if sign.search(words)), Decision.Basis.SIGNATURE)
    return PaperDecision(
        kind=party.role.value,
        party=party.text[:1000],
        basis=basis,
        number=number.group(1).rstrip(".,;)")[:100] if number else "",
        date=party.date,
    )


def _stored_plan(plan: Plan) -> dict[str, Any]:
    """What became of a plan, and what a person still has to settle in it."""
    versions = MeasureVersion.objects.filter(revision__plan=plan)
    nobody = Responsible.objects.filter(version__in=versions, kind=Responsible.Kind.UNKNOWN)
    return {
        "plan": plan.pk,
        "state": plan.state,
        "organisation": plan.organisation.name,
        "measures": versions.count(),
        "unconfirmed_deadlines": list(versions.unsettled().values_list("number", flat=True)),
        "unknown_parties": sorted(set(nobody.values_list("text", flat=True))),
        "occurrences": plan.occurrences.count(),
    }
