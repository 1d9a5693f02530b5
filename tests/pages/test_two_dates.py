"""A region on two dates at once: every number on a page equals the list that it opens.

On 5 May 2026 at 15:00 UTC it is the 6th in Kamchatka, and still the 5th in Kaliningrad and Moscow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from html import unescape

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from compliance.models import Assignment, Membership, Organisation, Plan, User
from compliance.models.inspections import Inspection
from tests.building import factories as make
from tests.building.due_dates import due_of, executing_plan
from tests.building.inspected import accept, planned
from tests.building.scenes import executing, sent
from workflows.models import Task

pytestmark = pytest.mark.django_db

INSTANT = datetime(2026, 5, 5, 15, tzinfo=UTC)
# Soon are the fourteen days after today: to the 20th in Kamchatka, to the 19th in Kaliningrad.
DAYS = [date(2026, 5, day) for day in (4, 5, 6, 7, 19, 20, 21)]
QUARTER = "first=2026-04-01&last=2026-06-30"
KAMCHATKA = {"overdue": 2, "today": 1, "soon": 3}
KALININGRAD = {"overdue": 1, "today": 1, "soon": 3}


@pytest.fixture
def region() -> Iterator[make.Region]:
    with time_machine.travel(INSTANT, tick=False):
        region = make.region()
        for place, zone in (
            (region.own, "Asia/Kamchatka"),
            (region.other, "Europe/Kaliningrad"),
        ):
            Organisation.objects.filter(pk=place.pk).update(time_zone=zone)
            place.refresh_from_db()
        yield region


@pytest.fixture
def plan(region) -> Plan:
    """The ministry's plan with one measure that both institutions owe on all the days."""
    plan = executing_plan(region, organisation=region.ministry, type_code="regional")
    plan.published_on, plan.published_url = date(2026, 1, 12), "https://example.org/plan"
    plan.save(update_fields=["published_on", "published_url"])
    first = Assignment.objects.get(measure__plan=plan)
    for place in (region.own, region.other):
        row = Assignment.objects.create(
            measure=first.measure, organisation=place, created_at=first.created_at
        )
        due_of(row, *DAYS)
    return plan


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def listed(client: Client, url: str) -> int:
    """How many due dates the list at the address holds."""
    answer = client.get(url)
    assert answer.status_code == 200
    return sum(len(group.rows) for group in answer.context["groups"])


def tallies(text: str) -> dict[str, int]:
    """By its address, each number that links to a list of due dates."""
    links = re.findall(r'href="(/overdue/\?[^"]*)"[^>]*><?b?>?(\d+)<', text)
    return {unescape(url): int(number) for url, number in links}


@pytest.mark.parametrize(
    ("part", "expected"), [("director", KAMCHATKA), ("foreign_director", KALININGRAD)]
)
def test_each_institution_counts_by_its_own_date(region, plan, part, expected):
    client = signed_in(region.people[part])
    found = tallies(page(client, reverse("home")))
    place = region.people[part].own_memberships[0].organisation_id
    assert found == {
        **{f"/overdue/?show={name}": count for name, count in expected.items()},
        f"/overdue/?show=overdue&organisation={place}&executor=none": expected["overdue"],
        f"/overdue/?show=overdue&{QUARTER}&organisation={place}": expected["overdue"],
    }
    assert {url: listed(client, url) for url in found} == found


def test_who_works_in_both_sees_the_sum_and_opens_it(region, plan):
    both = make.member(region.own, "director", "both")
    Membership.objects.create(user=both, organisation=region.other, role="director")
    client = signed_in(both)
    found = tallies(page(client, reverse("home")))
    assert found == {
        "/overdue/?show=overdue": 3,
        "/overdue/?show=today": 2,
        "/overdue/?show=soon": 6,
        f"/overdue/?show=overdue&organisation={region.own.pk}&executor=none": 2,
        f"/overdue/?show=overdue&organisation={region.other.pk}&executor=none": 1,
        f"/overdue/?show=overdue&{QUARTER}": 3,
    }
    assert {url: listed(client, url) for url in found} == found
    board = client.get(reverse("overdue"))
    assert {name: board.context["counts"][name] for name in ("overdue", "today", "soon")} == {
        "overdue": 3, "today": 2, "soon": 6,
    }  # fmt: skip


def test_the_ministry_in_moscow_counts_as_the_institutions_do(region, plan):
    client = signed_in(region.coordinator)
    found = tallies(page(client, reverse("home")))
    may = "first=2026-05-01&last=2026-05-31"
    assert found == {
        "/overdue/?show=overdue": 3,
        "/overdue/?show=overdue_week": 3,
        f"/overdue/?show=overdue&{may}": 3,
        f"/overdue/?show=all&{may}": 14,
    }
    assert {url: listed(client, url) for url in found} == found
    rows = client.get(reverse("region")).context["rows"]
    assert {row.organisation.pk: row.overdue for row in rows} == {
        region.own.pk: 2,
        region.other.pk: 1,
    }


def test_a_plan_counts_each_institutions_dates_by_its_own(region, plan):
    client = signed_in(region.coordinator)
    text = page(client, plan.get_absolute_url())
    ((url, number),) = re.findall(r'href="(/overdue/[^"]*show=overdue)">просрочено: (\d+)<', text)
    assert int(number) == listed(client, unescape(url)) == 3
    rows = client.get(reverse("plan-matrix", args=[plan.pk])).context["rows"]
    assert {row.organisation.pk: row.overdue for row in rows} == {
        region.own.pk: 2,
        region.other.pk: 1,
    }
    public = client.get(reverse("public-plan", args=[plan.pk])).context["course"]
    assert (public.overdue, public.in_work) == (3, 11)


def test_one_page_shows_each_row_by_its_own_date(region, plan):
    client = signed_in(region.coordinator)
    rows = client.get("/overdue/?show=overdue").content.decode()
    assert rows.count("просрочено на 1 день") == 2, "the 4th in Kaliningrad, the 5th in Kamchatka"
    assert rows.count("просрочено на 2 дня") == 1
    assert client.get("/overdue/?show=today").content.decode().count(">сегодня<") == 2


def test_the_inbox_filters_by_the_date_where_the_task_waits(region):
    far = sent(region, title="Камчатский").task
    near = sent(region, title="Калининградский", organisation=region.other).task
    client = signed_in(region.coordinator)
    Task.objects.filter(pk__in=[far.pk, near.pk]).update(due_on=date(2026, 5, 5))

    def found(due: str) -> list[int]:
        answer = client.get(reverse("inbox"), {"due": due})
        return [task.pk for task in answer.context["page"]]

    assert found("overdue") == [far.pk] and found("today") == [near.pk]
    assert found("week") == [near.pk]
    text = page(client, reverse("inbox"))
    assert text.count("просрочено на 1 день") == 1 and text.count('tag-soon">сегодня<') == 1


def test_inspections_are_late_where_they_are_to_be_held(region):
    Membership.objects.create(user=region.executor, organisation=region.other, role="executor")
    for owner in (region.own, region.other):
        scene = executing(
            region, make.measure(deadline_text="до 08.05.2026", proof="photo"), organisation=owner
        )
        accept(region, scene.occurrence)
        planned(scene)
    Inspection.objects.update(due_on=date(2026, 5, 5))
    client = signed_in(region.inspector)
    answer = client.get(reverse("inspections"))
    assert answer.context["counts"] == {"open": 2, "late": 1}
    late = client.get(reverse("inspections"), {"due": "late"}).context["page"]
    assert [row.organisation for row in late] == [region.own]
