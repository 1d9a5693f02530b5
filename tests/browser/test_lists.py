"""Lists that fit: many rows on a desk, cards on a phone, room for a finger."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from compliance.domain.calendar.quarters import quarter, quarters_before
from compliance.services.incentives.sheets import calculate_all, default_scheme
from tests.browser.conftest import DESK, PHONE, keep
from tests.building import factories as make
from tests.building.board_rows import near, today
from workflows.models import Task
from workflows.services.plans import sending

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

ROWS = 24

# How many rows of the list stand wholly on the first screen.
WHOLE = """() => [...document.querySelectorAll(".table-frame tbody tr")].filter(
    (row) => row.getBoundingClientRect().bottom <= window.innerHeight).length"""
# What a row has to press that is lower than a finger: [words, height].
LOW = """() => [...document.querySelectorAll(
    ".table-frame tbody :is(a, button, summary), .tallies a")]
    .map((one) => [one.textContent.trim(), one.getBoundingClientRect().height])
    .filter(([words, height]) => height && height < 43.5)"""
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
BROKEN = """() => [...document.querySelectorAll(".table-frame .tag")]
    .filter((one) => one.getClientRects().length > 1 || one.offsetHeight > 30)
    .map((one) => one.textContent)"""


@pytest.fixture
def region() -> make.Region:
    """A region of many institutions with long names, whose plans wait for the coordinator."""
    found = make.region()
    for number in range(1, ROWS + 1):
        place = make.institution(
            found.ministry,
            name=f"МБУ «Комплексный центр социального обслуживания населения № {number:02}»",
        )
        director = make.member(place, "director", f"director-{number}")
        plan = make.plan(found, make.measure(), organisation=place)
        sending.send_for_agreement(plan.pk, act=make.act(director), knows_passed=True)
    mine = Task.objects.open().order_by("pk")[:3]
    Task.objects.filter(pk__in=[one.pk for one in mine]).update(
        owner=found.coordinator, status="ASSIGNED"
    )
    return found


@pytest.mark.parametrize("name", ["plans", "inbox"])
def test_eighteen_rows_stand_on_the_first_screen_of_a_desk(sign_in, region, name) -> None:
    page = sign_in(region.coordinator, DESK)
    page.goto(reverse(name))
    keep(page, f"{name}-desk")
    assert page.evaluate(WHOLE) >= 18
    assert page.evaluate(SIDEWAYS) <= 0
    frame = page.locator(".table-frame").first
    assert frame.evaluate("(one) => one.scrollWidth <= one.clientWidth"), "the table fits too"
    assert page.evaluate(BROKEN) == []


LISTS = {
    "coordinator": ["plans", "inbox", "region", "overdue"],
    "administrator": ["audit", "people"],
    "personnel": ["incentives"],
}


@pytest.mark.parametrize("part", LISTS)
def test_a_phone_shows_cards_without_a_way_sideways(chromium, live_server, region, part) -> None:
    near(region, *range(-25, 0))
    default_scheme(region.ministry, date(2020, 1, 1))
    past = quarter(quarters_before(today(region), 2)[1])
    calculate_all(past, act=make.act(region.personnel))
    context = chromium.new_context(
        viewport=PHONE, base_url=live_server.url, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto("/accounts/login/")
    page.fill("input[name=login]", region.people[part].username)
    page.fill("input[name=password]", make.PASSWORD)
    page.click("form:has(input[name=password]) button")
    for name in LISTS[part]:
        page.goto(reverse(name))
        keep(page, f"{name}-phone")
        assert page.evaluate("matchMedia('(pointer: coarse)').matches")
        assert page.evaluate(SIDEWAYS) <= 0, name
        frame = page.locator(".table-frame").last
        rows = frame.locator("tbody tr:not(.group-row)")
        assert rows.first.evaluate("(one) => getComputedStyle(one).display") == "block"
        assert page.evaluate(LOW) == [], name
        assert rows.count() >= 24, name
        height = frame.evaluate("(one) => one.offsetHeight") / rows.count()
        assert height < 235, f"{name}: a card is no page of its own, but {height} px"
    context.close()


def test_a_filter_is_saved_under_a_name_and_shared_by_its_address(sign_in, region) -> None:
    page = sign_in(region.coordinator, DESK)
    page.goto(reverse("plans") + "?stage=agreeing&sort=place")
    page.click("text=Сохранённые фильтры")
    page.fill("#filter-name", "На согласовании по учреждениям")
    page.click("text=Сохранить показанное")
    page.goto(reverse("plans"))
    page.click("text=Сохранённые фильтры")
    keep(page, "filters-desk")
    page.click("text=На согласовании по учреждениям")
    assert page.url.endswith("?stage=agreeing&sort=place")
    shown = page.locator(".table-frame .main").all_inner_texts()
    other = sign_in(region.head, DESK)
    other.goto(page.url)
    assert other.locator(".table-frame .main").all_inner_texts() == shown
    assert len(shown) == ROWS
    assert other.locator("text=На согласовании по учреждениям").count() == 0
