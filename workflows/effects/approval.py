"""What the answers to an approval do: decisions, returns, the text put in force.

A first text and a later change of it take the same steps; `_take_step` is where they differ.
"""

from __future__ import annotations

from compliance.domain.plans.grounds import Grounds
from compliance.domain.refusals import Refusal
from compliance.models import Decision, Remark, Revision, Vote
from compliance.services.acts import Act
from compliance.services.approval.amendments import decide_amendment
from compliance.services.approval.decisions import check_return, decide
from compliance.services.execution.in_force import put_in_force
from compliance.services.plans.remarks import send_remarks
from compliance.services.plans.routes import at_turn, call_parties
from compliance.services.plans.texts import keep_sending
from compliance.services.plans.transitions import change_state
from workflows.effects import petitions
from workflows.effects.events import note
from workflows.models import Process


def agree(process: Process, grounds: Grounds, act: Act) -> None:
    """An agreeing party agrees; when the last of them has: draft → agreed."""
    decide(_revision(process), Decision.Kind.AGREES, grounds, act=act)


def approve(process: Process, grounds: Grounds, act: Act) -> None:
    """An approving party approves on a basis; when the last of them has: agreed → approved."""
    decide(_revision(process), Decision.Kind.APPROVES, grounds, act=act)


def publish(process: Process, grounds: Grounds, act: Act) -> None:
    """The text is public and frozen: approved → published."""
    held = petitions.hold(plan=process.plan_id)
    _take_step(process, "publish", grounds, act)
    if not process.is_amendment:
        put_in_force(_revision(process), act=act)
    petitions.end_overtaken(held, act, plan=process.plan_id)


def return_to_draft(process: Process, grounds: Grounds, act: Act) -> None:
    """A later party returns the plan: agreed or approved → draft; decisions are void."""
    check_return(_revision(process), act)
    _take_step(process, "return_to_draft", grounds, act)
    _hand_back(process, grounds, act)


def send_back(process: Process, grounds: Grounds, act: Act) -> None:
    """The agreeing party returns the draft; the plan's state stays draft."""
    if not grounds.comment.strip():
        raise Refusal("comment_given")
    check_return(_revision(process), act)
    _hand_back(process, grounds, act)
    note(process, "approval.return", grounds, act)


def send_again(process: Process, grounds: Grounds, act: Act) -> None:
    """The drafters have reworked the plan; every remark must have been settled."""
    revision = _revision(process)
    if revision.remarks.filter(settled_at__isnull=True).exists():
        raise Refusal("no_open_remark")
    _set_status(revision, Revision.Status.WITH_PARTIES)
    keep_sending(revision, act)
    call_parties(revision)
    note(process, "approval.send", grounds, act)


def withdraw(process: Process, grounds: Grounds, act: Act) -> None:
    """The drafters take the plan back; it stays a draft that can be sent again."""
    note(process, "approval.withdraw", grounds, act)


def _take_step(process: Process, name: str, grounds: Grounds, act: Act) -> None:
    """A first text moves its plan's state; a change of a binding text leaves the state as it is."""
    if process.is_amendment:
        decide_amendment(_revision(process), name, act=act, grounds=grounds)
    else:
        change_state(process.plan_id, name, act=act, grounds=grounds)


def _revision(process: Process) -> Revision:
    revision: Revision | None = process.revision
    assert revision is not None, "an approval has its revision"
    return revision


def _hand_back(process: Process, grounds: Grounds, act: Act) -> None:
    """Give the revision back to its drafters with what has to be changed; decisions are void.

    After a vote the reasons of those who voted against are remarks too, each in the voter's name.
    """
    revision = _revision(process)
    party = at_turn(revision)
    against = party.votes.filter(choice=Vote.Choice.AGAINST) if party else Vote.objects.none()
    remarks = [
        Remark(text=vote.comment, author_id=vote.member_id, made_at=vote.cast_at)
        for vote in against
    ]
    comment = grounds.comment.strip()
    remarks.append(
        Remark(text=comment, author=act.person, made_for=act.on_behalf_of, made_at=act.at)
    )
    _set_status(revision, Revision.Status.DRAFTING)
    revision.decisions.all().delete()
    send_remarks(revision, act=act)
    for remark in remarks:
        remark.revision = revision
    Remark.objects.bulk_create(remarks)


def _set_status(revision: Revision, status: str) -> None:
    revision.status = status
    revision.save(update_fields=["status"])
