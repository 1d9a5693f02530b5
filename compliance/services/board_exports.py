"""The board of due dates as a table for a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.translation import gettext

from compliance.services.boards import BoardRow
from compliance.services.spreadsheets import Cell, Column
from compliance.wording import signature


def board_columns() -> list[Column]:
    """The headings, in the order of `board_lines`."""
    return [
        Column(gettext("Institution"), 40),
        Column(gettext("Responsible executor"), 28),
        Column("№", 8),
        Column(gettext("Measure"), 60),
        Column(gettext("Plan"), 50),
        Column(gettext("Deadline"), 12),
        Column(gettext("Originally due on"), 12),
        Column(gettext("Times moved"), 12),
        Column(gettext("Days overdue"), 12),
        Column(gettext("State"), 22),
        Column(gettext("Why it was taken off control"), 40),
        Column(gettext("Taken off control by"), 28),
        Column(gettext("Taken off control on"), 12),
        Column(gettext("Letters sent"), 12),
        Column(gettext("Last letter"), 12),
    ]


def _waiver(row: BoardRow) -> list[Cell]:
    """Why, by whom and when it was taken off control; nothing of what was not."""
    found = row.waiver
    if found is None or found.decided_by is None or found.decided_at is None:
        return ["", "", None]
    return [
        row.occurrence.close_reason,
        signature(found.decided_by, found.decided_for),
        timezone.localdate(found.decided_at),
    ]


def board_lines(rows: Iterable[BoardRow]) -> Iterator[list[Cell]]:
    """One line a row of the board."""
    for row in rows:
        one, last = row.occurrence, row.letters.last_at
        executor = one.assignment.executor
        yield [
            one.organisation.name,
            str(executor) if executor else "",
            one.version.number,
            one.version.text,
            one.plan.title,
            one.due_on,
            one.original_due_on if one.extension_count else None,
            one.extension_count or None,
            row.days_overdue or None,
            gettext("Overdue") if row.days_overdue else one.get_status_display(),
            *_waiver(row),
            row.letters.count,
            timezone.localdate(last) if last else None,
        ]
