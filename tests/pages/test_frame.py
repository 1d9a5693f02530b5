"""The frame of every page: no inline code, the menu by role, login, refusals, the sight panel."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse

from compliance.middleware import refusal_page
from compliance.views.display import Display
from tests.building import factories
from tests.building.places import TEMPLATES

PAGES = sorted(
    path.relative_to(TEMPLATES).as_posix()
    for path in TEMPLATES.rglob("*.html")
    if path.relative_to(TEMPLATES).parts[0] != "letters"  # mail programs know no style sheets
)
PARTS = ("partials/", "allauth/elements/")
ALONE = {"base.html", "alone.html", "500.html", "account/demo_logins.html"}

INLINE = re.compile(
    r"""\sstyle=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+=|\shx-on|javascript:""", re.I
)


# --- The templates themselves -----------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_no_template_has_inline_style_or_script(name: str) -> None:
    assert not INLINE.findall((TEMPLATES / name).read_text())


@pytest.mark.parametrize("name", PAGES)
def test_every_page_stands_in_the_frame(name: str) -> None:
    if name.startswith(PARTS) or name in ALONE or Path(name).name.startswith("_"):
        return
    assert (TEMPLATES / name).read_text().startswith("{% extends ")


def test_the_page_of_a_fault_needs_nothing_that_could_be_broken() -> None:
    assert 'lang="ru"' in render_to_string("500.html")


def test_tables_and_filters_are_marked_up_in_one_place_each() -> None:
    pages = {name: (TEMPLATES / name).read_text() for name in PAGES}
    framed = {name for name, words in pages.items() if "table-frame" in words}
    bare = {name for name, words in pages.items() if '<table class="table' in words}
    filters = {name for name, words in pages.items() if 'class="filters"' in words}
    assert framed == {"partials/table.html"}
    assert bare == {"partials/table.html", "incentives/sheet.html"}, "a scale of two columns"
    assert filters == {"partials/filter_form.html"}


def test_a_table_says_its_headings_once_and_hides_none_from_those_who_listen() -> None:
    head = Template(
        "{% load lists %}{% table 'Люди' 'matrix' %}"
        "{% table_head '№' 'Имя' 'Действия' wide='2' tight='1' hidden='3' %}{% endtable %}"
    ).render(Context())
    assert '<div class="table-frame" role="group" tabindex="0" aria-label="Люди">' in head
    assert '<table class="table matrix">' in head
    assert '<th class="tight" scope="col">№</th><th class="wide" scope="col">Имя</th>' in head
    assert '<th scope="col"><span class="visually-hidden">Действия</span></th>' in head


# --- Header and menu --------------------------------------------------------------------------


ALL = {"/overdue/", "/petitions/", "/inspections/", "/region/", "/incentives/"}
KEEPING = {
    "/people/",
    "/rights/",
    "/plan-types/",
    "/reminder-steps/",
    "/calendar/",
    "/mail/",
    "/system/",
    "/audit/",
}


def menu(client: Client) -> Any:
    return client.get(reverse("help")).context["menu"]


def addresses(links: list[Any]) -> set[str]:
    return {link.url for link in links}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "own"),
    [
        ("executor", {"/inspections/"}),
        ("director", {"/overdue/", "/petitions/", "/inspections/", "/incentives/", "/people/"}),
        ("coordinator", ALL | {"/people/", "/rights/"}),
        ("inspector", ALL),
        ("head", ALL),
        ("councillor", {"/region/"}),
        ("personnel", {"/incentives/"}),
        ("administrator", ALL),
    ],
)
def test_the_menu_has_what_the_role_needs_and_no_more(
    client: Client, settings: Any, who: str, own: set[str]
) -> None:
    settings.DEMO = False
    client.force_login(factories.region().people[who])
    assert addresses(menu(client).links) == {"/", "/inbox/", "/plans/"} | own


@pytest.mark.django_db
def test_where_the_system_is_kept_in_order_is_folded_away(client: Client, settings: Any) -> None:
    settings.DEMO = False
    region = factories.region()
    client.force_login(region.administrator)
    assert addresses(menu(client).folded) == KEEPING
    folded = client.get(reverse("rights")).context["menu"]
    assert folded.is_current_folded and not any(link.is_current for link in folded.links)
    for part in ("executor", "director", "coordinator", "inspector", "head", "personnel"):
        client.force_login(region.people[part])
        assert not menu(client).folded, part


@pytest.mark.django_db
def test_a_stranger_without_a_role_and_a_passer_by_have_no_menu(client: Client) -> None:
    region = factories.region()
    assert not menu(client)
    client.force_login(region.stranger)
    assert not menu(client)


@pytest.mark.django_db
def test_the_header_names_the_organisation_and_logs_out_by_post(client: Client) -> None:
    region = factories.region()
    client.force_login(region.director)
    page = client.get(reverse("help")).content.decode()
    assert region.own.name in page
    assert f'method="post" action="{reverse("account_logout")}"' in page


@pytest.mark.django_db
def test_the_frame_costs_four_queries_beyond_the_session(
    client: Client, django_assert_num_queries: Any
) -> None:
    client.force_login(factories.region().director)
    # session, user, own duties with their organisations, those the person substitutes for, notices
    with django_assert_num_queries(5):
        client.get(reverse("help"))


# --- Login ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_login_page_lists_the_demo_logins_in_the_demo_only(
    client: Client, settings: Any
) -> None:
    settings.DEMO = False
    assert 'value="inspector"' not in client.get(reverse("account_login")).content.decode()
    settings.DEMO = True
    page = client.get(reverse("account_login")).content.decode()
    offered = re.findall(r'name="login" value="([a-z]+)"', page)
    assert offered == [
        "executor",
        "director",
        "coordinator",
        "inspector",
        "head",
        "council",
        "hr",
        "admin",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("login", ["director", "director@example.org", "Director@Example.org"])
def test_a_person_logs_in_by_name_or_by_e_mail(client: Client, login: str) -> None:
    factories.region()
    answer = client.post(reverse("account_login"), {"login": login, "password": factories.PASSWORD})
    assert (answer.status_code, answer.url) == (302, reverse("home"))


@pytest.mark.django_db
def test_a_wrong_password_is_answered_beside_the_form(client: Client) -> None:
    factories.region()
    answer = client.post(reverse("account_login"), {"login": "director", "password": "не тот"})
    page = answer.content.decode()
    assert 'role="alert"' in page
    assert 'value="director"' in page, "what was typed is kept"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["account_reset_password", "account_reset_password_done", "account_signup"]
)
def test_pages_around_the_login_are_open_and_in_the_frame(client: Client, name: str) -> None:
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    assert "site-header" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["account_change_password", "account_logout"])
def test_pages_of_ones_own_account_are_in_the_frame(client: Client, name: str) -> None:
    client.force_login(factories.region().director)
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    assert "site-header" in answer.content.decode()


# --- Refusals ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_missing_page_says_so_with_a_way_back(client: Client) -> None:
    client.force_login(factories.region().director)
    answer = client.get("/no-such-page/", headers={"referer": "http://testserver/plans/"})
    assert answer.status_code == 404
    assert 'href="http://testserver/plans/"' in answer.content.decode()


@pytest.mark.django_db
def test_the_way_back_never_leads_to_a_foreign_site(client: Client) -> None:
    answer = client.get("/public/12345/", headers={"referer": "https://evil.example/"})
    assert "evil.example" not in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(("is_htmx", "has_frame"), [(False, True), (True, False)])
def test_a_refusal_is_a_page_and_for_htmx_one_line(
    rf: RequestFactory, is_htmx: bool, has_frame: bool
) -> None:
    request = rf.get("/")
    request.htmx = is_htmx
    answer = refusal_page(request, "Кто-то успел раньше.", 409)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Кто-то успел раньше." in page
    assert ("<html" in page) is has_frame


# --- Panel for poor sight ---------------------------------------------------------------------


@pytest.mark.django_db
def test_the_panel_keeps_the_choice_in_a_cookie_and_returns_to_the_page(client: Client) -> None:
    answer = client.post(reverse("display"), {"size": "200", "next": "/public/?q=1&page=2"})
    assert answer.url == "/public/?q=1&page=2#sight"
    client.post(reverse("display"), {"contrast": "white-on-black", "next": "/public/"})
    page = client.get(reverse("public-plans")).content.decode()
    assert 'data-size="200" data-contrast="white-on-black"' in page
    client.post(reverse("display"), {"reset": "1", "next": "/public/"})
    page = client.get(reverse("public-plans")).content.decode()
    assert 'data-size="100" data-contrast="normal"' in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil", "abc", ""],
)
def test_the_panel_never_sends_anybody_to_a_foreign_site(client: Client, target: str) -> None:
    answer = client.post(reverse("display"), {"size": "150", "next": target})
    assert answer.url == reverse("public-plans") + "#sight"


@pytest.mark.parametrize("cookie", ["", "size.900", "contrast.x_size", "junk", "pictures.<b>"])
def test_a_strange_cookie_means_the_usual_version(cookie: str) -> None:
    assert Display.read(cookie) == Display()


def test_a_choice_is_read_back_as_written() -> None:
    chosen = Display("150", "blue-on-light", "wide", "off")
    assert Display.read(str(chosen)) == chosen


@pytest.mark.django_db
def test_the_panel_has_a_page_of_its_own(client: Client) -> None:
    page = client.get(reverse("display"), {"next": "/help/"}).content.decode()
    assert '<input type="hidden" name="next" value="/help/">' in page
