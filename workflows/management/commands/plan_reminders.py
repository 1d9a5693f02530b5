"""`manage.py plan_reminders`: one sweep of the reminder planner, by hand or from cron."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from notifications.management.arguments import add_format, add_now
from notifications.services.clock import ClockDoubtedError
from notifications.services.sweeps import watched
from workflows.services.notices.reminders import plan_reminders


class Command(BaseCommand):
    help = (
        "Plans the reminders that are due by now and not yet planned, and the letters that will "
        "carry them. May run at any hour, any number of times: a second run plans nothing more."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add_now(parser)
        add_format(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with watched("plan-reminders", is_regular=options["now"] is None) as counts:
                counts.update(plan_reminders(options["now"] or timezone.now()))
        except ClockDoubtedError as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(f"The database refused: {error}") from error
        if options["format"] == "json":
            self.stdout.write(json.dumps(counts))
        else:
            self.stdout.write("reminders: {planned}, letters: {digests}".format(**counts))
