"""Fields and lists that several forms share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from compliance.models import Organisation
from compliance.models.organisations import names_apart

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


# Dates that exist in every time zone.
FIRST_DAY, LAST_DAY = date(1970, 1, 2), date(2199, 12, 31)


def day(label: Any) -> forms.DateField:
    """A day to narrow a list by."""
    widget = DayInput()
    widget.attrs["class"] = "form-control"
    limits = [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]
    return forms.DateField(label=label, required=False, widget=widget, validators=limits)


# --- The filter by institution: a list of a few, words of a name among many -----------------------

LISTED = 50  # institutions that a list offers; among more one searches by words


def place_to_choose() -> forms.TypedChoiceField:
    """The institution by its id, as `offer_places` fills it."""
    return forms.TypedChoiceField(
        label=_("Institution"), coerce=int, empty_value=None, required=False, widget=select()
    )


def place_to_find() -> forms.CharField:
    """Words of an institution's name; while they are typed, names that they may mean are offered.

    The page has a `<datalist id="places">`.
    """
    asks = {
        "hx-get": reverse_lazy("overdue-places"),
        "hx-trigger": "input changed delay:300ms",
        "hx-target": "#places",
    }
    widget = forms.TextInput(
        attrs={"class": "form-control", "type": "search", "list": "places", **asks}
    )
    return forms.CharField(label=_("Institution"), max_length=200, required=False, widget=widget)


def offer_places(form: forms.Form, places: QuerySet[Organisation]) -> bool:
    """Whether there are several places; of the form's fields for one, that which fits stays.

    `organisation` offers up to fifty of them, in their order. Among more, `place` takes words
    instead, unless the address names one of them, which is then offered alone. An address that
    names a place not to be seen is wrong, and so is the form.
    """
    named = form.data.get("organisation")
    offered = list(places[: LISTED + 1])
    is_several, is_many = len(offered) > 1, len(offered) > LISTED
    if is_many:
        offered = list(places.filter(pk=number(named) or 0)) if named else []
    if named or not is_many:
        form.fields.pop("place", None)
    is_chosen = any(one.pk == number(named) for one in offered)
    if (is_several and (named or not is_many)) or (named and not is_chosen):
        field: Any = form.fields["organisation"]
        field.choices = [EVERYTHING, *names_apart(offered).items()]
    else:
        del form.fields["organisation"]
    return is_several


def number(text: str | None) -> int | None:
    """The id that an address names; None when it is no number."""
    return int(text) if text and text.isdecimal() and len(text) < 19 else None
