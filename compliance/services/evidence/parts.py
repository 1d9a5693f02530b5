"""Evidence in parts over a line that breaks: stored bytes are never asked for again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import Sum

from compliance.domain.evidence.photographs import MAX_BYTES
from compliance.domain.refusals import Conflict, Forbidden, Refusal, TooLarge
from compliance.models import IncomingFile, IncomingPart, Job, Occurrence
from compliance.services.acts import Act
from compliance.services.evidence.files import attach_evidence
from compliance.services.evidence.reports import draft_report, may_report

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


def how_far(occurrence: Occurrence, key: UUID, *, act: Act) -> Progress:
    """How much of the person's own file has arrived; for an unknown one, nothing."""
    found = IncomingFile.objects.filter(sender=act.person, key=key, occurrence=occurrence).first()
    return _progress(found) if found else Progress(0, is_attached=False)


def _progress(file: IncomingFile) -> Progress:
    is_over = file.finished_at is not None
    return Progress(file.received, is_over and not file.is_in_job, is_over and file.is_in_job)


def receive_part(occurrence: Occurrence, announced: Announced, part: Part, *, act: Act) -> Progress:
    """The file with this part, attached to the draft report if it was the last.

    A part that is here already, was damaged, or does not begin where the last one ended changes
    nothing: the answer says where to go on. Raises what `attach_evidence` raises when the complete
    file cannot be attached; a file that is no evidence at all is deleted with its parts.
    """
    draft_report(occurrence.pk, act=act)
    file = _stored(occurrence, announced, part, act)
    if file.finished_at is None and file.received == file.size:
        _attach(file, act)
    return _progress(file)


@transaction.atomic
def _stored(occurrence: Occurrence, announced: Announced, part: Part, act: Act) -> IncomingFile:
    """The file's row, its part stored with it if it is the next."""
    file = _begun(occurrence, announced, act)
    if file.finished_at is None and part.offset == file.received < file.size and part.is_sound:
        _check_room(file, part, act)
        IncomingPart.objects.create(
            file=file, offset=part.offset, size=len(part.content), content=part.content
        )
    file.heard_at = act.at
    file.save(update_fields=["heard_at"])
    return file


def _begun(occurrence: Occurrence, announced: Announced, act: Act) -> IncomingFile:
    """The file's row, locked; created if this is its first part."""
    if announced.size > MAX_BYTES:
        raise TooLarge("photo_too_large", megabytes=MAX_BYTES // 2**20)
    if announced.size < 1:
        raise Refusal("file_empty", name=announced.name)
    others = IncomingFile.objects.unfinished(act.person).exclude(key=announced.key)
    if others.count() >= MOST_FILES:
        raise Refusal("too_many_on_the_way", limit=MOST_FILES)
    IncomingFile.objects.bulk_create(
        [
            IncomingFile(
                sender=act.person,
                key=announced.key,
                occurrence=occurrence,
                phase=announced.phase,
                name=announced.name,
                size=announced.size,
                heard_at=act.at,
            )
        ],
        ignore_conflicts=True,
    )
    file = IncomingFile.objects.select_for_update().get(sender=act.person, key=announced.key)
    if (file.occurrence_id, file.size) != (occurrence.pk, announced.size):
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


def _attach(file: IncomingFile, act: Act) -> None:
    """Attach the complete file and delete its parts; a report has the same bytes only once.

    Not in one transaction: reading a photo takes seconds, and nobody should wait for it. Even if
    two requests both find the file complete, its sha256 lets it be attached only once.
    """
    report = draft_report(file.occurrence_id, act=act)
    content = b"".join(bytes(one) for one in file.parts.values_list("content", flat=True))
    try:
        upload = SimpleUploadedFile(file.name, content)
        attached = attach_evidence(report, upload, act=act, phase=file.phase)
        file.is_in_job = isinstance(attached, Job)
    except Conflict as conflict:
        if conflict.code != "photo_repeated":
            raise  # the report is no longer a draft: the file waits for a decision
    except Refusal as refusal:
        if refusal.status in {413, 422} and refusal.code != "photo_limit":
            file.delete()  # no evidence, now or later
        raise
    with transaction.atomic():
        file.parts.all().delete()
        file.finished_at = act.at
        file.save(update_fields=["finished_at", "is_in_job"])


def give_up_file(occurrence: Occurrence, key: UUID, *, act: Act) -> None:
    """Delete what has arrived of the person's own file; an attached one stays attached."""
    if not act.may(may_report, occurrence):
        raise Forbidden("not_your_step")
    IncomingFile.objects.unfinished(act.person).filter(key=key, occurrence=occurrence).delete()


def forget_incoming_files(now: datetime) -> int:
    """How many files were deleted because nothing was heard of them for a week."""
    _rows, by_model = IncomingFile.objects.over(now).delete()
    return by_model.get(IncomingFile._meta.label, 0)
