"""The user guide as pages of the system: open to anyone, each link leads somewhere."""

from __future__ import annotations

import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from compliance.models.roles import Role
from compliance.views.help.guide import guide_names, guide_page
from tests.building import factories as make

NAMES = sorted(guide_names())


@pytest.mark.parametrize("name", NAMES)
def test_each_page_opens_for_a_visitor_and_leads_only_to_what_is_there(client: Client, db, name):
    answer = client.get(reverse("guide", args=[name]))
    assert answer.status_code == 200
    text = answer.content.decode()
    body = text[text.index('<div class="guide">') : text.index("</main>")]
    assert body.count("<h1") == 0 and "](" not in body and "**" not in body
    anchors = re.findall(r' id="(part-\d+)"', body)
    assert anchors == re.findall(r'href="#(part-\d+)"', text)
    targets = set(re.findall(r'href="(/[^"#]+)"', body))
    assert all(client.get(target).status_code == 200 for target in targets)
    pictures = re.findall(r'src="/static/([^"]+)"', body)
    assert all(finders.find(picture) for picture in pictures)
    assert len(pictures) == body.count("<img")


def test_there_is_a_page_for_each_role_and_for_those_without_one():
    assert {*Role.values, "citizen", "start"} == set(NAMES)


@pytest.mark.parametrize("name", ["README", "take_pictures", "nobody"])
def test_what_is_not_a_page_of_the_guide_is_not_found(client: Client, db, name):
    assert client.get(f"/help/{name}/").status_code == 404


def test_markup_inside_a_page_comes_out_as_text(tmp_path, monkeypatch):
    (tmp_path / "trick.md").write_text("# Title\n\n<script>alert(1)</script>\n")
    monkeypatch.setattr("compliance.views.help.guide.FOLDER", tmp_path)
    page = guide_page("trick")
    assert page is not None and page.title == "Title"
    assert "<script" not in page.body and "&lt;script&gt;" in page.body


def test_help_lists_the_pages_with_ones_own_role_first(client: Client, db):
    region = make.region()
    client.force_login(region.inspector)
    text = client.get(reverse("help")).content.decode()
    places = {role: text.index(f'href="{reverse("guide", args=[role])}"') for role in Role.values}
    assert min(places, key=places.get) == Role.INSPECTOR
    assert text.count("ваша роль") == 1
