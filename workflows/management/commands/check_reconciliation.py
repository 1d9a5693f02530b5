"""`manage.py check_reconciliation`: whether the tables agree with each other."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from compliance.management.answers import Facts, answer
from notifications.management.arguments import add_format
from workflows.services.reconciliation import differences


class Command(BaseCommand):
    help = "Checks every invariant that links tables; exit 1 when anything differs."

    def add_arguments(self, parser: CommandParser) -> None:
        add_format(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        facts: Facts = {}
        with answer(self, facts, as_json=options["format"] == "json", worded=_worded):
            facts["differences"] = [asdict(one) for one in differences()]
            facts["ok"] = not facts["differences"]
        if not facts["ok"]:
            raise CommandError(f"{len(facts['differences'])} differences were found.")


def _worded(facts: Facts) -> str:
    rows = [
        f"{one['kind']}: {one['subject']}: expected {one['expected']}, found {one['found']}"
        for one in facts["differences"]
    ]
    return "\n".join(rows) or "Everything agrees."
