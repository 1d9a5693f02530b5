"""Nobody is told "overdue" on a day that is still in time: reminders and the words of letters."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from compliance.models import Occurrence, Organisation
from compliance.services.notices.still_due import still_due
from notifications.models import Reminder
from notifications.services.letters import compose
from tests.building.due_dates import planned_before
from tests.notifications import factories as make
from tests.notifications.conftest import House
from tests.notifications.conftest import house as house
from workflows.services.notices.reminders import plan_reminders

MONDAY = make.MONDAY  # 16 March 2026
STILL = " · по плану 17.03.2026, в этот день ещё в срок"
THURSDAY, TUESDAY = date(2026, 3, 12), date(2026, 3, 17)


@pytest.fixture
def row(house: House) -> Occurrence:
    """Planned for Thursday and written for the Tuesday after: Friday and Monday were days off
    when it was planned, and have become working days since."""
    (made,) = make.due(make.assignment(house.plan, house.executor), TUESDAY)
    return planned_before(made, THURSDAY)


def told_on(*days: date) -> list[list[tuple[str, int]]]:
    """(person, offset of the step) of what the sweep of each day adds."""
    found = []
    for day in days:
        before = set(Reminder.objects.values_list("pk", flat=True))
        plan_reminders(make.moment(day))
        new = Reminder.objects.exclude(pk__in=before).order_by("addressee__username")
        found.append(list(new.values_list("addressee__username", "step__offset")))
    return found


def test_steps_before_count_from_the_planned_day_and_those_after_from_the_last_in_time(row):
    told_on(*(date(2026, 2, day) for day in range(1, 29)))
    told_on(*(date(2026, 3, day) for day in range(1, 11)))
    assert told_on(*(date(2026, 3, day) for day in (11, 12, 13, 14, 15, 16, 17, 18, 20))) == [
        [("olga", -1)],  # Wednesday: tomorrow it is planned
        [("olga", 0)],
        [],  # Friday and the weekend
        [],
        [],
        [],  # Monday; two working days after the planned one
        [],  # Tuesday, the last day in time
        [("denis", 1), ("olga", 1)],  # the first working day after
        [("denis", 3)],
    ]


def test_after_an_outage_between_the_two_days_the_executor_still_hears_of_it(row):
    assert told_on(MONDAY) == [[("olga", -1)]]
    assert told_on(TUESDAY) == [[("olga", 0)]]


@pytest.mark.parametrize("step", [3, 2, 1, 0])
def test_whatever_the_last_sweep_was_nobody_hears_overdue_before_it_is(house: House, row, step):
    first = TUESDAY - timedelta(days=step)
    told_on(first)
    assert not Reminder.objects.filter(step__offset__gt=0).exists()
    told_on(TUESDAY + timedelta(days=1))
    late = Reminder.objects.filter(step__offset__gt=0)
    assert {one.planned_at.date() for one in late} == {date(2026, 3, 18)}


def test_the_last_day_in_time_is_the_organisations_own(house: House, row):
    """Tuesday 18:00 in Moscow: in Kamchatka it is Wednesday, and late."""
    evening = make.moment(TUESDAY, hour=18)
    plan_reminders(evening)
    assert not Reminder.objects.filter(step__offset=1).exists()
    Organisation.objects.filter(pk=house.institution.pk).update(time_zone="Asia/Kamchatka")
    plan_reminders(evening)
    assert Reminder.objects.filter(step__offset=1).count() == 2


@pytest.mark.parametrize(
    ("day", "group", "line"),
    [
        (date(2026, 3, 11), "СКОРО СРОК", f"12.03.2026 · через 1 раб. день{STILL}"),
        (THURSDAY, "СРОК СЕГОДНЯ", f"12.03.2026 · сегодня{STILL}"),
        (MONDAY, "СКОРО СРОК", "17.03.2026 · через 1 раб. день"),
        (TUESDAY, "СРОК СЕГОДНЯ", "17.03.2026 · сегодня"),
        (date(2026, 3, 19), "ПРОСРОЧЕНО", "17.03.2026 · просрочено на 2 дня"),
    ],
)
def test_a_letter_says_both_dates_and_groups_by_the_one_that_counts(
    house: House, row, day, group, line
):
    now = make.moment(day)
    plan_reminders(now)
    mine = Reminder.objects.filter(addressee=house.executor).order_by("pk").last()
    words = compose(house.executor, [still_due([mine.pk], now)[mine.pk]])
    assert group in words.text and f"  {line}\n" in words.text
    assert ("ПРОСРОЧЕНО" in words.text) is (group == "ПРОСРОЧЕНО")


def test_a_shift_forward_is_explained_by_the_plans_own_date(house: House):
    (made,) = make.due(make.assignment(house.plan, house.executor), MONDAY)
    Occurrence.objects.filter(pk=made.pk).update(intended_on=date(2026, 3, 14))
    plan_reminders(make.moment(MONDAY))
    mine = Reminder.objects.get(addressee=house.executor)
    words = compose(house.executor, [still_due([mine.pk], make.moment(MONDAY))[mine.pk]])
    assert "16.03.2026 · сегодня · по плану 14.03.2026\n" in words.text
    assert "<strong>16.03.2026 · сегодня</strong> · по плану 14.03.2026<br>" in words.html
