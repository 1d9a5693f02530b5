"""What pages are made of: words about dates, fields, lists, pictures, steps."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django import forms
from django.template import Context, RequestContext, Template
from django.test import RequestFactory

from compliance.domain.calendar.working_days import WorkingCalendar
from compliance.models import Organisation, Plan
from compliance.templatetags.deadlines import nearness
from compliance.templatetags.plans import plan_title
from compliance.views.display import Display
from compliance.wording.periods import period_words
from notifications.views.paging import KeysetPage, Total

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
    assert " autofocus" in page  # the page opens at the errors, however far down the form is
    assert not render("{% form_errors form %}", form=Basis()).strip()


def test_pagination_keeps_the_filters_of_the_address(rf: RequestFactory) -> None:
    here = KeysetPage([1, 2], previous="b", following="a", count=lambda: Total(1000, is_more=True))
    context = RequestContext(rf.get("/plans/", {"q": "дом", "page": "here"}), {"page": here})
    page = Template("{% load lists %}{% pagination page %}").render(context)
    links = re.findall(r'href="([^"]*)"', page)
    narrowed = "?q=%D0%B4%D0%BE%D0%BC"
    assert links == [narrowed, *(f"{narrowed}&amp;page={place}" for place in ("b", "a", "last"))]
    assert "Показано: 2 из более чем 1\xa0000" in page


def test_pictures_that_are_off_are_told_in_words(rf: RequestFactory) -> None:
    text = '{% load lists %}{% picture "/p.jpg" "Стенд после ремонта" 640 480 %}'
    for pictures, has_image in (("on", True), ("off", False)):
        context = Context({"display": Display(pictures=pictures)})
        page = Template(text).render(context)
        assert ("<img" in page) is has_image
        assert "Стенд после ремонта" in page


def test_nothing_to_do_is_never_shown_as_a_hundred_per_cent() -> None:
    page = render("{% progress 0 0 %}")
    assert "<progress" not in page
    assert "%" not in page


# --- Tiles and organisations ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tag", "shown"),
    [
        ("tile 3 '/list/'", '<li><a href="/list/"><b>3</b> слова</a></li>'),
        ("tile 0", "<li><b>0</b> слова</li>"),
        ("tile 3 '/list/' 'late' 'soon'", '<li><a href="/list/"><b>3</b> слова</a></li>'),
        (
            "tile 3 '/list/' 'late' 'late'",
            '<li><a href="/list/" aria-current="true"><b>3</b> слова</a></li>',
        ),
    ],
)
def test_a_tile_opens_what_it_counts_and_is_marked_where_one_is(tag, shown):
    template = Template("{% load lists %}{% " + tag + " %}слова{% endtile %}")
    assert template.render(Context()).strip() == shown


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        (
            Organisation(name="Центр «Причал»", short_name="Причал"),
            '<span class="organisation" title="Центр «Причал»">Причал</span>',
        ),
        (Organisation(name="Центр"), '<span class="organisation">Центр</span>'),
    ],
)
def test_an_organisation_goes_by_its_short_name(place, shown):
    template = Template("{% load people %}{% organisation place %}")
    assert template.render(Context({"place": place})) == shown
