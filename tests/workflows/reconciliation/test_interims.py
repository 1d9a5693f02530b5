"""Interim dates cut from the schedule and from their assignment by raw SQL: one line a cut."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from compliance.domain.calendar.periods import Period
from compliance.models import InterimDate, Occurrence
from compliance.services.evidence.reports import return_report
from compliance.services.execution.occurrences import materialise_occurrences
from tests.building import factories as make
from tests.building.petitioned import report
from tests.building.scenes import Scene, executing
from workflows.services.reconciliation import differences

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    """A measure inside a period of a year and a half: several interim dates lie ahead."""
    today = timezone.localdate()
    period = Period(today - timedelta(days=30), today + timedelta(days=500))
    words = f"в течение {today.year}-{today.year + 1} гг."
    made = executing(None, make.measure(deadline_text=words), period=period)
    assert InterimDate.objects.count() > 2
    return made


def said_after(statement: str, *given: object) -> list[str]:
    """What the command says of the tables as the statement leaves them."""
    assert list(differences()) == []
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        assert cursor.rowcount == 1, "the cut hits one row"
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("check_reconciliation", stdout=out)
    return out.getvalue().splitlines()


def ahead() -> InterimDate:
    return InterimDate.objects.order_by("-asked_on")[0]


def test_a_missing_one_is_named(scene):
    row = ahead()
    assert said_after("DELETE FROM compliance_interimdate WHERE id = %s", row.pk) == [
        f"interim_and_schedule: assignment {row.assignment_id}: "
        f"expected asked on {row.asked_on}, found missing"
    ]


def test_one_that_nobody_asks_for_is_named_and_so_is_the_one_it_stood_for(scene):
    row, other = ahead(), timezone.localdate() + timedelta(days=41)
    lines = said_after(
        "UPDATE compliance_interimdate SET intended_on = %s WHERE id = %s",
        other.isoformat(), row.pk,
    )  # fmt: skip
    assert sorted(lines) == [
        f"interim_and_schedule: assignment {row.assignment_id}: "
        f"expected asked on {row.asked_on}, found missing",
        f"interim_and_schedule: interim {row.pk}: expected no such date, found {row.asked_on}",
    ]


def test_one_that_asks_on_another_day_is_named(scene):
    row = ahead()
    other = row.asked_on + timedelta(days=1)
    assert said_after(
        "UPDATE compliance_interimdate SET asked_on = %s WHERE id = %s", other.isoformat(), row.pk
    ) == [
        f"interim_and_schedule: interim {row.pk}: expected asked on {row.asked_on}, found {other}"
    ]


def test_one_of_another_organisation_than_its_assignment_is_named(scene):
    row = ahead()
    assert said_after(
        "UPDATE compliance_interimdate SET organisation_id = %s WHERE id = %s",
        scene.region.other.pk, row.pk,
    ) == [
        f"interim_and_assignment: interim {row.pk}: "
        f"expected what assignment {row.assignment_id} says, found something else"
    ]  # fmt: skip


def test_work_that_is_done_or_came_back_is_no_difference(scene):
    report(scene)
    assert list(differences()) == []
    materialise_occurrences()
    assert not InterimDate.objects.exists()
    assert list(differences()) == []
    sent = scene.occurrence.reports.get(status="submitted")
    return_report(sent.pk, remark="Нет фото", act=make.act(scene.region.inspector))
    assert Occurrence.objects.get().status == "open"
    assert [one for one in differences() if one.kind.startswith("interim")] == []
