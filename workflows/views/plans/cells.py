"""A draft filled in as one table: cell by cell, row by row, and many rows at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from compliance.domain.refusals import Refusal
from compliance.models import MeasureVersion, Responsible, Revision
from compliance.services.acts import Act
from compliance.services.execution import deadlines
from compliance.services.plans.cells import (
    CellAnswer,
    CellChange,
    CellConflict,
    Column,
    accept_suggestions,
    change_cell,
    change_cells,
    read_words,
    value_of,
    words_of,
)
from compliance.services.plans.frames import check_editable
from compliance.services.plans.responsibles import Parties
from compliance.views.requests import form_on, ids_of
from compliance.wording.refusals import sentence
from workflows.views.approval.revisions import visible_revision
from workflows.views.plans.measures import bound_versions

MANY = (Column.PARTY, Column.PROOF)  # what many rows can be given at once
SUGGESTED = "suggested"  # in place of one of them: to each row the proof that its words suggest
CORRECTABLE = {409, 422}
OF_THE_WHOLE_ROW = {"measure_gone", "revision_read_only"}  # said once, not in each cell


@dataclass(frozen=True)
class Cell:
    """One cell as its page shows it: what stands in its field, and what the person has seen."""

    column: Column
    entered: str
    seen: str  # the stored value on which it is based
    shown: str  # how the field shows that value: what giving up goes back to
    error: str = ""
    is_saved: bool = False


@dataclass(frozen=True)
class Row:
    """One measure with its cells."""

    version: MeasureVersion
    preview: deadlines.DeadlinePreview
    parties: Sequence[Responsible]
    cells: Sequence[Cell]


@dataclass
class Outcome:
    """What became of the cells of one measure that were sent."""

    saved: set[Column] = field(default_factory=set)
    refused: dict[Column, tuple[CellChange, Refusal]] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """The status of the answer: that of the first refusal, if there is one."""
        return next((refusal.status for _change, refusal in self.refused.values()), 200)


@require_safe
def table(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """All measures of a draft with deadline, responsible party and proof to be filled in."""
    found = visible_revision(request, pk, number)
    check_editable(found, Act.of(request))
    return _page(request, found)


def _address(text: Revision) -> str:
    return reverse("revision-table", args=[text.plan_id, text.number])


def _table_of_measure(request: HttpRequest, pk: int) -> str:
    version = bound_versions(request).filter(pk=pk).first()
    return f"{_address(version.revision)}#row-{version.pk}" if version else reverse("plans")


@form_on(_table_of_measure)
def save_row(request: HttpRequest, pk: int) -> HttpResponse:
    """Store those cells of a measure that were sent, each with its own result."""
    version, act = get_object_or_404(bound_versions(request), pk=pk), Act.of(request)
    check_editable(version.revision, act)
    parties = Parties.of(version.revision.plan, [version])
    outcome = Outcome()
    for column in Column:
        if column in request.POST:
            _store(version, _change(request, column), parties, act, outcome)
    if "HX-Request" in request.headers:
        return _cells(request, version, parties, outcome)
    if outcome.refused:
        return _page(request, version.revision, {version.pk: outcome}, status=outcome.status)
    messages.success(request, _("The measure has been saved."))
    return redirect(f"{_address(version.revision)}#row-{version.pk}")


def _change(request: HttpRequest, column: Column) -> CellChange:
    """What was typed, or accepted with its own button."""
    sent = request.POST
    words = sent.get(f"{column}-accepted") or sent.get(column, "")
    return CellChange(column, words, sent.get(f"{column}-seen", ""))


def _store(
    version: MeasureVersion, change: CellChange, parties: Parties, act: Act, outcome: Outcome
) -> None:
    try:
        change_cell(version, change, parties, act=act)
    except Refusal as refusal:
        if refusal.status not in CORRECTABLE or refusal.code in OF_THE_WHOLE_ROW:
            raise
        outcome.refused[change.column] = (change, refusal)
    else:
        outcome.saved.add(change.column)


def _cells(
    request: HttpRequest, version: MeasureVersion, parties: Parties, outcome: Outcome
) -> HttpResponse:
    """The cells that were sent, as they are now: what the script puts in their place."""
    stored = bound_versions(request).get(pk=version.pk)
    (row,) = _rows([stored], stored.revision, parties, {version.pk: outcome})
    told = outcome.saved | set(outcome.refused)
    context = {
        "row": row,
        "cells": [one for one in row.cells if one.column in told],
        "kinds": MeasureVersion.Proof.choices,
        "text": stored.revision,
    }
    return render(request, "plans/_cells.html", context, status=outcome.status)


@form_on("revision-table", "pk", "number")
def save_many(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Give the ticked measures one responsible party or proof, or each the proof suggested for it,
    with a result for each.
    """
    found, act = visible_revision(request, pk, number), Act.of(request)
    check_editable(found, act)
    ticked = ids_of(request.POST.getlist("measure"))
    versions = list(bound_versions(request).filter(revision=found, pk__in=ticked))
    if versions and request.POST.get("column") == SUGGESTED:
        answers = _accepted(request, versions, act)
        return _page(request, found, answers=answers, ticked=ticked)
    column = next((one for one in MANY if one == request.POST.get("column")), MANY[0])
    words = request.POST.get(column, "")
    given, parties = {column: words}, Parties.of(found.plan, versions)
    if problem := _problem(versions, words, column, parties):
        return _page(request, found, problem=problem, ticked=ticked, given=given)
    changes = [
        (one, CellChange(column, words, request.POST.get(f"{column}-{one.pk}", "")))
        for one in versions
    ]
    answers = change_cells(changes, parties, act=act)
    return _page(request, found, answers=answers, ticked=ticked, given=given)


def _accepted(
    request: HttpRequest, versions: Sequence[MeasureVersion], act: Act
) -> list[CellAnswer]:
    """What came of accepting what the page suggested and showed for each of the measures."""
    sent, parties = request.POST, Parties(versions[0].revision.plan)
    offered = [
        (
            one,
            CellChange(
                Column.PROOF,
                sent.get(f"{SUGGESTED}-{one.pk}", ""),
                sent.get(f"{Column.PROOF}-{one.pk}", ""),
            ),
        )
        for one in versions
    ]
    return accept_suggestions(offered, parties, act=act)


def _problem(
    versions: Sequence[MeasureVersion], words: str, column: Column, parties: Parties
) -> Refusal | None:
    """Why none of the rows can be given this; said once, not for each of them."""
    if not versions:
        return Refusal("nothing_ticked")
    try:
        return None if read_words(words, column, parties) else Refusal("nothing_to_put_in")
    except Refusal as refusal:
        return refusal


def _page(
    request: HttpRequest,
    text: Revision,
    outcomes: Mapping[int, Outcome] | None = None,
    *,
    answers: Sequence[CellAnswer] = (),
    problem: Refusal | None = None,
    ticked: Sequence[int] = (),
    given: Mapping[Column, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The table; `ticked` and `given` are what was sent for many rows at once."""
    versions = list(
        bound_versions(request)
        .filter(revision=text)
        .order_by("section__position", "position")
        .prefetch_related("responsibles__organisation", "responsibles__person")
    )
    parties = Parties.of(text.plan, versions)
    rows = _rows(versions, text, parties, outcomes or {})
    context = {
        "plan": text.plan,
        "text": text,
        "sections": [
            {"section": one, "rows": [row for row in rows if row.version.section_id == one.pk]}
            for one in text.sections.all()
        ],
        "rows": rows,
        "names": list(parties.names.values()),
        "kinds": MeasureVersion.Proof.choices,
        "is_suggested": any(one.suggested_proof for one in versions),
        "answers": [
            {"version": one.version, "words": sentence(one.refusal) if one.refusal else ""}
            for one in answers
        ],
        "problem": sentence(problem) if problem else "",
        "ticked": ticked,
        "given": given or {},
    }
    return render(request, "plans/table.html", context, status=422 if problem else status)


def _rows(
    versions: Sequence[MeasureVersion],
    text: Revision,
    parties: Parties,
    outcomes: Mapping[int, Outcome],
) -> list[Row]:
    previews = deadlines.previews(versions, text.plan)
    return [
        Row(
            version,
            preview,
            list(version.responsibles.all()),
            [_cell(version, one, parties, outcomes.get(version.pk, Outcome())) for one in Column],
        )
        for version, preview in zip(versions, previews, strict=True)
    ]


def _cell(version: MeasureVersion, column: Column, parties: Parties, outcome: Outcome) -> Cell:
    """The cell with what is stored, or with what was typed and why it could not be stored.

    After a conflict the newer value counts as seen: saving again stores what was typed.
    """
    now = value_of(version, column)
    if column not in outcome.refused:
        shown = _in_field(now, column, parties)
        return Cell(column, shown, now, shown, is_saved=column in outcome.saved)
    change, refusal = outcome.refused[column]
    seen = refusal.now if isinstance(refusal, CellConflict) else change.seen
    return Cell(column, change.words, seen, _in_field(seen, column, parties), sentence(refusal))


def _in_field(value: str, column: Column, parties: Parties) -> str:
    """A value as its field holds it: a list of proofs by code, all else in words."""
    return value if column == Column.PROOF else words_of(value, column, parties)
