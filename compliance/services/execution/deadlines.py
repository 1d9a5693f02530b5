"""What a person says about a deadline: understood correctly, its dates, the event's day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from compliance.domain.calendar.periods import Period
from compliance.domain.deadlines import Deadline, read_deadline
from compliance.domain.deadlines.parts import AS_NEEDED, EXTERNAL, RELATIVE, UNKNOWN, UNREAD
from compliance.domain.deadlines.passed import passed_dates
from compliance.domain.deadlines.schedule import DueDate, InterimDate
from compliance.domain.plans.lacks import Passed
from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import MeasureVersion, Plan, Revision, User
from compliance.models.roles import Role
from compliance.services.acts import Act
from compliance.services.execution.renewals import Renewal, renew_occurrences
from compliance.services.execution.schedules import Rule, Rulebook
from compliance.services.plans.drafts import entry_of, is_plain, may_draft, record_change
from compliance.services.plans.guards import name_of
from compliance.services.plans.texts import predecessor_of
from compliance.services.plans.transitions import locked_plan

# Kinds whose words fix no date: a person may set one even when the plan is in force.
WITHOUT_DATES = frozenset({AS_NEEDED, EXTERNAL, RELATIVE, UNREAD})


@dataclass(frozen=True)
class Answer:
    """The result of one of several confirmations; without a refusal it succeeded."""

    version: MeasureVersion
    refusal: Refusal | None = None


@dataclass(frozen=True)
class DeadlinePreview:
    """How a deadline is understood and when it falls due; nothing has been stored."""

    deadline: Deadline
    dates: Sequence[DueDate]
    interims: Sequence[InterimDate] = ()

    @property
    def needs_person(self) -> bool:
        """Whether somebody has to confirm the dates, or that there are none."""
        return not is_plain(self.deadline)

    @property
    def asks_for_event(self) -> bool:
        """Whether it waits for an event whose day a person can set."""
        return any(part.kind == RELATIVE for part in self.deadline.parts)


def preview(text: str, plan: Plan, period: Period) -> DeadlinePreview:
    """How the words would be understood in a text of this plan with this period."""
    rule = Rule(
        read_deadline(text, period),
        period,
        plan.organisation.region_id,
        plan.organisation.continuous_checkpoints,
        plan.type.interim_checkpoints,
    )
    return _previewed(rule, Rulebook())


def previews(versions: Sequence[MeasureVersion], plan: Plan) -> list[DeadlinePreview]:
    """How the deadlines of these measures are understood, with what a person has set."""
    rules = Rulebook()
    return [_previewed(Rule.of(one, plan), rules) for one in versions]


def _previewed(rule: Rule, rules: Rulebook) -> DeadlinePreview:
    return DeadlinePreview(rule.deadline, rules.due_dates(rule), rules.interims(rule))


def passed_deadlines(revision: Revision, today: date) -> tuple[Passed, ...]:
    """The measures of the text whose due dates lie before today; for a change, only measures that
    it adds or gives other deadlines."""
    versions = list(revision.versions.select_related("section", "revision"))
    if (before := predecessor_of(revision)) is not None:
        known = {_deadline_of(one) for one in before.versions.all()}
        versions = [one for one in versions if _deadline_of(one) not in known]
    found = zip(versions, previews(versions, revision.plan), strict=True)
    dated = [(one, passed_dates(preview.dates, today)) for one, preview in found]
    return tuple(Passed(one.pk, name_of(one), tuple(days)) for one, days in dated if days)


def _deadline_of(version: MeasureVersion) -> tuple[object, ...]:
    return (
        version.measure_id,
        version.deadline_text,
        tuple(version.dates_set),
        version.deadline_anchor,
    )


def may_settle_deadlines(user: User | None, plan: Plan) -> bool:
    """Whether the person may settle deadlines: drafters, and coordinators even in adopted plans."""
    return user is None or may_draft(user, plan) or _coordinates(user, plan)


def _coordinates(user: User, plan: Plan) -> bool:
    return user.jurisdiction().holds(Role.COORDINATOR, plan.organisation.path)


def leaves_dates_open(version: MeasureVersion) -> bool:
    """Whether the words leave the dates to a person, in whole or in part."""
    return any(part.kind in WITHOUT_DATES for part in version.understood.parts)


@transaction.atomic
def confirm_deadline(
    version: MeasureVersion, *, act: Act, dates: Sequence[date] = (), anchor: date | None = None
) -> Renewal:
    """What became of the due dates: the deadline is confirmed as understood, or with a person's own
    dates, or with the day of the event that it waits for.

    In a text in force only what its words leave open can be set, and once a person has set it, only
    the ministry can change it: otherwise an executor could put off what is owed.
    """
    plan = locked_plan(version.revision.plan_id)
    version = MeasureVersion.objects.select_related("revision", "measure").get(pk=version.pk)
    _check_right(version, plan, act)
    _check_dates(version, dates, anchor)
    before = entry_of(version)
    version.deadline_dates = sorted(day.isoformat() for day in set(dates))
    version.deadline_anchor = anchor
    version.deadline_confirmed_by, version.deadline_confirmed_for = act.user, act.on_behalf_of
    version.deadline_confirmed_at = act.at
    version.save(
        update_fields=[
            "deadline_dates",
            "deadline_anchor",
            "deadline_confirmed_by",
            "deadline_confirmed_for",
            "deadline_confirmed_at",
        ]
    )
    renewal = Renewal()
    if version.revision.status == Revision.Status.IN_FORCE:
        _carry_into_draft(version, before)
        renewal = renew_occurrences([version.measure], act=act)
    record_change(plan, "deadline.confirm", version, act, before=before)
    return renewal


def _carry_into_draft(version: MeasureVersion, before: dict[str, Any]) -> None:
    """Set the same in the open revision, unless its drafters have changed that deadline, or its
    period does not contain the dates.

    Otherwise the dates would be lost when the revision is put in force.
    """
    being_made = Revision.objects.open().filter(plan=version.revision.plan_id)
    if days := version.dates_set:
        being_made = being_made.filter(period_start__lte=days[0], period_end__gte=days[-1])
    untouched = MeasureVersion.objects.filter(
        revision__in=being_made,
        measure=version.measure_id,
        deadline_text=version.deadline_text,
        deadline_dates=before["dates"],
        deadline_anchor=before["anchor"],
    )
    untouched.update(
        deadline_dates=version.deadline_dates,
        deadline_anchor=version.deadline_anchor,
        deadline_confirmed_by=version.deadline_confirmed_by,
        deadline_confirmed_for=version.deadline_confirmed_for,
        deadline_confirmed_at=version.deadline_confirmed_at,
    )


def _check_right(version: MeasureVersion, plan: Plan, act: Act) -> None:
    """Raise the reason why this person may not confirm this deadline now."""
    if not act.may(may_settle_deadlines, plan):
        raise Forbidden("not_your_step")
    status = version.revision.status
    if status not in {Revision.Status.DRAFTING, Revision.Status.IN_FORCE}:
        raise Conflict("revision_read_only")
    if status == Revision.Status.DRAFTING or version.deadline_confirmed_at is None:
        return
    if not leaves_dates_open(version):
        raise Refusal("deadline_in_force")
    is_set = version.deadline_dates or version.deadline_anchor
    if is_set and act.user is not None and not act.may(_coordinates, plan):
        raise Forbidden("dates_are_set")


def _check_dates(version: MeasureVersion, dates: Sequence[date], anchor: date | None) -> None:
    """Raise what is wrong with the dates a person gives, or with giving none."""
    first, last = version.revision.period_start, version.revision.period_end
    outside = sorted(day for day in {*dates} if not first <= day <= last)
    if outside:
        raise Refusal(
            "dates_outside_period",
            dates=", ".join(f"{day:%d.%m.%Y}" for day in outside),
            start=f"{first:%d.%m.%Y}",
            end=f"{last:%d.%m.%Y}",
        )
    if dates and anchor:
        raise Refusal("dates_or_anchor")
    if anchor and all(part.kind != RELATIVE for part in version.understood.parts):
        raise Refusal("anchor_not_asked")
    if not dates and version.understood.confidence == UNKNOWN:
        raise Refusal("dates_needed")


def confirm_deadlines(versions: Sequence[MeasureVersion], *, act: Act) -> list[Answer]:
    """What came of each: confirmed as understood, or why not; a refusal stops no other."""
    answers = []
    for version in versions:
        try:
            confirm_deadline(version, act=act)
        except Refusal as refusal:
            answers.append(Answer(version, refusal))
        else:
            answers.append(Answer(version))
    return answers
