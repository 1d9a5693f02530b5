"""The dates of the demonstration, relative to the day on which it is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from compliance.domain.calendar.periods import Period, month_end
from compliance.domain.calendar.working_days import WorkingCalendar

MONTHS = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
]


def written(day: date) -> str:
    """The day as a plan writes it: 15 июня 2026 г."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year} г."


@dataclass(frozen=True)
class Days:
    """Today and the days around it, in the region's time zone."""

    now: datetime
    calendar: WorkingCalendar
    time_zone: str

    @cached_property
    def today(self) -> date:
        """The region's calendar date."""
        return self.now.astimezone(ZoneInfo(self.time_zone)).date()

    @cached_property
    def period(self) -> Period:
        """The two calendar years round today: at least half a year lies behind, and half ahead."""
        first = self.today.year - 1 if self.today.month <= 6 else self.today.year
        return Period.of_years(first, first + 1)

    @property
    def last_period(self) -> Period:
        """The year before that: plans for it have been reported on."""
        return Period.of_years(self.period.start.year - 1)

    @property
    def next_period(self) -> Period:
        """The calendar year after this one: plans for it are being agreed."""
        return Period.of_years(self.today.year + 1)

    @cached_property
    def last_quarter_end(self) -> date:
        """The latest end of a quarter before today."""
        first_of_quarter = date(self.today.year, (self.today.month - 1) // 3 * 3 + 1, 1)
        return month_end(first_of_quarter.year, first_of_quarter.month - 1)

    def working(self, count: int) -> date:
        """The working day so many working days ahead, or back when negative; 0 is today."""
        return self.calendar.add_working_days(self.today, count)

    @property
    def soon(self) -> date:
        """The first working day that is neither today nor tomorrow."""
        return self.calendar.next_working_day(self.ahead(2))

    def ahead(self, count: int) -> date:
        """The day so many calendar days ahead."""
        return self.today + timedelta(days=count)

    def back(self, count: int) -> date:
        """The day so many calendar days ago."""
        return self.today - timedelta(days=count)

    def at(self, day: date, hour: int = 10) -> datetime:
        """The day at this hour, but never later than now."""
        moment = datetime.combine(day, time(hour), ZoneInfo(self.time_zone))
        return min(moment, self.now)
