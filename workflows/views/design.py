"""The parts that pages are made of, each in every state: for engineers, not for the region."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from workflows.demo.parts import example


@login_not_required
@require_safe
def design(request: HttpRequest) -> HttpResponse:
    """Every part in every state, in the demonstration and with DEBUG; elsewhere 404."""
    if not (settings.DEMO or settings.DEBUG):
        raise Http404
    return render(request, "design/design.html", example(timezone.now()))
