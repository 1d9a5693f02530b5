"""A remembered builder gives what it would build, and only where it would build the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction

from compliance.models import Evidence, Occurrence, PlanType
from compliance.services.audit.trail import broken_chains
from tests.building import factories as make
from tests.building import remembered
from tests.building.digests import digest
from tests.building.inspected import accepted, planned
from tests.building.scenes import executing, sent
from workflows.services.reconciliation import differences

pytestmark = pytest.mark.django_db


@contextmanager
def another_test() -> Iterator[None]:
    """What is written within is gone afterwards."""
    with transaction.atomic():
        remembered.begin()
        yield
        transaction.set_rollback(True)


def three_times(build: Callable[[], object]) -> list[dict[str, str]]:
    """The rows that it leaves when it is called first, when it is recorded and when repeated."""
    found = []
    for _time in range(3):
        with another_test():
            build()
            found.append(digest())
    return found


@pytest.mark.parametrize(
    ("build", "named", "value"),
    [
        (make.region, "name", "одной области"),
        (sent, "title", "Повторённый"),
        (executing, "title", "Повторённый"),
        (accepted, "title", "Повторённый"),
    ],
)
def test_what_is_repeated_is_what_was_recorded(build, named, value):
    first, recorded, repeated = three_times(lambda: build(**{named: value}))
    assert first != recorded == repeated, "built twice, at another time of day each"


def test_each_argument_is_a_scene_of_its_own():
    for title in ("Первый", "Второй", "Третий") * 3:
        with another_test():
            assert executing(title=title).plan.title == title


def test_one_after_another_each_begins_with_what_is_there():
    for _time in range(4):
        with another_test():
            region = make.region()
            one, other = executing(region, title="Первый"), executing(region, title="Второй")
            assert one.region is region and other.plan.pk != one.plan.pk
            assert Occurrence.objects.filter(plan__in=[one.plan, other.plan]).count() == 2
            assert list(differences()) == [] and list(broken_chains()) == []


def test_a_repeated_scene_has_its_files_and_goes_on():
    for _time in range(3):
        with another_test():
            scene = accepted()
            with Evidence.objects.get().original.open() as photo:
                assert photo.read()
            assert planned(scene).process.inspection_id
            assert list(differences()) == [] and list(broken_chains()) == []


def test_what_a_test_has_written_before_counts():
    for _time in range(3):
        with another_test():
            sent()
    with another_test():
        PlanType.objects.filter(code="institution").update(name="Другой вид")
        assert sent().plan.type.name == "Другой вид"


def test_what_a_test_writes_between_two_builders_counts():
    for _time in range(3):
        with another_test():
            sent(make.region())
    with another_test():
        region = make.region()
        PlanType.objects.filter(code="institution").update(name="Другой вид")
        assert sent(region).plan.type.name == "Другой вид"
