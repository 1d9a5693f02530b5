"""Receiving evidence: the sealed original and, for photos, copies without camera data."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from compliance.domain.evidence import pdf
from compliance.domain.evidence.photographs import MAX_BYTES, MAX_IN_REPORT
from compliance.domain.refusals import Conflict, Refusal, TooLarge
from compliance.files.incoming.intake import ANY_LENGTH, take_apart
from compliance.files.incoming.photographs import Photograph
from compliance.files.incoming.runner import Bounds, TookTooLong
from compliance.models import Evidence, ExecutionReport, Job, Organisation
from compliance.models.evidence import StoredFile
from compliance.services.acts import Act
from compliance.services.audit.trail import record_and_tell
from compliance.services.evidence.reports import lock_draft
from compliance.services.jobs.asking import Asker, Order, ask_for

if TYPE_CHECKING:
    from compliance.services.jobs.running import Run

PHOTO_JOB = "evidence.photo"

Row = TypeVar("Row", bound=StoredFile)


def attach_evidence(
    report: ExecutionReport, upload: UploadedFile[bytes], *, act: Act, phase: str
) -> Evidence | Job:
    """The upload attached as what its own bytes say it is: a PDF document, or else a photo.

    A photo that takes longer than a request may becomes a job, which attaches it later or says
    why not; until then the report cannot be sent.
    """
    if pdf.is_pdf(_beginning(upload)):
        return attach_document(report, upload, act=act)
    try:
        bounds = Bounds(seconds=settings.INTAKE_SECONDS)
        return attach_photo(report, upload, act=act, phase=phase, bounds=bounds)
    except TookTooLong:
        upload.seek(0)
        return _photo_job(report, upload, act, phase)


def attach_photo(
    report: ExecutionReport,
    upload: UploadedFile[bytes],
    *,
    act: Act,
    phase: str = Evidence.Phase.AFTER,
    bounds: Bounds = ANY_LENGTH,
) -> Evidence:
    """The photo attached to a draft report: original sealed, copies re-encoded.

    Raises TooLarge (bytes, pixels, seconds), Refusal (not a photo, too many) or Conflict (a repeat;
    the report is no longer a draft). Nothing stays behind on an error, neither row nor file.
    """
    evidence = Evidence(phase=phase)
    data = received(evidence, upload, act)
    photo = taken_apart(evidence, data, bounds)
    return _attached(report, evidence, data, photo, act)


@transaction.atomic
def _photo_job(report: ExecutionReport, upload: UploadedFile[bytes], act: Act, phase: str) -> Job:
    """The job that will attach the photo to the draft; raises early what `attach_photo` would."""
    report = lock_draft(report.pk, act=act)
    row = Evidence()
    data = received(row, upload, act)
    check_room(row, report.evidence.values_list("sha256", flat=True))
    order = Order(
        PHOTO_JOB,
        row.name,
        report.occurrence.organisation,
        page=report.occurrence.get_absolute_url(),
        about=("report", report.pk),
        arguments={"phase": phase},
        content=data,
    )
    return ask_for(order, Asker(act.person, act.at, act.on_behalf_of, act.address))


def attach_in_job(run: Run) -> None:
    """Attach a job's photo to the draft it was sent for, as an act of the person who sent it."""
    job = run.job
    report = ExecutionReport.objects.filter(pk=int(job.subject_id)).first()
    if report is None:
        raise Conflict("occurrence_closed")
    evidence, data, act = received_in_job(Evidence(phase=job.arguments["phase"]), run)
    photo = taken_apart(evidence, data)
    try:
        with run.finishing() as done:
            _stored(report, evidence, data, photo, act)
            done.result = {"evidence": evidence.pk}
    except Exception:
        discard(evidence)
        raise


def received_in_job(row: Row, run: Run) -> tuple[Row, bytes, Act]:
    """The row with the job's file set on it, the file's bytes, and the sender's act, as of now."""
    job = run.job
    with job.input.open("rb") as stored:
        data: bytes = stored.read()
    row.name, row.size = job.name, len(data)
    row.sha256 = hashlib.sha256(data).hexdigest()
    row.received_at, row.received_from = job.created_at, job.owner
    return row, data, Act(job.owner, run.clock(), job.address, job.on_behalf_of)


def photos_in_work(kind: str, subject_id: int) -> list[Job]:
    """Jobs for the photos of a report or an inspection that are still running, or have failed."""
    shown = Job.objects.about(kind, subject_id).exclude(
        state__in=[Job.State.DONE, Job.State.CANCELLED]
    )
    return list(shown)


def attach_document(report: ExecutionReport, upload: UploadedFile[bytes], *, act: Act) -> Evidence:
    """The PDF attached to a draft report, sealed as it came; raises as `attach_photo` does."""
    evidence = Evidence(phase=Evidence.Phase.DOCUMENT, content_type=pdf.CONTENT_TYPE)
    if (upload.size or 0) > pdf.MAX_BYTES:
        raise TooLarge("document_too_large", megabytes=pdf.MAX_BYTES // 2**20)
    data = received(evidence, upload, act)
    if not pdf.is_pdf(data):
        raise Refusal("photo_unreadable", name=evidence.name)
    if not pdf.is_whole(data):
        raise Refusal("document_cut_off", name=evidence.name)
    return _attached(report, evidence, data, None, act)


def _beginning(upload: UploadedFile[bytes]) -> bytes:
    """The first bytes; afterwards the upload can be read from its start again."""
    found: bytes = upload.read(16)
    upload.seek(0)
    return found


def received(row: StoredFile, upload: UploadedFile[bytes], act: Act) -> bytes:
    """The upload's bytes; its name, size and hash are set on the row, nothing is stored yet."""
    if (upload.size or 0) > MAX_BYTES:
        raise TooLarge("photo_too_large", megabytes=MAX_BYTES // 2**20)
    data: bytes = upload.read()
    row.name, row.size = (upload.name or "photo")[-200:], len(data)
    row.sha256 = hashlib.sha256(data).hexdigest()
    row.received_at, row.received_from = act.at, act.person
    return data


def taken_apart(row: StoredFile, data: bytes, bounds: Bounds = ANY_LENGTH) -> Photograph:
    """The photo with its copies; its size and what the camera says are set on the row."""
    photo = take_apart(data, row.name, bounds=bounds)
    row.likeness = photo.likeness
    row.content_type, row.width, row.height = photo.content_type, photo.width, photo.height
    row.camera_latitude, row.camera_longitude = photo.camera.latitude, photo.camera.longitude
    return photo


def seal(
    row: StoredFile,
    data: bytes,
    photo: Photograph | None,
    organisation: Organisation,
    attached: Collection[str],
) -> None:
    """Write the files and the row; Conflict if its sha256 is `attached` already. Call it locked."""
    check_room(row, attached)
    folder = f"evidence/{uuid.uuid4()}"
    row.original.save(f"{folder}/original", ContentFile(data), save=False)
    if photo:
        row.copy.save(f"{folder}/copy.jpg", ContentFile(photo.copy), save=False)
        row.thumbnail.save(f"{folder}/thumbnail.jpg", ContentFile(photo.thumbnail), save=False)
        if photo.camera.taken_at:
            taken_at, zone = photo.camera.taken_at, ZoneInfo(organisation.time_zone)
            row.camera_at = taken_at if taken_at.tzinfo else taken_at.replace(tzinfo=zone)
    row.save()


def check_room(row: StoredFile, attached: Collection[str]) -> None:
    """Raise Conflict for a repeat, Refusal when there is no room for more."""
    if row.sha256 in attached:
        raise Conflict("photo_repeated", name=row.name)
    if len(attached) >= MAX_IN_REPORT:
        raise Refusal("photo_limit", limit=MAX_IN_REPORT)


def discard(row: StoredFile) -> None:
    """Remove the files of a row that was not stored."""
    for kept in (row.original, row.copy, row.thumbnail):
        if kept:
            kept.delete(save=False)


def _attached(
    report: ExecutionReport, evidence: Evidence, data: bytes, photo: Photograph | None, act: Act
) -> Evidence:
    try:
        return _stored(report, evidence, data, photo, act)
    except Exception:
        discard(evidence)
        raise


@transaction.atomic
def _stored(
    report: ExecutionReport, evidence: Evidence, data: bytes, photo: Photograph | None, act: Act
) -> Evidence:
    report = lock_draft(report.pk, act=act)
    organisation = report.occurrence.organisation
    evidence.report = report
    attached = report.evidence.values_list("sha256", flat=True)
    seal(evidence, data, photo, organisation, attached)
    record_and_tell(
        act=act,
        organisation=organisation,
        action="evidence.attach",
        subject=report.occurrence,
        after={"name": evidence.name, "sha256": evidence.sha256, "size": evidence.size},
    )
    return evidence


@transaction.atomic
def detach_evidence(evidence: Evidence, *, act: Act) -> None:
    """Take a photo or document out of a draft.

    Its files go when the transaction has committed, unless an earlier, returned report shows the
    same file.
    """
    report = lock_draft(evidence.report_id, act=act)
    kept = [file for file in (evidence.original, evidence.copy, evidence.thumbnail) if file]
    after = {"name": evidence.name, "sha256": evidence.sha256}
    evidence.delete()
    record_and_tell(
        act=act,
        organisation=report.occurrence.organisation,
        action="evidence.detach",
        subject=report.occurrence,
        before=after,
    )
    if not Evidence.objects.filter(original=kept[0].name).exists():
        for file in kept:
            transaction.on_commit(partial(file.delete, save=False))
