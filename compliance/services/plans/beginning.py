"""Beginning a plan: for which organisations a person may, and what the form suggests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from compliance.domain.calendar.periods import Period
from compliance.domain.plans.headings import Heading, read_headings
from compliance.domain.refusals import Conflict, Refusal
from compliance.models import Organisation, Plan, PlanType, User
from compliance.services.acts import Act
from compliance.services.plans.drafts import PlanDraft, SectionDraft, draft_plan
from compliance.wording.periods import period_words

NEXT_YEAR_FROM = 10  # the month from which plans are drawn up for the next year


@dataclass(frozen=True)
class DraftingPlace:
    """A plan type and the organisations for which the person draws up plans of it."""

    type: PlanType
    organisations: Sequence[Organisation]


def places_to_draft(user: User) -> list[DraftingPlace]:
    """Where the person may begin plans, by type; two statements, however many places there are."""
    duties = user.jurisdiction().acting()
    types = list(PlanType.objects.offered())
    anywhere = Q(pk__in=[])
    for kind in types:
        anywhere |= Q(kind=kind.owner_kind) & duties.covers("path", kind.drafted_by)
    rows = list(Organisation.objects.active().filter(anywhere).order_by("name", "pk"))
    places = [
        DraftingPlace(
            kind,
            [
                row
                for row in rows
                if row.kind == kind.owner_kind and duties.holds(kind.drafted_by, row.path)
            ],
        )
        for kind in types
    ]
    return [place for place in places if place.organisations]


def may_begin(user: User | None) -> bool:
    """Whether the person draws up plans for anybody."""
    return user is None or bool(places_to_draft(user))


def usual_period(today: date) -> Period:
    """The calendar year that a plan begun today is most likely for."""
    return Period.of_years(today.year + (today.month >= NEXT_YEAR_FROM))


def suggested_title(kind: PlanType, organisation: Organisation, period: Period) -> str:
    """A title that distinguishes the plan from all others."""
    said = gettext("%(type)s: %(organisation)s, %(period)s") % {
        "type": kind,
        "organisation": organisation.name,
        "period": period_words(period.start, period.end),
    }
    return said[:1000]


def sections_of(text: str) -> list[SectionDraft]:
    """The sections from the headings that a person typed; Refusal when there are none."""
    headings: list[Heading] = read_headings(text)
    if not headings:
        raise Refusal("no_headings")
    return [SectionDraft(title=one.title, number=one.number) for one in headings]


@transaction.atomic
def start_plan(draft: PlanDraft, *, key: UUID, act: Act) -> Plan:
    """The plan begun by hand; the same form sent again returns the plan that it has made.

    Raises what `draft_plan` raises, and Conflict when there is such a plan already.
    """
    # Two presses at once: the second waits here and then finds the first.
    Organisation.objects.select_for_update().get(pk=draft.organisation.pk)
    made = Plan.objects.filter(form_key=key, created_by=act.user).first()
    if made is not None:
        return made
    same = Plan.objects.filter(
        organisation=draft.organisation,
        type=draft.type,
        title=draft.title,
        period_start=draft.period.start,
        period_end=draft.period.end,
    )
    if same.exists():
        raise Conflict("plan_there", title=draft.title)
    return draft_plan(replace(draft, form_key=key), act=act)
