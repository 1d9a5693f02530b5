"""Who stands in for whom, and when."""

from __future__ import annotations

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from compliance.forms.reference import DayInput
from compliance.models import User
from compliance.services.people.substitutions import Absence


class SubstitutionForm(forms.Form):
    """A substitute, the days, the reason."""

    substitute = forms.ModelChoiceField(
        label=_("Who stands in"),
        queryset=User.objects.none(),
        empty_label=_("Choose a person"),
        help_text=_("People of the same organisation who have a role in it."),
    )
    starts_on = forms.DateField(label=_("First day"), widget=DayInput)
    ends_on = forms.DateField(label=_("Last day"), widget=DayInput)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("In two words, such as a holiday or a business trip; nothing about health."),
    )

    def __init__(self, data: QueryDict | None, *, people: QuerySet[User]) -> None:
        super().__init__(data)
        field = self.fields["substitute"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people

    def absence(self, absent: User) -> Absence:
        """The entered values as the service takes them."""
        given = self.cleaned_data
        return Absence(
            absent=absent,
            substitute=given["substitute"],
            first=given["starts_on"],
            last=given["ends_on"],
            reason=given["reason"],
        )
