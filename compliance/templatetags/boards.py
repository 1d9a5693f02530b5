"""Signs of the boards: short, and never without their words beside them."""

from __future__ import annotations

from django import template

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


@register.filter
def in_short(cell: MatrixCell) -> str:
    """A cell in three or four letters: its sign and, for several due dates, how many."""
    if cell.state == CellState.WORK:
        return f"{cell.done}/{cell.total}"
    number = f" {cell.count}" if cell.total > 1 and cell.state != CellState.DONE else ""
    return f"{sign(cell.state)}{number}"
