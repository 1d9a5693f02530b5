"""The words of jobs: what each kind does, and why one failed."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compliance.domain.refusals import Refusal
from compliance.models import Job
from compliance.wording.refusals import sentence

KINDS: dict[str, str | Promise] = {
    "evidence.photo": _("A large photo"),
    "documents.read": _("Reading a document"),
    "export": _("A list as a file"),
    "letters.resend": _("Sending letters again"),
    "people.import": _("Storing organisations and people"),
    "people.invite": _("Invitations"),
    "incentives.calculate": _("Calculation of assessment sheets"),
}


def kind_words(kind: str) -> str | Promise:
    """What a job of this kind does; the code itself if it has no words."""
    return KINDS.get(kind, kind)


def failure_words(job: Job) -> str:
    """Why the job failed, in one sentence; empty when it did not."""
    if not job.failure_code:
        return ""
    return sentence(Refusal(job.failure_code, **job.failure_values))
