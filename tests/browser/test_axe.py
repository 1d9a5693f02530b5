"""axe-core finds no serious or critical fault on the pages people use, on a phone and a desk."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
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
    grave = [one for one in found if one["impact"] in {"serious", "critical"}]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in grave]


@pytest.mark.parametrize(
    "part",
    ["executor", "director", "coordinator", "head", "councillor", "personnel", "administrator"],
)
def test_the_pages_of_a_role_have_no_grave_fault_and_fit_a_phone(sign_in, part):
    scene = executing()
    region = scene.region
    revise_plan(scene.plan.pk, reason="Уточнение", act=make.act(region.director))
    for size in (PHONE, DESK):
        page = sign_in(region.people[part], size)
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
