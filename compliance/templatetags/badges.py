"""Words in a colour: the state of a plan, a due date, a petition."""

from __future__ import annotations

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from compliance.models import Occurrence, Petition
from compliance.models.plans import State

register = template.Library()


STATE_TONES = {
    State.DRAFT: "quiet",
    State.AGREED: "info",
    State.APPROVED: "info",
    State.PUBLISHED: "info",
    State.EXECUTING: "work",
    State.REPORTED: "good",
}


STATUS_TONES = {
    Occurrence.Status.OPEN: "work",
    Occurrence.Status.SUBMITTED: "info",
    Occurrence.Status.ACCEPTED: "good",
    Occurrence.Status.WAIVED: "quiet",
    Occurrence.Status.CANCELLED: "quiet",
}


PETITION_TONES: dict[str, str] = {
    Petition.Status.GRANTED: "good",
    Petition.Status.REFUSED: "bad",
    Petition.Status.DECLINED: "bad",
    Petition.Status.WITHDRAWN: "quiet",
    Petition.Status.LAPSED: "quiet",
}


@register.simple_tag
def badge(tone: str, text: str) -> SafeString:
    """A word in a colour; tones: quiet, info, work, good, soon, bad."""
    return format_html('<span class="tag tag-{}">{}</span>', tone, text)


@register.simple_tag
def state_badge(state: str) -> SafeString:
    """The badge of a plan's state."""
    known = State(state)
    return badge(STATE_TONES[known], str(known.label))


@register.simple_tag
def status_badge(status: str) -> SafeString:
    """The badge of an occurrence's stored status, where its date plays no part."""
    known = Occurrence.Status(status)
    return badge(STATUS_TONES[known], str(known.label))


@register.simple_tag
def petition_badge(petition: Petition) -> SafeString:
    """The badge of a petition: while it is open, who is to answer it."""
    if petition.is_unasked:
        return badge(PETITION_TONES[petition.status], gettext("Waived"))
    if not petition.is_open:
        return badge(PETITION_TONES[petition.status], petition.get_status_display())
    if petition.needs_endorsement:
        return badge("work", gettext("With the director"))
    return badge("work", gettext("With the ministry"))


@register.simple_tag(takes_context=True)
def occurrence_badge(context: Context, occurrence: Occurrence) -> SafeString:
    """The badge of an occurrence as it stands today, where its organisation is."""
    if occurrence.is_overdue(occurrence.organisation.today(context["moment"])):
        return badge("bad", gettext("Overdue"))
    return status_badge(occurrence.status)
