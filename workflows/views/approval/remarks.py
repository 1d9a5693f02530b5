"""A party's remark on one measure, written while it holds the text."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from compliance.domain.refusals import Forbidden
from compliance.services.acts import Act
from compliance.views.requests import person
from workflows.forms.answers import RemarkForm
from workflows.services.approval import reviews
from workflows.views.plans.measures import bound_versions, row_of


@require_http_methods(["GET", "HEAD", "POST"])
def remark(request: HttpRequest, pk: int) -> HttpResponse:
    """The remark of the party that holds the text; nobody else sees it until it is sent."""
    version = get_object_or_404(bound_versions(request), pk=pk)
    task = reviews.open_task_of(version.revision)
    if not reviews.may_remark(person(request), task):
        raise Forbidden("not_your_step")
    act = Act.of(request)
    if "remove" in request.POST:
        reviews.drop_remark(version, act=act)
        messages.success(request, _("The remark has been removed."))
        return redirect(row_of(version))
    kept = version.revision.remarks.filter(measure=version.measure_id, is_draft=True).first()
    form = RemarkForm(request.POST or None, initial={"text": kept.text if kept else ""})
    if form.is_valid():
        reviews.put_remark(version, form.cleaned_data["text"], act=act)
        messages.success(request, _("The remark is kept. It is sent when you return the plan."))
        return redirect(row_of(version))
    context = {"version": version, "plan": version.revision.plan, "form": form, "kept": kept}
    status = 422 if form.errors else 200
    return render(request, "approval/remark.html", context, status=status)
