"""Changing a text around its measures: title, period, sections, and the place of a measure."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from compliance.domain.refusals import Refusal
from compliance.forms.plans import FrameForm, MoveForm, PartFormSet, framed, initial_parts
from compliance.services.acts import Act
from compliance.services.plans import frames
from compliance.wording.refusals import sentence
from workflows.views.approval.revisions import visible_revision
from workflows.views.plans.measures import bound_versions, row_of


@require_http_methods(["GET", "HEAD", "POST"])
def frame(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The title, the period and the sections of a draft or of a revision in drafting."""
    found, act = visible_revision(request, pk, number), Act.of(request)
    frames.check_editable(found, act)
    data = request.POST if request.method == "POST" else None
    form = FrameForm(data, initial=FrameForm.initial_of(found))
    parts = PartFormSet(data, initial=initial_parts(found), prefix="parts")
    if data is not None and form.is_valid() and parts.is_valid():
        try:
            waiting = frames.change_frame(
                found,
                framed(form, parts),
                seen_before=form.cleaned_data["seen"],
                act=act,
            )
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            form.add_error(None, sentence(refusal))
        else:
            messages.success(request, _said(waiting))
            return redirect(found)
    status = 200 if data is None else 422
    context = {"plan": found.plan, "text": found, "form": form, "parts": parts}
    return render(request, "plans/frame.html", context, status=status)


def _said(waiting: int) -> str:
    """What has happened, and what a person has to check because of it."""
    if not waiting:
        return _("Saved.")
    words = ngettext(
        "Saved. %(count)s deadline waits for a person now: confirm it before the plan is sent.",
        "Saved. %(count)s deadlines wait for a person now: confirm them before the plan is sent.",
        waiting,
    )
    return words % {"count": waiting}


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a measure: higher, lower, or to another section."""
    version = get_object_or_404(bound_versions(request), pk=pk)
    frames.check_editable(version.revision, Act.of(request))
    form = MoveForm(request.POST if request.method == "POST" else None, version=version)
    if form.is_bound and form.is_valid():
        section, after = form.chosen
        frames.move_measure(version, section, after, act=Act.of(request))
        messages.success(request, _("The measure has been moved. Check its number."))
        return redirect(row_of(version))
    context = {"plan": version.revision.plan, "version": version, "form": form}
    status = 422 if form.errors else 200
    return render(request, "plans/move.html", context, status=status)
