"""Commands as operators and scripts call them: words or one JSON object, and the exit code."""

from __future__ import annotations

import io
import json
import sys
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.utils import timezone, translation

from compliance.models import AuditEvent, Occurrence, Plan
from compliance.services import calendars
from compliance.services.execution.in_force import adopt_plan
from tests.building import factories as make
from tests.building.places import ROOT

DOCUMENTS = ROOT / "compliance" / "fixtures" / "documents"
SMOLENSK = DOCUMENTS / "smolensk-regional-plan-2017-2018.txt"
KEMEROVO = DOCUMENTS / "kemerovo-rating-findings-plans-2016.txt"


def run(*arguments: object) -> str:
    """What a command prints on standard output."""
    out = io.StringIO()
    call_command(*map(str, arguments), stdout=out)
    return out.getvalue()


def run_json(*arguments: object) -> dict:
    """The one JSON object that a command prints."""
    printed = run(*arguments, "--format", "json")
    assert printed.count("\n") == 1
    return json.loads(printed)


def refused(*arguments: object) -> tuple[dict, str]:
    """The JSON object that a refused command prints all the same, and its sentence."""
    out = io.StringIO()
    with pytest.raises(CommandError) as caught:
        call_command(*map(str, arguments), "--format", "json", stdout=out)
    assert caught.value.returncode == 1
    return json.loads(out.getvalue()), str(caught.value)


def rows() -> dict[str, int]:
    """How many rows each table has."""
    return {model._meta.label: model.objects.count() for model in apps.get_models()}


# --- import_document ----------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("path", [SMOLENSK, KEMEROVO], ids=["plan", "rating"])
def test_a_dry_run_writes_nothing(path):
    make.region()
    before = rows()
    said = run_json("import_document", path, "--dry-run")
    assert rows() == before
    assert "stored" not in said


@pytest.mark.django_db
def test_a_dry_run_needs_no_organisation():
    assert run_json("import_document", SMOLENSK, "--dry-run")["kind"] == "regional_plan"


@pytest.mark.django_db
def test_the_json_of_a_plan_is_that_of_the_contract():
    said = run_json("import_document", SMOLENSK, "--dry-run")
    assert set(said) == {
        *("source", "kind", "title", "period", "organization", "parties", "sections"),
        *("institutions", "unplaced", "warnings", "coverage"),
    }
    assert said["source"]["file"] == SMOLENSK.name and said["source"]["format"] == "txt"
    assert said["period"] == {"start": "2017-01-01", "end": "2018-12-31"}
    twice = said["sections"][2]["items"][0]["deadline"]
    assert twice["due_dates"] == ["2017-06-30", "2017-12-31", "2018-06-30", "2018-12-31"]
    assert twice["due_dates_working"] == ["2017-06-30", "2017-12-29", "2018-06-29", "2018-12-29"]
    coverage = said["coverage"]
    assert coverage["characters"] == sum(
        coverage[part] for part in ("placed", "unplaced", "markup")
    )


@pytest.mark.django_db
def test_importing_stores_a_draft_and_says_what_is_left_to_settle():
    make.region()
    stored = run_json("import_document", SMOLENSK)["stored"]
    assert stored["state"] == "draft" and stored["measures"] == 14
    assert stored["unconfirmed_deadlines"] == ["1.5", "1.6"]
    assert Plan.objects.get().pk == stored["plan"]


@pytest.mark.django_db
def test_adopting_takes_the_plan_over_as_it_stands():
    make.region()
    assert run_json("import_document", SMOLENSK, "--adopt")["stored"]["state"] == "executing"


@pytest.mark.django_db
def test_the_words_for_people_are_a_few_lines():
    make.region()
    said = run("import_document", SMOLENSK)
    assert "regional_plan: План по улучшению" in said
    assert "measures: 14" in said and "state: draft" in said
    assert "Nothing was stored." in run("import_document", KEMEROVO, "--dry-run")


@pytest.mark.django_db
def test_a_refusal_is_one_english_sentence_and_an_error_in_the_json():
    make.region()
    run("import_document", SMOLENSK)
    with translation.override("ru"):
        said, sentence = refused("import_document", SMOLENSK)
    assert said["error"]["code"] == "already_imported"
    assert said["error"]["message"] == sentence
    assert sentence.startswith("This file has already been imported: plan")
    assert said["kind"] == "regional_plan"  # what was read is said all the same


@pytest.mark.django_db
def test_prose_is_said_to_have_no_table(tmp_path):
    prose = tmp_path / "process.txt"
    prose.write_text("Независимая оценка проводится раз в год.\n", encoding="utf-8")
    said, sentence = refused("import_document", prose, "--dry-run")
    assert said["kind"] == "none" and said["error"]["code"] == "no_table"
    assert sentence == "There is no table of measures or of a rating in this document."


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/nowhere/plan.txt", "/tmp", "a\0b.txt"])
def test_a_file_that_cannot_be_opened_is_said_so(path):
    said, sentence = refused("import_document", path, "--dry-run")
    assert said["error"]["code"] == "file_unreadable"
    assert "\n" not in sentence


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["plan.pdf", "plan.docx", "plan.xlsx", "plan.txt", "plan"], ids=str
)
def test_what_is_no_document_is_one_sentence(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"%PDF-1.7\x00\x01\x02")
    said, sentence = refused("import_document", path, "--dry-run")
    assert set(said) == {"error"}
    assert sentence.endswith(".") and "cannot be done" not in sentence


@pytest.mark.django_db
@pytest.mark.parametrize("year", ["20", "год", "3000", "-2020"])
def test_a_year_that_is_none_is_a_wrong_call(year):
    with pytest.raises((CommandError, SystemExit)):
        run("import_document", SMOLENSK, f"--year={year}")


def test_a_database_without_tables_is_one_sentence(monkeypatch):
    def broken(*given: object) -> None:
        raise DatabaseError("no such table: compliance_calendarday")

    monkeypatch.setattr("compliance.services.documents.imports.working_calendar", broken)
    said, sentence = refused("import_document", SMOLENSK, "--dry-run")
    assert said["error"]["code"] == "database" and "manage.py migrate" in sentence


# --- parse_deadline -----------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_deadline_as_json():
    said = run_json(
        "parse_deadline", "Не менее 2 раз ежегодно в течение 2017-2018 гг.", "--period=2017-2018"
    )
    assert said["confidence"] == "exact"
    assert said["due_dates"] == ["2017-06-30", "2017-12-31", "2018-06-30", "2018-12-31"]
    assert said["due_dates_working"] == ["2017-06-30", "2017-12-29", "2018-06-29", "2018-12-29"]


@pytest.mark.django_db
def test_a_deadline_in_words():
    said = run("parse_deadline", "I квартал 2020 г.", "--period", "2020")
    assert said.startswith("I квартал 2020 г.: exact\n") and "due: 2020-03-31" in said


@pytest.mark.django_db
def test_without_a_period_it_is_the_year_of_today():
    said = run_json("parse_deadline", "Ежеквартально", "--today", "2024-05-05")
    assert said["due_dates"][0] == "2024-03-31"


def lines(monkeypatch: pytest.MonkeyPatch, data: bytes, *arguments: str) -> list[dict]:
    """What is printed for the lines on standard input."""
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    printed = run("parse_deadline", "-", "--format", "jsonl", *arguments)
    return [json.loads(line) for line in printed.splitlines()]


@pytest.mark.django_db
def test_line_by_line_each_line_gets_one_object(monkeypatch):
    data = "Ежеквартально\t2020\nдо 31 декабря\t2017-2018\n\nПостоянно\n".encode()
    said = lines(monkeypatch, data, "--period", "2021")
    assert [one["text"] for one in said] == ["Ежеквартально", "до 31 декабря", "", "Постоянно"]
    assert said[0]["due_dates"][0] == "2020-03-31"
    assert said[3]["due_dates"][0] == "2021-03-31"


@pytest.mark.django_db
@pytest.mark.parametrize("years", ["20x0", "2018-2017", "99999", "0000", "2017-", "год"])
def test_a_wrong_period_is_an_object_with_an_error_and_the_rest_goes_on(monkeypatch, years):
    data = f"Постоянно\t{years}\nЕжемесячно\t2020\n".encode()
    wrong, right = lines(monkeypatch, data)
    assert wrong["error"]["code"] == "bad_period" and wrong["text"] == "Постоянно"
    assert len(right["due_dates"]) == 12


@pytest.mark.django_db
def test_bytes_that_are_no_text_crash_nothing(monkeypatch):
    said = lines(monkeypatch, b"\xff\xfe\t2020\nA\tB\tC\t2020\n\x00\t2020\r\n")
    assert len(said) == 3 and all("error" not in one for one in said)


@pytest.mark.parametrize("wrong", [["--period", "20"], ["--today", "вчера"], ["--format", "xml"]])
def test_a_wrong_argument_is_a_wrong_call(wrong):
    with pytest.raises((CommandError, SystemExit)):
        run("parse_deadline", "Постоянно", *wrong)


def test_a_deadline_is_read_without_a_database(monkeypatch):
    def broken() -> None:
        raise DatabaseError("no such table: compliance_calendarday")

    monkeypatch.setattr(calendars, "working_calendar", broken)
    said = run_json("parse_deadline", "до 9 мая 2020 г.", "--period", "2020")
    assert said["due_dates_working"] == ["2020-05-12"]


# --- materialise_occurrences, verify_audit ------------------------------------------------------


@pytest.mark.django_db
def test_missing_occurrences_are_made_once():
    region = make.region()
    plan = make.plan(region)
    adopt_plan(plan.pk, act=make.act(region.coordinator))
    count = plan.occurrences.count()
    assert count and run_json("materialise_occurrences") == {"created": 0}
    Occurrence.objects.all().delete()
    assert run_json("materialise_occurrences", "--until", timezone.localdate()) == {
        "created": plan.occurrences.count()
    }
    run("materialise_occurrences")
    assert plan.occurrences.count() == count
    assert run("materialise_occurrences") == "created: 0\n"


@pytest.mark.django_db
def test_a_whole_audit_trail_is_ok():
    make.plan(make.region())
    assert run_json("verify_audit") == {"broken": [], "ok": True}
    assert run("verify_audit") == "Every chain is whole.\n"


@pytest.mark.django_db
def test_a_changed_event_is_named_and_fails_the_command():
    region = make.region()
    make.plan(region)
    event = AuditEvent.objects.get()
    AuditEvent.objects.filter(pk=event.pk).update(reason="задним числом")
    said, sentence = refused("verify_audit")
    assert said["ok"] is False
    assert said["broken"] == [
        {
            "organisation": region.own.pk,
            "name": region.own.name,
            "event": event.sequence,
            "reason": "changed",
            "count": 1,
        }
    ]
    assert sentence == "The audit trail is broken in 1 places."
