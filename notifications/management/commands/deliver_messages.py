"""`manage.py deliver_messages`: what the worker does every minute, by hand or from cron."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from notifications.management.arguments import add_format, add_now, whole_number
from notifications.services.clock import ClockDoubtedError
from notifications.services.delivery import deliver_messages
from notifications.services.sweeps import watched


class Command(BaseCommand):
    help = "Sends the letters that are due until none is left, and says what became of them."

    def add_arguments(self, parser: CommandParser) -> None:
        add_now(parser)
        parser.add_argument(
            "--limit", type=whole_number, metavar="N", help="send at most so many letters"
        )
        add_format(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with watched("deliver-messages", is_regular=options["now"] is None) as counts:
                now = options["now"] or timezone.now()
                counts.update(deliver_messages(now, options["limit"], beat=counts.beat))
        except ClockDoubtedError as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(f"The database refused: {error}") from error
        if options["format"] == "json":
            self.stdout.write(json.dumps(counts))
        else:
            self.stdout.write(", ".join(f"{state}: {count}" for state, count in counts.items()))
