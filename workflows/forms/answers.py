"""What people enter: only shape and presence are checked here; the rules are in the services."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from compliance.domain.refusals import Refusal
from compliance.forms.fields import DayInput, to_choose
from compliance.models import (
    Decision,
    MeasureVersion,
    Petition,
    Revision,
)
from compliance.services.evidence.reports import Account
from compliance.services.execution.interims import LONGEST_NOTE
from compliance.services.plans.drafts import MeasureDraft, ResponsibleDraft, seen_measure
from compliance.services.plans.responsibles import Parties, code_of
from compliance.wording.refusals import sentence
from workflows.steps import Brought, Outcome


class WebAddressField(forms.URLField):
    """The address of a page that anyone can open."""

    default_validators = [URLValidator(schemes=["http", "https"])]
    default_error_messages = {"invalid": _("Give the whole address of the page: https://…")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=1000, assume_scheme="https", **kwargs)


class GroundsForm(forms.Form):
    """What an answer may ask for: a comment, a basis, a publication, a date."""

    new_due_on = forms.DateField(label=_("New date"), widget=DayInput)
    comment = forms.CharField(
        label=_("What has to be changed"), widget=forms.Textarea(attrs={"rows": 3}), max_length=5000
    )
    basis = forms.ChoiceField(label=_("Basis"), choices=Decision.Basis.choices)
    basis_number = forms.CharField(
        label=_("Number"),
        max_length=100,
        required=False,
        help_text=_("Number and date are needed unless the basis is a signature."),
    )
    basis_date = forms.DateField(label=_("Date"), widget=DayInput, required=False)
    published_on = forms.DateField(label=_("Date of publication"), widget=DayInput)
    published_url = WebAddressField(
        label=_("Address of publication"),
        help_text=_("The page of the site where anyone can read the plan: https://…"),
    )

    PARTS = {
        "comment": ("comment",),
        "note": ("comment",),
        "refusal": ("comment",),
        "basis": ("basis", "basis_number", "basis_date"),
        "publication": ("published_on", "published_url"),
        "new_date": ("new_due_on",),
    }

    def __init__(
        self,
        outcome: Outcome,
        *args: Any,
        bases: Sequence[str] = (),
        petition: Petition | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("auto_id", f"id_{outcome.code}_%s")
        super().__init__(*args, **kwargs)
        self.brings = outcome.brings
        parts = (*outcome.asks, "basis") if bases and outcome.is_main else outcome.asks
        asked = {name for part in parts for name in self.PARTS[part]}
        basis = self.fields["basis"]
        basis.choices = to_choose(  # type: ignore[attr-defined]
            (code, Decision.Basis(code).label) for code in bases
        )
        self._ask_for_requisites(bases)
        if petition and petition.new_due_on:
            self._offer_date(petition)
        else:
            asked.discard("new_due_on")
        for name in set(self.fields) - asked:
            del self.fields[name]
        if "note" in outcome.asks:
            self.fields["comment"].label, self.fields["comment"].required = _("Comment"), False
        if "refusal" in outcome.asks:
            self.fields["comment"].label = _("Why not")

    def _ask_for_requisites(self, bases: Sequence[str]) -> None:
        """All bases but a signature need number and date: where no signature is offered, always."""
        is_always = Decision.Basis.SIGNATURE not in bases
        for name in ("basis_number", "basis_date"):
            self.fields[name].required = is_always
            self.fields[name].is_conditional = True  # type: ignore[attr-defined]
        if is_always:
            self.fields["basis_number"].help_text = ""

    def _offer_date(self, petition: Petition) -> None:
        """Put the date asked for into the field; an earlier one may be granted instead."""
        asked, field = petition.new_due_on, self.fields["new_due_on"]
        field.initial = asked
        words = _("Asked for: %(asked)s. You may grant an earlier date, later than %(due)s.")
        field.help_text = words % {
            "asked": f"{asked:%d.%m.%Y}",
            "due": f"{petition.occurrence.late_after:%d.%m.%Y}",
        }

    def clean(self) -> dict[str, Any]:
        """The values; an order, minutes or a letter have number and date, a signature has none."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("basis") not in {None, Decision.Basis.SIGNATURE}:
            for name in ("basis_number", "basis_date"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, self.fields[name].error_messages["required"])
        return data

    def grounds(self) -> Brought:
        """The entered values in the form that the answer takes."""
        return self.brings(**{key: value for key, value in self.cleaned_data.items() if value})


class ReportForm(forms.Form):
    """An executor's account of what was done."""

    text = forms.CharField(
        label=_("What was done"),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=20000,
        required=False,
    )
    number = forms.DecimalField(
        label=_("Result in numbers"),
        max_digits=14,
        decimal_places=2,
        required=False,
        localize=True,
        help_text=_("For example, how many people were trained or leaflets handed out."),
    )
    link = WebAddressField(label=_("Link to the publication"), required=False)
    is_interim = forms.BooleanField(
        label=_("The measure is not finished yet: this is interim information"),
        required=False,
        help_text=_("The ministry sees it, but the deadline stays open."),
    )

    def mark_asked(self, kinds: Iterable[str]) -> ReportForm:
        """The form, in which fields that a submission needs are no longer called optional."""
        for name in {"text", *kinds} & set(self.fields):
            self.fields[name].required = True
        return self

    @property
    def says_more(self) -> bool:
        """Whether a field that may stay empty holds something, or something wrong."""
        optional = (self[name] for name, field in self.fields.items() if not field.required)
        return any(one.value() or one.errors for one in optional)

    def account(self) -> Account:
        """The entered values in the form that the service takes."""
        return Account(**self.cleaned_data)


class ReasonForm(forms.Form):
    """A reason that goes on record."""

    reason = forms.CharField(
        label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=5000
    )


class CourseForm(forms.Form):
    """How far the work has come, asked for inside a long period."""

    note = forms.CharField(
        label=_("Course of work"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=LONGEST_NOTE,
        help_text=_("A few words are enough. Nothing has to be proved, and nothing is closed."),
    )


class RemarkForm(forms.Form):
    """What a party wants changed in one measure."""

    text = forms.CharField(
        label=_("Remark"), widget=forms.Textarea(attrs={"rows": 4}), max_length=5000
    )


class DatesForm(forms.Form):
    """A person's answer about a deadline: confirmed as read, or dates, or the day of its event."""

    dates = forms.CharField(
        label=_("Due dates"),
        required=False,
        max_length=5000,
        widget=forms.TextInput(attrs={"placeholder": "15.03.2026, 15.09.2026"}),
        help_text=_("Leave empty to take the dates shown above."),
    )
    anchor = forms.DateField(
        label=_("Day of the event"),
        required=False,
        widget=DayInput,
        help_text=_("The due date is counted from it."),
    )

    @classmethod
    def of(cls, version: MeasureVersion, asks_for_event: bool) -> DatesForm:
        """The form with what has been set so far; an event's day only where one is awaited."""
        form = cls(
            prefix=str(version.pk),
            initial={
                "dates": ", ".join(f"{day:%d.%m.%Y}" for day in version.dates_set),
                "anchor": version.deadline_anchor,
            },
        )
        if not asks_for_event:
            del form.fields["anchor"]
        return form

    def clean_dates(self) -> list[Any]:
        """The dates, each read as DD.MM.YYYY."""
        field = forms.DateField(input_formats=["%d.%m.%Y", "%Y-%m-%d"])
        words = self.cleaned_data["dates"].replace(";", ",").split(",")
        return [field.clean(word.strip()) for word in words if word.strip()]


class MeasureForm(forms.Form):
    """One measure of a draft."""

    number = forms.CharField(label=_("Number"), max_length=20, required=False)
    finding = forms.CharField(
        label=_("Finding"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )
    indicator = forms.CharField(
        label=_("Indicator"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )
    text = forms.CharField(label=_("Measure"), widget=forms.Textarea(attrs={"rows": 4}))
    form = forms.CharField(
        label=_("Form of implementation"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )
    deadline_text = forms.CharField(
        label=_("Deadline"),
        max_length=2000,
        help_text=_("As it should read in the plan: “до 1 июля”, “ежеквартально”, “постоянно”."),
    )
    # The deadline's words whose dates the person has seen and confirmed; set by the preview.
    confirmed = forms.CharField(required=False, widget=forms.HiddenInput)
    # What the measure said when the page was made; a change made in between is not overwritten.
    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=64)
    proof = forms.MultipleChoiceField(
        label=_("What will prove it"),
        choices=MeasureVersion.Proof.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Agreed beforehand: a report without it cannot be sent for verification."),
    )
    responsible = forms.CharField(
        label=_("Responsible as written in the plan"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=1000,
    )
    party = forms.ChoiceField(
        label=_("Who it is in the system"),
        help_text=_("This organisation gets the reminders and reports."),
    )

    def __init__(self, text: Revision, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plan = text.plan
        self.kept: list[ResponsibleDraft] = []
        self.fields["deadline_text"].widget.attrs.update(
            {
                "hx-get": f"{reverse('deadline-preview')}?plan={plan.pk}&revision={text.number}",
                "hx-trigger": "input changed delay:400ms, change",
                "hx-target": "#preview",
            }
        )
        # The party that the text names already is offered until another is chosen.
        self.parties = Parties(plan, [self.initial.get("party", "")])
        choices = list(self.parties.names.items())
        self.fields["party"].choices = choices  # type: ignore[attr-defined]

    @classmethod
    def of(cls, version: MeasureVersion, *args: Any, **kwargs: Any) -> MeasureForm:
        """The form filled with a measure; parties after the lead are kept as they are."""
        parties = list(version.responsibles.all())
        initial = {name: getattr(version, name) for name in cls.base_fields if name not in EXTRA}
        initial["proof"], initial["seen"] = version.proofs, seen_measure(version)
        if parties:
            initial["responsible"] = parties[0].text
            initial["party"] = code_of(parties[0])
        form = cls(version.revision, *args, initial=initial, **kwargs)
        if words := version.suggested_words:
            hint = {"hint": form.fields["proof"].help_text, "words": words.lower()}
            form.fields["proof"].help_text = _("%(hint)s Suggested by its words: %(words)s.") % hint
        form.kept = [
            ResponsibleDraft(row.text, row.kind, row.organisation, row.person)
            for row in parties[1:]
        ]
        return form

    def catch_up(self, refusal: Refusal) -> None:
        """Say why it was refused; what the measure says now counts as seen when sent again."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["seen"] = self.initial["seen"]
        self.data = data
        self.add_error(None, sentence(refusal))

    def draft(self) -> MeasureDraft:
        """The entered values in the form that the service takes."""
        data = dict(self.cleaned_data)
        proof, *further = data.pop("proof")
        del data["seen"]
        text, party, seen = data.pop("responsible"), data.pop("party"), data.pop("confirmed")
        return MeasureDraft(
            **data,
            proof=proof,
            further_proof=further,
            responsibles=(self.parties.party(party, text), *self.kept),
            is_deadline_confirmed=seen.split() == data["deadline_text"].split() != [],
        )


EXTRA = frozenset({"responsible", "party", "confirmed", "seen"})
