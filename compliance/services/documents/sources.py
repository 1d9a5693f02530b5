"""The file that a plan was made from: kept as it came, given to those who see the plan inside."""

from __future__ import annotations

import hashlib

from compliance.domain.refusals import Conflict
from compliance.models import Plan, SourceDocument
from compliance.services.acts import Act


def keep_source(plan: Plan, content: bytes, *, act: Act) -> None:
    """Store the file beside the plan; its digest is the plan's `source_sha256`."""
    SourceDocument.objects.create(plan=plan, content=content, kept_at=act.at)


def source_of(plan: Plan) -> bytes | None:
    """The file as it came; None where none was kept.

    Raises Conflict when it is not the file of which the digest was taken.
    """
    kept = SourceDocument.objects.filter(plan=plan).first()
    if kept is None:
        return None
    content = bytes(kept.content)
    if hashlib.sha256(content).hexdigest() != plan.source_sha256:
        raise Conflict("source_altered", name=plan.source_name)
    return content
