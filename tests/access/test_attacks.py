"""Attacks made out of the URL conf, the forms and the templates: nothing breaks, nothing is told.

Absurd values in every field by every address, rubbish for files, numbers of things that are not
there. An address, a form or a field that is new is attacked without a line here.
"""

from __future__ import annotations

import importlib
import inspect
import io
import pkgutil
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

import compliance.forms
import workflows.forms
from tests.access.rows import ROWS
from tests.access.world import World

pytestmark = pytest.mark.django_db

ABSURD = (
    "", " ", "\0", "-1", "0", "9" * 18, "9" * 40, "9223372036854775808", "1e400", "NaN", "٣", "½",
    "2026-02-30", "0000-00-00", "99999-01-01", "0001-01-01", "а" * 3000, "\u202e", "🙂", "[]", "{}",
    "null", "../../etc/passwd", "' OR 1=1 --", "<script>alert(1)</script>", "%00%ff", "\r\nA: b",
    "2026Q9", "//evil.example", "javascript:alert(1)", "draft", "x" * 255,
)  # fmt: skip
AT_ONE_ADDRESS = 3  # values by one method; the next address gets the next ones
NOWHERE = (0, 2**31, 2**63, 10**30)


def form_classes() -> Iterator[type[forms.BaseForm]]:
    for package in (compliance.forms, workflows.forms):
        for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            for value in vars(importlib.import_module(found.name)).values():
                if inspect.isclass(value) and issubclass(value, forms.BaseForm):
                    yield value


def field_names() -> set[str]:
    """Every name that a form, a template or a view reads from what is sent."""
    found = {name for one in form_classes() for name in getattr(one, "base_fields", {})}
    for path in Path("templates").rglob("*.html"):
        found |= set(re.findall(r'\bname="([\w-]+)"', path.read_text("utf-8")))
    for folder in ("compliance", "workflows", "notifications"):
        for path in Path(folder).rglob("*.py"):
            text = path.read_text("utf-8")
            found |= set(re.findall(r'\.(?:GET|POST)(?:\.get(?:list)?\(|\[)"([\w-]+)"', text))
            found |= set(re.findall(r'"([\w-]+)" in request\.(?:GET|POST)', text))
    return found - {"csrfmiddlewaretoken", "header"}


FIELDS = sorted(field_names())
FILE_FIELDS = ("file", "photos", "photos_before", "photos_after", "photos_document")


def views(patterns: list[Any]) -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield pattern.name, pattern.callback


def takers_of_files() -> list[str]:
    """The addresses whose module reads files and that may be posted to."""
    found = []
    for name, view in views(get_resolver().url_patterns):
        module = inspect.getmodule(inspect.unwrap(view))
        if name in ROWS and module and "FILES" in inspect.getsource(module):
            found.append(name)
    return sorted(found)


def attacker(world: World, name: str) -> Client:
    """Somebody who may do most there: what is refused by rights alone tells nothing."""
    row = ROWS[name]
    client = Client(raise_request_exception=False)
    if people := row.may or row.sees:  # an address for machines has neither
        client.force_login(getattr(world.region, sorted(people)[0]))
    return client


def status(client: Client, method: str, url: str, data: dict[str, Any]) -> int:
    """The status of one call; whatever it wrote is rolled back."""
    with transaction.atomic():
        answer = getattr(client, method)(url, data)
        for closer in answer._resource_closers:
            closer()
        transaction.set_rollback(True)
    return answer.status_code


def test_the_fields_are_found():
    assert {"text", "deadline_text", "reason", "page", "next", "outcome", "year"} <= set(FIELDS)
    assert {"plan-upload", "people-import", "occurrence", "calendar-import"} & set(ROWS)
    assert {"people-import", "plan-upload", "evidence-part"} <= set(takers_of_files())


def test_absurd_values_break_no_address(world: World):
    wrong, place = [], 0
    for name, row in ROWS.items():
        client = attacker(world, name)
        url = reverse(name, args=row.args(world))
        for method in ("get", "post"):
            for _again in range(AT_ONE_ADDRESS):
                value = ABSURD[place % len(ABSURD)]
                place += 1
                got = status(client, method, url, dict.fromkeys(FIELDS, value))
                if got >= 500:
                    wrong.append(f"{method} {name} {value[:20]!r}: {got}")
    assert wrong == []


def rubbish() -> dict[str, bytes]:
    """Files that are none, as people and attackers send them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", b"<workbook/>" * 500)
        package.writestr("word/document.xml", b"<document/>" * 500)
    whole = out.getvalue()
    end = whole.rfind(b"PK\x05\x06")
    return {
        "empty": b"",
        "cut": whole[: len(whole) // 2],
        "stream": whole[:60] + bytes(range(200, 250)) + whole[110:],
        "seek": whole[: end + 16] + b"\xff\xff\xff\x7f" + whole[end + 20 :],
        "zeros": bytes(3000),
        "half a photo": b"\xff\xd8\xff\xe0" + bytes(300),
        "quotes": b'"' * 5000,
    }


RUBBISH = rubbish()


def test_a_rubbish_file_breaks_no_address(world: World):
    wrong = []
    for name in takers_of_files():
        row, client = ROWS[name], attacker(world, name)
        url = reverse(name, args=row.args(world))
        for place, (kind, content) in enumerate(RUBBISH.items()):
            ending = ("xlsx", "docx", "csv")[place % 3] if kind != "seek" else "xlsx"
            files = {field: SimpleUploadedFile(f"файл.{ending}", content) for field in FILE_FIELDS}
            got = status(client, "post", url, row.data | files | {"year": "2026"})
            if got >= 500:
                wrong.append(f"{name} {kind}: {got}")
    assert wrong == []


def test_numbers_of_nothing_are_found_nowhere(world: World):
    wrong = []
    for name, row in ROWS.items():
        args = row.args(world)
        if not any(isinstance(one, int) for one in args):
            continue
        client = attacker(world, name)
        for number in NOWHERE:
            try:
                url = reverse(name, args=[number if isinstance(a, int) else a for a in args])
            except NoReverseMatch:
                continue
            got = status(client, row.method, url, row.data)
            if got not in {403, 404}:
                wrong.append(f"{row.method} {name} {number}: {got}")
    assert wrong == []
