"""Remarks of the parties: written while a party has the plan, sent when it returns it, settled by
the drafters before the plan is sent again."""

from __future__ import annotations

from django.db import transaction

from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import MeasureVersion, Remark, Revision
from compliance.services.acts import Act
from compliance.services.audit.trail import record_and_tell
from compliance.services.plans.drafts import may_draft
from compliance.services.plans.transitions import locked_plan

LONGEST = 5000  # characters of a remark, as of a comment


@transaction.atomic
def draft_remark(version: MeasureVersion, text: str, *, act: Act) -> Remark:
    """The party's remark on a measure, in place of what it had written there before.

    The caller has checked that the person's party has the revision's task. A draft belongs to the
    party: it is recorded in the audit trail when it is sent.
    """
    locked_plan(version.revision.plan_id)
    revision = Revision.objects.get(pk=version.revision_id)
    if revision.status != Revision.Status.WITH_PARTIES:
        raise Conflict("revision_settled")
    if not text.strip():
        raise Refusal("remark_empty")
    remark, _made = Remark.objects.update_or_create(
        revision=revision,
        measure_id=version.measure_id,
        is_draft=True,
        defaults={
            "text": text.strip()[:LONGEST],
            "about": str(version)[:300],
            "author": act.person,
            "made_for": act.on_behalf_of,
            "made_at": act.at,
        },
    )
    return remark


@transaction.atomic
def drop_remark(version: MeasureVersion, *, act: Act) -> None:
    """Delete what the party had written about a measure and not sent yet."""
    plan = locked_plan(version.revision.plan_id)
    drafts = version.revision.remarks.filter(measure=version.measure_id, is_draft=True)
    for draft in list(drafts):
        record_and_tell(
            act=act,
            organisation=plan.organisation,
            action="remark.drop",
            subject=plan,
            before={"about": draft.about, "remark": draft.text},
        )
        draft.delete()


def send_remarks(revision: Revision, *, act: Act) -> int:
    """How many remarks were sent with the party's return; from now on the drafters see them."""
    drafts = revision.remarks.filter(is_draft=True)
    told = [{"about": row.about, "remark": row.text} for row in drafts]
    drafts.update(is_draft=False, made_at=act.at)
    if told:
        record_and_tell(
            act=act,
            organisation=revision.plan.organisation,
            action="remark.send",
            subject=revision.plan,
            after={"revision": revision.number, "remarks": told},
        )
    return len(told)


@transaction.atomic
def settle_remark(remark: Remark, *, act: Act) -> Remark:
    """The remark marked as settled; a second press changes nothing."""
    plan = locked_plan(remark.revision.plan_id)
    if not act.may(may_draft, plan):
        raise Forbidden("not_your_step")
    remark.refresh_from_db()
    if remark.settled_at is None:
        if not Revision.objects.get(pk=remark.revision_id).is_editable:
            raise Conflict("revision_read_only")
        remark.settled_at, remark.settled_by = act.at, act.user
        remark.settled_for = act.on_behalf_of
        remark.save(update_fields=["settled_at", "settled_by", "settled_for"])
        record_and_tell(
            act=act,
            organisation=plan.organisation,
            action="remark.settle",
            subject=plan,
            after={"about": remark.about, "remark": remark.text},
        )
    return remark
