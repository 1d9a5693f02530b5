"""The words for what a reader of documents doubts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compliance.domain.documents.reading.document import plain_number

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
    "ditto_read": _("“The same” was read as what stands in the row above."),
    "header_missing": _("The table has no headings; its columns were told by what they hold."),
    "responsible_inherited": _("No responsible party here; the one of the row above was taken."),
    "hidden_row": _("This row is hidden in the file and was left out."),
    "hidden_column": _("This column is hidden in the file and was left out."),
    "hidden_sheet": _("This sheet is hidden in the file and was left out."),
    "hidden_text": _("These words cannot be seen in the file and were left out."),
    "struck_text": _("These words are struck out and were left out."),
    "deleted_text": _("These words were deleted by a tracked change and were left out."),
    "inserted_text": _("These words were inserted by a tracked change and were taken."),
    "comment": _("A remark stands beside the text. It was not taken over."),
    "error_cell": _("This cell has an error or a formula without a result. Fill it in."),
    "formats_unseen": _(
        "How the cells look could not be seen: compare dates, hidden rows and struck-out words"
        " with the file."
    ),
    "page_unread": _("This page is a picture without text and was not read."),
    "row_uncertain": _("This row has more or fewer cells than the heading. Look where they stand."),
    "row_unplaced": _("This row could not be placed."),
    "period_missing": _("The title names no year. Give it below."),
    "period_assumed": _("The title does not say for which year it is; this one was taken."),
}


def warning_words(code: str) -> str:
    """What is doubtful, in words; the code itself if it has none."""
    return str(WARNINGS.get(code, code))


FOUND: dict[str, str | Promise] = {
    "indicators": _("Indicators"),
    "fact": _("Points in fact"),
    "maximum": _("Points at most"),
    "start": _("Begins"),
    "actual_date": _("Date of execution"),
    "execution": _("Course of execution"),
    "result": _("Result"),
    "facts": _("Numbers"),
    "cost": _("Money"),
    "note": _("Note"),
}


def found_words(found: Mapping[str, Any]) -> list[tuple[str | Promise, str]]:
    """(label, text) of each thing that a document says of a measure beside its text."""
    return [(label, _in_words(found[name])) for name, label in FOUND.items() if name in found]


def _in_words(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(_number_words(one) if isinstance(one, dict) else one for one in value)
    return str(value).replace(".", ",") if isinstance(value, float) else str(value)


def _number_words(fact: Mapping[str, Any]) -> str:
    """«публикации: 19», «опрошенные: 716 из 719»."""
    value = plain_number(fact["value"])
    if fact.get("of") is not None:
        number = gettext("%(value)s of %(of)s") % {"value": value, "of": plain_number(fact["of"])}
    else:
        number = str(value)
    number = number.replace(".", ",")
    return f"{fact['name']}: {number} {fact.get('unit') or ''}".rstrip()
