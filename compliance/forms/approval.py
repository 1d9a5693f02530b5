"""What people enter about parties: a vote, and a plan type with its parties."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compliance.domain.plans.headings import read_headings, write_headings
from compliance.domain.refusals import Refusal
from compliance.forms.fields import to_choose
from compliance.models import Decision, PartyStep, PlanType, Vote
from compliance.models.organisations import Interims
from compliance.models.parties import PartyKind
from compliance.models.plan_types import OWNER_KINDS
from compliance.models.roles import Role
from compliance.services.reference.plan_types import PLAIN, StepDraft, TypeDraft, seen
from compliance.wording.refusals import sentence


class BallotForm(forms.Form):
    """A member's vote."""

    # The round that the member saw: the vote is never counted in another one.
    party = forms.IntegerField(widget=forms.HiddenInput, max_value=2**62)
    choice = forms.ChoiceField(
        label=_("Your vote"), choices=Vote.Choice.choices, widget=forms.RadioSelect
    )
    comment = forms.CharField(
        label=_("Comment"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=5000,
        required=False,
        help_text=_("Needed if you are against: what has to be changed."),
    )


class PlanTypeForm(forms.Form):
    """A plan type's name, whose plans it is for, and its single parties."""

    name = forms.CharField(label=_("Name"), max_length=200)
    owner_kind = forms.ChoiceField(label=_("Whose plans"), choices=to_choose(OWNER_KINDS))
    headings = forms.CharField(
        label=_("Sections of a new plan"),
        max_length=50_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "One a line: “I. Openness …”. A plan begun by hand starts with them; its drafters may "
            "change them."
        ),
    )
    drafted_by = forms.ChoiceField(label=_("Draws up"), choices=to_choose(Role.choices))
    published_by = forms.ChoiceField(label=_("Publishes"), choices=to_choose(Role.choices))
    reported_by = forms.ChoiceField(label=_("Reports"), choices=to_choose(Role.choices))
    accepted_by = forms.ChoiceField(label=_("Accepts the report"), choices=to_choose(Role.choices))
    drafters_decide = forms.BooleanField(
        label=_("Whoever drafted a plan may also agree or approve it"),
        required=False,
        help_text=_("Needed where one person both draws the plan up and approves it."),
    )
    interim_checkpoints = forms.ChoiceField(
        label=_("The course of work inside a long period is asked for"),
        choices=[("", _("as each region says")), *Interims.choices],
        required=False,
        help_text=_("A measure due at the end of a year or two gives a sign of life in between."),
    )
    # The state that the administrator saw; a change made in between is not overwritten.
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    @classmethod
    def initial_of(cls, kind: PlanType) -> dict[str, Any]:
        """The fields filled with a plan type."""
        given = {name: getattr(kind, name) for name in PLAIN}
        return {**given, "name": str(kind), "seen": seen(kind)}

    @classmethod
    def initial_like(cls, kind: PlanType | None) -> dict[str, Any]:
        """The fields of a new type: a copy of an existing one, or empty."""
        if kind is None:
            return {}
        name = gettext("%(name)s (copy)") % {"name": kind}
        return {**cls.initial_of(kind), "name": name[:200], "seen": ""}

    def clean_headings(self) -> str:
        """The headings, if sections can be made of them."""
        text: str = self.cleaned_data["headings"]
        try:
            return write_headings(read_headings(text))
        except Refusal as refusal:
            raise forms.ValidationError(sentence(refusal)) from refusal


class StepForm(forms.Form):
    """One party that agrees or approves; an empty role leaves the row out."""

    order = forms.IntegerField(
        label=_("Place in the order"),
        min_value=1,
        max_value=99,
        help_text=_("All who agree come before those who approve."),
    )
    kind = forms.ChoiceField(
        label=_("What it does"),
        choices=[(kind.value, kind.label) for kind in (PartyKind.AGREES, PartyKind.APPROVES)],
        initial=PartyKind.AGREES.value,  # so that an untouched row counts as empty
    )
    role = forms.ChoiceField(
        label=_("Who"), choices=[("", _("nobody: leave this party out")), *Role.choices],
        required=False,
    )  # fmt: skip
    bases = forms.MultipleChoiceField(
        label=_("On what basis"),
        choices=Decision.Basis.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Whoever agrees may decide without one; whoever approves has to give one."),
    )
    days = forms.IntegerField(label=_("Working days for it"), min_value=1, max_value=365, initial=5)
    is_vote = forms.BooleanField(
        label=_("Decided by vote of all who have this role"), required=False
    )
    quorum_share = forms.IntegerField(
        label=_("Quorum, percent of the members"), min_value=1, max_value=100, initial=50
    )
    quorum_count = forms.IntegerField(
        label=_("Quorum, people at least"), min_value=1, max_value=1000, initial=1
    )
    majority_share = forms.IntegerField(
        label=_("Carried when more than this percent of the votes is for"),
        min_value=1,
        max_value=99,
        initial=50,
    )

    @classmethod
    def initial_of(cls, step: PartyStep) -> dict[str, Any]:
        """The fields filled with a step."""
        given = {name: getattr(step, name) for name in cls.base_fields if name != "order"}
        return {**given, "order": step.position}

    def clean_bases(self) -> list[str]:
        """The bases in their usual order; for a council, minutes come first."""
        chosen: list[str] = self.cleaned_data["bases"]
        if self.cleaned_data.get("role") == Role.COUNCIL:
            chosen.sort(key=lambda code: code != Decision.Basis.MINUTES)
        return chosen

    def draft(self) -> StepDraft | None:
        """The entered party; None when the row is left out."""
        if not self.cleaned_data.get("role"):
            return None
        given = {name: value for name, value in self.cleaned_data.items() if name != "order"}
        return StepDraft(**given)


StepFormSet = forms.formset_factory(StepForm, extra=1, max_num=12, absolute_max=20)
# What a type that is not copied begins with: the shortest lawful way.
FIRST_STEPS = (
    {"order": 1, "kind": PartyKind.AGREES.value, "role": "", "days": 10},
    {"order": 2, "kind": PartyKind.APPROVES.value, "role": "", "bases": [Decision.Basis.ORDER]},
)


def drafted(form: PlanTypeForm, steps: Any, kind: PlanType | None = None) -> TypeDraft:
    """The entered plan type in the form that the service takes, its parties in order.

    A name left as it was shown stays the translated one.
    """
    values = {name: form.cleaned_data[name] for name in PLAIN}
    values["name"] = " ".join(values["name"].split())
    if kind is not None and values["name"] == str(kind):
        values["name"] = kind.name
    rows = sorted(steps, key=lambda one: one.cleaned_data.get("order", 0))
    return TypeDraft(**values, steps=[step for one in rows if (step := one.draft())])
