"""Reference data for administrators: organisations, people, roles, bonus schemes."""

from __future__ import annotations

from typing import Any

from allauth.account import admin as mail_admin
from allauth.account.models import EmailAddress
from allauth.mfa import admin as code_admin
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from compliance.models import (
    Band,
    IncentiveScheme,
    Membership,
    Organisation,
    User,
)
from compliance.recorded_admin import RecordedAdmin
from compliance.services.acts import Act
from compliance.services.reference_data import record_code_removed, record_password
from compliance.services.renewals import renew_for_settings

# These come with libraries. Nothing here asks about groups, the person's own e-mail is what counts,
# and secrets of the second factor are neither shown nor set by hand.
assert mail_admin and code_admin  # imported: they register what is taken away here
admin.site.unregister([Authenticator, EmailAddress, Group])

SCHEDULE_SETTINGS = {"continuous_checkpoints", "period_end_shift", "named_date_shift"}

admin.site.site_header = admin.site.site_title = _("Vekha: reference data")


@admin.register(Organisation)
class OrganisationAdmin(RecordedAdmin):
    list_display = ["name", "kind", "parent", "municipality", "rating_group", "is_active"]
    list_filter = ["kind", "is_active", "rating_group"]
    list_select_related = ["parent"]
    search_fields = ["name", "short_name", "municipality"]
    autocomplete_fields = ["parent"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def save_model(self, request: HttpRequest, obj: Organisation, form: Any, change: bool) -> None:
        """Store the organisation; open due dates follow a changed setting of the schedule."""
        super().save_model(request, obj, form, change)
        if change and SCHEDULE_SETTINGS & set(form.changed_data):
            renew_for_settings(obj, act=Act.of(request))

    def has_delete_permission(self, request: HttpRequest, obj: Organisation | None = None) -> bool:
        """No: an organisation is closed, and its events stay on record."""
        return False


class MembershipInline(admin.TabularInline):
    """Roles; one that is over gets its last day, its row stays."""

    model = Membership
    extra = 1
    can_delete = False
    autocomplete_fields = ["organisation"]


@admin.register(User)
class PersonAdmin(RecordedAdmin, UserAdmin):
    """People; they are deactivated, never deleted."""

    list_display = ["username", "full_name", "email", "is_active", "last_login"]
    search_fields = ["username", "full_name", "email"]
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

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """No: a person's acts stay on record."""
        return False

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        """Set somebody's password; that it was set goes on record."""
        with transaction.atomic():
            answer: HttpResponse = super().user_change_password(request, id, form_url)
            if request.method == "POST" and answer.status_code == 302:
                record_password(User.objects.get(pk=id), act=Act.of(request))
        return answer


@admin.register(Authenticator)
class CodeAdmin(admin.ModelAdmin):
    """Means of login by code: removed for who has lost the phone, and made by nobody but them."""

    list_display = ["user", "kind", "set_up_at"]
    list_display_links = None
    list_select_related = ["user"]
    search_fields = ["user__username", "user__full_name"]

    @admin.display(description=_("kind"))
    def kind(self, row: Authenticator) -> str:
        """App or recovery codes, in words."""
        return str(row.get_type_display())

    @admin.display(description=_("set up at"))
    def set_up_at(self, row: Authenticator) -> Any:
        """When the person set it up."""
        return row.created_at

    def has_add_permission(self, request: HttpRequest) -> bool:
        """No: only the person has the phone."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Authenticator | None = None) -> bool:
        """No: it can be removed and set up again."""
        return False

    def delete_model(self, request: HttpRequest, obj: Authenticator) -> None:
        """Remove it; that it was removed goes on record."""
        with transaction.atomic():
            super().delete_model(request, obj)
            record_code_removed(obj.user, act=Act.of(request))

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        """Remove several, each with its event."""
        with transaction.atomic():
            for row in queryset:
                self.delete_model(request, row)


class BandInline(admin.TabularInline):
    model = Band
    extra = 0


@admin.register(IncentiveScheme)
class IncentiveSchemeAdmin(RecordedAdmin):
    list_display = ["title", "region", "valid_from"]
    inlines = [BandInline]
