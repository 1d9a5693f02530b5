"""A person's notices on the site: at once, read and unread, and no letter the fewer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from compliance.models import Occurrence, User
from notifications.models import AddressSuspension, Message, Reminder, ReminderStep
from notifications.services.delivery import deliver_messages
from notifications.services.notices import unread_count
from tests.notifications import factories as make
from tests.notifications.conftest import House
from tests.notifications.post_office import PostOffice
from workflows.services.notices.reminders import plan_reminders

NOW = make.moment()


@pytest.fixture(autouse=True)
def _on_that_day(settings: Any) -> Any:
    settings.DEMO = False
    with time_machine.travel(NOW, tick=False):
        yield


def of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(person: User, **query: str) -> Any:
    return of(person).get(reverse("messages"), query)


def titles(person: User, **query: str) -> list[str]:
    return [one.item.title for one in page(person, **query).context["standing"]]


def told(house: House, *works: str) -> list[Occurrence]:
    """The executor is told that each of these is due today."""
    due = [
        row
        for text in works
        for row in make.due(make.assignment(house.plan, house.executor, text), make.MONDAY)
    ]
    plan_reminders(NOW)
    return due


def test_a_notice_stands_there_before_any_letter(house: House) -> None:
    (due,) = told(house, "Обновить стенд")
    shown = page(house.executor).content.decode()
    for words in ("Обновить стенд", "16.03.2026", "сегодня", "Отчитаться", due.get_absolute_url()):
        assert words in shown
    assert 'class="notice-count">1<' in shown
    assert Message.objects.get().text == ""
    assert titles(house.director) == [] and unread_count(house.director.pk) == ""


def test_read_on_the_page_stops_no_letter(house: House, post_office: PostOffice) -> None:
    told(house, "Обновить стенд")
    (row,) = Reminder.objects.filter(addressee=house.executor)
    for _press in range(2):
        answer = of(house.executor).post(reverse("notice-read", args=[row.pk]))
        assert answer.status_code == 302
    assert titles(house.executor) == []
    assert titles(house.executor, show="read") == ["Обновить стенд"]
    deliver_messages(NOW)
    assert "Обновить стенд" in Message.objects.get().text
    assert Message.objects.get().state == "accepted"


def test_a_letter_that_has_left_leaves_the_notice_unread(
    house: House, post_office: PostOffice
) -> None:
    told(house, "Обновить стенд")
    deliver_messages(NOW)
    assert unread_count(house.executor.pk) == "1"
    assert titles(house.executor) == ["Обновить стенд"]


def test_one_whose_letters_come_back_is_told_here(house: House, post_office: PostOffice) -> None:
    letter = make.letter(house.executor, NOW - timedelta(days=3))
    AddressSuspension.objects.create(
        address=house.executor.email, person=house.executor, letter=letter, cause="returned",
        began_at=NOW, told_at=NOW,
    )  # fmt: skip
    told(house, "Обновить стенд")
    deliver_messages(NOW)
    assert Reminder.objects.get(addressee=house.executor).reason == "address_suspended"
    assert titles(house.executor) == ["Обновить стенд"]
    assert unread_count(house.executor.pk) == "1"


def test_what_is_done_is_said_to_need_nothing(house: House, post_office: PostOffice) -> None:
    done, _open = told(house, "Обновить стенд", "Обучить работников")
    Occurrence.objects.filter(pk=done.pk).update(status="submitted")
    assert unread_count(house.executor.pk) == "2"
    shown = page(house.executor)
    assert [one.item.title for one in shown.context["standing"]] == ["Обучить работников"]
    assert [str(one.reason.label) for one in shown.context["settled"]] == [
        "отчёта по этому сроку больше не ждут"
    ]
    assert unread_count(house.executor.pk) == "1", "who has seen that has read it"
    assert page(house.executor).context["settled"] == []
    deliver_messages(NOW)
    assert "Обновить стенд" not in Message.objects.get().text


def test_what_the_sender_left_out_is_no_notice(house: House, post_office: PostOffice) -> None:
    (done,) = told(house, "Обновить стенд")
    Occurrence.objects.filter(pk=done.pk).update(status="submitted")
    deliver_messages(NOW)
    assert Reminder.objects.get(addressee=house.executor).reason == "not_waiting"
    assert unread_count(house.executor.pk) == ""
    for query in ({}, {"show": "read"}):
        shown = page(house.executor, **query).context
        assert shown["standing"] == shown["settled"] == []


def test_what_holds_again_before_the_letter_is_in_the_letter(
    house: House, post_office: PostOffice
) -> None:
    (due,) = told(house, "Обновить стенд")
    Occurrence.objects.filter(pk=due.pk).update(status="submitted")
    assert titles(house.executor) == []
    Occurrence.objects.filter(pk=due.pk).update(status="open")
    assert titles(house.executor, show="read") == ["Обновить стенд"]
    deliver_messages(NOW)
    assert "Обновить стенд" in Message.objects.get().text


def test_later_steps_about_the_same_are_one_notice(house: House) -> None:
    (due,) = told(house, "Обновить стенд")
    first = Reminder.objects.get(addressee=house.executor)
    other = ReminderStep.objects.exclude(pk=first.step_id).filter(
        subject_kind="occurrence", who="executor"
    )[0]
    again = Reminder.objects.create(
        subject_kind="occurrence", subject_id=due.pk, step=other, addressee=house.executor,
        due_on=first.due_on, planned_at=NOW,
    )  # fmt: skip
    assert titles(house.executor) == ["Обновить стенд"]
    assert unread_count(house.executor.pk) == "1"
    of(house.executor).post(reverse("notice-read", args=[again.pk]))
    assert unread_count(house.executor.pk) == ""
    assert titles(house.executor, show="read") == ["Обновить стенд"]


def test_all_read_leaves_what_came_after_the_page_was_shown(house: House) -> None:
    told(house, "Обновить стенд", "Обучить работников")
    shown = [one.reminder.pk for one in page(house.executor).context["standing"]]
    told(house, "Купить стулья")
    of(house.executor).post(reverse("notices-read"), {"shown": shown})
    assert titles(house.executor) == ["Купить стулья"]
    for odd in ("", "x", "9" * 40, "-1"):
        of(house.executor).post(reverse("notices-read"), {"shown": odd})
    assert titles(house.executor) == ["Купить стулья"]


def test_nobody_marks_the_notice_of_another(house: House) -> None:
    told(house, "Обновить стенд")
    row = Reminder.objects.get(addressee=house.executor)
    answer = of(house.director).post(reverse("notice-read", args=[row.pk]))
    assert answer.status_code == 404
    of(house.director).post(reverse("notices-read"), {"shown": row.pk})
    assert titles(house.executor) == ["Обновить стенд"]


def test_looking_marks_nothing_that_holds(house: House) -> None:
    told(house, "Обновить стенд")
    row = Reminder.objects.get(addressee=house.executor)
    client = of(house.executor)
    for address in (reverse("notice-read", args=[row.pk]), reverse("notices-read")):
        assert client.get(address).headers["Location"] == reverse("messages")
    page(house.executor)
    assert unread_count(house.executor.pk) == "1"


def test_who_has_left_reads_no_words_of_what_was_theirs(house: House) -> None:
    told(house, "Обновить стенд")
    house.executor.memberships.update(ends_on=make.MONDAY - timedelta(days=1))
    assert "Обновить стенд" not in page(house.executor).content.decode()


def test_the_count_ends_at_ninety_nine(house: House) -> None:
    step = ReminderStep.objects.get(subject_kind="occurrence", offset=0, who="executor")

    def rows(first: int, last: int) -> None:
        Reminder.objects.bulk_create(
            Reminder(
                subject_kind="occurrence", subject_id=number, step=step,
                addressee=house.executor, due_on=make.MONDAY, planned_at=NOW,
            )
            for number in range(first, last)
        )  # fmt: skip

    rows(0, 99)
    assert unread_count(house.executor.pk) == "99"
    rows(99, 130)
    assert unread_count(house.executor.pk) == "99+"


def test_the_statements_do_not_grow_with_the_notices(
    house: House, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    told(house, "Дело 1", "Дело 2")
    client = of(house.executor)
    with django_assert_max_num_queries(30) as few:
        client.get(reverse("messages"))
    told(house, *(f"Дело {number}" for number in range(3, 26)))
    with django_assert_max_num_queries(len(few)):
        assert len(client.get(reverse("messages")).context["standing"]) == 25


def test_what_is_over_is_over_in_all_its_steps(house: House) -> None:
    """Two steps of one due date were told; when it is done, neither is counted any longer."""
    (due,) = told(house, "Обновить стенд")
    plan_reminders(NOW + timedelta(days=1))
    assert Reminder.objects.filter(addressee=house.executor, subject_id=due.pk).count() == 2
    Occurrence.objects.filter(pk=due.pk).update(
        status="waived", closed_at=NOW, close_reason="Нет средств"
    )
    page(house.executor)
    assert unread_count(house.executor.pk) == ""
