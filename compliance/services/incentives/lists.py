"""Lists of sheets and of the rows behind their numbers."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.db.models import F
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from compliance.domain.calendar.periods import Period
from compliance.domain.calendar.quarters import quarter, quarter_code
from compliance.domain.incentives.scale import BandRow
from compliance.models import IncentiveLine, IncentiveSheet, User
from compliance.models.incentives import IncentiveLineQuerySet, IncentiveSheetQuerySet
from compliance.models.searching import naming

LOWEST = 5  # sheets shown at a glance


class SheetOrder(models.TextChoices):
    """In what order the sheets are listed."""

    NAME = "name", _("By name")
    LOWEST = "lowest", _("Fewest points first")
    HIGHEST = "highest", _("Most points first")


def quarters_with_sheets(user: User) -> list[str]:
    """Codes of the quarters that have sheets, latest first. One query."""
    starts = IncentiveSheet.objects.visible_to(user).order_by("-period_start")
    return [quarter_code(day) for day in starts.values_list("period_start", flat=True).distinct()]


def sheets_found(user: User, period: Period, words: str, order: str) -> IncentiveSheetQuerySet:
    """The quarter's sheets that the person may see; each word is in the institution's name."""
    rows = IncentiveSheet.objects.visible_to(user).of(period).with_texts()
    rows = naming(rows, words, "organisation__name", "organisation__short_name")
    orders = {
        SheetOrder.NAME: [],
        SheetOrder.LOWEST: [F("points").asc(nulls_last=True)],
        SheetOrder.HIGHEST: [F("points").desc(nulls_last=True)],
    }
    return rows.order_by(*orders[SheetOrder(order)], "organisation__name", "pk")


@dataclass(frozen=True)
class Glance:
    """The latest quarter's sheets: how many there are, and those with the fewest points."""

    quarter: str  # its code, as 2026Q1
    count: int
    lowest: list[IncentiveSheet]


def sheets_at_a_glance(user: User) -> Glance | None:
    """The latest quarter that has sheets which the person may see; None without any. Three queries
    at most.
    """
    quarters = quarters_with_sheets(user)
    if not quarters:
        return None
    found = sheets_found(user, quarter(quarters[0]), "", SheetOrder.LOWEST)
    return Glance(quarters[0], found.count(), list(found[:LOWEST]))


@dataclass(frozen=True)
class Number:
    """A number of a sheet and the name of the list of rows behind it."""

    which: str
    label: str
    count: int


def numbers_of(sheet: IncentiveSheet) -> list[Number]:
    """The sheet's numbers in reading order."""
    label = IncentiveLine.Outcome
    return [
        Number("due", pgettext("how many", "Due"), sheet.due),
        Number("in_time", str(label.IN_TIME.label), sheet.in_time),
        Number("late", str(label.LATE.label), sheet.late),
        Number("not_done", str(label.NOT_DONE.label), sheet.not_done),
        Number("waiting", str(label.WAITING.label), sheet.waiting),
        Number("returned", gettext("Returned for correction"), sheet.returned),
        Number("waived", str(label.WAIVED.label), sheet.waived),
    ]


def bands_of(sheet: IncentiveSheet) -> list[tuple[BandRow, bool]]:
    """The lines of the scheme's table, highest first, and which one has the sheet's points."""
    if sheet.scheme is None:
        return []
    scale = sheet.scheme.scale()
    own = None if sheet.points is None else scale.band_of(sheet.points)
    return [(row, row is own) for row in reversed(scale.rows)]


def lines_of(sheet: IncentiveSheet, which: str) -> IncentiveLineQuerySet:
    """The rows behind a number of the sheet: an outcome, "due", "returned", or all of them."""
    lines = IncentiveLine.objects.filter(sheet=sheet).with_texts().order_by("due_on", "pk")
    if which == "due":
        return lines.owed()
    if which == "returned":
        return lines.returned()
    if not which:
        return lines
    known = which in IncentiveLine.Outcome.values
    return lines.filter(outcome=which) if known else lines.none()
