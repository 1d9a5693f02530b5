"""The filters of the inbox, and the forms that pass on a task or a leaver's work."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from compliance.forms.fields import EVERYTHING, DayInput, select, words
from compliance.models import User
from workflows.services.tasks.inboxes import (
    Due,
    InboxSelection,
    InboxShow,
    InboxSort,
    places,
)
from workflows.services.tasks.load import QUEUE, Load, LoadDue, LoadSelection


class InboxForm(forms.Form):
    """What to show in the inbox, as the address says; offers only what the list holds."""

    show = forms.ChoiceField(choices=InboxShow, required=False, widget=forms.HiddenInput)
    q = forms.CharField(
        label=_("Words to look for"), max_length=200, required=False, widget=words()
    )
    step = forms.ChoiceField(label=_("Kind of step"), required=False, widget=select())
    organisation = forms.TypedChoiceField(
        label=_("Institution"), coerce=int, empty_value=None, required=False, widget=select()
    )
    due = forms.ChoiceField(label=_("By when"), required=False, widget=select())
    sort = forms.ChoiceField(label=_("Sort"), choices=InboxSort, required=False, widget=select())

    def __init__(
        self, data: QueryDict, *, lists: dict[str, Q], tallies: dict[str, list[tuple[Any, int]]]
    ) -> None:
        super().__init__(data)
        show = data.get("show", "") if data.get("show", "") in InboxShow.values else InboxShow.ALL
        self.steps = {
            f"{step.flow_class.__name__}.{step.name}": (step, count)
            for step, count in tallies[show]
        }
        self._offer(
            "step", [(key, f"{step.task_title} ({n})") for key, (step, n) in self.steps.items()]
        )
        self._offer("organisation", places(lists, show))
        self._offer("due", Due.choices)

    def _offer(self, name: str, choices: Iterable[Any]) -> None:
        self.fields[name].choices = [EVERYTHING, *choices]  # type: ignore[attr-defined]

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter is on, or an answer is wrong."""
        names = ("q", "step", "organisation", "due")
        return bool(self.errors) or any(self.cleaned_data.get(name) for name in names)

    @property
    def selection(self) -> InboxSelection:
        """What was asked for; wrong values in the address are ignored."""
        wanted = self.cleaned_data
        step = self.steps.get(wanted.get("step", ""))
        return InboxSelection(
            show=wanted.get("show") or InboxShow.ALL,
            step=step[0] if step else None,
            organisation=wanted.get("organisation"),
            due=wanted.get("due", ""),
            words=wanted.get("q", "").strip(),
            sort=wanted.get("sort") or InboxSort.DUE,
        )


class LoadForm(forms.Form):
    """Which of the inspectors' tasks to show, as the address says."""

    holder = forms.ChoiceField(label=_("Inspector"), required=False, widget=select())
    due = forms.ChoiceField(
        label=_("By when"), choices=[EVERYTHING, *LoadDue.choices], required=False, widget=select()
    )

    def __init__(self, data: QueryDict, *, loads: Iterable[Load]) -> None:
        super().__init__(data)
        people = [(one.holder or QUEUE, one.name or _("Not taken by anybody")) for one in loads]
        self.fields["holder"].choices = [EVERYTHING, *people]  # type: ignore[attr-defined]

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter is on, or an answer is wrong."""
        return bool(self.errors) or any(self.cleaned_data.values())

    @property
    def selection(self) -> LoadSelection:
        """What was asked for; wrong values in the address are ignored."""
        wanted = self.cleaned_data if self.is_valid() else {}
        holder = wanted.get("holder", "")
        return LoadSelection(
            holder=int(holder) if holder and holder != QUEUE else None,
            is_free=holder == QUEUE,
            due=wanted.get("due", ""),
        )


class PassForm(forms.Form):
    """Who receives a task, with a message; `seen` is the owner that the page showed."""

    receiver = forms.ModelChoiceField(
        label=_("To whom"), queryset=User.objects.none(), empty_label=_("Choose a person")
    )
    words = forms.CharField(
        label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput, max_value=2**31 - 1)

    def __init__(
        self, data: QueryDict | None, *, people: QuerySet[User], owner: int | None, asks: bool
    ) -> None:
        super().__init__(data, initial={"seen": owner})
        self.fields["receiver"].queryset = people  # type: ignore[attr-defined]
        if asks:
            self.fields["words"].label = _("What is to be prepared")


class HandoverForm(forms.Form):
    """What becomes of a leaver's work, and when their duties end."""

    tasks_to = forms.ModelChoiceField(
        label=_("Tasks go to"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Back into their queues"),
        help_text=_("A task whose step this person has no role for goes back into its queue."),
    )
    measures_to = forms.ModelChoiceField(
        label=_("Measures in execution go to"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody by name: the executors of the institution"),
    )
    drafts_to = forms.ModelChoiceField(
        label=_("Lines of drafts go to"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody by name: the organisation"),
    )
    last_day = forms.DateField(label=_("Last day at work"), widget=DayInput)
    switch_off = forms.BooleanField(
        label=_("Switch the login off at once"),
        required=False,
        help_text=_("The person can no longer sign in; what they did stays on record."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)

    def __init__(
        self, data: QueryDict | None, *, people: QuerySet[User], today: date, may_switch_off: bool
    ) -> None:
        super().__init__(data, initial={"last_day": today})
        if not may_switch_off:
            del self.fields["switch_off"]
        for name in ("tasks_to", "measures_to", "drafts_to"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]
