"""Reference data for administrators: organisations, people, roles, bonus schemes."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
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
from compliance.services.reference_data import record_password
from compliance.services.renewals import renew_for_settings

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


class BandInline(admin.TabularInline):
    model = Band
    extra = 0


@admin.register(IncentiveScheme)
class IncentiveSchemeAdmin(RecordedAdmin):
    list_display = ["title", "region", "valid_from"]
    inlines = [BandInline]
