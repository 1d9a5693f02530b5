"""What an act changes in the database, row by row, in words that are the same on every machine."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Field, Model
from django.utils import timezone

APPS = ("compliance", "workflows", "notifications")
# Random, or summed up from the rest: other tests are about them.
UNSAID = {
    "assigned", "claim", "code", "content_hash", "copy", "created", "digest", "finished",
    "form_key", "hash", "key", "likeness", "original", "password", "previous_hash", "seed",
    "sequence", "sha256", "size", "source_sha256", "started", "subject_id", "thumbnail", "token",
    "version",
}  # fmt: skip
UNTOLD = {"AuditHead", "ChangedWork"}  # summed up from the rest; PostgreSQL's own notes
LONG = 600
# Rows that JSON tells by number: one, several, or as the keys of what is said of each.
NUMBERED = {
    "executor_id": "User", "inspection": "Inspection", "measure": "Measure",
    "occurrences": "Occurrence", "owner_id": "User", "people": "User", "petition": "Petition",
    "report": "ExecutionReport",
}  # fmt: skip
KEYED = {"received_by_id": "User", "sheets": "IncentiveSheet"}

Row = dict[str, Any]
Rows = dict[type[Model], dict[Any, Row]]


def changes(deed: Callable[[], object]) -> list[str]:
    """One line a row that the deed added, changed (each column before → after) or deleted."""
    before = _rows()
    deed()
    after = _rows()
    said = _Said({model: {**before[model], **rows} for model, rows in after.items()})
    found = []
    for model, rows in after.items():
        name, was = model.__name__, before[model]
        found += [f"- {said.row(model, pk)}" for pk in was if pk not in rows]
        for pk, row in rows.items():
            if pk not in was:
                found.append(f"+ {name}: {said.columns(model, row)}")
            elif different := said.different(model, was[pk], row):
                found.append(f"{said.row(model, pk)}: {different}")
    return sorted(found)


def _rows() -> Rows:
    models = (model for app in APPS for model in apps.get_app_config(app).get_models())
    return {
        model: {row[model._meta.pk.attname]: row for row in model._base_manager.values()}
        for model in models
        if model.__name__ not in UNTOLD
    }


class _Said:
    """Values in words; a row is named by its table and its place there, a person by the login."""

    def __init__(self, rows: Rows) -> None:
        self.names = {
            model: {pk: self._name(model, row, place) for place, (pk, row) in _numbered(of_model)}
            for model, of_model in rows.items()
        }

    def _name(self, model: type[Model], row: Row, place: int) -> str:
        if model.__name__ == "ReminderStep":
            return f"{row['subject_kind']} {row['offset']:+} {row['who']}"
        if model.__name__ == "PlanType":
            return f"«{row['name']}»"
        return row.get("username") or f"{model.__name__} {place}"

    def row(self, model: type[Model], pk: Any) -> str:
        return self.names[model][pk]

    def columns(self, model: type[Model], row: Row) -> str:
        """The columns that are not as every new row has them."""
        said = [
            f"{field.attname}={self.value(field, row[field.attname])}"
            for field in _told(model)
            if row[field.attname] not in (None, "", [], {})
            and (not field.has_default() or row[field.attname] != field.get_default())
        ]
        return ", ".join(said)

    def different(self, model: type[Model], was: Row, row: Row) -> str:
        return ", ".join(
            f"{name} {self.value(field, was[name])} → {self.value(field, row[name])}"
            for field in _told(model)
            if was[name := field.attname] != row[name]
        )

    def value(self, field: Field[Any, Any], value: Any) -> str:
        if value in (None, ""):
            return "—"
        if field.related_model in self.names:
            return self.names[field.related_model].get(value, "?")
        if field.attname == "task_id":
            return self.named("Task", value)
        if isinstance(value, datetime):
            return "now" if value == timezone.now() else value.isoformat()
        if isinstance(value, bytes):
            return "bytes"
        if isinstance(value, dict | list):
            value = json.dumps(self._stable(value), ensure_ascii=False, sort_keys=True)
        text = " ".join(str(value).split())
        return text if len(text) <= LONG else f"{text[:LONG]}…"

    def named(self, table: str, pk: Any) -> str:
        """The row's name, where only its number is kept."""
        found = next((names for model, names in self.names.items() if model.__name__ == table), {})
        return found.get(pk, str(pk))

    def _stable(self, value: Any, table: str = "", keys: str = "") -> Any:
        """JSON in which rows are named, not numbered."""
        if isinstance(value, dict):
            return {
                self.named(keys, int(name)) if keys else name: self._stable(
                    one, NUMBERED.get(name, ""), KEYED.get(name, "")
                )
                for name, one in value.items()
                if name not in UNSAID
            }
        if isinstance(value, list) and "organisation" in value:  # a party: [name, kind, ids]
            return [
                self.named("Organisation", one) if isinstance(one, int) else one for one in value
            ]
        if isinstance(value, list):
            return [self._stable(one, table) for one in value]
        return self.named(table, value) if table and value is not None else value


def _numbered(rows: dict[Any, Row]) -> enumerate[tuple[Any, Row]]:
    return enumerate(sorted(rows.items(), key=lambda item: item[0]), start=1)


def _told(model: type[Model]) -> list[Field[Any, Any]]:
    fields = model._meta.concrete_fields
    return [field for field in fields if not field.primary_key and field.attname not in UNSAID]
