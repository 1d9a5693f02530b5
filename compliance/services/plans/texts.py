"""What a revision says, in plain words: to compare it, and to record what parties were shown."""

from __future__ import annotations

from compliance.domain.people.names import is_named
from compliance.domain.plans.differences import Differences, Entry, PlanText, differences
from compliance.models import MeasureVersion, Plan, Responsible, Revision, Sending
from compliance.services.acts import Act
from compliance.wording.periods import period_words

NAMED_BY_KIND = frozenset({Responsible.Kind.INSTITUTIONS, Responsible.Kind.EXTERNAL})


def text_of(revision: Revision) -> PlanText:
    """Everything the revision says now, with what each responsible party means in the system."""
    versions = revision.versions.select_related("section").prefetch_related(
        "responsibles__organisation", "responsibles__person"
    )
    return PlanText(
        tuple(str(section) for section in revision.sections.all()),
        tuple(_entry(version) for version in versions),
        revision.title,
        period_words(revision.period_start, revision.period_end),
    )


def _entry(version: MeasureVersion) -> Entry:
    anchor = version.deadline_anchor
    return Entry(
        measure=version.measure_id,
        section=str(version.section),
        number=version.number,
        text=version.text,
        finding=version.finding,
        indicator=version.indicator,
        form=version.form,
        deadline=version.deadline_text,
        dates=", ".join(f"{day:%d.%m.%Y}" for day in version.dates_set),
        anchor=f"{anchor:%d.%m.%Y}" if anchor else "",
        responsible="; ".join(_party(row) for row in version.responsibles.all()),
        proof=version.proof_words,
    )


def _party(row: Responsible) -> str:
    """The party as written, and who it is in the system where the words do not say so."""
    meant = row.person or row.organisation
    if row.kind in NAMED_BY_KIND:
        words = row.get_kind_display().lower()
    else:
        words = str(meant) if meant and not is_named(str(meant), row.text) else ""
    return f"{row.text} ({words})" if words else row.text


def text_shown(plan: Plan) -> Revision | None:
    """The text on the plan's page: the binding one or, before there is one, the draft."""
    return plan.revisions.in_force().first() or plan.revisions.open().first()


def predecessor_of(revision: Revision) -> Revision | None:
    """The text that the revision changes: the last one before it that has ever bound."""
    rows = Revision.objects.frozen().filter(plan=revision.plan_id, number__lt=revision.number)
    return rows.order_by("number").last()


def amended_by(revision: Revision) -> Differences | None:
    """What the revision changes in the text before it; None when there was none."""
    before = predecessor_of(revision)
    return changes_of(before, revision) if before else None


def changes_of(before: Revision, now: Revision) -> Differences:
    """What differs between two revisions of a plan."""
    return differences(text_of(before), text_of(now))


def keep_sending(revision: Revision, act: Act) -> Sending:
    """The stored copy of the text as it is now sent to the parties."""
    return Sending.objects.create(
        revision=revision, sent_at=act.at, sent_by=act.user, content=text_of(revision).as_json()
    )
