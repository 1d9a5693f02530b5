"""Changing a text around its measures: title, period, sections, and the order of everything.

A draft is changed directly; a binding plan through a revision, which takes effect as a whole when
it is put in force.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F

from compliance.domain.audit.chains import digest
from compliance.domain.calendar.periods import Period
from compliance.domain.plans.headings import Heading
from compliance.domain.plans.periods import check_period
from compliance.domain.refusals import Conflict, Refusal
from compliance.models import MeasureVersion, Plan, Revision, Section
from compliance.models.plans import FRAME
from compliance.services.acts import Act
from compliance.services.audit.trail import record_and_tell
from compliance.services.plans.drafts import editable, follow_frame, note_author, read_into
from compliance.wording.periods import period_words

APART = 100_000  # positions that no section has, used while their order changes
OUTSIDE = "outside_period"  # the note of a reading that names a day outside the period


@dataclass(frozen=True)
class FramePart:
    """A section as it is to be; without an id it is new."""

    heading: Heading
    section_id: int | None = None


@dataclass(frozen=True)
class Frame:
    """Everything around the measures of a text."""

    title: str
    period: Period
    parts: Sequence[FramePart]


def seen_frame(revision: Revision) -> str:
    """The digest of a text's frame: a form sends it back, so that no change is overwritten."""
    said = [[row.pk, row.number, row.title] for row in revision.sections.all()]
    return digest({"frame": [str(value) for value in revision.frame.values()], "sections": said})


def check_editable(revision: Revision, act: Act) -> None:
    """Raise the reason why this person may not change the text now, if there is one."""
    with transaction.atomic():
        editable(revision, act)


@transaction.atomic
def change_frame(revision: Revision, frame: Frame, *, seen_before: str, act: Act) -> int:
    """How many deadlines now wait for a person, after title, period and sections were changed.

    A measure keeps its section, whatever that is called now. Raises Forbidden, Conflict when the
    text cannot be changed now or has been changed since, and Refusal naming what is not allowed.
    """
    plan = editable(revision, act)
    revision.refresh_from_db(fields=FRAME)
    if seen_before != seen_frame(revision):
        raise Conflict("frame_changed")
    check_period(frame.period)
    if frame.period != revision.period:
        _check_course(plan, revision, frame.period, act)
    before = _said(revision)
    is_other_period = frame.period != revision.period
    revision.title = frame.title
    revision.period_start, revision.period_end = frame.period.start, frame.period.end
    revision.save(update_fields=FRAME)
    _arrange(revision, frame.parts)
    if not revision.is_amendment:
        follow_frame(plan, revision)
    waiting = _read_anew(revision, act) if is_other_period else 0
    if (after := _said(revision)) != before:
        note_author(revision, act)
        record_and_tell(
            act=act,
            organisation=plan.organisation,
            action="revision.frame",
            subject=plan,
            before=before,
            after=after,
        )
    return waiting


def _said(revision: Revision) -> dict[str, Any]:
    """The frame as the audit trail keeps it."""
    return {
        "title": revision.title,
        "period": period_words(revision.period_start, revision.period_end),
        "sections": [str(row) for row in Section.objects.filter(revision=revision)],
    }


def _check_course(plan: Plan, revision: Revision, period: Period, act: Act) -> None:
    """Refuse a period that would undo what has begun, or would already be over."""
    if plan.executes_from and period.start > plan.executes_from:
        raise Refusal("period_after_work", date=f"{plan.executes_from:%d.%m.%Y}")
    today = plan.organisation.today(act.at)
    if revision.is_amendment and period.end < today:
        raise Refusal("period_is_past", today=f"{today:%d.%m.%Y}")


def _arrange(revision: Revision, parts: Sequence[FramePart]) -> None:
    """Make these the sections, in this order; only an empty section is removed."""
    rows = {row.pk: row for row in Section.objects.filter(revision=revision)}
    kept = [part.section_id for part in parts if part.section_id is not None]
    if not parts:
        raise Refusal("no_headings")
    if len(set(kept)) < len(kept) or set(kept) - set(rows):
        raise Conflict("frame_changed")
    for row in rows.values():
        if row.pk not in kept:
            if row.versions.exists():
                raise Refusal("section_has_measures", heading=str(row))
            row.delete()
    Section.objects.filter(revision=revision).update(position=F("position") + APART)
    for place, part in enumerate(parts, start=1):
        row = rows[part.section_id] if part.section_id else Section(revision=revision)
        row.position, row.number, row.title = place, part.heading.number, part.heading.title
        row.save()
    _number_places(_in_order(revision))


def _read_anew(revision: Revision, act: Act) -> int:
    """How many deadlines wait for a person after they were read for the text's new period.

    A deadline that means the same in it stays confirmed. Dates that a person set are dropped if one
    of them is outside; then, and where the words themselves name a day outside, a person has to
    check.
    """
    waiting = 0
    for version in revision.versions.all():
        version.revision = revision
        understood, were_set = version.understood, version.dates_set
        confirmed = version.deadline_confirmed_at, version.deadline_confirmed_by
        confirmed_for = version.deadline_confirmed_for
        anchor, dates = version.deadline_anchor, version.deadline_dates
        read_into(version, version.deadline_text, act)
        if version.understood == understood and all(day in revision.period for day in were_set):
            version.deadline_anchor, version.deadline_dates = anchor, dates
            version.deadline_confirmed_at, version.deadline_confirmed_by = confirmed
            version.deadline_confirmed_for = confirmed_for
        else:
            if were_set or any(note.code == OUTSIDE for note in version.understood.notes):
                version.deadline_confirmed_at = None
            version.save()
        waiting += version.deadline_confirmed_at is None
    return waiting


def _in_order(revision: Revision) -> list[MeasureVersion]:
    """The measures in reading order."""
    rows = MeasureVersion.objects.filter(revision=revision).select_related("section")
    return list(rows.order_by("section__position", "position", "pk"))


def _number_places(versions: Sequence[MeasureVersion]) -> None:
    """Number the measures' places in this order."""
    for place, version in enumerate(versions, start=1):
        version.position = place
    MeasureVersion.objects.bulk_update(versions, ["position", "section"])


@transaction.atomic
def move_measure(
    version: MeasureVersion, section: Section, after: MeasureVersion | None, *, act: Act
) -> MeasureVersion:
    """The measure in that section of its text, after that measure or, without one, at the top.

    It stays the same measure: its words, deadline, occurrences and evidence go along.
    """
    plan = editable(version, act)
    revision = version.revision
    rows = _in_order(revision)
    version = next(row for row in rows if row.pk == version.pk)
    before = _place(version, rows)
    rows.remove(version)
    rows_there = [row for row in rows if row.section_id == section.pk]
    is_lost = section.revision_id != revision.pk or not Section.objects.filter(pk=section.pk)
    if is_lost or (after is not None and after not in rows_there):
        raise Conflict("place_gone")
    if after is not None:
        index = rows.index(after) + 1
    else:
        index = sum(row.section.position < section.position for row in rows)
    rows.insert(index, version)
    version.section = section
    _number_places(rows)
    if (place := _place(version, rows)) != before:
        note_author(revision, act)
        record_and_tell(
            act=act,
            organisation=plan.organisation,
            action="measure.move",
            subject=plan,
            before=before,
            after=place,
        )
    return version


def _place(version: MeasureVersion, rows: Sequence[MeasureVersion]) -> dict[str, Any]:
    """The place of a measure, as the audit trail keeps it."""
    there = [row for row in rows if row.section_id == version.section_id]
    return {
        "measure": version.measure_id,
        "section": str(version.section),
        "position": there.index(version) + 1,
    }
