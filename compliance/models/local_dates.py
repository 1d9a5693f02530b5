"""Which calendar date each organisation has: Russia has eleven time zones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Q

from compliance.models.organisations import Organisation


@dataclass(frozen=True)
class LocalDates:
    """The calendar dates at one moment in the time zones that organisations have."""

    by_zone: dict[str, date]

    @classmethod
    def at(cls, instant: datetime) -> LocalDates:
        """The dates in every time zone in use. One query."""
        zones = Organisation.objects.order_by().values_list("time_zone", flat=True).distinct()
        return cls({zone: instant.astimezone(ZoneInfo(zone)).date() for zone in zones})

    def of(self, organisation: Organisation) -> date:
        """The organisation's own date."""
        return self.by_zone[organisation.time_zone]

    def where(self, zone_field: str, condition: Callable[[date], Q]) -> Q:
        """The condition with each row's own date in it; `zone_field` leads to its time zone.

        Usually all have the same date, and then the time zone is not part of the query.
        """
        zones: dict[date, list[str]] = {}
        for zone, day in self.by_zone.items():
            zones.setdefault(day, []).append(zone)
        if len(zones) == 1:
            return condition(next(iter(zones)))
        combined = Q(pk__in=[])
        for day, names in sorted(zones.items()):
            combined |= Q(**{f"{zone_field}__in": names}) & condition(day)
        return combined


__all__ = ["LocalDates"]
