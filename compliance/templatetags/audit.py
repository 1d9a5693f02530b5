"""The audit trail in words."""

from __future__ import annotations

from typing import Any

from django import template

from compliance.models import AuditEvent
from compliance.services.audit.timelines import Timeline
from compliance.wording.event_names import ACTIONS, KINDS
from compliance.wording.events import FieldWords, changes_of, label_of, who
from compliance.wording.signatures import signature

register = template.Library()


@register.inclusion_tag("partials/timeline.html")
def timeline(history: Timeline) -> dict[str, Any]:
    """The latest events of one object; people who may search get a link to the full history."""
    return vars(history)


@register.filter
def signed(event: AuditEvent) -> str:
    """Who did it, and in whose name."""
    return signature(event.actor, event.on_behalf_of) if event.actor else who(event)


@register.filter
def action(code: str) -> str:
    """What an audit event says was done, in words."""
    return str(ACTIONS.get(code, code))


@register.filter
def changes(event: AuditEvent) -> list[FieldWords]:
    """What an audit event changed, field by field, in words."""
    return changes_of(event)


@register.filter
def kind_of_thing(kind: str) -> str:
    """The kind of thing that an audit event is about, in words."""
    return str(KINDS.get(kind, kind))


# A field of `domain.plans.differences.Entry` has the same words as in the audit trail.
register.filter("field_label", label_of)
