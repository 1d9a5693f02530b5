"""What an administrator looks for in the audit trail, as the address says."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from compliance.forms.fields import EVERYTHING, day, select, words
from compliance.services.audit.search import Search
from compliance.wording.event_names import ACTIONS, KINDS

LAST_ID = 2**63 - 1


class AuditForm(forms.Form):
    """Who did what to which object, where and when, and with what words."""

    organisation = forms.CharField(
        label=_("Organisation"), required=False, max_length=200, widget=words()
    )
    person = forms.CharField(label=_("Person"), required=False, max_length=200, widget=words())
    action = forms.ChoiceField(label=_("What was done"), required=False, widget=select())
    kind = forms.ChoiceField(label=_("About what"), required=False, widget=select())
    object = forms.IntegerField(
        label=_("Number of the object"), required=False, min_value=1, max_value=LAST_ID
    )
    since = day(_("From"))
    until = day(_("Until"))
    q = forms.CharField(
        label=_("Words of the reason"), required=False, max_length=200, widget=words()
    )

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.fields["object"].widget.attrs["class"] = "form-control"
        for name, choices in (("action", ACTIONS), ("kind", KINDS)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            by_words = sorted(choices.items(), key=lambda pair: str(pair[1]))
            field.choices = [EVERYTHING, *by_words]

    @property
    def is_narrowed(self) -> bool:
        """Whether the search is narrowed, or a value is wrong."""
        return bool(self.errors) or any(self.cleaned_data.values())

    @property
    def search(self) -> Search:
        """What was asked for; call it on a valid form."""
        wanted = self.cleaned_data
        return Search(
            organisation=wanted["organisation"].strip(),
            person=wanted["person"].strip(),
            action=wanted["action"],
            kind=wanted["kind"],
            object_id=wanted["object"],
            since=_midnight(wanted["since"]),
            until=_midnight(wanted["until"], days=1),
            words=wanted["q"],
        )


def _midnight(day: Any, days: int = 0) -> datetime | None:
    """The first moment of a day, or of one so many days later, by the reader's clock."""
    if day is None:
        return None
    return timezone.make_aware(datetime.combine(day + timedelta(days=days), time.min))
