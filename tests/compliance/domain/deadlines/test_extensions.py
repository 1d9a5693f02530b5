"""To which date a deadline may be moved."""

from __future__ import annotations

from datetime import date

import pytest

from compliance.domain.calendar.periods import Period
from compliance.domain.calendar.shifting import Policy
from compliance.domain.calendar.working_days import WorkingCalendar
from compliance.domain.deadlines.extensions import (
    can_move,
    extended_to,
    granted_for,
    planned_for,
)
from compliance.domain.refusals import Refusal

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
DUE, TODAY = date(2026, 6, 30), date(2026, 6, 20)


CALENDAR = WorkingCalendar.of(non_working=[date(2026, 12, 31)])


def moved(wanted: date, *, late_after: date = DUE, today: date = TODAY, shift="after") -> date:
    return extended_to(
        wanted,
        late_after=late_after,
        today=today,
        period=YEAR,
        calendar=CALENDAR,
        policy=Policy(named_date_shift=shift),
    )


@pytest.mark.parametrize(
    ("wanted", "shift", "granted", "planned"),
    [
        (date(2026, 7, 1), "after", date(2026, 7, 1), date(2026, 7, 1)),
        (date(2026, 7, 4), "after", date(2026, 7, 6), date(2026, 7, 6)),  # a Saturday
        (date(2026, 7, 4), "before", date(2026, 7, 4), date(2026, 7, 3)),
        (date(2026, 7, 4), "none", date(2026, 7, 4), date(2026, 7, 4)),
        # No shift leaves the plan: planned before, and still in time on the day itself.
        (date(2026, 12, 31), "after", date(2026, 12, 31), date(2026, 12, 30)),
    ],
)
def test_an_extended_date_is_late_after_itself_and_planned_for_a_working_day(
    wanted, shift, granted, planned
):
    policy = Policy(named_date_shift=shift)
    assert moved(wanted, shift=shift) == granted
    assert planned_for(granted, period=YEAR, calendar=CALENDAR, policy=policy) == planned


def test_what_was_granted_is_never_planned_for_a_later_day():
    """The 31st of August has become a day off since it was asked for."""
    calendar = WorkingCalendar.of(non_working=[date(2026, 8, 31)])
    planned = planned_for(date(2026, 8, 31), period=YEAR, calendar=calendar, policy=Policy())
    assert planned == date(2026, 8, 31)


@pytest.mark.parametrize(
    ("wanted", "given", "code"),
    [
        (DUE, {}, "new_date_not_later"),
        (date(2026, 6, 25), {}, "new_date_not_later"),
        (
            date(2026, 7, 4),
            {"shift": "before", "late_after": date(2026, 7, 4)},
            "new_date_not_later",
        ),
        (date(2026, 7, 9), {"today": date(2026, 7, 10)}, "new_date_past"),
        (date(2027, 1, 1), {}, "new_date_outside_period"),
        (date(9999, 12, 31), {}, "new_date_outside_period"),
        (date(1, 1, 1), {}, "new_date_past"),
    ],
)
def test_a_date_that_cannot_be_is_refused_by_its_own_name(wanted, given, code):
    with pytest.raises(Refusal) as refused:
        moved(wanted, **given)
    assert refused.value.code == code


def test_today_and_the_plans_last_day_can_be_wanted():
    assert moved(date(2026, 7, 1), today=date(2026, 7, 1)) == date(2026, 7, 1)
    assert moved(date(2026, 12, 31), shift="none") == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("late_after", "today", "can"),
    [
        (DUE, TODAY, True),
        (DUE, date(2026, 12, 31), True),
        (DUE, date(2027, 1, 1), False),
        (date(2026, 12, 31), TODAY, False),
        (date(2026, 12, 30), date(2026, 12, 31), True),
    ],
)
def test_a_deadline_can_move_while_the_plan_has_a_later_day(late_after, today, can):
    assert can_move(late_after=late_after, today=today, period=YEAR) is can


ASKED = date(2026, 8, 31)  # a Monday


def granted(wanted: date, *, earliest: date = TODAY, shift: str = "after") -> date:
    return granted_for(
        wanted,
        ASKED,
        late_after=DUE,
        earliest=earliest,
        period=YEAR,
        calendar=WorkingCalendar.of(non_working=[date(2026, 8, 28)]),
        policy=Policy(named_date_shift=shift),
    )


@pytest.mark.parametrize(
    ("wanted", "given", "expected"),
    [
        (ASKED, {}, ASKED),
        (ASKED, {"earliest": date(2026, 9, 10)}, ASKED),  # as asked, even when it has gone by
        (date(2026, 7, 15), {}, date(2026, 7, 15)),
        (date(2026, 7, 18), {}, date(2026, 7, 20)),  # a Saturday
        (date(2026, 8, 28), {}, ASKED),  # never beyond what was asked for
        (date(2026, 7, 15), {"earliest": date.min}, date(2026, 7, 15)),
    ],
)
def test_what_is_granted_is_the_date_asked_for_or_an_earlier_one(wanted, given, expected):
    assert granted(wanted, **given) == expected


@pytest.mark.parametrize(
    ("wanted", "given", "code"),
    [
        (date(2026, 9, 1), {}, "granted_later_than_asked"),
        (date(9999, 12, 31), {}, "granted_later_than_asked"),
        (DUE, {}, "new_date_not_later"),
        (date(1, 1, 1), {}, "new_date_not_later"),
        (date(2026, 7, 15), {"earliest": date(2026, 7, 16)}, "new_date_past"),
    ],
)
def test_a_date_that_cannot_be_granted_is_refused_by_its_own_name(wanted, given, code):
    with pytest.raises(Refusal) as refused:
        granted(wanted, **given)
    assert refused.value.code == code
