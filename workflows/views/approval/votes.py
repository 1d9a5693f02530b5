"""The vote of a member of the party that decides together."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from compliance.domain.refusals import Refusal
from compliance.forms.approval import BallotForm
from compliance.models import Plan, Revision, RevisionParty
from compliance.services.acts import Act
from compliance.services.approval.votes import cast_vote, is_open
from compliance.views.requests import form_on, person
from compliance.wording.refusals import sentence
from workflows.views.approval.revisions import show_revision
from workflows.views.plans.plans import show_plan, visible_plan


@form_on("plan", "pk")
def vote(request: HttpRequest, pk: int) -> HttpResponse:
    """Vote as a member of the party that decides together."""
    plan = visible_plan(request, pk)
    form = BallotForm(request.POST)
    if not form.is_valid():
        return _page(request, plan, form)
    data = form.cleaned_data
    parties = RevisionParty.objects.select_related("revision").filter(revision__plan=plan)
    party = get_object_or_404(parties, pk=data["party"])
    try:
        cast_vote(party.pk, data["choice"], comment=data["comment"], act=Act.of(request))
    except Refusal as refusal:
        if refusal.status != 422 or not is_open(party):
            raise
        form.add_error("comment", sentence(refusal))
        return _page(request, plan, form)
    messages.success(request, _("Your vote has been counted."))
    return redirect(f"{party.revision.get_absolute_url()}#vote")


def _page(request: HttpRequest, plan: Plan, form: BallotForm) -> HttpResponse:
    """The text that is being voted on, with the refused ballot still filled in."""
    readable = Revision.objects.visible_to(person(request)).open().filter(plan=plan)
    text = readable.select_related(
        "plan__organisation", "plan__type", "created_by", "created_for"
    ).first()
    if text is not None and text.is_amendment:
        return show_revision(request, text, ballot=form, status=422)
    return show_plan(request, plan, ballot=form, status=422)
