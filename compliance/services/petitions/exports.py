"""Petitions and waivers as a table for a workbook."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext

from compliance.files.outgoing.spreadsheets import SheetColumn
from compliance.models import Petition
from compliance.wording.signatures import signature


def petition_columns() -> list[SheetColumn[Petition]]:
    """The headings, and what a petition has under each."""
    return [
        SheetColumn(gettext("Institution"), 40, lambda one: one.occurrence.organisation.name),
        SheetColumn("№", 8, lambda one: one.occurrence.version.number),
        SheetColumn(gettext("Measure"), 60, lambda one: one.occurrence.version.text),
        SheetColumn(gettext("What is asked"), 24, lambda one: one.get_kind_display()),
        SheetColumn(gettext("Reason"), 50, lambda one: one.reason),
        SheetColumn(gettext("Originally due on"), 12, lambda one: one.occurrence.original_due_on),
        SheetColumn(gettext("Due date when it was asked"), 12, lambda one: one.due_on),
        SheetColumn(gettext("Date asked for"), 12, lambda one: one.new_due_on),
        SheetColumn(gettext("Date granted"), 12, lambda one: one.granted_due_on),
        SheetColumn(gettext("Times moved"), 12, lambda one: one.occurrence.extension_count or None),
        SheetColumn(gettext("Asked by"), 28, _asked_by),
        SheetColumn(
            gettext("asked at").capitalize(), 12, lambda one: timezone.localdate(one.made_at)
        ),
        SheetColumn(gettext("State"), 22, lambda one: one.get_status_display()),
        SheetColumn(
            gettext("Decided by"), 28, lambda one: signature(one.decided_by, one.decided_for)
        ),
        SheetColumn(
            gettext("Decided on"),
            12,
            lambda one: timezone.localdate(one.decided_at) if one.decided_at else None,
        ),
        SheetColumn(gettext("Decision"), 50, lambda one: one.decision),
    ]


def _asked_by(one: Petition) -> str:
    """The petitioner; a waiver without a petition has none."""
    if one.is_unasked:
        return gettext("the ministry, unasked")
    return signature(one.made_by, one.made_for)
