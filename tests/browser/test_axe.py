"""axe-core finds no fault on the pages people use: on a phone in the dark, on a desk in the light,
and in the panel for poor sight.
"""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.template.loader import render_to_string
from django.urls import reverse

from tests.browser.conftest import DESK, PHONE
from tests.building import factories as make
from tests.building.scenes import Scene, executing
from workflows.services.approval.amendments import revise_plan

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def addresses(scene: Scene) -> dict[str, list[str]]:
    """By role, the addresses of the pages that it works on."""
    plan, due = scene.plan, scene.occurrence
    return {
        "executor": [
            reverse("home"),
            due.get_absolute_url(),
            reverse("messages"),
            reverse("own-letters"),
        ],
        "director": [
            reverse("home"),
            plan.get_absolute_url(),
            reverse("plan-new"),
            reverse("revision-frame", args=[plan.pk, 2]),
            reverse("revision-table", args=[plan.pk, 2]),
            reverse("plan-revision", args=[plan.pk, 2]),
            reverse("overdue"),
            reverse("substitutions"),
            reverse("petitions"),
            reverse("handover", args=[scene.region.executor.pk]),
        ],
        "coordinator": [
            reverse("home"),
            reverse("inbox"),
            reverse("region"),
            reverse("region") + "?view=months",
            reverse("plans"),
            reverse("search") + "?q=план",
            reverse("search"),
            reverse("plan-revisions", args=[plan.pk]),
            reverse("inspections"),
            reverse("inspectors"),
            reverse("region") + "?view=sections",
            reverse("inspection-sample"),
            reverse("inspection-by-hand") + f"?plan={plan.pk}",
            reverse("rights") + f"?plan={plan.pk}",
        ],
        "head": [reverse("home")],
        "councillor": [reverse("home"), reverse("region")],
        "personnel": [reverse("home")],
        "administrator": [
            reverse("home"),
            reverse("people"),
            reverse("people-import"),
            reverse("person", args=[scene.region.executor.pk]),
            reverse("plan-types"),
            reverse("reminder-steps"),
            reverse("plan-type", args=[plan.type_id]),
            reverse("plan-type-new"),
            reverse("inspection-policies"),
            reverse("calendar"),
            reverse("audit"),
            reverse("work"),
            reverse("mail"),
            reverse("mfa_index"),
        ],
    }


def faults(page: Any) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]


@pytest.mark.parametrize(
    "part",
    ["executor", "director", "coordinator", "head", "councillor", "personnel", "administrator"],
)
def test_the_pages_of_a_role_have_no_fault_and_fit_a_phone(sign_in, part):
    scene = executing()
    region = scene.region
    revise_plan(scene.plan.pk, reason="Уточнение", act=make.act(region.director))
    for size in (PHONE, DESK):
        page = sign_in(region.people[part], size)
        page.emulate_media(color_scheme="dark" if size is PHONE else "light")
        for url in addresses(scene)[part]:
            answer = page.goto(url)
            assert answer.status == 200, url
            assert faults(page) == [], (url, size)
            fits = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert fits, f"{url} scrolls sideways at {size}"


def test_the_menus_fold_opens_by_keyboard_and_without_a_script(sign_in):
    page = sign_in(executing().region.administrator)
    summary = page.locator(".site-nav summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Работники"
    assert faults(page) == []


# What people see without having signed in, and what they see when something is wrong.
def open_addresses(scene: Scene) -> dict[str, int]:
    """The status of each."""
    return {
        reverse("public-plans"): 200,
        reverse("public-plan", args=[scene.plan.pk]): 200,
        reverse("help"): 200,
        reverse("guide", args=["executor"]): 200,
        reverse("display"): 200,
        reverse("account_login"): 200,
        reverse("account_reset_password"): 200,
        "/nowhere/": 404,
        reverse("design"): 200,
    }


@pytest.mark.parametrize("look", ["dark", "white-on-black"])
def test_open_pages_and_errors_have_no_fault_in_any_colours(chromium, live_server, settings, look):
    settings.DEMO = True
    context = chromium.new_context(
        viewport=DESK, base_url=live_server.url, color_scheme="dark", bypass_csp=True
    )
    if look != "dark":
        choice = {"name": "display", "value": f"contrast.{look}_size.150", "url": live_server.url}
        context.add_cookies([choice])
    page = context.new_page()
    for url, status in open_addresses(executing()).items():
        assert page.goto(url).status == status, url
        assert faults(page) == [], (url, look)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), url
    page.set_content(
        render_to_string("500.html").replace('href="/static', f'href="{live_server.url}/static')
    )
    assert faults(page) == [], look
    context.close()


def test_the_main_pages_have_no_fault_in_the_panel_for_poor_sight(sign_in):
    scene = executing()
    plan, region = scene.plan, scene.region
    page = sign_in(region.coordinator)
    page.emulate_media(color_scheme="dark")
    origin = page.url
    urls = [
        reverse("home"),
        reverse("region"),
        reverse("region") + "?view=months",
        reverse("inbox"),
        reverse("plans"),
        reverse("overdue"),
        plan.get_absolute_url(),
        scene.occurrence.get_absolute_url(),
    ]
    for look, first in (("white-on-black", len(urls)), ("black-on-white", 2), ("blue-on-light", 2)):
        value = f"contrast.{look}_size.200"
        page.context.add_cookies([{"name": "display", "value": value, "url": origin}])
        for url in urls[:first]:
            page.goto(url)
            assert faults(page) == [], (url, look)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), url
