"""A plan on the page: its title, period, steps and course."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.text import Truncator

from compliance.models import Plan
from compliance.services.boards.course import Course
from compliance.wording.documents import found_words
from compliance.wording.periods import period_words

register = template.Library()


register.filter("period", period_words)
register.filter("found_words", found_words)


@register.filter
def plan_title(plan: Plan, limit: int) -> str:
    """The plan's title; if shortened, with the period, which such titles differ in."""
    if len(plan.title) <= limit:
        return plan.title
    cut = Truncator(plan.title).chars(limit)
    return f"{cut} · {period_words(plan.period_start, plan.period_end)}"


@register.inclusion_tag("partials/course.html")
def course(numbers: Course) -> dict[str, Any]:
    """The course of execution in numbers: done, in work, overdue, waived."""
    return {"course": numbers}
