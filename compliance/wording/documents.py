"""The words for what a reader of documents doubts."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WARNINGS: dict[str, str | Promise] = {
    "columns_shifted": _("The cells of this row are in wrong columns; it was left out."),
    "cell_moved": _("Cells stood under wrong headings here and were put right. Please compare."),
    "row_split": _("One row held several measures with deadlines of their own; it was divided."),
    "row_assumed": _("This row has no number; it was read as a measure of its own."),
    "row_joined": _("This row has no number; it was read as the rest of the measure above."),
    "section_assumed": _("This line alone in its row was read as the title of a section."),
    "measure_missing": _("The row names no measure."),
    "measure_shared": _("The row has no measure of its own; it shares the one above."),
    "deadline_without_measure": _("No measure was found for this deadline."),
    "section_number_mended": _("The number of the section was mistyped and was put right."),
    "number_mended": _("The number was broken and was put together."),
    "hyphen_mended": _("A word cut by a hyphen was put together."),
    "unread_column": _("The heading of this column was not understood; its cells were left out."),
    "two_columns_of_one_meaning": _("Two columns say the same; please check which one counts."),
    "header_missing": _("The table has no headings; its columns were told by what they hold."),
    "responsible_inherited": _("No responsible party here; the one of the row above was taken."),
    "row_unplaced": _("This row could not be placed."),
    "period_missing": _("The title names no year. Give it below."),
    "period_assumed": _("The title does not say for which year it is; this one was taken."),
}


def warning_words(code: str) -> str:
    """What is doubtful, in words; the code itself if it has none."""
    return str(WARNINGS.get(code, code))
