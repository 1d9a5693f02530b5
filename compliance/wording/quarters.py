"""Quarters in words."""

from __future__ import annotations

from django.utils.translation import gettext

ROMAN = {"1": "I", "2": "II", "3": "III", "4": "IV"}


def quarter_words(code: str) -> str:
    """A quarter in words: 2026Q1 is "I квартал 2026 года"."""
    year, number = code.split("Q")
    return gettext("quarter %(number)s of %(year)s") % {"number": ROMAN[number], "year": year}


def quarter_in_short(code: str) -> str:
    """A quarter in few letters: 2026Q1 is "I кв. 2026"."""
    year, number = code.split("Q")
    return gettext("Q%(number)s %(year)s") % {"number": ROMAN[number], "year": year}
