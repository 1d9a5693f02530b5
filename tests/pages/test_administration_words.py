"""What administrators read in the administration is Russian: names of things, fields, buttons."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from compliance.services.incentives.sheets import default_scheme
from tests.building import factories as make

pytestmark = pytest.mark.django_db
# Names of people's own and of zones, addresses and hashes: written so everywhere. The last three
# stand in Django's own Russian text about passwords.
AS_IT_IS = re.compile(
    r"\S*@\S+|https?://\S*|\w+/\w+|argon2\w*|md5\w*|\b(root|admin|executor|director|coordinator"
    r"|inspector|council|foreign|stranger|head|AGPL|TOTP|Unicode|Single|Sing|LDAP)\b"
)


def words_of(page: str) -> list[str]:
    """The English words that a person reads on the page."""
    shown = page[page.index("<body") :]
    shown = re.sub(r"<(script|style|select)\b.*?</\1>", " ", shown, flags=re.S)
    shown = re.sub(r"<[^>]+>|&\w+;|&#\w+;", " ", shown)
    return re.findall(r"\b[A-Za-z]{3,}\b", AS_IT_IS.sub(" ", shown))


def test_every_page_of_the_administration_is_in_russian():
    region = make.region()
    root = make.user("root", is_staff=True, is_superuser=True, full_name="Корней Корнев")
    default_scheme(region.ministry, valid_from="2026-01-01")
    Authenticator.objects.create(
        user=region.executor, type=Authenticator.Type.TOTP, data={"secret": "SECRETSECRET"}
    )
    client = Client()
    client.force_login(root)
    pages = [reverse("admin:index"), reverse("admin:app_list", args=["compliance"])]
    for model in admin.site._registry:
        row = model._default_manager.order_by("pk")[0]
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        pages += [reverse(f"{name}_changelist"), reverse(f"{name}_add")]
        pages += [reverse(f"{name}_{page}", args=[row.pk]) for page in ("change", "history")]
        pages.append(reverse(f"{name}_delete", args=[row.pk]))
    answers = {url: client.get(url) for url in pages}
    read = {url: answer for url, answer in answers.items() if answer.status_code != 403}
    assert {answer.status_code for answer in read.values()} == {200} and len(read) >= 18
    found = {url: words_of(answer.content.decode()) for url, answer in read.items()}
    assert {url: words for url, words in found.items() if words} == {}
