"""Drawing up a plan: a draft from its parts, and changes while its drafters have it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction

from compliance.domain.audit.chains import digest
from compliance.domain.calendar.periods import Period
from compliance.domain.deadlines import Deadline, read_deadline
from compliance.domain.deadlines.parts import EXACT, EXTERNAL, RELATIVE, UNKNOWN, UNREAD
from compliance.domain.evidence.proofs import in_order
from compliance.domain.plans.headings import next_number
from compliance.domain.plans.periods import check_period
from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import (
    Measure,
    MeasureVersion,
    Organisation,
    Plan,
    PlanType,
    Responsible,
    Revision,
    RevisionAuthor,
    Section,
    User,
)
from compliance.models.plans import FRAME
from compliance.services.acts import Act
from compliance.services.audit.trail import record_and_tell
from compliance.services.plans.contents import content_of
from compliance.services.plans.transitions import locked_plan

# Deadlines of these kinds fix no date by themselves, so a person sets their dates here.
NEEDS_A_PERSON = frozenset({EXTERNAL, RELATIVE, UNREAD})


@dataclass(frozen=True)
class ResponsibleDraft:
    """A responsible party as written, with the organisation or person it means, if known."""

    text: str
    kind: str = Responsible.Kind.UNKNOWN
    organisation: Organisation | None = None
    person: User | None = None
    candidates: tuple[User, ...] = ()  # whom the words can mean, where they are several


@dataclass(frozen=True)
class MeasureDraft:
    """What a plan says about one measure. The first responsible party leads."""

    text: str
    deadline_text: str = ""
    number: str = ""
    indicator: str = ""
    finding: str = ""
    form: str = ""
    proof: str = ""  # none until a person has chosen it
    further_proof: Sequence[str] = ()  # further kinds asked for
    responsibles: Sequence[ResponsibleDraft] = ()
    is_deadline_confirmed: bool = False  # its drafter has seen the dates and accepts them
    found: Mapping[str, Any] = field(default_factory=dict)  # what else its document says


@dataclass(frozen=True)
class SectionDraft:
    """A section with its measures; an empty one is kept."""

    title: str
    number: str = ""
    measures: Sequence[MeasureDraft] = ()


@dataclass(frozen=True)
class PlanDraft:
    """Everything a draft is made from."""

    organisation: Organisation
    type: PlanType
    title: str
    period: Period
    sections: Sequence[SectionDraft] = field(default_factory=tuple)
    source_name: str = ""
    source_sha256: str = ""
    form_key: UUID | None = None  # of the form through which it was begun


def may_draft(user: User | None, plan: Plan) -> bool:
    """Whether the person may draw up plans of this type for this organisation."""
    if user is None:
        return True
    role = plan.type.role_of("drafts")
    return user.jurisdiction().holds(role, plan.organisation.path)


@transaction.atomic
def draft_plan(draft: PlanDraft, *, act: Act) -> Plan:
    """A new plan in state draft with its first revision; deadlines are read, not yet confirmed."""
    plan = Plan(
        organisation=draft.organisation,
        type=draft.type,
        title=draft.title,
        period_start=draft.period.start,
        period_end=draft.period.end,
        source_name=draft.source_name,
        source_sha256=draft.source_sha256,
        form_key=draft.form_key,
        created_by=act.user,
        created_at=act.at,
    )
    if not act.may(may_draft, plan):
        raise Forbidden("not_your_step")
    if draft.type.owner_kind != draft.organisation.kind:
        raise Refusal("type_does_not_fit", type=draft.type, name=draft.organisation.name)
    if not PlanType.objects.offered().filter(pk=draft.type.pk).exists():
        raise Refusal("type_retired", type=draft.type)
    check_period(draft.period)
    plan.save()
    revision = Revision.objects.create(
        plan=plan,
        number=1,
        **plan.frame,
        created_at=act.at,
        created_by=act.user,
        created_for=act.on_behalf_of,
    )
    position = 0
    for place, part in enumerate(draft.sections, start=1):
        section = Section.objects.create(
            revision=revision, position=place, number=part.number, title=part.title
        )
        for measure in part.measures:
            position += 1
            _add_version(section, measure, position, act)
    record_and_tell(
        act=act,
        organisation=plan.organisation,
        action="plan.draft",
        subject=plan,
        after={"title": plan.title, "measures": position, "source": plan.source_name},
    )
    return plan


def _add_version(section: Section, draft: MeasureDraft, position: int, act: Act) -> MeasureVersion:
    plan = section.revision.plan
    version = MeasureVersion(
        revision=section.revision,
        measure=Measure.objects.create(plan=plan, found=dict(draft.found)),
        section=section,
        position=position,
    )
    _fill(version, draft, act)
    version.save()
    set_responsibles(version, draft.responsibles)
    return version


def _fill(version: MeasureVersion, draft: MeasureDraft, act: Act) -> None:
    """Put the draft's words into the version; a changed deadline is read again."""
    version.number, version.text, version.form = draft.number, draft.text, draft.form
    version.indicator, version.finding = draft.indicator, draft.finding
    version.proof, *further = in_order([draft.proof, *draft.further_proof]) or [""]
    version.further_proof = ",".join(further)
    if draft.deadline_text != version.deadline_text or not version.deadline:
        read_into(version, draft.deadline_text, act)
    is_known = version.understood.confidence != UNKNOWN
    if draft.is_deadline_confirmed and is_known and version.deadline_confirmed_at is None:
        version.deadline_confirmed_by, version.deadline_confirmed_at = act.user, act.at
        version.deadline_confirmed_for = act.on_behalf_of


def read_into(version: MeasureVersion, text: str, act: Act) -> None:
    """Read the deadline's words into the version.

    A deadline whose words fix one reading needs no person; all others wait for a confirmation.
    """
    deadline = read_deadline(text, version.revision.period)
    version.deadline_text = text
    version.deadline = deadline.as_json()
    version.deadline_dates, version.deadline_anchor = [], None
    version.deadline_confirmed_by = version.deadline_confirmed_for = None
    version.deadline_confirmed_at = act.at if is_plain(deadline) else None


def is_plain(deadline: Deadline) -> bool:
    """Whether the words fix the dates by themselves, so that nobody needs to be asked."""
    return deadline.confidence == EXACT and not any(
        part.kind in NEEDS_A_PERSON for part in deadline.parts
    )


def set_responsibles(version: MeasureVersion, drafts: Sequence[ResponsibleDraft]) -> None:
    """Replace the version's responsible parties; the first one leads."""
    version.responsibles.all().delete()
    Responsible.objects.bulk_create(
        Responsible(
            version=version,
            position=position,
            text=draft.text,
            kind=draft.kind,
            organisation=draft.organisation,
            person=draft.person,
            is_lead=position == 0,
        )
        for position, draft in enumerate(drafts)
    )


def editable(version_or_revision: MeasureVersion | Revision, act: Act) -> Plan:
    """The locked plan whose drafters may change this now; raises Forbidden or Conflict."""
    revision = (
        version_or_revision
        if isinstance(version_or_revision, Revision)
        else version_or_revision.revision
    )
    plan = locked_plan(revision.plan_id)
    revision.refresh_from_db(fields=["status"])
    if not act.may(may_draft, plan):
        raise Forbidden("not_your_step")
    if not revision.is_editable:
        raise Conflict("revision_read_only")
    if isinstance(version_or_revision, MeasureVersion) and not (
        MeasureVersion.objects.filter(pk=version_or_revision.pk).exists()
    ):
        raise Conflict("measure_gone")
    return plan


def note_author(revision: Revision, act: Act) -> None:
    """Store who works on the draft, and in whose name: they may not decide on it."""
    for person in sorted(act.people):
        RevisionAuthor.objects.get_or_create(revision=revision, person_id=person)


def number_for(section: Section) -> str:
    """The number that a measure added to the section would get."""
    there = section.versions.order_by("position").values_list("number", flat=True)
    return next_number(section.number, [number for number in there if number])


@transaction.atomic
def add_measure(section: Section, draft: MeasureDraft, *, act: Act) -> MeasureVersion:
    """The measure added at the end of a section of a revision that is being drafted."""
    plan = editable(section.revision, act)
    if not Section.objects.filter(pk=section.pk).exists():
        raise Conflict("place_gone")
    last = section.revision.versions.order_by("-position").first()
    version = _add_version(section, draft, last.position + 1 if last else 1, act)
    note_author(section.revision, act)
    record_change(plan, "measure.add", version, act)
    return version


def seen_measure(version: MeasureVersion) -> str:
    """The digest of what a measure says: a form sends it back, so that no change is overwritten."""
    return digest({"measure": content_of(version)})


@transaction.atomic
def change_measure(
    version: MeasureVersion, draft: MeasureDraft, *, act: Act, seen_before: str = ""
) -> MeasureVersion:
    """The measure with other words, deadline, proof or responsible parties.

    Raises Conflict when it says something else by now than the page whose digest is `seen_before`.
    """
    plan = editable(version, act)
    if seen_before:
        _check_as_seen(version, seen_before)
    before = entry_of(version)
    _fill(version, draft, act)
    version.save()
    set_responsibles(version, draft.responsibles)
    note_author(version.revision, act)
    record_change(plan, "measure.change", version, act, before=before)
    return version


def _check_as_seen(version: MeasureVersion, seen_before: str) -> None:
    now = MeasureVersion.objects.get(pk=version.pk)
    if seen_before != seen_measure(now):
        parties = "; ".join(row.text for row in now.responsibles.all())
        raise Conflict(
            "measure_changed",
            text=now.text,
            deadline=now.deadline_text,
            responsible=parties,
            proof=now.proof_words,
        )


@transaction.atomic
def remove_measure(version: MeasureVersion, *, act: Act) -> None:
    """Take a measure out of a draft; one never in force remains only in the audit trail."""
    plan = editable(version, act)
    before = entry_of(version)
    measure = version.measure
    note_author(version.revision, act)
    version.delete()
    if not measure.versions.exists():
        measure.delete()
    record_and_tell(
        act=act,
        organisation=plan.organisation,
        action="measure.remove",
        subject=plan,
        before=before,
    )


def follow_frame(plan: Plan, revision: Revision) -> None:
    """Set the plan's title and period to those of the binding text, or of its first draft."""
    for name, value in revision.frame.items():
        setattr(plan, name, value)
    plan.save(update_fields=list(FRAME))


def record_change(
    plan: Plan,
    action: str,
    version: MeasureVersion,
    act: Act,
    before: dict[str, Any] | None = None,
) -> None:
    """Record in the audit trail what a measure of the plan says now, and what it said before."""
    record_and_tell(
        act=act,
        organisation=plan.organisation,
        action=action,
        subject=plan,
        before=before,
        after=entry_of(version),
    )


def entry_of(version: MeasureVersion) -> dict[str, Any]:
    """What the audit trail keeps of a measure: its content, and what a person set for its dates."""
    anchor = version.deadline_anchor
    return {
        **content_of(version),
        "revision": version.revision.number,
        "dates": version.deadline_dates,
        "anchor": anchor and anchor.isoformat(),
    }
