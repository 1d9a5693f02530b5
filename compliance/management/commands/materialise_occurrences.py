"""`manage.py materialise_occurrences`: the nightly sweep, by hand or from cron."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from compliance.management.answers import Facts, answer
from compliance.services.execution.occurrences import materialise_occurrences
from notifications.management.arguments import add_format, day
from notifications.services.sweeps import watched


class Command(BaseCommand):
    help = "Makes the occurrences that executing plans are missing; a second run makes none."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--until", type=day, metavar="YYYY-MM-DD", help="only those due by this day"
        )
        add_format(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        facts: Facts = {}
        with answer(self, facts, as_json=options["format"] == "json", worded=_worded):
            regular = options["until"] is None
            with watched("materialise-occurrences", is_regular=regular) as counts:
                counts["created"] = materialise_occurrences(until=options["until"])
            facts.update(counts)


def _worded(facts: Facts) -> str:
    return f"created: {facts['created']}"
