"""The letter about a new password: in Russian, from the product, with one link."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from project.login import letters
from tests import factories as make


@pytest.mark.django_db
def test_it_names_the_product_and_the_host_only_in_its_link(client: Client) -> None:
    region = make.region()

    client.post(reverse("account_reset_password"), {"email": region.director.email})
    letters.submit(lambda: None).result()  # it leaves beside the request

    (letter,) = mail.outbox
    assert letter.subject == "Веха: новый пароль"
    assert "в системе «Веха»" in letter.body
    lines = [line for line in letter.body.splitlines() if "testserver" in line]
    assert len(lines) == 1
    assert lines[0].startswith("http://testserver/")
