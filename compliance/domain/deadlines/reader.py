"""How a deadline written in bureaucratic Russian is understood: `read_deadline`.

The phrase passes four stages: words (`grammar.tokens`), items (`grammar.phrases` and the rules it
tries), parts (`meaning`), due dates (`recurrence`). A phrase that is not read to the last word, or
contradicts itself, is `unknown` and has no dates: nothing is guessed silently.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self

from compliance.domain.calendar.periods import Period
from compliance.domain.calendar.shifting import DEFAULT_POLICY, Policy, shifted
from compliance.domain.calendar.working_days import WorkingCalendar
from compliance.domain.deadlines.grammar.cursor import Cursor
from compliance.domain.deadlines.grammar.phrases import read_nodes
from compliance.domain.deadlines.meaning import meaning, notes_about_years
from compliance.domain.deadlines.parts import (
    ASSUMED,
    EXACT,
    UNKNOWN,
    UNREAD,
    DeadlinePart,
    Note,
)
from compliance.domain.deadlines.recurrence import interim_dates, part_dates
from compliance.domain.deadlines.resolving import Context, ContradictionError

__all__ = ["Deadline", "DeadlinePart", "Note", "Period", "read_deadline"]


@dataclass(frozen=True, slots=True)
class Deadline:
    """A phrase as written and as understood."""

    text: str
    parts: tuple[DeadlinePart, ...]
    condition: str | None = None
    confidence: str = EXACT
    notes: tuple[Note, ...] = ()

    @property
    def due_dates(self) -> tuple[date, ...]:
        """Of all parts, sorted, without repeats, before any shift for non-working days."""
        return tuple(sorted({day for part in self.parts for day in part.due_dates}))

    def interim_dates(
        self, checkpoints: str = DEFAULT_POLICY.interim_checkpoints
    ) -> tuple[date, ...]:
        """When the course of work is asked for, before any shift; never a due date itself."""
        found = {day for part in self.parts for day in interim_dates(part, checkpoints)}
        return tuple(sorted(found - set(self.due_dates)))

    def due_dates_working(
        self, period: Period, calendar: WorkingCalendar, policy: Policy = DEFAULT_POLICY
    ) -> tuple[date, ...]:
        """The due dates after the shift for non-working days."""
        days = {
            shifted(day, part.names_a_day, period, calendar, policy)
            for part in self.parts
            for day in part.due_dates
        }
        return tuple(sorted(days))

    def as_json(
        self,
        period: Period | None = None,
        calendar: WorkingCalendar | None = None,
        policy: Policy = DEFAULT_POLICY,
    ) -> dict[str, Any]:
        """The JSON of contracts.md; with period and calendar, also what settings shift or add."""
        data: dict[str, Any] = {
            "text": self.text,
            "parts": [part.as_json() for part in self.parts],
            "condition": self.condition,
            "confidence": self.confidence,
            "notes": [note.as_json() for note in self.notes],
            "due_dates": [day.isoformat() for day in self.due_dates],
        }
        if period is not None and calendar is not None:
            working = self.due_dates_working(period, calendar, policy)
            data["due_dates_working"] = [day.isoformat() for day in working]
            interims = self.interim_dates(policy.interim_checkpoints)
            data["interim_dates"] = [day.isoformat() for day in interims]
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The deadline back from its stored JSON."""
        return cls(
            text=data["text"],
            parts=tuple(DeadlinePart.from_json(part) for part in data["parts"]),
            condition=data.get("condition"),
            confidence=data["confidence"],
            notes=tuple(Note.from_json(note) for note in data.get("notes", ())),
        )


def read_deadline(text: str, period: Period, today: date | None = None) -> Deadline:
    """How the phrase is understood in a plan of that period.

    >>> read_deadline("I квартал 2020 г.", Period.of_years(2020)).due_dates
    (datetime.date(2020, 3, 31),)
    """
    cursor = Cursor(text)
    nodes = read_nodes(cursor)
    if nodes is None:
        rest = cursor.written(cursor.position, len(cursor.tokens))
        return _unknown(text, Note("unread", text=rest), rest)
    context = Context(period, today)
    try:
        parts, condition = meaning(nodes, context)
    except ContradictionError as error:
        return _unknown(text, Note(error.code), " ".join(cursor.text.split()))
    dated = tuple(replace(part, due_dates=part_dates(part)) for part in parts)
    for word in cursor.corrected_words():
        context.notes.append(Note("spelling_corrected", text=word))
    notes = (*context.notes, *notes_about_years(dated, context))
    confidence = ASSUMED if context.is_assumed else EXACT
    return Deadline(text, dated, condition, confidence, notes)


def _unknown(text: str, note: Note, rest: str) -> Deadline:
    return Deadline(text, (DeadlinePart(UNREAD, anchor=rest or None),), None, UNKNOWN, (note,))
