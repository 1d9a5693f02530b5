"""More sides of the permission matrix: stage of a plan, method of a call, and whether it can fail.

`rows.py` says who gets each page of one thing. Here every page of a plan is asked for at
every stage of its life, every URL by every method, and the filters are broken on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from compliance.models import Occurrence, Plan, User
from compliance.models.evidence import EvidenceQuerySet
from compliance.models.occurrences import OccurrenceQuerySet
from compliance.models.plans import PlanQuerySet, RevisionQuerySet
from tests.access.calls import names, wrongs
from tests.access.rows import (
    DRAFT_READERS,
    EVERYBODY,
    OVERSEERS,
    PLAN_READERS,
    ROWS,
)
from tests.access.world import World
from workflows.models import TaskQuerySet

pytestmark = pytest.mark.django_db

METHODS = ("get", "head", "post", "put", "patch", "delete", "options", "trace")
# Whoever may read a plan, by the stage that it is at; a councillor reads what is published.
STAGES = {
    "draft": DRAFT_READERS,
    "waiting.plan": DRAFT_READERS,
    "released.plan": PLAN_READERS,
    "executing.plan": PLAN_READERS,
    "regional": OVERSEERS | {"councillor", "personnel"},
}


def plan_at(world: World, stage: str) -> Plan:
    found = world
    for part in stage.split("."):
        found = getattr(found, part)
    return found


def status_of(client: Client, method: str, url: str) -> int:
    """The status of one call; whatever it opened is closed."""
    answer = getattr(client, method)(url)
    for closer in answer._resource_closers:  # a server does it; the test client only at the end
        closer()
    return answer.status_code


def pages_of_a_plan() -> Iterator[str]:
    """Every URL name that takes a plan's number and nothing else."""
    for name in names(get_resolver().url_patterns):
        if name.startswith("plan-") or name == "plan":
            try:
                yield name if "/plans/1/" in reverse(name, args=[1]) else ""
            except NoReverseMatch:  # it takes something else
                continue


PLAN_PAGES = sorted(filter(None, pages_of_a_plan()))


def test_there_are_pages_of_a_plan():
    assert {"plan", "plan-send", "plan-deadlines", "plan-matrix"} <= set(PLAN_PAGES)


@pytest.mark.parametrize("stage", STAGES)
def test_each_page_of_a_plan_at_each_stage_is_there_for_its_readers_only(world: World, stage):
    plan, readers = plan_at(world, stage), STAGES[stage]
    wrong = []
    for part in sorted(EVERYBODY):
        client = Client()
        client.force_login(getattr(world.region, part))
        for name in PLAN_PAGES:
            with transaction.atomic():
                status = status_of(client, ROWS[name].method, reverse(name, args=[plan.pk]))
                transaction.set_rollback(True)
            if (status == 404) == (part in readers) or status >= 500:
                wrong.append(f"{name} of {stage} for {part}: {status}")
    assert wrong == []


def test_every_url_answers_every_method_and_never_breaks(world: World):
    """Whoever may use a page most: 405 for what it does not know, and no 500 for anything."""
    wrong = []
    for name, row in ROWS.items():
        client = Client(raise_request_exception=False)
        part = sorted(row.may or row.sees or EVERYBODY)[0]
        client.force_login(getattr(world.region, part))
        url = reverse(name, args=row.args(world)) + row.query(world)
        for method in METHODS:
            with transaction.atomic():
                status = status_of(client, method, url)
                transaction.set_rollback(True)
            known = method == row.method or method in {"get", "head", "post", "options"}
            if status >= 500 or (not known and status != 405):
                wrong.append(f"{method} {name} for {part}: {status}")
    assert wrong == []


def test_a_safe_method_changes_nothing(world: World):
    """GET and HEAD of every URL leave every plan, due date and task as it was."""
    before = state_of_the_world()
    for name, row in ROWS.items():
        client = Client()
        client.force_login(getattr(world.region, sorted(row.may or row.sees or EVERYBODY)[0]))
        url = reverse(name, args=row.args(world)) + row.query(world)
        for method in ("get", "head"):
            status_of(client, method, url)
    assert state_of_the_world() == before


def state_of_the_world() -> list[object]:
    from compliance.models import AuditEvent
    from workflows.models import Task

    return [
        list(Plan.objects.order_by("pk").values()),
        list(Occurrence.objects.order_by("pk").values()),
        list(Task.objects.order_by("pk").values()),
        AuditEvent.objects.count(),
    ]


@pytest.mark.parametrize(
    "queryset",
    [PlanQuerySet, RevisionQuerySet, OccurrenceQuerySet, TaskQuerySet, EvidenceQuerySet],
)
def test_a_filter_broken_on_purpose_turns_the_matrix_red(world: World, monkeypatch, queryset):
    monkeypatch.setattr(queryset, "visible_to", lambda self, user: self)
    assert next(wrongs(world, {"foreign_director", "outlander", "stranger"}), None)


OF_THE_INSTITUTION = {
    "Черновик", "На согласовании", "Опубликованный план", "Исполняемый план", "Проверяемый план",
}  # fmt: skip
IN_FORCE = {"Опубликованный план", "Исполняемый план", "Проверяемый план"}
LISTED_PLANS = {
    **dict.fromkeys(OVERSEERS | {"personnel"}, OF_THE_INSTITUTION | {"Региональный"}),
    **dict.fromkeys(("executor", "director"), OF_THE_INSTITUTION),
    "councillor": IN_FORCE | {"Региональный"},
}


def test_whose_plans_a_list_holds(world: World):
    """Written out: the list pages below are compared with the very rows that they ask for."""
    for part in sorted(EVERYBODY):
        person = User.objects.get(pk=getattr(world.region, part).pk)
        titles = set(Plan.objects.visible_to(person).values_list("title", flat=True))
        assert titles == LISTED_PLANS.get(part, set()), part


def test_whose_due_dates_a_list_holds(world: World):
    """Three of the plan at work and one that is being inspected: for those inside only."""
    for part in sorted(EVERYBODY):
        person = User.objects.get(pk=getattr(world.region, part).pk)
        plans = list(
            Occurrence.objects.visible_to(person)
            .order_by("plan__title", "due_on")
            .values_list("plan__title", flat=True)
        )
        inside = ["Исполняемый план"] * 3 + ["Проверяемый план"]
        assert plans == (inside if part in DRAFT_READERS else []), part


LISTS = {"plans": ("/plans/", Plan), "overdue": ("/occurrences/", Occurrence)}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_page_shows_exactly_what_is_visible(world: World, name):
    """The things that a list links to are those of `visible_to`: none more, none fewer."""
    prefix, model = LISTS[name]
    for part in sorted(EVERYBODY):
        client = Client()
        user = getattr(world.region, part)
        client.force_login(user)
        page = client.get(reverse(name), {"show": "all"}).content.decode()
        main = page.split("<main", 1)[1]
        shown = {int(number) for number in re.findall(rf'href="{prefix}(\d+)/', main)}
        fresh = type(user).objects.get(pk=user.pk)
        assert shown == set(model.objects.visible_to(fresh).values_list("pk", flat=True)), part
