"""The demonstration region as a whole: `load_region`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

import compliance
from compliance.domain.calendar.periods import Period
from compliance.models import CalendarDay, Organisation, User
from compliance.services.acts import Act
from compliance.services.calendars import seed_calendar, working_calendar
from compliance.services.documents.imports import Request, import_document
from compliance.services.incentives.sheets import calculate_region, default_scheme
from workflows.demo.changes import Changes
from workflows.demo.days import Days
from workflows.demo.inspections import hold_inspections
from workflows.demo.institutions import Institutions
from workflows.demo.people import (
    MINISTRY,
    Cast,
    make_authority,
    make_officials,
    make_own_staff,
    make_staff,
)
from workflows.demo.petitions import Petitions
from workflows.demo.reassigning import give_to_prepare, stand_in
from workflows.demo.regional import RegionalPlans

DOCUMENTS = Path(compliance.__file__).parent / "fixtures" / "documents"
RATING = "kemerovo-rating-findings-plans-2016.txt"
REGIONAL_PLAN = "smolensk-regional-plan-2017-2018.txt"
OWN_INSTITUTION = "центр социальной помощи семье и детям города кемерово"


class NotEmptyError(Exception):
    """The database holds organisations that are not the demonstration's."""


@transaction.atomic
def load_region(now: datetime) -> bool:
    """Whether the region was loaded; False if it was there. NotEmptyError over other data."""
    if Organisation.objects.filter(name=MINISTRY).exists():
        return False
    if Organisation.objects.exists() or User.objects.exists():
        raise NotEmptyError
    ministry, council = make_authority(settings.TIME_ZONE)
    days = _days(ministry, now)
    officials = make_officials(ministry, council)
    _import_rating(days, officials["council"])
    cast = _cast(ministry, council, officials)
    RegionalPlans(days, cast).make(moved_regional_plan(days))
    Institutions(days, cast).make()
    Petitions(days, cast).make()
    Changes(days, cast).make()
    stand_in(days, cast)
    _prepare_incentives(days, cast)
    hold_inspections(days, cast)
    give_to_prepare(days, cast)
    return True


def _days(ministry: Organisation, now: datetime) -> Days:
    """The days round now, on a calendar in which today and one of the next days are worked.

    Deadlines never fall on a day off. So that something is due today even on a Sunday or on the
    first of January, and soon after the thirty-first of December, the region declares such days
    worked.
    """
    year = ministry.today(now).year
    seed_calendar(range(year - 2, year + 3))
    days = Days(now, working_calendar(ministry), ministry.time_zone)
    worked = [days.today]
    if days.soon > days.ahead(7):
        worked.append(days.ahead(3))
    for day in worked:
        if not days.calendar.is_working(day):
            kind, title = CalendarDay.Kind.WORKING, "Рабочий день демонстрации"
            CalendarDay.objects.create(region=ministry, date=day, kind=kind, title=title)
    return Days(now, working_calendar(ministry), ministry.time_zone)


def _import_rating(days: Days, council: User) -> None:
    """Import the moved rating as the council would."""
    act = Act(council, days.at(days.back(200)))
    import_document(moved_rating(days).encode(), "rating.txt", Request(kind="rating"), act=act)


def moved_rating(days: Days) -> str:
    """The text of the Kemerovo rating for the year before the plans."""
    year = str(days.period.start.year - 1)
    return (DOCUMENTS / RATING).read_text(encoding="utf-8").replace("2016", year)


def _prepare_incentives(days: Days, cast: Cast) -> None:
    """Let personnel prepare the assessment sheets of the last quarter."""
    end = days.last_quarter_end
    default_scheme(cast.ministry, days.last_period.start)
    act = Act(cast.officials["hr"], days.now)
    calculate_region(cast.ministry, Period.of_months(end.year, end.month - 2, 3), act=act)


def moved_regional_plan(days: Days) -> str:
    """The text of the Smolensk plan for this region and for the years round today."""
    first = days.period.start.year
    text = (DOCUMENTS / REGIONAL_PLAN).read_text(encoding="utf-8")
    for old, new in (
        ("2017-2018", f"{first}-{first + 1}"),
        ("05.12.2016", f"05.12.{first - 1}"),
        ("Смоленской", "Кемеровской"),
    ):
        text = text.replace(old, new)
    return text


def _cast(ministry: Organisation, council: Organisation, officials: dict[str, User]) -> Cast:
    institutions = list(Organisation.objects.institutions().order_by("pk"))
    own = next(row for row in institutions if OWN_INSTITUTION in row.name.casefold())
    others = [row for row in institutions if row != own]
    return Cast(ministry, council, officials, make_own_staff(own), make_staff(others))
