"""What the grammar finds in a phrase, before years are filled in and dates are counted."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class YearRef:
    """How a year is named: by number, or as this, the next, the past, each or the plan's year."""

    kind: str
    """number | current | next | past | plan | each | following (the year after the reported)"""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Moment:
    """A calendar unit: a day, ten days, week, month, quarter, half-year, run of months, year."""

    unit: str
    """day | ten_days | week | month | quarter | half | months | year | school_year"""
    year: YearRef | None = None
    month: int = 0
    """The month of a day, ten days or week; the first month of `months`."""
    index: int = 0
    """Day of the month, number of the ten days, week, quarter or half; length of `months`."""


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
    is_working: bool = False
    """The days are working days: «не позднее 5 рабочего дня месяца»."""


@dataclass(frozen=True, slots=True)
class Continuous:
    """All the time."""


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

    @property
    def follows_reported(self) -> bool:
        """«… после окончания отчётного квартала»: counted from the end of a recurring period."""
        words = (self.anchor or "").lower().replace("ё", "е").split()[:2]
        return any(word.startswith(("отчетн", "окончани", "завершени")) for word in words)


@dataclass(frozen=True, slots=True)
class Condition:
    text: str


@dataclass(frozen=True, slots=True)
class Onward:
    """«далее»: what follows begins when what stands before has ended."""


@dataclass(frozen=True, slots=True)
class Except:
    months: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Approximately:
    """«ориентировочно»: the date is not firm."""


@dataclass(frozen=True, slots=True)
class Break:
    """A semicolon: what stands before does not qualify what follows."""


Node = (
    Times | Frequency | DayOf | Continuous | AsNeeded | External | Relative | Condition | Onward
    | Except | Approximately | Break
)  # fmt: skip
