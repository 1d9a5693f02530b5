"""The audit trail attacked by whoever can write to the database: what is found, where, and why.

Each attack is raw SQL against two chains of eight events; what follows it is everything that
`verify_audit` then says. What no chain can find by itself stands at the end, with what finds it.
"""

from __future__ import annotations

import json
from contextlib import suppress
from importlib import import_module
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from compliance.domain.audit.chains import link_hash
from compliance.models import AuditEvent, AuditHead
from compliance.services.audit.trail import broken_chains, record_and_tell
from tests.building import factories as make
from tests.building.remembered import remembered

pytestmark = pytest.mark.django_db

EVENTS = 8
ROWS, HEADS = "compliance_auditevent", "compliance_audithead"
Found = set[tuple[str, int, str, int]]


@remembered
def two_chains() -> make.Region:
    """Two chains of eight events each, `own` and `other`, with everything that an event can say."""
    region = make.region()
    for number in range(1, EVENTS + 1):
        for place in (region.own, region.other):
            act = make.act(region.director).through(100 + number)
            act.on_behalf_of, act.address = region.coordinator, "198.51.100.7"
            with transaction.atomic():
                record_and_tell(
                    act=act,
                    organisation=place,
                    action="measure.change",
                    subject=place,
                    before={"text": "Обновить стенд", "number": "1.1"},
                    after={"text": f"Обновить стенд {number}", "number": "1.1"},
                    reason=f"Причина {number}",
                )
    assert list(broken_chains()) == []
    return region


@pytest.fixture
def region() -> make.Region:
    return two_chains()


def sql(region: make.Region, *statements: str) -> None:
    """Run the statements; `own`, `other` and names of columns stand in braces."""
    copied = [one.column for one in AuditEvent._meta.fields if one.column not in KEYS]
    words = {
        "own": region.own.pk,
        "other": region.other.pk,
        "stranger": region.stranger.pk,
        "rows": ROWS,
        "heads": HEADS,
        "columns": ", ".join(copied),
    }
    with connection.cursor() as cursor:
        for one in statements:
            cursor.execute(one.format(**words))


KEYS = {"id", "organisation_id", "sequence"}


def found(region: make.Region) -> Found:
    """Every break that the command tells: whose chain, from which event, why, how many."""
    names = {region.own.pk: "own", region.other.pk: "other"}
    out = StringIO()
    with suppress(CommandError):
        call_command("verify_audit", "--format", "json", stdout=out)
    said = json.loads(out.getvalue())
    assert said["ok"] == (not said["broken"])
    return {
        (names[one["organisation"]], one["event"], one["reason"], one["count"])
        for one in said["broken"]
    }


# --- Every column ---------------------------------------------------------------------------------

COLUMNS = {
    "version": "2",
    "region_id": "NULL",
    "at": "'2026-01-01 00:00:00+00'",
    "actor_id": "{stranger}",
    "on_behalf_of_id": "{stranger}",
    "address": "'203.0.113.5'",
    "action": "'plan.approve'",
    "subject_kind": "'plan'",
    "subject_id": "subject_id + 1",
    "task_id": "999",
    "before": """'{{"text": "Ничего", "number": "1.1"}}'""",
    "after": """'{{"text": "Ничего", "number": "1.1"}}'""",
    "reason": "'задним числом'",
    "previous_hash": "'" + "0" * 64 + "'",
    "hash": "'" + "0" * 64 + "'",
}
EMPTIED = {
    "actor_id": "NULL",
    "on_behalf_of_id": "NULL",
    "address": "''",
    "task_id": "NULL",
    "before": "'{{}}'",
    "after": "'{{}}'",
    "reason": "''",
}


@pytest.mark.parametrize("number", [1, 4, EVENTS])
@pytest.mark.parametrize(
    ("column", "value"), [*COLUMNS.items(), *EMPTIED.items()], ids=lambda text: text[:24]
)
def test_a_changed_column_is_found_in_its_event(region, column, value, number):
    sql(
        region,
        f"UPDATE {{rows}} SET {column} = {value}"
        f" WHERE organisation_id = {{own}} AND sequence = {number}",
    )
    assert found(region) == {("own", number, "changed", 1)}


def test_the_table_above_leaves_no_column_out():
    known = {one.column for one in AuditEvent._meta.fields}
    assert known == set(COLUMNS) | KEYS


# --- Rows and heads -------------------------------------------------------------------------------

DELETE = "DELETE FROM {{rows}} WHERE organisation_id = {{own}} AND sequence {}".format
MOVE = (
    "UPDATE {{rows}} SET sequence = {1} WHERE organisation_id = {{own}} AND sequence = {0}".format
)
COPY = (
    "INSERT INTO {{rows}} (organisation_id, sequence, {{columns}}) SELECT {1}, {2}, {{columns}}"
    " FROM {{rows}} WHERE organisation_id = {{own}} AND sequence = {0}"
).format
COUNT = "UPDATE {{heads}} SET count = {} WHERE organisation_id = {{own}}".format

ATTACKS: dict[str, tuple[list[str], Found]] = {
    "the first deleted": ([DELETE("= 1")], {("own", 1, "missing", 1)}),
    "one in the middle deleted": ([DELETE("= 4")], {("own", 4, "missing", 1)}),
    "several in the middle deleted": ([DELETE("IN (3, 4, 5)")], {("own", 3, "missing", 3)}),
    "two apart deleted": (
        [DELETE("IN (2, 6)")],
        {("own", 2, "missing", 1), ("own", 6, "missing", 1)},
    ),
    "the last deleted": ([DELETE("= 8")], {("own", 8, "cut_off", 1)}),
    "the last three deleted": ([DELETE("> 5")], {("own", 6, "cut_off", 3)}),
    "all deleted": ([DELETE("> 0")], {("own", 1, "cut_off", 8)}),
    "the head deleted": (
        ["DELETE FROM {heads} WHERE organisation_id = {own}"],
        {("own", 1, "inserted", 8)},
    ),
    "the head counts less": ([COUNT(7)], {("own", 8, "inserted", 1)}),
    "the head counts more": ([COUNT(9)], {("own", 9, "cut_off", 1)}),
    "the head ends otherwise": (
        ["UPDATE {heads} SET hash = '" + "0" * 64 + "' WHERE organisation_id = {own}"],
        {("own", 8, "changed", 1)},
    ),
    "the head is emptied": (
        ["UPDATE {heads} SET hash = '', count = 0 WHERE organisation_id = {own}"],
        {("own", 1, "inserted", 8)},
    ),
    "the last deleted and the head counts less": (
        [DELETE("= 8"), COUNT(7)],
        {("own", 7, "changed", 1)},
    ),
    "two exchanged": (
        [MOVE(4, 99), MOVE(5, 4), MOVE(99, 5)],
        {("own", 4, "reordered", 1)},
    ),
    "two apart exchanged": (
        [MOVE(2, 99), MOVE(6, 2), MOVE(99, 6)],
        {("own", 2, "reordered", 1), ("own", 6, "reordered", 1)},
    ),
    "the last made the first": (
        [*(MOVE(number, number + 20) for number in range(1, 9)), MOVE(28, 1),
         *(MOVE(number + 20, number + 1) for number in range(1, 8))],
        {("own", 1, "inserted", 1), ("own", 8, "changed", 1)},
    ),
    "one doubled at the end": ([COPY(4, "{own}", 9)], {("own", 9, "inserted", 1)}),
    "one doubled in the middle": (
        [*(MOVE(number, number + 20) for number in range(5, 9)),
         *(MOVE(number + 20, number + 1) for number in range(5, 9)),
         COPY(4, "{own}", 5)],
        {("own", 5, "inserted", 1)},
    ),
    "numbers moved up by one": (
        [*(MOVE(number, number + 20) for number in range(5, 9)),
         *(MOVE(number + 20, number + 1) for number in range(5, 9))],
        {("own", 6, "changed", 1)},
    ),
    "one put at the end": ([MOVE(4, 9)], {("own", 4, "reordered", 1)}),
    "the last numbered otherwise": ([MOVE(8, 9)], {("own", 9, "changed", 1)}),
    "one deleted and the numbers closed up": (
        [DELETE("= 4"), *(MOVE(number, number - 1) for number in range(5, 9))],
        {("own", 4, "missing", 1)},
    ),
    "one deleted, the numbers closed up, the head too": (
        [DELETE("= 4"), *(MOVE(number, number - 1) for number in range(5, 9)), COUNT(7)],
        {("own", 4, "missing", 1)},
    ),
    "one moved to the end of another chain": (
        ["UPDATE {rows} SET organisation_id = {other}, sequence = 9"
         " WHERE organisation_id = {own} AND sequence = 4"],
        {("own", 4, "missing", 1), ("other", 9, "inserted", 1)},
    ),
    "one moved into the place of another chain's": (
        ["DELETE FROM {rows} WHERE organisation_id = {other} AND sequence = 4",
         "UPDATE {rows} SET organisation_id = {other}"
         " WHERE organisation_id = {own} AND sequence = 4"],
        {("own", 4, "missing", 1), ("other", 4, "changed", 1)},
    ),
    "one copied to another chain": ([COPY(4, "{other}", 9)], {("other", 9, "inserted", 1)}),
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_on_rows_and_heads_is_found_where_it_was(region, name):
    statements, expected = ATTACKS[name]
    sql(region, *statements)
    assert found(region) == expected


def test_the_command_names_the_organisation_and_ends_with_an_error(region):
    sql(region, DELETE("= 4"))
    out = StringIO()
    with pytest.raises(CommandError, match="broken in 1 places"):
        call_command("verify_audit", stdout=out)
    assert out.getvalue() == f"{region.own.name}, event 4: missing\n"


# --- What a chain cannot find by itself, and what finds it ----------------------------------------


def content_of(event: AuditEvent) -> dict[str, object]:
    return import_module("compliance.services.audit.trail").covered(event)


def rewrite(region: make.Region, organisation: int) -> None:
    """Change the fourth event and every hash after it, the head's too: nothing is left to see."""
    previous = ""
    for event in AuditEvent.objects.filter(organisation=organisation).order_by("sequence"):
        if event.sequence == 4:
            event.reason = "задним числом"
        new = link_hash(event.sequence, previous, content_of(event))
        AuditEvent.objects.filter(pk=event.pk).update(
            reason=event.reason, previous_hash=previous, hash=new
        )
        previous = new
    AuditHead.objects.filter(organisation=organisation).update(hash=previous)


def cut(region: make.Region, organisation: int) -> None:
    """Take the last two events away and set the head back."""
    rows = AuditEvent.objects.filter(organisation=organisation)
    rows.filter(sequence__gt=EVENTS - 2)._raw_delete("default")
    AuditHead.objects.filter(organisation=organisation).update(
        count=EVENTS - 2, hash=rows.get(sequence=EVENTS - 2).hash
    )


def remove(region: make.Region, organisation: int) -> None:
    """Take a whole chain away, its head too."""
    AuditEvent.objects.filter(organisation=organisation)._raw_delete("default")
    AuditHead.objects.filter(organisation=organisation)._raw_delete("default")


@pytest.mark.parametrize(
    ("attack", "expected"),
    [
        (rewrite, (1, "changed", EVENTS)),
        (cut, (EVENTS - 1, "cut_off", 2)),
        (remove, (1, "cut_off", EVENTS)),
    ],
)
def test_heads_kept_elsewhere_find_what_the_chain_alone_does_not(
    region, tmp_path: Path, attack, expected
):
    kept, now = tmp_path / "heads.json", StringIO()
    call_command("verify_audit", "--heads", "--format", "json", stdout=now)
    kept.write_text(now.getvalue())
    act = make.act(region.director)
    with transaction.atomic():  # what comes afterwards is no break
        record_and_tell(
            act=act, organisation=region.other, action="plan.draft", subject=region.other
        )
    call_command("verify_audit", "--since", str(kept), stdout=StringIO())
    attack(region, region.own.pk)
    assert found(region) == set(), "by itself the chain cannot know"
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_audit", "--since", str(kept), "--format", "json", stdout=out)
    (told,) = json.loads(out.getvalue())["broken"]
    assert (told["name"], told["event"], told["reason"], told["count"]) == (
        region.own.name,
        *expected,
    )


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"heads": 5}', '{"heads": [{"events": "x"}]}'])
def test_a_file_without_heads_is_refused_in_one_sentence(region, tmp_path: Path, text):
    path = tmp_path / "heads.json"
    with pytest.raises(CommandError, match="No such file"):
        call_command("verify_audit", "--since", str(path), stdout=StringIO())
    path.write_text(text)
    with pytest.raises(CommandError, match="holds no heads"):
        call_command("verify_audit", "--since", str(path), stdout=StringIO())


def test_heads_are_printed_for_people_too(region):
    out = StringIO()
    call_command("verify_audit", "--heads", stdout=out)
    lines = out.getvalue().splitlines()
    head = AuditHead.objects.get(organisation=region.own)
    assert lines[0] == "Every chain is whole."
    assert f"{region.own.name}: {EVENTS} events, {head.hash}" in lines
