"""What lists and pages are made of: tables that scroll by themselves, pages, progress, pictures."""

from __future__ import annotations

from itertools import count
from typing import Any

from django import template
from django.template.context import Context, RequestContext
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from compliance.models import SavedFilter
from notifications.views.paging import KeysetPage

register = template.Library()

LAST_WORDS = 12  # letters of a name that stay where it is cut


@register.inclusion_tag("partials/picture.html", takes_context=True)
def picture(context: Context, source: str, words: str, width: int, height: int) -> dict[str, Any]:
    """A picture with its text alternative; people who have switched pictures off get the words."""
    shown = getattr(context.get("display"), "pictures", "on") == "on"
    return {"source": source if shown else "", "words": words, "width": width, "height": height}


@register.inclusion_tag("partials/pagination.html", takes_context=True)
def pagination(context: RequestContext, page: KeysetPage) -> dict[str, Any]:
    """Links to the pages beside this one; the filters in the address stay."""
    return {"request": context["request"], "page": page, "shown": len(page.object_list)}


@register.simple_block_tag
def table(content: str, label: str, style: str = "table-cards") -> SafeString:
    """A table in a frame that scrolls by itself, by keyboard too, so that the page does not."""
    context = {"content": content, "label": label, "style": style}
    return render_to_string("partials/table.html", context)


@register.simple_block_tag
def tile(
    content: str, count: int, url: str = "", chosen: object = None, value: object = ""
) -> SafeString:
    """A number with its words, the content: an item of a list of tiles that opens what it counts.

    It is marked as the present list if what is `chosen` is the tile's `value`.
    """
    context = {
        "content": content,
        "count": count,
        "url": url,
        "is_current": chosen is not None and str(chosen) == str(value),
    }
    return render_to_string("partials/tile.html", context)


@register.inclusion_tag("partials/table_head.html")
def table_head(
    *headings: str, wide: str = "", tight: str = "", hidden: str = "", number: str = ""
) -> dict[str, list[dict[str, Any]]]:
    """The head of a table. `wide`, `tight`, `hidden`, `number` name columns by number: "1 3".

    A hidden heading is for people who cannot see that its column has buttons.
    """
    kinds = {"wide": wide, "tight": tight, "number": number}
    widths = {column: kind for kind, columns in kinds.items() for column in columns.split()}
    hidden_ones = hidden.split()
    return {
        "headings": [
            {"words": words, "width": widths.get(at, ""), "is_hidden": at in hidden_ones}
            for at, words in zip(map(str, count(1)), headings, strict=False)
        ]
    }


@register.filter
def both_ends(name: str) -> SafeString:
    """A name in two pieces; where there is no room (`.ends`) the first gives way, for long names
    often differ in their last words only."""
    cut = name.rfind(" ", 0, max(len(name) - LAST_WORDS, 0)) + 1
    return format_html("<span>{}</span><span>{}</span>", name[:cut], name[cut:])


@register.inclusion_tag("partials/sort_heading.html", takes_context=True)
def sort_heading(
    context: RequestContext, words: str, rising: str, falling: str, *, first: str, css: str = ""
) -> dict[str, Any]:
    """The heading of a column that sorts the list by it: the `first` way, and pressed again back.

    `rising` and `falling` are what `sort` is in the address; the page has the present one.
    """
    present = context["sort"]
    ways = {rising: "ascending", falling: "descending"}
    other = falling if first == rising else rising
    return {
        "request": context["request"],
        "words": words,
        "css": css,
        "way": ways.get(present, ""),
        "link": other if present == first else first,
    }


@register.inclusion_tag("partials/saved_filters.html", takes_context=True)
def saved_filters(context: RequestContext, page: str) -> dict[str, Any]:
    """The person's own filters of this list, and the form that saves the present one."""
    request = context["request"]
    present = request.GET.copy()
    present.pop("page", None)
    rows = SavedFilter.objects.filter(person=request.user, page=page)
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "page": page,
        "saved": rows,
        "query": present.urlencode(),
    }


@register.simple_block_tag
def filter_form(
    content: str, button: str = "", action: str = "", back: str = "", back_words: str = ""
) -> SafeString:
    """The form above a list whose fields, the content, narrow the list through the address.

    `back` is the address of the whole list, while it is narrowed.
    """
    context = {
        "content": content,
        "button": button,
        "action": action,
        "back": back,
        "back_words": back_words,
    }
    return render_to_string("partials/filter_form.html", context)


@register.inclusion_tag("partials/progress.html")
def progress(done: int, total: int, label: str = "") -> dict[str, Any]:
    """A bar with its words; if there is nothing to do only words, never 100 %."""
    return {
        "done": done,
        "total": total,
        "label": label or gettext("Done"),
        "share": 100 * done // total if total else None,
    }


@register.simple_tag(takes_context=True)
def way_back(context: RequestContext) -> str:
    """The page of this site that the person came from; empty when they came from elsewhere."""
    request = context["request"]
    came_from: str = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()})
    return came_from if is_ours and came_from != request.build_absolute_uri() else ""
