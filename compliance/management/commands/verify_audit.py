"""`manage.py verify_audit`: whether every chain of the audit trail is whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from compliance.domain.audit.breaks import ChainBreak
from compliance.domain.refusals import Refusal
from compliance.management.answers import Facts, answer
from compliance.models import Organisation
from compliance.services.audit.trail import broken_chains, broken_since, heads
from notifications.management.arguments import add_format


class Command(BaseCommand):
    help = (
        "Checks every chain of the audit trail; exit 1 when one is broken. Keep the answer of "
        "`--heads --format json` elsewhere: with --since it proves that nothing older was changed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--heads", action="store_true", help="say also how each chain ends, to be kept"
        )
        parser.add_argument(
            "--since", type=Path, metavar="FILE", help="compare with the heads of an earlier answer"
        )
        add_format(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        facts: Facts = {}
        with answer(self, facts, as_json=options["format"] == "json", worded=_worded):
            names = dict(Organisation.objects.values_list("pk", "name"))
            found = list(broken_chains())
            if options["since"]:
                broken = {organisation for organisation, _break in found}
                since = broken_since(_heads_in(options["since"]))
                found += [one for one in since if one[0] not in broken]
            facts["broken"] = [_said(one, names) for one in found]
            facts["ok"] = not facts["broken"]
            if options["heads"]:
                facts["heads"] = [
                    {
                        "organisation": head.organisation_id,
                        "name": head.organisation.name,
                        "events": head.count,
                        "hash": head.hash,
                    }
                    for head in heads()
                ]
        if not facts["ok"]:
            raise CommandError(f"The audit trail is broken in {len(facts['broken'])} places.")


def _heads_in(path: Path) -> list[tuple[int, int, str]]:
    """What an earlier answer says about each chain; Refusal when the file is not an answer."""
    try:
        rows = json.loads(path.read_text())["heads"]
        return [(int(row["organisation"]), int(row["events"]), str(row["hash"])) for row in rows]
    except OSError as error:
        raise Refusal("file_unreadable", path=path, reason=error.strerror) from error
    except (ValueError, KeyError, TypeError) as error:
        raise Refusal("no_heads", path=path) from error


def _said(broken: tuple[int, ChainBreak], names: dict[int, str]) -> Facts:
    organisation, found = broken
    return {
        "organisation": organisation,
        "name": names.get(organisation, str(organisation)),
        "event": found.sequence,
        "reason": found.reason,
        "count": found.count,
    }


def _worded(facts: Facts) -> str:
    lines = [*map(_line, facts["broken"])] or ["Every chain is whole."]
    for head in facts.get("heads", []):
        lines.append(f"{head['name']}: {head['events']} events, {head['hash']}")
    return "\n".join(lines)


def _line(one: Facts) -> str:
    """One break, with the numbers of all the events concerned."""
    first, last = one["event"], one["event"] + one["count"] - 1
    events = f"event {first}" if first == last else f"events {first}–{last}"
    return f"{one['name']}, {events}: {one['reason']}"
