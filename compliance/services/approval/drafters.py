"""Four eyes: nobody agrees or approves what they drafted, unless the plan type allows it."""

from __future__ import annotations

from collections.abc import Collection

from compliance.domain.refusals import Forbidden
from compliance.models import Revision
from compliance.services.acts import Act


def is_barred(people: Collection[int], revision: Revision) -> bool:
    """Whether one of these people drafted the text, and the plan type asks for other eyes.

    They created the plan or the revision, or wrote on one of its measures.
    """
    if revision.plan.type.drafters_decide:
        return False
    makers = {revision.created_by_id, revision.plan.created_by_id}
    return bool(makers & {*people}) or revision.authors.filter(person__in=people).exists()


def check_eyes(revision: Revision, act: Act) -> None:
    """Raise Forbidden when the person acting, or the one they act for, drafted this text."""
    if is_barred(act.people, revision):
        raise Forbidden("own_draft")
