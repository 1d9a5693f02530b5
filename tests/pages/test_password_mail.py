"""The letter about a new password: in Russian, from the product, with one link."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from project.login import letters
from tests.building import factories as make


@pytest.mark.django_db
def test_it_names_the_product_and_the_site_only_in_its_link(client: Client, settings: Any) -> None:
    """The site's own address, whatever the request says: a link to elsewhere gives the key away."""
    region = make.region()
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://vekha.example.org", ["*"]

    where, wanted = reverse("account_reset_password"), {"email": region.director.email}
    client.post(where, wanted, headers={"host": "evil.example"})
    letters.submit(lambda: None).result()  # it leaves beside the request

    (letter,) = mail.outbox
    assert letter.subject == "Веха: новый пароль"
    assert "в системе «Веха»" in letter.body
    lines = [line for line in letter.body.splitlines() if "example" in line]
    assert len(lines) == 1
    assert lines[0].startswith("https://vekha.example.org/accounts/password/reset/key/")
