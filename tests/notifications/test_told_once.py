"""Who is put back on the same day, and whose report is reopened, is told that day's step once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from compliance.models import Assignment, Occurrence, User
from notifications.models import Reminder
from notifications.services.delivery import deliver_messages
from tests.notifications import factories as make
from tests.notifications.conftest import House
from tests.notifications.post_office import PostOffice
from workflows.services.notices.reminders import plan_reminders

NOW = make.moment()
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def due_today(house: House) -> House:
    """Three due dates of one executor, planned: one letter waits."""
    make.due_each(house.plan, house.executor, make.MONDAY, 3)
    plan_reminders(NOW)
    return house


def told_of_today(person: User) -> int:
    """How many lines about due dates of this day stand in letters that reached the person."""
    rows = Reminder.objects.filter(addressee=person, state="accepted", step__offset=0)
    return rows.filter(subject_kind="occurrence").count()


def test_an_executor_replaced_and_put_back_before_the_letter_left_is_told_once(
    due_today: House, post_office: PostOffice
) -> None:
    oleg = make.person("oleg", "executor", due_today.institution)
    Assignment.objects.update(executor=oleg)
    deliver_messages(NOW)
    Assignment.objects.update(executor=due_today.executor)
    for later in range(1, 4):
        plan_reminders(NOW + timedelta(hours=later))
        deliver_messages(NOW + timedelta(hours=later))
    assert (told_of_today(due_today.executor), told_of_today(oleg)) == (3, 0)
    assert post_office.addressees() == ["olga@example.org"]


def test_an_executor_replaced_and_put_back_after_the_letter_left_is_not_told_again(
    due_today: House, post_office: PostOffice
) -> None:
    deliver_messages(NOW)
    oleg = make.person("oleg", "executor", due_today.institution)
    Assignment.objects.update(executor=oleg)
    plan_reminders(LATER)
    deliver_messages(LATER)
    Assignment.objects.update(executor=due_today.executor)
    for later in (2, 30):  # hours: the same day, and when tomorrow's letter leaves
        plan_reminders(NOW + timedelta(hours=later))
        deliver_messages(NOW + timedelta(hours=later))
    assert (told_of_today(due_today.executor), told_of_today(oleg)) == (3, 3)


def test_a_report_reopened_on_the_day_is_told_that_days_step_once(
    due_today: House, post_office: PostOffice
) -> None:
    Occurrence.objects.update(status="submitted")
    deliver_messages(NOW)
    Occurrence.objects.update(status="open")
    for later in range(1, 4):
        plan_reminders(NOW + timedelta(hours=later))
        deliver_messages(NOW + timedelta(hours=later))
    assert told_of_today(due_today.executor) == 3
    assert len(post_office.letters) == 1


def test_what_is_left_out_again_and_again_does_not_fill_the_ledger(
    due_today: House, post_office: PostOffice
) -> None:
    for later in range(6):
        Occurrence.objects.update(status="submitted")
        deliver_messages(NOW + timedelta(hours=later))
        plan_reminders(NOW + timedelta(hours=later, minutes=10))
    assert Reminder.objects.count() == 3
