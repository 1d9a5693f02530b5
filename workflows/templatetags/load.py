"""The picture of what waits for inspectors: a bar for each, its numbers open their lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext

from compliance.templatetags.charts import Figure, Row, chart
from workflows.services.tasks.load import QUEUE, Load, LoadDue

register = template.Library()

KINDS: dict[str, str | Promise] = {str(due): due.label for due in LoadDue}


@register.inclusion_tag("partials/chart.html", takes_context=True)
def load_chart(context: Context, loads: Sequence[Load], level: int = 2) -> dict[str, Any]:
    """What each inspector has by week, the queue first."""
    rows = [_row(one) for one in loads]
    headings = (gettext("Inspector"), gettext("In all"), *(str(due.label) for due in LoadDue))
    words = "; ".join(f"{row.name}: {row.total.count}" for row in rows)
    title = gettext("Load of inspectors")
    return chart(context, "load", level, title, words, rows, headings, KINDS)


def _row(one: Load) -> Row:
    name = one.name or gettext("Not taken by anybody")
    return Row(
        name=name,
        short_name=name,
        total=_figure(one, one.total),
        parts=one.counts,
        cells=tuple(_figure(one, one.counts[due], due=due) for due in LoadDue.values),
    )


def _figure(one: Load, count: int, **due: str) -> Figure:
    wanted = {"holder": one.holder or QUEUE, **due}
    return Figure(count, f"{reverse('inspectors')}?{urlencode(wanted)}" if count else "")
