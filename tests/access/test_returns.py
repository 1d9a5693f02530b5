"""No address is a dead end: after a login, a reload or from a bookmark everybody is on a page."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from tests.access.rows import ROWS
from tests.access.world import World
from tests.building import factories as make

pytestmark = pytest.mark.django_db

POSTED = {name: row for name, row in ROWS.items() if row.method == "post" and row.may}


def signed_in(world: World, name: str) -> tuple[Client, str]:
    row = ROWS[name]
    client = Client()
    client.force_login(getattr(world.region, sorted(row.may)[0]))
    return client, reverse(name, args=row.args(world)) + row.query(world)


def test_every_address_of_a_form_leads_to_the_page_where_the_form_stands(world: World):
    wrong = []
    for name in POSTED:
        client, url = signed_in(world, name)
        answer = client.get(url, follow=True)
        if answer.status_code != 200:
            wrong.append(f"{name}: {answer.status_code} after {answer.redirect_chain}")
    assert wrong == []


def test_a_form_sent_after_the_session_had_lapsed_leads_over_the_login_to_a_page(world: World):
    wrong = []
    for name, row in POSTED.items():
        client, url = signed_in(world, name)
        Session.objects.all().delete()
        answer = client.post(url, row.data)
        asked = urlsplit(answer["Location"])
        back = parse_qs(asked.query)["next"][0]
        client.force_login(getattr(world.region, sorted(row.may)[0]))
        page = client.get(back, follow=True)
        if asked.path != "/accounts/login/" or page.status_code != 200:
            wrong.append(f"{name}: {asked.path}, {back}: {page.status_code}")
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "args", "page"),
    [
        ("task-complete", [987654], "/inbox/"),
        ("remark-settle", [987654], "/plans/"),
        ("deadline-confirm", [987654], "/plans/"),
        ("evidence-remove", [987654], "/"),
        ("inspection-photo-remove", [987654], "/inspections/"),
        ("role-end", [987654], "/people/"),
    ],
)
def test_what_one_does_not_see_leads_to_a_list_whether_it_is_there_or_not(world, name, args, page):
    client = Client()
    client.force_login(world.region.administrator)
    answer = client.get(reverse(name, args=args))
    assert (answer.status_code, answer["Location"]) == (302, page)


def test_an_address_that_knows_no_such_method_says_so_in_russian(world: World):
    client = Client()
    client.force_login(world.region.director)
    answer = client.post(reverse("region"), {"comment": "Слова, которые жаль потерять"})
    shown = answer.content.decode()
    assert answer.status_code == 405 and answer["Allow"] == "GET, HEAD"
    assert "Слова, которые жаль потерять" in shown and '<html lang="ru"' in shown


def test_htmx_is_led_to_the_login_and_back_to_the_page_that_was_shown(world: World):
    headers = {"hx-request": "true", "hx-current-url": "http://testserver/measures/5/"}
    answer = Client().get(reverse("deadline-preview"), headers=headers)
    assert answer["HX-Redirect"] == "/accounts/login/?next=/measures/5/"


def test_after_the_login_form_itself_one_is_on_a_page(world: World):
    client = Client()
    url = reverse("task-complete", args=[world.waiting.task.pk])
    answer = client.post(
        f"/accounts/login/?next={url}",
        {"login": "coordinator", "password": make.PASSWORD, "next": url},
        follow=True,
    )
    assert answer.status_code == 200
    assert answer.redirect_chain[-1][0].split("#")[0] == world.waiting.plan.get_absolute_url()
