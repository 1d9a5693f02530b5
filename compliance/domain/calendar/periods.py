"""Spans of whole days and the arithmetic of calendar units: months, quarters, half-years, years."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta

MONTHS_IN = {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}
"""Length in months of the frequencies that are made of whole months."""

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A span of days, both ends included."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"a period ends before it starts: {self.start} > {self.end}")

    @classmethod
    def of_years(cls, first: int, last: int | None = None) -> "Period":
        """The calendar years from `first` to `last`, or `first` alone."""
        return cls(date(first, 1, 1), date(last or first, 12, 31))

    @classmethod
    def of_months(cls, year: int, month: int, length: int = 1) -> "Period":
        """`length` whole months from the first of `month`; the month may lie outside 1..12."""
        start = first_of_month(year, month)
        return cls(start, month_end(start.year, start.month + length - 1))

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def years(self) -> range:
        return range(self.start.year, self.end.year + 1)

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def covers(self, other: "Period") -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlap(self, other: "Period") -> "Period | None":
        """The days in both, or None when there are none."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end) if start <= end else None


def is_year(number: int) -> bool:
    """Whether the number can be a calendar year, with years to spare on both sides."""
    return MINYEAR + 10 <= number <= MAXYEAR - 10


def first_of_month(year: int, month: int) -> date:
    """The first day of a month; the month may lie outside 1..12 and then moves the year."""
    years, index = divmod(month - 1, 12)
    return date(year + years, index + 1, 1)


def month_end(year: int, month: int) -> date:
    """The last day of a month; the month may lie outside 1..12 and then moves the year."""
    first = first_of_month(year, month)
    return first.replace(day=monthrange(first.year, first.month)[1])


def day_in_month(year: int, month: int, day: int) -> date:
    """The day of a month, or the month's last day when the month is shorter (31 -> 28 February)."""
    return min(month_end(year, month), first_of_month(year, month) + timedelta(days=day - 1))


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or a shorter month's last day (Civil Code, article 192.3)."""
    return day_in_month(day.year, day.month + months, day.day)


def calendar_units(scope: Period, freq: str) -> Iterator[Period]:
    """The whole calendar weeks, months, quarters, half-years or years that touch the scope.

    A scope of up to twelve months that crosses New Year (a school year) is itself its only year:
    "once a year" in it means once, not once on each side of New Year.
    """
    if freq == "daily":
        yield from (Period(day, day) for day in each_day(scope))
    elif freq == "weekly":
        monday = scope.start - timedelta(days=scope.start.weekday())
        while monday <= scope.end:
            yield Period(monday, monday + timedelta(days=6))
            monday += timedelta(days=7)
    elif freq == "yearly" and crosses_new_year_once(scope):
        yield scope
    else:
        yield from _units_of_months(scope, MONTHS_IN[freq])


def _units_of_months(scope: Period, length: int) -> Iterator[Period]:
    month = (scope.start.month - 1) // length * length + 1
    unit = Period.of_months(scope.start.year, month, length)
    while unit.start <= scope.end:
        yield unit
        unit = Period.of_months(unit.start.year, unit.start.month + length, length)


def crosses_new_year_once(scope: Period) -> bool:
    """Whether the scope lasts at most twelve months and holds one New Year inside."""
    return len(scope.years) == 2 and scope.end < add_months(scope.start, 12)


def each_day(scope: Period) -> Iterator[date]:
    for offset in range(scope.days):
        yield scope.start + timedelta(days=offset)


def equal_parts(whole: Period, count: int) -> list[date]:
    """The last days of `count` equal parts: whole months, else half-months, else days."""
    months = _whole_months(whole)
    if months and months % count == 0:
        step = months // count
        return [
            month_end(whole.start.year, whole.start.month + step * (n + 1) - 1)
            for n in range(count)
        ]
    if months and 2 * months % count == 0:
        return [_half_month_end(whole.start, 2 * months // count * (n + 1)) for n in range(count)]
    return [
        whole.start + timedelta(days=max(whole.days * (n + 1) // count, 1) - 1)
        for n in range(count)
    ]


def _whole_months(whole: Period) -> int:
    """How many months the span has when it consists of whole months, else 0."""
    if whole.start.day != 1 or whole.end != month_end(whole.end.year, whole.end.month):
        return 0
    return (whole.end.year - whole.start.year) * 12 + whole.end.month - whole.start.month + 1


def _half_month_end(start: date, halves: int) -> date:
    """The end of the n-th half-month: the 15th, or the last day of the month."""
    month = start.month + (halves - 1) // 2
    return day_in_month(start.year, month, 15 if halves % 2 else 31)
