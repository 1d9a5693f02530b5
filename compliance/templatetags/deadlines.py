"""How a deadline is understood, in words: the same on every page."""

from __future__ import annotations

from typing import Any

from django import template

from compliance.domain.deadlines.parts import EXACT, UNREAD
from compliance.services.execution.deadlines import Preview
from compliance.wording import deadlines as words

register = template.Library()

TONES = {"exact": "good", "assumed": "soon", "unknown": "bad"}
SHOWN = 12  # due dates; what is due every week has the rest folded away


@register.inclusion_tag("partials/deadline_reading.html")
def reading(preview: Preview) -> dict[str, Any]:
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
    }
