"""What is entered to begin a plan: for whom, by hand, or from a document."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from compliance.documents.files import LARGEST_FILE
from compliance.domain.periods import Period
from compliance.domain.refusals import Refusal
from compliance.forms.calendar import DayInput
from compliance.models import Organisation, PlanType
from compliance.services.drafting import Place, sections_of, suggested_title
from compliance.services.plans import FIRST_YEAR, LAST_YEAR, PlanDraft, check_period
from compliance.wording import sentence

FORMATS = ".txt,.tsv,.csv,.md,.docx,.xlsx"
Owner = tuple[PlanType, Organisation]


class OwnerForm(forms.Form):
    """Whose plan, and of which type: only what the person may draw up."""

    owner = forms.ChoiceField(label=_("Whose plan"))

    def __init__(self, *args: Any, places: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owners: dict[str, Owner] = {
            f"{place.type.pk}-{row.pk}": (place.type, row)
            for place in places
            for row in place.organisations
        }
        groups: list[Any] = [
            (
                str(place.type),
                [(f"{place.type.pk}-{row.pk}", row.name) for row in place.organisations],
            )
            for place in places
        ]
        field = self.fields["owner"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = groups
        if len(self.owners) == 1:
            field.initial = next(iter(self.owners))

    def clean_owner(self) -> Owner:
        """The type and the organisation."""
        return self.owners[self.cleaned_data["owner"]]

    @property
    def chosen(self) -> Owner | None:
        """What is chosen so far: what was sent if it is one of them, else the only one."""
        return self.owners.get(str(self["owner"].value() or ""))


class PeriodField(forms.DateField):
    """A first or last day of a plan."""

    widget = DayInput
    default_validators = [
        MinValueValidator(date(FIRST_YEAR, 1, 1)),
        MaxValueValidator(date(LAST_YEAR, 12, 31)),
    ]


class PeriodForm(forms.Form):
    """From when to when a plan is for."""

    period_start = PeriodField(label=_("First day of the period"))
    period_end = PeriodField(label=_("Last day of the period"))

    def clean(self) -> dict[str, Any]:
        """The values; a period ends after it begins and is not absurdly long."""
        data: dict[str, Any] = super().clean() or {}
        start, end = data.get("period_start"), data.get("period_end")
        if start and end:
            if end < start:
                self.add_error("period_end", _("The last day is before the first. Check both."))
            else:
                try:
                    check_period(Period(start, end))
                except Refusal as refusal:
                    self.add_error("period_end", sentence(refusal))
        return data

    @property
    def period(self) -> Period:
        """The entered period; call it on a valid form."""
        return Period(self.cleaned_data["period_start"], self.cleaned_data["period_end"])


class NewPlanForm(PeriodForm):
    """A plan begun by hand."""

    title = forms.CharField(
        label=_("Title"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("As it stands on the plan. Left empty, it is made of type, owner and period."),
    )
    headings = forms.CharField(
        label=_("Sections"),
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("One a line, in their order. Measures are added to them on the next page."),
    )
    owner = forms.CharField(widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)
    suggested = forms.CharField(widget=forms.HiddenInput, required=False)
    field_order = ["period_start", "period_end", "title", "headings"]

    @classmethod
    def blank(cls, owner: Owner, period: Period) -> NewPlanForm:
        """The form with what is suggested."""
        kind, organisation = owner
        title = suggested_title(kind, organisation, period)
        return cls(
            initial={
                "period_start": period.start,
                "period_end": period.end,
                "title": title,
                "suggested": title,
                "headings": kind.headings,
                "owner": f"{kind.pk}-{organisation.pk}",
                "key": uuid.uuid4(),
            }
        )

    def clean_headings(self) -> str:
        """The headings, if sections can be made of them."""
        text: str = self.cleaned_data["headings"]
        try:
            sections_of(text)
        except Refusal as refusal:
            raise forms.ValidationError(sentence(refusal)) from refusal
        return text

    def draft(self, owner: Owner) -> PlanDraft:
        """The plan as the service takes it; a title nobody touched follows the period."""
        given, (kind, organisation) = self.cleaned_data, owner
        title = " ".join(given["title"].split())
        if title in {"", " ".join(given["suggested"].split())}:
            title = suggested_title(kind, organisation, self.period)
        return PlanDraft(
            organisation=organisation,
            type=kind,
            title=title,
            period=self.period,
            sections=sections_of(given["headings"]),
        )


class DocumentForm(forms.Form):
    """A document of a plan."""

    file = forms.FileField(
        label=_("File (.docx, .xlsx, .txt, .csv, .tsv, .md)"),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": FORMATS}),
        help_text=_("You will see what was read before anything is stored."),
    )

    def clean_file(self) -> Any:
        """The file, if it is not too large to be looked at."""
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST_FILE:
            raise forms.ValidationError(sentence(Refusal("too_large", limit=LARGEST_FILE)))
        return upload


class ReadingForm(OwnerForm):
    """What the document does not say, or says wrongly."""

    year = forms.IntegerField(
        label=_("Year"),
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        required=False,
        help_text=_("Only if the title names none or a wrong one: it replaces the period."),
    )
