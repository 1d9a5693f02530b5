"""The words in which a person is shown how a deadline was understood."""

from __future__ import annotations

from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from compliance.domain.deadlines import Deadline
from compliance.domain.deadlines import parts as kinds
from compliance.domain.deadlines.parts import DeadlinePart, Note
from compliance.domain.deadlines.wording import print_deadline
from compliance.models import Occurrence

CONFIDENCE: dict[str, str | Promise] = {
    kinds.EXACT: _("The words fix one reading."),
    kinds.ASSUMED: _("Something was assumed. Check the dates and confirm them."),
    kinds.UNKNOWN: _("The words were not understood. Change them, or set dates."),
}

OPEN = _("The words fix no date of their own. Confirm what is asked for, or set dates.")

KINDS: dict[str, str | Promise] = {
    kinds.DATE: _("By a date"),
    kinds.PERIOD: _("Within a period, due at its end"),
    kinds.RECURRING: _("Repeated"),
    kinds.MINIMUM_FREQUENCY: _("At least so often"),
    kinds.CONTINUOUS: _("All the time, with reporting checkpoints"),
    kinds.AS_NEEDED: _("When the need arises; asked about at the year's end"),
    kinds.EXTERNAL: _("By terms set elsewhere; asked about at the year's end unless dates are set"),
    kinds.RELATIVE: _("Counted from an event; asked about at the year's end until its day is set"),
    kinds.UNREAD: _("Not read"),
}

NOTES: dict[str, str | Promise] = {
    # What was assumed
    "approximate": _("The words give an approximate time; its end was taken."),
    "after_results": _("“After the results” names no day; the end of the period was taken."),
    "crosses_new_year": _("The period was taken to cross New Year; it begins on %(date)s."),
    "each_year_assumed": _("The time was taken to mean each of the years."),
    "end_from_period": _("No end is named; the end of the plan was taken: %(date)s."),
    "ends_before_named_unit": _("“Before” the named time: the day before it begins was taken."),
    "lower_number_taken": _("Of a range of numbers the lower one was taken."),
    "month_of_period_assumed": _("The month is not named; the last of each period was taken."),
    "next_year_assumed": _("The date lies in the year after the reported one."),
    "season_by_months": _("A season was taken for its three calendar months."),
    "times_in_part_of_unit": _(
        "The plan holds only a part of the year, quarter or month; the times were spread over it."
    ),
    "unit_from_today": _("“Current” and “next” were counted from today."),
    "weeks_of_seven_days": _("Weeks of a month were counted by seven days from its first."),
    "year_also_possible": _("The year %(year)s is possible, too."),
    "year_from_neighbour": _("The year was taken from the date beside it: %(year)s."),
    "year_from_period": _("The year was taken from the plan's period: %(year)s."),
    "years_taken_together": _("The years were taken for one period with one end."),
    # What is worth knowing
    "after_period": _("%(date)s lies after the plan's end."),
    "continues_after_period": _("What is to follow begins after the plan's end."),
    "daily": _("Daily work is reported once a month."),
    "outside_period": _("The year %(year)s lies outside the plan's period."),
    "school_year_ends_in_may": _("A school year was taken from September to May."),
    "spelling_corrected": _("Read as a misspelling: “%(text)s”."),
    "time_of_day": _("A due date is a whole day; the time of day is kept in the words: %(text)s."),
    # Why nothing was understood
    "unread": _("This was not read: “%(text)s”."),
    "count_differs": _("The number of times and the named dates differ."),
    "empty": _("There are no words of a deadline."),
    "end_before_start": _("The end lies before the beginning."),
    "frequency_differs": _("The words name two frequencies that contradict each other."),
    "frequency_missing": _("How often is not said."),
    "month_of_report_missing": _("The words do not say in which month the report is due."),
    "no_such_date": _("There is no such date."),
    "no_such_unit": _("There is no such quarter, half-year or month."),
    "nothing_follows": _("Nothing follows “further”."),
    "nothing_left": _("The exceptions leave nothing of the time."),
    "nothing_to_except_from": _("There is an exception, but nothing it is taken from."),
    "once_and_always": _("The words say “once” and “all the time”."),
    "only_upper_limit": _("The words say how often at most, and not how often at least."),
    "past_year": _("What repeats each year cannot fall due in the past year."),
    "range_unclear": _("It is unclear whether the dash joins a period or sets a date apart."),
    "span_too_long": _("The span is too long for a plan."),
    "stage_without_date": _("A stage is named without its date."),
    "time_of_day_alone": _("A time of day is named without a day."),
    "today_needed": _("The words count from today, and the plan has no today."),
    "too_many_days": _("More days are named than the period has."),
    "years_unclear": _("It is unclear which of the years is meant."),
}


def confidence_words(deadline: Deadline, needs_person: bool) -> str:
    """How sure the reading is, as one sentence."""
    is_open = needs_person and deadline.confidence == kinds.EXACT
    return str(OPEN if is_open else CONFIDENCE[deadline.confidence])


def part_words(part: DeadlinePart) -> str:
    """One part of a deadline: its kind, and the phrase in its canonical form."""
    said = print_deadline(Deadline("", (part,))) if part.kind != kinds.UNREAD else part.anchor or ""
    return f"{KINDS[part.kind]}: {said}" if said else str(KINDS[part.kind])


def note_words(note: Note) -> str:
    """One note as a sentence; a code without words is shown as it is."""
    template = NOTES.get(note.code)
    if template is None:
        return note.code
    values = {"text": note.text or "", "year": note.year or "", "date": _day(note)}
    return str(template) % values


def _day(note: Note) -> str:
    return f"{note.on:%d.%m.%Y}" if note.on else ""


def count_words(count: int) -> str:
    """How many due dates there are."""
    return ngettext("%(count)s due date", "%(count)s due dates", count) % {"count": count}


def condition_words(deadline: Deadline) -> str:
    """The condition under which the deadline holds, as a sentence; empty without one."""
    if not deadline.condition:
        return ""
    return gettext("On a condition: %(condition)s.") % {"condition": deadline.condition}


def other_date(occurrence: Occurrence, shown: date) -> str:
    """For a due date with two days, of which one is shown: the other one in words, or nothing."""
    if shown < occurrence.late_after:
        words = (
            gettext("in time until %(date)s inclusive")
            if occurrence.is_extended
            else gettext("by the plan %(date)s, which is still in time")
        )
        return words % {"date": f"{occurrence.late_after:%d.%m.%Y}"}
    if not occurrence.is_extended and occurrence.intended_on < occurrence.due_on:
        words = gettext("by the plan %(date)s")
        return words % {"date": f"{occurrence.intended_on:%d.%m.%Y}"}
    return ""
