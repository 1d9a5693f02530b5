"""Due dates against texts, assignments, reports, the schedule, and granted petitions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Greatest, TruncDate
from django.utils import timezone

from compliance.models import ExecutionReport, Occurrence, Petition, Revision
from compliance.services.boards.outcomes import miscounts
from compliance.services.execution.occurrences import missing_occurrences, unasked_occurrences
from workflows.services.reconciliation.difference import Difference

LONGEST_REST = timedelta(days=14)
"""Longer than any row of days off: no granted date is planned for an earlier day."""


def _occurrences_and_revisions() -> Iterator[Difference]:
    """Open due dates are owed under the text in force, unless that text dropped their measure."""
    rows = (
        Occurrence.objects.on_control()
        .filter(assignment__measure__removed_by__isnull=True)
        .exclude(version__revision__status=Revision.Status.IN_FORCE)
    )
    for pk, number in rows.order_by("id").values_list("pk", "version__revision__number"):
        subject = f"occurrence {pk}"
        yield Difference("occurrence_and_revision", subject, "the text in force", f"{number}")


def _occurrences_and_reports() -> Iterator[Difference]:
    """An occurrence is accepted, or waits for its inspector, exactly when its report does."""
    occurrence, report = Occurrence.Status, ExecutionReport.Status
    wrong = Occurrence.objects.filter(status=occurrence.ACCEPTED).exclude(
        accepted_report__status=report.ACCEPTED, accepted_report__occurrence=F("pk")
    )
    for row in wrong.select_related("accepted_report").order_by("id"):
        found = row.accepted_report.status if row.accepted_report else "none"
        yield Difference(
            "occurrence_and_report", f"occurrence {row.pk}", "its own accepted report", found
        )
    pairs = (
        (report.ACCEPTED, Q(occurrence__accepted_report=F("pk"))),
        (report.SUBMITTED, Q(occurrence__status=occurrence.SUBMITTED)),
    )
    for status, agrees in pairs:
        rows = ExecutionReport.objects.filter(status=status).exclude(agrees)
        for pk, due, found in rows.order_by("id").values_list(
            "pk", "occurrence_id", "occurrence__status"
        ):
            expected = f"{status}, as report {pk}"
            yield Difference("occurrence_and_report", f"occurrence {due}", expected, found)
    unheard = Occurrence.objects.filter(status=occurrence.SUBMITTED).exclude(
        reports__status=report.SUBMITTED
    )
    for pk in unheard.order_by("id").values_list("pk", flat=True):
        yield Difference("occurrence_and_report", f"occurrence {pk}", "a submitted report", "none")


def _occurrences_and_plans() -> Iterator[Difference]:
    """Open due dates are owed under a plan in execution, or one that has been reported on."""
    rows = Occurrence.objects.on_control().exclude(plan__state__in=["executing", "reported"])
    for pk, state in rows.order_by("pk").values_list("pk", "plan__state"):
        expected = "a plan executing or reported"
        yield Difference("occurrence_and_plan", f"occurrence {pk}", expected, state)


def _occurrences_and_counts() -> Iterator[Difference]:
    """What boards count of what is closed is what the due dates say."""
    for one in miscounts():
        subject = f"organisation {one.organisation_id}, {one.month:%Y-%m}, {one.outcome}"
        yield Difference("occurrence_and_count", subject, f"{one.expected}", f"{one.found}")


def _occurrences_and_schedule() -> Iterator[Difference]:
    """Every date that the schedule asks for has its occurrence, and there are no others."""
    for row in missing_occurrences():
        subject = f"plan {row.plan_id}, assignment {row.assignment_id}"
        yield Difference("occurrence_and_schedule", subject, f"due {row.due_on}", "missing")
    for extra in unasked_occurrences(timezone.now()):
        subject = f"occurrence {extra.occurrence_id}"
        yield Difference("occurrence_and_schedule", subject, "no such date", f"{extra.intended_on}")


def _occurrences_and_dates() -> Iterator[Difference]:
    """A due date that nobody extended is due when it first was, and late after the later of that
    and the date as written; an extended one is late after the day last granted, and planned for
    that day or shortly before.
    """
    granted = Petition.objects.filter(
        occurrence=OuterRef("pk"), kind=Petition.Kind.EXTENSION, status=Petition.Status.GRANTED
    ).order_by("-decided_at", "-pk")
    first = Occurrence.objects.filter(extension_count=0).exclude(due_on=F("original_due_on"))
    for pk, expected, found in first.order_by("pk").values_list("pk", "original_due_on", "due_on"):
        yield Difference("occurrence_and_date", f"occurrence {pk}", f"{expected}", f"{found}")
    rows = Occurrence.objects.annotate(
        lawful=Case(
            When(extension_count=0, then=Greatest("intended_on", "due_on")),
            default=Subquery(granted.values("granted_due_on")[:1]),
        )
    )
    moved = rows.filter(lawful__isnull=False).exclude(late_after=F("lawful")).order_by("pk")
    for pk, expected, found in moved.values_list("pk", "lawful", "late_after"):
        expected_words = f"late after {expected}"
        yield Difference("occurrence_and_date", f"occurrence {pk}", expected_words, f"{found}")
    extended = rows.filter(extension_count__gt=0, lawful__isnull=False, due_on__lt=F("lawful"))
    for pk, expected, found in extended.order_by("pk").values_list("pk", "lawful", "due_on"):
        if found < expected - LONGEST_REST:
            yield Difference("occurrence_and_date", f"occurrence {pk}", f"{expected}", f"{found}")


def _occurrences_and_assignments() -> Iterator[Difference]:
    """A due date belongs to the plan, the measure and the organisation of its assignment; when
    that or the measure ends, it is closed unless it was due before, or somebody had worked on it.
    """
    rows = Occurrence.objects.exclude(
        organisation=F("assignment__organisation"),
        plan=F("assignment__measure__plan"),
        version__measure=F("assignment__measure"),
    )
    for pk, assignment in rows.order_by("pk").values_list("pk", "assignment_id"):
        expected = f"what assignment {assignment} says"
        yield Difference(
            "occurrence_and_assignment", f"occurrence {pk}", expected, "something else"
        )
    late = Occurrence.objects.open().filter(
        Q(assignment__ended_at__isnull=False, due_on__gt=TruncDate("assignment__ended_at"))
        | Q(
            assignment__measure__removed_by__isnull=False,
            due_on__gt=timezone.localdate() + timedelta(days=1),
        ),
        extension_count=0,
        reports__isnull=True,
    )
    for pk, due_on in late.order_by("pk").values_list("pk", "due_on"):
        expected = "closed: its measure or assignment has ended"
        yield Difference(
            "occurrence_and_assignment", f"occurrence {pk}", expected, f"open, due {due_on}"
        )


def _waivers_and_petitions() -> Iterator[Difference]:
    """Every due date closed without execution was waived by a decision on record."""
    decided = Petition.objects.waivers().filter(occurrence=OuterRef("pk"))
    rows = Occurrence.objects.waived().exclude(Exists(decided))
    for pk in rows.order_by("pk").values_list("pk", flat=True):
        yield Difference("occurrence_and_petition", f"occurrence {pk}", "a decision", "none")


CHECKS = (
    _occurrences_and_revisions,
    _occurrences_and_reports,
    _occurrences_and_plans,
    _occurrences_and_counts,
    _occurrences_and_schedule,
    _occurrences_and_dates,
    _occurrences_and_assignments,
    _waivers_and_petitions,
)
