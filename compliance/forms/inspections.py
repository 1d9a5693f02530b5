"""What people enter about inspections: filters, orders, samples, results, policies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from compliance.forms.fields import (
    EVERYTHING,
    DayInput,
    offer_places,
    place_to_choose,
    place_to_find,
    select,
    to_choose,
)
from compliance.models import Inspection, InspectionPolicy, MeasureVersion, Organisation, User
from compliance.services.inspections.holding import InspectionResult
from compliance.services.inspections.planning import InspectionOrder
from compliance.services.inspections.samples import Draw

Status = Inspection.Status
OUR_TIME = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2099, 12, 31))]


class InspectionSort(models.TextChoices):
    """In what order the inspections are listed."""

    DUE = "due", _("Soonest due first")
    DUE_BACK = "due-back", _("Latest due first")
    PLACE = "place", _("By institution")
    PLACE_BACK = "place-back", _("By institution, from the end")


class InspectionFilter(forms.Form):
    """Which inspections a list shows; offers only what the person may see."""

    LATE = "late"

    state = forms.ChoiceField(
        label=_("State"),
        choices=[EVERYTHING, *Status.choices],
        required=False,
        widget=select(),
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[EVERYTHING, *Inspection.Kind.choices],
        required=False,
        widget=select(),
    )
    place = place_to_find()
    organisation = place_to_choose()
    due = forms.ChoiceField(
        label=_("Due on"),
        choices=[EVERYTHING, (LATE, _("Late")), ("week", _("Within seven days"))],
        required=False,
        widget=select(),
    )

    sort = forms.ChoiceField(
        label=_("Sort"), choices=InspectionSort, required=False, widget=select()
    )

    def __init__(self, data: QueryDict, organisations: QuerySet[Organisation]) -> None:
        super().__init__(data)
        offer_places(self, organisations)


class OrderForm(forms.Form):
    """How, by when and by whom the chosen reports are to be inspected."""

    kind = forms.ChoiceField(label=_("Kind"), choices=to_choose(Inspection.Kind.choices))
    due_on = forms.DateField(label=_("Due on"), widget=DayInput, validators=OUR_TIME)
    inspector = forms.TypedChoiceField(
        label=_("Inspector"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Nobody named: whoever takes it from the inspectors' queue."),
    )

    def __init__(
        self, *args: Any, inspectors: Mapping[Organisation, Sequence[User]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people = {one.pk: one for people in inspectors.values() for one in people}
        groups = [
            (str(region), [(one.pk, str(one)) for one in people])
            for region, people in inspectors.items()
            if people
        ]
        offered: Any = self.fields["inspector"]
        offered.choices = [
            ("", _("The inspectors' queue")),
            *(groups if len(groups) > 1 else [pair for _region, pairs in groups for pair in pairs]),
        ]

    def order(self) -> InspectionOrder:
        """The entered order."""
        data = self.cleaned_data
        return InspectionOrder(
            kind=data["kind"],
            due_on=data["due_on"],
            inspector=self.people.get(data["inspector"]),
            reason=data.get("reason", ""),
        )


class HandForm(OrderForm):
    """An order given by hand, with its reason."""

    reason = forms.CharField(
        label=_("Why it is planned"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=2000,
        required=False,
    )


class SampleForm(OrderForm):
    """What a sample is drawn from, and what is ordered for each report drawn."""

    organisation = forms.TypedChoiceField(label=_("Region or institution"), coerce=int)
    accepted_from = forms.DateField(label=_("Accepted from"), widget=DayInput, validators=OUR_TIME)
    accepted_to = forms.DateField(label=_("Accepted until"), widget=DayInput, validators=OUR_TIME)
    share = forms.IntegerField(
        label=_("Share, %"),
        min_value=1,
        max_value=100,
        help_text=_("Of each institution with accepted reports at least one is drawn."),
    )
    field_order = [
        "organisation", "kind", "accepted_from", "accepted_to", "share", "due_on", "inspector",
    ]  # fmt: skip

    def __init__(self, *args: Any, organisations: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {one.pk: one for one in organisations}
        offered: Any = self.fields["organisation"]
        offered.choices = to_choose((one.pk, str(one)) for one in organisations)

    def clean(self) -> dict[str, Any]:
        """The values; a period must not end before it begins."""
        data = super().clean() or {}
        first, last = data.get("accepted_from"), data.get("accepted_to")
        if first and last and last < first:
            self.add_error("accepted_to", _("The period ends before it begins."))
        return data

    def draw(self, seed: str) -> Draw:
        """What the sample is drawn from, and with which seed."""
        data = self.cleaned_data
        return Draw(
            organisation=self.organisations[data["organisation"]],
            accepted_from=data["accepted_from"],
            accepted_to=data["accepted_to"],
            share=data["share"],
            seed=seed,
        )


class ResultForm(forms.Form):
    """What an inspector writes; only closing needs all of it."""

    held_on = forms.DateField(label=_("Held on"), widget=DayInput, required=False)
    act_number = forms.CharField(
        label=_("Number of the act"),
        max_length=100,
        required=False,
        help_text=_("A visit cannot be closed without it."),
    )
    found = forms.CharField(
        label=_("What was found"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=20000,
        required=False,
    )
    remark = forms.CharField(
        label=_("Remark"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=5000,
        required=False,
        help_text=_("Needed when execution is not confirmed, or to cancel the inspection."),
    )

    @classmethod
    def of(cls, inspection: Inspection) -> ResultForm:
        """The form with what has been stored so far."""
        return cls(initial={name: getattr(inspection, name) for name in cls.base_fields})

    def mark_asked(self, inspection: Inspection) -> ResultForm:
        """The form with what closing needs not called optional; validate it before."""
        self.is_valid()
        is_visit = inspection.kind == Inspection.Kind.VISIT
        self.fields["held_on"].required = self.fields["found"].required = True
        self.fields["act_number"].required = is_visit
        if not is_visit:
            self.fields["act_number"].help_text = ""
        return self

    def result(self) -> InspectionResult:
        """The entered values in the form that the service takes."""
        return InspectionResult(**self.cleaned_data)


class PolicyForm(forms.Form):
    """A ministry's rule of inspection."""

    kind = forms.ChoiceField(label=_("Kind"), choices=to_choose(Inspection.Kind.choices))
    proof = forms.ChoiceField(
        label=_("What proves the measure"),
        choices=[("", _("Whatever proves it")), *MeasureVersion.Proof.choices],
        required=False,
    )
    share = forms.IntegerField(label=_("Share, %"), min_value=1, max_value=100)
    days = forms.IntegerField(label=_("Working days after acceptance"), min_value=1, max_value=250)
    starts_on = forms.DateField(
        label=_("For what is accepted from"), widget=DayInput, validators=OUR_TIME
    )
    is_active = forms.BooleanField(label=_("active"), required=False)

    @classmethod
    def of(cls, policy: InspectionPolicy) -> PolicyForm:
        """The form filled with a policy."""
        return cls(initial={name: getattr(policy, name) for name in cls.base_fields})

    def fill(self, policy: InspectionPolicy) -> InspectionPolicy:
        """The policy with the entered values, not stored."""
        for name, value in self.cleaned_data.items():
            setattr(policy, name, value)
        return policy
