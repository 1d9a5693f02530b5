"""A draft filled in as a spreadsheet: by keyboard, from Excel, by two people, without a script."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from compliance.domain.calendar.periods import Period
from compliance.models import MeasureVersion, Plan, Responsible
from compliance.services.plans.cells import CellChange, Column, change_cell
from compliance.services.plans.drafts import ResponsibleDraft
from compliance.services.plans.responsibles import Parties
from tests.browser.conftest import DESK, PHONE
from tests.building import factories as make

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
PASTE = """(text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    const how = { clipboardData: data, bubbles: true, cancelable: true };
    document.activeElement.dispatchEvent(new ClipboardEvent("paste", how));
}"""


def draft_of(count: int) -> tuple[make.Region, Plan]:
    region = make.region()
    nobody = ResponsibleDraft("Специалист центра")
    rows = [
        make.measure(f"Мероприятие {n}", number=f"1.{n}", responsibles=[nobody])
        for n in range(1, count + 1)
    ]
    return region, make.plan(region, *rows, period=YEAR)


def versions(plan: Plan) -> list[MeasureVersion]:
    return list(MeasureVersion.objects.filter(revision__plan=plan).order_by("position"))


def table(sign_in, region: make.Region, plan: Plan, size=DESK) -> Page:
    page = sign_in(region.director, size)
    page.goto(reverse("revision-table", args=[plan.pk, 1]))
    return page


def cell(page: Page, number: str, column: str):
    return page.locator(f"tr:has(td:text-is('{number}')) [data-column={column}]")


def field(page: Page, number: str, column: str):
    return cell(page, number, column).locator(".cell-field")


def leads(plan: Plan) -> list[str]:
    rows = Responsible.objects.filter(version__revision__plan=plan, is_lead=True)
    return [str(one.person) for one in rows.order_by("version__position")]


def test_fifteen_executors_are_named_by_keyboard_alone_without_a_reload(sign_in) -> None:
    region, plan = draft_of(15)
    page = table(sign_in, region, plan)
    page.evaluate("document.body.dataset.here = 'yes'")
    field(page, "1.1", "deadline_text").focus()
    page.keyboard.press("ArrowRight")
    for place in range(15):
        page.keyboard.type("Исполнителева" if place % 2 else "Директоров Д.")
        page.keyboard.press("Enter")
    expect(page.locator("[data-column=party][data-saved]")).to_have_count(15, timeout=60_000)
    expect(field(page, "1.15", "party")).to_have_value("Денис Директоров")
    assert page.evaluate("document.body.dataset.here") == "yes", "the page was not loaded again"
    assert leads(plan) == ["Денис Директоров", "Ольга Исполнителева"] * 7 + ["Денис Директоров"]


def test_escape_takes_back_and_arrows_walk_like_in_a_spreadsheet(sign_in) -> None:
    region, plan = draft_of(3)
    page = table(sign_in, region, plan)
    field(page, "1.2", "party").focus()
    page.keyboard.type("Не тот")
    page.keyboard.press("Escape")
    expect(field(page, "1.2", "party")).to_have_value("")
    page.keyboard.press("ArrowUp")
    expect(field(page, "1.1", "party")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(field(page, "1.1", "proof")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(field(page, "1.2", "proof")).to_be_focused()
    for key in ("F2", "ArrowDown", "ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(cell(page, "1.2", "proof")).to_have_attribute("data-saved", "")
    assert [one.proof for one in versions(plan)] == ["photo", "link", "photo"]
    assert leads(plan) == ["None"] * 3


def test_a_column_copied_from_excel_fills_the_rows_below_each_with_its_own_error(sign_in) -> None:
    region, plan = draft_of(4)
    page = table(sign_in, region, plan)
    field(page, "1.2", "party").focus()
    page.evaluate(
        PASTE, "Исполнителева О.\tДокумент\r\nНеведомый\t\r\n\tСсылка на публикацию\r\nЛишний\t\r\n"
    )
    expect(cell(page, "1.4", "proof")).to_have_attribute("data-saved", "")
    expect(cell(page, "1.2", "proof")).to_contain_text("Нет подтверждения «Документ»")
    expect(cell(page, "1.3", "party")).to_contain_text("Никого с именем «Неведомый»")
    expect(field(page, "1.3", "party")).to_have_value("Неведомый")
    expect(page.locator("#cells-said")).to_have_text(
        "Вставленные строки, которым не нашлось места: 1"
    )
    assert leads(plan) == ["None", "Ольга Исполнителева", "None", "None"]
    assert [one.proof for one in versions(plan)] == ["photo", "photo", "photo", "link"]


def test_a_suggested_proof_is_accepted_by_key_in_its_cell_and_for_many_rows_at_once(
    sign_in,
) -> None:
    region = make.region()
    rows = [
        make.measure("Разместить отчёт на сайте", number="1.1", proof=""),
        make.measure("Провести обучение", number="1.2", proof=""),
        make.measure("Установить пандус", number="1.3", proof=""),
        make.measure("Усилить работу", number="1.4", proof=""),
    ]
    plan = make.plan(region, *rows, period=YEAR)
    page = table(sign_in, region, plan)
    field(page, "1.1", "proof").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(cell(page, "1.1", "proof")).to_have_attribute("data-saved", "")
    expect(field(page, "1.1", "proof")).to_have_value("link")
    expect(field(page, "1.1", "proof")).to_be_focused()
    expect(cell(page, "1.1", "proof").get_by_role("button")).to_have_count(0)
    for number in ("1.2", "1.3", "1.4"):
        page.get_by_label(f"Выбрать: {number}").check()
    page.get_by_role("button", name="Принять предложенные").click()
    expect(page.get_by_text("1.3 Установить пандус: сохранено")).to_be_visible()
    assert [one.proof for one in versions(plan)] == ["link", "document", "photo", ""]


def test_two_people_at_one_cell_see_both_values_and_choose(sign_in) -> None:
    region, plan = draft_of(2)
    page = table(sign_in, region, plan)
    first, second = versions(plan)
    for version in (first, second):
        change = CellChange(Column.DEADLINE, "май 2026 г.", "Ежеквартально")
        change_cell(version, change, Parties(plan), act=make.act(region.director))
    for number in ("1.1", "1.2"):
        field(page, number, "deadline_text").fill("до 1 июня 2026 г.")
        page.keyboard.press("Enter")
        expect(cell(page, number, "deadline_text")).to_contain_text("«май 2026 г.» вместо")
    field(page, "1.1", "deadline_text").focus()
    page.keyboard.press("Enter")
    expect(cell(page, "1.1", "deadline_text")).to_have_attribute("data-saved", "")
    field(page, "1.2", "deadline_text").focus()
    page.keyboard.press("Escape")
    expect(field(page, "1.2", "deadline_text")).to_have_value("май 2026 г.")
    field(page, "1.1", "deadline_text").focus()
    page.wait_for_timeout(300)
    assert [one.deadline_text for one in versions(plan)] == ["до 1 июня 2026 г.", "май 2026 г."]


def test_what_could_not_be_sent_stays_and_says_so(sign_in) -> None:
    region, plan = draft_of(1)
    page = table(sign_in, region, plan)
    page.context.set_offline(True)
    field(page, "1.1", "party").fill("Исполнителева")
    page.keyboard.press("Enter")
    expect(cell(page, "1.1", "party")).to_contain_text("Нет связи: не сохранено")
    page.context.set_offline(False)
    field(page, "1.1", "party").press("Enter")
    expect(field(page, "1.1", "party")).to_have_value("Ольга Исполнителева")
    page.context.clear_cookies(name="sessionid")
    field(page, "1.1", "party").fill("Директоров")
    page.keyboard.press("Enter")
    expect(cell(page, "1.1", "party")).to_contain_text("Вы вышли из системы: не сохранено")
    assert leads(plan) == ["Ольга Исполнителева"]
    other = page.context.new_page()
    other.goto("/accounts/login/")
    other.fill("input[name=login]", region.director.username)
    other.fill("input[name=password]", make.PASSWORD)
    other.click("form:has(input[name=password]) button")
    other.wait_for_url(lambda url: "login" not in url)
    field(page, "1.1", "party").press("Enter")
    expect(field(page, "1.1", "party")).to_have_value("Денис Директоров")
    assert leads(plan) == ["Денис Директоров"]


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_table_fits_and_its_fields_are_large_enough(sign_in, size) -> None:
    region, plan = draft_of(2)
    page = table(sign_in, region, plan, size)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.get_by_role("button", name="Сохранить").count() == 0


def test_without_a_script_each_row_is_saved_by_its_button(chromium: Browser, live_server) -> None:
    region, plan = draft_of(2)
    context = chromium.new_context(
        base_url=live_server.url, java_script_enabled=False, locale="ru-RU"
    )
    page = context.new_page()
    page.goto("/accounts/login/")
    page.fill("input[name=login]", region.director.username)
    page.fill("input[name=password]", make.PASSWORD)
    page.click("form:has(input[name=password]) button")
    page.goto(plan.get_absolute_url())
    page.get_by_role("link", name="Заполнить таблицей").click()
    field(page, "1.1", "party").fill("Исполнителева О.")
    field(page, "1.1", "deadline_text").fill("до 1 июля 2026 г.")
    page.get_by_role("button", name="Сохранить 1.1").click()
    expect(field(page, "1.1", "party")).to_have_value("Ольга Исполнителева")
    field(page, "1.2", "party").fill("Неведомый")
    page.get_by_role("button", name="Сохранить 1.2").click()
    expect(cell(page, "1.2", "party")).to_contain_text("Никого с именем «Неведомый»")
    page.get_by_label("Выбрать: 1.2").check()
    page.get_by_label("Исполнитель отмеченных").fill("Денис Директоров")
    page.get_by_role("button", name="Назначить исполнителя").click()
    expect(page.get_by_text("1.2 Мероприятие 2: сохранено")).to_be_visible()
    assert leads(plan) == ["Ольга Исполнителева", "Денис Директоров"]
    context.close()


def test_the_former_value_typed_while_another_is_on_its_way_is_stored_too(sign_in) -> None:
    region, plan = draft_of(1)
    page = table(sign_in, region, plan)
    deadline = field(page, "1.1", "deadline_text")
    former = deadline.input_value()
    held = []
    page.route("**/cells/", lambda route: route.continue_() if held else held.append(route))
    deadline.fill("до 1 июня 2026 года")
    deadline.press("Enter")
    while not held:
        page.wait_for_timeout(50)
    deadline.fill(former)
    deadline.press("Enter")
    held[0].continue_()
    for _time in range(100):
        if versions(plan)[0].deadline_text == former and not page.locator("[data-saving]").count():
            break
        page.wait_for_timeout(50)
    expect(field(page, "1.1", "deadline_text")).to_have_value(former)
    assert versions(plan)[0].deadline_text == former
