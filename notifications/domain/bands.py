"""For each step of the reminder schedule, the due dates that have reached it as the latest.

The planner does not ask "which steps has this row reached?" a million times, but the other way
round: each step owns a band of due dates, and a row is joined to the band that its date lies in.
It makes an outage harmless too: of all the steps missed, a due date lies only in the latest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, pairwise
from typing import Protocol

ONE_DAY = timedelta(days=1)
_LONGEST_REST = timedelta(days=30)
"""More days than any calendar has off in a row (New Year: up to eleven)."""


class Calendar(Protocol):
    """What is needed of a working calendar."""

    def is_working(self, day: date) -> bool: ...
    def add_working_days(self, day: date, count: int) -> date: ...


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the schedule; `offset` and `repeat_every` in working days from the due date."""

    id: int
    who: str
    offset: int
    repeat_every: int | None = None


@dataclass(frozen=True, slots=True)
class StepBand:
    """The due dates after `after`, up to and including `until`, whose latest step is this one.

    `alone_since`: the reminder is dropped when the same assignment had another due date later than
    this, because the reminder would then come less than half-way between the two.
    """

    who: str
    step_id: int
    sequence: int
    after: date
    until: date
    alone_since: date


def bands(steps: Iterable[Step], today: date, oldest: date, calendar: Calendar) -> list[StepBand]:
    """The bands of each `who`, disjoint, covering every due date from `oldest` on that a step has
    reached. `oldest` is the earliest due date there is: repetitions end with it.
    """
    ordered = sorted(steps, key=lambda step: (step.who, step.offset))
    found: list[StepBand] = []
    for _who, of_one in groupby(ordered, key=lambda step: step.who):
        found += _of_one_audience(list(of_one), today, oldest, calendar)
    return found


def newly_reached(
    steps: Iterable[Step], since: date, today: date, oldest: date, calendar: Calendar
) -> set[date]:
    """The due dates whose latest step, for anybody, is another one today than it was on `since`."""
    steps = list(steps)
    before, now = (_step_of_each(steps, day, oldest, calendar) for day in (since, today))
    return {due_on for who, due_on in now if before.get((who, due_on)) != now[who, due_on]}


def _step_of_each(
    steps: Iterable[Step], today: date, oldest: date, calendar: Calendar
) -> dict[tuple[str, date], tuple[int, int]]:
    """By audience and due date: the latest step and which repetition of it."""
    return {
        (band.who, band.until - days * ONE_DAY): (band.step_id, band.sequence)
        for band in bands(steps, today, oldest, calendar)
        for days in range((band.until - band.after).days)
    }


@dataclass(frozen=True, slots=True)
class _Moment:
    """A step, or one of its repetitions, so many working days from the due date."""

    step: Step
    sequence: int
    offset: int


def _of_one_audience(
    steps: list[Step], today: date, oldest: date, calendar: Calendar
) -> Iterator[StepBand]:
    moments = _moments(steps, (today - oldest).days)
    reached = _latest_reached([moment.offset for moment in moments], today, calendar)
    limits = [*(max(day, oldest - ONE_DAY) for day in reached), oldest - ONE_DAY]
    for moment, (until, after) in zip(moments, pairwise(limits), strict=True):
        step = moment.step
        if moment.offset < 0:
            yield from _days_ahead(step, after, until, calendar)
        elif after < until:
            yield StepBand(step.who, step.id, moment.sequence, after, until, alone_since=until)


def _moments(steps: list[Step], last_offset: int) -> list[_Moment]:
    """The steps in order of their distance from the due date; a repeating one goes on until the
    next line of the schedule, the last one until `last_offset`.
    """
    found = []
    ends = [step.offset for step in steps[1:]] + [last_offset + 1]
    for step, end in zip(steps, ends, strict=True):
        found.append(_Moment(step, 0, step.offset))
        if step.repeat_every:
            offsets = range(step.offset + step.repeat_every, end, step.repeat_every)
            found += [_Moment(step, number, at) for number, at in enumerate(offsets, start=1)]
    return found


def _latest_reached(offsets: list[int], today: date, calendar: Calendar) -> list[date]:
    """For each offset, in rising order, the latest due date that has reached it by today.

    One walk into the past. After the due date, offset `n` is reached when `n` working days lie
    between it and today; they are counted along the way, so ten years cost no more than one walk.
    """
    day, days_late = calendar.add_working_days(today, max(-offsets[0], 0)) + _LONGEST_REST, 0
    reached = []
    for offset in offsets:
        if offset < 0:
            while calendar.add_working_days(day, offset) > today:
                day -= ONE_DAY
        else:
            day = min(day, today)
            while days_late < offset:
                days_late += calendar.is_working(day)
                day -= ONE_DAY
        reached.append(day)
    return reached


def _days_ahead(step: Step, after: date, until: date, calendar: Calendar) -> Iterator[StepBand]:
    """A band for each day: how early the step comes depends on the days off before the date."""
    for distance in range((until - after).days):
        due_on = until - timedelta(days=distance)
        lead = due_on - calendar.add_working_days(due_on, step.offset)
        yield StepBand(
            step.who, step.id, 0, due_on - ONE_DAY, due_on, alone_since=due_on - 2 * lead
        )
