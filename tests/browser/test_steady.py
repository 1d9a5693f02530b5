"""Nothing on a page moves by itself: neither when its script runs nor when a picture comes."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.browser.conftest import DESK, PHONE
from tests.building import factories as make
from tests.building.scenes import Scene, executing, sent

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

# Sums up how far things moved: https://web.dev/articles/cls. What follows a press does not count.
WATCH = """window.moved = [];
new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) window.moved.push([
        one.value, one.sources.map((source) => source.node?.className || source.node?.nodeName)]);
}).observe({ type: "layout-shift", buffered: true });"""


def addresses(scene: Scene, draft: Scene) -> list[str]:
    """The pages that scripts work on, and those with pictures."""
    plan = scene.plan
    return [
        reverse("home"),
        reverse("inbox"),
        reverse("plans"),
        reverse("overdue"),
        reverse("region"),
        reverse("region") + "?view=months",
        reverse("messages"),
        reverse("petitions"),
        plan.get_absolute_url(),
        draft.plan.get_absolute_url(),
        scene.occurrence.get_absolute_url(),
        reverse("plan-new"),
        reverse("search") + "?q=план",
        reverse("guide", args=["coordinator"]),
        reverse("public-plans"),
    ]


def test_nothing_moves_on_the_pages_that_people_use(sign_in) -> None:
    scene = executing()
    draft = sent(scene.region)
    for size in (DESK, PHONE):
        page = sign_in(scene.region.coordinator, size)
        page.add_init_script(WATCH)
        for url in addresses(scene, draft):
            assert page.goto(url).status == 200, url
            page.wait_for_load_state("networkidle")
            page.mouse.wheel(0, 3000)
            page.wait_for_timeout(100)
            moved = page.evaluate("window.moved")
            assert sum(value for value, _what in moved) < 0.01, (url, size, moved)


def test_nothing_moves_where_a_report_and_a_draft_are_typed(sign_in) -> None:
    scene = executing()
    drafted = make.plan(scene.region, make.measure())
    for person, urls in (
        (scene.region.executor, [reverse("home"), scene.occurrence.get_absolute_url()]),
        (scene.region.director, [reverse("home"), reverse("revision-table", args=[drafted.pk, 1])]),
    ):
        page = sign_in(person, PHONE)
        page.add_init_script(WATCH)
        for url in urls:
            assert page.goto(url).status == 200, url
            page.wait_for_load_state("networkidle")
            moved = page.evaluate("window.moved")
            assert sum(value for value, _what in moved) < 0.01, (url, moved)
