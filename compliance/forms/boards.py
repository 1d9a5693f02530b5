"""The filters of the boards, as the address has them, and the form that names an executor."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from compliance.domain.calendar.periods import Period
from compliance.forms.fields import (
    EVERYTHING,
    day,
    number,
    offer_places,
    place_to_choose,
    place_to_find,
    select,
    words,
)
from compliance.models import User
from compliance.services.boards.months import months_around
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
NARROWING = ("place", "organisation", "plan", "executor", "first", "last")
YEARS = 5  # offered on the region's page: this one and the four before it


class BoardForm(forms.Form):
    """What to show on the board. Offers only what the person may see, and no single choices.

    A region of many institutions is searched by words: no list holds thousands of names.
    """

    show = forms.ChoiceField(label=_("Show"), choices=BoardShow, required=False, widget=select())
    place = place_to_find()
    organisation = place_to_choose()
    plan = forms.TypedChoiceField(
        label=_("Plan"), coerce=int, empty_value=None, required=False, widget=select()
    )
    executor = forms.ChoiceField(label=_("Responsible executor"), required=False, widget=select())
    first = day(_("Planned from"))
    last = day(_("Planned until"))
    measure = forms.IntegerField(
        required=False, min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput
    )
    section = forms.IntegerField(
        required=False, min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput
    )

    def __init__(self, data: QueryDict, *, user: User) -> None:
        super().__init__(data)
        self.user = user
        self.is_regional = offer_places(self, organisations_on_board(user))
        chosen = number(data.get("organisation"))
        rows = within(user, BoardSelection(organisation=chosen if self.is_regional else None))
        # Of a region only the chosen institution's plans and executors are offered: there are
        # thousands. A plan that the address names stands there by itself.
        is_one_place = bool(chosen) or not self.is_regional
        if is_one_place:
            self._offer("plan", plans_on_board(rows))
        elif data.get("plan"):
            self._offer("plan", plans_on_board(rows.filter(plan=number(data.get("plan")) or 0)))
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
        return bool(self.errors) or any(self.cleaned_data.get(name) for name in NARROWING)

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
            section=wanted["section"],
            executor=number(wanted["executor"]),
            is_unnamed=wanted["executor"] == NOBODY,
            first=wanted["first"],
            last=wanted["last"],
        )


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
    year = forms.TypedChoiceField(
        label=_("Months"), coerce=int, empty_value=None, required=False, widget=select()
    )
    sort = forms.ChoiceField(label=_("Sort"), choices=RegionSort, required=False, widget=select())

    view = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict, *, user: User, today: date) -> None:
        super().__init__(data)
        self.today = today
        groups, municipalities = groups_and_municipalities(user)
        self._offer("group", groups)
        self._offer("municipality", municipalities)
        field = self.fields["year"]
        assert isinstance(field, forms.ChoiceField)
        years = range(today.year + 1, today.year - YEARS, -1)
        field.choices = [("", _("The twelve months around today")), *((one, one) for one in years)]

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

    @property
    def wanted(self) -> RegionSelection:
        """What was asked for; everything, where the address is wrong."""
        return self.selection if self.is_valid() else RegionSelection()

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the view was chosen, or a value is wrong."""
        chosen = {name: value for name, value in self.data.items() if name != "view"}
        return bool(self.errors) or any(chosen.values())

    @property
    def shown_by(self) -> str:
        """How the institutions are shown: by "months", by "sections", or ("") in numbers."""
        view = self.cleaned_data["view"] if self.is_valid() else ""
        return view if view in {"months", "sections"} else ""

    @property
    def period(self) -> Period:
        """The months asked for, or those around today."""
        year = self.cleaned_data.get("year") if self.is_valid() else None
        return Period.of_years(year) if year else months_around(self.today)
