"""The audit trail: what an event says, how chains of different versions are checked, its words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone

from compliance.domain.plans.states import BY_NAME
from compliance.models import AuditEvent
from compliance.services.audit.trail import COVERED, broken_chains, broken_links, record_and_tell
from compliance.wording.event_names import ACTIONS, KINDS
from compliance.wording.events import FIELDS, FieldWords, changes_of
from tests.building import factories as make
from tests.building.places import ROOT
from tests.building.scenes import executing, sent
from workflows.models import Task

RECORDING = {"record", "_record", "record_change", "note"}


def written(sources: Iterator[Path]) -> Iterator[str]:
    """Every action's code that a call in the code base records."""
    for path in sources:
        for call in ast.walk(ast.parse(path.read_text())):
            if not isinstance(call, ast.Call):
                continue
            name = getattr(call.func, "id", getattr(call.func, "attr", ""))
            given = [one.value for one in call.keywords if one.arg == "action"]
            if name in RECORDING:
                given += call.args
            for part in [part for one in given for part in ast.walk(one)]:
                value = getattr(part, "value", None)
                if isinstance(value, str) and re.fullmatch(r"[a-z_]+\.[a-z_]+", value):
                    yield value


def sources() -> Iterator[Path]:
    for app in ("compliance", "workflows", "notifications", "project"):
        yield from (path for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)


def test_every_action_that_is_recorded_has_words():
    found = set(written(sources()))
    assert {"plan.draft", "calendar.set", "report.note", "approval.return"} <= found
    assert found | {f"plan.{name}" for name in BY_NAME} <= set(ACTIONS), (
        "give the action its words in compliance/wording/events.py"
    )


@pytest.mark.django_db
def test_everything_that_a_life_records_has_words():
    scene = executing()
    events = AuditEvent.objects.all()
    assert events.count() > 4
    for event in events:
        assert event.action in ACTIONS and event.subject_kind in KINDS
        keys = {key for key in (*event.before, *event.after) if not key.endswith("_id")}
        assert keys <= set(FIELDS), event.action
    agreed = events.get(action="plan.agree", subject_id=scene.plan.pk)
    assert changes_of(agreed) == [FieldWords("Состояние", "Черновик", "Согласован")]


@pytest.mark.django_db
def test_an_event_names_the_task_it_was_done_through():
    scene = executing()
    steps = {"plan.agree": "agree", "plan.approve": "approve", "plan.publish": "publish"}
    for action, step in steps.items():
        event = AuditEvent.objects.get(action=action)
        assert Task.objects.get(pk=event.task_id).flow_task.name == step
    assert AuditEvent.objects.get(action="approval.send").task_id is None
    assert scene.plan.pk and list(broken_chains()) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"task_id": 5},
        {"task_id": None},
        {"version": 2},
        {"region": None},
        {"reason": "задним числом"},
    ],
)
def test_neither_the_task_nor_the_region_of_an_event_can_be_changed(change):
    region = make.region()
    plan = make.plan(region)
    for _time in range(3):
        with transaction.atomic():
            act = make.act(region.director).through(9)
            record_and_tell(act=act, organisation=region.own, action="plan.draft", subject=plan)
    AuditEvent.objects.filter(sequence=2).update(**change)
    (found,) = broken_links(region.own.pk)
    assert (found.sequence, found.reason, found.count) == (2, "changed", 1)


@pytest.mark.django_db
def test_every_kind_of_tampering_with_the_table_is_one_break():
    region = make.region()
    plan = make.plan(region)
    for number in range(9):
        act = make.act(region.director)
        with transaction.atomic():
            record_and_tell(
                act=act,
                organisation=region.own,
                action="measure.add",
                subject=plan,
                reason=f"{number}",
            )
    assert broken_links(region.own.pk) == []
    table = "compliance_auditevent"
    columns = (
        "version, at, address, action, subject_kind, subject_id, before, after, reason,"
        " previous_hash, hash"
    )
    for statement, expected in (
        (f"UPDATE {table} SET reason = 'x' WHERE sequence = 4", (4, "changed", 1)),
        (f"DELETE FROM {table} WHERE sequence IN (4, 5)", (4, "missing", 2)),
        (f"DELETE FROM {table} WHERE sequence > 7", (8, "cut_off", 3)),
        (
            f"INSERT INTO {table} (organisation_id, sequence, {columns})"
            f" SELECT organisation_id, 11, {columns} FROM {table} WHERE sequence = 10",
            (11, "inserted", 1),
        ),
        ("", (4, "reordered", 1)),
    ):
        with transaction.atomic():
            if statement:
                with connection.cursor() as cursor:
                    cursor.execute(statement)
            else:
                swap(4, 5)
            (found,) = broken_links(region.own.pk)
            assert (found.sequence, found.reason, found.count) == expected
            transaction.set_rollback(True)


def swap(first: int, second: int) -> None:
    """Two events change their numbers."""
    rows = AuditEvent.objects.filter
    ids = dict(AuditEvent.objects.values_list("sequence", "pk"))
    rows(pk=ids[first]).update(sequence=999)
    rows(pk=ids[second]).update(sequence=first)
    rows(pk=ids[first]).update(sequence=second)


@pytest.mark.django_db
def test_the_history_on_a_plan_says_what_changed_from_what_to_what(client):
    scene = sent()
    client.force_login(scene.region.coordinator)
    AuditEvent.objects.filter(action="approval.send").update(
        before={"state": "draft", "published_on": "2026-02-01"}, after={"state": "agreed"}
    )
    page = client.get(scene.plan.get_absolute_url()).content.decode()
    assert "<del>Черновик</del> → <ins>Согласован</ins>" in page
    assert "<del>01.02.2026</del>" in page and "Опубликован" in page


def test_values_are_read_by_people():
    event = AuditEvent(
        before={"is_active": True, "2026-05-01": ["short", "Праздник"], "same": 1, "points": 94.5},
        after={
            "is_active": False,
            "same": 1,
            "responsible": [["Директор", "person", 1, 2], ["ГБУ", "organisation", 1, None]],
            "dates": ["2026-04-01", "2026-07-01"],
            "sheets": {"1": {}, "2": {}},
            "strange": {"deep": [1, 2]},
        },
        at=timezone.now(),
    )
    assert changes_of(event) == [
        FieldWords("Действует", "да", "нет"),
        FieldWords("01.05.2026", "Сокращённый, Праздник", ""),
        FieldWords("Баллы", "94,5", ""),
        FieldWords("Ответственные", "", "Директор; ГБУ"),
        FieldWords("Заданы даты", "", "01.04.2026, 01.07.2026"),
        FieldWords("Оценочные листы", "", "2 листа"),
        FieldWords("strange", "", "deep: 1, 2"),
    ]


def test_people_are_told_no_id_of_a_row_and_a_quarter_in_words():
    event = AuditEvent(
        after={"petition": 7, "report": 8, "petition_status": "open", "period": "2026Q3"}
    )
    assert changes_of(event) == [
        FieldWords("Состояние ходатайства", "", "На рассмотрении"),
        FieldWords("Период", "", "III квартал 2026 года"),
    ]


def test_every_column_of_an_event_is_under_its_hash_or_holds_its_place():
    """A column added later is covered by itself; one that is to be left out is named here."""
    columns = {field.attname for field in AuditEvent._meta.concrete_fields}
    assert columns - set(COVERED) == {"id", "sequence", "previous_hash", "hash"}
