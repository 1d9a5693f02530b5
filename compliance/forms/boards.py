"""The filters of the boards, as the address has them, and the form that names an executor."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from compliance.forms.fields import EVERYTHING, select, words
from compliance.models import User
from compliance.services.boards.overdue import (
    BoardSelection,
    BoardShow,
    executors_on_board,
    organisations_on_board,
    plans_on_board,
    within,
)
from compliance.services.boards.regions import (
    RegionSelection,
    RegionSort,
    groups_and_municipalities,
)

NOBODY = "none"  # in the address: no executor is named
LISTED = 50  # institutions that a list offers; among more one searches by words


def places_to_find() -> forms.TextInput:
    """A field for words of an institution's name, which offers what they may mean."""
    asks = {
        "hx-get": reverse_lazy("overdue-places"),
        "hx-trigger": "input changed delay:300ms",
        "hx-target": "#places",
    }
    return forms.TextInput(
        attrs={"class": "form-control", "type": "search", "list": "places", **asks}
    )


class BoardForm(forms.Form):
    """What to show on the board. Offers only what the person may see, and no single choices.

    A region of many institutions is searched by words: no list holds thousands of names.
    """

    show = forms.ChoiceField(label=_("Show"), choices=BoardShow, required=False, widget=select())
    place = forms.CharField(
        label=_("Institution"), max_length=200, required=False, widget=places_to_find()
    )
    organisation = forms.TypedChoiceField(
        label=_("Institution"), coerce=int, empty_value=None, required=False, widget=select()
    )
    plan = forms.TypedChoiceField(
        label=_("Plan"), coerce=int, empty_value=None, required=False, widget=select()
    )
    executor = forms.ChoiceField(label=_("Responsible executor"), required=False, widget=select())
    measure = forms.IntegerField(
        required=False, min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput
    )

    def __init__(self, data: QueryDict, *, user: User) -> None:
        super().__init__(data)
        self.user = user
        chosen = _number(data.get("organisation"))
        places = organisations_on_board(user)
        offered = list(places[: LISTED + 1])
        self.is_regional = len(offered) > 1
        is_large = len(offered) > LISTED
        if is_large:
            offered = list(places.filter(pk=chosen)) if chosen else []
        is_searched = is_large and not data.get("organisation")
        if not is_searched:
            del self.fields["place"]
        if self.is_regional and not is_searched:
            self._offer("organisation", [(one.pk, str(one)) for one in offered])
        else:
            del self.fields["organisation"]
        rows = within(user, BoardSelection(organisation=chosen if self.is_regional else None))
        # Of a region only the chosen institution's plans and executors are offered: there are
        # thousands. A plan that the address names stands there by itself.
        is_one_place = bool(chosen) or not self.is_regional
        if is_one_place:
            self._offer("plan", plans_on_board(rows))
        elif data.get("plan"):
            self._offer("plan", plans_on_board(rows.filter(plan=_number(data.get("plan")) or 0)))
        else:
            del self.fields["plan"]
        people = executors_on_board(rows) if is_one_place else []
        self._offer("executor", [(NOBODY, _("Nobody is named yet")), *people])

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [EVERYTHING, *choices]

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter other than the list itself is on, or a value is wrong."""
        return bool(self.errors) or any(
            self.cleaned_data.get(name) for name in ("place", "organisation", "plan", "executor")
        )

    @property
    def selection(self) -> BoardSelection:
        """What was asked for; call it on a valid form."""
        wanted = self.cleaned_data
        return BoardSelection(
            show=wanted["show"] or BoardShow.NEAR,
            organisation=wanted.get("organisation"),
            place=wanted.get("place", ""),
            plan=wanted.get("plan"),
            measure=wanted["measure"],
            executor=_number(wanted["executor"]),
            is_unnamed=wanted["executor"] == NOBODY,
        )


def _number(text: str | None) -> int | None:
    """The id that the address names; None when it is no number."""
    return int(text) if text and text.isdecimal() and len(text) < 19 else None


class ExecutorForm(forms.Form):
    """Who carries a measure out."""

    executor = forms.ModelChoiceField(
        label=_("Responsible executor"),
        queryset=User.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )

    def __init__(
        self, data: QueryDict | None, *, people: QuerySet[User], chosen: int | None
    ) -> None:
        super().__init__(data, initial={"executor": chosen})
        field = self.fields["executor"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people


class RegionForm(forms.Form):
    """Which institutions of the region to show, and in what order."""

    q = forms.CharField(
        label=_("Institution or municipality"), max_length=200, required=False, widget=words()
    )
    group = forms.ChoiceField(label=_("Rating group"), required=False, widget=select())
    municipality = forms.ChoiceField(label=_("Municipality"), required=False, widget=select())
    sort = forms.ChoiceField(label=_("Sort"), choices=RegionSort, required=False, widget=select())

    def __init__(self, data: QueryDict, *, user: User) -> None:
        super().__init__(data)
        groups, municipalities = groups_and_municipalities(user)
        self._offer("group", groups)
        self._offer("municipality", municipalities)

    def _offer(self, name: str, values: list[str]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [EVERYTHING, *((value, value) for value in values)]

    @property
    def selection(self) -> RegionSelection:
        """What was asked for; call it on a valid form."""
        wanted = self.cleaned_data
        return RegionSelection(
            words=wanted["q"],
            group=wanted["group"],
            municipality=wanted["municipality"],
            sort=wanted["sort"] or RegionSort.WORST,
        )
