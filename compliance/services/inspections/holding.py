"""Holding an inspection: its result, and what it does to the acceptance that it checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext

from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.files.incoming.photographs import Photograph
from compliance.models import (
    ExecutionReport,
    Inspection,
    InspectionPhoto,
    Occurrence,
)
from compliance.services.acts import Act
from compliance.services.audit.trail import record_and_tell
from compliance.services.evidence.files import discard, received, seal, taken_apart
from compliance.services.evidence.reports import continue_as_draft, lock_occurrence
from compliance.services.inspections.four_eyes import acceptors, bar, may_inspect

Status = Inspection.Status


@dataclass(frozen=True)
class InspectionResult:
    """What an inspector writes; it may be saved before it is complete."""

    held_on: date | None = None
    found: str = ""
    act_number: str = ""
    remark: str = ""


def _locked(inspection_id: int, act: Act) -> Inspection:
    """The open inspection with occurrence and itself locked; raises Forbidden or Conflict."""
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
    """The inspection with what has been written so far; nothing of it binds until it is closed."""
    inspection = _locked(inspection_id, act)
    after = asdict(result)
    before = {name: getattr(inspection, name) for name in after}
    if before == after:
        return inspection
    for name, value in after.items():
        setattr(inspection, name, value)
    inspection.save(update_fields=list(after))
    # About the inspection itself: the history of the due date is read by the institution, too.
    record_and_tell(
        act=act,
        organisation=inspection.organisation,
        action="inspection.keep",
        subject=inspection,
        before=before,
        after=after,
    )
    return inspection


def attach_photo(inspection_id: int, upload: UploadedFile[bytes], *, act: Act) -> InspectionPhoto:
    """The inspector's photo, its original sealed; raises as a photo of a report does."""
    photo = InspectionPhoto()
    data = received(photo, upload, act)
    parts = taken_apart(photo, data)
    try:
        return _stored(inspection_id, photo, data, parts, act)
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
    _record(
        inspection, "inspection.attach", act, after={"name": photo.name, "sha256": photo.sha256}
    )
    return photo


@transaction.atomic
def detach_photo(photo: InspectionPhoto, *, act: Act) -> None:
    """Take a photo out of an inspection that is not closed; its files go with the commit."""
    inspection = _locked(photo.inspection_id, act)
    kept = [photo.original, photo.copy, photo.thumbnail]
    before = {"name": photo.name, "sha256": photo.sha256}
    photo.delete()
    _record(inspection, "inspection.detach", act, before=before)
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

    The occurrence is open again under its old date, with a new draft that begins with the
    report that did not hold. The report keeps who accepted it and when; a sheet calculated
    meanwhile stays, the next calculation counts anew. The plan's state does not change: what is
    open goes on being reported also after the year's report.
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
    """The inspection given up before it was held, with the reason; nothing else changes."""
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
    """Raise what the result still lacks, or what cannot be in it."""
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
    occurrence.status, occurrence.closed_at = Occurrence.Status.OPEN, None
    occurrence.accepted_report, occurrence.done_on = None, None
    occurrence.save(update_fields=["status", "closed_at", "accepted_report", "done_on"])
    report.status, report.remark = ExecutionReport.Status.REVOKED, remark
    report.save(update_fields=["status", "remark"])
    report.occurrence = occurrence
    continue_as_draft(report, act)


def _said(inspection: Inspection, act: Act) -> dict[str, object]:
    """What goes on record with a result; for one's own acceptance also why it was not another's."""
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
