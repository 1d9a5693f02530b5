"""`manage.py verify_audit`: whether every chain of the audit trail is whole."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from compliance.management.answers import Facts, answer
from compliance.models import Organisation
from compliance.services.audit import broken_chains
from notifications.management.arguments import add_format


class Command(BaseCommand):
    help = "Checks every chain of the audit trail; exit 1 when one is broken."

    def add_arguments(self, parser: CommandParser) -> None:
        add_format(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        facts: Facts = {}
        with answer(self, facts, as_json=options["format"] == "json", worded=_worded):
            names = dict(Organisation.objects.values_list("pk", "name"))
            facts["broken"] = [
                {
                    "organisation": organisation,
                    "name": names[organisation],
                    "event": found.sequence,
                    "reason": found.reason,
                }
                for organisation, found in broken_chains()
            ]
            facts["ok"] = not facts["broken"]
        if not facts["ok"]:
            raise CommandError(f"The audit trail is broken in {len(facts['broken'])} places.")


def _worded(facts: Facts) -> str:
    rows = [f"{one['name']}, event {one['event']}: {one['reason']}" for one in facts["broken"]]
    return "\n".join(rows) or "Every chain is whole."
