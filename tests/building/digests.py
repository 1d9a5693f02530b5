"""All that stands in our tables, in short: what an act left behind, or that it left nothing."""

from __future__ import annotations

import hashlib
import json

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder

OURS = ("compliance", "workflows", "notifications")


def digest() -> dict[str, str]:
    """For each table of ours the hash of all its rows."""
    found = {}
    for label in OURS:
        for model in apps.get_app_config(label).get_models(include_auto_created=True):
            rows = list(model._base_manager.order_by("pk").values_list())
            said = json.dumps(rows, cls=DjangoJSONEncoder, default=str)
            found[model._meta.db_table] = hashlib.sha256(said.encode()).hexdigest()
    return found


def changed(before: dict[str, str]) -> list[str]:
    """The tables that are no longer as they were."""
    now = digest()
    return [table for table in now if now[table] != before[table]]
