"""Fields and lists that several forms share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

EVERYTHING = ("", _("All"))
UNCHOSEN = ("", _("Choose …"))


def select() -> forms.Select:
    """A list to choose from, as the pages draw it."""
    return forms.Select(attrs={"class": "form-select"})


def to_choose(choices: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """The choices of a list in which a person decides: none of several is chosen by being first."""
    listed = list(choices)
    return [UNCHOSEN, *listed] if len(listed) > 1 else listed


def words() -> forms.TextInput:
    """A field for words to look for, as the pages draw it."""
    return forms.TextInput(attrs={"class": "form-control", "type": "search"})


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")
