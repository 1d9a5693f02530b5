"""In time means by the written date: a day off plans and reminds earlier, and makes nothing late.

31 December 2026 is a day off by the government's decree; 31 May and 4 July 2026 fall on a weekend.
"""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from compliance.domain.calendar.quarters import quarter
from compliance.domain.refusals import Refusal
from compliance.models import CalendarDay, IncentiveLine, Occurrence
from compliance.models.local_dates import LocalDates
from compliance.services.boards.course import Course, course_by_measure
from compliance.services.boards.matrices import counted_rows, matrix_rows, measures_of
from compliance.services.boards.overdue import BoardShow, board_rows, counts, shown
from compliance.services.boards.regions import overseen, sorted_rows, totals
from compliance.services.evidence.reports import Account, accept_report, save_report, submit_report
from compliance.services.execution.occurrences import materialise_occurrences
from compliance.services.execution.renewals import renew_for_settings
from compliance.services.incentives.sheets import calculate_sheet, default_scheme
from compliance.services.petitions.steps import (
    Wish,
    endorse_petition,
    file_petition,
    grant_petition,
)
from tests.building import factories as make
from tests.building.due_dates import at
from tests.building.executed import YEAR, executing, noon

pytestmark = pytest.mark.django_db

MAY = noon(date(2026, 5, 20))
PLANNED, WRITTEN, AFTER = date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 1)


@pytest.fixture
def region() -> make.Region:
    return make.region()


def dates_of(plan) -> list[tuple[date, date, date]]:
    """(written, planned, late after) of the plan's due dates that were not cancelled."""
    rows = Occurrence.objects.lasting().filter(plan=plan).order_by("intended_on")
    return list(rows.values_list("intended_on", "due_on", "late_after"))


def only(plan) -> Occurrence:
    return Occurrence.objects.lasting().select_related("organisation").get(plan=plan)


def at_end_of_year(region: make.Region) -> Occurrence:
    """Written for 31 December, planned for the 30th."""
    row = only(executing(region, "IV квартал 2026 г."))
    assert (row.intended_on, row.due_on, row.late_after) == (WRITTEN, PLANNED, WRITTEN)
    return row


def reported(region: make.Region, row: Occurrence, day: date) -> Occurrence:
    """The row with a report sent and accepted on the day."""
    row.version.proof = "number"
    row.version.save(update_fields=["proof"])
    save_report(row.pk, Account("Сделано", number=1), act=make.act(region.executor, at(row, day)))
    report = submit_report(row.pk, act=make.act(region.executor, at(row, day)))
    accept_report(report.pk, act=make.act(region.inspector, at(row, day)))
    row.refresh_from_db()
    return row


# --- Made, moved, renewed -----------------------------------------------------------------------


def test_a_sweep_keeps_the_written_the_planned_and_the_last_day_in_time(region):
    plan = executing(region, "май 2026 г.", "до 1 мая 2026 г.", "до 4 июля 2026 г.", "2026 г.")
    assert dates_of(plan) == [
        (date(2026, 5, 1), date(2026, 5, 4), date(2026, 5, 4)),
        (date(2026, 5, 31), date(2026, 5, 29), date(2026, 5, 31)),
        (date(2026, 7, 4), date(2026, 7, 6), date(2026, 7, 6)),
        (date(2026, 12, 31), date(2026, 12, 30), date(2026, 12, 31)),
    ]


def test_a_new_holiday_moves_the_last_day_in_time_with_the_planned_one(region):
    plan = executing(region, "до 1 июля 2026 г.", "июль 2026 г.")
    for day in (date(2026, 7, 1), date(2026, 7, 31)):
        CalendarDay.objects.create(region=region.ministry, date=day, kind="non_working")
    materialise_occurrences(now=MAY)
    assert dates_of(plan) == [
        (date(2026, 7, 1), date(2026, 7, 2), date(2026, 7, 2)),
        (date(2026, 7, 31), date(2026, 7, 30), date(2026, 7, 31)),
    ]
    materialise_occurrences(now=MAY)
    assert dates_of(plan)[0] == (date(2026, 7, 1), date(2026, 7, 2), date(2026, 7, 2))


@pytest.mark.parametrize(
    ("shift", "planned", "late_after"),
    [
        ("before", date(2026, 7, 3), date(2026, 7, 4)),
        ("none", date(2026, 7, 4), date(2026, 7, 4)),
        ("after", date(2026, 7, 6), date(2026, 7, 6)),
    ],
)
def test_a_changed_setting_renews_both_days(region, shift, planned, late_after):
    plan = executing(region, "до 4 июля 2026 г.")
    region.ministry.named_date_shift = shift
    region.ministry.save()
    renew_for_settings(region.ministry, act=make.act(None, MAY))
    assert dates_of(plan) == [(date(2026, 7, 4), planned, late_after)]


def test_a_plan_begun_on_a_day_still_in_time_owes_it(region):
    """A Saturday; planned for Friday, written for Sunday. What is over stays in the past."""
    plan = executing(region, "апрель 2026 г.", "май 2026 г.", at=noon(date(2026, 5, 30)))
    assert dates_of(plan) == [(date(2026, 5, 31), date(2026, 5, 29), date(2026, 5, 31))]


@pytest.mark.parametrize(
    "wrong",
    [
        {"late_after": date(2026, 12, 29)},
        {"late_after": date(2026, 12, 30)},
        {"due_on": date(2027, 1, 1)},
        {"late_after": date(2999, 1, 1)},
        {"late_after": None},
    ],
)
def test_the_database_keeps_it_behind_both_dates(region, wrong):
    row = at_end_of_year(region)
    with pytest.raises(IntegrityError), transaction.atomic():
        Occurrence.objects.filter(pk=row.pk).update(**wrong)


# --- Judged --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "in_time", "outcome"),
    [(PLANNED, True, "in_time"), (WRITTEN, True, "in_time"), (AFTER, False, "late")],
)
def test_a_report_on_the_written_day_is_in_time(region, day, in_time, outcome):
    row = reported(region, at_end_of_year(region), day)
    assert row.accepted_report.is_in_time is in_time
    default_scheme(region.ministry, date(2026, 1, 1))
    act = make.act(region.personnel, noon(date(2027, 1, 12)))
    sheet = calculate_sheet(region.own, quarter("2026Q4"), act=act)
    line = IncentiveLine.objects.get(sheet=sheet)
    assert (line.outcome, line.due_on, line.late_after) == (outcome, PLANNED, WRITTEN)


def test_a_sheet_counts_a_date_once_its_last_day_in_time_is_over(region):
    at_end_of_year(region)
    default_scheme(region.ministry, date(2026, 1, 1))
    found = []
    for day in (WRITTEN, AFTER):
        act = make.act(region.personnel, noon(day))
        found.append(calculate_sheet(region.own, quarter("2026Q4"), act=act).not_done)
    assert found == [0, 1]


@pytest.mark.parametrize(
    ("day", "list_of_it", "days_overdue"),
    [
        (date(2026, 12, 16), "soon", 0),  # a fortnight before the planned day, not the written one
        (date(2026, 12, 29), "soon", 0),
        (PLANNED, "today", 0),
        (WRITTEN, "today", 0),
        (AFTER, "overdue", 1),
        (date(2027, 1, 11), "overdue", 11),
    ],
)
def test_every_board_counts_from_the_last_day_in_time(region, day, list_of_it, days_overdue):
    row = at_end_of_year(region)
    dates, rows = LocalDates.at(noon(day)), Occurrence.objects.filter(pk=row.pk)
    late = int(list_of_it == "overdue")
    found = counts(rows, dates)
    assert {name: found[name] for name in ("overdue", "today", "soon")} == {
        "overdue": 0,
        "today": 0,
        "soon": 0,
        list_of_it: 1,
    }
    for show in (BoardShow.OVERDUE, BoardShow.TODAY, BoardShow.SOON):
        assert shown(rows, show, dates).count() == (1 if show == list_of_it else 0)
    assert shown(rows, BoardShow.NEAR, dates).count() == 1
    (line,) = board_rows([row], dates)
    assert line.days_overdue == days_overdue
    assert row.is_overdue(day) is bool(late)
    assert Course.sum(course_by_measure(row.plan, dates).values()).overdue == late
    (matrix,) = matrix_rows(
        measures_of(row.plan),
        [region.own],
        counted_rows(row.plan, region.director),
        dates,
        region.director,
    )
    assert matrix.overdue == late
    assert totals(overseen(region.coordinator), YEAR, dates).overdue == late
    first = sorted_rows(overseen(region.coordinator), "worst", YEAR, dates)[0]
    assert first.overdue == late


# --- Extended ------------------------------------------------------------------------------------


def extended(region: make.Region, row: Occurrence, day: date) -> Occurrence:
    petition = file_petition(
        row.pk, Wish("extension", "Ждём поставку", day), act=make.act(region.executor, MAY)
    )
    endorse_petition(petition.pk, act=make.act(region.director, MAY))
    grant_petition(petition.pk, act=make.act(region.coordinator, MAY))
    row.refresh_from_db()
    return row


@pytest.mark.parametrize(
    ("day", "planned", "late_after"),
    [
        (date(2026, 8, 3), date(2026, 8, 3), date(2026, 8, 3)),
        (date(2026, 8, 1), date(2026, 8, 3), date(2026, 8, 3)),  # a Saturday
        (date(2026, 12, 31), date(2026, 12, 30), date(2026, 12, 31)),  # the plan ends with it
    ],
)
def test_an_extension_sets_both_days(region, day, planned, late_after):
    row = extended(region, only(executing(region, "до 1 июля 2026 г.")), day)
    assert (row.due_on, row.late_after) == (planned, late_after)
    assert (row.intended_on, row.original_due_on) == (date(2026, 7, 1), date(2026, 7, 1))


def test_the_written_day_itself_is_no_later_date(region):
    row = at_end_of_year(region)
    wish = Wish("extension", "Ещё день", WRITTEN)
    with pytest.raises(Refusal, match="'new_date_not_later'"):
        file_petition(row.pk, wish, act=make.act(region.executor, MAY))
