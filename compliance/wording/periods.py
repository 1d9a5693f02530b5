"""A period in words: the same on pages, in titles and in the record of changes."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext


def period_words(start: date, end: date) -> str:
    """A period as short as is still clear: "2017–2018 годы", "01.02.2026 – 31.03.2026"."""
    if (start.month, start.day, end.month, end.day) == (1, 1, 12, 31):
        if start.year == end.year:
            return gettext("year %(year)s") % {"year": start.year}
        return gettext("years %(first)s–%(last)s") % {"first": start.year, "last": end.year}
    return f"{start:%d.%m.%Y} – {end:%d.%m.%Y}"
