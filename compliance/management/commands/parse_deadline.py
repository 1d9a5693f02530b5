"""`manage.py parse_deadline`: how phrases are understood, one, or many line by line."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from compliance.domain.calendar.periods import Period
from compliance.domain.calendar.working_days import WorkingCalendar
from compliance.domain.deadlines import read_deadline
from compliance.services.calendars import calendar_without_database
from notifications.management.arguments import day

DAYS = re.compile(r"\d{4}-\d\d-\d\d\.\.\d{4}-\d\d-\d\d")
PERIOD = re.compile(r"(\d{4})(?:\s*[-–—]\s*(\d{4}))?")


def period(text: str) -> Period:
    """The calendar years of 2020 or 2017-2018, or the days of 2026-06-01..2026-12-31."""
    if DAYS.fullmatch(text.strip()):
        try:
            return Period(*(date.fromisoformat(one) for one in text.strip().split("..")))
        except ValueError as error:
            raise argparse.ArgumentTypeError(f"{text!r}: {error}") from None
    found = PERIOD.fullmatch(text.strip())
    first, last = (int(one or found[1]) for one in found.groups()) if found else (0, 0)
    if not 1990 <= first <= last <= 2100:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a period such as 2020, 2017-2018 or 2026-06-01..2026-12-31"
        )
    return Period.of_years(first, last)


class Command(BaseCommand):
    help = "Shows how a deadline is understood; with - reads lines PHRASE<tab>PERIOD instead."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("phrase", metavar="PHRASE", help="the deadline as written, or -")
        parser.add_argument(
            "--period", type=period, metavar="2017-2018", help="the plan's years (default: today's)"
        )
        parser.add_argument("--today", type=day, metavar="YYYY-MM-DD", help="the day of reading")
        parser.add_argument("--format", choices=["text", "json", "jsonl"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        today: date = options["today"] or timezone.localdate()
        default = options["period"] or Period.of_years(today.year)
        calendar = calendar_without_database()
        if options["phrase"] == "-":
            for line in sys.stdin.buffer:
                facts = _of_line(line.decode(errors="replace"), default, today, calendar)
                self.stdout.write(json.dumps(facts, ensure_ascii=False))
            return
        facts = _understood(options["phrase"], default, today, calendar)
        if options["format"] == "text":
            self.stdout.write("\n".join(_worded(facts)))
        else:
            self.stdout.write(json.dumps(facts, ensure_ascii=False))


def _of_line(line: str, default: Period, today: date, calendar: WorkingCalendar) -> dict[str, Any]:
    """The reading of PHRASE<tab>PERIOD; a wrong period is reported under `error`."""
    phrase, _tab, years = line.rstrip("\r\n").rpartition("\t") if "\t" in line else (line, "", "")
    try:
        chosen = period(years) if years.strip() else default
    except argparse.ArgumentTypeError as error:
        return {"text": phrase, "error": {"code": "bad_period", "message": str(error)}}
    return _understood(phrase.rstrip("\r\n"), chosen, today, calendar)


def _understood(
    phrase: str, chosen: Period, today: date, calendar: WorkingCalendar
) -> dict[str, Any]:
    return read_deadline(phrase, chosen, today).as_json(chosen, calendar)


def _worded(facts: dict[str, Any]) -> Iterator[str]:
    """The reading in a few lines."""
    yield f"{facts['text']}: {facts['confidence']}"
    for part in facts["parts"]:
        said = {name: value for name, value in part.items() if value and name != "due_dates"}
        yield "  " + ", ".join(f"{name} {value}" for name, value in said.items())
    for note in facts["notes"]:
        yield f"  note: {note['code']}"
    yield "  due: " + (", ".join(facts["due_dates"]) or "no dates of its own")
    yield "  on working days: " + (", ".join(facts["due_dates_working"]) or "–")
    yield "  course of work asked for: " + (", ".join(facts["interim_dates"]) or "–")
