"""The words for what a reader of documents doubts."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WARNINGS: dict[str, str | Promise] = {
    "columns_shifted": _("The cells of this row are in wrong columns; it was left out."),
    "responsible_inherited": _("No responsible party here; the one of the row above was taken."),
    "row_unplaced": _("This row could not be placed."),
    "period_missing": _("The title names no year. Give it below."),
    "period_assumed": _("The title does not say for which year it is; this one was taken."),
}


def warning_words(code: str) -> str:
    """What is doubtful, in words; the code itself if it has none."""
    return str(WARNINGS.get(code, code))
