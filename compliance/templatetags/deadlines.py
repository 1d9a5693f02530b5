"""How a deadline is understood, in words: the same on every page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import template
from django.template.context import Context
from django.utils.translation import gettext, ngettext

from compliance.domain.calendar.working_days import WorkingCalendar
from compliance.domain.deadlines.lateness import SOON
from compliance.domain.deadlines.parts import EXACT, UNREAD
from compliance.models import Occurrence, Organisation
from compliance.services.execution.deadlines import DeadlinePreview
from compliance.wording import deadlines as words

register = template.Library()

TONES = {"exact": "good", "assumed": "soon", "unknown": "bad"}
NEAR = 31  # calendar days within which working days say more than calendar days
FEW = 3  # due dates in a line
SHOWN = 12  # due dates; the rest of weekly work is folded away


@register.inclusion_tag("partials/deadline_reading.html")
def reading(preview: DeadlinePreview) -> dict[str, Any]:
    """The parts, the certainty, the notes and the due dates of a deadline."""
    deadline = preview.deadline
    is_open = preview.needs_person and deadline.confidence == EXACT
    return {
        "confidence": words.confidence_words(deadline, preview.needs_person),
        "tone": "soon" if is_open else TONES[deadline.confidence],
        "parts": [words.part_words(part) for part in deadline.parts if part.kind != UNREAD],
        "condition": words.condition_words(deadline),
        "notes": [words.note_words(note) for note in deadline.notes],
        "count": words.count_words(len(preview.dates)),
        "first": preview.dates[:SHOWN],
        "rest": preview.dates[SHOWN:],
        "interims": preview.interims,
    }


@register.inclusion_tag("partials/deadline_line.html")
def reading_line(preview: DeadlinePreview) -> dict[str, Any]:
    """How a deadline is understood, in one line: how many dates, the first of them."""
    return {**reading(preview), "first": preview.dates[:FEW], "rest": preview.dates[FEW:]}


@dataclass(frozen=True)
class Nearness:
    """How near a date is: a tone for the eye and words for everybody."""

    tone: str
    words: str


def nearness(due_on: date, today: date, calendar: WorkingCalendar) -> Nearness:
    """How far away an open deadline is; overdue in calendar days, near ones in working days."""
    days = (due_on - today).days
    if days < 0:
        late = -days
        words = ngettext("overdue by %(count)s day", "overdue by %(count)s days", late)
        return Nearness("bad", words % {"count": late})
    tone = "soon" if days <= SOON else "quiet"
    if days == 0:
        return Nearness(tone, gettext("today"))
    if days == 1:
        return Nearness(tone, gettext("tomorrow"))
    worked = calendar.working_days_between(today, due_on) if days <= NEAR else 0
    if worked:
        words = ngettext("in %(count)s working day", "in %(count)s working days", worked)
        return Nearness(tone, words % {"count": worked})
    words = ngettext("in %(count)s day", "in %(count)s days", days)
    return Nearness(tone, words % {"count": days})


@register.inclusion_tag("partials/deadline.html", takes_context=True)
def deadline(
    context: Context,
    due_on: date | None,
    organisation: Organisation,
    is_open: bool = True,
) -> dict[str, Any]:
    """A date and, while it is open, how near it is by the organisation's own date and calendar."""
    near = None
    if due_on and is_open:
        calendar, today = context["calendars"].of(organisation), _today(context, organisation)
        near = nearness(due_on, today, calendar)
    return {"due_on": due_on, "nearness": near}


@register.inclusion_tag("partials/deadline.html", takes_context=True)
def occurrence_deadline(context: Context, occurrence: Occurrence) -> dict[str, Any]:
    """The day of an occurrence that counts today, and its other date where there is one.

    A submitted or closed one is no longer counted.
    """
    is_open, place = occurrence.status == Occurrence.Status.OPEN, occurrence.organisation
    day = occurrence.counted_to(_today(context, place)) if is_open else occurrence.due_on
    times = occurrence.extension_count
    return {
        **deadline(context, day, place, is_open),
        "also": words.other_date(occurrence, day),
        "moved_from": occurrence.original_due_on if times else None,
        "times": times,
    }


@register.simple_tag
def other_date(occurrence: Occurrence) -> str:
    """After the planned day: the date as written or granted, where that is another one."""
    also = words.other_date(occurrence, occurrence.due_on)
    return f" · {also}" if also else ""


def _today(context: Context, organisation: Organisation) -> date:
    """The organisation's date at the moment of the request."""
    today: date = organisation.today(context["moment"])
    return today
