"""A step that tells the director before the date, where the executor has not begun."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from compliance.models import (
    Assignment,
    ExecutionReport,
    InterimDate,
    Membership,
    Occurrence,
    Substitution,
    User,
)
from compliance.services.notices.begun import begun_among
from compliance.services.notices.still_due import still_due
from notifications.models import Message, Reason, Reminder, ReminderStep
from notifications.services.letters import compose
from tests.notifications import factories as make
from tests.notifications.conftest import House
from tests.notifications.conftest import house as house
from workflows.services.notices.reminders import plan_reminders


@pytest.fixture
def step(db: None) -> ReminderStep:
    """Five working days before the date the director hears of what nobody has begun."""
    return ReminderStep.objects.create(offset=-5, who="director", unless_begun=True)


@pytest.fixture
def work(house: House) -> Occurrence:
    (made,) = make.due(make.assignment(house.plan, house.executor), make.working_day(5))
    return made


def told() -> list[tuple[str, int]]:
    """(person, offset of the step) of every row of the ledger."""
    rows = Reminder.objects.order_by("addressee__username", "step__offset")
    return list(rows.values_list("addressee__username", "step__offset"))


def drafted(of: Occurrence, author: User, **fields: Any) -> ExecutionReport:
    now = timezone.now()
    return ExecutionReport.objects.create(
        occurrence=of, author=author, created_at=now, saved_at=now, **fields
    )


def course_told(of: Occurrence, author: User, days_before: int) -> InterimDate:
    day = of.due_on - timedelta(days=days_before)
    return InterimDate.objects.create(
        assignment=of.assignment, organisation=of.organisation, plan=of.plan, version=of.version,
        intended_on=day, asked_on=day, note="Закуплено", noted_by=author, noted_at=timezone.now(),
    )  # fmt: skip


def answers(person: User) -> list[Any]:
    rows = Reminder.objects.filter(addressee=person)
    given = still_due(list(rows.values_list("pk", flat=True)), make.moment())
    return list(given.values())


def test_a_new_installation_tells_no_director_before_the_date(house: House, work: Occurrence):
    plan_reminders(make.moment())
    assert told() == [("olga", -7)]


def test_the_director_is_told_of_what_nobody_has_begun(house: House, step, work: Occurrence):
    plan_reminders(make.moment())
    plan_reminders(make.moment(hour=14))
    assert told() == [("denis", -5), ("olga", -7)]


def test_the_letter_says_what_by_when_that_nothing_is_begun_by_whom_and_what_to_press(
    house: House, step, work: Occurrence
):
    plan_reminders(make.moment())
    text = compose(house.director, answers(house.director)).text
    assert text.splitlines()[2:10] == [
        "СКОРО СРОК (1)",
        "",
        "— Обновить стенд",
        "  Исполнитель не начал работу: нет ни отчёта, ни файлов, ни сведений о ходе работы",
        "  Центр · Olga",
        "  23.03.2026 · через 5 раб. дней",
        f"  Посмотреть: http://127.0.0.1:8000/occurrences/{work.pk}/",
        "",
    ]
    assert "не начал работу" in compose(house.director, answers(house.director)).html
    assert "не начал" not in compose(house.executor, answers(house.executor)).text


@pytest.mark.parametrize("how", ["draft", "returned", "course"])
def test_of_what_has_been_begun_only_the_executor_is_told(
    house: House, step, work: Occurrence, how: str
):
    if how == "draft":
        drafted(work, house.executor)
    elif how == "returned":
        drafted(
            work, house.executor, status="returned", remark="Нет фото", text="Сделано",
            submitted_at=timezone.now(), submitted_on=make.MONDAY,
        )  # fmt: skip
    else:
        course_told(work, house.executor, 10)
    plan_reminders(make.moment())
    assert told() == [("olga", -7)]


def test_the_course_told_before_an_earlier_date_is_no_beginning(house: House, step):
    days = [make.working_day(-20), make.working_day(5)]
    earlier, _work = make.due(make.assignment(house.plan, house.executor), *days)
    course_told(earlier, house.executor, 5)
    Occurrence.objects.filter(pk=earlier.pk).update(status="submitted")
    plan_reminders(make.moment())
    assert told() == [("denis", -5), ("olga", -7)]


def test_what_is_begun_between_planning_and_sending_is_not_told(
    house: House, step, work: Occurrence
):
    plan_reminders(make.moment())
    drafted(work, house.executor)
    assert answers(house.director) == [Reason.BEGUN]
    assert answers(house.executor)[0].title == "Обновить стенд"


def test_what_is_begun_later_is_still_told_when_it_is_overdue(house: House, step):
    (work,) = make.due(make.assignment(house.plan, house.executor), make.working_day(-1))
    drafted(work, house.executor)
    plan_reminders(make.moment())
    assert told() == [("denis", 1), ("olga", 1)]


def stands_in(absent: User, substitute: User) -> None:
    Substitution.objects.create(
        absent=absent, substitute=substitute, starts_on=make.MONDAY, ends_on=make.MONDAY,
        reason="отпуск", entered_at=make.moment(),
    )  # fmt: skip


def test_the_directors_substitute_is_told_as_well(house: House, step, work: Occurrence):
    zoya = make.person("zoya", "executor", house.institution)
    stands_in(house.director, zoya)
    plan_reminders(make.moment())
    assert told() == [("denis", -5), ("olga", -7), ("zoya", -5)]
    assert answers(zoya)[0].remark


@pytest.mark.parametrize("how", ["named", "no executors", "stands in"])
def test_whoever_must_begin_is_told_once_and_not_as_a_director_too(
    house: House, step, work: Occurrence, how: str
):
    if how == "named":
        Membership.objects.create(
            user=house.director, organisation=house.institution, role="executor"
        )
        Assignment.objects.update(executor=house.director)
    elif how == "no executors":
        house.executor.memberships.all().delete()
        Assignment.objects.update(executor=None)
    else:
        stands_in(house.executor, house.director)
    plan_reminders(make.moment())
    assert [row for row in told() if row[0] == "denis"] == [("denis", -7)]


def test_whoever_becomes_the_executor_before_the_letter_leaves_is_told_once(
    house: House, step, work: Occurrence
):
    plan_reminders(make.moment())
    Assignment.objects.update(executor=house.director)
    Membership.objects.create(user=house.director, organisation=house.institution, role="executor")
    assert answers(house.director) == [Reason.NOT_RESPONSIBLE]


def test_the_number_of_statements_stays_as_it_is(house: House, work: Occurrence):
    without = plan_reminders(make.moment())["statements"]
    Reminder.objects.all().delete()
    Message.objects.all().delete()
    ReminderStep.objects.create(offset=-5, who="director", unless_begun=True)
    make.due_each(house.plan, house.executor, make.working_day(5), 60)
    with_step = plan_reminders(make.moment(hour=14))
    assert with_step["planned"] == 122
    assert with_step["statements"] == without


def is_begun(row: Occurrence) -> bool:
    """The rule in plain words: a report, or the course told since the date before this one."""
    if ExecutionReport.objects.filter(occurrence=row).exists():
        return True
    lasting = Occurrence.objects.filter(assignment=row.assignment).exclude(status="cancelled")
    earlier = [one.due_on for one in lasting if one.due_on < row.due_on]
    told = InterimDate.objects.filter(assignment=row.assignment, noted_at__isnull=False)
    return any(max(earlier, default=date.min) <= one.asked_on < row.due_on for one in told)


@pytest.mark.parametrize("seed", range(4))
def test_over_generated_rows_begun_is_what_the_rule_says(house: House, seed: int):
    lot = random.Random(seed)
    for _number in range(6):
        days = sorted(lot.sample(range(1, 60), 4))
        rows = make.due(
            make.assignment(house.plan, house.executor), *(make.working_day(day) for day in days)
        )
        for row in rows:
            if lot.random() < 0.2:
                drafted(row, house.executor)
            if lot.random() < 0.3:
                course_told(row, house.executor, lot.randrange(-5, 30))
            if lot.random() < 0.2:
                Occurrence.objects.filter(pk=row.pk).update(
                    status="cancelled", close_reason="так", closed_at=timezone.now()
                )
    every = list(Occurrence.objects.all())
    expected = {row.pk for row in every if is_begun(row)}
    assert begun_among([row.pk for row in every]) == expected
    assert 0 < len(expected) < len(every)
    assert begun_among([]) == set()
