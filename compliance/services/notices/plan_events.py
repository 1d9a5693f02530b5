"""Events of plans, reports and petitions that people are told of, and their lines.

docs/decisions/0018-who-is-told-of-what.md lists who is told of what.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compliance.models import AuditEvent, ExecutionReport, Occurrence, Petition, Plan
from compliance.models.roles import Role
from compliance.services.calendars import Calendars
from compliance.services.notices.addressees import duties, responsible, responsible_for_plan
from compliance.services.notices.lines import shortened, when_due
from compliance.services.notices.news import Telling, announce
from notifications.models import Reason
from notifications.subjects import Answer, Item

Wording = tuple[str | Promise, str | Promise]
"""What has happened, and what to press."""

OF_REPORTS: dict[str, Wording] = {
    "report.return": (_("The report was returned"), _("Correct and send again")),
    "report.recall": (_("The report was recalled by its sender"), _("Correct and send again")),
    "report.accept": (_("The report was accepted"), _("Look")),
    "inspection.refute": (
        _("An inspection did not confirm the execution: it is open again"),
        _("Read the remark"),
    ),
}
OF_PETITIONS: dict[str, Wording] = {
    "occurrence.extend": (_("The deadline was moved"), _("Look")),
    "occurrence.waive": (_("Waived without execution"), _("Look")),
    "petition.decline": (_("The director declined the petition"), _("Look")),
    "petition.refuse": (_("The ministry refused the petition"), _("Look")),
    "petition.lapse": (_("The petition lapsed"), _("Look")),
}
STILL_TO_DO = frozenset(
    {
        "report.return",
        "report.recall",
        "inspection.refute",
        "occurrence.extend",
        "petition.decline",
        "petition.refuse",
    }
)
"""Events after which the due date still has to be met: their line shows it."""

OF_PLANS: dict[str, Wording] = {
    "approval.return": (_("The plan was returned for rework"), _("Rework the plan")),
    "plan.return_to_draft": (_("The plan was returned for rework"), _("Rework the plan")),
    "plan.agree": (_("The plan was agreed"), _("Look")),
    "plan.approve": (_("The plan was approved"), _("Look")),
    "plan.publish": (_("The plan was published"), _("Look")),
    "revision.return_to_draft": (
        _("The change of the plan was returned for rework"),
        _("Rework the plan"),
    ),
    "revision.agree": (_("The change of the plan was agreed"), _("Look")),
    "revision.approve": (_("The change of the plan was approved"), _("Look")),
    "revision.publish": (_("The change of the plan was published"), _("Look")),
    "report.question": (_("The report on the plan was returned"), _("Complete the report")),
    "plan.accept_report": (_("The report on the plan was accepted"), _("Look")),
    "plan.reopen": (_("The plan was put back into execution"), _("Look")),
}
ABOUT_REPORTING = frozenset({"report.question", "plan.accept_report", "plan.reopen"})


def announce_all() -> None:
    """Register all events of this module."""
    for action in OF_REPORTS:
        announce(action, Telling(_reporters, _occurrence_lines))
    announce("inspection.refute", Telling(_refuted, _occurrence_lines))
    for action in OF_PETITIONS:  # a decision stays, whatever else happens to the due date
        announce(action, Telling(_askers, _occurrence_lines, stands_alone=True))
    for action in OF_PLANS:
        announce(action, Telling(_drafters, _plan_lines))


def _reporters(event: AuditEvent) -> set[int]:
    """The executor named for the due date and the author of the report on it."""
    report = event.after.get("report") or event.before.get("report")
    authors = ExecutionReport.objects.filter(pk=report).values_list("author", flat=True)
    return _named_and(authors, event)


def _refuted(event: AuditEvent) -> set[int]:
    """The report's author, the institution's directors and whoever had accepted the report."""
    accepted = ExecutionReport.objects.filter(pk=event.before["report"])
    return (
        _reporters(event)
        | _in_role(Role.DIRECTOR, event.organisation_id, event)
        | set(accepted.exclude(decided_by=None).values_list("decided_by", flat=True))
    )


def _askers(event: AuditEvent) -> set[int]:
    """The named executor and the petitioner; the directors too, if one of them endorsed it, or if
    it is a waiver that nobody asked for.
    """
    petition = Petition.objects.get(pk=event.after["petition"])
    found = _named_and([] if petition.is_unasked else [petition.made_by_id], event)
    if petition.is_unasked or petition.endorsed_at:
        found |= _in_role(Role.DIRECTOR, event.organisation_id, event)
    return found


def _named_and(people: Iterable[int], event: AuditEvent) -> set[int]:
    """The named executor and these people; for those who cannot act, their substitutes."""
    occurrence = Occurrence.objects.select_related("assignment").get(pk=event.subject_id)
    today = event.organisation.today(event.at)
    return {
        person
        for one in {occurrence.assignment.executor_id, *people}
        for person in responsible(occurrence.organisation_id, one, today)
    }


def _drafters(event: AuditEvent) -> set[int]:
    """Everyone in the role that draws up the plan or reports on it; when a change comes into force,
    also everybody who still owes something under it.
    """
    plan = Plan.objects.select_related("type").get(pk=event.subject_id)
    party = "reports" if event.action in ABOUT_REPORTING else "drafts"
    drafters = _in_role(plan.type.role_of(party), plan.organisation_id, event)
    if event.action != "revision.publish":
        return drafters
    return drafters | responsible_for_plan(plan.pk, event.organisation.today(event.at))


def _in_role(role: str, organisation_id: int, event: AuditEvent) -> set[int]:
    """Everyone who may act in this role for the organisation on the day of the event."""
    held = duties([organisation_id], event.organisation.today(event.at))
    return {duty.user_id for duty in held if duty.role == role}


def _occurrence_lines(events: Mapping[int, AuditEvent], now: datetime) -> dict[int, Answer]:
    """A line about each due date: what became of its report or petition, and by when work that is
    still to be done is due.
    """
    occurrences = Occurrence.objects.with_texts().in_bulk(_subjects(events))
    calendars = Calendars()
    answers: dict[int, Answer] = {}
    for pk, event in events.items():
        occurrence = occurrences.get(event.subject_id)
        if occurrence is None:
            answers[pk] = Reason.GONE
            continue
        what, action = (OF_REPORTS | OF_PETITIONS)[event.action]
        when = when_due(occurrence, now, calendars)
        is_due = event.action in STILL_TO_DO
        answers[pk] = Item(
            subject_id=occurrence.pk,
            title=shortened(occurrence.version.text),
            organisation=str(occurrence.organisation),
            organisation_path=occurrence.organisation.path,
            due_on=when["due_on"] if is_due else None,
            today=when["today"],
            days=when["days"] if is_due else 0,
            also=when["also"] if is_due else "",
            path=occurrence.get_absolute_url(),
            action=action,
            news=_sentence(_otherwise(event) or what, event),
        )
    return answers


def _otherwise(event: AuditEvent) -> str:
    """The words for a date granted that is not the one asked for."""
    asked, granted = event.after.get("asked_for"), event.after.get("granted")
    if event.action != "occurrence.extend" or granted in {None, asked}:
        return ""
    words = gettext("The deadline was moved, to an earlier date than the %(asked)s asked for")
    return words % {"asked": f"{date.fromisoformat(asked):%d.%m.%Y}"}


def _plan_lines(events: Mapping[int, AuditEvent], now: datetime) -> dict[int, Answer]:
    """A line about each plan: what became of it, and why."""
    plans = Plan.objects.select_related("organisation").in_bulk(_subjects(events))
    answers: dict[int, Answer] = {}
    for pk, event in events.items():
        plan = plans.get(event.subject_id)
        if plan is None:
            answers[pk] = Reason.GONE
            continue
        what, action = OF_PLANS[event.action]
        answers[pk] = Item(
            subject_id=plan.pk,
            title=shortened(plan.title),
            organisation=str(plan.organisation),
            organisation_path=plan.organisation.path,
            due_on=None,
            today=plan.organisation.today(now),
            days=0,
            path=plan.get_absolute_url(),
            action=action,
            news=_sentence(what, event),
        )
    return answers


def _subjects(events: Mapping[int, AuditEvent]) -> set[int]:
    return {event.subject_id for event in events.values()}


def _sentence(what: str | Promise, event: AuditEvent) -> str:
    """What has happened and, if a person gave one, the reason in their words."""
    return f"{what}: {shortened(event.reason)}" if event.reason.strip() else str(what)
