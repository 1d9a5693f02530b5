"""Sheets for other programs: one JSON object, or a table that office programs open."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.utils.translation import gettext, pgettext

from compliance.files.outgoing.spreadsheets import Cell, separated_lines
from compliance.models import IncentiveLine, IncentiveSheet


def sheet_as_json(sheet: IncentiveSheet) -> dict[str, object]:
    """A sheet with its numbers; dates are ISO, points and share are numbers or null."""
    scheme = sheet.scheme
    return {
        "sheet": sheet.pk,
        "organisation": sheet.organisation.name,
        "organisation_id": sheet.organisation_id,
        "period": sheet.quarter,
        "period_start": sheet.period_start.isoformat(),
        "period_end": sheet.period_end.isoformat(),
        "as_of": sheet.as_of.isoformat(),
        "due": sheet.due,
        "in_time": sheet.in_time,
        "late": sheet.late,
        "not_done": sheet.not_done,
        "waiting": sheet.waiting,
        "waived": sheet.waived,
        "returned": sheet.returned,
        "points": _number(sheet.points),
        "share": _number(sheet.share),
        "scheme": scheme.title if scheme else None,
        "late_weight": _number(scheme.late_weight) if scheme else None,
        "calculated_at": sheet.calculated_at.isoformat(),
    }


def line_as_json(line: IncentiveLine) -> dict[str, object]:
    """A line of a sheet: the occurrence, how it counted, and its dates."""
    return {
        "occurrence": line.occurrence_id,
        "measure": line.occurrence.version.text,
        "plan": line.occurrence.plan.title,
        "outcome": line.outcome,
        "due_on": line.due_on.isoformat(),
        "late_after": line.late_after.isoformat(),
        "done_on": line.done_on and line.done_on.isoformat(),
        "returns": line.returns,
    }


def sheets_as_json(quarter: str, sheets: Iterable[IncentiveSheet]) -> Iterator[str]:
    """One JSON object, piece by piece: the quarter's code and its sheets."""
    yield f'{{"period": {json.dumps(quarter)}, "sheets": ['
    for number, sheet in enumerate(sheets):
        yield (",\n" if number else "\n") + json.dumps(sheet_as_json(sheet), ensure_ascii=False)
    yield "]}\n"


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def sheets_as_text(sheets: Iterable[IncentiveSheet]) -> Iterator[str]:
    """The lines of a table of sheets."""
    columns = [
        gettext("Institution"),
        gettext("Quarter"),
        gettext("As of"),
        pgettext("how many", "Due"),
        gettext("Done in time"),
        gettext("Done late"),
        gettext("Not done"),
        gettext("Waiting for the inspector"),
        gettext("Waived"),
        gettext("Times returned"),
        gettext("Points"),
        gettext("Share of the bonus, %"),
    ]
    return separated_lines(columns, map(_sheet_cells, sheets))


def _sheet_cells(sheet: IncentiveSheet) -> list[Cell]:
    return [
        sheet.organisation.name,
        sheet.quarter,
        sheet.as_of,
        sheet.due,
        sheet.in_time,
        sheet.late,
        sheet.not_done,
        sheet.waiting,
        sheet.waived,
        sheet.returned,
        sheet.points,
        sheet.share,
    ]


def lines_as_text(lines: Iterable[IncentiveLine]) -> Iterator[str]:
    """The lines of a table of a sheet's rows."""
    columns = [
        "№",
        gettext("Measure"),
        gettext("Plan"),
        gettext("Outcome"),
        gettext("Deadline"),
        gettext("Last day in time"),
        gettext("Reported on"),
        gettext("Times returned"),
    ]
    return separated_lines(columns, map(_line_cells, lines))


def _line_cells(line: IncentiveLine) -> list[Cell]:
    return [
        line.occurrence.version.number,
        line.occurrence.version.text,
        line.occurrence.plan.title,
        line.get_outcome_display(),
        line.due_on,
        line.late_after,
        line.done_on,
        line.returns,
    ]
