"""Whom a document's words mean: exactly one member, or nobody with all of them offered."""

from __future__ import annotations

import pytest
from django.test import Client

from compliance.models import Membership, Responsible, User
from compliance.services.documents.imports import Request, import_document
from compliance.services.documents.uploads import keep_document
from tests.building import factories as make

pytestmark = pytest.mark.django_db

ONE = "Заботина Олеся Степановна"
PEOPLE = {
    "olga": "Исполнителева Ольга Сергеевна",
    "anna": "Надеждина Анна Ильинична",
    "boris": "Садовников Борис Петрович",
}


def document(words: str) -> bytes:
    row = f"1\tОбновить стенд\tежеквартально\t{words}"
    return f"План на 2026 год\n\n№\tМероприятие\tСрок\tОтветственный\n{row}".encode()


@pytest.fixture
def region(db: None) -> make.Region:
    region = make.region()
    for username, name in PEOPLE.items():
        make.member(region.own, "executor", username, full_name=name)
    Membership.objects.filter(user__username="boris").update(post="специалист по кадрам")
    return region


def meant(region: make.Region, words: str) -> tuple[str, str | None]:
    """(kind, username) of the party as stored."""
    act, asked = make.act(region.director), Request(owner=region.own)
    stored = import_document(document(words), "п.txt", asked, act=act)
    party = Responsible.objects.get(version__revision__plan=stored["plan"])
    return party.kind, party.person.username if party.person else None


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Исполнителева О.С.", ("person", "olga")),
        ("О. С. Исполнителева", ("person", "olga")),
        ("исполнителева О.С", ("person", "olga")),
        ("директор Надеждина", ("person", "anna")),
        ("директор Надеждина А.И.", ("person", "anna")),
        ("директор Надеждина В.П.", ("organisation", None)),
        ("Надеждина В.П.", ("unknown", None)),
        ("Специалист по кадрам", ("person", "boris")),
        ("Заместитель директора", ("organisation", None)),
        ("Директор", ("organisation", None)),
        ("Незнакомов Н.Н.", ("unknown", None)),
    ],
)
def test_who_is_meant(region, words, expected):
    assert meant(region, words) == expected


def test_of_two_nobody_is_taken_and_both_are_offered(region):
    make.member(region.own, "executor", "olesya", full_name="Исполнителева Олеся Степановна")
    kept = keep_document(document("Исполнителева О.С."), "п.txt", act=make.act(region.director))
    client = Client()
    client.force_login(region.director)
    page = client.get(f"/plans/new/document/{kept.pk}/").content.decode()
    assert "Исполнителева Ольга Сергеевна" in page and "Исполнителева Олеся Степановна" in page
    assert meant(region, "Исполнителева О.С.") == ("unknown", None)


def test_a_member_of_another_institution_is_not_meant(region):
    make.member(region.other, "executor", "other", full_name=ONE)
    assert meant(region, "Заботина О.С.") == ("unknown", None)
    assert User.objects.get(username="other").full_name == ONE
