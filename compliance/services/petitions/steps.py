"""Extensions and waivers: asked with a reason, endorsed by the director, decided by the ministry.

A granted extension moves the date and keeps the first one; a granted waiver closes the due date
with a reason and never counts as done. Nobody decides on their own request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypedDict

from django.db import transaction
from django.utils.translation import gettext

from compliance.domain.calendar.periods import Period
from compliance.domain.calendar.shifting import Policy
from compliance.domain.calendar.working_days import WorkingCalendar
from compliance.domain.deadlines.extensions import (
    can_move,
    extended_to,
    granted_for,
    planned_for,
)
from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import ExecutionReport, Occurrence, Organisation, Petition, outcomes
from compliance.services.acts import Act
from compliance.services.audit.trail import record_and_tell
from compliance.services.calendars import working_calendar
from compliance.services.evidence.reports import lock_occurrence, may_report
from compliance.services.petitions.rights import (
    may_ask,
    may_endorse,
    may_waive,
    may_withdraw_petition,
)

Kind, Status = Petition.Kind, Petition.Status


@dataclass(frozen=True)
class Wish:
    """What is asked, a later date or a waiver, and why."""

    kind: str
    reason: str
    new_due_on: date | None = None


@dataclass(frozen=True)
class PetitionAnswer:
    """What somebody brings to the answer to a petition: a comment, and the date they grant."""

    comment: str = ""
    new_due_on: date | None = None  # None: the date that was asked for


def can_extend(occurrence: Occurrence, now: datetime) -> bool:
    """Whether the plan's period still has a day to which the date could be moved."""
    today = occurrence.organisation.today(now)
    return can_move(late_after=occurrence.late_after, today=today, period=_period(occurrence))


# --- Asking ----------------------------------------------------------------------------------


@transaction.atomic
def file_petition(occurrence_id: int, wish: Wish, *, act: Act) -> Petition:
    """The petition, open; making it endorses it if a director makes it.

    Raises Conflict when the due date is closed, reported on or asked about already, and Refusal
    when the reason or a lawful new date is missing.
    """
    occurrence = lock_occurrence(occurrence_id)
    if not act.may(may_ask, occurrence):
        raise Forbidden("not_your_step")
    _check_open(occurrence)
    if occurrence.petitions.open().exists():
        raise Conflict("petition_open")
    if not wish.reason.strip():
        raise Refusal("reason_given")
    petition = Petition(
        occurrence=occurrence,
        kind=wish.kind,
        reason=wish.reason.strip(),
        due_on=occurrence.late_after,
        new_due_on=_new_date(occurrence, wish, act) if wish.kind == Kind.EXTENSION else None,
        made_by=act.person,
        made_for=act.on_behalf_of,
        made_at=act.at,
    )
    name = act.on_behalf_of or act.user
    if petition.needs_endorsement and may_endorse(name, petition):
        _endorse(petition, act)
    petition.save()
    _record(petition, "petition.ask", act, reason=petition.reason)
    return petition


def _new_date(occurrence: Occurrence, wish: Wish, act: Act) -> date:
    if wish.new_due_on is None:
        raise Refusal("new_date_needed")
    today = occurrence.organisation.today(act.at)
    return extended_to(
        wish.new_due_on,
        today=today,
        late_after=occurrence.late_after,
        **_limits(occurrence),
    )


class _Limits(TypedDict):
    period: Period
    calendar: WorkingCalendar
    policy: Policy


def _limits(occurrence: Occurrence) -> _Limits:
    """The limits within which the due date may move, and how a day off is shifted."""
    place = occurrence.organisation
    shift = Organisation.objects.values_list("named_date_shift", flat=True).get(pk=place.region_id)
    return {
        "period": _period(occurrence),
        "calendar": working_calendar(place),
        "policy": Policy(named_date_shift=shift),
    }


def _period(occurrence: Occurrence) -> Period:
    return Period(occurrence.plan.period_start, occurrence.plan.period_end)


# --- Deciding --------------------------------------------------------------------------------


@transaction.atomic
def endorse_petition(petition_id: int, *, comment: str = "", act: Act) -> Petition:
    """The petition with the director's support, now with the ministry."""
    petition = _locked(petition_id)
    _check_director(petition, act)
    _endorse(petition, act)
    petition.save(update_fields=["endorsed_by", "endorsed_for", "endorsed_at"])
    _record(petition, "petition.endorse", act, reason=comment.strip())
    return petition


@transaction.atomic
def decline_petition(petition_id: int, *, comment: str, act: Act) -> Petition:
    """The petition ended by the director: the ministry is not asked."""
    petition = _locked(petition_id)
    _check_director(petition, act)
    return _turn_down(petition, Status.DECLINED, comment, act)


@transaction.atomic
def grant_petition(
    petition_id: int, *, comment: str = "", new_due_on: date | None = None, act: Act
) -> Petition:
    """The petition granted: the date moved, or the due date waived.

    `new_due_on` is the date granted, if it is not the one asked for.
    """
    petition = _locked(petition_id)
    _check_decider(petition, act)
    return _grant(petition, comment, act, new_due_on)


@transaction.atomic
def refuse_petition(petition_id: int, *, comment: str, act: Act) -> Petition:
    """The petition refused with a reason: the date stays, and the measure stays open."""
    petition = _locked(petition_id)
    _check_decider(petition, act)
    return _turn_down(petition, Status.REFUSED, comment, act)


@transaction.atomic
def waive_occurrence(occurrence_id: int, *, reason: str, act: Act) -> Occurrence:
    """The occurrence waived without a petition; never counted as done.

    It leaves a granted petition like any other waiver, so that all waivers are in one table.
    """
    occurrence = lock_occurrence(occurrence_id)
    if not act.may(may_waive, occurrence):
        raise Forbidden("not_your_step")
    if act.may(may_report, occurrence):
        raise Forbidden("own_waiver")
    _check_open(occurrence)
    if not reason.strip():
        raise Refusal("reason_given")
    if occurrence.petitions.open().exists():
        raise Conflict("petition_open")
    petition = Petition(
        occurrence=occurrence,
        kind=Kind.WAIVER,
        reason=reason.strip(),
        due_on=occurrence.late_after,
        made_by=act.person,
        made_for=act.on_behalf_of,
        made_at=act.at,
    )
    petition.save()
    return _grant(petition, "", act).occurrence


def _grant(petition: Petition, comment: str, act: Act, new_due_on: date | None = None) -> Petition:
    occurrence = petition.occurrence
    before = _facts(occurrence)
    if petition.kind == Kind.EXTENSION:
        petition.granted_due_on = _granted_date(petition, new_due_on, act)
        _extend(occurrence, petition.granted_due_on)
    else:
        _check_open(occurrence)
        words = [petition.reason, comment.strip()]
        occurrence.status, occurrence.closed_at = Occurrence.Status.WAIVED, act.at
        occurrence.close_reason = "\n".join(filter(None, words))
        occurrence.save(update_fields=["status", "closed_at", "close_reason"])
        outcomes.note(occurrence, closed=True)
    _end(petition, Status.GRANTED, comment, act)
    action = "extend" if petition.kind == Kind.EXTENSION else "waive"
    reason = "\n".join(filter(None, [petition.reason, petition.decision]))
    _record(petition, f"occurrence.{action}", act, before=before, reason=reason)
    return petition


def _granted_date(petition: Petition, wanted: date | None, act: Act) -> date:
    """The lawful date that the ministry grants; not a past one while work is still to be done."""
    occurrence, asked = petition.occurrence, petition.new_due_on
    assert asked is not None, "an extension has its date"
    if occurrence.status not in {Occurrence.Status.OPEN, Occurrence.Status.SUBMITTED}:
        raise Conflict("occurrence_closed")
    is_owed = occurrence.status == Occurrence.Status.OPEN
    earliest = occurrence.organisation.today(act.at) if is_owed else date.min
    return granted_for(
        wanted or asked,
        asked,
        late_after=occurrence.late_after,
        earliest=earliest,
        **_limits(occurrence),
    )


def _extend(occurrence: Occurrence, granted: date) -> None:
    """Move the date; the first one, and how often it was moved, remain known.

    It is late after the granted day, and planned for a working day like any other date. The
    deadline's revision rises: reminders of the old date stop, and the planner makes those of the
    new one. A report that waits for its inspector is judged by the new date, too.
    """
    occurrence.due_on = planned_for(granted, **_limits(occurrence))
    occurrence.late_after = granted
    occurrence.extension_count += 1
    occurrence.deadline_revision += 1
    occurrence.save(update_fields=["due_on", "late_after", "extension_count", "deadline_revision"])


# --- Ending otherwise ------------------------------------------------------------------------


@transaction.atomic
def withdraw_petition(petition_id: int, *, act: Act) -> Petition:
    """The petition, withdrawn by the person who made it."""
    petition = _locked(petition_id)
    if not act.may(may_withdraw_petition, petition):
        raise Forbidden("not_your_petition")
    _end(petition, Status.WITHDRAWN, "", act)
    _record(petition, "petition.withdraw", act)
    return petition


@transaction.atomic
def lapse_if_overtaken(petition_id: int, *, act: Act) -> bool:
    """Whether the petition lapsed because its due date has been settled otherwise meanwhile.

    A waiver lapses when a report is sent. An extension lapses only if the report came in time: for
    a late one the ministry may still grant the date asked for.
    """
    petition = _locked(petition_id)
    why = _why_overtaken(petition.occurrence, petition)
    if not why:
        return False
    _end(petition, Status.LAPSED, why, act)
    _record(petition, "petition.lapse", act, reason=why)
    return True


def _why_overtaken(occurrence: Occurrence, petition: Petition) -> str:
    if occurrence.status == Occurrence.Status.OPEN:
        return ""
    if occurrence.status != Occurrence.Status.SUBMITTED:
        return gettext("The due date was closed before the petition was decided.")
    if petition.kind == Kind.WAIVER:
        return gettext("A report on execution was sent: there is nothing to waive.")
    sent = occurrence.reports.get(status=ExecutionReport.Status.SUBMITTED).submitted_on
    if sent is not None and sent <= occurrence.late_after:
        return gettext("The report was sent in time: the deadline need not be moved.")
    return ""


# --- Small parts -----------------------------------------------------------------------------


def _locked(petition_id: int) -> Petition:
    """The open petition, its occurrence locked."""
    petition = Petition.objects.get(pk=petition_id)
    occurrence = lock_occurrence(petition.occurrence_id)
    petition.refresh_from_db()
    petition.occurrence = occurrence
    if not petition.is_open:
        raise Conflict("petition_decided")
    return petition


def _check_open(occurrence: Occurrence) -> None:
    if occurrence.status == Occurrence.Status.SUBMITTED:
        raise Conflict("already_submitted")
    if occurrence.status != Occurrence.Status.OPEN:
        raise Conflict("occurrence_closed")


def _check_director(petition: Petition, act: Act) -> None:
    if not act.may(may_endorse, petition):
        raise Forbidden("not_your_step")
    if not petition.needs_endorsement:
        raise Conflict("task_done")


def _check_decider(petition: Petition, act: Act) -> None:
    if not act.may(may_waive, petition.occurrence):
        raise Forbidden("not_your_step")
    if act.people & petition.askers:
        raise Forbidden("own_petition")
    if petition.needs_endorsement:
        raise Conflict("petition_unendorsed")


def _endorse(petition: Petition, act: Act) -> None:
    petition.endorsed_by, petition.endorsed_for = act.person, act.on_behalf_of
    petition.endorsed_at = act.at


def _turn_down(petition: Petition, status: Petition.Status, comment: str, act: Act) -> Petition:
    if not comment.strip():
        raise Refusal("refusal_reason_given")
    _end(petition, status, comment, act)
    action = "decline" if status == Status.DECLINED else "refuse"
    _record(petition, f"petition.{action}", act, reason=petition.decision)
    return petition


def _end(petition: Petition, status: Petition.Status, decision: str, act: Act) -> None:
    petition.status, petition.decision = status, decision.strip()
    petition.decided_by, petition.decided_for = act.user, act.on_behalf_of
    petition.decided_at = act.at
    petition.save(
        update_fields=[
            "status", "decision", "decided_by", "decided_for", "decided_at", "granted_due_on",
        ]
    )  # fmt: skip


def _facts(occurrence: Occurrence) -> dict[str, Any]:
    """The facts about a due date that a petition can change."""
    return {
        "due_on": occurrence.due_on,
        "late_after": occurrence.late_after,
        "extension_count": occurrence.extension_count,
        "status": occurrence.status,
    }


def _record(
    petition: Petition,
    action: str,
    act: Act,
    *,
    before: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    occurrence = petition.occurrence
    said = {
        "petition": petition.pk,
        "petition_kind": petition.kind,
        "petition_status": petition.status,
    }
    dates = {"asked_for": petition.new_due_on, "granted": petition.granted_due_on}
    record_and_tell(
        act=act,
        organisation=occurrence.organisation,
        action=action,
        subject=occurrence,
        before=before or _facts(occurrence),
        after={**_facts(occurrence), **said, **{key: day for key, day in dates.items() if day}},
        reason=reason,
    )
