"""The words for what is wrong with a row of a calendar file."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compliance.domain.calendar.tables import DayProblem

PROBLEMS: dict[str, str | Promise] = {
    "empty": _("The file has no rows."),
    "too_many_rows": _("The file has more rows than a year has days. Keep only the year's."),
    "two_columns": _("Give a date and a kind: 2027-01-08,нерабочий,Перенос."),
    "no_date": _("“%(text)s” is no date. Write 2027-01-08 or 08.01.2027."),
    "other_year": _("%(text)s is not in the chosen year."),
    "no_kind": _("“%(text)s” is no kind of day. Write нерабочий, рабочий or сокращенный."),
    "long_title": _("The title is longer than 200 characters. Shorten it."),
    "repeated": _("%(text)s is in the file twice. Keep one row."),
    "no_such_year": _("The table has no row for the chosen year."),
    "year_twice": _("The table has several rows for the chosen year. Keep one."),
    "empty_month": _("The cell of the month “%(text)s” is empty; list its days off."),
}


def problem_words(problem: DayProblem) -> str:
    """One sentence about the row, with its number."""
    words = str(PROBLEMS.get(problem.code, problem.code)) % {"text": problem.text}
    return gettext("Row %(line)s: %(words)s") % {"line": problem.line, "words": words}
