"""Reference data of an administrator's own branch: organisations and bonus schemes."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from compliance.admin.people import keeper
from compliance.admin.recorded import RecordedAdmin
from compliance.domain.incentives.scale import Scale
from compliance.domain.refusals import Refusal
from compliance.models import Band, IncentiveScheme, Organisation
from compliance.services.acts import Act
from compliance.services.execution.renewals import renew_for_settings
from compliance.services.people.rights import administered
from compliance.wording.refusals import sentence

SCHEDULE_SETTINGS = {
    "continuous_checkpoints", "interim_checkpoints", "period_end_shift", "named_date_shift",
}  # fmt: skip

admin.site.site_header = admin.site.site_title = _("Vekha: reference data")


@admin.register(Organisation)
class OrganisationAdmin(RecordedAdmin):
    list_display = ["name", "kind", "parent", "municipality", "rating_group", "is_active"]
    list_filter = ["kind", "is_active", "rating_group"]
    list_select_related = ["parent"]
    search_fields = ["name__says", "short_name__says", "municipality__says"]
    autocomplete_fields = ["parent"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Organisation]:
        """The organisations that the person administers."""
        rows: models.QuerySet[Organisation] = super().get_queryset(request)
        return rows.filter(pk__in=administered(keeper(request)).order_by().values("pk"))

    def get_readonly_fields(self, request: HttpRequest, obj: Organisation | None = None) -> Any:
        """Kind and place in the tree decide who oversees what: only a superuser may change them."""
        return [] if keeper(request).is_superuser else ["kind", "parent"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Superusers only; a region adds organisations from a table with checks of its own."""
        return bool(super().has_add_permission(request) and keeper(request).is_superuser)

    def save_model(self, request: HttpRequest, obj: Organisation, form: Any, change: bool) -> None:
        """Store the organisation; open due dates follow a changed setting of the schedule."""
        super().save_model(request, obj, form, change)
        if change and SCHEDULE_SETTINGS & set(form.changed_data):
            renew_for_settings(obj, act=Act.of(request))

    def has_delete_permission(self, request: HttpRequest, obj: Organisation | None = None) -> bool:
        """No: an organisation is closed instead, and its events stay on record."""
        return False


class BandFormSet(BaseInlineFormSet):
    """The rows of a band table, which have to fit together."""

    def clean(self) -> None:
        """Refuse a table with a gap or an overlap, and say at which points."""
        super().clean()
        if any(self.errors):
            return  # each row shows its own error first
        rows = [
            form.instance.row
            for form in self.forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]
        try:
            Scale.of(rows)
        except Refusal as refusal:
            raise ValidationError(sentence(refusal)) from refusal


class BandInline(admin.TabularInline):
    model = Band
    formset = BandFormSet
    extra = 0


@admin.register(IncentiveScheme)
class IncentiveSchemeAdmin(RecordedAdmin):
    list_display = ["title", "region", "valid_from"]
    inlines = [BandInline]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[IncentiveScheme]:
        """The schemes of the regions that the person administers."""
        rows: models.QuerySet[IncentiveScheme] = super().get_queryset(request)
        return rows.filter(region__in=administered(keeper(request)).order_by().values("pk"))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the regions that the person administers."""
        if db_field.name == "region":
            kwargs["queryset"] = administered(keeper(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
