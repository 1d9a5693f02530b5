"""The list of inspections as a table for a workbook: what the page says of each."""

from __future__ import annotations

from django.utils.translation import gettext

from compliance.files.outgoing.spreadsheets import SheetColumn
from compliance.models import Inspection
from compliance.wording.signatures import signature


def inspection_columns() -> list[SheetColumn[Inspection]]:
    """The headings, and what an inspection has under each."""
    return [
        SheetColumn(gettext("Institution"), 50, lambda one: one.organisation.name),
        SheetColumn(gettext("Kind"), 24, lambda one: one.get_kind_display()),
        SheetColumn("№", 8, lambda one: one.occurrence.version.number),
        SheetColumn(gettext("Measure"), 60, lambda one: one.occurrence.version.text),
        SheetColumn(gettext("Due on"), 12, lambda one: one.due_on),
        SheetColumn(gettext("State"), 26, lambda one: one.get_status_display()),
        SheetColumn(gettext("Held on"), 12, lambda one: None if one.is_open else one.held_on),
        SheetColumn(gettext("Inspector"), 30, _inspector),
    ]


def _inspector(one: Inspection) -> str:
    if one.closed_by:
        return signature(one.closed_by, one.closed_for)
    return str(one.inspector) if one.inspector else gettext("The inspectors' queue")
