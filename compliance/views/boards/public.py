"""What anyone may read without signing in: published plans and how their execution goes."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from compliance.models import MeasureVersion, Plan, Revision, Section
from compliance.models.local_dates import LocalDates
from compliance.services.boards.course import Course, course_by_measure
from notifications.views.paging import page_of

PAGE_SIZE = 25


@dataclass(frozen=True)
class PublicMeasure:
    """A measure as published, and its course of execution."""

    version: MeasureVersion
    course: Course


@dataclass(frozen=True)
class PublicSection:
    """A section as published; an empty one is kept."""

    section: Section
    measures: list[PublicMeasure]
    course: Course


@login_not_required
@require_safe
def public_plans(request: HttpRequest) -> HttpResponse:
    """The published plans, newest first, found by words of the title or of the institution."""
    words = request.GET.get("q", "").strip()
    plans = (
        Plan.objects.published()
        .naming(words)
        .select_related("organisation")
        .order_by("-published_on", "title", "id")
    )
    page = page_of(plans, request, PAGE_SIZE)
    return render(request, "public/plans.html", {"page": page, "words": words})


@login_not_required
@require_safe
def public_plan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """One published plan: the text in force and numbers about its execution, nothing else."""
    plan = get_object_or_404(
        Plan.objects.published().select_related("organisation", "type"), pk=plan_id
    )
    revision = get_object_or_404(_with_text(Revision.objects.in_force().filter(plan=plan)))
    sections = _sections(revision, LocalDates.at(timezone.now()))
    course = Course.sum(part.course for part in sections)
    context = {"plan": plan, "revision": revision, "sections": sections, "course": course}
    return render(request, "public/plan.html", context)


def _with_text(revisions: QuerySet[Revision]) -> QuerySet[Revision]:
    """The revisions with all that a page prints of them, in a fixed number of queries."""
    versions = MeasureVersion.objects.order_by("position").prefetch_related("responsibles")
    return revisions.prefetch_related(
        "decisions",
        "sections",
        Prefetch("sections__versions", queryset=versions),
    )


def _sections(revision: Revision, dates: LocalDates) -> list[PublicSection]:
    """The revision's sections with the course of execution of each measure."""
    courses = course_by_measure(revision.plan, dates)
    sections = []
    for section in revision.sections.all():
        measures = [
            PublicMeasure(version, courses.get(version.measure_id, Course()))
            for version in section.versions.all()
        ]
        sections.append(
            PublicSection(section, measures, Course.sum(row.course for row in measures))
        )
    return sections
