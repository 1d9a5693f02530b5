"""Filters that a person keeps: saved, opened, replaced, deleted; nobody else's."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from compliance.domain.refusals import Refusal
from compliance.models import SavedFilter
from compliance.services.people.saved_filters import MOST, save_filter
from tests.building import factories as make

pytestmark = pytest.mark.django_db

SAVE = "/filters/plans/save/"


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def save(client: Client, name: str, query: str, url: str = SAVE) -> str:
    """The page that is open after saving."""
    answer = client.post(url, {"name": name, "query": query, "next": "/plans/"}, follow=True)
    return answer.content.decode()


def test_what_is_shown_is_saved_opened_and_deleted() -> None:
    region = make.region()
    client = client_of(region.coordinator)
    page = save(client, "Ждут меня", "show=mine&stage=agreeing&page=after.abc")
    saved = SavedFilter.objects.get()
    assert (saved.person, saved.page, saved.query) == (
        region.coordinator,
        "plans",
        "show=mine&stage=agreeing",
    )
    assert "Фильтр «Ждут меня» сохранён." in page
    assert 'href="/plans/?show=mine&amp;stage=agreeing" aria-current="true">Ждут меня</a>' in page
    assert ">Ждут меня</a>" not in client.get(reverse("inbox"), {"show": "mine"}).content.decode()
    page = client.post(reverse("filter-delete", args=[saved.pk]), follow=True).content.decode()
    assert "Фильтр «Ждут меня» удалён." in page
    assert not SavedFilter.objects.exists()


def test_a_name_is_kept_once_and_takes_the_latest_filter() -> None:
    client = client_of(make.region().coordinator)
    save(client, "Мои", "stage=draft")
    save(client, "Мои", "stage=executing")
    save(client, "Мои", "show=mine", reverse("filter-save", args=["inbox"]))
    found = SavedFilter.objects.order_by("pk").values_list("page", "query")
    assert list(found) == [("plans", "stage=executing"), ("inbox", "show=mine")]


@pytest.mark.parametrize(
    ("name", "query", "words"),
    [
        ("", "stage=draft", "Дайте фильтру название не длиннее 80 букв."),
        ("я" * 81, "stage=draft", "Дайте фильтру название не длиннее 80 букв."),
        ("Пусто", "page=last&q=", "Сначала выберите фильтр: сохранять пока нечего."),
        ("Длинно", "q=" + "w" * 2100, "Фильтр слишком длинный. Сократите слова для поиска."),
    ],
)
def test_what_cannot_be_saved_is_said(name, query, words) -> None:
    page = save(client_of(make.region().coordinator), name, query)
    assert words in page
    assert not SavedFilter.objects.exists()


def test_nobody_sees_or_deletes_the_filters_of_others() -> None:
    region = make.region()
    saved = save_filter(region.coordinator, "plans", "Мои", "stage=draft")
    other = client_of(region.head)
    assert ">Мои</a>" not in other.get(reverse("plans"), {"stage": "draft"}).content.decode()
    assert other.post(reverse("filter-delete", args=[saved.pk])).status_code == 404
    assert SavedFilter.objects.filter(pk=saved.pk).exists()


def test_there_is_an_end_to_them() -> None:
    person = make.region().coordinator
    for number in range(MOST):
        save_filter(person, "plans", str(number), "stage=draft")
    save_filter(person, "plans", "0", "stage=executing")
    with pytest.raises(Refusal) as refused:
        save_filter(person, "plans", "ещё", "stage=draft")
    assert refused.value.code == "filters_too_many"


def test_no_other_page_has_filters_to_save() -> None:
    client = client_of(make.region().coordinator)
    save(client, "Мои", "show=near", reverse("filter-save", args=["overdue"]))
    assert not SavedFilter.objects.exists()
