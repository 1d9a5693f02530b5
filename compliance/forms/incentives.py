"""Which sheets to show, as the address has it."""

from __future__ import annotations

from datetime import date

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from compliance.domain.calendar.quarters import quarter, quarters_before
from compliance.forms.fields import select, words
from compliance.models import IncentiveSheet, User
from compliance.models.incentives import IncentiveSheetQuerySet
from compliance.services.incentives.lists import (
    SheetOrder,
    quarters_with_sheets,
    sheets_found,
)
from compliance.wording.quarters import quarter_words

QUARTERS = 5  # offered for calculation: this one and the four before it


class SheetsForm(forms.Form):
    """The quarter and the institutions whose sheets to show.

    Without a choice: the latest quarter that has sheets, else the one that has just ended.
    """

    period = forms.ChoiceField(label=_("Quarter"), widget=select())
    q = forms.CharField(label=_("Institution"), max_length=200, required=False, widget=words())
    sort = forms.ChoiceField(label=_("Sort"), choices=SheetOrder, required=False, widget=select())

    def __init__(self, data: QueryDict, *, user: User, today: date) -> None:
        self.user = user
        recent = quarters_before(today, QUARTERS)
        ready = quarters_with_sheets(user)
        self.usual = ready[0] if ready else recent[1]
        super().__init__({"period": self.usual, **data.dict()})
        field = self.fields["period"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (code, quarter_words(code)) for code in sorted({*recent, *ready}, reverse=True)
        ]

    @property
    def quarter(self) -> str:
        """The code of the quarter asked for, or of the usual one if that is not valid."""
        return str(self.cleaned_data["period"]) if self.is_valid() else self.usual

    def sheets(self) -> IncentiveSheetQuerySet:
        """The sheets asked for; none for an address that makes no sense."""
        if not self.is_valid():
            return IncentiveSheet.objects.none()
        wanted = self.cleaned_data
        order = wanted["sort"] or SheetOrder.NAME
        return sheets_found(self.user, quarter(self.quarter), wanted["q"], order)
