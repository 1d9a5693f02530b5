"""`manage.py seed_calendar YEAR`: the country's days off and transfers of a year."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from compliance.management.answers import Facts, answer
from compliance.services.acts import Act
from compliance.services.reference.calendar_days import add_year
from notifications.management.arguments import add_format


class Command(BaseCommand):
    help = (
        "Adds the country's days off and transfers of a year to the calendar; days that are "
        "already there stay as they were edited."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("years", nargs="+", type=int, metavar="YEAR")
        add_format(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        facts: Facts = {}
        with answer(self, facts, as_json=options["format"] == "json", worded=_worded):
            act = Act.of_system()
            facts["added"] = sum(add_year(year, act=act) for year in options["years"])


def _worded(facts: Facts) -> str:
    return f"added: {facts['added']}"
