"""The planner: who is reminded of what, once, with a number of statements that does not grow."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance.models import CalendarDay, Occurrence, Plan
from notifications.models import Message, Reminder, ReminderStep
from tests.building.due_dates import dated
from tests.notifications import factories as make
from tests.notifications.conftest import House
from tests.notifications.conftest import house as house
from workflows.services.notices.reminders import plan_reminders

MONDAY = make.MONDAY


def told() -> list[tuple[str, int]]:
    """(person, offset of the step) of every row of the ledger."""
    rows = Reminder.objects.order_by("addressee__username", "step__offset", "id")
    return list(rows.values_list("addressee__username", "step__offset"))


def test_due_dates_of_a_day_are_planned_once_and_carried_by_one_letter(house: House) -> None:
    make.due_each(house.plan, house.executor, MONDAY, 5)

    first = plan_reminders(make.moment())
    second = plan_reminders(make.moment(hour=14))

    assert (first["planned"], first["digests"]) == (5, 1)
    assert (second["planned"], second["digests"]) == (0, 0)
    assert Message.objects.get().addressee == house.executor
    assert Reminder.objects.filter(addressee=house.executor, due_on=MONDAY).count() == 5


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        (31, []),
        (30, [("olga", -30)]),
        (15, [("olga", -30)]),
        (14, [("olga", -14)]),
        (7, [("olga", -7)]),
        (3, [("olga", -3)]),
        (1, [("olga", -1)]),
        (0, [("olga", 0)]),
        (-1, [("denis", 1), ("olga", 1)]),
        (-3, [("denis", 3), ("olga", 1)]),
        (-7, [("denis", 3), ("karina", 7), ("olga", 1)]),
        (-12, [("denis", 12), ("karina", 7), ("olga", 12)]),
        (-40, [("denis", 12), ("karina", 7), ("olga", 12)]),
    ],
)
def test_the_schedule_that_a_new_installation_has(
    house: House, offset: int, expected: list[tuple[str, int]]
) -> None:
    make.due(make.assignment(house.plan, house.executor), make.working_day(offset))

    plan_reminders(make.moment())

    assert told() == expected


def test_a_year_of_daily_sweeps_gives_each_step_once_and_then_weekly(house: House) -> None:
    make.due(make.assignment(house.plan, house.executor), MONDAY)
    for distance in range(-60, 60):
        plan_reminders(make.moment(MONDAY + timedelta(days=distance)))

    executor = Reminder.objects.filter(addressee=house.executor).order_by("planned_at")
    steps = list(executor.values_list("step__offset", "sequence"))
    assert steps[:7] == [(-30, 0), (-14, 0), (-7, 0), (-3, 0), (-1, 0), (0, 0), (1, 0)]
    assert steps[7:] == [(12, number) for number in range(len(steps) - 7)]
    weekly = list(executor.filter(step__offset=12).values_list("planned_at", flat=True))
    assert all(5 <= (later - earlier).days <= 12 for earlier, later in pairwise(weekly))
    ministry = Reminder.objects.filter(addressee=house.coordinator)
    assert list(ministry.values_list("step__offset", "sequence")) == [(7, 0)]


def test_after_an_outage_of_two_weeks_one_letter_says_the_latest(house: House) -> None:
    for offset in (-9, -5, 0, 2, 6):
        make.due(make.assignment(house.plan, house.executor), make.working_day(offset))
    plan_reminders(make.moment())
    Message.objects.all().delete()

    later = make.moment(MONDAY + timedelta(days=14))
    counts = plan_reminders(later)

    assert counts["digests"] == 3  # executor, director, coordinator: one letter each
    latest = Reminder.objects.filter(addressee=house.executor, planned_at=later)
    assert latest.count() == 5
    assert latest.values("subject_id").distinct().count() == 5


def test_a_weekly_measure_does_not_stand_in_the_letter_all_year(house: House) -> None:
    weekly = make.assignment(house.plan, house.executor)
    mondays = [MONDAY + timedelta(weeks=number) for number in range(12)]
    make.due(weekly, MONDAY - timedelta(weeks=1), *mondays)
    Occurrence.objects.filter(due_on__lt=MONDAY).update(status="submitted")

    plan_reminders(make.moment())

    assert told() == [("olga", 0)]
    plan_reminders(make.moment(MONDAY + timedelta(days=4)))
    assert ("olga", -1) in told()  # on Friday for next Monday: three days are not half a week
    assert ("olga", -3) not in told()


def test_a_quarterly_measure_gets_its_early_reminders(house: House) -> None:
    quarterly = make.assignment(house.plan, house.executor)
    make.due(quarterly, make.working_day(-45), make.working_day(14))
    Occurrence.objects.filter(due_on__lt=MONDAY).update(status="submitted")

    plan_reminders(make.moment())

    assert told() == [("olga", -14)]


def test_a_plan_taken_over_with_arrears_makes_no_storm(house: House) -> None:
    for months in range(1, 11):
        make.due(make.assignment(house.plan, house.executor), MONDAY - timedelta(days=30 * months))

    counts = plan_reminders(make.moment())

    assert counts == {"planned": 30, "digests": 3, "statements": counts["statements"]}
    assert Message.objects.filter(addressee=house.executor).count() == 1


def test_without_a_named_executor_every_executor_of_the_organisation_is_told(
    house: House,
) -> None:
    make.person("oleg", "executor", house.institution)
    make.due(make.assignment(house.plan), MONDAY)

    plan_reminders(make.moment())

    assert told() == [("oleg", 0), ("olga", 0)]


def test_an_organisation_without_executors_has_its_director_told(house: House) -> None:
    house.executor.memberships.update(ends_on=MONDAY - timedelta(days=1))
    make.due(make.assignment(house.plan), MONDAY)

    plan_reminders(make.moment())

    assert told() == [("denis", 0)]


@pytest.mark.parametrize("how", ["deactivated", "left"])
def test_when_the_named_executor_cannot_act_the_others_are_told(house: House, how: str) -> None:
    oleg = make.person("oleg", "executor", house.institution)
    make.due(make.assignment(house.plan, oleg), MONDAY)
    if how == "deactivated":
        oleg.is_active = False
        oleg.save(update_fields=["is_active"])
    else:
        oleg.memberships.update(ends_on=MONDAY - timedelta(days=1))

    plan_reminders(make.moment())

    assert told() == [("olga", 0)]


def test_only_coordinators_of_the_region_hear_of_what_is_a_week_overdue(house: House) -> None:
    elsewhere = make.ministry("Другое министерство")
    make.person("foreign", "coordinator", elsewhere)
    make.due(make.assignment(house.plan, house.executor), make.working_day(-7))

    plan_reminders(make.moment())

    assert "foreign" not in dict(told())
    assert ("karina", 7) in told()


@pytest.mark.parametrize("state", ["draft", "agreed", "approved", "published", "reported"])
def test_only_plans_in_execution_remind(house: House, state: str) -> None:
    make.due(make.assignment(house.plan, house.executor), MONDAY)
    Plan.objects.update(state=state)

    assert plan_reminders(make.moment())["planned"] == 0


@pytest.mark.parametrize("status", ["submitted", "waived", "cancelled"])
def test_only_open_due_dates_remind(house: House, status: str) -> None:
    make.due(make.assignment(house.plan, house.executor), MONDAY)
    closed = {} if status == "submitted" else {"close_reason": "так", "closed_at": make.moment()}
    Occurrence.objects.update(status=status, **closed)

    assert plan_reminders(make.moment())["planned"] == 0


def test_a_moved_deadline_has_reminders_of_its_own(house: House) -> None:
    (occurrence,) = make.due(make.assignment(house.plan, house.executor), MONDAY)
    plan_reminders(make.moment())
    dated(Occurrence.objects.filter(pk=occurrence.pk), make.working_day(3), deadline_revision=2)

    plan_reminders(make.moment())

    assert told() == [("olga", -3), ("olga", 0)]


def test_a_step_switched_off_is_not_followed(house: House) -> None:
    make.due(make.assignment(house.plan, house.executor), make.working_day(14))
    ReminderStep.objects.filter(offset__lte=-14).update(is_active=False)

    assert plan_reminders(make.moment())["planned"] == 0


def test_today_is_the_date_of_the_organisation(house: House) -> None:
    """13:00 UTC: in Kaliningrad and Moscow still Monday, in Kamchatka Tuesday has begun."""
    for name, zone in (("Запад", "Europe/Kaliningrad"), ("Восток", "Asia/Kamchatka")):
        place = make.institution(house.ministry, name, time_zone=zone)
        worker = make.person(zone.split("/")[1].lower(), "executor", place)
        make.due(make.assignment(make.plan(place), worker), MONDAY, MONDAY + timedelta(days=1))

    plan_reminders(datetime(2026, 3, 16, 13, 0, tzinfo=UTC))

    executors = Reminder.objects.filter(step__who="executor", addressee__username__startswith="ka")
    rows = executors.values_list("addressee__username", "due_on", "step__offset")
    assert set(rows) == {
        ("kaliningrad", MONDAY, 0),
        ("kamchatka", MONDAY, 1),
        ("kamchatka", MONDAY + timedelta(days=1), 0),
    }


def test_letters_wait_for_the_morning_of_the_place(house: House) -> None:
    east = make.institution(house.ministry, "Восток", time_zone="Asia/Kamchatka")
    worker = make.person("kamchatka", "executor", east)
    make.due(make.assignment(make.plan(east), worker), date(2026, 3, 17))

    plan_reminders(datetime(2026, 3, 16, 13, 0, tzinfo=UTC))  # 01:00 of the 17th there

    letter = Message.objects.get(addressee=worker)
    assert letter.day == date(2026, 3, 17)
    assert letter.next_try_at == datetime(2026, 3, 16, 20, 0, tzinfo=UTC)


def test_a_region_may_have_days_off_of_its_own(house: House) -> None:
    other = make.ministry("Другое министерство")
    place = make.institution(other, "Другой центр")
    worker = make.person("other", "executor", place)
    tuesday, wednesday = make.working_day(1), make.working_day(2)
    CalendarDay.objects.create(region=other, date=tuesday, kind="non_working")
    make.due(make.assignment(house.plan, house.executor), wednesday)
    make.due(make.assignment(make.plan(place), worker), wednesday)

    plan_reminders(make.moment())

    assert told() == [("olga", -3), ("other", -1)]


def test_the_number_of_statements_does_not_depend_on_the_number_of_rows(house: House) -> None:
    plan_reminders(make.moment(hour=8))  # the day's first sweep looks at everything
    numbers = []
    for count in (10, 200):
        make.due_each(house.plan, house.executor, make.working_day(-8), count)
        with CaptureQueriesContext(connection) as captured:
            counts = plan_reminders(make.moment(hour=9 + len(numbers)))
        assert counts["planned"] == 3 * count
        numbers.append(counts["statements"])
        assert counts["statements"] <= len(captured)
    assert numbers[0] == numbers[1] < 16


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_planners_at_once_plan_each_reminder_once() -> None:
    top = make.ministry()
    place = make.institution(top)
    executor = make.person("olga", "executor", place)
    make.person("denis", "director", place)
    make.due_each(make.plan(place), executor, make.working_day(-2), 100)
    results: list[dict[str, int]] = []
    start = threading.Barrier(4)

    def plan() -> None:
        start.wait()
        try:
            results.append(plan_reminders(make.moment()))
        finally:
            connection.close()

    threads = [threading.Thread(target=plan) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(result["planned"] for result in results) == [0, 0, 0, 200]
    assert sorted(result["digests"] for result in results) == [0, 0, 0, 2]
    assert Reminder.objects.count() == 200
