"""The words of a difference between two texts."""

from __future__ import annotations

from django import template

from compliance.wording.events import label_of

register = template.Library()

# A field of `domain.differences.Entry` is worded as the audit trail words it.
register.filter("field_label", label_of)
