"""Which letters of the journal somebody asks for."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.models import DeliveryState, Reason
from notifications.models.letters import MessageQuerySet


def calendar() -> forms.DateInput:
    """The browser's own calendar."""
    return forms.DateInput({"type": "date", "class": "form-control"}, "%Y-%m-%d")


class LettersForm(forms.Form):
    """The state that a tally stands for, the days of the letters, and why they ended so."""

    state = forms.ChoiceField(
        choices=DeliveryState.choices, required=False, widget=forms.HiddenInput()
    )
    first = forms.DateField(label=_("From the day"), required=False, widget=calendar())
    last = forms.DateField(label=_("To the day"), required=False, widget=calendar())
    reason = forms.ChoiceField(
        label=_("Why"),
        choices=[("", _("All")), *Reason.choices],
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def clean(self) -> dict[str, object]:
        """The days in their order."""
        given = self.cleaned_data
        first, last = given.get("first"), given.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day is before the first. Check both."))
        return given

    def chosen(self, letters: MessageQuerySet, *, in_any_state: bool = False) -> MessageQuerySet:
        """Those of the letters that are asked for; none while the form has an error."""
        if not self.is_valid():
            return letters.none()
        given = self.cleaned_data
        if given["first"]:
            letters = letters.filter(day__gte=given["first"])
        if given["last"]:
            letters = letters.filter(day__lte=given["last"])
        if given["reason"]:
            letters = letters.filter(reason=given["reason"])
        if given["state"] and not in_any_state:
            letters = letters.filter(state=given["state"])
        return letters
