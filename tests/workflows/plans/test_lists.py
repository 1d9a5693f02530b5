"""The list of plans: which it shows, in what order, and whose turn it is with each."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from compliance.domain.calendar.periods import Period
from compliance.models import Occurrence, Plan
from tests.building import factories as make
from tests.building.paged import walked
from tests.building.scenes import Scene, executing, sent
from workflows.models import Task
from workflows.services.approval.amendments import revise_plan
from workflows.services.plans import sending
from workflows.services.plans.lists import PlanSort

pytestmark = pytest.mark.django_db

LIST = "plans"


def named(region: make.Region, *names: str) -> dict[str, Plan]:
    """A draft of each of these new institutions, by its name."""
    plans = {}
    for name in names:
        place = make.institution(region.ministry, name=name)
        plans[name] = make.plan(region, make.measure(), organisation=place)
    return plans


def listed(person: Any, **query: Any) -> list[str]:
    """The institutions of the rows that the person sees, in order."""
    return [str(row.plan.organisation) for row in context(person, **query)["rows"]]


def context(person: Any, **query: Any) -> Any:
    return client_of(person).get(reverse(LIST), query).context


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_each_row_is_named_by_its_institution() -> None:
    region = make.region()
    named(region, "МБУ «Первый дом»", "МБУ «Второй дом»")
    page = client_of(region.coordinator).get(reverse(LIST)).content.decode()
    links = [
        re.sub("<[^>]*>", "", link)
        for link in re.findall(r'<a class="line ends" [^>]*>(.*)</a></th>', page)
    ]
    assert links == ["МБУ «Второй дом»", "МБУ «Первый дом»"]


def test_a_row_says_whose_turn_it_is_and_since_when() -> None:
    region = make.region()
    scene = sent(region)
    moment = timezone.make_aware(timezone.datetime(2026, 3, 5, 12))
    Task.objects.open().update(created=moment)
    (row,) = context(region.director)["rows"]
    assert (row.turn.role, row.turn.owner, row.turn.since) == ("coordinator", None, moment)
    page = client_of(region.director).get(reverse(LIST)).content.decode()
    assert "Куратор" in page
    assert "05.03.2026" in page
    Task.objects.filter(pk=scene.task.pk).update(owner=region.coordinator, status="ASSIGNED")
    (row,) = context(region.director)["rows"]
    assert row.turn.owner == region.coordinator


def test_a_draft_waits_for_its_drafters_and_what_is_carried_out_for_nobody() -> None:
    region = make.region()
    named(region, "МБУ «Дом»")
    executing(region)
    turns = {str(one.plan.organisation): one.turn for one in context(region.coordinator)["rows"]}
    assert turns["МБУ «Дом»"].role == "director"
    assert turns[region.own.name] is None


def test_what_waits_for_me_is_my_tasks_and_my_drafts() -> None:
    region = make.region()
    sent(region)
    make.plan(region, make.measure(), organisation=region.other)
    assert listed(region.coordinator, show="mine") == [region.own.name]
    assert listed(region.director, show="mine") == []
    assert listed(region.foreign_director, show="mine") == [region.other.name]
    assert listed(region.executor, show="mine") == []
    assert [count for _show, count in context(region.coordinator)["tabs"]] == [2, 1, 1]


def _being_changed(region: make.Region, scene) -> None:
    revise_plan(scene.plan.pk, reason="Так", act=make.act(region.director))


def _change_sent(region: make.Region, scene) -> None:
    act = make.act(region.director)
    revision = revise_plan(scene.plan.pk, reason="Так", act=act)
    revision.versions.update(text="Иначе")
    sending.send_for_agreement(scene.plan.pk, act=act, revision=revision, knows_passed=True)


@pytest.mark.parametrize(
    ("begin", "then", "waits_for"),
    [
        (lambda region: Scene(region, make.plan(region)), None, {"director"}),
        (sent, None, {"coordinator"}),
        (executing, None, set()),
        (executing, _being_changed, {"director"}),
        (executing, _change_sent, {"coordinator"}),
    ],
)
def test_the_list_of_what_waits_for_me_agrees_with_whose_turn_a_row_names(begin, then, waits_for):
    region = make.region()
    scene = begin(region)
    if then:
        then(region, scene)
    for part, role in [("director", "director"), ("coordinator", "coordinator"), ("head", "head")]:
        person = region.people[part]
        (row,) = context(person)["rows"]
        assert bool(listed(person, show="mine")) == (part in waits_for)
        assert (row.turn is not None and row.turn.role == role) == (part in waits_for)


def test_a_filter_leaves_the_plans_of_one_stage() -> None:
    region = make.region()
    sent(region)
    named(region, "МБУ «Дом»")
    person = region.coordinator
    assert listed(person, stage="agreeing") == [region.own.name]
    assert listed(person, stage="draft") == ["МБУ «Дом»"]
    assert listed(person, stage="approving") == []
    assert listed(person, show="parties") == [region.own.name]
    assert len(listed(person, state="draft")) == 2, "as the region's page counts them"
    options = dict(context(person)["form"].fields["stage"].choices)
    assert options["agreeing"] == "На согласовании (1)"
    assert len(listed(person, stage="none", sort="wrong")) == 2, "wrong words are ignored"


def test_a_change_on_its_way_is_told_to_those_who_may_read_it() -> None:
    region = make.region()
    scene = executing(region)
    act = make.act(region.director)
    revision = revise_plan(scene.plan.pk, reason="Так", act=act)
    revision.versions.update(text="Иначе")
    sending.send_for_agreement(scene.plan.pk, act=act, revision=revision, knows_passed=True)
    (row,) = context(region.coordinator)["rows"]
    assert (row.standing.stage, row.change_standing.stage) == ("executing", "agreeing")
    assert row.turn.role == "coordinator"
    assert listed(region.coordinator, show="mine") == [region.own.name]
    (row,) = context(region.councillor)["rows"]
    assert (row.change, row.turn) == (None, None)


def test_the_figures_count_due_dates_and_lead_to_them() -> None:
    region = make.region()
    scene = executing(region, make.measure("А", number="1"), make.measure("Б", number="2"))
    day = timezone.localdate() - timedelta(days=3)
    late = Occurrence.objects.filter(plan=scene.plan).order_by("pk")[:1]
    Occurrence.objects.filter(pk__in=[one.pk for one in late]).update(
        due_on=day, late_after=day, intended_on=day
    )
    total = Occurrence.objects.filter(plan=scene.plan).count()
    (row,) = context(region.coordinator)["rows"]
    assert (row.course.overdue, row.course.total, row.share) == (1, total, 0)
    page = client_of(region.coordinator).get(reverse(LIST)).content.decode()
    assert f"?plan={scene.plan.pk}&amp;show=overdue" in page
    (row,) = context(region.councillor)["rows"]
    assert (row.course.overdue, row.opens) == (1, False), "figures, without the lists behind them"


def test_more_plans_are_not_more_statements() -> None:
    region = make.region()
    scene = executing(region)
    revise_plan(scene.plan.pk, reason="Так", act=make.act(region.director))
    sent(region)
    few = {sort: statements(region.coordinator, sort) for sort in PlanSort.values}
    named(region, *(f"МБУ «Дом № {number}»" for number in range(8)))
    sent(region)
    assert {sort: statements(region.coordinator, sort) for sort in PlanSort.values} == few
    assert max(few.values()) <= 22, few


def statements(person: Any, sort: str) -> int:
    client = client_of(person)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse(LIST), {"sort": sort}).status_code == 200
    return len(queries)


ORDERS = {
    "newest": ["В", "А", "Б"],
    "oldest": ["Б", "А", "В"],
    "place": ["А", "Б", "В"],
    "place-back": ["В", "Б", "А"],
    "overdue": ["А", "Б", "В"],
    "state": ["А", "Б", "В"],
    "waiting": ["Б", "А", "В"],
    "waiting-back": ["В", "А", "Б"],
}


def test_every_order_runs_through_its_pages(monkeypatch) -> None:
    region = make.region()
    starts = {"А": date(2025, 1, 1), "Б": date(2024, 1, 1), "В": date(2026, 1, 1)}
    for name, start in starts.items():
        place = make.institution(region.ministry, name=name)
        period = Period(start, start.replace(month=12, day=31))
        plan = make.plan(region, make.measure(), organisation=place, period=period)
        if name == "В":
            continue
        director = make.member(place, "director", f"director-{name}")
        sending.send_for_agreement(plan.pk, act=make.act(director), knows_passed=True)
    moment = timezone.now()
    for back, name in enumerate(["А", "Б"], start=1):
        tasks = Task.objects.open().filter(organisation__name=name)
        tasks.update(created=moment - timedelta(days=back))
    monkeypatch.setattr("notifications.views.paging.page_of.__defaults__", (1,))
    client = client_of(region.coordinator)
    for sort in PlanSort.values:
        pages = walked(client, reverse(LIST), sort=sort)
        names = [str(plan.organisation) for rows in pages for plan in rows]
        assert len(pages) == 3
        assert sorted(names) == ["А", "Б", "В"]
        if sort in ORDERS:
            assert names == ORDERS[sort], sort
