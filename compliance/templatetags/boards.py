"""What boards are made of: signs, never without their words beside them, and links to lists."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from compliance.services.boards.matrices import CellState, MatrixCell

register = template.Library()

SIGNS = {
    CellState.OVERDUE: "!",
    CellState.WAITING: "?",
    CellState.WORK: "…",
    CellState.DONE: "✓",
    CellState.WAIVED: "×",
    CellState.ABSENT: "–",
}


@register.filter
def sign(state: str) -> str:
    """The sign of a cell's state."""
    return SIGNS[CellState(state)]


@register.simple_block_tag
def board_link(content: SafeString, opens: bool, **wanted: Any) -> SafeString:
    """The content; a link to the board with the `wanted` choices if the person may open it."""
    if not opens:
        return content
    return format_html('<a href="{}?{}">{}</a>', reverse("overdue"), urlencode(wanted), content)


@register.filter
def in_short(cell: MatrixCell) -> str:
    """A cell in three or four letters: its sign and, for several due dates, how many."""
    if cell.state == CellState.WORK:
        return f"{cell.done}/{cell.total}"
    number = f" {cell.count}" if cell.total > 1 and cell.state != CellState.DONE else ""
    return f"{sign(cell.state)}{number}"
