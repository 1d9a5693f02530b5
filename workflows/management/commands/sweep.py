"""`manage.py sweep`: everything on the schedule once, without a broker: from cron or by hand."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils.module_loading import import_string

from compliance.management.answers import Facts, answer
from notifications.management.arguments import add_format
from notifications.models import SweepRecord


class Command(BaseCommand):
    help = "Runs the sweeps of the schedule once, all of them or the named ones, in their order."

    def add_arguments(self, parser: CommandParser) -> None:
        known = list(settings.CELERY_BEAT_SCHEDULE)
        parser.add_argument(
            "names", nargs="*", metavar="NAME", help=f"of: {', '.join(known)} (default: all)"
        )
        add_format(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        schedule = settings.CELERY_BEAT_SCHEDULE
        unknown = sorted(set(options["names"]) - set(schedule))
        if unknown:
            self.stderr.write(f"unknown sweep: {', '.join(unknown)}. Known: {', '.join(schedule)}")
            raise SystemExit(2)
        facts: Facts = {}
        with answer(self, facts, as_json=options["format"] == "json", worded=_worded):
            for name in schedule:
                if name in options["names"] or not options["names"]:
                    import_string(schedule[name]["task"])()
                    facts[name] = SweepRecord.objects.get(name=name).counts


def _worded(facts: Facts) -> str:
    return "\n".join(
        f"{name}: {', '.join(f'{key} {value}' for key, value in counts.items())}"
        for name, counts in facts.items()
    )
