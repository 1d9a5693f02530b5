"""What a test commits is gone for the next, and what an installation begins with is there again."""

from __future__ import annotations

import pytest
from django.db import connection
from django.utils import timezone

from compliance.models import CalendarDay, Plan, PlanType, User
from notifications.models import ReminderStep
from tests.building.databases import restore
from tests.building.digests import changed, digest
from tests.building.scenes import executing

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_restored_is_every_row_as_it_was_in_the_beginning():
    before = digest()
    executing()
    CalendarDay.objects.all().delete()
    PlanType.objects.update(retired_at=timezone.now())
    assert changed(before) != []
    restore()
    assert changed(before) == []


@pytest.mark.parametrize("_time", ["first", "second"])
def test_a_test_that_commits_leaves_nothing_to_the_next(_time):
    assert not connection.in_atomic_block
    assert not User.objects.exists() and not Plan.objects.exists()
    assert (CalendarDay.objects.count(), PlanType.objects.count()) == (201, 2)
    assert ReminderStep.objects.count() == 50
    executing()
    CalendarDay.objects.all().delete()
