"""`manage.py confirm_clock`: an operator has checked the clock and says that it is right."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from notifications.services.clock import confirm_clock


class Command(BaseCommand):
    help = (
        "Says that this machine's clock is right, after the sweeps stopped because it is more than "
        "a day ahead of the last work on record: after a long outage that is so."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        before = confirm_clock(by=None)
        if before.doubt is None:
            self.stdout.write("The clock was believed already; nothing has changed.")
        else:
            self.stdout.write(f"Believed from now on: {before.now:%Y-%m-%d %H:%M} UTC.")
