"""What lists and pages are made of: tables that scroll by themselves, pages, progress, pictures."""

from __future__ import annotations

from typing import Any

from django import template
from django.core.paginator import Page
from django.template.context import Context, RequestContext
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext

register = template.Library()


@register.inclusion_tag("partials/picture.html", takes_context=True)
def picture(context: Context, source: str, words: str, width: int, height: int) -> dict[str, Any]:
    """A picture with its text alternative; who has switched pictures off gets the words."""
    shown = getattr(context.get("display"), "pictures", "on") == "on"
    return {"source": source if shown else "", "words": words, "width": width, "height": height}


@register.inclusion_tag("partials/pagination.html", takes_context=True)
def pagination(context: RequestContext, page: Page[Any], name: str = "page") -> dict[str, Any]:
    """Links to the other pages of a list; the filters in the address stay."""
    query = context["request"].GET.copy()
    query.pop(name, None)
    return {
        "page": page,
        "name": name,
        "query": query.urlencode(),
        "numbers": page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
        "gap": page.paginator.ELLIPSIS,
    }


@register.simple_block_tag
def table(content: str, label: str) -> SafeString:
    """A frame for a wide table that scrolls by itself, also by keyboard, not the page."""
    return format_html(
        '<div class="table-frame" role="region" tabindex="0" aria-label="{}">{}</div>',
        label,
        content,
    )


@register.inclusion_tag("partials/progress.html")
def progress(done: int, total: int, label: str = "") -> dict[str, Any]:
    """A bar with its words; nothing to do gives words only, never 100 %."""
    return {
        "done": done,
        "total": total,
        "label": label or gettext("Done"),
        "share": round(100 * done / total) if total else None,
    }


@register.simple_tag(takes_context=True)
def way_back(context: RequestContext) -> str:
    """The page of ours that the person came from; empty when they came from elsewhere."""
    request = context["request"]
    came_from: str = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()})
    return came_from if is_ours and came_from != request.build_absolute_uri() else ""
