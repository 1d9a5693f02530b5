"""A sweep looks again only at what has changed since the last one, and misses none of it."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from compliance.models import (
    Assignment,
    CalendarDay,
    ChangedWork,
    ExecutionReport,
    InterimDate,
    Membership,
    Occurrence,
    Organisation,
    Plan,
    PlannedPlace,
    Substitution,
    User,
)
from compliance.services.calendars import working_calendar
from notifications.models import Reminder, ReminderStep
from tests.notifications import factories as make
from tests.notifications.conftest import House
from tests.notifications.conftest import house as house
from workflows.flows import ApprovalFlow
from workflows.models import Process, Task
from workflows.services.notices.reminders import plan_reminders

NOW = make.moment()
MONDAY, FAR = make.MONDAY, date(2026, 10, 30)
pytestmark = [pytest.mark.postgres, pytest.mark.django_db]


@pytest.fixture
def planned(house: House) -> House:
    """A due date of today and one of the autumn, in each of two institutions; both are planned."""
    neighbour = make.institution(house.ministry, "Сосед")
    make.person("nina", "director", neighbour)
    make.person("egor", "executor", neighbour)
    for plan, executor in ((house.plan, house.executor), (make.plan(neighbour), None)):
        make.due(make.assignment(plan, executor), MONDAY)
        make.due(make.assignment(plan, executor, "Купить стулья"), FAR)
    plan_reminders(NOW)
    return house


def added(hours: int = 1) -> int:
    """How many reminders a later sweep adds; one that looks at everything then adds none."""
    later = NOW + timedelta(hours=hours)
    found = plan_reminders(later)["planned"]
    PlannedPlace.objects.all().delete()
    assert plan_reminders(later)["planned"] == 0, "something was missed"
    return found


def autumn(house: House) -> Occurrence:
    return Occurrence.objects.get(plan=house.plan, due_on=FAR)


def new_date(house: House) -> None:
    make.due(make.assignment(house.plan, house.executor, "Вымыть окна"), MONDAY)


def date_moved(house: House) -> None:
    Occurrence.objects.filter(pk=autumn(house).pk).update(due_on=MONDAY, deadline_revision=2)


def another_executor(house: House) -> None:
    oleg = make.person("oleg", "executor", house.institution)
    Assignment.objects.filter(executor=house.executor).update(executor=oleg)


def substitute_named(house: House) -> None:
    oleg = make.person("oleg", "executor", house.institution)
    added()  # of a new colleague nothing changes for what somebody else was named for
    Substitution.objects.create(
        absent=house.executor,
        substitute=oleg,
        starts_on=MONDAY,
        ends_on=MONDAY + timedelta(days=5),
        entered_at=NOW,
    )


def executor_left(house: House) -> None:
    """Nobody who can act is named any longer: the director is told as executor."""
    User.objects.filter(pk=house.executor.pk).update(is_active=False)


def role_ended(house: House) -> None:
    Membership.objects.filter(user=house.executor).update(ends_on=MONDAY - timedelta(days=1))


def ministry_changed(house: House) -> None:
    other = make.ministry("Другое министерство")
    make.person("olesya", "coordinator", other)
    Organisation.objects.filter(pk=house.institution.pk).update(
        parent=other, path=f"/{other.pk}/{house.institution.pk}/"
    )
    late = make.due(make.assignment(house.plan, house.executor), make.working_day(-10))
    assert late


def step_added(house: House) -> None:
    ReminderStep.objects.create(subject_kind="occurrence", offset=0, who="director")


def day_off_in_the_region(house: House) -> None:
    """A date thirty-one working days ahead is now thirty ahead: its first reminder."""
    make.due(make.assignment(house.plan, house.executor), make.working_day(31))
    assert added() == 0
    CalendarDay.objects.create(
        region=house.ministry, date=make.working_day(3), kind="non_working", title="Праздник"
    )


def interim_asked(house: House) -> None:
    work = autumn(house)
    InterimDate.objects.create(
        assignment=work.assignment,
        intended_on=MONDAY,
        organisation=work.organisation,
        plan=work.plan,
        version=work.version,
        asked_on=MONDAY,
    )


def taken_up_again(house: House) -> None:
    """A plan that rested is executed again, with a date that nobody was told of."""
    Plan.objects.filter(pk=house.plan.pk).update(state="published")
    make.due(make.assignment(house.plan, house.executor, "Вымыть окна"), MONDAY)
    assert added() == 0
    Plan.objects.filter(pk=house.plan.pk).update(state="executing")


def assignment_resumed(house: House) -> None:
    rested = make.assignment(house.plan, house.executor, "Вымыть окна")
    Assignment.objects.filter(pk=rested.pk).update(ended_at=NOW, end_reason="снято")
    make.due(rested, MONDAY)
    assert added() == 0
    Assignment.objects.filter(pk=rested.pk).update(ended_at=None, end_reason="")


def left_out(house: House) -> None:
    """The letter left it out as somebody else's; then it was theirs again."""
    told = Reminder.objects.get(addressee=house.executor, step__offset=0)
    letter = make.letter(
        house.executor, NOW, state="skipped", reason="nothing_left", finished_at=NOW
    )
    Reminder.objects.filter(pk=told.pk).update(
        state="skipped", reason="not_responsible", message=letter
    )


def draft_dropped(house: House) -> None:
    """The director is told where nothing has been begun, and it no longer has."""
    ReminderStep.objects.create(
        subject_kind="occurrence", offset=-1, who="director", unless_begun=True
    )
    (work,) = make.due(make.assignment(house.plan, house.executor), make.working_day(1))
    draft = ExecutionReport.objects.create(
        occurrence=work, author=house.executor, created_at=NOW, saved_at=NOW
    )
    added()
    draft.delete()


def other_time_zone(house: House) -> None:
    """In Kamchatka it is the next day already: its date is due, and today's is late."""
    make.due(make.assignment(house.plan, house.executor), MONDAY + timedelta(days=1))
    added(hours=4)
    Organisation.objects.filter(pk=house.institution.pk).update(time_zone="Asia/Kamchatka")


@pytest.mark.parametrize(
    ("change", "hours", "expected"),
    [
        (new_date, 1, 1),
        (date_moved, 1, 1),
        (another_executor, 1, 1),
        (substitute_named, 1, 1),
        (executor_left, 1, 1),
        (role_ended, 1, 1),
        (ministry_changed, 1, 3),
        (step_added, 1, 2),
        (day_off_in_the_region, 1, 1),
        (interim_asked, 1, 1),
        (taken_up_again, 1, 1),
        (assignment_resumed, 1, 1),
        (left_out, 1, 1),
        (draft_dropped, 1, 1),
        (other_time_zone, 5, 3),
    ],
)
def test_whatever_changes_is_looked_at_again(
    planned: House, change: Callable[[House], None], hours: int, expected: int
) -> None:
    change(planned)
    assert added(hours) == expected


def test_where_nothing_has_changed_no_due_date_is_read(planned: House) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert plan_reminders(NOW + timedelta(hours=1))["planned"] == 0
    texts = [query["sql"] for query in captured]
    assert [sql for sql in texts if "FROM compliance_occurrence occurrence" in sql] == []


def test_of_what_has_changed_only_its_organisation_is_looked_at(planned: House) -> None:
    """Reminders that vanished unseen come back with the next change, and only where that is."""
    Reminder.objects.all().delete()
    ChangedWork.objects.all().delete()
    new_date(planned)
    plan_reminders(NOW + timedelta(hours=1))
    told = Occurrence.objects.filter(pk__in=Reminder.objects.values("subject_id"))
    assert set(told.values_list("organisation__name", flat=True)) == {"Центр"}


def test_data_restored_with_an_empty_search_path_are_noted(planned: House) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('search_path', '', true)")
        cursor.execute("UPDATE public.compliance_occurrence SET extension_count = 0")
        cursor.execute("SET LOCAL search_path = public")
    noted = set(ChangedWork.objects.values_list("organisation_id", flat=True))
    assert noted == set(Occurrence.objects.values_list("organisation", flat=True))


# --- A new day -----------------------------------------------------------------------------------


def missed(moment: datetime) -> int:
    """How many reminders a sweep that looks at everything would add now."""
    with transaction.atomic():
        PlannedPlace.objects.all().delete()
        found = plan_reminders(moment)["planned"]
        transaction.set_rollback(True)
    return found


def test_a_new_day_brings_its_steps(planned: House) -> None:
    assert (
        plan_reminders(NOW + timedelta(days=1))["planned"] == 4
    )  # a day late: executors and directors
    assert missed(NOW + timedelta(days=1)) == 0


def test_of_a_new_day_only_the_dates_that_reach_a_step_are_looked_at(planned: House) -> None:
    """Reminders that vanished unseen stay away where the day brings no other step."""
    work = make.assignment(planned.plan, planned.executor, "Вымыть окна")
    make.due(work, make.working_day(6))  # told at seven, then at three working days
    assert plan_reminders(NOW)["planned"] == 1
    Reminder.objects.all().delete()
    ChangedWork.objects.all().delete()
    plan_reminders(NOW + timedelta(days=1))
    told = Occurrence.objects.filter(pk__in=Reminder.objects.values("subject_id"))
    assert set(told.values_list("due_on", flat=True)) == {MONDAY}


def test_a_date_that_has_passed_counts_to_its_last_day_in_time(planned: House) -> None:
    """It came up on its day and may be done until the next week: seven working days' step.

    Nothing is told on the first day late, so that nothing else brings the date up.
    """
    ReminderStep.objects.filter(offset=1).delete()
    (work,) = make.due(make.assignment(planned.plan, planned.executor, "Вымыть окна"), MONDAY)
    Occurrence.objects.filter(pk=work.pk).update(late_after=make.working_day(7))
    tuesday = NOW + timedelta(days=1)
    assert plan_reminders(NOW)["planned"] == 1
    assert plan_reminders(tuesday)["planned"] == 1
    assert missed(tuesday) == 0


def test_a_role_that_begins_with_the_day_is_told_what_was_planned_before(planned: House) -> None:
    director = make.person("zoya", "director", planned.institution)
    Membership.objects.filter(user=director).update(starts_on=MONDAY + timedelta(days=2))
    for days, expected in ((1, 4), (2, 1)):  # the first step of hers was reached the day before
        found = plan_reminders(NOW + timedelta(days=days))["planned"]
        assert (found, missed(NOW + timedelta(days=days))) == (expected, 0)


def test_a_clock_set_back_looks_at_everything(planned: House) -> None:
    plan_reminders(NOW + timedelta(days=1))
    Reminder.objects.all().delete()
    ChangedWork.objects.all().delete()
    assert plan_reminders(NOW)["planned"] == 2


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_missed_from_day_to_day(house: House, seed: int) -> None:
    """Dates at random, some of them on days off, in two time zones; nights without a sweep."""
    chance = random.Random(seed)
    far_east = make.institution(house.ministry, "Дальний")
    Organisation.objects.filter(pk=far_east.pk).update(time_zone="Asia/Kamchatka")
    make.person("nina", "director", far_east)
    for plan, executor in ((house.plan, house.executor), (make.plan(far_east), None)):
        for number in range(12):
            day = MONDAY + timedelta(days=chance.randrange(-30, 45))
            work = make.assignment(plan, executor, f"Дело {number}")
            in_time = working_calendar().add_working_days(day - timedelta(days=1), 1)
            Occurrence.objects.filter(pk__in=[one.pk for one in make.due(work, day)]).update(
                late_after=in_time
            )
    moment, told = NOW, 0
    for _sweep in range(12):
        told += plan_reminders(moment)["planned"]
        assert missed(moment) == 0, moment
        moment += timedelta(hours=chance.choice([5, 12, 24, 24, 72]))
    assert told > 24


def test_a_sweep_that_fails_gives_back_what_it_took(planned: House) -> None:
    new_date(planned)

    class Broken(Exception):
        pass

    with pytest.raises(Broken), transaction.atomic():
        assert plan_reminders(NOW + timedelta(hours=1))["planned"] == 1
        raise Broken
    assert added(2) == 1


# --- Tasks ---------------------------------------------------------------------------------------


def test_a_task_that_arrives_is_looked_at(planned: House) -> None:
    waiting(planned)
    assert added() == 1  # the coordinator


def test_a_task_that_somebody_takes_is_looked_at(planned: House) -> None:
    """A second coordinator is told of it as its owner: the queue of one told only the first."""
    task = waiting(planned)
    assert added() == 1
    second = make.person("second", "coordinator", planned.ministry)
    settled = added(2)
    Task.objects.filter(pk=task.pk).update(owner=second, due_on=MONDAY)
    assert (settled, added(3)) == (0, 1)


def test_a_task_left_out_of_a_letter_is_told_to_whoever_has_it(planned: House) -> None:
    """Given to another before the letter leaves: only the letter's end makes its step free."""
    task = waiting(planned)
    assert added() == 1
    second = make.person("second", "coordinator", planned.ministry)
    added(2)
    Task.objects.filter(pk=task.pk).update(owner=second)
    assert added(3) == 0  # the first coordinator's still waits
    letter = make.letter(
        planned.coordinator, NOW, state="skipped", reason="nothing_left", finished_at=NOW
    )
    told = Reminder.objects.filter(subject_kind="task", subject_id=task.pk)
    told.update(state="skipped", reason="not_responsible", message=letter)
    assert added(4) == 1
    assert told.get(state="waiting").addressee == second


def test_tasks_of_others_are_left_alone_by_a_change(planned: House) -> None:
    waiting(planned)
    plan_reminders(NOW)
    with CaptureQueriesContext(connection) as captured:
        plan_reminders(NOW + timedelta(hours=1))
    texts = [query["sql"] for query in captured]
    assert [sql for sql in texts if "FROM workflows_task task" in sql] == []


def waiting(house: House) -> Task:
    """A draft that waits for the ministry's agreement in five working days."""
    plan = make.plan(house.institution, "draft")
    return Task.objects.create(
        process=Process.objects.create(flow_class=ApprovalFlow, plan=plan),
        flow_task=ApprovalFlow.agree,
        flow_task_type="HUMAN",
        organisation=house.institution,
        role="coordinator",
        due_on=make.working_day(5),
    )
