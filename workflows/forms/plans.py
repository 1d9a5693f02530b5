"""The filters of the list of plans, as the address has them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from compliance.forms.fields import EVERYTHING, select, words
from compliance.models.plans import State
from compliance.models.roles import Role
from workflows.services.plans.lists import PlanSelection, PlanShow, PlanSort
from workflows.services.plans.stages import Stage


class PlansForm(forms.Form):
    """What to show in the list of plans; wrong values in the address are ignored."""

    show = forms.ChoiceField(choices=PlanShow, required=False, widget=forms.HiddenInput)
    organisation = forms.IntegerField(
        required=False, min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput
    )
    state = forms.ChoiceField(choices=State, required=False, widget=forms.HiddenInput)
    q = forms.CharField(
        label=_("Institution, municipality or title"),
        max_length=200,
        required=False,
        widget=words(),
    )
    stage = forms.ChoiceField(
        label=_("State"), choices=[EVERYTHING, *Stage.choices], required=False, widget=select()
    )
    turn = forms.ChoiceField(
        label=_("Whose turn it is"),
        choices=[EVERYTHING, *((role.value, role.label) for role in Role)],
        required=False,
        widget=select(),
    )
    sort = forms.ChoiceField(label=_("Sort"), choices=PlanSort, required=False, widget=select())

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.is_valid()

    def offer(self, counts: dict[Stage, int]) -> None:
        """Offer the stages that there are, and the one asked for, with how many plans each has."""
        field: Any = self.fields["stage"]
        chosen = self.selection.stage
        field.choices = [
            EVERYTHING,
            *(
                (stage, f"{stage.label} ({counts.get(stage, 0)})")
                for stage in Stage
                if stage in counts or stage == chosen
            ),
        ]

    @property
    def is_narrowed(self) -> bool:
        """Whether something is left out beside the list itself."""
        return any(
            self.cleaned_data.get(name) for name in ("q", "stage", "turn", "state", "organisation")
        )

    @property
    def selection(self) -> PlanSelection:
        """What was asked for."""
        wanted = self.cleaned_data
        return PlanSelection(
            show=wanted.get("show") or PlanShow.ALL,
            stage=wanted.get("stage", ""),
            turn=wanted.get("turn", ""),
            state=wanted.get("state", ""),
            organisation=wanted.get("organisation"),
            words=wanted.get("q", "").strip(),
            sort=wanted.get("sort") or PlanSort.NEWEST,
        )
