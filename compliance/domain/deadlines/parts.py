"""What an understood deadline is: parts, notes, certainty; and its JSON (contracts.md)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

DATE, PERIOD, RECURRING, CONTINUOUS = "date", "period", "recurring", "continuous"
MINIMUM_FREQUENCY, AS_NEEDED = "minimum_frequency", "as_needed"
EXTERNAL, RELATIVE, UNREAD = "external", "relative", "unread"

EXACT, ASSUMED, UNKNOWN = "exact", "assumed", "unknown"


@dataclass(frozen=True, slots=True)
class DeadlinePart:
    """One way in which a deadline falls due; what each kind uses:

    * `date`: `end`, the named day. `period`: `start` to `end`, due at its end.
    * `recurring`, `minimum_frequency`: `times` in each `freq` between `start` and `end`; or once
      every `amount` of `unit` when no `freq` fits; or, with neither, `times` in the whole span.
      `day`, `weekday` (1 is Monday) and `month` (within the quarter, half-year or year) name the
      day; `lag_periods` is 1 when it lies in the period after the reported one. With a `freq` and
      an `amount`, the day is that long after the end of each period.
    * `continuous`: all the time from `start` to `end`.
    * `relative`: `amount` of `unit` after the event `anchor`, before it when negative.
    * `external`, `as_needed`: `anchor` is what is waited for, if that is named.
    * `unread`: `anchor` is the text that was not read.
    """

    kind: str
    start: date | None = None
    end: date | None = None
    freq: str | None = None
    times: int | None = None
    day: int | None = None
    weekday: int | None = None
    month: int | None = None
    lag_periods: int = 0
    amount: int | None = None
    unit: str | None = None
    anchor: str | None = None
    due_dates: tuple[date, ...] = ()

    @property
    def names_a_day(self) -> bool:
        """Whether its due dates are named calendar dates, not ends of periods."""
        if self.kind == DATE or self.day is not None or self.weekday is not None:
            return True
        return self.kind == RELATIVE or (self.amount is not None and self.freq is not None)

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "start": _iso(self.start),
            "end": _iso(self.end),
            "freq": self.freq,
            "times": self.times,
            "day": self.day,
            "weekday": self.weekday,
            "month": self.month,
            "lag_periods": self.lag_periods,
            "amount": self.amount,
            "unit": self.unit,
            "anchor": self.anchor,
            "due_dates": [day.isoformat() for day in self.due_dates],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            kind=data["kind"],
            start=_date(data.get("start")),
            end=_date(data.get("end")),
            freq=data.get("freq"),
            times=data.get("times"),
            day=data.get("day"),
            weekday=data.get("weekday"),
            month=data.get("month"),
            lag_periods=data.get("lag_periods") or 0,
            amount=data.get("amount"),
            unit=data.get("unit"),
            anchor=data.get("anchor"),
            due_dates=tuple(date.fromisoformat(day) for day in data.get("due_dates", ())),
        )


@dataclass(frozen=True, slots=True)
class Note:
    """Something a person should know about how the phrase was read; pages put it into words."""

    code: str
    text: str | None = None
    year: int | None = None
    on: date | None = None

    def as_json(self) -> dict[str, Any]:
        said = {"code": self.code, "text": self.text, "year": self.year, "date": _iso(self.on)}
        return {name: value for name, value in said.items() if value is not None}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(data["code"], data.get("text"), data.get("year"), _date(data.get("date")))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
