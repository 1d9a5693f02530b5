"""Occurrences: made once, set-based, moved when the calendar does."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.models import Assignment, CalendarDay, Occurrence, Organisation, Plan
from compliance.models.local_dates import LocalDates
from compliance.services.execution import occurrences
from compliance.services.execution.in_force import adopt_plan
from compliance.services.execution.occurrences import materialise_occurrences, missing_occurrences
from compliance.services.execution.renewals import renew_for_settings
from tests.building import factories as make
from tests.building.executed import BEGIN, QUARTERS, YEAR, dates, executing, noon


@pytest.fixture
def region(db) -> make.Region:
    return make.region()


# --- Made ahead, once ---------------------------------------------------------------------------


def test_a_second_sweep_makes_nothing(region):
    plan = executing(region, "Ежеквартально", "до 1 июля 2026 г.")
    assert len(dates(plan)) == 5
    assert materialise_occurrences() == 0
    Occurrence.objects.filter(plan=plan, due_on=date(2026, 7, 1)).delete()
    assert [row.due_on for row in missing_occurrences()] == [date(2026, 7, 1)]
    assert materialise_occurrences() == 1
    assert list(missing_occurrences()) == []


def test_intended_dates_stay_beside_shifted_ones(region):
    plan = executing(region, "31 мая 2026 г.", "май 2026 г.")
    rows = Occurrence.objects.filter(plan=plan).order_by("version__number")
    shown = [(row.intended_on, row.due_on, row.original_due_on) for row in rows]
    sunday, monday, friday = date(2026, 5, 31), date(2026, 6, 1), date(2026, 5, 29)
    assert shown == [(sunday, monday, monday), (sunday, friday, friday)]


def test_each_organisation_of_a_class_gets_its_own(region):
    parties = (make.ResponsibleDraft("организации", kind="institutions"),)
    row = make.measure(deadline_text="Ежеквартально", responsibles=parties)
    draft = make.plan(region, row, organisation=region.ministry, type_code="regional", period=YEAR)
    plan = adopt_plan(draft.pk, act=make.act(None, BEGIN))
    assert dates(plan, organisation=region.own) == dates(plan, organisation=region.other)
    assert len(dates(plan)) == 8


def test_unconfirmed_deadlines_yield_nothing(region):
    plan = executing(region, "когда-нибудь", "Ежеквартально")
    assert dates(plan) == QUARTERS


@pytest.mark.parametrize("is_adopted", [False, True])
def test_what_had_passed_before_the_beginning(region, is_adopted):
    """Begun late, a measure's last missed date is due at once; taken over from paper, none is."""
    plan = executing(region, "до 1 апреля 2026 г.", at=noon(date(2026, 6, 1)))
    Plan.objects.filter(pk=plan.pk).update(is_adopted=is_adopted)
    materialise_occurrences()
    assert dates(plan) == ([] if is_adopted else [date(2026, 6, 1)])
    assert materialise_occurrences() == 0


def test_until_leaves_the_rest_for_later(region):
    plan = executing(region, "Ежеквартально")
    Occurrence.objects.filter(plan=plan).delete()
    assert materialise_occurrences(until=date(2026, 6, 30)) == 2
    assert materialise_occurrences() == 2


def test_new_rows_take_the_defaults_of_the_model(region):
    plan = executing(region, "до 1 июля 2026 г.")
    made = Occurrence.objects.get(plan=plan)
    usual = Occurrence()
    for field in Occurrence._meta.concrete_fields:
        if field.column not in occurrences.FILLED and not field.primary_key:
            assert getattr(made, field.attname) == getattr(usual, field.attname), field.name


# --- Few statements, bounded portions -----------------------------------------------------------


def count_statements(plan: Plan, times: int) -> int:
    pattern = Assignment.objects.filter(measure__plan=plan).first()
    for number in range(times):
        place = make.institution(plan.organisation.parent, name=f"Ещё {times} {number}")
        Assignment.objects.create(
            measure=pattern.measure, organisation=place, created_at=pattern.created_at
        )
    with CaptureQueriesContext(connection) as captured:
        assert materialise_occurrences() == 4 * times
    return len(captured)


def test_the_number_of_statements_does_not_grow_with_the_rows(region):
    plan = executing(region, "Ежеквартально")
    assert count_statements(plan, 1) == count_statements(plan, 25)


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="portions are SQLite's")
def test_sqlite_takes_bounded_portions(region, monkeypatch):
    plan = executing(region, *["Ежеквартально"] * 5)
    Occurrence.objects.filter(plan=plan).delete()
    monkeypatch.setattr(occurrences, "PORTION", 2)
    assert materialise_occurrences() == 20 and len(dates(plan)) == 20
    assert len(list(occurrences._portions(occurrences.work_of(Plan.objects.all())))) >= 3


def test_many_rules_are_taken_in_batches(region, monkeypatch):
    plan = executing(region, "Ежеквартально", "Ежемесячно", "до 1 июля 2026 г.", "Еженедельно")
    expected = dates(plan)
    Occurrence.objects.filter(plan=plan).delete()
    monkeypatch.setattr(occurrences, "RULES", 2)
    assert materialise_occurrences() == len(expected)
    assert dates(plan) == expected


# --- The calendar and the settings --------------------------------------------------------------


def holiday(day: date, region: Organisation | None = None) -> CalendarDay:
    return CalendarDay.objects.create(date=day, kind="non_working", region=region)


def test_a_new_holiday_moves_open_future_dates_only(region):
    plan = executing(region, "до 1 апреля 2026 г.", "до 1 июля 2026 г.", "до 1 октября 2026 г.")
    Occurrence.objects.filter(due_on=date(2026, 10, 1)).update(extension_count=1)
    for day in (date(2026, 4, 1), date(2026, 7, 1), date(2026, 10, 1)):
        holiday(day, region.ministry)
    materialise_occurrences(now=noon(date(2026, 5, 20)))
    moved = Occurrence.objects.get(plan=plan, intended_on=date(2026, 7, 1))
    assert moved.due_on == moved.original_due_on == date(2026, 7, 2)
    assert moved.deadline_revision == 1, "who was reminded is not reminded of the step again"
    assert dates(plan) == [date(2026, 4, 1), date(2026, 7, 2), date(2026, 10, 1)]


def test_a_holiday_of_one_region_moves_nothing_in_another(region):
    neighbour = make.ministry(name="Соседнее министерство")
    plan = executing(region, "до 1 июля 2026 г.")
    holiday(date(2026, 7, 1), neighbour)
    materialise_occurrences(now=BEGIN)
    assert dates(plan) == [date(2026, 7, 1)]


def test_the_next_date_is_counted_from_the_intended_one(region):
    """A shift to Monday does not make next month's date a Monday's."""
    plan = executing(region, "ежемесячно до 25 числа")
    shifted = {row.intended_on: row.due_on for row in Occurrence.objects.filter(plan=plan)}
    assert shifted[date(2026, 1, 25)] == date(2026, 1, 26)
    assert shifted[date(2026, 2, 25)] == date(2026, 2, 25)


def test_an_organisation_sets_how_often_continuous_work_is_reported(region):
    Organisation.objects.filter(pk=region.own.pk).update(continuous_checkpoints="half_yearly")
    plan = executing(make_again(region), "постоянно")
    assert dates(plan) == [date(2026, 6, 30), date(2026, 12, 30)]
    Organisation.objects.filter(pk=region.own.pk).update(continuous_checkpoints="quarterly")
    renew_for_settings(region.own, act=make.act(None, noon(date(2026, 5, 20))))
    assert dates(plan) == QUARTERS[1:]


def make_again(region: make.Region) -> make.Region:
    region.own.refresh_from_db()
    return region


def test_the_ministry_sets_the_shifts_of_its_region(region):
    Organisation.objects.filter(pk=region.ministry.pk).update(
        named_date_shift="before", period_end_shift="none"
    )
    plan = executing(region, "31 мая 2026 г.", "май 2026 г.")
    assert dates(plan) == [date(2026, 5, 29), date(2026, 5, 31)]


# --- Time zones ---------------------------------------------------------------------------------


def test_kamchatka_and_kaliningrad_have_their_own_today(region):
    """22:00 UTC: 1 July begins at 12:00 UTC in Kamchatka, and is not over in Kaliningrad."""
    make.institution(region.ministry, name="Камчатка", time_zone="Asia/Kamchatka")
    make.institution(region.ministry, name="Калининград", time_zone="Europe/Kaliningrad")
    far = Organisation.objects.get(name="Камчатка")
    near = Organisation.objects.get(name="Калининград")
    plans = [
        executing(region, "до 1 июля 2026 г.", organisation=place, title=place.name)
        for place in (far, near)
    ]
    instant = datetime(2026, 7, 1, 20, 0, tzinfo=ZoneInfo("UTC"))
    assert (far.today(instant), near.today(instant)) == (date(2026, 7, 2), date(2026, 7, 1))
    late = Occurrence.objects.overdue_at(LocalDates.at(instant))
    assert [row.plan for row in late] == [plans[0]]
    assert [row.plan for row in Occurrence.objects.due_at(LocalDates.at(instant), 0, 0)] == [
        plans[1]
    ]


def test_home_shows_what_is_due_where_the_person_works(region):
    instant = datetime(2026, 7, 1, 20, 0, tzinfo=ZoneInfo("UTC"))
    counts = {}
    for zone in ("Asia/Kamchatka", "Europe/Kaliningrad"):
        place = make.institution(region.ministry, name=zone, time_zone=zone)
        person = make.member(place, "director", zone)
        executing(region, "до 1 июля 2026 г.", organisation=place, title=zone)
        client = Client()
        with time_machine.travel(instant, tick=False):
            client.force_login(person)
            counts[zone] = client.get(reverse("home")).context["counts"]
    assert (counts["Asia/Kamchatka"]["overdue"], counts["Asia/Kamchatka"]["today"]) == (1, 0)
    near = counts["Europe/Kaliningrad"]
    assert (near["overdue"], near["today"]) == (0, 1)


def test_reminders_count_from_each_places_own_today(region):
    from notifications.models import Reminder
    from workflows.services.notices.reminders import plan_reminders

    far = make.institution(region.ministry, name="Камчатка", time_zone="Asia/Kamchatka")
    near = make.institution(region.ministry, name="Калининград", time_zone="Europe/Kaliningrad")
    for place in (far, near):
        make.member(place, "executor", f"executor-{place.pk}")
        executing(region, "до 1 июля 2026 г.", organisation=place, title=place.name)
    plan_reminders(datetime(2026, 7, 1, 20, 0, tzinfo=ZoneInfo("UTC")))
    rows = Reminder.objects.filter(step__who="executor")
    offsets = dict(rows.values_list("addressee__username", "step__offset"))
    assert offsets == {f"executor-{far.pk}": 1, f"executor-{near.pk}": 0}


# --- The database's own word --------------------------------------------------------------------


def test_one_date_of_an_assignment_has_one_row(region):
    row = Occurrence.objects.filter(plan=executing(region, "до 1 июля 2026 г.")).get()
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_closing_needs_its_reason(region):
    plan = executing(region, "до 1 июля 2026 г.")
    with pytest.raises(IntegrityError), transaction.atomic():
        Occurrence.objects.filter(plan=plan).update(status="cancelled", closed_at=BEGIN)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("is_sweep", [True, False], ids=["sweep", "one plan"])
def test_two_at_once_make_each_row_once(is_sweep):
    """The nightly sweeps wait for each other; of others the unique index lets one win."""
    plan = executing(make.region(), "Ежемесячно", "Ежеквартально", "Еженедельно")
    expected = dates(plan)
    Occurrence.objects.filter(plan=plan).delete()
    start, made, errors = threading.Barrier(4), [], []

    def sweep() -> None:
        plans = None if is_sweep else Plan.objects.filter(pk=plan.pk)
        try:
            start.wait()
            made.append(materialise_occurrences(plans, now=BEGIN + timedelta(hours=1)))
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=sweep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sum(made) == len(expected) and dates(plan) == expected
