"""`manage.py calculate_incentives`: the assessment sheets of a quarter, by hand or from cron."""

from __future__ import annotations

import argparse
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from compliance.domain.calendar.periods import Period
from compliance.domain.calendar.quarters import quarter, quarter_code
from compliance.domain.refusals import Refusal
from compliance.models import IncentiveSheet
from compliance.services.acts import Act
from compliance.services.documents.parties import organisation_named
from compliance.services.incentives.exports import sheet_as_json
from compliance.services.incentives.sheets import calculate_all, calculate_for
from compliance.wording.refusals import sentence
from notifications.management.arguments import add_format


def _quarter(text: str) -> Period:
    try:
        return quarter(text)
    except Refusal as refusal:
        raise argparse.ArgumentTypeError(f"{text!r} is not a quarter such as 2026Q1") from refusal


class Command(BaseCommand):
    help = (
        "Prepares the assessment sheets of a quarter: points and a share of the bonus for each "
        "institution. An input, not a decision. A second run replaces the sheets of the first."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--period", required=True, type=_quarter, metavar="2026Q1", help="the quarter"
        )
        parser.add_argument(
            "--organization",
            metavar="NAME",
            help="only this institution, or this ministry's region (default: all regions)",
        )
        add_format(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        period, name = options["period"], options["organization"]
        act = Act.of_system()
        try:
            if name:
                sheets = calculate_for(organisation_named(name, is_partial=True), period, act=act)
            else:
                sheets = calculate_all(period, act=act)
        except Refusal as refusal:
            raise CommandError(sentence(refusal)) from refusal
        if options["format"] == "json":
            answer = {
                "period": quarter_code(period.start),
                "calculated": len(sheets),
                "sheets": [sheet_as_json(sheet) for sheet in sheets],
            }
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(map(_line, sheets)))


def _line(sheet: IncentiveSheet) -> str:
    """A sheet in one line: points and share, or that there is no number."""
    number = "no number" if sheet.points is None else f"{sheet.points} points, {sheet.share} %"
    counts = f"due {sheet.due}, in time {sheet.in_time}, late {sheet.late}"
    return f"{sheet.organisation}: {number} ({counts}, not done {sheet.not_done})"
