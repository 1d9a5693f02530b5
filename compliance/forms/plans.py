"""The forms that begin a plan: by hand, or from a document."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.text import Truncator, format_lazy
from django.utils.translation import gettext_lazy as _

from compliance.domain.calendar.periods import Period
from compliance.domain.plans.headings import Heading, read_headings
from compliance.domain.plans.periods import FIRST_YEAR, LAST_YEAR, check_period
from compliance.domain.refusals import Refusal
from compliance.files.incoming.files import LARGEST_FILE
from compliance.forms.fields import DayInput
from compliance.models import MeasureVersion, Organisation, PlanType, Revision, Section
from compliance.services.plans.beginning import DraftingPlace, sections_of, suggested_title
from compliance.services.plans.drafts import PlanDraft
from compliance.services.plans.frames import Frame, FramePart, seen_frame
from compliance.wording.refusals import sentence

LAST_PLACE = 200  # in a section; a section without a place comes last
FORMATS = (
    ".docx,.doc,.rtf,.odt,.xlsx,.xlsm,.xls,.xlsb,.ods,.pdf,.html,.htm,.mht,.mhtml,"
    ".txt,.tsv,.csv,.md"
)
Owner = tuple[PlanType, Organisation]


class OwnerForm(forms.Form):
    """Whose plan, and of which type: only where the person may draw one up."""

    owner = forms.ChoiceField(label=_("Whose plan"))

    def __init__(self, *args: Any, places: Sequence[DraftingPlace], **kwargs: Any) -> None:
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
        """The choice so far: what was sent if it is offered, else the only one there is."""
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
        """The values; a period must end after it begins and must not be absurdly long."""
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
        """The plan in the form that the service takes; an untouched title follows the period."""
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
        label=_("File (Word, Excel, PDF, a saved page or text)"),
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


class FrameForm(PeriodForm):
    """The title and the period of a text."""

    title = forms.CharField(
        label=_("Title"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    # The state that the person saw; a change made in between is not overwritten.
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    field_order = ["title", "period_start", "period_end"]

    @classmethod
    def initial_of(cls, revision: Revision) -> dict[str, Any]:
        """The fields filled with a text."""
        return {**revision.frame, "seen": seen_frame(revision)}


class PartForm(forms.Form):
    """One section; an empty heading leaves it out."""

    section = forms.IntegerField(widget=forms.HiddenInput, required=False, max_value=2**62)
    order = forms.IntegerField(
        label=_("Place in the order"), min_value=1, max_value=LAST_PLACE, required=False
    )
    heading = forms.CharField(
        label=_("Number and heading"),
        max_length=1100,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean_heading(self) -> Heading | None:
        """The heading; None when the section is left out."""
        try:
            found = read_headings(" ".join(self.cleaned_data["heading"].split()))
        except Refusal as refusal:
            raise forms.ValidationError(sentence(refusal)) from refusal
        return found[0] if found else None


PartFormSet = forms.formset_factory(PartForm, extra=2, max_num=LAST_PLACE, absolute_max=LAST_PLACE)


def initial_parts(revision: Revision) -> list[dict[str, Any]]:
    """The fields filled with the sections of a text."""
    return [
        {"section": row.pk, "order": place, "heading": str(row)}
        for place, row in enumerate(revision.sections.all(), start=1)
    ]


def framed(form: FrameForm, parts: Any) -> Frame:
    """The entered frame in the form that the service takes, its sections in order."""
    rows = sorted(parts, key=lambda one: one.cleaned_data.get("order") or LAST_PLACE)
    return Frame(
        title=" ".join(form.cleaned_data["title"].split()),
        period=form.period,
        parts=[
            FramePart(heading, one.cleaned_data.get("section"))
            for one in rows
            if (heading := one.cleaned_data.get("heading"))
        ],
    )


FIRST = "first-"  # how a choice of a place names the beginning of a section


class MoveForm(forms.Form):
    """Where a measure is to be: at the beginning of a section, or after another measure."""

    place = forms.ChoiceField(label=_("Put it"))

    def __init__(self, *args: Any, version: MeasureVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = version.revision.versions.exclude(pk=version.pk)
        self.places: dict[str, tuple[Section, MeasureVersion | None]] = {}
        groups: list[Any] = []
        rows = list(others.order_by("position", "pk"))
        for section in version.revision.sections.all():
            choices = [(f"{FIRST}{section.pk}", _("at the beginning of the section"))]
            self.places[f"{FIRST}{section.pk}"] = (section, None)
            for row in (one for one in rows if one.section_id == section.pk):
                words = Truncator(f"{row.number} {row.text}".strip()).chars(90)
                choices.append((str(row.pk), format_lazy(_("after “{words}”"), words=words)))
                self.places[str(row.pk)] = (section, row)
            groups.append((str(section), choices))
        field = self.fields["place"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = groups
        field.initial = self._present(version, rows)

    @staticmethod
    def _present(version: MeasureVersion, rows: Sequence[MeasureVersion]) -> str:
        """The choice that leaves it where it is."""
        above = [
            row
            for row in rows
            if row.section_id == version.section_id
            and (row.position, row.pk) < (version.position, version.pk)
        ]
        return str(above[-1].pk) if above else f"{FIRST}{version.section_id}"

    @property
    def chosen(self) -> tuple[Section, MeasureVersion | None]:
        """The section and the measure to put it after; call it on a valid form."""
        return self.places[self.cleaned_data["place"]]
