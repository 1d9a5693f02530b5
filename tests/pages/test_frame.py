"""The frame of every page: no inline code, the menu by role, login, refusals, the sight panel."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse

from compliance.domain.calendar.working_days import WorkingCalendar
from compliance.middleware import refusal_page
from compliance.models import Plan
from compliance.templatetags.deadlines import nearness
from compliance.templatetags.plans import plan_title
from compliance.views.display import Display
from compliance.wording.periods import period_words
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


@pytest.fixture
def rf() -> RequestFactory:
    return RequestFactory()


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
    assert '<div class="table-frame" role="region" tabindex="0" aria-label="Люди">' in head
    assert '<table class="table matrix">' in head
    assert '<th class="tight" scope="col">№</th><th class="wide" scope="col">Имя</th>' in head
    assert '<th scope="col"><span class="visually-hidden">Действия</span></th>' in head


# --- Header and menu --------------------------------------------------------------------------


ALL = {"/overdue/", "/petitions/", "/inspections/", "/region/", "/incentives/"}
KEEPING = {"/people/", "/rights/", "/plan-types/", "/calendar/", "/mail/", "/system/", "/audit/"}


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
def test_the_frame_costs_three_queries_beyond_the_session(
    client: Client, django_assert_num_queries: Any
) -> None:
    client.force_login(factories.region().director)
    # session, user, own duties with their organisations, those the person substitutes for
    with django_assert_num_queries(4):
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


# --- Words about dates ------------------------------------------------------------------------

FRIDAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("due_on", "tone", "words"),
    [
        (date(2026, 11, 15), "bad", "просрочено на 5 дней"),
        (date(2026, 11, 18), "bad", "просрочено на 2 дня"),
        (date(2026, 10, 30), "bad", "просрочено на 21 день"),
        (FRIDAY, "soon", "сегодня"),
        (date(2026, 11, 21), "soon", "завтра"),
        (date(2026, 11, 22), "soon", "через 2 дня"),  # a Sunday: no working day lies between
        (date(2026, 11, 23), "soon", "через 1 раб. день"),
        (date(2026, 11, 25), "soon", "через 3 раб. дня"),
        (date(2026, 11, 27), "soon", "через 5 раб. дней"),
        (date(2026, 12, 4), "soon", "через 10 раб. дней"),  # the board's fortnight
        (date(2026, 12, 5), "quiet", "через 10 раб. дней"),
        (date(2027, 1, 20), "quiet", "через 61 день"),
    ],
)
def test_how_near_a_deadline_is(due_on: date, tone: str, words: str) -> None:
    near = nearness(due_on, FRIDAY, WorkingCalendar())
    assert (near.tone, near.words) == (tone, words)


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (date(2026, 1, 1), date(2026, 12, 31), "2026 год"),
        (date(2017, 1, 1), date(2018, 12, 31), "2017–2018 годы"),
        (date(2026, 2, 1), date(2026, 3, 31), "01.02.2026 – 31.03.2026"),
    ],
)
def test_a_period_is_as_short_as_it_stays_clear(start: date, end: date, words: str) -> None:
    assert period_words(start, end) == words


def test_a_plan_title_that_is_cut_keeps_its_period() -> None:
    plan = Plan(
        title="План мероприятий по улучшению качества на 2027 год",
        period_start=date(2027, 1, 1),
        period_end=date(2027, 12, 31),
    )
    assert plan_title(plan, 60) == plan.title
    assert plan_title(plan, 20) == "План мероприятий по… · 2027 год"


# --- Tags -------------------------------------------------------------------------------------


def render(text: str, **context: Any) -> str:
    return Template("{% load badges deadlines fields lists plans people %}" + text).render(
        Context(context)
    )


class Basis(forms.Form):
    number = forms.CharField(label="Номер", help_text="Как в приказе.")
    is_interim = forms.BooleanField(label="Промежуточная", required=False)
    verdict = forms.ChoiceField(
        label="Решение", choices=[("a", "Принять")], widget=forms.RadioSelect
    )


def test_a_field_ties_its_label_hint_and_errors_together() -> None:
    page = render("{% field form.number %}", form=Basis({}))
    assert '<label for="id_number">' in page
    assert 'aria-describedby="id_number_helptext id_number_error"' in page
    assert 'id="id_number_helptext"' in page
    assert 'id="id_number_error"' in page
    assert "is-invalid" in page


def test_a_group_of_choices_is_a_fieldset_with_a_legend() -> None:
    page = render("{% field form.verdict %}", form=Basis())
    assert "<fieldset" in page
    assert "<legend>Решение" in page


def test_errors_are_summed_up_and_lead_to_their_fields() -> None:
    page = render("{% form_errors form %}", form=Basis({}))
    assert "Исправьте 2 ошибки" in page
    assert 'href="#id_number"' in page
    assert not render("{% form_errors form %}", form=Basis()).strip()


def test_pagination_keeps_the_filters_of_the_address(rf: RequestFactory) -> None:
    pages = Paginator(range(100), 10)
    context = RequestContext(rf.get("/plans/", {"q": "дом", "page": "3"}), {"page": pages.page(3)})
    page = Template("{% load lists %}{% pagination page %}").render(context)
    assert "?q=%D0%B4%D0%BE%D0%BC&amp;page=4" in page
    assert "page=3&amp;page" not in page


def test_pictures_that_are_off_are_told_in_words(rf: RequestFactory) -> None:
    text = '{% load lists %}{% picture "/p.jpg" "Стенд после ремонта" 640 480 %}'
    for pictures, has_image in (("on", True), ("off", False)):
        context = Context({"display": Display(pictures=pictures)})
        page = Template(text).render(context)
        assert ("<img" in page) is has_image
        assert "Стенд после ремонта" in page


def test_the_present_step_of_a_plan_is_marked_once() -> None:
    page = render('{% plan_steps "published" %}')
    assert page.count('aria-current="step"') == 1
    assert page.count("step-done") == 3


def test_nothing_to_do_is_never_shown_as_a_hundred_per_cent() -> None:
    page = render("{% progress 0 0 %}")
    assert "<progress" not in page
    assert "%" not in page
