"""The words of every refusal code: one clear sentence that says what to do."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compliance.domain.refusals import Refusal

SENTENCES: dict[str, str | Promise] = {
    # The state machine
    "wrong_state": _(
        "The plan is already in the state “%(state)s”: somebody was faster. Open the plan again."
    ),
    "not_your_step": _("This step belongs to another role. Ask the person whose turn it is."),
    "has_measures": _("The plan has no measures yet. Add at least one."),
    "measures_complete": _(
        "Measures without words, executor, deadline or proof: %(numbers)s. Fill them in first."
    ),
    "deadlines_confirmed": _(
        "Deadlines nobody has confirmed: %(numbers)s. Confirm them on the page “Deadlines”."
    ),
    "no_open_remark": _("There are open remarks. Settle them first."),
    "basis_given": _("Give the basis: the order or minutes, their number and date."),
    "comment_given": _("Write what has to be changed, so that the other side can act on it."),
    "address_given": _("Give the date and the address of publication (https://…)."),
    "occurrences_exist": _("No due dates could be made from the deadlines. Check them."),
    "occurrences_settled": _(
        "Not settled yet: %(count)s due dates. Each must be accepted, waived or explained."
    ),
    "revision_read_only": _(
        "The plan is with a party and cannot be changed now. Wait until it comes back."
    ),
    # Tasks
    "task_taken": _("Somebody else has already taken this task. Your list has been refreshed."),
    "task_done": _("This task is already done. Your list has been refreshed."),
    "task_not_yours": _("This task is not yours. Take it from the queue first."),
    "unknown_outcome": _("Choose one of the answers that the page offers."),
    "open_task_exists": _("This has already been started and is waiting for an answer."),
    # Reports and evidence
    "already_submitted": _("The report is already with the inspector."),
    "occurrence_closed": _("This due date is closed and takes no more reports."),
    "report_empty": _("Write in a few words what was done."),
    "proof_missing": _("Add what proves it: %(proof)s."),
    "interim_no_ground": _(
        "Interim information is no ground for closing. Wait for the final report."
    ),
    "remark_given": _("Write what the executor has to correct."),
    "executor_not_here": _("%(name)s does not work in this institution. Choose another person."),
    "reason_given": _("Give the reason."),
    "photo_too_large": _("The photo is larger than %(megabytes)s MB. Send a smaller one."),
    "photo_too_many_pixels": _(
        "The photo has more than %(megapixels)s megapixels. Send a smaller one."
    ),
    "photo_unreadable": _("“%(name)s” is not a photo that can be opened. Send JPEG or PNG."),
    "photo_repeated": _("“%(name)s” is already attached to this report."),
    "photo_limit": _("A report takes at most %(limit)s photos."),
    # Incentives
    "bands_incomplete": _("The band table has a gap or an overlap at %(points)s points."),
    "no_scheme": _("No incentive scheme is valid on %(date)s. Add one first."),
    "unknown_quarter": _("Write the period as 2026Q1."),
    # Finding things
    "unknown_organisation": _("There is no organisation “%(name)s”. Check the name."),
    "ambiguous_organisation": _("Several organisations match “%(name)s”. Write the full name."),
}


def sentence(refusal: Refusal) -> str:
    """One sentence for a refusal in the language now active; the code itself if it has no words."""
    template = SENTENCES.get(refusal.code)
    if template is None:
        return gettext("This cannot be done (%(code)s).") % {"code": refusal.code}
    return str(template) % refusal.values
