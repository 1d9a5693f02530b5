"""The audit trail as files: a table for people, lines of JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext

from compliance.files.outgoing.spreadsheets import Cell, separated_lines
from compliance.models import AuditEvent
from compliance.services.audit.trail import covered
from compliance.wording.event_names import KINDS
from compliance.wording.events import action_words, changes_of, who


def events_as_text(events: Iterable[AuditEvent], zone: ZoneInfo) -> Iterator[str]:
    """Lines of a table, with times by the reader's clock."""
    columns = [
        gettext("When"),
        gettext("Organisation"),
        gettext("Number"),
        gettext("Who"),
        gettext("In whose name"),
        gettext("From where"),
        gettext("What was done"),
        gettext("About what"),
        gettext("Number of the object"),
        gettext("Task"),
        gettext("What changed"),
        gettext("Why"),
        "sha256",
    ]
    return separated_lines(columns, (_row(event, zone) for event in events))


def _row(event: AuditEvent, zone: ZoneInfo) -> list[Cell]:
    with timezone.override(zone):
        changes = "\n".join(f"{one.label}: {one.before} → {one.after}" for one in changes_of(event))
    return [
        f"{event.at.astimezone(zone):%d.%m.%Y %H:%M:%S}",
        event.organisation.name,
        event.sequence,
        who(event),
        str(event.on_behalf_of) if event.on_behalf_of else "",
        event.address,
        action_words(event.action),
        str(KINDS.get(event.subject_kind, event.subject_kind)),
        event.subject_id,
        event.task_id,
        changes,
        event.reason,
        event.hash,
    ]


def events_as_json(events: Iterable[AuditEvent]) -> Iterator[str]:
    """A JSON object a line, with all that the hash covers: whoever has the file can check it."""
    for event in events:
        line = {
            "organisation_name": event.organisation.name,
            "actor_name": str(event.actor) if event.actor else None,
            "sequence": event.sequence,
            "previous_hash": event.previous_hash,
            "hash": event.hash,
            **covered(event),
        }
        yield json.dumps(line, ensure_ascii=False) + "\n"
