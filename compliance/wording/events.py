"""The words of the audit trail: what was done, to what, and what changed from what to what.

Every code and every key that a service records has its words here; a test finds those without.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from compliance.models import (
    AuditEvent,
    CalendarDay,
    Decision,
    Inspection,
    MeasureVersion,
    Occurrence,
    Petition,
    Revision,
    Vote,
)
from compliance.models.organisations import Checkpoints, Interims, Organisation, Shift
from compliance.models.plans import State
from compliance.models.roles import Role
from compliance.wording.event_names import ACTIONS, FROM_OUTSIDE
from compliance.wording.quarters import quarter_words
from notifications.models import ReminderStep

# Ids of rows: search and the file for programs need them, people do not.
IDS = frozenset({"assessment", "inspection", "petition", "plan", "report"})
QUARTER = re.compile(r"\d{4}Q[1-4]")
LONGEST = 600  # characters of one value that a page prints

FIELDS: dict[str, str | Promise] = {
    # Plans and decisions
    "state": _("State"),
    "party": _("Party"),
    "basis": _("Basis"),
    "basis_number": _("Number of the document"),
    "basis_date": _("Date of the document"),
    "published_on": _("Published on"),
    "published_url": _("Published at"),
    "title": _("Title"),
    "measures": _("Measures"),
    "source": _("Source document"),
    "revision": _("Revision"),
    "revision_status": _("State of the revision"),
    "content_hash": "sha256",
    "about": _("About"),
    "remarks": _("Remarks"),
    "sections": _("Sections"),
    # Measures and deadlines
    "section": _("Section"),
    "position": _("Place in the section"),
    "measure": _("Measure"),
    "number": _("Number"),
    "text": _("Words"),
    "indicator": _("Indicator"),
    "finding": _("Finding"),
    "form": _("Form of implementation"),
    "proof": _("Proof"),
    "deadline": _("Deadline"),
    "responsible": _("Responsible"),
    "dates": _("Dates set"),
    "anchor": _("Day of the event"),
    "remark": _("Remark"),
    # Execution
    "status": _("State"),
    "report": _("Report"),
    "due_on": _("Due on"),
    "late_after": _("Last day in time"),
    "extension_count": _("Times moved"),
    "petition": _("Petition"),
    "petition_kind": _("What is asked"),
    "petition_status": _("State of the petition"),
    "asked_for": _("Date asked for"),
    "granted": _("Date granted"),
    "executor": _("Responsible executor"),
    "done_on": _("Reported on"),
    # Inspections
    "inspection": _("Inspection"),
    "inspection_kind": _("Kind of inspection"),
    "held_on": _("Held on"),
    "act_number": _("Number of the act"),
    "own_acceptance": _("Held by whoever had accepted the report, for"),
    "share_inspected": _("Share, %"),
    "days_after": _("Working days after acceptance"),
    "seed": _("Seed of the sample"),
    "population": _("Accepted, to draw from"),
    "occurrences": _("Due dates"),
    "name": _("Name"),
    "sha256": "sha256",
    "size": _("Size, bytes"),
    # Assessments and bonuses
    "assessment": _("Assessment"),
    "institutions": _("Institutions"),
    "institutions_added": _("Institutions added"),
    "findings": _("Findings"),
    "proposals": _("Proposals"),
    "period": _("Period"),
    "sheets": _("Assessment sheets"),
    "in_time": _("In time"),
    "late": _("Late"),
    "not_done": _("Not done"),
    "waiting": _("Waiting for the inspector"),
    "waived": _("Waived"),
    "points": _("Points"),
    "share": _("Share of the bonus, %"),
    # Calendar
    "year": _("Year"),
    "days": _("Days"),
    # Substitution and hand-over
    "absent": _("Who is away"),
    "substitute": _("Who stands in"),
    "ended_at": _("Ended at"),
    "owner": _("With whom"),
    "tasks": _("Tasks"),
    "drafts": _("Lines of drafts"),
    "substitutions": _("Substitutions ended"),
    "roles": _("Roles ended"),
    "tasks_to": _("Tasks go to"),
    "measures_to": _("Measures go to"),
    "drafts_to": _("Lines of drafts go to"),
    "step": _("Step"),
    # The audit trail
    "events": _("Events"),
    "breaks": _("Breaks of the chain"),
    # Letters
    "letter": _("Letter"),
    "letters": _("Letters"),
    "may_have_arrived": _("Of these, may have arrived already"),
    # Reference data
    "code": _("Code"),
    "kind": _("Kind"),
    "short_name": _("Short name"),
    "parent": _("Part of"),
    "rating_group": _("Rating group"),
    "municipality": _("Municipality"),
    "website": _("Website"),
    "time_zone": _("Time zone"),
    "is_active": _("Active"),
    "days_from_date": _("Working days from the date"),
    "told": _("Who is told"),
    "unless_begun": _("Only where the executor has not begun"),
    "asked_on": _("Asked for on"),
    "note": _("Course of work"),
    "continuous_checkpoints": _("Checkpoints of continuous measures"),
    "interim_checkpoints": _("The course of work inside a long period is asked for"),
    "period_end_shift": _("The end of a period on a non-working day"),
    "named_date_shift": _("A named date on a non-working day"),
    "attempts": _("Attempts"),
    "first_at": _("The first of them"),
    "addresses": _("From where"),
    "username": _("Login"),
    "full_name": _("Full name"),
    "email": _("E-mail"),
    "is_staff": _("Enters the administration"),
    "is_superuser": _("Has every right there"),
    "user": _("Person"),
    "organisation": _("Organisation"),
    "role": _("Role"),
    "post": _("Post"),
    "starts_on": _("From"),
    "ends_on": _("Until"),
    "address": _("E-mail"),
    "people": _("People"),
    "organisations_new": _("New organisations"),
    "organisations_changed": _("Changed organisations"),
    "people_new": _("New people"),
    "people_changed": _("Changed people"),
    "roles_new": _("New roles"),
    "roles_changed": _("Changed roles"),
    "owner_kind": _("Whose plans"),
    "headings": _("Sections of a new plan"),
    "retired_at": _("No new plans since"),
    "drafted_by": _("Drafted by"),
    "drafters_decide": _("Whoever drafted a plan may also agree or approve it"),
    "steps": _("Who agrees and approves"),
    "bases": _("On what basis"),
    "is_vote": _("Decided by vote of all who have this role"),
    "quorum_share": _("Quorum, percent of the members"),
    "quorum_count": _("Quorum, people at least"),
    "majority_share": _("Carried when more than this percent of the votes is for"),
    "choice": _("Vote"),
    "round": _("Round"),
    "published_by": _("Published by"),
    "reported_by": _("Reported by"),
    "accepted_by": _("Report accepted by"),
    "region": _("Region"),
    "legal_basis": _("Legal basis"),
    "valid_from": _("Valid from"),
    "late_weight": _("Weight of what is done late"),
    "bands": _("Bands"),
}
CHOICES: dict[str, type[TextChoices]] = {
    "state": State,
    "status": Occurrence.Status,
    "revision_status": Revision.Status,
    "petition_kind": Petition.Kind,
    "petition_status": Petition.Status,
    "basis": Decision.Basis,
    "proof": MeasureVersion.Proof,
    "inspection_kind": Inspection.Kind,
    "kind": Organisation.Kind,
    "continuous_checkpoints": Checkpoints,
    "interim_checkpoints": Interims,
    "period_end_shift": Shift,
    "named_date_shift": Shift,
    "role": Role,
    "owner_kind": Organisation.Kind,
    "told": ReminderStep.Who,
    "drafted_by": Role,
    "choice": Vote.Choice,
    "published_by": Role,
    "reported_by": Role,
    "accepted_by": Role,
}

BREAKS: dict[str, str | Promise] = {
    "changed": _("changed"),
    "missing": _("missing"),
    "inserted": _("put in afterwards"),
    "reordered": _("reordered"),
    "cut_off": _("cut off from the end"),
}


@dataclass(frozen=True)
class FieldWords:
    """One thing that an event changed: what, from what, to what. Empty: it was not there."""

    label: str
    before: str
    after: str


def action_words(action: str) -> str:
    """What was done, in words."""
    return str(ACTIONS.get(action, action))


def who(event: AuditEvent) -> str:
    """Who did it, without the name they acted in."""
    if event.actor is not None:
        return str(event.actor)
    return gettext("unknown") if event.action in FROM_OUTSIDE else gettext("the system")


def changes_of(event: AuditEvent) -> list[FieldWords]:
    """What the event changed, in the order it was recorded; unchanged fields are left out.

    A key that ends in `_id` is the id, for machines, of the person named beside it.
    """
    before, after = (
        {
            key: value
            for key, value in facts.items()
            if not key.endswith("_id") and not (key in IDS and isinstance(value, int))
        }
        for facts in (event.before, event.after)
    )
    return [
        FieldWords(label_of(key), _words(key, before.get(key)), _words(key, after.get(key)))
        for key in dict.fromkeys([*before, *after])
        if before.get(key) != after.get(key)
    ]


def label_of(key: str) -> str:
    """The name of what was changed; a day of the calendar is its own name."""
    day = _as_date(key)
    return day or str(FIELDS.get(key, key))


def _words(key: str, value: Any) -> str:
    """A recorded value as people read it."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, str):
        choices = CHOICES.get(key)
        if choices and value in choices.values:
            return str(choices(value).label)
        if key == "period" and QUARTER.fullmatch(value):
            return quarter_words(value)
        return _as_date(value) or value[:LONGEST]
    if isinstance(value, list) and key in CHOICES:
        return ", ".join(_words(key, one) for one in value)
    if key == "responsible":
        return "; ".join(str(row[0]) for row in value)
    if key == "sheets":
        count = len(value)
        return ngettext("%(count)s sheet", "%(count)s sheets", count) % {"count": count}
    if key == "breaks":
        return "; ".join(_break(*row) for row in value)
    if _as_date(key) and isinstance(value, list) and value[:1]:
        return _calendar_day(value)
    return _plain(value)[:LONGEST]


def _plain(value: Any) -> str:
    """Lists and pairs as a line, numbers with a decimal comma."""
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",")
    if isinstance(value, list):
        return ", ".join(_as_date(str(one)) or _plain(one) for one in value)
    if isinstance(value, Mapping):
        return "; ".join(f"{label_of(key)}: {_plain(one)}" for key, one in value.items())
    return str(value)


def _break(sequence: int, reason: str, count: int) -> str:
    """One break of a chain: the numbers of its events and what happened to them."""
    numbers = f"{sequence}–{sequence + count - 1}" if count > 1 else f"{sequence}"
    return f"№ {numbers} — {BREAKS.get(reason, reason)}"


def _calendar_day(value: list[str]) -> str:
    kinds = CalendarDay.Kind
    kind = str(kinds(value[0]).label) if value[0] in kinds.values else value[0]
    return ", ".join(filter(None, [kind, *value[1:]]))


def _as_date(text: str) -> str:
    """An ISO date or time as it is written here; empty when the text is neither."""
    try:
        if len(text) == 10:
            return f"{date.fromisoformat(text):%d.%m.%Y}"
        if len(text) > 18 and text[10] == "T":
            return f"{timezone.localtime(datetime.fromisoformat(text)):%d.%m.%Y %H:%M}"
    except ValueError:
        pass
    return ""
