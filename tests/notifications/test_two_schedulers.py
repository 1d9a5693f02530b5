"""Several schedulers at once, or one that dies on its way: all is done, and nothing twice."""

from __future__ import annotations

import os
import random
import signal
import time
from datetime import timedelta

import pytest
from django.db import close_old_connections
from django.utils import timezone

from compliance.models import Inspection, Invitation, Occurrence, PeopleUpload, Plan
from compliance.services.audit.trail import broken_chains
from compliance.services.people.invitation_letters import send_invitations
from notifications.models import Message, Reminder
from notifications.services.delivery import LEASE, deliver_messages
from tests.building.children import ended, fork
from tests.building.swept import INVITED, busy_region, doubles, started_together, sweep
from tests.notifications.post_office import PostOffice
from workflows.models import Process, Task
from workflows.services.reconciliation import differences

LIVES = 6
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture(autouse=True)
def _at_any_hour(settings) -> None:
    settings.SENDING_HOURS = (0, 24)


def said(office: PostOffice) -> list[tuple[str, str]]:
    """(to whom, subject) of every letter that arrived."""
    return [(str(letter["To"]), str(letter["Subject"])) for letter in office.letters]


def check_once(scene) -> None:
    """All that there was to do has been done, each thing once."""
    region = scene.region
    assert Plan.objects.get(title="Наступивший").state == "executing"
    dates = Occurrence.objects.filter(plan=scene.plan)
    assert dates.count() == 4
    assert doubles(list(Occurrence.objects.values_list("assignment", "due_on"))) == []
    assert Inspection.objects.filter(policy__region=region.ministry).count() == 3
    assert Process.objects.filter(inspection__isnull=False).count() == 3
    assert Task.objects.open().filter(process__inspection__isnull=False).count() == 3
    told = Reminder.objects.exclude(state="skipped").values_list(
        "subject_kind", "subject_id", "step", "sequence", "deadline_revision", "addressee"
    )
    assert told.count() > 4 and doubles(list(told)) == []
    assert not PeopleUpload.objects.exists()
    assert list(differences()) == [] and list(broken_chains()) == []


def check_letters_ended(*states: str) -> None:
    """None waits; what is in no such state had nothing left to say when it was to leave."""
    others = Message.objects.exclude(state__in=states).values_list("state", "reason")
    assert set(others) <= {("skipped", "nothing_left")}


@pytest.mark.parametrize("_round", range(2))
def test_three_schedulers_at_once_do_everything_once(post_office, _round):
    scene = busy_region()
    children = started_together(3, times=2)
    assert [ended(child) for child in children] == [0, 0, 0]
    check_once(scene)
    letters = said(post_office)
    assert doubles(letters) == [], "one digest a person a day, one invitation"
    assert {f"new{number}@example.org" for number in range(INVITED)} <= {to for to, _ in letters}
    check_letters_ended("accepted")
    sweep()
    assert len(post_office.letters) == len(letters)


def test_a_scheduler_killed_again_and_again_leaves_nothing_undone_or_doubled(post_office):
    scene = busy_region()
    for _life in range(LIVES):
        child = fork(sweep)
        time.sleep(random.uniform(0.02, 0.4))
        os.kill(child, signal.SIGKILL)
        assert ended(child) in {0, -9}
    close_old_connections()
    sweep()
    later = timezone.now() + LEASE + timedelta(minutes=1)
    send_invitations(later)
    deliver_messages(later)
    check_once(scene)
    letters = said(post_office)
    assert doubles(letters) == []
    reached = set(Message.objects.filter(state="accepted").values_list("address", flat=True))
    reached |= set(Invitation.objects.filter(state="accepted").values_list("address", flat=True))
    doubtful = set(Message.objects.filter(state="unknown").values_list("address", flat=True))
    doubtful |= set(Invitation.objects.filter(state="unknown").values_list("address", flat=True))
    assert reached <= {to for to, _subject in letters} <= reached | doubtful
    check_letters_ended("accepted", "unknown")
