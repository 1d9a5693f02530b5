"""Who: a person with their post, who signed for whom, no telephones in public."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from compliance.domain.people.contacts import without_contacts as strip_contacts
from compliance.models import Decision, ExecutionReport, Inspection, Organisation, User
from compliance.models.roles import Role, party_words
from compliance.wording.signatures import signature

register = template.Library()


@register.inclusion_tag("partials/person.html")
def person(user: User | None, post: str = "") -> dict[str, Any]:
    """A person's name and post, or that nobody is named yet."""
    return {"person": user, "post": post}


@register.simple_tag
def organisation(place: Organisation) -> SafeString:
    """An organisation by its short name; the full one is its tooltip."""
    if not place.short_name:
        return format_html('<span class="organisation">{}</span>', place.name)
    return format_html(
        '<span class="organisation" title="{}">{}</span>', place.name, place.short_name
    )


@register.filter
def signed_for(user: User, absent: User | None) -> str:
    """Who did something and in whose name: "B for A"."""
    return signature(user, absent)


@register.simple_tag
def decided_as(
    user: User | None, absent: User | None, place: Organisation | None, at: datetime
) -> str:
    """Who decided about the organisation, after the post held then; without a place no post."""
    seat = absent or user
    post = seat.post_for(place, timezone.localdate(at)) if seat and place else ""
    return f"{post} {signature(user, absent)}".strip()


@register.inclusion_tag("execution/_remark.html")
def remark_of(report: ExecutionReport) -> dict[str, Any]:
    """The remark on a report with who made it: whoever returned it, or refuted its acceptance."""
    who, absent, at = report.decided_by, report.decided_for, report.decided_at
    if report.status == ExecutionReport.Status.REVOKED:
        rows = report.inspections.filter(status=Inspection.Status.NOT_CONFIRMED)
        act = rows.select_related("closed_by", "closed_for").last() or Inspection()
        who, absent, at = act.closed_by, act.closed_for, act.closed_at
    return {"report": report, "signed": signature(who, absent), "at": at}


@register.filter
def without_contacts(text: str) -> str:
    """The text as the public may see it: no telephone numbers, no e-mail addresses."""
    return strip_contacts(text)


register.filter("as_party", party_words)


@register.inclusion_tag("approval/_decisions.html")
def approval_block(decisions: Iterable[Decision], *, is_public: bool = False) -> dict[str, Any]:
    """Who agreed and who approved, each kind once: rows of a list of facts."""
    kinds: dict[str, list[Decision]] = {}
    for decision in decisions:
        kinds.setdefault(decision.get_kind_display(), []).append(decision)
    return {"kinds": kinds, "is_public": is_public}


@dataclass(frozen=True)
class DemoLogin:
    """A login of the demonstration region."""

    name: str
    label: str


@register.simple_tag
def demo_logins() -> list[DemoLogin]:
    """The logins that the demo's login page offers; their password is "demo"."""
    return [
        DemoLogin("admin" if role == Role.ADMINISTRATOR else role.value, str(role.label))
        for role in Role
    ]
