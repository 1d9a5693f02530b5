"""Plans against their approvals, revisions and texts; organisations against their tree."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import CharField, Exists, F, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat

from compliance.models import (
    Measure,
    MeasureVersion,
    Organisation,
    Plan,
    Revision,
    SourceDocument,
)
from compliance.models.plans import FRAME
from compliance.services.plans.contents import content_hashes
from workflows.flows import ApprovalFlow
from workflows.models import Task
from workflows.services.reconciliation.difference import Difference

BINDING = ("published", "executing", "reported")


def _plans_without_approval() -> Iterator[Difference]:
    """Each text with the parties, and no other, has a running approval that is not in rework."""
    running = {
        task.process.plan_id: task.flow_task.name
        for task in Task.objects.open().select_related("process")
        if task.flow_task.flow_class is ApprovalFlow
    }
    rows = Revision.objects.open().order_by("id").values_list("plan_id", "status", "plan__state")
    for plan, status, state in rows:
        step = running.get(plan)
        with_parties = step not in {None, "rework"}
        if with_parties != (status == Revision.Status.WITH_PARTIES):
            expected = "with the parties" if with_parties else "being drafted"
            yield Difference("revision_and_task", f"plan {plan}", expected, f"{status}, {step}")
        if state in {"agreed", "approved"} and step is None:
            yield Difference("state_and_task", f"plan {plan}", "a running approval", "none")


def _revisions_and_states() -> Iterator[Difference]:
    """A plan that binds has one text in force; any other plan has only an open one."""
    status = Revision.Status
    kept: dict[int, dict[str, list[int]]] = {}
    for plan, found, number in Revision.objects.order_by("number").values_list(
        "plan_id", "status", "number"
    ):
        kept.setdefault(plan, {}).setdefault(found, []).append(number)
    for plan, state in Plan.objects.order_by("id").values_list("pk", "state"):
        rows = kept.get(plan, {})
        subject = f"plan {plan}, {state}"
        in_force = rows.get(status.IN_FORCE, [])
        being_made = rows.get(status.DRAFTING, []) + rows.get(status.WITH_PARTIES, [])
        if len(in_force) != int(state in BINDING):
            expected = f"{int(state in BINDING)} revisions in force"
            yield Difference("revision_and_state", subject, expected, f"{len(in_force)}")
        wanted = {"reported": (0,), "published": (0, 1), "executing": (0, 1)}.get(state, (1,))
        if len(being_made) not in wanted:
            expected = f"{' or '.join(map(str, wanted))} drafts"
            yield Difference("revision_and_state", subject, expected, f"{len(being_made)}")
        yield from _order_of_revisions(subject, rows, in_force, being_made)


def _order_of_revisions(
    subject: str, rows: dict[str, list[int]], in_force: list[int], being_made: list[int]
) -> Iterator[Difference]:
    """The text in force is later than all that bound before, and earlier than a pending one."""
    before = rows.get(Revision.Status.SUPERSEDED, [])
    if in_force and before and max(before) > max(in_force):
        found = f"{max(in_force)} in force, {max(before)} superseded"
        yield Difference("revision_and_state", subject, "the latest in force", found)
    if in_force and being_made and min(being_made) < max(in_force):
        found = f"{max(in_force)} in force, {min(being_made)} being made"
        yield Difference("revision_and_state", subject, "a draft after what binds", found)


def _frozen_texts() -> Iterator[Difference]:
    """Each text that binds, or once did, is as it was frozen."""
    for revision, found in content_hashes(Revision.objects.frozen().order_by("id")):
        if revision.content_hash != found:
            subject = f"plan {revision.plan_id}, revision {revision.number}"
            yield Difference("frozen_text", subject, revision.content_hash, found)


def _frames_and_texts() -> Iterator[Difference]:
    """Each plan's title and period are those of the text that binds, or of its first draft."""
    other = Q()
    for name in FRAME:
        other |= ~Q(**{name: F(f"plan__{name}")})
    bound = Revision.objects.in_force().filter(plan=OuterRef("plan"))
    texts = Revision.objects.filter(
        other, Q(status=Revision.Status.IN_FORCE) | Q(number=1) & ~Exists(bound)
    )
    for text in texts.select_related("plan").order_by("id").iterator():
        expected = ", ".join(str(value) for value in text.frame.values())
        found = ", ".join(str(value) for value in text.plan.frame.values())
        yield Difference("frame_and_text", f"plan {text.plan_id}", expected, found)


def _measures_and_revisions() -> Iterator[Difference]:
    """A measure and its texts are of one plan; a measure taken out is in no binding text."""
    strays = MeasureVersion.objects.exclude(
        measure__plan=F("revision__plan"), section__revision=F("revision")
    )
    for pk, plan in strays.order_by("pk").values_list("measure_id", "measure__plan_id"):
        expected = f"a text of plan {plan}"
        yield Difference("measure_and_revision", f"measure {pk}", expected, "another's")
    removed = Measure.objects.filter(removed_by__isnull=False)
    kept = removed.filter(versions__revision__status=Revision.Status.IN_FORCE)
    for pk in kept.order_by("pk").values_list("pk", flat=True):
        found = "in the text in force"
        yield Difference("measure_and_revision", f"measure {pk}", "taken out", found)
    foreign = removed.exclude(removed_by__plan=F("plan"))
    for pk, plan in foreign.order_by("pk").values_list("pk", "plan_id"):
        expected = f"taken out by a revision of plan {plan}"
        yield Difference("measure_and_revision", f"measure {pk}", expected, "by another's")


def _organisations_and_paths() -> Iterator[Difference]:
    """The path of an organisation, by which rights are found, is its place in the tree."""
    own = Concat(Cast("pk", CharField()), Value("/"))
    rows = Organisation.objects.annotate(
        above=Concat("parent__path", own), top=Concat(Value("/"), own)
    )
    wrong = rows.exclude(
        Q(parent__isnull=True, path=F("top")) | Q(parent__isnull=False, path=F("above"))
    )
    for pk, parent, above, top, found in wrong.order_by("pk").values_list(
        "pk", "parent", "above", "top", "path"
    ):
        expected = above if parent else top
        yield Difference("organisation_and_path", f"organisation {pk}", expected, found)


def _plans_and_sources() -> Iterator[Difference]:
    """A plan made from a file keeps it, and no other plan has one."""
    rows = Plan.objects.annotate(is_kept=Exists(SourceDocument.objects.filter(plan=OuterRef("pk"))))
    named = Q(source_sha256="")
    wrong = rows.filter((named & Q(is_kept=True)) | (~named & Q(is_kept=False)))
    for pk, is_kept in wrong.order_by("pk").values_list("pk", "is_kept"):
        found = "a file of no name" if is_kept else "no file"
        yield Difference("plan_and_source", f"plan {pk}", "the file it names", found)


CHECKS = (
    _plans_without_approval,
    _revisions_and_states,
    _frozen_texts,
    _frames_and_texts,
    _measures_and_revisions,
    _plans_and_sources,
    _organisations_and_paths,
)
