"""Where a device sends a file in parts and asks how much of it has arrived; JSON for its queue."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from compliance.domain.refusals import Refusal
from compliance.models import Evidence, Inspection, Occurrence
from compliance.services.acts import Act
from compliance.services.evidence.parts import (
    Announced,
    Destination,
    Part,
    Progress,
    ToReport,
    give_up_file,
    how_far,
    receive_part,
)
from compliance.services.inspections.holding import ToInspection
from compliance.views.requests import id_of, person
from compliance.wording.refusals import sentence
from workflows.views.evidence.proofs import of_file

# The queue believes only answers that carry this mark: a login page is also a 200.
MARK = {"vekha": "file"}


@require_http_methods(["GET", "HEAD", "POST"])
def of_report(request: HttpRequest, pk: int, key: UUID) -> HttpResponse:
    """A file for the draft report of a due date."""
    occurrence = get_object_or_404(Occurrence.objects.visible_to(person(request)), pk=pk)
    return _answer(request, ToReport(occurrence), key)


@require_http_methods(["GET", "HEAD", "POST"])
def of_inspection(request: HttpRequest, pk: int, key: UUID) -> HttpResponse:
    """A photo of what an inspector finds."""
    inspection = get_object_or_404(Inspection.objects.visible_to(person(request)), pk=pk)
    return _answer(request, ToInspection(inspection), key)


def _answer(request: HttpRequest, to: Destination, key: UUID) -> HttpResponse:
    """How much of the file has arrived; POST adds a part, or gives the file up."""
    act, given = Act.of(request), request.POST
    if request.method != "POST":
        return _told(how_far(to, key, act=act))
    if id_of(given.get("person", "")) not in {0, act.person.pk}:
        # Another person, who has left this browser since, opened the page.
        return JsonResponse({"vekha": "login"}, status=401)
    try:
        if "give_up" in given:
            give_up_file(to, key, act=act)
            return _told(Progress(0, is_attached=False))
        return _told(receive_part(to, _announced(request, key), _part(request), act=act))
    except Refusal as refusal:
        words = of_file(given.get("name", ""), sentence(refusal))
        problem = {"problem": words, "code": refusal.code}
        return JsonResponse(MARK | problem, status=refusal.status)


def _told(progress: Progress) -> JsonResponse:
    return JsonResponse(MARK | asdict(progress))


def _announced(request: HttpRequest, key: UUID) -> Announced:
    phase = request.POST.get("phase", "")
    return Announced(
        key=key,
        phase=phase if phase in Evidence.Phase.values else Evidence.Phase.AFTER,
        name=request.POST.get("name", "").replace("\0", "")[-200:] or "photo",
        size=id_of(request.POST.get("size", "")),
    )


def _part(request: HttpRequest) -> Part:
    sent = request.FILES.get("part")
    return Part(
        offset=id_of(request.POST.get("offset", "")),
        content=sent.read() if sent else b"",
        sha256=request.POST.get("sha256", ""),
    )
