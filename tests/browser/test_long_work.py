"""Many people are invited from the list: the page follows the work, its result says who was not."""

from __future__ import annotations

import pytest
from django.utils import timezone

from compliance.models import Invitation, User
from compliance.services.jobs.running import run_jobs
from compliance.services.people import invitation_jobs
from tests.browser.conftest import PHONE
from tests.building import factories as make

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def test_the_page_follows_the_invitations_to_their_result(sign_in, monkeypatch):
    monkeypatch.setattr(invitation_jobs, "AT_ONCE", 5)
    region = make.region()
    User.objects.filter(pk=region.head.pk).update(email="")
    page = sign_in(region.administrator, PHONE)
    page.goto("/people/?show=never")
    page.get_by_role("button", name="Пригласить всех").click()
    page.wait_for_url("**/jobs/**")
    assert page.locator("#job").get_by_text("ждёт очереди").is_visible()
    assert run_jobs(timezone.now)["done"] == 1
    page.get_by_role("link", name="Открыть результат").click()  # it has come by itself
    page.wait_for_url("**/people/invite/**")
    assert page.locator("tbody tr").count() == 1
    assert str(region.head) in page.locator("tbody tr").inner_text()
    assert Invitation.objects.count() == 7
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
