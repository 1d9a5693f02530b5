"""Assessment sheets of directors: calculated from the rows, any number of times, set-based."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max, Q
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


@dataclass(frozen=True)
class CountedRow:
    """An occurrence and how it counts."""

    occurrence_id: int
    outcome: DueDateOutcome
    due_on: date
    late_after: date
    done_on: date | None
    returns: int


@transaction.atomic
def calculate_sheet(organisation: Organisation, period: Period, *, act: Act) -> IncentiveSheet:
    """The institution's sheet as of today, made or replaced together with its lines.

    Raises Forbidden, or Refusal when no scheme is valid or its bands are incomplete.
    """
    region = Organisation.objects.get(path=organisation.root_path)
    (sheet,) = _calculate(region, [organisation], period, act)
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
    """The sheets of all the region's institutions, in a fixed number of statements.

    One event in the ministry's chain records the whole act, with every sheet's result.
    """
    institutions = Organisation.objects.active().institutions().within(region)
    sheets = _calculate(region, list(institutions.order_by("pk")), period, act)
    record_and_tell(
        act=act,
        organisation=region,
        action="incentive.calculate",
        subject=region,
        after={
            "period": quarter_code(period.start),
            "sheets": {str(sheet.pk): _result(sheet) for sheet in sheets},
        },
    )
    return sheets


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


def _calculate(
    region: Organisation, institutions: Sequence[Organisation], period: Period, act: Act
) -> list[IncentiveSheet]:
    if not act.may(may_calculate, region.path):
        raise Forbidden("not_your_step")
    scheme = scheme_for(region, period)
    scale = scheme.scale()
    counted = _counted(institutions, period, act)
    sheets = [
        _sheet(one, period, scheme, scale, counted.get(one.pk, []), act) for one in institutions
    ]
    stored = IncentiveSheet.objects.bulk_create(
        sheets,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["organisation", "period_start", "period_end"],
        update_fields=REPLACED,
    )
    IncentiveLine.objects.filter(sheet__in=[sheet.pk for sheet in stored]).delete()
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
            for sheet in stored
            for row in counted.get(sheet.organisation_id, [])
        ),
        batch_size=BATCH,
    )
    return stored


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


def _sheet(
    organisation: Organisation,
    period: Period,
    scheme: IncentiveScheme,
    scale: Scale,
    rows: Sequence[CountedRow],
    act: Act,
) -> IncentiveSheet:
    tally = OutcomeTally.of((row.outcome, row.returns) for row in rows)
    number = points(tally, scheme.late_weight)
    return IncentiveSheet(
        organisation=organisation,
        scheme=scheme,
        period_start=period.start,
        period_end=period.end,
        as_of=organisation.today(act.at),
        due=tally.due,
        in_time=tally.in_time,
        late=tally.late,
        not_done=tally.not_done,
        waiting=tally.waiting,
        waived=tally.waived,
        returned=tally.returned,
        points=number,
        share=scale.share_of(number),
        calculated_at=act.at,
        calculated_by=act.user,
        calculated_for=act.on_behalf_of,
    )


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
