"""The life of a plan: states, transitions, who makes them and what must hold first.

This table is the only source, for the check and for the buttons of a page; the tests have it
written out a second time. Parties are names; `PlanType` says which role plays each of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PlanState(StrEnum):
    DRAFT = "draft"  # being drawn up; nobody has agreed to anything
    AGREED = "agreed"  # the agreeing party has agreed to the measures
    APPROVED = "approved"  # the approving party has approved on a basis (order, minutes)
    PUBLISHED = "published"  # the approved text is frozen and public
    EXECUTING = "executing"  # occurrences exist and are being worked on
    REPORTED = "reported"  # the ministry has accepted the year-end report


class Guard(StrEnum):
    """What must hold before a transition; the edges put the codes into words."""

    HAS_MEASURES = "has_measures"
    MEASURES_COMPLETE = "measures_complete"  # words, known executor, deadline, chosen proof
    DEADLINES_CONFIRMED = "deadlines_confirmed"
    NO_OPEN_REMARK = "no_open_remark"
    BASIS_GIVEN = "basis_given"
    COMMENT_GIVEN = "comment_given"
    ADDRESS_GIVEN = "address_given"
    OCCURRENCES_EXIST = "occurrences_exist"
    OCCURRENCES_SETTLED = "occurrences_settled"


@dataclass(frozen=True, slots=True)
class Transition:
    """One lawful change of state."""

    name: str
    sources: tuple[PlanState, ...]
    target: PlanState
    parties: tuple[str, ...]  # any of them may; "system" is the nightly sweep
    guards: tuple[Guard, ...]


_S = PlanState
TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        "agree",
        (_S.DRAFT,),
        _S.AGREED,
        ("agrees",),
        (
            Guard.HAS_MEASURES,
            Guard.MEASURES_COMPLETE,
            Guard.DEADLINES_CONFIRMED,
            Guard.NO_OPEN_REMARK,
        ),
    ),
    Transition(
        "approve",
        (_S.AGREED,),
        _S.APPROVED,
        ("approves",),
        (Guard.NO_OPEN_REMARK, Guard.BASIS_GIVEN),
    ),
    Transition(
        "return_to_draft",
        (_S.AGREED, _S.APPROVED),
        _S.DRAFT,
        ("approves", "publishes"),
        (Guard.COMMENT_GIVEN,),
    ),
    Transition("publish", (_S.APPROVED,), _S.PUBLISHED, ("publishes",), (Guard.ADDRESS_GIVEN,)),
    Transition(
        "start",
        (_S.PUBLISHED,),
        _S.EXECUTING,
        ("coordinates", "system"),
        (Guard.OCCURRENCES_EXIST,),
    ),
    # A plan already in force on paper: what its parties decided is recorded as found,
    # and what proves its measures may stay open: a report then brings something to look at.
    Transition(
        "adopt",
        (_S.DRAFT,),
        _S.EXECUTING,
        ("coordinates", "system"),
        (Guard.HAS_MEASURES,),
    ),
    Transition(
        "accept_report",
        (_S.EXECUTING,),
        _S.REPORTED,
        ("accepts",),
        (Guard.OCCURRENCES_SETTLED,),
    ),
    Transition("reopen", (_S.REPORTED,), _S.EXECUTING, ("accepts",), (Guard.COMMENT_GIVEN,)),
)
BY_NAME = {row.name: row for row in TRANSITIONS}


def lawful(name: str) -> dict[str, object]:
    """The `source` and `target` of a transition, as django-fsm's decorator takes them."""
    row = BY_NAME[name]
    return {"source": list(row.sources), "target": row.target}


def leaving(state: str) -> tuple[Transition, ...]:
    """The transitions that lead out of a state."""
    return tuple(row for row in TRANSITIONS if state in row.sources)
