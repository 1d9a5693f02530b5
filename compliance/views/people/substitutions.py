"""Who is away and who stands in; also the way to a hand-over."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from compliance.domain.refusals import Refusal
from compliance.forms.people import SubstitutionForm
from compliance.models import Substitution, User
from compliance.models.searching import naming
from compliance.services.acts import Act
from compliance.services.audit.timelines import history_of_substitutions
from compliance.services.people import rights
from compliance.services.people import substitutions as service
from compliance.views.requests import form_on, person
from compliance.wording.refusals import sentence
from notifications.views.paging import page_of

FOUND = 30  # people that a search shows


@require_safe
def substitutions(request: HttpRequest) -> HttpResponse:
    """Who is, will be or was away; and the people one may arrange this for."""
    user = person(request)
    today = user.today(timezone.now())
    rows = Substitution.objects.visible_to(user)
    lasting = rows.lasting(today)
    shown = "past" if request.GET.get("show") == "past" else "current"
    chosen = (
        rows.exclude(pk__in=lasting).order_by("-ends_on", "-pk") if shown == "past" else lasting
    )
    words = request.GET.get("q", "").strip()
    people = rights.people_in_care_of(user)
    page = page_of(chosen.select_related("absent", "substitute"), request)
    found = rights.with_current_duties(_named(words, people))[:FOUND] if words else []
    listed = User.objects.filter(pk__in=[row.absent_id for row in page.object_list])
    context = {
        "page": page,
        "shown": shown,
        "counts": {"current": lasting.count(), "past": rows.count() - lasting.count()},
        "today": today,
        "cared_for": rights.cared_among(user, [*found, *rights.with_current_duties(listed)]),
        "has_people": people.exists(),
        "words": words,
        "people": found,
    }
    return render(request, "people/substitutions.html", context)


def _named(words: str, people: rights.People) -> rights.People:
    """The people whose name says each of the words."""
    return naming(people, words, "full_name", "username")


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a substitute is named for oneself or for somebody one looks after."""
    act = Act.of(request)
    user = person(request)
    known = User.objects.filter(
        Q(pk=user.pk) | Q(pk__in=rights.people_in_care_of(user).values("pk")), is_active=True
    )
    absent = get_object_or_404(known, pk=pk)
    people = service.possible_substitutes(absent, timezone.localdate(act.at), viewer=user)
    form = SubstitutionForm(request.POST or None, people=people)
    if form.is_valid():
        try:
            row = service.enter_substitution(form.absence(absent), act=act)
        except Refusal as refusal:
            if refusal.status == 403:
                raise
            form.add_error(None, sentence(refusal))
            return _page(request, form, absent, refusal.status)
        words = _("From %(first)s to %(last)s %(name)s acts in the name of %(absent)s.") % {
            "first": f"{row.starts_on:%d.%m.%Y}",
            "last": f"{row.ends_on:%d.%m.%Y}",
            "name": row.substitute,
            "absent": row.absent,
        }
        messages.success(request, words)
        return redirect("substitutions")
    return _page(request, form, absent, 422 if form.is_bound else 200)


def _page(request: HttpRequest, form: SubstitutionForm, absent: User, status: int) -> HttpResponse:
    context = {
        "form": form,
        "absent": absent,
        "is_own": absent == request.user,
        "history": history_of_substitutions(person(request), absent),
    }
    return render(request, "people/substitution.html", context, status=status)


@form_on("substitutions")
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a substitution."""
    row = get_object_or_404(Substitution.objects.visible_to(person(request)), pk=pk)
    service.end_substitution(row.pk, act=Act.of(request))
    messages.success(request, _("The substitution has been ended."))
    return redirect("substitutions")
