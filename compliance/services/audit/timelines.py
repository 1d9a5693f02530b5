"""What has happened to one object, as its page shows it: the latest events, one statement.

Whoever may see the page may read them. A person who may search the audit trail gets a link to the
whole history there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.db.models import Model, Q, QuerySet

from compliance.models import (
    AuditEvent,
    IncentiveSheet,
    Organisation,
    Plan,
    Revision,
    Substitution,
    User,
)
from compliance.models.audit import AuditEventQuerySet, about
from compliance.services.audit.search import may_search
from compliance.wording.event_names import LOGINS

SHOWN = 15
LOOKED_AT = 100  # events from which the shown entries are made: a report may have 30 photos
SITTING = timedelta(hours=1)
"""The longest pause between two acts of one person that make one entry."""
MEASURE = "measure.change"
FOLDED = frozenset({"evidence.attach", "inspection.attach", MEASURE})


@dataclass(frozen=True)
class Entry:
    """One line of a history: an event, or what one person did to one thing in one sitting."""

    event: AuditEvent  # the latest of them; of one measure, with all that was changed
    files: tuple[str, ...] = ()  # the names if there are several, in the order of attaching
    measures: tuple[AuditEvent, ...] = ()  # if there are several, one event for each


@dataclass(frozen=True)
class Timeline:
    """The latest entries, whether there are more, and the query for all in the audit trail."""

    entries: Sequence[Entry]
    is_cut: bool
    search: str
    shows_addresses: bool = False  # of the network: only for administrators


def history(user: User, *subjects: Model) -> Timeline:
    """What happened to an object and to what belongs to it; the first subject is the object."""
    return _of(user, AuditEvent.objects.filter(about(*subjects)), subjects[0])


def history_of_all(user: User, rows: Iterable[Model], kind: type[Model]) -> Timeline:
    """What happened to several things of one kind that a page can change."""
    name = kind._meta.model_name or ""
    events = AuditEvent.objects.filter(subject_kind=name, subject_id__in=[row.pk for row in rows])
    return _of(user, events, None, f"kind={name}")


def history_of_common(user: User, rows: Iterable[Model], kind: type[Model]) -> Timeline:
    """What happened to things common to all regions: each has it in its chain, one is read."""
    name = kind._meta.model_name or ""
    first = Organisation.objects.filter(parent__isnull=True).order_by("pk").first()
    events = AuditEvent.objects.filter(organisation=first, subject_kind=name)
    events = events.filter(subject_id__in=[row.pk for row in rows])
    return _of(user, events, None, f"kind={name}")


def history_of_revision(user: User, revision: Revision, tasks: QuerySet[Any]) -> Timeline:
    """What happened to one revision, by itself or through one of these tasks (a subquery of ids).

    It is part of the history of its plan.
    """
    own = Q(after__revision=revision.number) | Q(before__revision=revision.number)
    own |= Q(task_id__in=tasks)
    return _of(user, AuditEvent.objects.filter(about(revision.plan), own), revision.plan)


def history_of_measure(user: User, plan: Plan, measure_id: int) -> Timeline:
    """What happened to the words of one measure, through all its revisions."""
    own = Q(after__measure=measure_id) | Q(before__measure=measure_id)
    return _of(user, AuditEvent.objects.filter(about(plan), own), plan)


def history_of_sheet(user: User, sheet: IncentiveSheet) -> Timeline:
    """How a sheet was calculated, alone or together with the whole region's."""
    key = str(sheet.pk)
    region = Organisation(pk=sheet.organisation.region_id)
    together = Q(action="incentive.calculate", after__sheets__has_key=key) & about(region)
    found = _of(user, AuditEvent.objects.filter(about(sheet) | together), sheet)
    for event in (entry.event for entry in found.entries):
        if "sheets" in event.after:  # of the whole region's results, only this sheet's
            event.after = {"period": event.after["period"], **event.after["sheets"][key]}
    return found


def history_of_calendar(user: User, region: Organisation) -> Timeline:
    """What was changed in the calendar of a region."""
    rows = AuditEvent.objects.filter(about(region), action__startswith="calendar.")
    return _of(user, rows, region)


def history_of_substitutions(user: User, absent: User) -> Timeline:
    """Who stood in for a person, and when that was ended."""
    rows = Substitution.objects.filter(absent=absent).order_by("-pk")[:SHOWN]
    return history_of_all(user, rows, Substitution)


def history_of_person(user: User, person: User, *, logins: bool) -> Timeline:
    """What was changed about a person, or happened to their login, where the user administers.

    What happened elsewhere is for other administrators to know.
    """
    rows = AuditEvent.objects.filter(about(person))
    if not user.is_superuser:
        rows = rows.visible_to(user)
    rows = rows.filter(action__in=LOGINS) if logins else rows.exclude(action__in=LOGINS)
    return replace(_of(user, rows, person), shows_addresses=True)


def _of(user: User, rows: AuditEventQuerySet, subject: Model | None, search: str = "") -> Timeline:
    events = list(rows.select_related("actor", "on_behalf_of").order_by("-id")[: LOOKED_AT + 1])
    if subject is not None:
        search = f"kind={subject._meta.model_name}&object={subject.pk}"
    entries = _folded(events[:LOOKED_AT])
    is_cut = len(events) > LOOKED_AT or len(entries) > SHOWN
    return Timeline(entries[:SHOWN], is_cut, search if may_search(user) else "")


def _folded(events: Sequence[AuditEvent]) -> list[Entry]:
    """The entries that the events make, latest first like the events."""
    groups: list[list[AuditEvent]] = []
    for event in events:
        if groups and _is_same_sitting(event, groups[-1][-1]):
            groups[-1].append(event)
        else:
            groups.append([event])
    return [_entry(group) for group in groups]


def _entry(group: Sequence[AuditEvent]) -> Entry:
    """The entry of one sitting, its latest event first."""
    if group[0].action == MEASURE:
        measures = _by_measure(group)
        return Entry(measures[-1]) if len(measures) == 1 else Entry(group[0], measures=measures)
    return Entry(group[0], tuple(_file_name(one) for one in reversed(group)) if group[1:] else ())


def _by_measure(group: Sequence[AuditEvent]) -> tuple[AuditEvent, ...]:
    """One event for each measure, with what it said before the sitting and says after it."""
    found: dict[object, AuditEvent] = {}
    for event in reversed(group):
        measure = event.after.get("measure")
        whole = copy(event)
        if measure in found:
            whole.before = found[measure].before
        found[measure] = whole
    return tuple(found.values())


def _is_same_sitting(event: AuditEvent, later: AuditEvent) -> bool:
    return (
        event.action in FOLDED
        and later.at - event.at <= SITTING
        and all(getattr(event, name) == getattr(later, name) for name in SAME)
    )


SAME = ("action", "subject_kind", "subject_id", "actor_id", "on_behalf_of_id")


def _file_name(event: AuditEvent) -> str:
    return str(event.after.get("name", ""))
