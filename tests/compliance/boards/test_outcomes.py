"""What boards count of history is what the due dates say, whatever was done and in what order."""

from __future__ import annotations

import random
import threading
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connections

from compliance.models import Occurrence, OutcomeCount
from compliance.services.boards.outcomes import count_outcomes, miscounts
from tests.building import factories as make
from tests.building.due_dates import accepted, due, executing_plan, waived
from tests.building.inspected import accepted as accepted_scene
from tests.building.inspected import closed, planned
from tests.building.random_acts import RandomActs

JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)


@pytest.fixture
def region(db: None) -> make.Region:
    return make.region()


def kept() -> dict[tuple[str, date, str], int]:
    """(organisation, month, outcome) → how many, those of nothing left out."""
    rows = OutcomeCount.objects.filter(count__gt=0).select_related("organisation")
    return {(one.organisation.short_name, one.month, one.outcome): one.count for one in rows}


def test_each_end_is_counted_in_the_month_of_its_date(region):
    early, exact, late, gone = due(
        executing_plan(region), date(2026, 6, 5), date(2026, 6, 30), date(2026, 7, 10),
        date(2026, 7, 31), executor=region.executor,
    )  # fmt: skip
    accepted(region, early, date(2026, 6, 1))
    accepted(region, exact, date(2026, 6, 30))
    accepted(region, late, date(2026, 7, 11))
    waived(region, gone, date(2026, 8, 3))
    own = region.own.short_name
    assert kept() == {
        (own, JUNE, "in_time"): 2,
        (own, JULY, "late"): 1,
        (own, JULY, "waived"): 1,
    }
    assert list(miscounts()) == []


def test_what_is_reopened_is_counted_no_more(db):
    scene = accepted_scene(count=2)
    assert sum(kept().values()) == 2
    closed(scene, planned(scene), "refute")
    assert sum(kept().values()) == 1 and list(miscounts()) == []


def test_a_damaged_count_is_found_named_and_made_anew(region, capsys):
    (work,) = due(executing_plan(region), date(2026, 6, 5), executor=region.executor)
    accepted(region, work, date(2026, 6, 1))
    OutcomeCount.objects.update(count=7)
    OutcomeCount.objects.create(organisation=region.other, month=JULY, outcome="late", count=1)
    found = {(one.organisation_id, one.month, one.outcome, one.expected, one.found)
             for one in miscounts()}  # fmt: skip
    assert found == {
        (region.own.pk, JUNE, "in_time", 1, 7),
        (region.other.pk, JULY, "late", 0, 1),
    }
    call_command("count_outcomes")
    assert capsys.readouterr().out == "1 counts\n"
    assert list(miscounts()) == []


def test_a_count_that_is_missing_stops_nobody(db):
    scene = accepted_scene()
    OutcomeCount.objects.all().delete()
    closed(scene, planned(scene), "refute")
    assert Occurrence.objects.get().status == "open"
    assert kept() == {} and list(miscounts()) == []


def test_a_month_begins_on_its_first_day(region):
    with pytest.raises(IntegrityError):
        OutcomeCount.objects.create(
            organisation=region.own, month=date(2026, 6, 2), outcome="late", count=1
        )


@pytest.mark.parametrize("seed", [1, 2])
def test_after_any_acts_the_counts_are_those_of_the_due_dates(region, seed):
    """Forty random acts here; ten thousand in `benchmarks/outcomes.py`."""
    acts = RandomActs(region, random.Random(seed), due_dates=12)
    for _number in range(40):
        acts.do()
    assert acts.done.total() == 40 and len(acts.done) >= 3
    assert sum(kept().values()) == acts.closed > 0
    assert list(miscounts()) == []


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_acts_at_once_lose_no_count():
    """Four inspectors at once, and meanwhile everything is counted anew."""
    region = make.region()
    day = date(2026, 6, 5)
    rows = due(
        executing_plan(region), *(day + timedelta(days=number) for number in range(8)),
        executor=region.executor,
    )  # fmt: skip

    def waive(some: list[Occurrence]) -> None:
        for row in some:
            waived(region, row, date(2026, 7, 1))
        connections.close_all()

    def anew() -> None:
        for _time in range(5):
            count_outcomes()
        connections.close_all()

    threads = [threading.Thread(target=waive, args=[rows[start::4]]) for start in range(4)]
    threads.append(threading.Thread(target=anew))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kept() == {(region.own.short_name, JUNE, "waived"): 8}
    assert list(miscounts()) == []
