"""Reference data for administrators: organisations, people, roles, bonus schemes."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from compliance.models import (
    Band,
    IncentiveScheme,
    Membership,
    Organisation,
    User,
)
from compliance.services.acts import Act
from compliance.services.renewals import renew_for_settings

SCHEDULE_SETTINGS = {"continuous_checkpoints", "period_end_shift", "named_date_shift"}

admin.site.site_header = admin.site.site_title = _("Vekha: reference data")


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    list_display = ["name", "kind", "parent", "municipality", "rating_group", "is_active"]
    list_filter = ["kind", "is_active", "rating_group"]
    list_select_related = ["parent"]
    search_fields = ["name", "short_name", "municipality"]
    autocomplete_fields = ["parent"]

    def save_model(self, request: HttpRequest, obj: Organisation, form: Any, change: bool) -> None:
        """Store the organisation; open due dates follow a changed setting of the schedule."""
        super().save_model(request, obj, form, change)
        if change and SCHEDULE_SETTINGS & set(form.changed_data):
            renew_for_settings(obj, act=Act.of(request))


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 1
    autocomplete_fields = ["organisation"]


@admin.register(User)
class PersonAdmin(UserAdmin):
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


class BandInline(admin.TabularInline):
    model = Band
    extra = 0


@admin.register(IncentiveScheme)
class IncentiveSchemeAdmin(admin.ModelAdmin):
    list_display = ["title", "region", "valid_from"]
    inlines = [BandInline]
