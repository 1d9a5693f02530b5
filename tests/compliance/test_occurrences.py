"""Occurrences: made once, kept when their deadline changes, moved when the calendar does."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from compliance.domain.periods import Period
from compliance.domain.refusals import Forbidden, Refusal
from compliance.models import (
    Assignment,
    CalendarDay,
    MeasureVersion,
    Occurrence,
    Organisation,
    Plan,
    Revision,
)
from compliance.models.local_dates import LocalDates
from compliance.services import occurrences
from compliance.services.deadlines import confirm_deadline
from compliance.services.execution import adopt_plan, put_in_force
from compliance.services.occurrences import materialise_occurrences, missing_occurrences
from compliance.services.plans import read_into
from compliance.services.renewals import close_removed, renew_for_settings, renew_occurrences
from compliance.services.reports import Account, save_report
from tests import factories as make

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
MOSCOW = ZoneInfo("Europe/Moscow")
QUARTERS = [date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30), date(2026, 12, 31)]


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=MOSCOW)


BEGIN = noon(date(2026, 1, 12))


def executing(region: make.Region, *phrases: str, at: datetime = BEGIN, **given) -> Plan:
    """A plan of 2026 executed from 12 January on, a measure for each phrase."""
    measures = [
        make.measure(deadline_text=phrase, number=f"1.{place}")
        for place, phrase in enumerate(phrases, start=1)
    ]
    draft = make.plan(region, *measures, period=YEAR, **given)
    plan = adopt_plan(draft.pk, act=make.act(None, at))
    Plan.objects.filter(pk=plan.pk).update(
        is_adopted=False, published_on=at.date(), published_url="https://example.org/plan"
    )
    return Plan.objects.get(pk=plan.pk)


def dates(plan: Plan, **given) -> list[date]:
    """The due dates of a plan that were not cancelled, sorted."""
    rows = Occurrence.objects.lasting().filter(plan=plan, **given)
    return list(rows.order_by("due_on", "pk").values_list("due_on", flat=True))


def version_of(plan: Plan) -> MeasureVersion:
    return MeasureVersion.objects.get(revision__plan=plan, revision__status="in_force")


def reworded(plan: Plan, phrase: str, on: date):
    """The plan's one measure under another deadline, as a revision put in force leaves it."""
    version = version_of(plan)
    act = make.act(None, noon(on))
    read_into(version, phrase, act)
    version.save()
    return renew_occurrences([version.measure], act=act)


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
    draft = make.plan(
        region, row, organisation=region.ministry, type_code="regional", period=YEAR
    )
    plan = adopt_plan(draft.pk, act=make.act(None, BEGIN))
    assert dates(plan, organisation=region.own) == dates(plan, organisation=region.other)
    assert len(dates(plan)) == 8


def test_unconfirmed_deadlines_yield_nothing(region):
    plan = executing(region, "когда-нибудь", "Ежеквартально")
    assert dates(plan) == QUARTERS


@pytest.mark.parametrize("is_adopted", [False, True])
def test_what_had_passed_before_the_beginning(region, is_adopted):
    """Begun late, a measure keeps its last missed date; taken over from paper, none."""
    plan = executing(region, "до 1 апреля 2026 г.", at=noon(date(2026, 6, 1)))
    Plan.objects.filter(pk=plan.pk).update(is_adopted=is_adopted)
    materialise_occurrences()
    assert dates(plan) == ([] if is_adopted else [date(2026, 4, 1)])
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


# --- A changed deadline -------------------------------------------------------------------------


def test_a_changed_deadline_replaces_only_the_open_future(region):
    plan = executing(region, "Ежеквартально")
    past, june, september, december = Occurrence.objects.filter(plan=plan).order_by("due_on")
    save_report(september.pk, Account("Начато"), act=make.act(region.executor))
    renewal = reworded(plan, "ежемесячно до 25 числа", date(2026, 5, 20))
    assert (renewal.closed, renewal.made) == (2, 8)
    for row in (past, june, september, december):
        row.refresh_from_db()
    assert past.status == september.status == "open", "what is past or begun is kept"
    assert june.status == december.status == "cancelled"
    assert june.close_reason and june.closed_at
    asked = Occurrence.objects.lasting().filter(plan=plan, deadline_revision=2)
    months = [row.intended_on for row in asked.order_by("intended_on")]
    assert months == [date(2026, month, 25) for month in range(5, 13)]
    assert version_of(plan).measure.deadline_revision == 2
    assert materialise_occurrences() == 0, "January to April were owed under the old deadline"


def test_dates_that_the_new_deadline_asks_for_too_stay_the_same_rows(region):
    plan = executing(region, "Ежеквартально")
    before = list(Occurrence.objects.filter(plan=plan).order_by("due_on").values_list("pk"))
    renewal = reworded(plan, "IV квартал 2026 г.", date(2026, 5, 20))
    assert (renewal.closed, renewal.made) == (2, 0)
    kept = list(Occurrence.objects.lasting().filter(plan=plan).order_by("due_on"))
    assert [(row.pk,) for row in kept] == [before[0], before[3]]
    assert {row.deadline_revision for row in kept} == {1}, "nobody is reminded of it anew"


def test_an_extended_date_of_the_old_deadline_is_replaced_too(region):
    plan = executing(region, "до 1 июля 2026 г.")
    Occurrence.objects.filter(plan=plan).update(
        due_on=date(2026, 8, 3), extension_count=1, deadline_revision=2
    )
    reworded(plan, "до 1 октября 2026 г.", date(2026, 5, 20))
    assert dates(plan) == [date(2026, 10, 1)]
    assert version_of(plan).measure.deadline_revision == 3


def test_a_sweep_closes_what_an_overtaken_sweep_has_just_made(region):
    """A sweep that read the old deadline may commit after the change: the next one mends it."""
    plan = executing(region, "Ежеквартально")
    reworded(plan, "IV квартал 2026 г.", date(2026, 5, 20))
    stale = Occurrence.objects.get(plan=plan, status="cancelled", due_on=date(2026, 9, 30))
    Occurrence.objects.filter(pk=stale.pk).update(status="open", close_reason="", closed_at=None)
    materialise_occurrences(now=noon(date(2026, 5, 21)))
    stale.refresh_from_db()
    assert stale.status == "cancelled"


def test_a_removed_measure_closes_its_open_dates_with_the_reason(region):
    plan = executing(region, "Ежеквартально")
    version = version_of(plan)
    act = make.act(None, noon(date(2026, 5, 20)))
    assert close_removed([version.measure], version.revision, act=act) == 3
    closed = Occurrence.objects.filter(plan=plan, status="cancelled")
    assert all(row.close_reason and row.closed_at == act.at for row in closed)
    assert dates(plan) == [date(2026, 3, 31)], "what was overdue stays on control"
    assert materialise_occurrences(now=act.at) == 0


def test_a_revision_put_in_force_carries_work_and_dates_over(region):
    """Kept, changed, removed and new measures in one revision of an executing plan."""
    plan = executing(region, "Ежеквартально", "до 1 июля 2026 г.", "до 1 октября 2026 г.")
    old = plan.revisions.get()
    new = Revision.objects.create(plan=plan, number=2, created_at=BEGIN)
    section = new.sections.create(position=1, title="Открытость")
    act = make.act(None, noon(date(2026, 5, 20)))
    kept, changed, removed = old.versions.order_by("number")
    for position, version in enumerate((kept, changed)):
        parties = list(version.responsibles.all())
        version.pk, version.revision, version.section = None, new, section
        version.position = position
        version.save()
        for party in parties:
            party.pk, party.version = None, version
            party.save()
    read_into(changed, "до 3 августа 2026 г.", act)
    changed.save()
    put_in_force(new, act=act)
    rows = Occurrence.objects.lasting().filter(plan=plan)
    assert dates(plan, assignment__measure=changed.measure) == [date(2026, 8, 3)]
    assert dates(plan, assignment__measure=kept.measure) == QUARTERS
    assert {row.version.revision_id for row in rows} == {new.pk}
    assert not rows.filter(assignment__measure=removed.measure).exists()
    removed.measure.refresh_from_db()
    assert removed.measure.removed_by == new


# --- What a person says of a deadline in force --------------------------------------------------


def test_an_anchor_replaces_the_year_end_checkpoint(region):
    plan = executing(region, "в течение 10 рабочих дней со дня получения предписания")
    version = version_of(plan)
    confirm_deadline(version, act=make.act(region.coordinator, BEGIN))
    assert dates(plan) == [date(2026, 12, 31)]
    act = make.act(region.director, noon(date(2026, 4, 20)))
    confirm_deadline(version, act=act, anchor=date(2026, 4, 20))
    assert dates(plan) == [date(2026, 5, 6)], "holidays of May are not working days"
    assert Occurrence.objects.lasting().get(plan=plan).kind == "deadline"


def test_an_unsettled_deadline_of_an_adopted_plan_owes_from_the_day_it_is_settled(region):
    plan = executing(region, "когда-нибудь")
    act = make.act(region.coordinator, noon(date(2026, 5, 20)))
    days = [date(2026, 4, 15), date(2026, 6, 15)]
    assert confirm_deadline(version_of(plan), act=act, dates=days).made == 1
    assert dates(plan) == [date(2026, 6, 15)]


def test_what_the_words_fix_is_not_changed_in_a_text_in_force(region):
    plan = executing(region, "до 1 июля 2026 г.")
    with pytest.raises(Refusal, match="deadline_in_force"):
        confirm_deadline(
            version_of(plan), act=make.act(region.coordinator), dates=[date(2026, 12, 1)]
        )
    assert dates(plan) == [date(2026, 7, 1)]


def test_dates_once_set_are_changed_by_the_ministry_alone(region):
    plan = executing(region, "В установленные сроки")
    act = make.act(region.director, BEGIN)
    confirm_deadline(version_of(plan), act=act, dates=[date(2026, 6, 15)])
    with pytest.raises(Forbidden, match="dates_are_set"):
        confirm_deadline(version_of(plan), act=act, dates=[date(2026, 12, 15)])
    act = make.act(region.coordinator, BEGIN)
    confirm_deadline(version_of(plan), act=act, dates=[date(2026, 12, 15)])
    assert dates(plan) == [date(2026, 12, 15)]


def test_settling_leaves_the_frozen_text_as_it_was(region):
    from workflows.services.reconciliation import differences

    plan = executing(region, "В установленные сроки")
    confirm_deadline(version_of(plan), act=make.act(region.coordinator), dates=[date(2026, 12, 1)])
    assert list(differences()) == []


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
    assert dates(plan) == [date(2026, 6, 30), date(2026, 12, 31)]
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


def test_renewing_what_comes_out_the_same_keeps_every_row(region):
    plan = executing(region, "Ежеквартально")
    before = list(Occurrence.objects.order_by("pk").values())
    renewal = renew_occurrences([version_of(plan).measure], act=make.act(None, BEGIN))
    assert (renewal.closed, renewal.moved, renewal.made) == (0, 0, 0)
    assert list(Occurrence.objects.order_by("pk").values()) == before


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


def test_reminders_count_from_each_places_own_today(region):
    from compliance.services.reminders import plan_reminders
    from notifications.models import Reminder

    far = make.institution(region.ministry, name="Камчатка", time_zone="Asia/Kamchatka")
    near = make.institution(region.ministry, name="Калининград", time_zone="Europe/Kaliningrad")
    for place in (far, near):
        make.member(place, "executor", f"executor-{place.pk}")
        executing(region, "до 1 июля 2026 г.", organisation=place, title=place.name)
    plan_reminders(datetime(2026, 7, 1, 20, 0, tzinfo=ZoneInfo("UTC")))
    offsets = {
        name: offset
        for name, offset in Reminder.objects.filter(step__who="executor").values_list(
            "addressee__username", "step__offset"
        )
    }
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
def test_two_sweeps_at_once_make_each_row_once():
    plan = executing(make.region(), "Ежемесячно", "Ежеквартально")
    expected = dates(plan)
    Occurrence.objects.filter(plan=plan).delete()
    start, made, errors = threading.Barrier(4), [], []

    def sweep() -> None:
        try:
            start.wait()
            made.append(materialise_occurrences(now=BEGIN + timedelta(hours=1)))
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
