"""What people enter about petitions: the request itself, and what to show of the list."""

from __future__ import annotations

from django import forms
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from compliance.forms.fields import DayInput, offer_places, place_to_choose, place_to_find, select
from compliance.models import Occurrence, Organisation, Petition, User
from compliance.models.petitions import PetitionQuerySet
from compliance.models.searching import naming
from compliance.services.petitions.steps import Wish


class PetitionForm(forms.Form):
    """A request about a due date; which kind it is says the form that the page offers."""

    kind = forms.ChoiceField(choices=Petition.Kind.choices, widget=forms.HiddenInput)
    new_due_on = forms.DateField(label=_("New date"), widget=DayInput)
    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=5000,
        help_text=_("What prevented it, and what has been done already."),
    )

    def __init__(self, kind: str, occurrence: Occurrence, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id=f"id_{kind}_%s", initial={"kind": kind})
        self.asks_for = kind
        if kind != Petition.Kind.EXTENSION:
            del self.fields["new_due_on"]
            self.fields["reason"].help_text = _("Why it cannot be done, or is needed no more.")
            return
        end, field = occurrence.plan.period_end, self.fields["new_due_on"]
        words = _("Not later than %(end)s, the end of the plan.")
        field.help_text = words % {"end": f"{end:%d.%m.%Y}"}
        field.widget.attrs["max"] = end.isoformat()

    def wish(self) -> Wish:
        """The entered values in the form that the service takes."""
        return Wish(**self.cleaned_data)


class PetitionShow(models.TextChoices):
    """Which petitions the list shows."""

    OPEN = "open", _("Under consideration")
    DIRECTOR = "director", _("With the director")
    MINISTRY = "ministry", _("With the ministry")
    GRANTED = "granted", _("Granted")
    WAIVED = "waived", _("Waived")
    REFUSED = "refused", _("Refused or declined")
    ENDED = "ended", _("Withdrawn or lapsed")
    ALL = "all", _("All")


class PetitionFilter(forms.Form):
    """What to show of the petitions that the person may open."""

    show = forms.ChoiceField(
        label=_("Show"), choices=PetitionShow.choices, required=False, widget=select()
    )
    kind = forms.ChoiceField(
        label=_("What is asked"),
        choices=[("", _("All")), *Petition.Kind.choices],
        required=False,
        widget=select(),
    )
    place = place_to_find()
    organisation = place_to_choose()

    def __init__(self, data: QueryDict, *, user: User) -> None:
        super().__init__(data)
        self.rows = Petition.objects.visible_to(user)
        asking = Organisation.objects.filter(
            pk__in=self.rows.order_by().values("occurrence__organisation")
        )
        offer_places(self, asking.only("name", "short_name"))

    def chosen(self) -> PetitionQuerySet:
        """The petitions asked for; by default those under consideration."""
        if not self.is_valid():
            return self.rows.none()
        rows = self.shown(self.cleaned_data["show"] or PetitionShow.OPEN)
        if self.cleaned_data["kind"]:
            rows = rows.filter(kind=self.cleaned_data["kind"])
        if self.cleaned_data.get("organisation") is not None:
            rows = rows.filter(occurrence__organisation=self.cleaned_data["organisation"])
        if self.cleaned_data.get("place"):
            words, places = self.cleaned_data["place"], Organisation.objects.all()
            found = naming(places, words, "name", "short_name")
            rows = rows.filter(occurrence__organisation__in=found)
        return rows

    def shown(self, show: str) -> PetitionQuerySet:
        """The rows of one list, before the other filters."""
        status = Petition.Status
        rows = self.rows
        return {
            PetitionShow.OPEN: lambda: rows.open(),
            PetitionShow.DIRECTOR: lambda: rows.unendorsed(),
            PetitionShow.MINISTRY: lambda: rows.endorsed(),
            PetitionShow.GRANTED: lambda: rows.filter(status=status.GRANTED),
            PetitionShow.WAIVED: lambda: rows.waivers(),
            PetitionShow.REFUSED: lambda: rows.filter(status__in=[status.REFUSED, status.DECLINED]),
            PetitionShow.ENDED: lambda: rows.filter(status__in=[status.WITHDRAWN, status.LAPSED]),
            PetitionShow.ALL: lambda: rows.all(),
        }[PetitionShow(show)]()
