"""Fields and lists that several forms share."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

EVERYTHING = ("", _("All"))


def select() -> forms.Select:
    """A list to choose from, as the pages draw it."""
    return forms.Select(attrs={"class": "form-select"})


def words() -> forms.TextInput:
    """A field for words to look for, as the pages draw it."""
    return forms.TextInput(attrs={"class": "form-control", "type": "search"})


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")
