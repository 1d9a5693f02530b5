"""Evidence in parts over a line that breaks: stored bytes are never asked for again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import transaction
from django.db.models import Sum

from compliance.domain.evidence.photographs import MAX_BYTES
from compliance.domain.refusals import Conflict, Refusal, TooLarge
from compliance.models import Evidence, IncomingFile, IncomingPart, Inspection, Job, Occurrence
from compliance.models.evidence import StoredFile
from compliance.services.acts import Act
from compliance.services.evidence.files import attach_evidence
from compliance.services.evidence.reports import draft_report

MOST_OF_A_PART = 2**20  # bytes; a request holds no more of a file in memory
MOST_FILES = 60  # of one person that have not arrived completely: two full reports
MOST_BYTES = 300 * 2**20  # of such files together


@dataclass(frozen=True)
class Announced:
    """What a device says about a file with each of its parts."""

    key: UUID
    phase: str
    name: str
    size: int


@dataclass(frozen=True)
class Part:
    """Bytes from an offset on; an empty one asks to attach a file that has arrived completely."""

    offset: int
    content: bytes = b""
    sha256: str = ""  # according to the device; browsers send none over plain http

    @property
    def is_sound(self) -> bool:
        """Whether there are bytes, and the same ones as left the device."""
        found = hashlib.sha256(self.content).hexdigest()
        return bool(self.content) and self.sha256 in {"", found}


@dataclass(frozen=True)
class Progress:
    """How much of a file has arrived; it is attached only when `is_attached` says so.

    `is_working`: it has arrived completely, and a job will attach it or say on the page why not.
    """

    received: int
    is_attached: bool
    is_working: bool = False


class Destination(Protocol):
    """Something that accepts files in parts: the draft report of a due date, or an inspection."""

    @property
    def subject(self) -> Occurrence | Inspection:
        """The due date or the inspection that the files are for."""

    def check(self, act: Act) -> None:
        """Raise Forbidden or Conflict if it accepts nothing from the person, or nothing more."""

    def attach(self, upload: UploadedFile[bytes], phase: str, act: Act) -> StoredFile | Job:
        """What the complete file became, or the job that will attach it; raises why not."""


@dataclass(frozen=True)
class ToReport:
    """The draft report of a due date, created if there is none."""

    occurrence: Occurrence

    @property
    def subject(self) -> Occurrence:
        return self.occurrence

    def check(self, act: Act) -> None:
        draft_report(self.occurrence.pk, act=act)

    def attach(self, upload: UploadedFile[bytes], phase: str, act: Act) -> Evidence | Job:
        report = draft_report(self.occurrence.pk, act=act)
        return attach_evidence(report, upload, act=act, phase=phase)


def _columns(to: Destination) -> dict[str, Occurrence | Inspection | None]:
    """The columns of `IncomingFile` that say what a file is for; one of them is empty."""
    subject = to.subject
    return {
        "occurrence": subject if isinstance(subject, Occurrence) else None,
        "inspection": subject if isinstance(subject, Inspection) else None,
    }


def how_far(to: Destination, key: UUID, *, act: Act) -> Progress:
    """How much of the person's own file has arrived; for an unknown one, nothing."""
    found = IncomingFile.objects.filter(sender=act.person, key=key, **_columns(to)).first()
    return _progress(found) if found else Progress(0, is_attached=False)


def _progress(file: IncomingFile) -> Progress:
    is_over = file.finished_at is not None
    return Progress(file.received, is_over and not file.is_in_job, is_over and file.is_in_job)


def receive_part(to: Destination, announced: Announced, part: Part, *, act: Act) -> Progress:
    """The file with this part, attached to its destination if it was the last.

    A part that is here already, was damaged, or does not begin where the last one ended changes
    nothing: the answer says where to go on. Raises what attaching raises when the complete file
    cannot be attached; a file that is no evidence at all is deleted with its parts.
    """
    to.check(act)
    file = _stored(to, announced, part, act)
    if file.finished_at is None and file.received == file.size:
        _attach(file, to, act)
    return _progress(file)


@transaction.atomic
def _stored(to: Destination, announced: Announced, part: Part, act: Act) -> IncomingFile:
    """The file's row, its part stored with it if it is the next."""
    file = _begun(to, announced, act)
    if file.finished_at is None and part.offset == file.received < file.size and part.is_sound:
        _check_room(file, part, act)
        IncomingPart.objects.create(
            file=file, offset=part.offset, size=len(part.content), content=part.content
        )
    file.heard_at = act.at
    file.save(update_fields=["heard_at"])
    return file


def _begun(to: Destination, announced: Announced, act: Act) -> IncomingFile:
    """The file's row, locked; created if this is its first part."""
    if announced.size > MAX_BYTES:
        raise TooLarge("photo_too_large", megabytes=MAX_BYTES // 2**20)
    if announced.size < 1:
        raise Refusal("file_empty", name=announced.name)
    others = IncomingFile.objects.unfinished(act.person).exclude(key=announced.key)
    if others.count() >= MOST_FILES:
        raise Refusal("too_many_on_the_way", limit=MOST_FILES)
    columns = _columns(to)
    IncomingFile.objects.bulk_create(
        [
            IncomingFile(
                sender=act.person,
                key=announced.key,
                **columns,
                phase=announced.phase,
                name=announced.name,
                size=announced.size,
                heard_at=act.at,
            )
        ],
        ignore_conflicts=True,
    )
    file = IncomingFile.objects.select_for_update().get(sender=act.person, key=announced.key)
    begun_for = {name: getattr(file, name) for name in columns}
    if (begun_for, file.size) != (columns, announced.size):
        raise Conflict("another_file", name=announced.name)
    return file


def _check_room(file: IncomingFile, part: Part, act: Act) -> None:
    """Refuse more bytes than a part, the file or the person may have here."""
    if len(part.content) > min(MOST_OF_A_PART, file.size - part.offset):
        raise TooLarge("part_too_large", name=file.name)
    waiting = IncomingPart.objects.filter(file__in=IncomingFile.objects.unfinished(act.person))
    held = waiting.aggregate(bytes=Sum("size"))["bytes"] or 0
    if held + len(part.content) > MOST_BYTES:
        raise TooLarge("too_much_on_the_way", megabytes=MOST_BYTES // 2**20)


def _attach(file: IncomingFile, to: Destination, act: Act) -> None:
    """Attach the complete file and delete its parts; one that is there already is not added again.

    Not in one transaction: reading a photo takes seconds, and nobody should wait for it. Even if
    two requests both find the file complete, its sha256 lets it be attached only once.
    """
    content = b"".join(bytes(one) for one in file.parts.values_list("content", flat=True))
    try:
        upload = SimpleUploadedFile(file.name, content)
        attached = to.attach(upload, file.phase, act)
        file.is_in_job = isinstance(attached, Job)
    except Conflict as conflict:
        if conflict.code != "photo_repeated":
            raise  # nothing is accepted just now: the file waits for a decision
    except Refusal as refusal:
        if refusal.status in {413, 422} and refusal.code != "photo_limit":
            file.delete()  # no evidence, now or later
        raise
    with transaction.atomic():
        file.parts.all().delete()
        file.finished_at = act.at
        file.save(update_fields=["finished_at", "is_in_job"])


def give_up_file(to: Destination, key: UUID, *, act: Act) -> None:
    """Delete what has arrived of the person's own file; an attached one stays attached."""
    IncomingFile.objects.unfinished(act.person).filter(key=key, **_columns(to)).delete()


def forget_incoming_files(now: datetime) -> int:
    """How many files were deleted because nothing was heard of them for a week."""
    _rows, by_model = IncomingFile.objects.over(now).delete()
    return by_model.get(IncomingFile._meta.label, 0)
