"""What the grammar finds in a phrase, before years are filled in and dates are counted."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class YearRef:
    """How a year is named: by number, or as this, the next, the past, each or the plan's year."""

    kind: str
    """number | current | next | past | plan | each | following (the year after the reported) |
    own (соответствующего, отчётного) | years (2017-2018, one by one) | school"""
    number: int = 0
    """The first year of `years` and `school`; a school year without figures has 0."""
    last: int = 0
    """The last year of `years`."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A calendar unit: a day, ten days, week, month, quarter, half-year, run of months, year."""

    unit: str
    """day | ten_days | week | month | quarter | half | months | season | year | school_year"""
    year: YearRef | None = None
    month: int = 0
    """The month of a day, ten days or week; the first month of `months` and of a season."""
    index: int = 0
    """Day of the month, number of the ten days, week, quarter or half; length of `months`."""

    @property
    def month_of_year(self) -> int:
        """The month it lies in or begins with; 0 when the unit does not name one."""
        return self.index if self.unit == "month" else self.month


@dataclass(frozen=True, slots=True)
class Span:
    """One moment, or everything from the first to the last; without `last`, open at the end."""

    first: Moment
    last: Moment | None
    ends_before: bool = False
    """«с января до марта»: the last unit itself is left out."""


@dataclass(frozen=True, slots=True)
class Times:
    """One-off times: a bound and the spans under it."""

    bound: str
    """in | until (до, к) | through (не позднее, по) | end (до конца) | results (по итогам)"""
    spans: tuple[Span, ...]
    is_bare: bool = False
    """Nothing opens it: no «до», no «в течение»."""
    time_of_day: str | None = None


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often: a frequency or an interval, how many times in each, on which weekdays."""

    freq: str | None = None
    times: int = 1
    is_counted: bool = False
    """«N раз» was said."""
    is_minimum: bool = False
    is_loose: bool = False
    """«1–2 раза»: the lower number counts."""
    interval: tuple[int, str] | None = None
    """Every so many months or calendar days, when no frequency fits."""
    weekdays: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class DayOf:
    """A day of a recurring period: «до 20 числа первого месяца, следующего за отчётным»."""

    days: tuple[int, ...]
    """Days of the month; 0 is the last day."""
    month: int = 0
    """Month within the period; -1 is its last month, 0 is not said."""
    lag: int = 0
    freq: str | None = None
    """The frequency that the wording fixes, if any."""
    implied: str | None = None
    """The frequency that the wording means when the phrase names none: «месяца, следующего за
    отчётным» is monthly, but quarterly beside «ежеквартально»."""
    is_working: bool = False
    """The days are working days: «не позднее 5 рабочего дня месяца»."""


@dataclass(frozen=True, slots=True)
class Continuous:
    """All the time."""

    is_whole_period: bool = False
    """«в период действия плана», which may also be the span in which a thing is done once."""


@dataclass(frozen=True, slots=True)
class AsNeeded:
    anchor: str | None


@dataclass(frozen=True, slots=True)
class External:
    anchor: str | None


@dataclass(frozen=True, slots=True)
class Relative:
    """So long after an event (before it, when the amount is negative)."""

    amount: int
    unit: str
    anchor: str | None

    reported: str | None = None
    """What the event ends, when it is a recurring period («после окончания отчётного квартала»):
    a frequency, or "period" when the phrase must say it elsewhere."""


@dataclass(frozen=True, slots=True)
class Condition:
    text: str


@dataclass(frozen=True, slots=True)
class Onward:
    """«далее»: what follows begins when what precedes has ended."""


@dataclass(frozen=True, slots=True)
class Except:
    months: tuple[int, ...]
    is_season: bool = False


@dataclass(frozen=True, slots=True)
class Approximately:
    """«ориентировочно»: the date is not firm."""


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """«до 12.00»: kept in a note, since a due date is a whole day."""

    text: str


@dataclass(frozen=True, slots=True)
class Stage:
    """«I этап:» before a date; the label itself says nothing about the date."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A quarter, half-year or year with the date by which it is reported."""

    label: Moment
    times: Times
    is_loose: bool = False
    """Only a dash separates them, which might also mean a range."""


@dataclass(frozen=True, slots=True)
class Reported:
    """«по итогам квартала», «за отчётный год»: what is reported on, not when."""

    freq: str
    is_previous: bool = False
    """«за предыдущий месяц»: the month before the one in which the report is due."""


@dataclass(frozen=True, slots=True)
class AtMost:
    """«не чаще 1 раза в месяц»: an upper limit beside a lower one; asks for nothing itself."""

    frequency: Frequency


@dataclass(frozen=True, slots=True)
class Break:
    """A semicolon: what precedes it does not qualify what follows."""


Node = (
    Times | Frequency | DayOf | Continuous | AsNeeded | External | Relative | Condition | Onward
    | Except | Approximately | TimeOfDay | Stage | Labelled | Reported | AtMost | Break
)  # fmt: skip
