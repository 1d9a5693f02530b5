"""Remarks of the parties: settled by the drafters before the plan goes round again."""

from __future__ import annotations

from django.db import transaction

from compliance.domain.refusals import Forbidden
from compliance.models import Remark
from compliance.services.acts import Act
from compliance.services.audit import record
from compliance.services.plans import may_draft
from compliance.services.transitions import locked


@transaction.atomic
def settle_remark(remark: Remark, *, act: Act) -> Remark:
    """The remark marked as settled; a second press changes nothing."""
    plan = locked(remark.revision.plan_id)
    if not act.may(may_draft, plan):
        raise Forbidden("not_your_step")
    remark.refresh_from_db()
    if remark.settled_at is None:
        remark.settled_at, remark.settled_by = act.at, act.user
        remark.save(update_fields=["settled_at", "settled_by"])
        record(
            act=act,
            organisation=plan.organisation,
            action="remark.settle",
            subject=plan,
            after={"remark": remark.text},
        )
    return remark
