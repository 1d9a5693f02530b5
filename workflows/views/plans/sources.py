"""The document that a plan was made from, for those who see the plan inside."""

from __future__ import annotations

import io

from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from compliance.domain.refusals import Forbidden
from compliance.services.documents.sources import source_of
from compliance.views.requests import person
from workflows.services.plans.rights import sees_inside
from workflows.views.plans.plans import visible_plan


@require_safe
def source(request: HttpRequest, pk: int) -> FileResponse:
    """The file as it came, always as a download: a browser never shows it as a page of ours."""
    plan = visible_plan(request, pk)
    if not sees_inside(person(request), plan):
        raise Forbidden("not_your_page")
    content = source_of(plan)
    if content is None:
        raise Http404
    answer = FileResponse(
        io.BytesIO(content),
        as_attachment=True,
        filename=plan.source_name,
        content_type="application/octet-stream",
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-cache"
    return answer
