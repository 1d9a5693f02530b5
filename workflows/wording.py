"""What a person is told after an answer: what has happened, in a sentence."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compliance.models.roles import party_words
from workflows.models import Task

RETURNED = _("The plan has been returned for rework.")

# By the step's name and the answer's code; of several parties each agrees or approves for itself.
DONE: dict[tuple[str, str], str | Promise] = {
    ("agree", "agree"): _("You agreed the plan."),
    ("agree", "return"): RETURNED,
    ("rework", "send"): _("The plan has been sent for agreement again."),
    ("rework", "withdraw"): _("The plan has been withdrawn from approval."),
    ("approve", "approve"): _("You approved the plan."),
    ("approve", "return"): RETURNED,
    ("publish", "publish"): _("The publication has been recorded."),
    ("publish", "return"): RETURNED,
    ("accept", "accept"): _("The plan's report has been accepted."),
    ("accept", "return"): _("The plan's report has been returned for rework."),
    ("complete", "send"): _("The plan's report has been sent again."),
    ("verify", "accept"): _("The execution has been accepted."),
    ("verify", "return"): _("The report has been returned to the executor with your remark."),
    ("endorse", "endorse"): _("The petition has been endorsed."),
    ("endorse", "decline"): _("The petition has been declined."),
    ("decide", "grant"): _("The petition has been granted."),
    ("decide", "refuse"): _("The petition has been refused."),
    ("inspect", "confirm"): _("The inspection is over: the execution is confirmed."),
    ("inspect", "refute"): _(
        "The inspection is over: the execution is not confirmed, the due date is open again."
    ),
    ("inspect", "cancel"): _("The inspection has been cancelled."),
}


def with_turn(words: str, following: Task | None) -> str:
    """The sentence about what has happened, and whose turn it is now, if it is anybody's."""
    if following is None:
        return words
    return gettext("%(done)s Next: %(step)s — %(role)s.") % {
        "done": words,
        "step": following.title,
        "role": party_words(following.role),
    }


def done(task: Task, code: str) -> str:
    """The sentence for an answer given to the task."""
    petition = task.process.petition
    if code == "grant" and petition and petition.new_due_on:
        petition.refresh_from_db(fields=["granted_due_on"])
        words = _("The petition has been granted: the new date is %(date)s.")
        return words % {"date": f"{petition.moves_to:%d.%m.%Y}"}
    return str(DONE[task.step.name, code])
