"""What an administrator enters about the calendar: a day, or a file with a year."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from compliance.domain.calendar.tables import Day, Table, read_calendar
from compliance.domain.documents.reading import UnreadableDocument
from compliance.files.incoming.encoding import decode
from compliance.forms.fields import DayInput
from compliance.models import CalendarDay
from compliance.services.reference.calendar_days import FIRST_YEAR, LAST_YEAR
from compliance.services.reference.reminder_steps import LONGEST_AHEAD

LARGEST = 500_000  # bytes; twenty years of the open-data table take a tenth of it


class DayForm(forms.Form):
    """One day that differs from the plain week."""

    date = forms.DateField(label=_("Date"), widget=DayInput)
    kind = forms.ChoiceField(label=_("Kind"), choices=CalendarDay.Kind.choices)
    title = forms.CharField(label=_("Why"), max_length=200, required=False)

    def day(self) -> Day:
        """The entered day."""
        return Day(**self.cleaned_data)


class YearForm(forms.Form):
    """A year."""

    year = forms.IntegerField(label=_("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)


class ImportForm(YearForm):
    """A year from a file, or from text that was read from one and shown before."""

    file = forms.FileField(
        label=_("File (CSV)"),
        allow_empty_file=True,
        help_text=_(
            "The open data “Производственный календарь”, or rows “date,kind,title” such as "
            "2027-01-08,нерабочий,Перенос."
        ),
    )
    text = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = not self.data.get("text")

    def clean(self) -> dict[str, Any]:
        """The file as text; a form sent again to confirm contains the text itself."""
        data = super().clean() or {}
        upload = data.get("file")
        if upload is not None and upload.size > LARGEST:
            self.add_error("file", _("The file is too large for a calendar."))
        elif upload is not None:
            try:
                data["text"] = decode(upload.read())
            except UnreadableDocument:
                self.add_error("file", _("The file is not text. Save the table as CSV."))
        return data

    def table(self) -> Table:
        """The days of the year that the file contains."""
        return read_calendar(self.cleaned_data["text"], self.cleaned_data["year"])


class DirectorStepForm(forms.Form):
    """When directors are told before the date, and about what."""

    days = forms.IntegerField(
        label=_("Working days before the date"), min_value=1, max_value=LONGEST_AHEAD
    )
    unless_begun = forms.BooleanField(
        label=_("Only where the executor has not begun"),
        required=False,
        help_text=_("No report, be it a draft, no files, and no word of the course of work."),
    )
