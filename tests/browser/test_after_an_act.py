"""After an act people stand where they stood, with what happened in sight."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from compliance.models import Plan
from tests.browser.conftest import DESK, PHONE
from tests.building import factories as make
from tests.building.scenes import executing, sent
from workflows.models import Task
from workflows.services.plans import sending

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def is_in_sight(page: Page) -> bool:
    """Whether the first message lies within the window."""
    box = page.locator(".messages").bounding_box()
    return (
        box is not None
        and box["y"] >= 0
        and box["y"] + box["height"] <= page.viewport_size["height"]
    )


def many_waiting(count: int) -> make.Region:
    region = make.region()
    for number in range(count):
        place = make.institution(region.ministry, name=f"МБУ «Дом {number:02}»")
        make.member(place, "director", f"director{number}")
        plan = make.plan(region, make.measure(), organisation=place)
        Plan.objects.filter(pk=plan.pk).update(title=f"План {number:02}")
        sending.send_for_agreement(plan.pk, act=make.act(None), knows_passed=True)
    return region


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_task_taken_far_down_a_filtered_list_leaves_one_there(sign_in, size) -> None:
    region = many_waiting(45)
    page = sign_in(region.coordinator, size)
    page.goto("/inbox/?show=queue")
    row = page.locator("tr", has_text="МБУ «Дом 30»")
    button = row.get_by_role("button", name="Взять")
    button.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    button.click()
    expect(page.get_by_text("Задача теперь ваша:")).to_be_visible()
    assert page.url.endswith("/inbox/?show=queue")
    assert Task.objects.filter(owner=region.coordinator).count() == 1
    assert abs(page.evaluate("scrollY") - before) < 200
    assert is_in_sight(page)
    page.mouse.wheel(0, -400)
    expect(page.locator(".messages.is-read")).to_have_count(1)


def test_a_refused_form_shows_its_errors_from_the_top(sign_in) -> None:
    scene = executing()
    page = sign_in(scene.region.executor, PHONE)
    page.goto(scene.occurrence.get_absolute_url())
    page.get_by_role("button", name="Отправить на проверку").click()
    expect(page.get_by_role("alert").first).to_be_in_viewport()


def test_agreeing_a_plan_says_whose_turn_it_is(sign_in) -> None:
    scene = sent()
    page = sign_in(scene.region.coordinator)
    page.goto(scene.plan.get_absolute_url())
    page.get_by_role("button", name="Согласовать", exact=True).click()
    expect(page.get_by_text("Дальше: Утвердить план — ")).to_be_visible()
    assert is_in_sight(page)


def test_a_report_is_recalled_from_its_page(sign_in, picture) -> None:
    scene = executing()
    page = sign_in(scene.region.executor, PHONE)
    page.goto(scene.occurrence.get_absolute_url())
    page.get_by_label("Что сделано").fill("Стенд обновлён")
    page.set_input_files("input[name=photos_after]", str(picture))
    expect(page.locator("#attached img")).to_be_visible()
    page.get_by_role("button", name="Отправить на проверку").click()
    page.get_by_text("Отозвать отчёт…").click()
    expect(page.get_by_text("чтобы успеть в срок, отправьте отчёт снова до")).to_be_visible()
    page.get_by_role("button", name="Отозвать отчёт").click()
    expect(page.get_by_text("Отчёт отозван и снова стал черновиком.")).to_be_visible()
    assert is_in_sight(page)
    expect(page.get_by_label("Что сделано")).to_have_value("Стенд обновлён")
    expect(page.locator("#attached img")).to_be_visible()
    assert scene.occurrence.status == "open"
