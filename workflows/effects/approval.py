"""What the answers to an approval do: decisions, returns, the text put in force.

A first text and a later change of it go the same way; `_take_step` is where they differ.
"""

from __future__ import annotations

from compliance.domain.refusals import Refusal
from compliance.models import Decision, Remark, Revision
from compliance.models.people import Role
from compliance.services.acts import Act
from compliance.services.execution import put_in_force
from compliance.services.remarks import send_remarks
from compliance.services.revisions import decide_amendment
from compliance.services.texts import keep_sending
from compliance.services.transitions import Grounds, change_state
from compliance.wording import signature
from workflows.effects.events import note
from workflows.models import Process


def agree(process: Process, grounds: Grounds, act: Act) -> None:
    """The agreeing party agrees: draft → agreed."""
    _take_step(process, "agree", grounds, act)
    _decide(process, Decision.Kind.AGREES, grounds, act)


def approve(process: Process, grounds: Grounds, act: Act) -> None:
    """The approving party approves on a basis: agreed → approved."""
    _take_step(process, "approve", grounds, act)
    _decide(process, Decision.Kind.APPROVES, grounds, act)


def publish(process: Process, grounds: Grounds, act: Act) -> None:
    """The text is public and frozen: approved → published."""
    _take_step(process, "publish", grounds, act)
    if not process.is_amendment:
        put_in_force(_revision(process), act=act)


def return_to_draft(process: Process, grounds: Grounds, act: Act) -> None:
    """A later party returns the plan: agreed or approved → draft, decisions fall away."""
    _take_step(process, "return_to_draft", grounds, act)
    _revision(process).decisions.all().delete()
    _hand_back(process, grounds, act)


def send_back(process: Process, grounds: Grounds, act: Act) -> None:
    """The agreeing party returns the draft; the plan's state stays draft."""
    if not grounds.comment.strip():
        raise Refusal("comment_given")
    _hand_back(process, grounds, act)
    note(process, "approval.return", grounds, act)


def send_again(process: Process, grounds: Grounds, act: Act) -> None:
    """The drafters have reworked the plan; every remark must have been settled."""
    revision = _revision(process)
    if revision.remarks.filter(settled_at__isnull=True).exists():
        raise Refusal("no_open_remark")
    _set_status(revision, Revision.Status.WITH_PARTIES)
    keep_sending(revision, act)
    note(process, "approval.send", grounds, act)


def withdraw(process: Process, grounds: Grounds, act: Act) -> None:
    """The drafters take the plan back; it stays a draft that can be sent anew."""
    note(process, "approval.withdraw", grounds, act)


def _take_step(process: Process, name: str, grounds: Grounds, act: Act) -> None:
    """A first text moves its plan's state; a change of what binds leaves it where it is."""
    if process.is_amendment:
        decide_amendment(_revision(process), name, act=act, grounds=grounds)
    else:
        change_state(process.plan_id, name, act=act, grounds=grounds)


def _revision(process: Process) -> Revision:
    revision: Revision | None = process.revision
    assert revision is not None, "an approval has its revision"
    return revision


def _decide(process: Process, kind: str, grounds: Grounds, act: Act) -> None:
    plan = process.plan
    role = Role(plan.type.role_of(kind)).label
    name = signature(act.user, act.on_behalf_of)
    Decision.objects.create(
        revision=_revision(process),
        kind=kind,
        party=grounds.party or name or str(role),
        basis=grounds.basis or Decision.Basis.SIGNATURE,
        basis_number=grounds.basis_number,
        basis_date=grounds.basis_date,
        decided_by=act.user,
        decided_at=act.at,
    )


def _hand_back(process: Process, grounds: Grounds, act: Act) -> None:
    """Give the revision back to its drafters with the remark that says why."""
    revision = _revision(process)
    _set_status(revision, Revision.Status.DRAFTING)
    send_remarks(revision, act=act)
    Remark.objects.create(
        revision=revision, text=grounds.comment.strip(), author=act.person, made_at=act.at
    )


def _set_status(revision: Revision, status: str) -> None:
    revision.status = status
    revision.save(update_fields=["status"])
