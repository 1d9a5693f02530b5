"""What is entered about people: whom to list, a person, a role, an address, a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from compliance.domain.people.tables import EARLIEST, LATEST
from compliance.forms.fields import EVERYTHING, DayInput, offer_places, select, to_choose, words
from compliance.models import Organisation, User
from compliance.models.people import KEEPING_PEOPLE
from compliance.models.roles import Role
from compliance.services.people.accounts import RoleGrant
from compliance.services.people.imports.storing import LARGEST
from compliance.services.people.lists import PeopleSelection, PeopleShow
from compliance.services.people.rights import grantable_roles, organisations_to_grant
from compliance.services.people.substitutions import Absence


class WorkDay(forms.DateField):
    """A date on which somebody may begin or stop working."""

    widget = DayInput
    default_validators = [MinValueValidator(EARLIEST), MaxValueValidator(LATEST)]


class PeopleForm(forms.Form):
    """Which people to show. Offers only organisations whose people the user looks after.

    Among many organisations one is found by `q`, which looks at their names, too.
    """

    q = forms.CharField(
        label=_("Name, post, e-mail or organisation"),
        max_length=200,
        required=False,
        widget=words(),
    )
    show = forms.ChoiceField(label=_("Show"), choices=PeopleShow, required=False, widget=select())
    organisation = forms.TypedChoiceField(
        label=_("Organisation"), coerce=int, empty_value=None, required=False, widget=select()
    )
    role = forms.ChoiceField(
        label=_("Role"), choices=[EVERYTHING, *Role.choices], required=False, widget=select()
    )

    def __init__(self, data: QueryDict, *, user: User) -> None:
        super().__init__(data)
        rows = Organisation.objects.order_by("name", "pk")
        if not user.is_superuser:
            rows = rows.filter(user.jurisdiction().covers("path", *KEEPING_PEOPLE))
        self.is_regional = offer_places(self, rows.only("pk", "name", "short_name"))

    @property
    def selection(self) -> PeopleSelection:
        """What was asked for; call it on a valid form."""
        wanted = self.cleaned_data
        return PeopleSelection(
            show=wanted["show"] or PeopleShow.WORKING,
            organisation=wanted.get("organisation"),
            role=wanted["role"],
            words=wanted["q"],
        )


class GrantForm(forms.Form):
    """A role in one of the organisations in which the user may give it."""

    organisation = forms.TypedChoiceField(label=_("Organisation"), coerce=int)
    role = forms.ChoiceField(label=_("Role"))
    post = forms.CharField(label=_("Post"), max_length=300, required=False)
    starts_on = WorkDay(
        label=_("From"), required=False, help_text=_("Empty: the role holds at once.")
    )
    ends_on = WorkDay(
        label=_("Until"), required=False, help_text=_("The last day. Empty: until further notice.")
    )

    def __init__(self, data: QueryDict | None = None, *, user: User, **given: Any) -> None:
        super().__init__(data, **given)
        places = organisations_to_grant(user)
        _offer(self, "organisation", to_choose((row.pk, str(row)) for row in places))
        roles = {role for row in places for role in grantable_roles(user, row)}
        offered = [(role.value, role.label) for role in Role if role in roles]
        _offer(self, "role", to_choose(offered))

    def grant(self) -> RoleGrant:
        """The entered role."""
        given = self.cleaned_data
        return RoleGrant(
            given["organisation"],
            given["role"],
            given["post"],
            given["starts_on"],
            given["ends_on"],
        )


class PersonForm(GrantForm):
    """A new person with a first role."""

    full_name = forms.CharField(label=_("Surname, first name, patronymic"), max_length=200)
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=150,
        help_text=_("The person signs in with it. The invitation goes there."),
    )
    invites = forms.BooleanField(label=_("Send the invitation at once"), required=False)
    field_order = ["full_name", "email", "organisation", "role", "post", "starts_on", "ends_on"]


class LastDayForm(forms.Form):
    """The last day of a role."""

    last_day = WorkDay(label=_("Last day"))


class AddressForm(forms.Form):
    """Another e-mail address."""

    email = forms.EmailField(label=_("E-mail"), max_length=254)


class TableForm(forms.Form):
    """The table of organisations and people."""

    file = forms.FileField(
        label=_("File (.xlsx)"),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )

    def clean_file(self) -> Any:
        """The file, if it is not too large to be looked at."""
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST:
            raise forms.ValidationError(_("The file is too large for a table of people."))
        return upload


def _offer(form: forms.Form, name: str, choices: list[Any]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


class SubstitutionForm(forms.Form):
    """A substitute, the days, the reason."""

    substitute = forms.ModelChoiceField(
        label=_("Who stands in"),
        queryset=User.objects.none(),
        empty_label=_("Choose a person"),
        help_text=_("People of the same organisation who have a role in it."),
    )
    starts_on = forms.DateField(label=_("First day"), widget=DayInput)
    ends_on = forms.DateField(label=_("Last day"), widget=DayInput)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("In two words, such as a holiday or a business trip; nothing about health."),
    )

    def __init__(self, data: QueryDict | None, *, people: QuerySet[User]) -> None:
        super().__init__(data)
        field = self.fields["substitute"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people

    def absence(self, absent: User) -> Absence:
        """The entered values in the form that the service takes."""
        given = self.cleaned_data
        return Absence(
            absent=absent,
            substitute=given["substitute"],
            first=given["starts_on"],
            last=given["ends_on"],
            reason=given["reason"],
        )


class MainPlaceForm(forms.Form):
    """In which of their places a person mainly works."""

    place = forms.ModelChoiceField(
        label=_("Where do you mainly work"),
        queryset=Organisation.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )

    def __init__(
        self, data: QueryDict | None, *, places: list[Organisation], chosen: int | None
    ) -> None:
        super().__init__(data, initial={"place": chosen})
        field = self.fields["place"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Organisation.objects.filter(pk__in=[one.pk for one in places])


class SavedFilterForm(forms.Form):
    """A filter of a list under a name of its own."""

    name = forms.CharField(max_length=80)
    query = forms.CharField(required=False)
