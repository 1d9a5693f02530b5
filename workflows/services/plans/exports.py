"""The list of plans as a table for a workbook."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext

from compliance.files.outgoing.spreadsheets import SheetColumn
from compliance.models.roles import party_words
from workflows.services.plans.lists import PlanRow


def plan_columns() -> list[SheetColumn[PlanRow]]:
    """The headings, and what a row of the list has under each."""
    return [
        SheetColumn(gettext("Institution"), 40, lambda row: row.plan.organisation.name),
        SheetColumn(gettext("Plan"), 60, lambda row: row.plan.title),
        SheetColumn(gettext("Period from"), 12, lambda row: row.plan.period_start),
        SheetColumn(gettext("Period until"), 12, lambda row: row.plan.period_end),
        SheetColumn(gettext("State"), 26, lambda row: str(row.standing.stage.label)),
        SheetColumn(gettext("Change of the plan"), 30, _change),
        SheetColumn(
            gettext("Whose turn it is"),
            28,
            lambda row: party_words(row.turn.role) if row.turn else "",
        ),
        SheetColumn(
            gettext("Taken by"), 28, lambda row: str(row.turn.owner or "") if row.turn else ""
        ),
        SheetColumn(
            gettext("Since"),
            12,
            lambda row: timezone.localdate(row.turn.since) if row.turn and row.turn.since else None,
        ),
        SheetColumn(gettext("Overdue"), 12, lambda row: row.course.overdue),
        SheetColumn(gettext("Done"), 12, lambda row: row.course.done),
        SheetColumn(gettext("Due dates"), 12, lambda row: row.course.total),
        SheetColumn(gettext("Done, percent"), 12, lambda row: row.share),
    ]


def _change(row: PlanRow) -> str:
    """The revision on its way, and what it is at."""
    if row.change is None or row.change_standing is None:
        return ""
    return gettext("revision %(number)s: %(stage)s") % {
        "number": row.change.number,
        "stage": str(row.change_standing.stage.label).lower(),
    }
