"""What an extension changes elsewhere, and what leaves it alone: sweeps, reminders, boards."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.domain.calendar.quarters import quarter
from compliance.models import CalendarDay, Occurrence, Petition
from compliance.models.local_dates import LocalDates
from compliance.services.boards.matrices import counted_rows, matrix_rows, measures_of
from compliance.services.evidence.reports import Account, accept_report, save_report, submit_report
from compliance.services.execution.occurrences import materialise_occurrences
from compliance.services.execution.renewals import renew_for_settings, renew_occurrences
from compliance.services.incentives.sheets import calculate_sheet, default_scheme
from compliance.services.notices.still_due import KIND, still_due
from compliance.services.petitions.steps import (
    Wish,
    endorse_petition,
    file_petition,
    grant_petition,
)
from notifications.models import Reason, Reminder
from tests.building import factories as make
from tests.building.executed import BEGIN, dates, executing, noon, reworded, version_of
from workflows.services.notices.reminders import plan_reminders

MAY = noon(date(2026, 5, 20))


@pytest.fixture
def region(db) -> make.Region:
    return make.region()


def extended(region: make.Region, row: Occurrence, day: date, at=MAY) -> Occurrence:
    """The row with an extension that a person asked for and the ministry granted."""
    wish = Wish("extension", "Ждём поставку", day)
    petition = file_petition(row.pk, wish, act=make.act(region.executor, at))
    endorse_petition(petition.pk, act=make.act(region.director, at))
    grant_petition(petition.pk, act=make.act(region.coordinator, at))
    row.refresh_from_db()
    return row


def first(plan) -> Occurrence:
    return Occurrence.objects.lasting().filter(plan=plan, due_on__gt=MAY.date()).first()


def same(row: Occurrence, due_on: date) -> bool:
    row.refresh_from_db()
    kept = (row.due_on, row.extension_count, row.status)
    return kept == (due_on, 1, "open") and row.original_due_on < due_on


# --- Sweeps ----------------------------------------------------------------------------------


def test_a_sweep_and_a_new_holiday_leave_the_extended_date(region):
    plan = executing(region, "до 1 июля 2026 г.")
    row = extended(region, first(plan), date(2026, 8, 3))
    for day in (date(2026, 7, 1), date(2026, 8, 3)):
        CalendarDay.objects.create(region=region.ministry, date=day, kind="non_working")
    assert materialise_occurrences(now=MAY) == 0
    assert same(row, date(2026, 8, 3)) and dates(plan) == [date(2026, 8, 3)]


def test_a_renewal_that_still_asks_for_the_first_date_leaves_the_extended_one(region):
    plan = executing(region, "Ежеквартально")
    row = extended(region, first(plan), date(2026, 7, 15))
    reworded(plan, "ежемесячно до 30 числа", date(2026, 5, 21))
    assert same(row, date(2026, 7, 15))
    renew_occurrences([version_of(plan).measure], act=make.act(None, MAY))
    assert same(row, date(2026, 7, 15))


def test_a_changed_setting_closes_no_date_that_a_person_has_moved(region):
    """Monthly checkpoints become quarterly: May is asked for no more, but it was extended."""
    region.own.continuous_checkpoints = "monthly"
    region.own.save()
    plan = executing(region, "Постоянно")
    row = extended(region, first(plan), date(2026, 6, 15))
    region.own.continuous_checkpoints = "quarterly"
    region.own.save()
    renewal = renew_for_settings(region.own, act=make.act(None, MAY))
    assert renewal.closed > 0 and same(row, date(2026, 6, 15))
    materialise_occurrences(now=noon(date(2026, 5, 21)))
    assert same(row, date(2026, 6, 15))


def test_a_row_with_an_open_petition_stays_until_it_is_decided(region):
    plan = executing(region, "до 1 июля 2026 г.")
    row = first(plan)
    wish = Wish("waiver", "Здание передано")
    petition = file_petition(row.pk, wish, act=make.act(region.director, MAY))
    reworded(plan, "до 1 октября 2026 г.", date(2026, 5, 21))
    row.refresh_from_db()
    assert row.status == "open" and dates(plan) == [date(2026, 7, 1), date(2026, 10, 1)]
    grant_petition(petition.pk, act=make.act(region.coordinator, MAY))
    materialise_occurrences(now=noon(date(2026, 5, 22)))
    assert dates(plan, status="open") == [date(2026, 10, 1)]


# --- Reminders -------------------------------------------------------------------------------


def test_reminders_of_the_old_date_fall_silent_and_the_new_date_has_its_own(region):
    plan = executing(region, "до 1 июля 2026 г.")
    row = first(plan)
    soon = noon(date(2026, 6, 26))
    assert plan_reminders(soon)["planned"] > 0
    old = list(Reminder.objects.values_list("pk", flat=True))
    assert set(still_due(old, soon).values()) & set(Reason) == set()

    extended(region, row, date(2026, 7, 10), soon)
    assert set(still_due(old, soon).values()) == {Reason.DEADLINE_MOVED}
    assert plan_reminders(soon)["planned"] == len(old), "the same people, of the new date"
    new = Reminder.objects.exclude(pk__in=old).filter(subject_kind=KIND)
    assert set(new.values_list("due_on", "deadline_revision")) == {(date(2026, 7, 10), 2)}
    assert not set(still_due(list(new.values_list("pk", flat=True)), soon).values()) & set(Reason)
    assert plan_reminders(soon)["planned"] == 0


# --- Boards ----------------------------------------------------------------------------------


def page(person, name: str, *args, **query) -> str:
    client = Client()
    client.force_login(person)
    return client.get(reverse(name, args=args), query).content.decode()


WORDS = "срок перенесён, было 01.07.2026, раз: 1"


def test_board_matrix_and_occurrence_say_that_the_date_was_moved(region):
    plan = executing(region, "до 1 июля 2026 г.")
    row = extended(region, first(plan), date(2026, 8, 3))
    assert WORDS in page(region.director, "overdue", show="all")
    assert WORDS in page(region.executor, "occurrence", row.pk)
    assert "перенесено сроков: 1" in page(region.director, "plan-matrix", plan.pk)
    ((cell,),) = [
        found.cells
        for found in matrix_rows(
            measures_of(plan),
            [region.own],
            counted_rows(plan, region.director),
            LocalDates.at(timezone.now()),
            region.director,
        )
    ]
    assert cell.moved == 1


def test_the_board_shows_and_counts_what_is_asked(region):
    plan = executing(region, "до 1 июля 2026 г.", "до 1 октября 2026 г.")
    row = first(plan)
    file_petition(row.pk, Wish("waiver", "Снесено"), act=make.act(region.executor, BEGIN))
    shown = page(region.director, "overdue", show="petitioned")
    assert "ходатайство на рассмотрении" in shown and shown.count("group-row") == 1
    client = Client()
    client.force_login(region.director)
    answer = client.get(reverse("overdue"), {"show": "petitioned"})
    assert answer.context["counts"]["petitioned"] == len(answer.context["page"].object_list) == 1
    assert Petition.objects.open().count() == 1


def test_the_sheet_counts_by_the_extended_date_and_says_so(region):
    plan = executing(region, "до 1 июля 2026 г.")
    version = version_of(plan)
    type(version).objects.filter(pk=version.pk).update(proof="link")
    row = extended(region, first(plan), date(2026, 8, 3))
    act = make.act(region.executor, noon(date(2026, 7, 20)))
    save_report(row.pk, Account("Готово", link="https://example.org/"), act=act)
    report = submit_report(row.pk, act=act)
    at = noon(date(2026, 10, 5))
    accept_report(report.pk, act=make.act(region.inspector, at))
    default_scheme(region.ministry, valid_from=date(2026, 1, 1))
    sheet = calculate_sheet(region.own, quarter("2026Q3"), act=make.act(region.personnel, at))
    assert (sheet.in_time, sheet.late) == (1, 0)
    assert WORDS in page(region.personnel, "incentive-sheet", sheet.pk)
