"""Counts anew how due dates have ended, by organisation and month."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from compliance.services.boards.outcomes import count_outcomes


class Command(BaseCommand):
    help = "Counts anew how due dates have ended: after a repair by hand, or a miscount found."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{count_outcomes()} counts")
