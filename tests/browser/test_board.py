"""The board of a large region: names are offered while one types; Enter narrows the list."""

from __future__ import annotations

import pytest

from tests.browser.conftest import PHONE
from tests.building import factories
from tests.building.board_rows import near
from tests.compliance.boards.test_large_region import a_place_more

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def test_an_institution_is_found_by_what_is_typed(sign_in):
    region = factories.region()
    near(region, -1)
    for number in range(51):
        a_place_more(region, f"Центр помощи семье {number}")
    page = sign_in(region.coordinator, PHONE)
    page.goto("/overdue/")
    page.locator("summary", has_text="Фильтры").click()
    page.locator("input[name=place]").press_sequentially("семье 4")
    page.wait_for_selector("#places option", state="attached")
    offered = [one.get_attribute("value") for one in page.locator("#places option").all()]
    assert len(offered) == 14 and "Центр помощи семье 14" in offered
    page.locator("input[name=place]").fill("семье 43")
    page.locator("input[name=place]").press("Enter")
    page.wait_for_url("**place=**")
    assert page.locator("tbody .group-row").all_inner_texts() == [
        "Ольга Исполнителева Центр помощи семье 43 просрочено: 1"
    ]
