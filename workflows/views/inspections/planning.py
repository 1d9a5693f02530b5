"""Planning inspections: a sample with a preview, by hand, and the ministry's policies."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.forms.inspections import HandForm, PolicyForm, SampleForm
from compliance.models import Inspection, InspectionPolicy, Occurrence, Organisation, Plan, User
from compliance.models.jurisdictions import OVERSEEING
from compliance.models.occurrences import OccurrenceQuerySet
from compliance.models.roles import Role
from compliance.services.acts import Act
from compliance.services.audit.timelines import history_of_all
from compliance.services.calendars import working_calendar
from compliance.services.inspections import planning
from compliance.services.inspections.four_eyes import bar, inspectors_by_region
from compliance.services.inspections.planning import InspectionOrder
from compliance.services.inspections.policies import keep_policy, may_keep_policies
from compliance.services.inspections.samples import draw_sample, inspectable, new_seed
from compliance.views.requests import form_on, person
from compliance.wording.refusals import sentence
from workflows.services.inspections import check_size, plan_by_hand, plan_sample

SEALED = signing.Signer(salt="inspection-sample")
MOST_INSTITUTIONS = 2000
USUAL_DAYS = 10


@require_http_methods(["GET", "HEAD", "POST"])
def sample(request: HttpRequest) -> HttpResponse:
    """A sample by share: first what would be drawn, then, when confirmed, the inspections."""
    user = person(request)
    organisations = _organisations(user)
    if not organisations:
        raise Forbidden("not_your_page")
    today = organisations[0].today(timezone.now())
    form = SampleForm(
        request.POST if request.method == "POST" else None,
        organisations=organisations,
        inspectors=inspectors_by_region(organisations, today),
        initial={
            "accepted_from": today.replace(day=1),
            "accepted_to": today,
            "share": 10,
            "due_on": _usual_due(organisations[0], today),
        },
    )
    if not form.is_bound:
        return _sample_page(request, form)
    if not form.is_valid():
        return _sample_page(request, form, status=422)
    if "plan" not in request.POST:
        return _previewed(request, form, new_seed())
    seed = _unsealed(request.POST.get("seed", ""))
    try:
        made = plan_sample(
            form.draw(seed),
            form.order(),
            fingerprint=request.POST.get("fingerprint", ""),
            act=Act.of(request),
        )
    except Refusal as refusal:
        if isinstance(refusal, Forbidden):
            raise
        return _previewed(request, form, seed, refusal)
    messages.success(request, _planned(made, form.order()))
    return redirect(f"{reverse('inspections')}?state=open")


def _usual_due(organisation: Organisation, today: date) -> date:
    """The day that is offered: as many working days ahead as other steps have."""
    return working_calendar(organisation).add_working_days(today, USUAL_DAYS)


def _organisations(user: User) -> list[Organisation]:
    """The regions and institutions where the person plans inspections: regions first."""
    duties = user.jurisdiction()
    rows = Organisation.objects.active().filter(
        duties.covers("path", Role.COORDINATOR, Role.INSPECTOR),
        kind__in=[Organisation.Kind.MINISTRY, Organisation.Kind.INSTITUTION],
    )
    found = list(rows.order_by("parent_id", "name")[:MOST_INSTITUTIONS])
    return sorted(found, key=lambda one: one.parent_id is not None)


def _unsealed(text: str) -> str:
    """The seed that a preview sealed: nobody can send one of their own choosing."""
    try:
        return SEALED.unsign(text)
    except signing.BadSignature as error:
        raise Conflict("sample_changed") from error


def _previewed(
    request: HttpRequest, form: SampleForm, seed: str, refusal: Refusal | None = None
) -> HttpResponse:
    """The page with what would be drawn now, and why it could not be stored, if so."""
    drawn = draw_sample(form.draw(seed), form.order().kind)
    problem, status = (sentence(refusal), refusal.status) if refusal else ("", 200)
    try:
        check_size(drawn)
        planning.check_order(form.order(), form.draw(seed).organisation, Act.of(request))
    except Refusal as found:
        if isinstance(found, Forbidden):
            raise
        return _sample_page(request, form, problem=sentence(found), status=found.status)
    rows = Occurrence.objects.filter(pk__in=drawn.ids).with_texts()
    preview = {
        "rows": rows.order_by("organisation__name", "due_on", "pk"),
        "chosen": len(drawn.ids),
        "population": drawn.population,
        "institutions": len(Counter(rows.order_by().values_list("organisation", flat=True))),
        "seed": SEALED.sign(seed),
        "fingerprint": drawn.fingerprint,
    }
    return _sample_page(request, form, problem=problem, preview=preview, status=status)


def _sample_page(
    request: HttpRequest,
    form: SampleForm,
    *,
    problem: str = "",
    preview: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "problem": problem, "preview": preview}
    return render(request, "inspections/sample.html", context, status=status)


def _planned(made: list[Inspection], order: InspectionOrder) -> str:
    """How many were planned, and how many of them need somebody other than the named inspector."""
    words = ngettext(
        "%(count)s inspection has been planned.",
        "%(count)s inspections have been planned.",
        len(made),
    ) % {"count": len(made)}
    left = sum(one.inspector_id is None for one in made) if order.inspector else 0
    if not left:
        return words
    rest = _("In the inspectors' queue, because %(name)s accepted these reports: %(count)s.")
    return f"{words} " + rest % {"name": order.inspector, "count": left}


# --- By hand ------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def by_hand(request: HttpRequest) -> HttpResponse:
    """Inspections of due dates chosen from a plan, or of a single one."""
    user = person(request)
    rows, plan = _asked_for(request, user)
    if not user.may(planning.may_plan, plan.organisation.path):
        raise Forbidden("not_your_step")
    today = plan.organisation.today(timezone.now())
    listed = list(rows.with_texts().select_related("accepted_report")[: planning.LARGEST])
    form = HandForm(
        request.POST if request.method == "POST" else None,
        inspectors=_unbarred(inspectors_by_region([plan.organisation], today), listed, today),
        initial={"due_on": _usual_due(plan.organisation, today)},
    )
    chosen = set(request.POST.getlist("occurrence")) or {str(one.pk) for one in listed[:1]}
    context = {"form": form, "rows": listed, "plan": plan, "chosen": chosen, "problem": ""}
    status = 200
    if form.is_bound and not form.is_valid():
        status = 422
    elif form.is_bound:
        picked = [one for one in listed if str(one.pk) in request.POST.getlist("occurrence")]
        try:
            made = plan_by_hand(picked, form.order(), act=Act.of(request))
        except Refusal as refusal:
            if isinstance(refusal, Forbidden):
                raise
            context["problem"], status = sentence(refusal), refusal.status
        else:
            messages.success(request, _planned(made, form.order()))
            return redirect(f"{reverse('inspections')}?state=open")
    return render(request, "inspections/by_hand.html", context, status=status)


def _unbarred(
    inspectors: dict[Organisation, list[User]], listed: list[Occurrence], today: date
) -> dict[Organisation, list[User]]:
    """For a single due date, only the inspectors who may hold its inspection."""
    report = listed[0].accepted_report if len(listed) == 1 else None
    if report is None:
        return inspectors
    place = listed[0].organisation
    return {
        region: [one for one in people if not bar(report, place, {one.pk}, today)]
        for region, people in inspectors.items()
    }


def _asked_for(request: HttpRequest, user: User) -> tuple[OccurrenceQuerySet, Plan]:
    """What can be inspected of the due date or plan in the address, and the plan."""
    visible = Occurrence.objects.visible_to(user)
    free = inspectable().filter(pk__in=visible.values("pk"))
    if (wanted := _number(request, "occurrence")) is not None:
        shown = get_object_or_404(visible.select_related("plan__organisation"), pk=wanted)
        return free.filter(pk=shown.pk), shown.plan
    if (wanted := _number(request, "plan")) is not None:
        readable = Plan.objects.visible_to(user).select_related("organisation")
        plan = get_object_or_404(readable, pk=wanted)
        return free.filter(plan=plan), plan
    raise Http404


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


# --- Policies -----------------------------------------------------------------------------------


@require_safe
def policies(request: HttpRequest) -> HttpResponse:
    """The region's policies, for those who oversee it; its administrator changes them."""
    policy = None
    if (wanted := _number(request, "policy")) is not None:
        policy = get_object_or_404(_policies(person(request)), pk=wanted)
    return _policies_page(request, policy)


@form_on("inspection-policies")
def set_policy(request: HttpRequest) -> HttpResponse:
    """Add a policy, or change it."""
    user = person(request)
    regions = [one for one in _regions(user) if user.may(may_keep_policies, one)]
    if not regions:
        raise Forbidden("not_your_step")
    if (wanted := _number(request, "policy")) is not None:
        policy = get_object_or_404(_policies(user), pk=wanted)
    else:
        policy = InspectionPolicy(region=regions[0])
    form = PolicyForm(request.POST)
    if not form.is_valid():
        return _policies_page(request, policy if policy.pk else None, form=form, status=422)
    keep_policy(form.fill(policy), act=Act.of(request))
    messages.success(request, _("The policy has been saved. It plans inspections every night."))
    return redirect("inspection-policies")


def _regions(user: User) -> list[Organisation]:
    """The ministries that the person oversees."""
    duties = user.jurisdiction()
    rows = Organisation.objects.active().filter(parent__isnull=True)
    return list(rows.filter(duties.covers("path", *OVERSEEING)).order_by("pk"))


def _policies(user: User) -> Any:
    return InspectionPolicy.objects.filter(region__in=_regions(user)).select_related("region")


def _policies_page(
    request: HttpRequest,
    policy: InspectionPolicy | None,
    *,
    form: PolicyForm | None = None,
    status: int = 200,
) -> HttpResponse:
    user = person(request)
    regions = _regions(user)
    if not regions:
        raise Forbidden("not_your_page")
    start = {
        "starts_on": regions[0].today(timezone.now()),
        "share": 10,
        "days": 10,
        "is_active": True,
    }
    if form is None:
        form = PolicyForm.of(policy) if policy else PolicyForm(initial=start)
    context = {
        "policies": _policies(user),
        "policy": policy,
        "can_change": any(user.may(may_keep_policies, one) for one in regions),
        "form": form,
        "history": history_of_all(user, _policies(user), InspectionPolicy),
    }
    return render(request, "inspections/policies.html", context, status=status)
