"""The board of due dates, and the region by institution, as tables for a workbook."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext

from compliance.files.outgoing.spreadsheets import SheetColumn
from compliance.models.plans import State
from compliance.services.boards.overdue import BoardRow
from compliance.services.boards.regions import InstitutionRow
from compliance.wording.signatures import signature


def board_columns() -> list[SheetColumn[BoardRow]]:
    """The headings, and what a row of the board has under each."""
    return [
        SheetColumn(gettext("Institution"), 40, lambda row: row.occurrence.organisation.name),
        SheetColumn(gettext("Responsible executor"), 28, _executor),
        SheetColumn("№", 8, lambda row: row.occurrence.version.number),
        SheetColumn(gettext("Measure"), 60, lambda row: row.occurrence.version.text),
        SheetColumn(gettext("Plan"), 50, lambda row: row.occurrence.plan.title),
        SheetColumn(gettext("Deadline"), 12, lambda row: row.occurrence.due_on),
        SheetColumn(gettext("Last day in time"), 12, lambda row: row.occurrence.late_after),
        SheetColumn(
            gettext("Originally due on"),
            12,
            lambda row: row.occurrence.original_due_on if row.occurrence.extension_count else None,
        ),
        SheetColumn(gettext("Times moved"), 12, lambda row: row.occurrence.extension_count or None),
        SheetColumn(gettext("Days overdue"), 12, lambda row: row.days_overdue or None),
        SheetColumn(gettext("State"), 22, _state),
        SheetColumn(gettext("Why it was waived"), 40, _why_waived),
        SheetColumn(gettext("Waived by"), 28, _waived_by),
        SheetColumn(gettext("Waived on"), 12, _waived_on),
        SheetColumn(gettext("Letters sent"), 12, lambda row: row.letters.count),
        SheetColumn(
            gettext("Last letter"),
            12,
            lambda row: timezone.localdate(row.letters.last_at) if row.letters.last_at else None,
        ),
    ]


def region_columns() -> list[SheetColumn[InstitutionRow]]:
    """The headings of the region by institution, and what a row has under each."""
    return [
        SheetColumn(gettext("Institution"), 60, lambda row: row.organisation.name),
        SheetColumn(gettext("Rating group"), 40, lambda row: row.organisation.rating_group),
        SheetColumn(gettext("Municipality"), 28, lambda row: row.organisation.municipality),
        SheetColumn(gettext("Overdue"), 12, lambda row: row.overdue),
        SheetColumn(gettext("Wait for a report"), 14, lambda row: row.open),
        SheetColumn(gettext("With the inspector"), 14, lambda row: row.waiting),
        SheetColumn(gettext("Done and verified"), 14, lambda row: row.done),
        SheetColumn(gettext("Of these late"), 14, lambda row: row.late),
        SheetColumn(gettext("Score"), 12, lambda row: row.score),
        SheetColumn(gettext("Place in the group"), 12, lambda row: row.place),
        SheetColumn(gettext("Plans"), 40, _plans),
    ]


def _plans(row: InstitutionRow) -> str:
    return "; ".join(f"{State(one.state).label}: {one.count}" for one in row.plans)


def _executor(row: BoardRow) -> str:
    executor = row.occurrence.assignment.executor
    return str(executor) if executor else ""


def _why_waived(row: BoardRow) -> str:
    return row.occurrence.close_reason if row.waiver else ""


def _waived_by(row: BoardRow) -> str:
    found = row.waiver
    return signature(found.decided_by, found.decided_for) if found and found.decided_by else ""


def _waived_on(row: BoardRow) -> date | None:
    found = row.waiver
    return timezone.localdate(found.decided_at) if found and found.decided_at else None


def _state(row: BoardRow) -> str:
    return gettext("Overdue") if row.days_overdue else row.occurrence.get_status_display()
