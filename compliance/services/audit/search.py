"""Looking things up in the audit trail: what an administrator asks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction
from django.db.models import Q

from compliance.domain.audit.breaks import ChainBreak
from compliance.domain.folding import search_words
from compliance.domain.refusals import Forbidden, Refusal
from compliance.models import (
    Assessment,
    Assignment,
    AuditEvent,
    AuditHead,
    IncentiveScheme,
    IncentiveSheet,
    Membership,
    Occurrence,
    Organisation,
    Plan,
    PlanType,
    User,
)
from compliance.models.audit import AuditEventQuerySet, in_branch
from compliance.models.roles import Role
from compliance.models.searching import naming
from compliance.services.acts import Act
from compliance.services.audit.trail import broken_links, record_and_tell
from notifications.models import ReminderStep

NAMED = 50  # people or organisations that the words of a filter may match
CHECKED_HERE = 100_000  # events of a chain that a page checks; longer ones are left to the command


@dataclass(frozen=True)
class Search:
    """What is looked for; empty means anything."""

    organisation: str = ""  # an id, or words of the name: the whole branch below is included
    person: str = ""  # an id, or words of the name: of who acted, or in whose name
    action: str = ""
    kind: str = ""
    object_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None  # exclusive
    words: str = ""  # of the reason


def may_search(user: User | None) -> bool:
    """Whether the person administers anything."""
    return user is not None and Role.ADMINISTRATOR in user.jurisdiction().roles


def branches(user: User) -> models.QuerySet[Organisation]:
    """The organisations whose events the person may look up."""
    return Organisation.objects.filter(user.jurisdiction().covers("path", Role.ADMINISTRATOR))


def found(user: User, search: Search) -> AuditEventQuerySet:
    """The events that the person may see and the search asks for, latest first."""
    rows = AuditEvent.objects.visible_to(user)
    if search.organisation:
        rows = rows.filter(_of_organisations(user, search.organisation))
    if search.person:
        people = _people(user, search.person)
        rows = rows.filter(Q(actor__in=people) | Q(on_behalf_of__in=people))
    exact = {
        "action": search.action,
        "subject_kind": search.kind,
        "subject_id": search.object_id,
        "at__gte": search.since,
        "at__lt": search.until,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if search.words.strip():
        for word in search_words(search.words):
            rows = rows.filter(reason__says=word)
        rows = rows.exclude(reason="")
    return rows.latest_first()


def organisations_named(user: User, words: str) -> list[Organisation]:
    """The person's organisations that an id or words match, fifty at most."""
    rows = branches(user)
    if words.isdecimal():
        return list(rows.filter(pk=int(words[:18])))
    return list(naming(rows, words, "name", "short_name").order_by("path")[:NAMED])


def _of_organisations(user: User, words: str) -> Q:
    condition = Q(pk__in=[])
    for one in organisations_named(user, words):
        condition |= in_branch(one.path)
    return condition


def _people(user: User, words: str) -> list[int]:
    """The ids of the people that an id or words match, fifty at most: among those who work or
    worked in the person's branch or above it. Others are not found, even if they have the name.
    """
    duties = user.jurisdiction()
    paths = duties.paths(Role.ADMINISTRATOR)
    above = {int(pk) for path in paths for pk in path.strip("/").split("/")}
    near = Membership.objects.filter(
        duties.covers("organisation__path", Role.ADMINISTRATOR)
        | Q(organisation__in=above)
        | Q(organisation__kind=Organisation.Kind.COUNCIL, organisation__parent__in=above)
    )
    rows = User.objects.filter(pk__in=near.values("user")).order_by("id")
    if words.isdecimal():
        rows = rows.filter(pk=int(words[:18]))
    else:
        rows = naming(rows, words, "full_name", "username")
    return list(rows.values_list("pk", flat=True)[:NAMED])


# --- What the events are about ------------------------------------------------------------------

SUBJECTS: dict[str, models.QuerySet[models.Model]] = {
    "plan": Plan.objects.all(),
    "occurrence": Occurrence.objects.select_related("version"),
    "assignment": Assignment.objects.select_related("organisation"),
    "organisation": Organisation.objects.all(),
    "user": User.objects.all(),
    "membership": Membership.objects.select_related("user", "organisation"),
    "incentivesheet": IncentiveSheet.objects.select_related("organisation"),
    "incentivescheme": IncentiveScheme.objects.all(),
    "assessment": Assessment.objects.all(),
    "plantype": PlanType.objects.all(),
    "reminderstep": ReminderStep.objects.all(),
}


def names_of_subjects(events: Iterable[AuditEvent]) -> dict[tuple[str, int], str]:
    """The names of the events' subjects by kind and id: one statement a kind, however many."""
    wanted: dict[str, set[int]] = {}
    for event in events:
        wanted.setdefault(event.subject_kind, set()).add(event.subject_id)
    return {
        (kind, row.pk): _name(row)
        for kind, ids in wanted.items()
        if kind in SUBJECTS
        for row in SUBJECTS[kind].filter(pk__in=ids)
    }


def _name(row: models.Model) -> str:
    return row.version.text if isinstance(row, Occurrence) else str(row)


# --- Checking a chain ---------------------------------------------------------------------------


def _administers(user: User | None, organisation: Organisation) -> bool:
    return user is not None and user.jurisdiction().holds(Role.ADMINISTRATOR, organisation.path)


@transaction.atomic
def verify_chain(organisation: Organisation, *, act: Act) -> list[ChainBreak]:
    """Every break in an organisation's chain; an event records the check and what it found.

    Raises Forbidden, or Refusal when the chain is too long to be checked while a person waits.
    """
    if not act.may(_administers, organisation):
        raise Forbidden("not_your_page")
    head = AuditHead.objects.filter(organisation=organisation).first()
    count = head.count if head else 0
    if count > CHECKED_HERE:
        raise Refusal("chain_too_long", count=count)
    found = broken_links(organisation.pk)
    record_and_tell(
        act=act,
        organisation=organisation,
        action="audit.verify",
        subject=organisation,
        after={
            "events": count,
            "breaks": [[one.sequence, one.reason, one.count] for one in found],
        },
    )
    return found


def last_check(organisation: Organisation) -> AuditEvent | None:
    """The event of the last check of the organisation's chain."""
    checks = AuditEvent.objects.about(organisation).filter(action="audit.verify")
    return checks.select_related("actor").order_by("-id").first()
