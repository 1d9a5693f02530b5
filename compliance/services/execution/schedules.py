"""What decides the due dates of a measure, and the dates: the bridge from rows to the domain."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from compliance.domain.calendar.periods import Period
from compliance.domain.calendar.shifting import Policy
from compliance.domain.deadlines import Deadline
from compliance.domain.deadlines.schedule import DueDate, InterimDate, interims, schedule
from compliance.models import MeasureVersion, Organisation, Plan
from compliance.services.calendars import Calendars


@dataclass(frozen=True)
class Rule:
    """Everything that decides a measure's dates; measures with equal rules share their dates."""

    deadline: Deadline
    period: Period
    region: int
    checkpoints: str
    interims: str = ""
    """How often the plan's type wants to be told the course of work; empty: as the region sets."""
    dates: tuple[date, ...] = ()
    anchor: date | None = None

    @classmethod
    def of(cls, version: MeasureVersion, plan: Plan) -> Self:
        """The rule of a measure in the words of this version; the period is that of its text."""
        return cls(
            deadline=version.understood,
            period=version.revision.period,
            region=plan.organisation.region_id,
            checkpoints=plan.organisation.continuous_checkpoints,
            interims=plan.type.interim_checkpoints,
            dates=tuple(version.dates_set),
            anchor=version.deadline_anchor,
        )

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The rule from the JSON that the database made of its rows (`occurrences._described`)."""
        said: dict[str, Any] = json.loads(text)
        return cls(
            deadline=Deadline.from_json(_nested(said["deadline"])),
            period=Period(date.fromisoformat(said["start"]), date.fromisoformat(said["end"])),
            region=int(said["region"]),
            checkpoints=said["checkpoints"],
            interims=said["interims"],
            dates=tuple(date.fromisoformat(day) for day in _nested(said["dates"])),
            anchor=date.fromisoformat(said["anchor"]) if said["anchor"] else None,
        )


def _nested(value: Any) -> Any:
    """A JSON value inside JSON; SQLite, which has no such type, gives it as text."""
    return json.loads(value) if isinstance(value, str) else value


class Rulebook:
    """The calendars of all regions and the settings of their ministries, each read once."""

    def __init__(self) -> None:
        self._calendars = Calendars()
        self._of_regions = {
            pk: settings
            for pk, *settings in Organisation.objects.filter(parent__isnull=True).values_list(
                "pk", "period_end_shift", "named_date_shift", "interim_checkpoints"
            )
        }

    def policy(self, rule: Rule) -> Policy:
        """The settings for a rule: those of its plan's organisation, type and ministry."""
        period_end, named_date, interim = self._of_regions[rule.region]
        return Policy(
            period_end,
            named_date,
            continuous_checkpoints=rule.checkpoints,
            interim_checkpoints=rule.interims or interim,
        )

    def due_dates(self, rule: Rule) -> list[DueDate]:
        """The due dates of measures with this rule, sorted."""
        return schedule(
            rule.deadline,
            rule.period,
            self._calendars.of_region(rule.region),
            self.policy(rule),
            dates=rule.dates or None,
            anchor=rule.anchor,
        )

    def interims(self, rule: Rule) -> list[InterimDate]:
        """When the course of work is asked for, sorted."""
        return interims(
            rule.deadline,
            rule.period,
            self._calendars.of_region(rule.region),
            self.policy(rule),
            dates=rule.dates or None,
        )
