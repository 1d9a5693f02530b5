"""The Russian catalogue is complete, and compiled from what stands in the source."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.building.places import ROOT

CATALOGUE = ROOT / "locale/ru/LC_MESSAGES/django.po"


def entries(text: str) -> list[str]:
    """The entries of a catalogue without its header."""
    return [part for part in text.split("\n\n")[1:] if "msgid" in part]


def test_no_entry_is_missing_or_doubtful():
    wrong = [
        part
        for part in entries(CATALOGUE.read_text(encoding="utf-8"))
        if "fuzzy" in part or re.search(r'msgstr(\[\d\])? ""(?!\n")', part)
    ]
    assert wrong == []


@pytest.mark.gettext
def test_the_compiled_file_says_the_same(tmp_path: Path):
    compiled = tmp_path / "django.mo"
    subprocess.run(["msgfmt", "-c", "-o", compiled, CATALOGUE], check=True)
    assert compiled.read_bytes() == CATALOGUE.with_suffix(".mo").read_bytes()


@pytest.mark.gettext
def test_every_text_of_the_source_is_in_the_catalogue(tmp_path: Path):
    """Collects the texts anew in a copy; a text that is missing here was never translated."""
    copy = tmp_path / "copy"
    wanted = ("compliance", "notifications", "workflows", "project", "templates", "locale")
    for folder in wanted:
        shutil.copytree(
            ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__", "fixtures")
        )
    manage = copy / "manage.py"
    shutil.copy(ROOT / "manage.py", manage)
    found = copy / "locale/ru/LC_MESSAGES/django.po"
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", "-l", "ru", "--no-location", "--no-wrap",
         "--no-obsolete"],
        cwd=copy, check=True, capture_output=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "project.settings"},
    )  # fmt: skip
    missing = [
        part
        for part in entries(found.read_text(encoding="utf-8"))
        if re.search(r'msgstr(\[\d\])? ""(?!\n")', part)
    ]
    assert missing == []
