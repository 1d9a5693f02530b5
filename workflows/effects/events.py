"""What an answer that changes no state of compliance leaves in the audit trail."""

from __future__ import annotations

from compliance.domain.plans.grounds import Grounds
from compliance.services.acts import Act
from compliance.services.audit.trail import record_and_tell
from workflows.models import Process


def note(process: Process, action: str, grounds: Grounds, act: Act) -> None:
    """Record what was answered about the process's plan, and why."""
    record_and_tell(
        act=act,
        organisation=process.plan.organisation,
        action=action,
        subject=process.plan,
        reason=grounds.comment.strip(),
    )
