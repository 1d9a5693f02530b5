"""Pages ask the database the same number of questions however much they show."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.db.models import Value
from django.db.models.functions import Concat
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.models import Occurrence, Organisation, User
from compliance.services.evidence.files import attach_photo
from compliance.services.evidence.reports import Account, save_report
from tests.building import factories as make
from tests.building.scenes import Scene, due_in, executing
from workflows.models import Task
from workflows.services.approval.amendments import revise_plan
from workflows.services.plans.sending import submit_execution

pytestmark = pytest.mark.django_db


def busy(count: int) -> Scene:
    """A plan of so many measures, half of them waiting for the inspector."""
    rows = [
        make.measure(f"Мероприятие {n}", number=str(n), deadline_text=due_in(3))
        for n in range(count)
    ]
    scene = executing(None, *rows)
    act = make.act(scene.region.executor)
    for n, occurrence in enumerate(Occurrence.objects.filter(plan=scene.plan).order_by("pk")):
        if n % 2:
            report = save_report(occurrence.pk, Account(text="Готово"), act=act)
            attach_photo(report, make.photo(), act=act)
            submit_execution(occurrence.pk, act=act)
    revision = revise_plan(scene.plan.pk, reason="Так", act=make.act(scene.region.director))
    revision.versions.update(text="Иначе")
    return scene


def pages(scene: Scene) -> list[tuple[str, str]]:
    """(part, address) of every page that lists something."""
    verification = Task.objects.open().order_by("pk").last()
    occurrence = Occurrence.objects.open().order_by("pk").last()
    return [
        ("executor", reverse("home")),
        ("inspector", reverse("home")),
        ("director", reverse("home")),
        ("inspector", reverse("inbox")),
        ("coordinator", reverse("plans")),
        ("coordinator", scene.plan.get_absolute_url()),
        ("coordinator", reverse("plan-revisions", args=[scene.plan.pk])),
        ("director", reverse("plan-revision", args=[scene.plan.pk, 2])),
        ("executor", occurrence.get_absolute_url()),
        ("inspector", reverse("verification", args=[verification.process_id])),
    ]


def counted(scene: Scene) -> list[tuple[str, str, int]]:
    """How many statements each page takes, session and person included."""
    found = []
    for part, url in pages(scene):
        client = Client()
        client.force_login(scene.region.people[part])
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200, (part, url)
        found.append((part, re.sub(r"\d+", "", url), len(queries)))
    return found


def test_more_rows_are_not_more_statements():
    few = counted(busy(4))
    User.objects.update(username=Concat("username", Value("-1")), email="")
    Organisation.objects.filter(kind="ministry").update(name="Первое министерство")
    many = counted(busy(24))
    assert few == many
    assert max(statements for *_, statements in few) <= 32, few
