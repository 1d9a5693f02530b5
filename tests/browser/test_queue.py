"""Photos on their way from a phone: a line that breaks, a closed tab, a login that has lapsed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from PIL import Image
from playwright.sync_api import Page, Route, expect

from compliance.models import Evidence, ExecutionReport, IncomingPart, InspectionPhoto
from tests.browser.conftest import PHONE
from tests.building import factories as make
from tests.building.inspected import accepted, planned
from tests.building.scenes import executing

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

PARTS = re.compile("/files/")
AFTER = "input[name=photos_after]"
LONG = 60_000  # milliseconds: the machine may be busy


@pytest.fixture
def scene():
    return executing()


def shot(folder: Path, name: str, size: tuple[int, int] = (4000, 3000), sigma: int = 20) -> Path:
    """A photo as a phone takes it; noise, so that it is as heavy as one."""
    path = folder / name
    Image.effect_noise(size, sigma).convert("RGB").save(path, "JPEG", quality=80)
    return path


def breaking(page: Page, *broken: int) -> list[int]:
    """Parts of these numbers, counted over all files, never arrive; returns how many were sent."""
    sent: list[int] = []

    def part(route: Route) -> None:
        if route.request.method == "POST":
            sent.append(len(sent) + 1)
            if sent[-1] in broken:
                return route.abort("connectionreset")
        return route.continue_()

    page.route(PARTS, part)
    return sent


def cut(page: Page) -> Callable[[], None]:
    """Nothing of any file arrives until the answer is called."""
    context = page.context
    context.route(PARTS, lambda route: route.abort("internetdisconnected"))
    return lambda: context.unroute(PARTS)


def typed(page: Page, words: str) -> None:
    page.get_by_label("Что сделано").fill(words)


def state(page: Page, name: str, kind: str):
    return page.locator(f'#queue li[data-state="{kind}"]', has_text=name)


def test_three_photos_over_a_line_that_breaks_three_times_arrive_whole_and_once(
    sign_in, scene, tmp_path
):
    paths = [shot(tmp_path, f"стенд-{number}.jpg", sigma=20 + number) for number in (1, 2, 3)]
    page = sign_in(scene.region.executor, PHONE)
    page.goto(scene.occurrence.get_absolute_url())
    sent = breaking(page, 2, 5, 9)
    typed(page, "Стенд обновлён")
    page.set_input_files(AFTER, [str(path) for path in paths])
    for path in paths:
        expect(state(page, path.name, "attached")).to_be_visible(timeout=LONG)
        expect(
            page.locator("#attached").get_by_role("img", name=re.compile(path.stem))
        ).to_be_visible()
    wanted = sorted(hashlib.sha256(path.read_bytes()).hexdigest() for path in paths)
    assert sorted(Evidence.objects.values_list("sha256", flat=True)) == wanted
    pieces = sum(-(-path.stat().st_size // (256 * 1024)) for path in paths)
    assert len(sent) == pieces + 3, "no part but the three lost ones was sent twice"
    expect(page.get_by_label("Что сделано")).to_have_value("Стенд обновлён")
    assert ExecutionReport.objects.get().status == "draft", "nothing was sent to the inspector"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_photo_outlives_a_closed_tab(sign_in, scene, picture):
    page = sign_in(scene.region.executor, PHONE)
    page.goto(scene.occurrence.get_absolute_url())
    mended = cut(page)
    page.set_input_files(AFTER, str(picture))
    expect(state(page, "стенд.jpg", "late")).to_be_visible(timeout=LONG)
    expect(page.get_by_text("приложено")).to_have_count(0)
    page.close()
    mended()
    fresh = page.context.new_page()
    fresh.goto("/")
    expect(state(fresh, "стенд.jpg", "attached")).to_be_visible(timeout=LONG)
    assert Evidence.objects.get().sha256 == hashlib.sha256(picture.read_bytes()).hexdigest()


def test_what_was_begun_before_the_tab_was_closed_is_not_sent_again(sign_in, scene, tmp_path):
    path = shot(tmp_path, "двор.jpg", (2000, 1500))
    page = sign_in(scene.region.executor, PHONE)
    page.goto(scene.occurrence.get_absolute_url())
    breaking(page, *range(3, 99))
    page.set_input_files(AFTER, str(path))
    expect(state(page, "двор.jpg", "late")).to_be_visible(timeout=LONG)
    assert IncomingPart.objects.count() == 2
    page.close()
    fresh = page.context.new_page()
    sent = breaking(fresh)
    fresh.goto("/")
    expect(state(fresh, "двор.jpg", "attached")).to_be_visible(timeout=LONG)
    assert len(sent) == -(-path.stat().st_size // (256 * 1024)) - 2


def test_a_lapsed_login_keeps_photo_and_text_for_the_same_person_alone(sign_in, scene, picture):
    page = sign_in(scene.region.executor, PHONE)
    url = scene.occurrence.get_absolute_url()
    page.goto(url)
    typed(page, "Стенд обновлён, фото приложу")
    Session.objects.all().delete()
    page.set_input_files(AFTER, str(picture))
    expect(state(page, "стенд.jpg", "login")).to_be_visible(timeout=LONG)
    assert not Evidence.objects.exists()
    page.get_by_role("button", name="Сохранить черновик").click()
    page.wait_for_url(re.compile("/accounts/login/"))

    log_in(page, scene.region.director)
    page.goto(url)
    expect(page.locator("#queue")).to_be_hidden()
    expect(page.get_by_label("Что сделано")).to_have_value("")
    assert "фото приложу" not in page.content()
    page.context.clear_cookies(name="sessionid")

    page.goto(url)
    log_in(page, scene.region.executor)
    expect(state(page, "стенд.jpg", "attached")).to_be_visible(timeout=LONG)
    expect(page.get_by_label("Что сделано")).to_have_value("Стенд обновлён, фото приложу")
    expect(page.get_by_text("Восстановлен черновик от").first).to_be_visible()


def log_in(page: Page, person) -> None:
    page.fill("input[name=login]", person.username)
    page.fill("input[name=password]", make.PASSWORD)
    page.click("form:has(input[name=password]) button")
    page.wait_for_url(lambda address: "login" not in address)


def test_a_refused_report_is_not_sent_by_choosing_a_photo_nor_by_a_reload(sign_in, scene, picture):
    page = sign_in(scene.region.executor, PHONE)
    page.goto(scene.occurrence.get_absolute_url())
    typed(page, "Готово")
    page.get_by_role("button", name="Отправить на проверку").click()
    expect(page.get_by_text("Не хватает").first).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.method) if one.is_navigation_request() else 0)
    page.set_input_files(AFTER, str(picture))
    expect(state(page, "стенд.jpg", "attached")).to_be_visible(timeout=LONG)
    assert asked == [], "the page does not reload itself"
    page.reload()
    assert asked == ["GET"]
    assert ExecutionReport.objects.get().status == "draft"
    expect(page.get_by_label("Что сделано")).to_have_value("Готово")
    page.get_by_role("button", name="Отправить на проверку").click()
    expect(page.get_by_text("Отчёт отправлен на проверку").first).to_be_visible()
    assert ExecutionReport.objects.get().status == "submitted"
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('draft'))") == []


def test_a_login_page_or_a_proxy_s_page_is_not_taken_for_success(sign_in, scene, picture):
    page = sign_in(scene.region.executor, PHONE)
    page.goto(scene.occurrence.get_absolute_url())
    page.route(PARTS, lambda route: route.fulfill(status=200, body="<html>Вход</html>"))
    page.set_input_files(AFTER, str(picture))
    expect(state(page, "стенд.jpg", "late")).to_be_visible(timeout=LONG)
    page.unroute(PARTS)
    page.get_by_role("button", name="Повторить").click()
    expect(state(page, "стенд.jpg", "attached")).to_be_visible(timeout=LONG)


def test_a_bad_file_holds_up_none_of_the_others_and_is_named(sign_in, scene, picture, tmp_path):
    bad = tmp_path / "смета.jpg"
    bad.write_bytes(b"rubbish")
    page = sign_in(scene.region.executor, PHONE)
    page.goto(scene.occurrence.get_absolute_url())
    page.set_input_files(AFTER, [str(bad), str(picture)])
    expect(page.locator("#attached img")).to_have_count(1, timeout=LONG)
    expect(state(page, "смета.jpg", "refused")).to_be_visible()
    typed(page, "Готово")
    page.get_by_role("button", name="Отправить на проверку").click()
    expect(page.get_by_text("поэтому ничего не отправлено")).to_be_visible()
    page.get_by_role("button", name="Убрать: смета.jpg").click()
    expect(state(page, "смета.jpg", "refused")).to_have_count(0)


def test_logging_out_warns_and_then_removes_what_was_not_sent(sign_in, scene, picture):
    page = sign_in(scene.region.executor, PHONE)
    page.goto(scene.occurrence.get_absolute_url())
    cut(page)
    typed(page, "Готово")
    page.set_input_files(AFTER, str(picture))
    expect(state(page, "стенд.jpg", "late")).to_be_visible(timeout=LONG)
    said: list[str] = []

    def log_out(answer: str) -> None:
        page.once("dialog", lambda one: (said.append(one.message), getattr(one, answer)()))
        page.locator(".menu-user summary").click()
        page.get_by_role("button", name="Выйти").click()

    log_out("dismiss")
    expect(state(page, "стенд.jpg", "late")).to_be_visible()
    page.locator(".menu-user summary").click()
    log_out("accept")
    page.wait_for_url(re.compile("/accounts/login/"))
    assert "файлов — 1, текстов — 1" in said[0]
    log_in(page, scene.region.executor)
    page.goto(scene.occurrence.get_absolute_url())
    expect(page.locator("#queue")).to_be_hidden()
    expect(page.get_by_label("Что сделано")).to_have_value("")


def test_a_device_without_room_says_so_and_sends_all_the_same(sign_in, scene, picture):
    page = sign_in(scene.region.executor, PHONE)
    page.add_init_script(
        "IDBObjectStore.prototype.put = () => { throw new DOMException('', 'QuotaExceededError') }"
    )
    page.goto(scene.occurrence.get_absolute_url())
    mended = cut(page)
    page.set_input_files(AFTER, str(picture))
    expect(page.get_by_text("не закрывайте страницу")).to_be_visible(timeout=LONG)
    mended()
    expect(state(page, "стенд.jpg", "attached")).to_be_visible(timeout=LONG)


def test_after_a_week_a_photo_is_kept_no_longer(sign_in, scene, picture):
    page = sign_in(scene.region.executor, PHONE)
    page.goto(scene.occurrence.get_absolute_url())
    cut(page)
    page.set_input_files(AFTER, str(picture))
    expect(state(page, "стенд.jpg", "late")).to_be_visible(timeout=LONG)
    page.add_init_script(
        "const now = Date.now.bind(Date); Date.now = () => now() + 8 * 24 * 3600 * 1000;"
    )
    page.goto("/")
    page.wait_for_timeout(500)
    expect(page.locator("#queue")).to_be_hidden()


def test_an_inspector_s_photo_waits_out_a_broken_line_and_holds_the_closing_up(sign_in, picture):
    made = accepted()
    task = planned(made)
    page = sign_in(made.region.inspector, PHONE)
    page.goto(task.process.get_absolute_url())
    mended = cut(page)
    page.get_by_label("Что установлено").fill("Пандус есть")
    page.set_input_files("input[name=photos]", str(picture))
    expect(state(page, "стенд.jpg", "late")).to_be_visible(timeout=LONG)
    page.get_by_role("button", name="Выполнение подтверждено").click()
    expect(page.get_by_text("поэтому ничего не отправлено")).to_be_visible()
    mended()
    page.evaluate("window.dispatchEvent(new Event('online'))")  # as a phone says it
    expect(state(page, "стенд.jpg", "attached")).to_be_visible(timeout=LONG)
    expect(page.locator("#attached img")).to_have_count(1)
    expect(page.get_by_text("поэтому ничего не отправлено")).to_have_count(0)
    expect(page.get_by_label("Что установлено")).to_have_value("Пандус есть")
    assert InspectionPhoto.objects.get().name == "стенд.jpg"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
