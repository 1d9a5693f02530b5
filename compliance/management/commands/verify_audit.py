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
                    "count": found.count,
                }
                for organisation, found in broken_chains()
            ]
            facts["ok"] = not facts["broken"]
        if not facts["ok"]:
            raise CommandError(f"The audit trail is broken in {len(facts['broken'])} places.")


def _worded(facts: Facts) -> str:
    return "\n".join(map(_line, facts["broken"])) or "Every chain is whole."


def _line(one: Facts) -> str:
    """One break, with the numbers of all the events that it concerns."""
    first, last = one["event"], one["event"] + one["count"] - 1
    events = f"event {first}" if first == last else f"events {first}–{last}"
    return f"{one['name']}, {events}: {one['reason']}"
