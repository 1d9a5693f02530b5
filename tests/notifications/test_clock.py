"""A clock that jumps ahead stops what cannot be taken back; one that goes back is absorbed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db.models import F
from django.test import Client
from django.urls import reverse

from notifications.domain.clocks import ClockReading, Doubt, doubt
from notifications.models import ClockRecord, ClockStatement, Message, Reminder, SweepRecord
from notifications.services.clock import ClockDoubtedError, ClockState
from notifications.services.delivery import LEASE, deliver_messages
from notifications.tasks import deliver_messages as ring_for_letters
from tests.notifications import factories as make
from tests.notifications.conftest import House
from tests.notifications.post_office import PostOffice
from tests.notifications.test_sweeps import ring_all
from workflows.services.notices.reminders import plan_reminders
from workflows.tasks import plan_reminders as ring_for_plans

NOW = make.moment()
AHEAD = timedelta(days=40)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _not_the_demo(settings: Any) -> None:
    settings.DEMO = False


def ring() -> None:
    ring_for_plans()
    ring_for_letters()


def due(house: House, day: int, text: str = "Дело") -> None:
    make.due(make.assignment(house.plan, house.executor, f"{text} {day}"), make.working_day(day))


def letters_to_olga(post_office: PostOffice) -> int:
    return post_office.addressees().count("olga@example.org")


# --- The rule, over readings ----------------------------------------------------------------------


def reading(days: float, boot: str = "one", uptime: float | None = None) -> ClockReading:
    counted = timedelta(days=days if uptime is None else uptime)
    return ClockReading(NOW + timedelta(days=days), boot, counted)


@pytest.mark.parametrize(
    ("believed", "now", "expected"),
    [
        (0, reading(0), None),
        (0, reading(1), None),
        (0, reading(1.01, uptime=0), Doubt.JUMPED),
        (0, reading(40, uptime=0), Doubt.JUMPED),
        (0, reading(40, uptime=40), None),  # an outage: the machine has counted it
        (0, reading(40, boot="two", uptime=0), Doubt.UNPROVEN),
        (0, reading(40, boot="", uptime=40), Doubt.UNPROVEN),
        (0, reading(-40, uptime=1), None),  # back
        (40, reading(40, uptime=0), None),  # back, and where it was
        (40, reading(41.5, uptime=0), Doubt.JUMPED),
    ],
)
def test_when_a_clock_is_believed(believed: int, now: ClockReading, expected: Doubt | None) -> None:
    assert doubt(NOW + timedelta(days=believed), reading(0), now) is expected


def test_a_new_installation_believes_its_clock() -> None:
    assert doubt(None, None, reading(0)) is None


# --- Ahead and back -------------------------------------------------------------------------------


def test_forty_days_ahead_stop_all_and_back_again_all_goes_on(
    house: House, post_office: PostOffice, client: Client
) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        due(house, 0)
        ring_all()
        assert letters_to_olga(post_office) == 1
        due(house, 1)

        clock.shift(AHEAD)
        with pytest.raises(ClockDoubtedError, match="2026-04-25"):
            ring_for_plans()
        with pytest.raises(ClockDoubtedError):
            ring_for_letters()
        with pytest.raises(CommandError, match="confirm_clock"):
            call_command("sweep")
        answer = client.get("/health/work")
        assert answer.status_code == 503 and "40 days after" in answer.json()["clock"]
        assert (Reminder.objects.count(), Message.objects.count()) == (1, 1)

        clock.shift(-AHEAD + DAY)
        ring_all()
        assert letters_to_olga(post_office) == 2
        assert client.get("/health/work").status_code == 200


def test_letters_of_a_time_that_has_not_come_block_none(
    house: House, post_office: PostOffice
) -> None:
    """What a clock ahead left behind: letters sent then, waiting until then, held until then."""
    due(house, 0)
    plan_reminders(NOW + AHEAD)
    deliver_messages(NOW + AHEAD)
    assert letters_to_olga(post_office) == 1

    due(house, 1)
    plan_reminders(NOW)
    deliver_messages(NOW)
    assert letters_to_olga(post_office) == 2


@pytest.mark.parametrize(
    ("fields", "end"),
    [
        ({"state": "waiting", "next_try_at": NOW + AHEAD}, "accepted"),
        ({"state": "temporary", "next_try_at": NOW + AHEAD}, "accepted"),
        (
            {"state": "claimed", "claim": "0" * 32, "lease_until": NOW + AHEAD + LEASE},
            "accepted",
        ),
        (
            {
                "state": "claimed", "claim": "0" * 32, "lease_until": NOW + AHEAD + LEASE,
                "sending_since": NOW + AHEAD, "text": "x", "address": "x", "message_id": "x",
            },
            "unknown",
        ),
    ],
    ids=["waiting", "to be tried again", "held by a dead sender", "half sent"],
)  # fmt: skip
def test_a_letter_on_its_way_then_does_not_wait_for_forty_days(
    house: House, post_office: PostOffice, fields: dict[str, Any], end: str
) -> None:
    due(house, 0)
    plan_reminders(NOW)
    Message.objects.update(**fields)
    deliver_messages(NOW)
    assert Message.objects.get().state == end


def test_a_letter_that_is_put_off_until_the_morning_waits_for_it(
    house: House, post_office: PostOffice
) -> None:
    due(house, 0)
    evening = make.moment(hour=21)
    plan_reminders(evening)
    deliver_messages(evening + MINUTE)
    assert letters_to_olga(post_office) == 0


def test_back_first_and_then_where_it_was(house: House, post_office: PostOffice) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        ring_all()
        clock.shift(-AHEAD)
        ring_all()
        clock.shift(AHEAD + timedelta(hours=1))
        due(house, 0)
        ring_all()
    assert letters_to_olga(post_office) == 1


def test_a_sweep_that_stopped_after_the_clock_went_back_is_late(client: Client, db: None) -> None:
    """Its record of a time to come is no sign of life: else nobody would notice for forty days."""
    with time_machine.travel(NOW, tick=False) as clock:
        ring_all()
        SweepRecord.objects.filter(name="deliver-messages").update(
            ended_at=NOW + AHEAD, failed_at=NOW + AHEAD + MINUTE, error="x"
        )
        answer = client.get("/health/work")
        assert answer.status_code == 503
        assert [one["sweep"] for one in answer.json()["late"]] == ["deliver-messages"]
        clock.shift(MINUTE)
        ring()
        assert client.get("/health/work").status_code == 200
        record = SweepRecord.objects.get(name="deliver-messages")
        assert (record.failed_at, record.error) == (None, "")


# --- A month's outage ------------------------------------------------------------------------


def test_a_months_outage_that_the_machine_has_counted_needs_nobody(
    house: House, post_office: PostOffice
) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        due(house, 1)
        due(house, 10)
        ring_all()
        before = letters_to_olga(post_office)
        clock.shift(timedelta(days=30))
        ClockRecord.objects.update(uptime=F("uptime") - timedelta(days=30))
        ring_all()
        ring_all()
    assert letters_to_olga(post_office) == before + 1, "one letter that catches up"


@pytest.fixture
def after_a_restart(house: House, post_office: PostOffice) -> House:
    """A month later, on a machine that was started anew: nothing proves the clock."""
    with time_machine.travel(NOW, tick=False):
        due(house, 1)
        ring_all()
    ClockRecord.objects.update(boot="another start of the machine")
    return house


def test_an_operator_says_that_the_clock_is_right(
    after_a_restart: House, post_office: PostOffice
) -> None:
    before = letters_to_olga(post_office)
    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        with pytest.raises(ClockDoubtedError):
            ring()
        call_command("confirm_clock")
        call_command("confirm_clock")
        ring()
        ring()
    assert ClockStatement.objects.get().said_by is None
    assert letters_to_olga(post_office) == before + 1


def test_an_administrator_says_so_on_the_page(after_a_restart: House, client: Client) -> None:
    administrator = make.person("admin", "administrator", after_a_restart.ministry)
    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        client.force_login(administrator)
        assert reverse("work") in client.get(reverse("home")).content.decode()
        page = client.get(reverse("work")).content.decode()
        assert "16.03.2026 10:00" in page and "15.04.2026 10:00" in page
        assert client.post(reverse("clock-confirm")).status_code == 302
        ring()
        assert reverse("clock-confirm") not in client.get(reverse("work")).content.decode()
    assert ClockStatement.objects.get().said_by == administrator


def test_in_the_demonstration_nobody_is_asked(after_a_restart: House, settings: Any) -> None:
    settings.DEMO = True
    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        ring()


# --- What operators read --------------------------------------------------------------------------

LAST_WORK = NOW - timedelta(days=40)


@pytest.mark.parametrize(
    ("reason", "ahead", "ending"),
    [
        (Doubt.JUMPED, None, ", though the machine has not been running for so long: the clock "
         "was set"),
        (Doubt.UNPROVEN, None, ""),
        (Doubt.UNPROVEN, timedelta(hours=1), ""),
        (Doubt.UNPROVEN, -timedelta(hours=1), ""),
        (Doubt.UNPROVEN, -timedelta(hours=1, seconds=1), ", and the database's clock shows "
         f"{NOW - timedelta(hours=1, seconds=1):%Y-%m-%d %H:%M} UTC"),
        (Doubt.JUMPED, timedelta(hours=2), ", and the database's clock shows "
         f"{NOW + timedelta(hours=2):%Y-%m-%d %H:%M} UTC"),
    ],
)  # fmt: skip
def test_the_sentence_says_which_clocks_disagree(
    reason: Doubt, ahead: timedelta | None, ending: str
) -> None:
    state = ClockState(NOW, reason, LAST_WORK, NOW + ahead if ahead is not None else None)
    assert state.sentence == (
        f"this machine's clock shows {NOW:%Y-%m-%d %H:%M} UTC, 40 days after the last work on "
        f"record ({LAST_WORK:%Y-%m-%d %H:%M} UTC){ending}. If the clock is right, say so: "
        "manage.py confirm_clock"
    )


def test_a_clock_that_is_believed_has_no_sentence() -> None:
    assert ClockState(NOW, None, LAST_WORK).sentence == ""
    assert ClockState(NOW, Doubt.JUMPED, None).sentence == ""
