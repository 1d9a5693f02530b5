"""Arguments that several commands share."""

from __future__ import annotations

import argparse
from datetime import date, datetime

from django.core.management.base import CommandParser
from django.utils import timezone

YEARS = range(1990, 2101)
"""Years that can be meant; beyond them no calendar says which days are worked."""


def instant(text: str) -> datetime:
    """The moment that ISO text names; without an offset, in the site's own time zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a moment such as 2026-03-01T09:00 or 2026-03-01T09:00+03:00"
        ) from error
    if moment.year not in YEARS:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a moment of the years {YEARS[0]} to {YEARS[-1]}"
        )
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def whole_number(text: str) -> int:
    """A number that is not negative."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)


def add_now(parser: CommandParser) -> None:
    """Let the command act as of another moment: `options["now"]`, None for the real one."""
    parser.add_argument(
        "--now",
        type=instant,
        metavar="ISO-DATETIME",
        help="act as of this moment (default: the real one)",
    )


def add_format(parser: CommandParser) -> None:
    """Let the command answer with one JSON object: `options["format"]`."""
    parser.add_argument(
        "--format",
        choices=["text", "json"],
        default="text",
        help="json prints one JSON object on standard output and nothing else",
    )


def year(text: str) -> int:
    """A calendar year."""
    if not text.isdecimal() or int(text) not in YEARS:
        raise argparse.ArgumentTypeError(f"{text!r} is not a year from {YEARS[0]} to {YEARS[-1]}")
    return int(text)


def day(text: str) -> date:
    """A calendar date."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2026-03-01") from error
