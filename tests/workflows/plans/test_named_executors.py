"""Who carries a measure out, beside what its document says of the responsible party."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from compliance.domain.people.names import is_named
from compliance.models import Assignment, MeasureVersion, Plan, Responsible
from compliance.services.execution.assignments import name_executor
from compliance.services.plans.cells import CellChange, Column, change_cell
from compliance.services.plans.drafts import ResponsibleDraft
from compliance.services.plans.responsibles import Parties
from tests.building import factories as make
from tests.building.scenes import executing

pytestmark = pytest.mark.django_db
WRITTEN = "директор Иванова А.А."


def words_of(person, plan: Plan) -> str:
    client = Client()
    client.force_login(person)
    page = client.get(plan.get_absolute_url()).content.decode()
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.mark.parametrize(
    ("name", "words", "named"),
    [
        ("Иванова Анна Алексеевна", "директор Иванова А.А.", True),
        ("Анна Алексеевна Иванова", "Директор А. А. Иванова", True),
        ("Иванова Анна Алексеевна", "Иванова Анна Алексеевна, директор", True),
        ("Ольга Исполнителева", "заведующая Ольга Исполнителёва", True),
        ("Иванова Анна Алексеевна", "Иванова П.А.", False),
        ("Иванова Анна Алексеевна", "Иванова", False),
        ("Ольга Исполнителева", "директор Иванова А.А.", False),
        ("Ольга Исполнителева", "", False),
    ],
)
def test_words_name_a_person_in_full_or_by_surname_and_initials(name, words, named):
    assert is_named(name, words) is named


def test_the_executor_put_into_the_table_stands_first_and_the_documents_words_beside():
    region = make.region()
    written = ResponsibleDraft(WRITTEN, Responsible.Kind.ORGANISATION, region.own)
    plan = make.plan(region, make.measure(responsibles=[written]))
    assert "в документе" not in words_of(region.director, plan)
    version = MeasureVersion.objects.get()
    change = CellChange(Column.PARTY, str(region.executor), str(region.own.pk))
    change_cell(version, change, Parties(plan), act=make.act(region.director))
    assert f"Ольга Исполнителева в документе: {WRITTEN}" in words_of(region.director, plan)


def test_whoever_was_named_during_execution_is_shown_and_the_text_stays():
    region = make.region()
    written = ResponsibleDraft(WRITTEN, Responsible.Kind.ORGANISATION, region.own)
    scene = executing(region, make.measure(responsibles=[written]))
    act = make.act(region.director)
    name_executor(Assignment.objects.get(), region.executor, act=act)
    assert f"Ольга Исполнителева в документе: {WRITTEN}" in words_of(region.director, scene.plan)
    assert Responsible.objects.get().text == WRITTEN


def test_a_name_that_the_document_says_itself_is_not_said_twice():
    region = make.region()
    words = f"заведующая {region.executor}"
    named = ResponsibleDraft(words, Responsible.Kind.PERSON, region.own, region.executor)
    plan = make.plan(region, make.measure(responsibles=[named]))
    page = words_of(region.director, plan)
    assert words in page and "в документе" not in page
