"""One executor for many ticked measures: each has its own result, and none stops the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from compliance.domain.refusals import Conflict, Refusal
from compliance.models import Assignment, MeasureVersion, User
from compliance.services.acts import Act
from compliance.services.boards.overdue import assignments_to_name, possible_executors
from compliance.services.execution.assignments import name_executor

AT_ONCE = 200  # measures of one press; a page of the board shows fewer


@dataclass(frozen=True)
class Named:
    """What came of naming the executor of one of many measures: nothing against it, or why not."""

    assignment: Assignment
    refusal: Refusal | None = None


def chosen(user: User, ids: Sequence[int]) -> list[Assignment]:
    """Those of the measures for which the person may name an executor, by institution.

    Raises Refusal for none and for more than one press may change: before anything is done.
    """
    if not ids:
        raise Refusal("nothing_ticked")
    if len(set(ids)) > AT_ONCE:
        raise Refusal("too_many_ticked", count=len(set(ids)), limit=AT_ONCE)
    rows = assignments_to_name(user).filter(pk__in=ids)
    return list(rows.order_by("organisation__name", "organisation", "measure", "pk"))


def people_for(assignments: Iterable[Assignment], at: datetime) -> QuerySet[User]:
    """Everybody who may report in one of the institutions; a query for each of these."""
    places = {one.organisation for one in assignments}
    people = [one.pk for place in places for one in possible_executors(place, at)]
    return User.objects.filter(pk__in=people).order_by("full_name", "pk")


def words_of(assignments: Iterable[Assignment]) -> dict[int, MeasureVersion]:
    """The text in force of each measure, by the measure's id. One query."""
    measures = [one.measure_id for one in assignments]
    rows = MeasureVersion.objects.filter(measure__in=measures, revision__status="in_force")
    return {one.measure_id: one for one in rows}


def name_many(
    assignments: Iterable[Assignment], executor: User, *, seen: Mapping[int, int | None], act: Act
) -> list[Named]:
    """Each measure is the executor's, or the answer says why not.

    `seen` are the executors that the page showed: where another has been named since, they stay.
    """
    answers = []
    for one in assignments:
        each = Act(user=act.user, at=act.at, address=act.address)
        try:
            _name(one.pk, executor, seen.get(one.pk), each)
        except Refusal as refusal:
            answers.append(Named(one, refusal))
        else:
            answers.append(Named(one))
    return answers


@transaction.atomic
def _name(assignment_id: int, executor: User, seen: int | None, act: Act) -> None:
    rows = Assignment.objects.select_related("organisation", "executor")
    assignment = rows.select_for_update(of=("self",)).get(pk=assignment_id)
    if assignment.executor_id not in {seen, executor.pk}:
        raise Conflict("executor_changed", name=str(assignment.executor))
    name_executor(assignment, executor, act=act)
