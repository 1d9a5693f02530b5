"""Which days are worked, and arithmetic in working days (Labour Code, articles 111 and 112)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from compliance.domain.calendar.periods import ONE_DAY, Period

SATURDAY, SUNDAY = 5, 6

_HORIZON = 400
"""Days searched for a working day; no institution's calendar has a whole year off."""


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Weekends, further days off, and weekend days that are worked (transfers).

    `weekend` holds numbers of `date.weekday()`. A day in both sets is worked: a transfer is the
    later decision.
    """

    non_working: frozenset[date] = field(default_factory=frozenset)
    working: frozenset[date] = field(default_factory=frozenset)
    weekend: frozenset[int] = frozenset({SATURDAY, SUNDAY})

    @classmethod
    def of(
        cls,
        non_working: Iterable[date] = (),
        working: Iterable[date] = (),
        weekend: Iterable[int] = (SATURDAY, SUNDAY),
    ) -> "WorkingCalendar":
        """A calendar from any iterables of dates and weekday numbers."""
        return cls(frozenset(non_working), frozenset(working), frozenset(weekend))

    def is_working(self, day: date) -> bool:
        if day in self.working:
            return True
        return day.weekday() not in self.weekend and day not in self.non_working

    def next_working_day(self, day: date) -> date:
        """The day itself when it is worked, else the first working day after it."""
        return self._nearest(day, 1)

    def previous_working_day(self, day: date) -> date:
        """The day itself when it is worked, else the last working day before it."""
        return self._nearest(day, -1)

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after the day, or before it when `count` is negative.

        The day itself is never counted (Civil Code, article 191). Zero returns the day unchanged.
        """
        step = 1 if count > 0 else -1
        for _ in range(abs(count)):
            day = self._nearest(day + step * ONE_DAY, step)
        return day

    def working_days_between(self, first: date, last: date) -> int:
        """Working days after the earlier date up to and including the later; negative backwards.

        So a deadline today is 0 days away, and on Monday a deadline of Friday is 1 day overdue.
        """
        if last < first:
            return -self.working_days_between(last, first)
        return self._worked_in(first + ONE_DAY, last)

    def working_days_in(self, period: Period) -> int:
        return self._worked_in(period.start, period.end)

    def _worked_in(self, first: date, last: date) -> int:
        days = (last - first).days + 1
        return sum(self.is_working(first + timedelta(days=n)) for n in range(days))

    def _nearest(self, day: date, step: int) -> date:
        for distance in range(_HORIZON):
            candidate = day + timedelta(days=step * distance)
            if self.is_working(candidate):
                return candidate
        raise ValueError(f"no working day within {_HORIZON} days of {day}")
