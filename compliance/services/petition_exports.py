"""Petitions and waivers as a table for a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.translation import gettext

from compliance.models import Petition
from compliance.services.spreadsheets import Cell, Column
from compliance.wording import signature


def petition_columns() -> list[Column]:
    """The headings, in the order of `petition_lines`."""
    return [
        Column(gettext("Institution"), 40),
        Column("№", 8),
        Column(gettext("Measure"), 60),
        Column(gettext("What is asked"), 24),
        Column(gettext("Reason"), 50),
        Column(gettext("Originally due on"), 12),
        Column(gettext("Due date when it was asked"), 12),
        Column(gettext("Date asked for"), 12),
        Column(gettext("Date granted"), 12),
        Column(gettext("Times moved"), 12),
        Column(gettext("Asked by"), 28),
        Column(gettext("asked at").capitalize(), 12),
        Column(gettext("State"), 22),
        Column(gettext("Decided by"), 28),
        Column(gettext("Decided on"), 12),
        Column(gettext("Decision"), 50),
    ]


def petition_lines(rows: Iterable[Petition]) -> Iterator[list[Cell]]:
    """One line a petition; a waiver that nobody asked for has nobody who asked."""
    for one in rows:
        due = one.occurrence
        yield [
            due.organisation.name,
            due.version.number,
            due.version.text,
            one.get_kind_display(),
            one.reason,
            due.original_due_on,
            one.due_on,
            one.new_due_on,
            one.granted_due_on,
            due.extension_count or None,
            gettext("the ministry, unasked")
            if one.is_unasked
            else signature(one.made_by, one.made_for),
            timezone.localdate(one.made_at),
            one.get_status_display(),
            signature(one.decided_by, one.decided_for) if one.decided_by else "",
            timezone.localdate(one.decided_at) if one.decided_at else None,
            one.decision,
        ]
