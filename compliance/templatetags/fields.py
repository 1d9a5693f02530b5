"""Form fields, and the errors of a form in one place."""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.forms.widgets import CheckboxInput, RadioSelect, Select, SelectMultiple

register = template.Library()


@register.inclusion_tag("partials/field.html")
def field(bound: BoundField, label: str | None = None, hint: str | None = None) -> dict[str, Any]:
    """A form field: label above, hint, the control, its errors beside it.

    `label` and `hint` replace the form's own words, as for forms of other packages.
    """
    bound.label = bound.label if label is None else label
    bound.help_text = bound.help_text if hint is None else hint
    widget = bound.field.widget
    is_checkbox = isinstance(widget, CheckboxInput)
    if is_checkbox:
        style = "form-check-input"
    elif isinstance(widget, Select | SelectMultiple) and not isinstance(widget, RadioSelect):
        style = "form-select"
    else:
        style = "" if bound.use_fieldset else "form-control"
    own = str(widget.attrs.get("class", ""))
    classes = " ".join(filter(None, [style, own, "is-invalid" if bound.errors else ""]))
    is_conditional = getattr(bound.field, "is_conditional", False)
    return {
        "field": bound,
        # What is needed only in some cases is not called optional; its hint says when.
        "is_optional": not bound.field.required and not is_conditional,
        "control": bound.as_widget(attrs={"class": classes} if classes else None),
        "is_checkbox": is_checkbox,
    }


@register.inclusion_tag("partials/form_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """All errors of a form in one place above it, each leading to its field."""
    return {
        "form": form,
        "fields": [bound for bound in form if bound.errors],
        "count": sum(len(errors) for errors in form.errors.values()),
    }
