"""People in the administration. The rules of the pages about people also decide what somebody
without all rights may do there; Django's own permissions only narrow it further.
"""

from __future__ import annotations

from typing import Any

from allauth.account import admin as mail_admin
from allauth.account.models import EmailAddress
from allauth.mfa import admin as code_admin
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from compliance.admin.recorded import RecordedAdmin
from compliance.models import LoginCode, Membership, User
from compliance.services.acts import Act
from compliance.services.people.accounts import close_account, end_old_addresses
from compliance.services.people.logins import record_account
from compliance.services.people.rights import ROLES_BY_KIND, may_grant, may_manage_account

# These come with libraries. Nothing here uses groups; the e-mail that counts is the person's own;
# secrets of the second factor are neither shown nor set by hand.
assert mail_admin and code_admin  # imported: they register what is removed here
admin.site.unregister([Authenticator, EmailAddress, Group])


def keeper(request: HttpRequest) -> User:
    """The signed-in person; the administration lets nobody else in."""
    assert isinstance(request.user, User), "the administration asks for a login"
    return request.user


class RolesFormSet(forms.BaseInlineFormSet):
    """Roles that fit their organisation, granted and withdrawn by people who may do so."""

    granter: User

    def clean(self) -> None:
        """Refuse each changed role that the person may not grant, before or after the change."""
        super().clean()
        stored = Membership.objects.select_related("organisation__parent")
        before = {row.pk: row for row in stored.filter(user=self.instance.pk)}
        for form in self.forms:
            if form.has_changed() and form.is_valid():
                self._check(form, before.get(form.instance.pk), form.instance)

    def _check(self, form: Any, before: Membership | None, after: Membership) -> None:
        if not all(
            may_grant(self.granter, row.role, row.organisation) for row in (before, after) if row
        ):
            form.add_error("role", _("This role is not yours to give or to take there."))
        elif after.role not in ROLES_BY_KIND[after.organisation.kind]:
            form.add_error("role", _("There is no such role in an organisation of this kind."))


class MembershipInline(admin.TabularInline):
    """Roles; one that has ended gets its last day, and its row stays."""

    model = Membership
    formset = RolesFormSet
    extra = 1
    can_delete = False
    autocomplete_fields = ["organisation"]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """The formset, told who grants the roles."""
        formset = super().get_formset(request, obj, **kwargs)
        return type("RolesFormSet", (formset,), {"granter": keeper(request)})


@admin.register(User)
class PersonAdmin(RecordedAdmin, UserAdmin):
    """People; they are deactivated, never deleted."""

    list_display = ["username", "full_name", "email", "is_active", "last_login"]
    search_fields = ["username__says", "full_name__says", "email__says"]
    inlines = [MembershipInline]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["full_name", "email"]}),
        (_("Access"), {"fields": ["is_active", "is_staff", "is_superuser"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "classes": ["wide"],
                "fields": [
                    "username",
                    "full_name",
                    "email",
                    "usable_password",
                    "password1",
                    "password2",
                ],
            },
        )
    ]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[User]:
        """Everybody, or only the people that the user looks after."""
        return super().get_queryset(request) & User.objects.visible_to(keeper(request))

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Only a superuser grants rights in the administration."""
        return [] if keeper(request).is_superuser else ["is_staff", "is_superuser"]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Whether the person may change it: never their own account, nor one with wider rights."""
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or may_manage_account(keeper(request), obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """No: a person's acts stay on record."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Store the account; links sent to an old address and sessions of a closed account end."""
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:
            end_old_addresses([obj.pk], Act.of(request))
        if change and not obj.is_active:
            close_account(obj, Act.of(request))

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        """Set somebody's password and record that."""
        with transaction.atomic():
            answer: HttpResponse = super().user_change_password(request, id, form_url)
            if request.method == "POST" and answer.status_code == 302:
                person = User.objects.get(pk=id)
                record_account("person.password", person, act=Act.of(request))
        return answer


@admin.register(LoginCode)
class CodeAdmin(admin.ModelAdmin):
    """Second factors: removed for people who lost their phone, set up only by themselves.

    `services/people/logins.py` tells the person that one was added or removed, whoever did it.
    """

    list_display = ["person", "kind", "set_up_at"]
    fields = ["person", "kind", "set_up_at"]  # never the secret itself
    list_display_links = None
    list_select_related = ["user"]
    search_fields = ["user__username__says", "user__full_name__says"]

    @admin.display(description=_("user"))
    def person(self, row: LoginCode) -> str:
        """The person it belongs to."""
        return str(row.user)

    @admin.display(description=_("kind"))
    def kind(self, row: LoginCode) -> str:
        """App or recovery codes, in words."""
        return row.kind

    @admin.display(description=_("set up at"))
    def set_up_at(self, row: LoginCode) -> Any:
        """When the person set it up."""
        return row.created_at

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[LoginCode]:
        """Everybody's, or only those of the people that the user looks after."""
        rows: models.QuerySet[LoginCode] = super().get_queryset(request)
        return rows.filter(user__in=User.objects.visible_to(keeper(request)))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """No: only the person has the phone."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: LoginCode | None = None) -> bool:
        """No: it can be removed and set up again."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: LoginCode | None = None) -> bool:
        """Whether the person may change the account: removing its code is half of getting in."""
        if not super().has_delete_permission(request, obj):
            return False
        return obj is None or may_manage_account(keeper(request), obj.user)
