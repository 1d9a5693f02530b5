"""A page of the administration that records every change as an event of the audit trail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db import models, transaction
from django.http import HttpRequest

from compliance.services.acts import Act
from compliance.services.reference.records import KEPT, Facts, facts_of, record_reference


class RecordedAdmin(admin.ModelAdmin):
    """Records what was before and after each change, of the row and of its inline rows.

    Django saves, deletes and calls these in one transaction, so no change goes without its event.
    """

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Store the row; what it said before is remembered until its inline rows are stored too."""
        request.facts_before = facts_of(obj) if change else {}  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Store the inline rows and tell the trail what changed."""
        inline = dict(self._inline_facts(formsets))
        super().save_related(request, form, formsets, change)
        act, row = Act.of(request), form.instance
        before: Facts = request.facts_before  # type: ignore[attr-defined]
        record_reference(row, before=before, after=facts_of(row), act=act)
        for formset in formsets:
            if formset.model in KEPT:
                touched = [*formset.new_objects, *(one for one, _fields in formset.changed_objects)]
                for one in touched:
                    record_reference(
                        one, before=inline.get(one.pk, {}), after=facts_of(one), act=act
                    )

    def _inline_facts(self, formsets: Any) -> Iterator[tuple[int, Facts]]:
        """(id, stored values) of each inline row on the page."""
        for formset in formsets:
            if formset.model in KEPT:
                for form in formset.initial_forms:
                    yield form.instance.pk, facts_of(form.instance)

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        """Delete the row; its event records what it said."""
        with transaction.atomic():
            record_reference(obj, before=facts_of(obj), after={}, act=Act.of(request))
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        """Delete several rows, each with its event."""
        with transaction.atomic():
            for obj in queryset:
                self.delete_model(request, obj)
