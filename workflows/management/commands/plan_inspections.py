"""`manage.py plan_inspections`: the nightly sweep, by hand or from cron."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from compliance.management.answers import Facts, answer
from compliance.services.acts import Act
from notifications.management.arguments import add_format
from notifications.services.sweeps import watched
from workflows.services.inspections import plan_by_policy


class Command(BaseCommand):
    help = "Plans the inspections that the active policies ask for; a second run plans none."

    def add_arguments(self, parser: CommandParser) -> None:
        add_format(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        facts: Facts = {}
        with answer(self, facts, as_json=options["format"] == "json", worded=_worded):
            with watched("plan-inspections") as counts:
                counts["inspections"] = plan_by_policy(act=Act.of_system())
            facts.update(counts)


def _worded(facts: Facts) -> str:
    return f"inspections planned: {facts['inspections']}"
