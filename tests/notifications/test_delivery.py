"""The sender against a real mail server: what each of its manners does to a letter."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from compliance.models import Assignment, Occurrence, User
from notifications.domain.backoff import MAXIMUM_TRIES
from notifications.models import DeliveryAttempt, Message, Reminder
from notifications.services.delivery import deliver_messages
from notifications.services.resending import send_again
from tests.building.due_dates import dated
from tests.notifications import factories as make
from tests.notifications.conftest import House
from tests.notifications.post_office import Counter, PostOffice
from workflows.services.notices.reminders import plan_reminders

NOW = make.moment()
LATER = NOW + timedelta(hours=1)
TOMORROW = NOW + timedelta(days=1)


def outcome(**counts: int) -> dict[str, int]:
    """What the sender answers, with zeros for the rest."""
    none = {"accepted": 0, "temporary": 0, "permanent": 0, "unknown": 0, "skipped": 0}
    return {**none, **counts}


def ends() -> set[tuple[str, str]]:
    """(state, reason) of every ledger row."""
    return set(Reminder.objects.values_list("state", "reason"))


@pytest.fixture
def due_today(house: House) -> House:
    """Three due dates of one executor, planned: one letter waits."""
    make.due_each(house.plan, house.executor, make.MONDAY, 3)
    plan_reminders(NOW)
    return house


def test_one_letter_carries_all_that_is_due(due_today: House, post_office: PostOffice) -> None:
    assert deliver_messages(NOW) == outcome(accepted=1)
    assert deliver_messages(NOW) == outcome()

    assert post_office.addressees() == ["olga@example.org"]
    letter = Message.objects.get()
    assert post_office.letters[0]["Message-ID"] == letter.message_id
    assert letter.state == "accepted"
    assert ends() == {("accepted", "")}
    assert Reminder.objects.filter(message=letter).count() == 3


def test_the_words_are_kept_as_sent(due_today: House, post_office: PostOffice) -> None:
    deliver_messages(NOW)

    letter, sent = Message.objects.get(), post_office.letters[0]
    text, html = sent.get_body(("plain",)), sent.get_body(("html",))
    assert text and html
    assert text.get_content().replace("\r\n", "\n") == letter.text
    assert html.get_content().replace("\r\n", "\n") == letter.html
    assert sent["Subject"] == letter.subject


def test_a_reminder_planned_after_todays_letter_waits_for_tomorrows(
    due_today: House, post_office: PostOffice
) -> None:
    deliver_messages(NOW)
    make.due_each(due_today.plan, due_today.executor, make.MONDAY, 2)

    assert plan_reminders(LATER)["digests"] == 0
    assert plan_reminders(TOMORROW)["digests"] == 2  # the director hears of one day overdue
    deliver_messages(TOMORROW)

    assert post_office.addressees().count("olga@example.org") == 2


def test_a_waiting_letter_takes_along_what_is_planned_later(
    due_today: House, post_office: PostOffice
) -> None:
    make.due_each(due_today.plan, due_today.executor, make.MONDAY, 2)

    assert plan_reminders(LATER)["digests"] == 0
    assert deliver_messages(LATER) == outcome(accepted=1)

    assert Reminder.objects.filter(message=Message.objects.get(), state="accepted").count() == 5


def test_a_server_that_is_down_costs_nothing_but_time(
    due_today: House, post_office: PostOffice, counter: Counter, settings: Any
) -> None:
    settings.EMAIL_PORT = 9  # nobody listens on "discard"
    for hour in range(MAXIMUM_TRIES + 2):
        counts = deliver_messages(NOW + timedelta(minutes=45 * hour))
        assert counts == outcome(temporary=1)
    assert "ConnectionRefused" in DeliveryAttempt.objects.all()[0].error

    settings.EMAIL_PORT = counter.port
    assert deliver_messages(TOMORROW) == outcome(accepted=1)
    assert len(post_office.letters) == 1
    assert ends() == {("accepted", "")}


def test_yesterdays_letter_sent_today_is_todays_letter(
    due_today: House, post_office: PostOffice, counter: Counter, settings: Any
) -> None:
    settings.EMAIL_PORT = 9
    deliver_messages(NOW)
    settings.EMAIL_PORT = counter.port
    assert deliver_messages(TOMORROW) == outcome(accepted=1)
    make.due_each(due_today.plan, due_today.executor, make.working_day(1), 1)

    plan_reminders(TOMORROW + timedelta(hours=2))
    deliver_messages(TOMORROW + timedelta(hours=2))

    assert post_office.addressees().count("olga@example.org") == 1


def test_a_run_against_a_dead_server_ends_soon(house: House, settings: Any) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "notifications.smtp.EmailBackend", 9
    for number in range(70):
        worker = make.person(f"worker{number}", "executor", house.institution)
        make.letter(worker, NOW)
        make.due(make.assignment(house.plan, worker), make.MONDAY)

    assert deliver_messages(NOW) == outcome(temporary=60)
    assert Message.objects.filter(state="waiting").count() == 10


def test_the_address_is_refused_for_good(due_today: House, post_office: PostOffice) -> None:
    post_office.refusals["olga@example.org"] = "550 no such mailbox"

    assert deliver_messages(NOW) == outcome(permanent=1)
    assert deliver_messages(TOMORROW) == outcome()

    assert ends() == {("permanent", "refused")}
    assert "no such mailbox" in DeliveryAttempt.objects.get().error


def test_the_address_is_refused_for_now(due_today: House, post_office: PostOffice) -> None:
    post_office.refusals["olga@example.org"] = "451 greylisted, come back"

    assert deliver_messages(NOW) == outcome(temporary=1)
    assert deliver_messages(NOW) == outcome()  # not before the pause is over
    post_office.refusals.clear()
    assert deliver_messages(LATER) == outcome(accepted=1)
    assert len(post_office.letters) == 1


@pytest.mark.parametrize(
    ("answer", "state"),
    [("452 no room", "temporary"), ("554 this is spam", "permanent"), ("299 hm", "unknown")],
)
def test_the_body_is_not_taken(
    due_today: House, post_office: PostOffice, answer: str, state: str
) -> None:
    post_office.answer = answer

    assert deliver_messages(NOW) == outcome(**{state: 1})


def test_after_several_refusals_a_person_decides(due_today: House, post_office: PostOffice) -> None:
    post_office.refusals["olga@example.org"] = "451 come back"
    moments = [NOW + timedelta(days=number) for number in range(MAXIMUM_TRIES)]

    results = [deliver_messages(moment) for moment in moments]

    assert results == [outcome(temporary=1)] * (MAXIMUM_TRIES - 1) + [outcome(permanent=1)]
    assert ends() == {("permanent", "tried_often")}


def test_a_connection_lost_after_the_body_is_unknown_and_never_sent_again(
    due_today: House, post_office: PostOffice
) -> None:
    post_office.hangs_up = True

    assert deliver_messages(NOW) == outcome(unknown=1)
    post_office.hangs_up = False
    for days in range(1, 30):
        assert deliver_messages(NOW + timedelta(days=days)) == outcome()

    assert len(post_office.letters) == 1
    assert ends() == {("unknown", "connection_lost")}


def test_a_connection_lost_before_the_body_is_tried_again(
    due_today: House, post_office: PostOffice
) -> None:
    post_office.hangs_up_early = True
    assert deliver_messages(NOW) == outcome(temporary=1)

    post_office.hangs_up_early = False
    assert deliver_messages(LATER) == outcome(accepted=1)
    assert len(post_office.letters) == 1


def test_one_bad_address_does_not_stop_the_others(house: House, post_office: PostOffice) -> None:
    for number in range(45):
        worker = make.person(f"worker{number:02}", "executor", house.institution)
        make.due(make.assignment(house.plan, worker), make.MONDAY)
    User.objects.filter(username="worker03").update(email="worker03@")
    post_office.refusals = {
        "worker05@example.org": "550 no such mailbox",
        "worker21@example.org": "451 later",
    }
    plan_reminders(NOW)

    assert deliver_messages(NOW) == outcome(accepted=42, temporary=1, permanent=2)

    reached = post_office.addressees()
    assert len(reached) == len(set(reached)) == 42


def test_a_letter_that_cannot_be_prepared_does_not_stop_the_others(
    house: House, post_office: PostOffice
) -> None:
    """A ledger row of a kind that nobody answers for: a program error, met with a pause."""
    other = make.person("other", "executor", house.institution)
    for worker in (house.executor, other):
        make.due(make.assignment(house.plan, worker), make.MONDAY)
    plan_reminders(NOW)
    Reminder.objects.filter(addressee=house.executor).update(subject_kind="nobody's")

    assert deliver_messages(NOW) == outcome(accepted=1, temporary=1)
    assert post_office.addressees() == ["other@example.org"]


def test_the_limit_bounds_a_run(house: House, post_office: PostOffice) -> None:
    for number in range(25):
        worker = make.person(f"worker{number}", "executor", house.institution)
        make.due(make.assignment(house.plan, worker), make.MONDAY)
    plan_reminders(NOW)

    assert deliver_messages(NOW, limit=21) == outcome(accepted=21)
    assert deliver_messages(NOW, limit=0) == outcome()
    assert deliver_messages(NOW) == outcome(accepted=4)


def test_at_night_a_letter_waits_for_the_morning(due_today: House, post_office: PostOffice) -> None:
    night = make.moment(hour=23)

    assert deliver_messages(night) == outcome()
    assert deliver_messages(night) == outcome()
    assert deliver_messages(night + timedelta(hours=9)) == outcome(accepted=1)


# --- The last moment before sending ---------------------------------------------------------


def test_what_was_reported_meanwhile_is_left_out(due_today: House, post_office: PostOffice) -> None:
    done = Occurrence.objects.all()[0]
    Occurrence.objects.filter(pk=done.pk).update(status="submitted")

    assert deliver_messages(NOW) == outcome(accepted=1)

    assert ends() == {("accepted", ""), ("skipped", "not_waiting")}
    text = post_office.letters[0].get_body(("plain",))
    assert text and done.get_absolute_url() not in text.get_content()


def test_when_everything_was_reported_no_letter_leaves(
    due_today: House, post_office: PostOffice
) -> None:
    Occurrence.objects.update(status="submitted")

    assert deliver_messages(NOW) == outcome(skipped=1)

    assert post_office.letters == []
    assert ends() == {("skipped", "not_waiting")}
    assert Message.objects.get().reason == "nothing_left"


def test_a_letter_that_was_not_needed_does_not_use_up_the_day(
    due_today: House, post_office: PostOffice
) -> None:
    Occurrence.objects.update(status="submitted")
    deliver_messages(NOW)
    make.due_each(due_today.plan, due_today.executor, make.MONDAY, 1)

    assert plan_reminders(LATER)["digests"] == 1
    assert deliver_messages(LATER) == outcome(accepted=1)


def test_a_reassigned_due_date_is_the_new_persons(
    due_today: House, post_office: PostOffice
) -> None:
    oleg = make.person("oleg", "executor", due_today.institution)
    Assignment.objects.update(executor=oleg)
    plan_reminders(NOW)

    assert deliver_messages(NOW) == outcome(accepted=1, skipped=1)

    assert post_office.addressees() == ["oleg@example.org"]
    assert ("skipped", "not_responsible") in ends()


def test_a_moved_date_is_left_out(due_today: House, post_office: PostOffice) -> None:
    dated(Occurrence.objects.all(), make.working_day(40), deadline_revision=2)

    assert deliver_messages(NOW) == outcome(skipped=1)
    assert ends() == {("skipped", "deadline_moved")}


def test_a_person_who_has_left_gets_nothing(due_today: House, post_office: PostOffice) -> None:
    due_today.executor.is_active = False
    due_today.executor.save(update_fields=["is_active"])

    assert deliver_messages(NOW) == outcome(skipped=1)
    assert post_office.letters == []


def test_a_person_without_an_address_can_read_the_letter_here(
    due_today: House, post_office: PostOffice
) -> None:
    due_today.executor.email = ""
    due_today.executor.save(update_fields=["email"])

    assert deliver_messages(NOW) == outcome(skipped=1)

    letter = Message.objects.addressed_to(due_today.executor).get()
    assert letter.reason == "no_address"
    assert "Мероприятие 1" in letter.text


def test_somebody_who_is_executor_and_director_reads_each_due_date_once(
    house: House, post_office: PostOffice
) -> None:
    make.due(make.assignment(house.plan, house.director), make.working_day(-1))
    plan_reminders(NOW)
    assert Reminder.objects.filter(addressee=house.director).count() == 2

    assert deliver_messages(NOW) == outcome(accepted=1)

    text = post_office.letters[0].get_body(("plain",))
    assert text and text.get_content().count("Обновить стенд") == 1
    assert ends() == {("accepted", "")}


# --- Sending again --------------------------------------------------------------------------


def test_a_failed_letter_is_sent_again_when_a_person_says_so(
    due_today: House, post_office: PostOffice
) -> None:
    post_office.refusals["olga@example.org"] = "550 no such mailbox"
    deliver_messages(NOW)
    post_office.refusals.clear()
    letter, letters = Message.objects.get(), Message.objects.all()

    assert send_again(letters, by=due_today.coordinator, now=LATER) == 1
    assert send_again(letters, by=due_today.coordinator, now=LATER) == 0
    assert deliver_messages(LATER) == outcome(accepted=1)

    assert post_office.letters[0]["Message-ID"] == letter.message_id
    assert ends() == {("accepted", "")}
    outcomes = list(DeliveryAttempt.objects.values_list("outcome", flat=True))
    assert outcomes == ["permanent", "accepted"]


def test_a_letter_that_has_arrived_is_not_sent_again(
    due_today: House, post_office: PostOffice
) -> None:
    deliver_messages(NOW)

    assert not send_again(Message.objects.all(), by=due_today.coordinator, now=LATER)
    assert deliver_messages(LATER) == outcome()
