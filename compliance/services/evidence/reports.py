"""Reporting on an occurrence: draft, submission, verdict, and why something is not done."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal

from django.db import transaction

from compliance.domain.evidence.proofs import Given, ProofPart, asked, missing
from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import (
    Evidence,
    ExecutionReport,
    Job,
    MeasureVersion,
    Occurrence,
    User,
    outcomes,
)
from compliance.models.roles import Role
from compliance.services.acts import Act
from compliance.services.audit.trail import record_and_tell

Status = ExecutionReport.Status


@dataclass(frozen=True)
class Account:
    """What an executor writes: text, and the numbers or links that prove it."""

    text: str = ""
    number: Decimal | None = None
    link: str = ""
    is_interim: bool = False


def may_report(user: User | None, occurrence: Occurrence) -> bool:
    """Whether the person may report on this occurrence: its executor, or the director."""
    if user is None:
        return False
    duties, path = user.jurisdiction(), occurrence.organisation.path
    named = occurrence.assignment.executor_id
    if duties.holds(Role.EXECUTOR, path) and named in {None, user.pk}:
        return True
    # In a regional plan, coordinators report on the ministry's own share and members on the
    # council's.
    own = {"ministry": Role.COORDINATOR, "council": Role.COUNCIL}.get(occurrence.organisation.kind)
    return duties.holds(Role.DIRECTOR, path) or (own is not None and duties.holds(own, path))


def may_give_verdict(user: User | None, occurrence: Occurrence) -> bool:
    """Whether the person verifies reports of this institution."""
    return user is not None and user.jurisdiction().holds(
        Role.INSPECTOR, occurrence.organisation.path
    )


def lock_occurrence(pk: int) -> Occurrence:
    """The occurrence with its row locked until the transaction ends."""
    return (
        Occurrence.objects.select_for_update(of=("self",))
        .select_related("organisation", "organisation__parent", "assignment", "version", "plan")
        .get(pk=pk)
    )


def _reportable(occurrence_id: int, act: Act) -> Occurrence:
    occurrence = lock_occurrence(occurrence_id)
    if not act.may(may_report, occurrence):
        raise Forbidden("not_your_step")
    if occurrence.status == Occurrence.Status.SUBMITTED:
        raise Conflict("already_submitted")
    if occurrence.status != Occurrence.Status.OPEN:
        raise Conflict("occurrence_closed")
    return occurrence


def lock_draft(report_id: int, *, act: Act) -> ExecutionReport:
    """The draft report, its occurrence locked; raises Forbidden or Conflict."""
    report = ExecutionReport.objects.get(pk=report_id)
    report.occurrence = _reportable(report.occurrence_id, act)
    report.refresh_from_db(fields=["status"])
    if report.status != Status.DRAFT:
        raise Conflict("already_submitted")
    return report


@transaction.atomic
def draft_report(occurrence_id: int, *, act: Act) -> ExecutionReport:
    """The occurrence's draft report, created if there is none; two at once get the same one."""
    occurrence = _reportable(occurrence_id, act)
    report = occurrence.reports.filter(status=Status.DRAFT).first()
    if report is None:
        report = ExecutionReport.objects.create(
            occurrence=occurrence,
            author=act.person,
            on_behalf_of=act.on_behalf_of,
            created_at=act.at,
            saved_at=act.at,
        )
    report.occurrence = occurrence
    return report


@transaction.atomic
def save_report(occurrence_id: int, account: Account, *, act: Act) -> ExecutionReport:
    """The draft with what has been written so far."""
    report = draft_report(occurrence_id, act=act)
    before, after = _account_of(report), account
    report.text, report.number, report.link = account.text, account.number, account.link
    report.is_interim, report.saved_at = account.is_interim, act.at
    report.save(update_fields=["text", "number", "link", "is_interim", "saved_at"])
    if report.author_id not in act.people and before != after:
        # What a colleague had written is recorded; rewriting one's own draft is nobody's business.
        record_and_tell(
            act=act,
            organisation=report.occurrence.organisation,
            action="report.rewrite",
            subject=report.occurrence,
            before=asdict(before),
            after=asdict(after),
        )
    return report


def _account_of(report: ExecutionReport) -> Account:
    return Account(report.text, report.number, report.link, report.is_interim)


def missing_proof(report: ExecutionReport, version: MeasureVersion) -> list[ProofPart]:
    """What was agreed beforehand as proof and is missing from the report."""
    return missing(version.proofs, _given(report))


def _given(report: ExecutionReport | None) -> Given:
    if report is None:
        return Given()
    phases = frozenset(one.phase for one in report.evidence.all())
    return Given(phases, has_link=bool(report.link), has_number=report.number is not None)


def asked_beside_given(
    report: ExecutionReport | None, version: MeasureVersion
) -> list[tuple[ProofPart, bool]]:
    """Each thing agreed beforehand as proof, and whether the report brings it."""
    lacks = missing(version.proofs, _given(report))
    return [(part, part not in lacks) for part in asked(version.proofs)]


def lacks_before_photo(report: ExecutionReport | None, version: MeasureVersion) -> bool:
    """Whether a photo “before” is asked for and still missing."""
    return (ProofPart.BEFORE, False) in asked_beside_given(report, version)


@transaction.atomic
def submit_report(occurrence_id: int, *, act: Act) -> ExecutionReport:
    """The report sent to the inspector; interim information is only noted.

    Raises Refusal when the text or the agreed proof is missing; where nobody has chosen a proof,
    when there is nothing to look at. Whether it is in time depends on
    the organisation's own date.
    """
    occurrence = _reportable(occurrence_id, act)
    report = occurrence.reports.filter(status=Status.DRAFT).first()
    if report is None or not report.text.strip():
        raise Refusal("report_empty")
    if Job.objects.open().about("report", report.pk).exists():
        raise Refusal("files_in_work")
    lacks = missing_proof(report, occurrence.version)
    if lacks and not report.is_interim:
        code = "proof_needed" if ProofPart.ANYTHING in lacks else "proof_missing"
        raise Refusal(code, parts=tuple(lacks))
    report.proof_count = report.evidence.count() + bool(report.link) + (report.number is not None)
    report.status = Status.NOTED if report.is_interim else Status.SUBMITTED
    report.author, report.on_behalf_of = act.person, act.on_behalf_of
    report.submitted_at, report.submitted_on = act.at, occurrence.organisation.today(act.at)
    report.save()
    if not report.is_interim:
        occurrence.status = Occurrence.Status.SUBMITTED
        occurrence.save(update_fields=["status"])
    _record(occurrence, "report.note" if report.is_interim else "report.submit", act, report)
    report.occurrence = occurrence
    return report


@transaction.atomic
def accept_report(report_id: int, *, act: Act) -> ExecutionReport:
    """The report accepted: its occurrence is closed as done on the day it was submitted."""
    report, occurrence = _awaiting(report_id, act)
    if report.is_interim:
        raise Refusal("interim_no_ground")
    report.status, report.decided_at = Status.ACCEPTED, act.at
    report.decided_by, report.decided_for = act.user, act.on_behalf_of
    report.save()
    occurrence.status = Occurrence.Status.ACCEPTED
    occurrence.accepted_report, occurrence.done_on = report, report.submitted_on
    occurrence.closed_at = act.at
    occurrence.save()
    outcomes.note(occurrence, closed=True)
    _record(occurrence, "report.accept", act, report)
    return report


@transaction.atomic
def return_report(report_id: int, *, remark: str, act: Act) -> ExecutionReport:
    """The report sent back with a remark; the occurrence is open again under its old date."""
    if not remark.strip():
        raise Refusal("remark_given")
    report, occurrence = _awaiting(report_id, act)
    report.status, report.remark = Status.RETURNED, remark.strip()
    report.decided_at = act.at
    report.decided_by, report.decided_for = act.user, act.on_behalf_of
    report.save()
    occurrence.status = Occurrence.Status.OPEN
    occurrence.save(update_fields=["status"])
    continue_as_draft(report, act)
    _record(occurrence, "report.return", act, report, reason=report.remark)
    return report


@transaction.atomic
def recall_report(report_id: int, *, act: Act) -> ExecutionReport:
    """The report taken back by its senders; the occurrence is open again under its old date.

    What was sent stays on record; its text and files go on as a draft.
    """
    report = ExecutionReport.objects.get(pk=report_id)
    occurrence = lock_occurrence(report.occurrence_id)
    report.refresh_from_db()
    if not act.may(may_report, occurrence):
        raise Forbidden("not_your_step")
    if report.status != Status.SUBMITTED:
        raise Conflict("report_not_waiting")
    report.status, report.occurrence = Status.RECALLED, occurrence
    report.save(update_fields=["status"])
    occurrence.status = Occurrence.Status.OPEN
    occurrence.save(update_fields=["status"])
    continue_as_draft(report, act)
    _record(occurrence, "report.recall", act, report)
    return report


def continue_as_draft(report: ExecutionReport, act: Act) -> ExecutionReport:
    """A new draft that starts from what was returned or recalled.

    With its photos: nothing is typed or taken twice.
    """
    draft = ExecutionReport.objects.create(
        occurrence=report.occurrence,
        author=report.author,
        on_behalf_of=report.on_behalf_of,
        text=report.text,
        number=report.number,
        link=report.link,
        created_at=act.at,
        saved_at=act.at,
    )
    copies = list(report.evidence.all())
    for evidence in copies:
        evidence.pk, evidence.report = None, draft
        evidence._state.adding = True
    Evidence.objects.bulk_create(copies)
    return draft


def _awaiting(report_id: int, act: Act) -> tuple[ExecutionReport, Occurrence]:
    report = ExecutionReport.objects.get(pk=report_id)
    occurrence = lock_occurrence(report.occurrence_id)
    report.refresh_from_db()
    if not act.may(may_give_verdict, occurrence):
        raise Forbidden("not_your_step")
    if act.people & {report.author_id, report.on_behalf_of_id}:
        raise Forbidden("own_report")
    if report.status != Status.SUBMITTED:
        raise Conflict("task_done")
    report.occurrence = occurrence
    return report, occurrence


@transaction.atomic
def explain_not_done(occurrence_id: int, *, reason: str, act: Act) -> Occurrence:
    """The open occurrence with the reason why it is not done. It stays open.

    Raises Refusal while its date is far off: there is time to do it, or to ask for another date.
    """
    if not reason.strip():
        raise Refusal("reason_given")
    occurrence = _reportable(occurrence_id, act)
    if not occurrence.can_be_explained(occurrence.organisation.today(act.at)):
        raise Refusal("explained_too_early", date=f"{occurrence.due_on:%d.%m.%Y}")
    occurrence.not_done_reason = reason.strip()
    occurrence.save(update_fields=["not_done_reason"])
    _record(occurrence, "occurrence.explain", act, reason=occurrence.not_done_reason)
    return occurrence


def _record(
    occurrence: Occurrence,
    action: str,
    act: Act,
    report: ExecutionReport | None = None,
    reason: str = "",
) -> None:
    record_and_tell(
        act=act,
        organisation=occurrence.organisation,
        action=action,
        subject=occurrence,
        after={"status": occurrence.status, "report": report.pk if report else None},
        reason=reason,
    )
