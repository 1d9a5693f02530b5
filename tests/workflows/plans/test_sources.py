"""The file that a plan was made from: given back byte for byte to those who see the plan inside."""

from __future__ import annotations

import pytest
from django.test import Client

from compliance.models import Membership, Plan, SourceDocument, User
from compliance.services.documents.imports import Request, import_document
from tests.building import factories as make
from tests.building.scenes import published
from workflows.services.reconciliation import differences

pytestmark = pytest.mark.django_db

TEXT = """План мероприятий на 2026 год

№\tМероприятие\tСрок\tОтветственный
1\tОбновить стенд\tежеквартально\tДиректор
"""
NAME = 'План «Наш» "1".txt'


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def plan(db: None) -> Plan:
    """A draft made from a text in the encoding of old Windows."""
    region = make.region()
    act, asked = make.act(region.director), Request(owner=region.own)
    stored = import_document(TEXT.encode("cp1251"), NAME, asked, act=act)
    return Plan.objects.get(pk=stored["plan"])


def test_it_comes_back_byte_for_byte_and_only_as_a_download(plan: Plan) -> None:
    answer = browser(plan.created_by).get(f"/plans/{plan.pk}/source/")
    assert b"".join(answer.streaming_content) == TEXT.encode("cp1251")
    assert answer["Content-Disposition"].startswith("attachment;")
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == (
        "application/octet-stream", "nosniff",
    )  # fmt: skip
    assert answer["Cache-Control"] == "private, no-cache"


def test_the_page_of_the_plan_leads_to_it(plan: Plan) -> None:
    page = browser(plan.created_by).get(plan.get_absolute_url()).content.decode()
    assert f'href="/plans/{plan.pk}/source/"' in page


def test_a_plan_without_a_file_has_none(db: None) -> None:
    scene = published()
    director = browser(scene.region.director)
    assert director.get(f"/plans/{scene.plan.pk}/source/").status_code == 404
    assert "/source/" not in director.get(scene.plan.get_absolute_url()).content.decode()


def test_the_council_that_reads_a_published_plan_does_not_get_the_file(plan: Plan) -> None:
    Plan.objects.filter(pk=plan.pk).update(published_on="2026-01-15")
    member = Membership.objects.get(role="council").user
    assert browser(member).get(plan.get_absolute_url()).status_code == 200
    assert browser(member).get(f"/plans/{plan.pk}/source/").status_code == 403
    assert NAME not in browser(member).get(plan.get_absolute_url()).content.decode()


def test_the_public_page_does_not_name_it(plan: Plan) -> None:
    Plan.objects.filter(pk=plan.pk).update(published_on="2026-01-15")
    answer = Client().get(f"/public/plans/{plan.pk}/")
    assert "source" not in answer.content.decode() and "Наш" not in answer.content.decode()


def test_a_file_changed_in_the_database_is_not_given_out(plan: Plan) -> None:
    SourceDocument.objects.update(content="Подмена".encode())
    answer = browser(plan.created_by).get(f"/plans/{plan.pk}/source/")
    assert answer.status_code == 409
    assert "отпечаток не совпадает" in answer.content.decode()


def test_reconciliation_misses_a_file_that_is_gone(plan: Plan) -> None:
    SourceDocument.objects.all().delete()
    assert [one.kind for one in differences()] == ["plan_and_source"]
