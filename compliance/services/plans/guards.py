"""The guards of the transitions: each raises a Refusal with its own code."""

from __future__ import annotations

from collections.abc import Callable

from compliance.domain.plans.grounds import Grounds
from compliance.domain.plans.lacks import Lack, Missing, measure_name
from compliance.domain.plans.states import BY_NAME, Guard
from compliance.domain.refusals import Refusal
from compliance.models import (
    Decision,
    MeasureVersion,
    Occurrence,
    Plan,
    Remark,
    Responsible,
    Revision,
)


def check_guards(plan: Plan, name: str, grounds: Grounds | None = None) -> None:
    """Raise the Refusal of the transition's first guard that does not hold; pass if all do."""
    for guard in BY_NAME[name].guards:
        GUARDS[guard](plan, grounds or Grounds())


def _text(plan: Plan) -> Revision | None:
    """The text that the parties decide about: the open revision or else the binding one."""
    return plan.revisions.open().first() or plan.revisions.in_force().first()


def _versions(plan: Plan) -> list[MeasureVersion]:
    revision = _text(plan)
    return list(revision.versions.select_related("section")) if revision else []


def _missing_in(version: MeasureVersion) -> tuple[Missing, ...]:
    """What the measure lacks, in the order of its page."""
    known = [row for row in version.responsibles.all() if row.kind != Responsible.Kind.UNKNOWN]
    there = {
        Missing.TEXT: version.text,
        Missing.DEADLINE: version.deadline_text,
        Missing.PROOF: version.proof,
        Missing.EXECUTOR: known,
    }
    return tuple(part for part, given in there.items() if not given)


def name_of(version: MeasureVersion) -> str:
    """The measure as people know it, by number and words."""
    return measure_name(version.number, version.text, str(version.section), version.position)


def _has_measures(plan: Plan, grounds: Grounds) -> None:
    if not _versions(plan):
        raise Refusal(Guard.HAS_MEASURES)


def _measures_complete(plan: Plan, grounds: Grounds) -> None:
    ids = [version.pk for version in _versions(plan)]
    rows = MeasureVersion.objects.filter(pk__in=ids).incomplete()
    incomplete = rows.select_related("section").prefetch_related("responsibles")
    lacks = tuple(Lack(one.pk, name_of(one), _missing_in(one)) for one in incomplete)
    if lacks:
        raise Refusal(Guard.MEASURES_COMPLETE, lacks=lacks)


def _deadlines_confirmed(plan: Plan, grounds: Grounds) -> None:
    unsettled = [v for v in _versions(plan) if v.deadline_confirmed_at is None]
    if unsettled:
        lacks = tuple(Lack(one.pk, name_of(one), (Missing.CONFIRMATION,)) for one in unsettled)
        raise Refusal(Guard.DEADLINES_CONFIRMED, lacks=lacks)


def _no_open_remark(plan: Plan, grounds: Grounds) -> None:
    text = _text(plan)
    remarks = Remark.objects.filter(revision=text, settled_at__isnull=True)
    if remarks.filter(is_draft=True).exists():
        raise Refusal("own_remarks")
    if remarks.exists():
        raise Refusal(Guard.NO_OPEN_REMARK)


def _basis_given(plan: Plan, grounds: Grounds) -> None:
    signed = grounds.basis == Decision.Basis.SIGNATURE
    numbered = grounds.basis and grounds.basis_number and grounds.basis_date
    if not (signed or numbered):
        raise Refusal(Guard.BASIS_GIVEN)


def _comment_given(plan: Plan, grounds: Grounds) -> None:
    if not grounds.comment.strip():
        raise Refusal(Guard.COMMENT_GIVEN)


def _address_given(plan: Plan, grounds: Grounds) -> None:
    if not (grounds.published_on and grounds.published_url):
        raise Refusal(Guard.ADDRESS_GIVEN)


def _occurrences_exist(plan: Plan, grounds: Grounds) -> None:
    if not plan.occurrences.exists():
        raise Refusal(Guard.OCCURRENCES_EXIST)


def _occurrences_settled(plan: Plan, grounds: Grounds) -> None:
    if count := Occurrence.objects.filter(plan=plan).unsettled().count():
        raise Refusal(Guard.OCCURRENCES_SETTLED, count=count)


GUARDS: dict[Guard, Callable[[Plan, Grounds], None]] = {
    Guard.HAS_MEASURES: _has_measures,
    Guard.MEASURES_COMPLETE: _measures_complete,
    Guard.DEADLINES_CONFIRMED: _deadlines_confirmed,
    Guard.NO_OPEN_REMARK: _no_open_remark,
    Guard.BASIS_GIVEN: _basis_given,
    Guard.COMMENT_GIVEN: _comment_given,
    Guard.ADDRESS_GIVEN: _address_given,
    Guard.OCCURRENCES_EXIST: _occurrences_exist,
    Guard.OCCURRENCES_SETTLED: _occurrences_settled,
}
