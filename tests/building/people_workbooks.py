"""Workbooks of organisations and people as an administrator would fill them in."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from compliance.domain.people.vocabulary import HEADINGS, ORGANISATIONS, PEOPLE

PLACES = [names[0] for names in HEADINGS[ORGANISATIONS].values()]
FOLK = [names[0] for names in HEADINGS[PEOPLE].values()]


def workbook(
    places: Sequence[Sequence[Any]] = (),
    people: Sequence[Sequence[Any]] = (),
    *,
    headings: Sequence[str] | None = None,
    sheets: tuple[str, str] = ("Организации", "Люди"),
) -> bytes:
    """The two sheets with these rows below their headings; dates are written as dates."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False})
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    for name, titles, rows in (
        (sheets[0], PLACES, places),
        (sheets[1], headings or FOLK, people),
    ):
        sheet = book.add_worksheet(name)
        for place, title in enumerate(titles):
            sheet.write_string(0, place, title)
        for line, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                if hasattr(value, "year"):
                    sheet.write_datetime(line, place, value, day)
                elif value is not None:
                    sheet.write(line, place, value)
    book.close()
    return out.getvalue()


def empty_workbook() -> bytes:
    return workbook()


def institution(name: str, parent: str = "", **given: str) -> list[Any]:
    """A row of the first sheet."""
    short, kind = given.get("short", ""), given.get("kind", "Учреждение")
    return [name, short, kind, parent, given.get("group", ""), given.get("town", "")]


def person(name: str, email: str, place: str, role: str, post: str = "", **given: Any) -> list[Any]:
    """A row of the second sheet."""
    login, first, last = given.get("login", ""), given.get("first"), given.get("last")
    return [name, email, login, place, role, post, first, last]
