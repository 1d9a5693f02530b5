"""The filters of the region's page, as the address has them."""

from __future__ import annotations

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from compliance.forms.boards import EVERYTHING, select, words
from compliance.models import User
from compliance.services.boards.regions import RegionSelection, Sort, groups_and_municipalities


class RegionForm(forms.Form):
    """Which institutions of the region to show, and in what order."""

    q = forms.CharField(
        label=_("Institution or municipality"), max_length=200, required=False, widget=words()
    )
    group = forms.ChoiceField(label=_("Rating group"), required=False, widget=select())
    municipality = forms.ChoiceField(label=_("Municipality"), required=False, widget=select())
    sort = forms.ChoiceField(label=_("Sort"), choices=Sort, required=False, widget=select())

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
            sort=wanted["sort"] or Sort.WORST,
        )
