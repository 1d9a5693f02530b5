"""A plan from a document: kept for a day, previewed any number of times, stored once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from compliance.domain.calendar.periods import Period
from compliance.domain.deadlines import read_deadline
from compliance.domain.documents.reading import Document, Item, Kind, Section
from compliance.domain.documents.reading.reader import with_year
from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.files.incoming.intake import ANY_LENGTH
from compliance.files.incoming.plain import from_plain, to_plain
from compliance.files.incoming.runner import Bounds, TookTooLong
from compliance.models import Job, Organisation, Plan, PlanUpload, Responsible
from compliance.services.acts import Act
from compliance.services.documents.imports import (
    ReadFile,
    Request,
    check_supported,
    found_of,
    read_document_file,
    store_document,
)
from compliance.services.documents.parties import Parties, find_organisation
from compliance.services.jobs.asking import Asker, Order, ask_for
from compliance.services.plans.beginning import DraftingPlace, may_begin, places_to_draft
from compliance.services.plans.drafts import ResponsibleDraft, is_plain
from compliance.services.uploads import forget_uploads

if TYPE_CHECKING:
    from compliance.services.jobs.running import Run

READ_JOB = "documents.read"


@dataclass(frozen=True)
class MeasurePreview:
    """A measure as read, and what a person will have to settle in it."""

    item: Item
    parties: Sequence[ResponsibleDraft]
    is_deadline_open: bool

    @property
    def found(self) -> dict[str, Any]:
        """What the row says that no field of a measure holds; it is kept with the measure."""
        return found_of(self.item)

    @property
    def unknown(self) -> list[str]:
        """The responsible parties that match nobody in the system."""
        return [one.text for one in self.parties if one.kind == Responsible.Kind.UNKNOWN]


@dataclass(frozen=True)
class SectionPreview:
    """A section as read."""

    section: Section
    rows: Sequence[MeasurePreview]


@dataclass(frozen=True)
class DocumentPreview:
    """What storing the document would make; nothing has been stored."""

    read: ReadFile
    parts: Sequence[SectionPreview]

    @property
    def document(self) -> Document:
        """The document itself."""
        return self.read.document

    @property
    def rows(self) -> list[MeasurePreview]:
        """The measures of all sections."""
        return [row for part in self.parts for row in part.rows]

    @property
    def open_deadlines(self) -> int:
        """How many deadlines will wait for a person."""
        return sum(row.is_deadline_open for row in self.rows)

    @property
    def unknown_parties(self) -> list[str]:
        """The responsible parties for whom somebody must be chosen, each once."""
        return sorted({text for row in self.rows for text in row.unknown})

    @property
    def share_read(self) -> int:
        """How much of the text is in a field or is mere markup, in percent."""
        coverage = self.document.coverage
        if not coverage.characters:
            return 100
        return 100 * (coverage.characters - coverage.unplaced) // coverage.characters


def keep_document(content: bytes, file_name: str, *, act: Act) -> PlanUpload | Job:
    """The file, kept a day for its uploader; raises when it contains no plan.

    For a document that takes longer than a request may, the job that goes on reading it.
    """
    if not act.may(may_begin):
        raise Forbidden("not_your_step")
    forget_uploads(act.at)
    name = file_name.replace("\x00", "")[-200:]
    upload = PlanUpload(uploader=act.person, made_at=act.at, file_name=name, content=content)
    try:
        _read_whole(upload, Bounds(seconds=settings.INTAKE_SECONDS))
    except TookTooLong:
        upload.save()
        return ask_for(_reading_order(upload), Asker(act.person, act.at, address=act.address))
    upload.save()
    return upload


def _read_whole(upload: PlanUpload, bounds: Bounds) -> None:
    """Read the file into its row, unsaved; raises when it contains no plan."""
    read = read_document_file(bytes(upload.content), upload.file_name, Request(), bounds)
    check_plan(read.document)
    upload.reading = to_plain(read)


def _reading_order(upload: PlanUpload) -> Order:
    place = places_to_draft(upload.uploader)[0].organisations[0]
    page = reverse("plan-upload-preview", args=[upload.pk])
    return Order(READ_JOB, upload.file_name, place, page=page, about=("plan_upload", upload.pk))


def read_in_job(run: Run) -> None:
    """Read the document of a job into its row."""
    upload = PlanUpload.objects.filter(pk=run.job.subject_id).first()
    if upload is None:
        raise Conflict("upload_over")
    _read_whole(upload, ANY_LENGTH)
    with run.finishing():
        upload.save(update_fields=["reading"])


def reading_job(upload: PlanUpload) -> Job | None:
    """The job that has not read the document yet, or failed to; None when it has been read."""
    if upload.reading is not None:
        return None
    return Job.objects.about("plan_upload", upload.pk).first()


def check_plan(document: Document) -> None:
    """Raise a Refusal if no draft can be made from this document."""
    if document.kind is Kind.RATING:
        raise Refusal("rating_is_no_plan")
    check_supported(document)


def document_upload_of(upload_id: UUID, act: Act) -> PlanUpload | None:
    """The uploader's own document, unless it is too old."""
    return PlanUpload.objects.fresh(act.person, act.at).filter(pk=upload_id).first()


def read_upload(upload: PlanUpload, year: int | None) -> ReadFile:
    """The document, read for the given year instead of its title's period."""
    if upload.reading is None:
        _read_whole(upload, ANY_LENGTH)
        upload.save(update_fields=["reading"])
    read = from_plain(ReadFile, upload.reading)
    return read if year is None else replace(read, document=with_year(read.document, year))


def preview_of(read: ReadFile, owner: Organisation) -> DocumentPreview:
    """What would be made now if the document was stored as a plan of the organisation."""
    parties = Parties(owner, read.document)
    parts = [
        SectionPreview(
            section, [_row(item, read.document.period, parties) for item in section.items]
        )
        for section in read.document.sections
    ]
    return DocumentPreview(read, parts)


def _row(item: Item, period: Period | None, parties: Parties) -> MeasurePreview:
    words = item.deadline_text or ""
    is_open = period is None or not is_plain(read_deadline(words, period))
    return MeasurePreview(item, parties.drafts(item.responsible), is_open)


def named_owner(document: Document, places: Sequence[DraftingPlace]) -> Organisation | None:
    """The organisation that the document names as its own, if the person may draft for it."""
    try:
        found = find_organisation(document)
    except Refusal:
        return None
    mine = {row.pk for place in places for row in place.organisations}
    return found if found.pk in mine else None


@transaction.atomic
def store_upload(upload_id: UUID, asked: Request, *, act: Act) -> Plan:
    """The draft made from the document; a second press returns the one that the first made."""
    rows = PlanUpload.objects.fresh(act.person, act.at).select_for_update()
    upload = rows.filter(pk=upload_id).first()
    if upload is None:
        raise Conflict("upload_over")
    if upload.plan is None:
        read = read_upload(upload, asked.year)
        check_plan(read.document)
        stored = store_document(read, bytes(upload.content), asked, act=act)
        upload.plan = Plan.objects.get(pk=stored["plan"])
        upload.stored_at, upload.content, upload.reading = act.at, b"", None
        upload.save(update_fields=["plan", "stored_at", "content", "reading"])
    return upload.plan
