"""Assessment sheets of directors: calculated from the rows, any number of times, set-based."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext, override

from compliance.domain.calendar.periods import Period
from compliance.domain.calendar.quarters import quarter_code
from compliance.domain.incentives.outcomes import DueDateOutcome, Fact, OutcomeTally, outcome
from compliance.domain.incentives.scale import USUAL_BANDS, BandRow, Scale, points
from compliance.domain.refusals import Forbidden, Refusal
from compliance.models import (
    Band,
    IncentiveLine,
    IncentiveScheme,
    IncentiveSheet,
    Occurrence,
    Organisation,
    User,
)
from compliance.models.roles import Role
from compliance.services.acts import Act
from compliance.services.audit.trail import record_and_tell

BATCH = 1000  # rows a statement
STEP = 100  # institutions whose rows are in memory at a time

Row = TypeVar("Row")


def may_calculate(user: User | None, region_path: str) -> bool:
    """Whether the person may prepare the region's sheets: its ministry's personnel, coordinators.

    None is the system: a command.
    """
    if user is None:
        return True
    duties = user.jurisdiction()
    return duties.holds(Role.HR, region_path) or duties.holds(Role.COORDINATOR, region_path)


def regions_to_calculate(user: User | None) -> list[Organisation]:
    """The regions in which the person may prepare sheets; the system may in all."""
    ministries = Organisation.objects.active().filter(parent__isnull=True).order_by("pk")
    return [one for one in ministries if may_calculate(user, one.path)]


# --- Schemes ------------------------------------------------------------------------------------


@transaction.atomic
def set_bands(scheme: IncentiveScheme, rows: Iterable[BandRow]) -> Scale:
    """The scheme's new band table; raises Refusal "bands_incomplete" before anything is written."""
    scale = Scale.of(rows)
    scheme.bands.all().delete()
    Band.objects.bulk_create(
        Band(
            scheme=scheme,
            points_from=row.points_from,
            points_to=row.points_to,
            share=row.share,
        )
        for row in scale.rows
    )
    return scale


@transaction.atomic
def default_scheme(region: Organisation, valid_from: date) -> IncentiveScheme:
    """The region's scheme of that day; made with the usual bands if there is none."""
    with override(settings.LANGUAGE_CODE):  # stored, so it is in the language of its readers
        title = gettext("Usual scheme: points and share of the bonus")
    scheme, is_new = IncentiveScheme.objects.get_or_create(
        region=region, valid_from=valid_from, defaults={"title": title}
    )
    if is_new:
        set_bands(scheme, USUAL_BANDS)
    return scheme


def scheme_for(region: Organisation, period: Period) -> IncentiveScheme:
    """The scheme known on the first day of the period: none takes effect retroactively.

    Raises Refusal "no_scheme".
    """
    schemes = IncentiveScheme.objects.filter(region=region).valid_on(period.start)
    scheme = schemes.prefetch_related("bands").first()
    if scheme is None:
        raise Refusal("no_scheme", date=f"{period.start:%d.%m.%Y}")
    return scheme


# --- Calculation --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CountedRow:
    """An occurrence and how it counts."""

    occurrence_id: int
    outcome: DueDateOutcome
    due_on: date
    late_after: date
    done_on: date | None
    returns: int


@dataclass(frozen=True)
class CountedSheet:
    """An institution's sheet, yet to be stored, and the rows behind its numbers."""

    sheet: IncentiveSheet
    rows: Sequence[CountedRow]


@dataclass(frozen=True)
class Calculation:
    """By what the sheets of a region are calculated: the period, the scheme, in whose act."""

    region: Organisation
    period: Period
    scheme: IncentiveScheme
    scale: Scale
    act: Act

    @classmethod
    def of(cls, region: Organisation, period: Period, act: Act) -> Calculation:
        """Raises Forbidden, or Refusal when no scheme is valid or its bands are incomplete."""
        if not act.may(may_calculate, region.path):
            raise Forbidden("not_your_step")
        scheme = scheme_for(region, period)
        return cls(region, period, scheme, scheme.scale(), act)

    def lock(self) -> None:
        """Have other calculations by this scheme wait for the end of the transaction."""
        IncentiveScheme.objects.select_for_update(no_key=True).get(pk=self.scheme.pk)

    def counted(self, institutions: Sequence[Organisation]) -> list[CountedSheet]:
        """The sheets of the institutions as of now; nothing is stored. One query for all."""
        rows = _counted(institutions, self.period, self.act)
        found = [(one, rows.get(one.pk, [])) for one in institutions]
        return [CountedSheet(self._sheet(one, of_it), of_it) for one, of_it in found]

    def _sheet(self, organisation: Organisation, rows: Sequence[CountedRow]) -> IncentiveSheet:
        tally = OutcomeTally.of((row.outcome, row.returns) for row in rows)
        number = points(tally, self.scheme.late_weight)
        return IncentiveSheet(
            organisation=organisation,
            scheme=self.scheme,
            period_start=self.period.start,
            period_end=self.period.end,
            as_of=organisation.today(self.act.at),
            due=tally.due,
            in_time=tally.in_time,
            late=tally.late,
            not_done=tally.not_done,
            waiting=tally.waiting,
            waived=tally.waived,
            returned=tally.returned,
            points=number,
            share=self.scale.share_of(number),
            calculated_at=self.act.at,
            calculated_by=self.act.user,
            calculated_for=self.act.on_behalf_of,
        )


@transaction.atomic
def calculate_sheet(organisation: Organisation, period: Period, *, act: Act) -> IncentiveSheet:
    """The institution's sheet as of today, made or replaced together with its lines.

    Raises Forbidden, or Refusal when no scheme is valid or its bands are incomplete.
    """
    region = Organisation.objects.get(path=organisation.root_path)
    calculation = Calculation.of(region, period, act)
    calculation.lock()
    (sheet,) = stored(calculation.counted([organisation]))
    record_and_tell(
        act=act,
        organisation=organisation,
        action="incentive.calculate",
        subject=sheet,
        after={"period": quarter_code(period.start), **_result(sheet)},
    )
    return sheet


@transaction.atomic
def calculate_region(region: Organisation, period: Period, *, act: Act) -> list[IncentiveSheet]:
    """The sheets of all the region's institutions, in as many statements for every STEP of them.

    One event in the ministry's chain records the whole act, with every sheet's result.
    """
    calculation = Calculation.of(region, period, act)
    calculation.lock()
    sheets = [
        sheet
        for some in in_steps(list(institutions_of(region)))
        for sheet in stored(calculation.counted(some))
    ]
    record_region(calculation, sheets)
    return sheets


def in_steps(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """The rows, STEP at a time."""
    return (rows[start : start + STEP] for start in range(0, len(rows), STEP))


def institutions_of(region: Organisation) -> QuerySet[Organisation]:
    """The institutions that get a sheet."""
    return Organisation.objects.active().institutions().within(region).order_by("pk")


def record_region(calculation: Calculation, sheets: Sequence[IncentiveSheet]) -> None:
    """Enter the calculation of a whole region into the trail, with every sheet's result."""
    record_and_tell(
        act=calculation.act,
        organisation=calculation.region,
        action="incentive.calculate",
        subject=calculation.region,
        after={
            "period": quarter_code(calculation.period.start),
            "sheets": {str(sheet.pk): _result(sheet) for sheet in sheets},
        },
    )


def calculate_for(organisation: Organisation, period: Period, *, act: Act) -> list[IncentiveSheet]:
    """The sheet of an institution, or the sheets of the region of a ministry."""
    if organisation.path == organisation.root_path:
        return calculate_region(organisation, period, act=act)
    return [calculate_sheet(organisation, period, act=act)]


@transaction.atomic
def calculate_all(period: Period, *, act: Act) -> list[IncentiveSheet]:
    """The sheets of every region where the act's person may prepare them; all or none."""
    regions = regions_to_calculate(act.user)
    if not regions:
        raise Forbidden("not_your_step")
    return [sheet for one in regions for sheet in calculate_region(one, period, act=act)]


def stored(counted: Sequence[CountedSheet]) -> list[IncentiveSheet]:
    """The sheets, made or replaced together with their lines, under the calculation's lock."""
    sheets = IncentiveSheet.objects.bulk_create(
        [one.sheet for one in counted],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["organisation", "period_start", "period_end"],
        update_fields=REPLACED,
    )
    IncentiveLine.objects.filter(sheet__in=[sheet.pk for sheet in sheets]).delete()
    IncentiveLine.objects.bulk_create(
        (
            IncentiveLine(
                sheet=sheet,
                occurrence_id=row.occurrence_id,
                outcome=row.outcome,
                due_on=row.due_on,
                late_after=row.late_after,
                done_on=row.done_on,
                returns=row.returns,
            )
            for sheet, one in zip(sheets, counted, strict=True)
            for row in one.rows
        ),
        batch_size=BATCH,
    )
    return sheets


REPLACED = [
    "scheme",
    "as_of",
    "due",
    "in_time",
    "late",
    "not_done",
    "waiting",
    "waived",
    "returned",
    "points",
    "share",
    "calculated_at",
    "calculated_by",
    "calculated_for",
]


def _counted(
    institutions: Sequence[Organisation], period: Period, act: Act
) -> dict[int, list[CountedRow]]:
    """The rows that count on each institution's sheet, by its id. One query for all of them."""
    today = {one.pk: one.today(act.at) for one in institutions}
    rows = (
        Occurrence.objects.lasting()
        .filter(organisation__in=institutions, late_after__range=(period.start, period.end))
        .annotate(
            submitted_on=Max(
                "reports__submitted_on", filter=Q(reports__status="submitted", status="submitted")
            ),
            returns=Count("reports", filter=Q(reports__status="returned")),
        )
        .order_by("due_on", "pk")
        .values_list(
            "organisation_id",
            "pk",
            "status",
            "due_on",
            "late_after",
            "done_on",
            "submitted_on",
            "returns",
        )
    )
    counted: dict[int, list[CountedRow]] = {}
    for owner, pk, status, due_on, late_after, done_on, submitted_on, returns in rows.iterator(
        BATCH
    ):
        found = outcome(Fact(status, late_after, done_on, submitted_on), today[owner])
        if found is not None:
            row = CountedRow(pk, found, due_on, late_after, done_on, returns)
            counted.setdefault(owner, []).append(row)
    return counted


def _result(sheet: IncentiveSheet) -> dict[str, object]:
    """The sheet's numbers as the audit event keeps them."""
    return {
        "in_time": sheet.in_time,
        "late": sheet.late,
        "not_done": sheet.not_done,
        "waiting": sheet.waiting,
        "waived": sheet.waived,
        "points": _number(sheet.points),
        "share": _number(sheet.share),
    }


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
