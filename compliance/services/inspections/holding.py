"""Holding an inspection: its result, and what that does to the acceptance it checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext

from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.files.incoming.intake import ANY_LENGTH
from compliance.files.incoming.photographs import Photograph
from compliance.files.incoming.runner import Bounds, TookTooLong
from compliance.models import (
    ExecutionReport,
    Inspection,
    InspectionPhoto,
    Job,
    Occurrence,
    outcomes,
)
from compliance.services.acts import Act
from compliance.services.audit.trail import record_and_tell
from compliance.services.evidence.files import (
    check_room,
    discard,
    received,
    received_in_job,
    seal,
    taken_apart,
)
from compliance.services.evidence.reports import continue_as_draft, lock_occurrence
from compliance.services.inspections.four_eyes import acceptors, bar, may_inspect
from compliance.services.jobs.asking import Asker, Order, ask_for

if TYPE_CHECKING:
    from compliance.services.jobs.running import Run

PHOTO_JOB = "inspection.photo"

Status = Inspection.Status


@dataclass(frozen=True)
class InspectionResult:
    """What an inspector writes; it may be saved before it is complete."""

    held_on: date | None = None
    found: str = ""
    act_number: str = ""
    remark: str = ""


def _locked(inspection_id: int, act: Act) -> Inspection:
    """The open inspection, locked after its occurrence; raises Forbidden or Conflict."""
    occurrence = lock_occurrence(Inspection.objects.get(pk=inspection_id).occurrence_id)
    inspection = (
        Inspection.objects.select_for_update(of=("self",))
        .select_related("report", "organisation")
        .get(pk=inspection_id)
    )
    today = inspection.organisation.today(act.at)
    if why := bar(inspection.report, inspection.organisation, act.people, today):
        raise Forbidden(why)
    if not act.may(may_inspect, inspection, today):
        names = {name.pk for name in act.person.names_to_act_in()}
        why = bar(inspection.report, inspection.organisation, names, today)
        raise Forbidden(why or "not_your_step")
    if not inspection.is_open:
        raise Conflict("task_done")
    inspection.occurrence = occurrence
    return inspection


@transaction.atomic
def save_result(inspection_id: int, result: InspectionResult, *, act: Act) -> Inspection:
    """The inspection with what has been written so far; it does not bind until it is closed."""
    inspection = _locked(inspection_id, act)
    after = asdict(result)
    before = {name: getattr(inspection, name) for name in after}
    if before == after:
        return inspection
    for name, value in after.items():
        setattr(inspection, name, value)
    inspection.save(update_fields=list(after))
    _record_inside(inspection, "inspection.keep", act, before, after)
    return inspection


def attach_in_time(
    inspection_id: int, upload: UploadedFile[bytes], *, act: Act
) -> InspectionPhoto | Job:
    """The inspector's photo, or the job that will attach one that takes longer than a request may.

    Until the job has ended the inspection cannot be closed.
    """
    try:
        bounds = Bounds(seconds=settings.INTAKE_SECONDS)
        return attach_photo(inspection_id, upload, act=act, bounds=bounds)
    except TookTooLong:
        upload.seek(0)
        return _photo_job(inspection_id, upload, act)


def attach_photo(
    inspection_id: int, upload: UploadedFile[bytes], *, act: Act, bounds: Bounds = ANY_LENGTH
) -> InspectionPhoto:
    """The inspector's photo, its original sealed; raises like a photo of a report."""
    photo = InspectionPhoto()
    data = received(photo, upload, act)
    parts = taken_apart(photo, data, bounds)
    try:
        return _stored(inspection_id, photo, data, parts, act)
    except Exception:
        discard(photo)
        raise


@dataclass(frozen=True)
class ToInspection:
    """What an inspector finds, as a destination of files in parts."""

    inspection: Inspection

    @property
    def subject(self) -> Inspection:
        return self.inspection

    @transaction.atomic
    def check(self, act: Act) -> None:
        _locked(self.inspection.pk, act)

    def attach(self, upload: UploadedFile[bytes], _phase: str, act: Act) -> InspectionPhoto | Job:
        return attach_in_time(self.inspection.pk, upload, act=act)


@transaction.atomic
def _photo_job(inspection_id: int, upload: UploadedFile[bytes], act: Act) -> Job:
    """The job that will attach the photo; raises early what `attach_photo` would."""
    inspection = _locked(inspection_id, act)
    row = InspectionPhoto()
    data = received(row, upload, act)
    check_room(row, inspection.photos.values_list("sha256", flat=True))
    order = Order(
        PHOTO_JOB,
        row.name,
        inspection.organisation,
        page=reverse("inspection", args=[inspection.pk]),
        about=("inspection", inspection.pk),
        content=data,
    )
    return ask_for(order, Asker(act.person, act.at, act.on_behalf_of, act.address))


def attach_in_job(run: Run) -> None:
    """Attach a job's photo to its inspection, as an act of the person who sent it."""
    photo, data, act = received_in_job(InspectionPhoto(), run)
    parts = taken_apart(photo, data)
    try:
        with run.finishing() as done:
            _stored(int(run.job.subject_id), photo, data, parts, act)
            done.result = {"photo": photo.pk}
    except Exception:
        discard(photo)
        raise


@transaction.atomic
def _stored(
    inspection_id: int, photo: InspectionPhoto, data: bytes, parts: Photograph, act: Act
) -> InspectionPhoto:
    inspection = _locked(inspection_id, act)
    photo.inspection = inspection
    attached = inspection.photos.values_list("sha256", flat=True)
    seal(photo, data, parts, inspection.organisation, attached)
    after = {"name": photo.name, "sha256": photo.sha256}
    _record_inside(inspection, "inspection.attach", act, after=after)
    return photo


@transaction.atomic
def detach_photo(photo: InspectionPhoto, *, act: Act) -> None:
    """Take a photo out of an inspection that is not closed; its files go with the commit."""
    inspection = _locked(photo.inspection_id, act)
    kept = [photo.original, photo.copy, photo.thumbnail]
    before = {"name": photo.name, "sha256": photo.sha256}
    photo.delete()
    _record_inside(inspection, "inspection.detach", act, before)
    for file in kept:
        transaction.on_commit(partial(file.delete, save=False))


# --- Closing ------------------------------------------------------------------------------------


@transaction.atomic
def confirm_execution(inspection_id: int, *, act: Act) -> Inspection:
    """The inspection closed: the acceptance holds and the occurrence stays as it is."""
    inspection = _locked(inspection_id, act)
    _check_result(inspection, act)
    _close(inspection, Status.CONFIRMED, act)
    _record(inspection, "inspection.confirm", act, after=_said(inspection, act))
    return inspection


@transaction.atomic
def refute_execution(inspection_id: int, *, act: Act) -> Inspection:
    """The inspection closed and the acceptance revoked: what was not really done is open again.

    The occurrence is open again under its old date, with a new draft that begins as the refuted
    report. The report keeps who accepted it and when; a sheet calculated meanwhile stays, and the
    next calculation counts anew. The plan's state does not change: open work goes on being reported
    even after the year's report.
    """
    inspection = _locked(inspection_id, act)
    _check_result(inspection, act)
    if not inspection.remark.strip():
        raise Refusal("remark_given")
    report, occurrence = inspection.report, inspection.occurrence
    if occurrence.accepted_report_id != report.pk:
        raise Conflict("inspection_not_accepted")
    before = {"status": occurrence.status, "report": report.pk, "done_on": occurrence.done_on}
    _close(inspection, Status.NOT_CONFIRMED, act)
    _reopen(occurrence, report, inspection.remark, act)
    after = {"status": occurrence.status, "report": None, **_said(inspection, act)}
    _record(inspection, "inspection.refute", act, before, after, reason=inspection.remark)
    return inspection


@transaction.atomic
def cancel_inspection(inspection_id: int, *, act: Act) -> Inspection:
    """The inspection cancelled before it was held, with the reason; nothing else changes."""
    inspection = _locked(inspection_id, act)
    if not inspection.remark.strip():
        raise Refusal("reason_given")
    _close(inspection, Status.CANCELLED, act)
    _record(
        inspection,
        "inspection.cancel",
        act,
        after={"inspection": inspection.pk},
        reason=inspection.remark,
    )
    return inspection


def _check_result(inspection: Inspection, act: Act) -> None:
    """Raise what the result still lacks, or what it may not contain."""
    if Job.objects.open().about("inspection", inspection.pk).exists():
        raise Refusal("photos_in_work")
    if inspection.held_on is None:
        raise Refusal("inspection_held_on")
    if inspection.held_on > inspection.organisation.today(act.at):
        raise Refusal("date_in_future", date=f"{inspection.held_on:%d.%m.%Y}")
    submitted_on = inspection.report.submitted_on
    if submitted_on and inspection.held_on < submitted_on:
        raise Refusal("inspection_too_early", date=f"{submitted_on:%d.%m.%Y}")
    if not inspection.found.strip():
        raise Refusal("inspection_found")
    if inspection.kind == Inspection.Kind.VISIT and not inspection.act_number.strip():
        raise Refusal("inspection_act_number")


def _close(inspection: Inspection, status: str, act: Act) -> None:
    inspection.status, inspection.closed_at, inspection.closed_by = status, act.at, act.person
    inspection.closed_for = act.on_behalf_of
    inspection.save(update_fields=["status", "closed_at", "closed_by", "closed_for"])


def _reopen(occurrence: Occurrence, report: ExecutionReport, remark: str, act: Act) -> None:
    outcomes.note(occurrence, closed=False)
    occurrence.status, occurrence.closed_at = Occurrence.Status.OPEN, None
    occurrence.accepted_report, occurrence.done_on = None, None
    occurrence.save(update_fields=["status", "closed_at", "accepted_report", "done_on"])
    report.status, report.remark = ExecutionReport.Status.REVOKED, remark
    report.save(update_fields=["status", "remark"])
    report.occurrence = occurrence
    continue_as_draft(report, act)


def _said(inspection: Inspection, act: Act) -> dict[str, object]:
    """What is recorded with a result; for one's own acceptance also why nobody else held it."""
    said: dict[str, object] = {
        "inspection": inspection.pk,
        "inspection_kind": inspection.kind,
        "held_on": inspection.held_on,
        "act_number": inspection.act_number,
    }
    if act.people & acceptors(inspection.report):
        said["own_acceptance"] = gettext("the region has no other inspector")
    return said


def _record(
    inspection: Inspection,
    action: str,
    act: Act,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    reason: str = "",
) -> None:
    record_and_tell(
        act=act,
        organisation=inspection.organisation,
        action=action,
        subject=inspection.occurrence,
        before=before,
        after=after,
        reason=reason,
    )


def _record_inside(
    inspection: Inspection,
    action: str,
    act: Act,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """Record what stays inside until the inspection is closed.

    It is about the inspection itself: the institution, too, reads the history of the due date.
    """
    record_and_tell(
        act=act,
        organisation=inspection.organisation,
        action=action,
        subject=inspection,
        before=before,
        after=after,
    )
