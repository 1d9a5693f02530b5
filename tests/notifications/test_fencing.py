"""What a sender may still write when its lease has run out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from notifications.models import DeliveryAttempt, DeliveryState, Message, Reminder
from notifications.services.beginning import begin
from notifications.services.delivery import LEASE, claim, deliver_messages, finish, settle_abandoned
from notifications.services.outcomes import DeliveryOutcome
from notifications.services.resending import send_again
from tests.notifications import factories as make
from tests.notifications.conftest import House
from tests.notifications.post_office import PostOffice
from workflows.services.notices.reminders import plan_reminders

NOW = make.moment()
AFTER_THE_LEASE = NOW + LEASE + timedelta(minutes=1)
ACCEPTED = DeliveryOutcome(DeliveryState.ACCEPTED)


@pytest.fixture
def claimed(house: House, post_office: PostOffice) -> Message:
    """A letter that this sender has claimed."""
    make.due(make.assignment(house.plan, house.executor), make.MONDAY)
    plan_reminders(NOW)
    (message,) = claim(NOW, 20)
    return message


def test_a_claimed_letter_is_nobody_elses(claimed: Message) -> None:
    assert claim(NOW, 20) == []


def test_a_claim_that_led_to_nothing_passes_to_the_next_sender(
    claimed: Message, post_office: PostOffice
) -> None:
    assert deliver_messages(AFTER_THE_LEASE)["accepted"] == 1

    assert begin(claimed, AFTER_THE_LEASE, LEASE) is not DeliveryState.CLAIMED
    assert len(post_office.letters) == 1


def test_a_slow_sender_may_still_say_how_it_ended(claimed: Message) -> None:
    assert begin(claimed, NOW, LEASE) is DeliveryState.CLAIMED
    assert settle_abandoned(AFTER_THE_LEASE) == 1

    finish(claimed, ACCEPTED, AFTER_THE_LEASE)

    assert Message.objects.get().state == "accepted"
    assert Reminder.objects.get().state == "accepted"
    assert DeliveryAttempt.objects.get().outcome == "accepted"


def test_but_not_into_a_letter_that_was_meanwhile_sent_again(
    claimed: Message, house: House, post_office: PostOffice
) -> None:
    assert begin(claimed, NOW, LEASE) is DeliveryState.CLAIMED
    settle_abandoned(AFTER_THE_LEASE)
    send_again(Message.objects.filter(pk=claimed.pk), by=house.coordinator, now=AFTER_THE_LEASE)

    finish(claimed, DeliveryOutcome(DeliveryState.PERMANENT, "550"), AFTER_THE_LEASE)

    assert Message.objects.get().state == "waiting"
    assert DeliveryAttempt.objects.get().outcome == "permanent"
    assert deliver_messages(AFTER_THE_LEASE)["accepted"] == 1


def test_nor_into_one_that_another_sender_holds_now(claimed: Message, house: House) -> None:
    assert begin(claimed, NOW, LEASE) is DeliveryState.CLAIMED
    settle_abandoned(AFTER_THE_LEASE)
    send_again(Message.objects.filter(pk=claimed.pk), by=house.coordinator, now=AFTER_THE_LEASE)
    (taken,) = claim(AFTER_THE_LEASE, 20)

    finish(claimed, ACCEPTED, AFTER_THE_LEASE)

    letter = Message.objects.get()
    assert (letter.state, letter.claim) == ("claimed", taken.claim)
    assert Reminder.objects.get().state == "waiting"


def test_a_lease_that_runs_is_left_alone(claimed: Message) -> None:
    begin(claimed, NOW, LEASE)

    assert settle_abandoned(NOW + LEASE) == 0
