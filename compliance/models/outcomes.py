"""How what is closed has ended, counted by organisation and month: boards need not read history."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db import connection, models
from django.db.models import Case, Count, F, Q, Sum, Value, When
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext_lazy as _

from compliance.models.occurrences import Occurrence
from compliance.models.organisations import Organisation


class OutcomeCountQuerySet(models.QuerySet["OutcomeCount"]):
    def done(self) -> OutcomeCountQuerySet:
        """Of what is done and verified; a waived due date never is."""
        return self.filter(outcome__in=[OutcomeCount.Outcome.IN_TIME, OutcomeCount.Outcome.LATE])

    def by_outcome(self) -> dict[str, int]:
        """How many have ended so, for each outcome that there is. One query."""
        rows = self.order_by().values_list("outcome").annotate(sum=Sum("count"))
        return dict(rows)


class OutcomeCount(models.Model):
    """How many due dates of an organisation, planned for days of one month, have ended so.

    Whoever closes or reopens a due date notes it in the same transaction (`note`).
    `check_reconciliation` compares it with the due dates, `count_outcomes` makes it anew.
    """

    class Outcome(models.TextChoices):
        IN_TIME = "in_time", _("In time")
        LATE = "late", _("Late")
        WAIVED = "waived", _("Waived")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    month = models.DateField(_("month"), help_text=_("Its first day."))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    count = models.PositiveIntegerField(_("how many"))

    objects = OutcomeCountQuerySet.as_manager()

    class Meta:
        verbose_name = _("count of outcomes")
        verbose_name_plural = _("counts of outcomes")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "month", "outcome"], name="outcome_counted_once"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="outcome_of_a_whole_month"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}, {self.month:%m.%Y}, {self.outcome}: {self.count}"


def note(occurrence: Occurrence, *, closed: bool) -> None:
    """Count a due date that has just been closed, or, before it is reopened, count it no more.

    One statement; call it before `record_and_tell`: the head of the trail is an act's last lock. A
    count that is wrong stops no act: reopening what was never counted changes nothing.
    """
    where = (occurrence.organisation_id, _month(occurrence.due_on), _outcome(occurrence))
    if not closed:
        found = OutcomeCount.objects.filter(count__gt=0)
        organisation, month, outcome = where
        found.filter(organisation=organisation, month=month, outcome=outcome).update(
            count=F("count") - 1
        )
        return
    with connection.cursor() as cursor:
        cursor.execute(ADD_ONE, where)


ADD_ONE = """
INSERT INTO compliance_outcomecount (organisation_id, month, outcome, count)
VALUES (%s, %s, %s, 1)
ON CONFLICT (organisation_id, month, outcome)
DO UPDATE SET count = compliance_outcomecount.count + 1
"""


def _month(day: date) -> date:
    return day.replace(day=1)


def _outcome(occurrence: Occurrence) -> OutcomeCount.Outcome:
    """How a closed due date has ended."""
    if occurrence.status == Occurrence.Status.WAIVED:
        return OutcomeCount.Outcome.WAIVED
    assert occurrence.done_on is not None, "it is done on a day"
    is_late = occurrence.done_on > occurrence.late_after
    return OutcomeCount.Outcome.LATE if is_late else OutcomeCount.Outcome.IN_TIME


# --- The same of all rows at once -----------------------------------------------------------------


def live() -> Iterator[tuple[int, date, str, int]]:
    """(organisation, month, outcome, count) as the due dates themselves say. One query."""
    outcome = Case(
        When(status=Occurrence.Status.WAIVED, then=Value(OutcomeCount.Outcome.WAIVED)),
        When(done_on__gt=F("late_after"), then=Value(OutcomeCount.Outcome.LATE)),
        default=Value(OutcomeCount.Outcome.IN_TIME),
        output_field=models.CharField(),
    )
    closed = Occurrence.objects.filter(
        status__in=[Occurrence.Status.ACCEPTED, Occurrence.Status.WAIVED]
    )
    rows = closed.order_by().annotate(month=TruncMonth("due_on"), outcome=outcome)
    counted = rows.values("organisation", "month", "outcome").annotate(number=Count("pk"))
    yield from counted.values_list("organisation", "month", "outcome", "number")
