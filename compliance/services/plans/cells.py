"""One cell of a draft's table: what it holds, what is typed into it, and storing that.

A cell says what its page showed. So what somebody else has stored meanwhile is never overwritten
unseen: the refusal names both values, and asking again with the newer one in sight stores it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from django.db import transaction

from compliance.domain.evidence.proofs import in_order
from compliance.domain.folding import name_key, visible
from compliance.domain.refusals import Conflict, Refusal
from compliance.models import MeasureVersion
from compliance.services.acts import Act
from compliance.services.plans.drafts import (
    MeasureDraft,
    ResponsibleDraft,
    change_measure,
    editable,
)
from compliance.services.plans.responsibles import Parties, code_of, lead_of

LONGEST = 2000  # characters of a cell: a deadline as the model holds it, and more than any name


class Column(StrEnum):
    """What the table of a draft lets people fill in."""

    DEADLINE = "deadline_text"
    PARTY = "party"
    PROOF = "proof"


@dataclass(frozen=True)
class CellChange:
    """What a person typed into a cell, and the value that their page showed there."""

    column: Column
    words: str
    seen: str


class CellConflict(Conflict):
    """Somebody else has changed the cell since the page was made; `now` is what it holds."""

    def __init__(self, now: str, **words: str) -> None:
        super().__init__("cell_changed", **words)
        self.now = now


@dataclass(frozen=True)
class CellAnswer:
    """The result for one of several measures; without a refusal the cell holds what was asked."""

    version: MeasureVersion
    refusal: Refusal | None = None


def value_of(version: MeasureVersion, column: Column) -> str:
    """What the cell holds: words, the kinds of proof with commas, or the code of a party."""
    if column == Column.DEADLINE:
        return " ".join(version.deadline_text.split())
    if column == Column.PROOF:
        return ",".join(version.proofs)
    return code_of(lead_of(version))


def words_of(value: str, column: Column, parties: Parties) -> str:
    """A value as people read it."""
    if column == Column.PROOF:
        labels = dict(MeasureVersion.Proof.choices)
        return ", ".join(str(labels[kind]) for kind in value.split(",") if kind in labels)
    return parties.names.get(value, "") if column == Column.PARTY else value


def read_words(words: str, column: Column, parties: Parties) -> str:
    """The value that typed or pasted words mean; empty words mean no value.

    Raises Refusal when a party or a proof is not known by these words.
    """
    if len(words) > LONGEST:
        raise Refusal("entry_too_long", limit=LONGEST)
    plain = " ".join(visible(words.replace("\0", " ")).split())
    if not plain:
        return ""
    if column == Column.PARTY:
        return parties.code(plain)
    if column == Column.PROOF:
        return _kinds(plain)
    return plain


def _kinds(words: str) -> str:
    """Kinds of proof by code or by name, with commas between them."""
    known = {name_key(str(label)): kind for kind, label in MeasureVersion.Proof.choices}
    kinds = [known.get(name_key(one), one.strip()) for one in words.split(",")]
    if unknown := [kind for kind in kinds if kind not in MeasureVersion.Proof.values]:
        raise Refusal("proof_unknown", name=", ".join(unknown))
    return ",".join(in_order(kinds))


@transaction.atomic
def change_cell(
    version: MeasureVersion, change: CellChange, parties: Parties, *, act: Act
) -> MeasureVersion:
    """The measure with what was typed into one of its cells; untouched words change nothing.

    Raises CellConflict when the cell no longer holds what the page showed, and Refusal when the
    words cannot be taken or a value is taken away.
    """
    editable(version, act)
    stored = MeasureVersion.objects.select_related("revision__plan", "section").get(pk=version.pk)
    is_untouched = change.words == words_of(change.seen, change.column, parties)
    value = change.seen if is_untouched else read_words(change.words, change.column, parties)
    now = value_of(stored, change.column)
    if value in {change.seen, now}:
        return stored
    if now != change.seen:
        names = {"mine": value, "before": change.seen, "newer": now}
        words = {key: words_of(one, change.column, parties) or "—" for key, one in names.items()}
        raise CellConflict(now, **words)
    if not value:
        raise Refusal("cell_emptied")
    return change_measure(stored, _with(stored, change.column, value, parties), act=act)


def change_cells(
    changes: Sequence[tuple[MeasureVersion, CellChange]], parties: Parties, *, act: Act
) -> list[CellAnswer]:
    """What came of each: stored, or why not; a refusal stops no other."""
    return [_answered(version, change, parties, act) for version, change in changes]


def accept_suggestions(
    offered: Sequence[tuple[MeasureVersion, CellChange]], parties: Parties, *, act: Act
) -> list[CellAnswer]:
    """What came of taking the proofs that the page suggested: each only where none was chosen."""
    answers = []
    for version, change in offered:
        if change.seen:
            answers.append(CellAnswer(version, Refusal("proof_chosen")))
        elif not change.words:
            answers.append(CellAnswer(version, Refusal("proof_not_suggested")))
        else:
            answers.append(_answered(version, change, parties, act))
    return answers


def _answered(
    version: MeasureVersion, change: CellChange, parties: Parties, act: Act
) -> CellAnswer:
    try:
        change_cell(version, change, parties, act=act)
    except Refusal as refusal:
        return CellAnswer(version, refusal)
    return CellAnswer(version)


def _with(version: MeasureVersion, column: Column, value: str, parties: Parties) -> MeasureDraft:
    """All that the measure says, with one thing replaced."""
    draft = _draft_of(version)
    if column == Column.DEADLINE:
        return replace(draft, deadline_text=value)
    if column == Column.PROOF:
        proof, *further = value.split(",")
        return replace(draft, proof=proof, further_proof=further)
    lead = parties.party(value, _written(version, value, parties))
    return replace(draft, responsibles=(lead, *draft.responsibles[1:]))


def _written(version: MeasureVersion, code: str, parties: Parties) -> str:
    """How the plan is to write its new party: as it does, unless it wrote the former one's name."""
    lead = lead_of(version)
    if lead is None or not lead.text.strip():
        return parties.names[code]
    former = {name_key(str(one)) for one in (lead.person, lead.organisation) if one is not None}
    if lead.organisation is not None:
        former.add(name_key(lead.organisation.name))
    return parties.names[code] if name_key(lead.text) in former else lead.text


def _draft_of(version: MeasureVersion) -> MeasureDraft:
    proof, *further = version.proofs or [""]
    return MeasureDraft(
        text=version.text,
        deadline_text=version.deadline_text,
        number=version.number,
        indicator=version.indicator,
        finding=version.finding,
        form=version.form,
        proof=proof,
        further_proof=further,
        responsibles=[
            ResponsibleDraft(row.text, row.kind, row.organisation, row.person)
            for row in version.responsibles.all()
        ],
    )
