"""Tags of the pages: badges, deadlines, people, fields and lists, the same everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.forms.widgets import CheckboxInput, RadioSelect, Select, SelectMultiple
from django.template.context import Context, RequestContext
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext

from compliance.domain.calendar.working_days import WorkingCalendar
from compliance.domain.people.contacts import without_contacts as strip_contacts
from compliance.models import AuditEvent, Occurrence, Organisation, Petition, Plan, User
from compliance.models.people import Role
from compliance.models.plans import State
from compliance.services.audit.timelines import Timeline
from compliance.services.boards.course import Course
from compliance.wording.event_names import ACTIONS, KINDS
from compliance.wording.events import Change, changes_of, who
from compliance.wording.periods import period_words
from compliance.wording.refusals import signature

register = template.Library()

SOON = 7  # calendar days before a deadline from which it is shown as near
NEAR = 31  # calendar days within which working days say more than calendar days

STATE_TONES = {
    State.DRAFT: "quiet",
    State.AGREED: "info",
    State.APPROVED: "info",
    State.PUBLISHED: "info",
    State.EXECUTING: "work",
    State.REPORTED: "good",
}
STATUS_TONES = {
    Occurrence.Status.OPEN: "work",
    Occurrence.Status.SUBMITTED: "info",
    Occurrence.Status.ACCEPTED: "good",
    Occurrence.Status.WAIVED: "quiet",
    Occurrence.Status.CANCELLED: "quiet",
}
PETITION_TONES: dict[str, str] = {
    Petition.Status.GRANTED: "good",
    Petition.Status.REFUSED: "bad",
    Petition.Status.DECLINED: "bad",
    Petition.Status.WITHDRAWN: "quiet",
    Petition.Status.LAPSED: "quiet",
}


# --- Badges -----------------------------------------------------------------------------------


@register.simple_tag
def badge(tone: str, text: str) -> SafeString:
    """A word in a colour; tones: quiet, info, work, good, soon, bad."""
    return format_html('<span class="tag tag-{}">{}</span>', tone, text)


@register.simple_tag
def state_badge(state: str) -> SafeString:
    """The badge of a plan's state."""
    known = State(state)
    return badge(STATE_TONES[known], str(known.label))


@register.simple_tag
def status_badge(status: str) -> SafeString:
    """The badge of an occurrence's stored status, where its date plays no part."""
    known = Occurrence.Status(status)
    return badge(STATUS_TONES[known], str(known.label))


@register.simple_tag
def petition_badge(petition: Petition) -> SafeString:
    """The badge of a petition: while it is open, who is to answer it."""
    if petition.is_unasked:
        return badge(PETITION_TONES[petition.status], gettext("Taken off control"))
    if not petition.is_open:
        return badge(PETITION_TONES[petition.status], petition.get_status_display())
    if petition.needs_endorsement:
        return badge("work", gettext("With the director"))
    return badge("work", gettext("With the ministry"))


@register.simple_tag
def occurrence_badge(occurrence: Occurrence, today: date | None = None) -> SafeString:
    """The badge of an occurrence as it stands today: overdue is derived from its date."""
    if occurrence.is_overdue(today or timezone.localdate()):
        return badge("bad", gettext("Overdue"))
    return status_badge(occurrence.status)


# --- Deadlines --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Nearness:
    """How near a date is: a tone for the eye and words for everybody."""

    tone: str
    words: str


def nearness(due_on: date, today: date, calendar: WorkingCalendar) -> Nearness:
    """How far an open deadline is; overdue in calendar days, near ones in working days."""
    days = (due_on - today).days
    if days < 0:
        late = -days
        words = ngettext("overdue by %(count)s day", "overdue by %(count)s days", late)
        return Nearness("bad", words % {"count": late})
    tone = "soon" if days <= SOON else "quiet"
    if days == 0:
        return Nearness(tone, gettext("today"))
    if days == 1:
        return Nearness(tone, gettext("tomorrow"))
    worked = calendar.working_days_between(today, due_on) if days <= NEAR else 0
    if worked:
        words = ngettext("in %(count)s working day", "in %(count)s working days", worked)
        return Nearness(tone, words % {"count": worked})
    words = ngettext("in %(count)s day", "in %(count)s days", days)
    return Nearness(tone, words % {"count": days})


@register.inclusion_tag("partials/deadline.html", takes_context=True)
def deadline(
    context: Context,
    due_on: date | None,
    today: date | None,
    organisation: Organisation,
    is_open: bool = True,
) -> dict[str, Any]:
    """A date and, while it is open, how near it is by the calendar of the organisation's region."""
    words = None
    if due_on and is_open:
        calendar = context["calendars"].of(organisation)
        words = nearness(due_on, today or timezone.localdate(), calendar)
    return {"due_on": due_on, "nearness": words}


@register.inclusion_tag("partials/deadline.html", takes_context=True)
def occurrence_deadline(
    context: Context, occurrence: Occurrence, today: date | None = None
) -> dict[str, Any]:
    """The deadline of an occurrence; a submitted or closed one is not counted any more."""
    is_open = occurrence.status == Occurrence.Status.OPEN
    shown = deadline(context, occurrence.due_on, today, occurrence.organisation, is_open)
    times = occurrence.extension_count
    return {**shown, "moved_from": occurrence.original_due_on if times else None, "times": times}


register.filter("period", period_words)


@register.filter
def plan_title(plan: Plan, limit: int) -> str:
    """The plan's title; a cut one with the period, by which such titles differ."""
    if len(plan.title) <= limit:
        return plan.title
    cut = Truncator(plan.title).chars(limit)
    return f"{cut} · {period_words(plan.period_start, plan.period_end)}"


# --- Pictures ---------------------------------------------------------------------------------


@register.inclusion_tag("partials/picture.html", takes_context=True)
def picture(context: Context, source: str, words: str, width: int, height: int) -> dict[str, Any]:
    """A picture with its text alternative; who has switched pictures off gets the words."""
    shown = getattr(context.get("display"), "pictures", "on") == "on"
    return {"source": source if shown else "", "words": words, "width": width, "height": height}


# --- People -----------------------------------------------------------------------------------


@register.inclusion_tag("partials/person.html")
def person(user: User | None, post: str = "") -> dict[str, Any]:
    """A person's name and post, or that nobody is named yet."""
    return {"person": user, "post": post}


@register.filter
def signed_for(user: User, absent: User | None) -> str:
    """Who did something and in whose name: "B for A"."""
    return signature(user, absent)


@register.filter
def without_contacts(text: str) -> str:
    """The text as the public may see it: no telephone numbers, no e-mail addresses."""
    return strip_contacts(text)


# --- Forms ------------------------------------------------------------------------------------


@register.inclusion_tag("partials/field.html")
def field(bound: BoundField, label: str | None = None, hint: str | None = None) -> dict[str, Any]:
    """A form field: label above, hint, the control, its errors beside it.

    `label` and `hint` replace the form's own words, as for forms of other packages.
    """
    bound.label = bound.label if label is None else label
    bound.help_text = bound.help_text if hint is None else hint
    widget = bound.field.widget
    is_checkbox = isinstance(widget, CheckboxInput)
    if is_checkbox:
        style = "form-check-input"
    elif isinstance(widget, Select | SelectMultiple) and not isinstance(widget, RadioSelect):
        style = "form-select"
    else:
        style = "" if bound.use_fieldset else "form-control"
    own = str(widget.attrs.get("class", ""))
    classes = " ".join(filter(None, [style, own, "is-invalid" if bound.errors else ""]))
    return {
        "field": bound,
        "control": bound.as_widget(attrs={"class": classes} if classes else None),
        "is_checkbox": is_checkbox,
    }


@register.inclusion_tag("partials/form_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """All errors of a form in one place above it, each leading to its field."""
    return {
        "form": form,
        "fields": [bound for bound in form if bound.errors],
        "count": sum(len(errors) for errors in form.errors.values()),
    }


# --- Lists ------------------------------------------------------------------------------------


@register.inclusion_tag("partials/pagination.html", takes_context=True)
def pagination(context: RequestContext, page: Page[Any], name: str = "page") -> dict[str, Any]:
    """Links to the other pages of a list; the filters in the address stay."""
    query = context["request"].GET.copy()
    query.pop(name, None)
    return {
        "page": page,
        "name": name,
        "query": query.urlencode(),
        "numbers": page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
        "gap": page.paginator.ELLIPSIS,
    }


@register.simple_block_tag
def table(content: str, label: str) -> SafeString:
    """A frame for a wide table that scrolls by itself, also by keyboard, not the page."""
    return format_html(
        '<div class="table-frame" role="region" tabindex="0" aria-label="{}">{}</div>',
        label,
        content,
    )


@register.inclusion_tag("partials/progress.html")
def progress(done: int, total: int, label: str = "") -> dict[str, Any]:
    """A bar with its words; nothing to do gives words only, never 100 %."""
    return {
        "done": done,
        "total": total,
        "label": label or gettext("Done"),
        "share": round(100 * done / total) if total else None,
    }


@register.inclusion_tag("partials/course.html")
def course(numbers: Course) -> dict[str, Any]:
    """The course of execution in numbers: done, in work, overdue, waived."""
    return {"course": numbers}


# --- History ----------------------------------------------------------------------------------


@register.inclusion_tag("partials/plan_steps.html")
def plan_steps(state: str) -> dict[str, Any]:
    """The six steps of a plan's life with the present one marked."""
    order = list(State)
    present = order.index(State(state))
    steps = [
        {"label": step.label, "is_done": place < present, "is_present": place == present}
        for place, step in enumerate(order)
    ]
    return {"steps": steps, "number": present + 1, "total": len(order)}


@register.inclusion_tag("partials/timeline.html")
def timeline(history: Timeline) -> dict[str, Any]:
    """The latest events of one object, and the way to the whole for who may look it up."""
    return vars(history)


@register.filter
def signed(event: AuditEvent) -> str:
    """Who did it, and in whose name."""
    return signature(event.actor, event.on_behalf_of) if event.actor else who(event)


@register.simple_tag(takes_context=True)
def way_back(context: RequestContext) -> str:
    """The page of ours that the person came from; empty when they came from elsewhere."""
    request = context["request"]
    came_from: str = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()})
    return came_from if is_ours and came_from != request.build_absolute_uri() else ""


@dataclass(frozen=True)
class DemoLogin:
    """A login of the demonstration region."""

    name: str
    label: str


@register.simple_tag
def demo_logins() -> list[DemoLogin]:
    """The logins that the demo's login page offers; their password is "demo"."""
    return [
        DemoLogin("admin" if role == Role.ADMINISTRATOR else role.value, str(role.label))
        for role in Role
    ]


@register.filter
def action(code: str) -> str:
    """What an audit event says was done, in words."""
    return str(ACTIONS.get(code, code))


@register.filter
def changes(event: AuditEvent) -> list[Change]:
    """What an audit event changed, field by field, in words."""
    return changes_of(event)


@register.filter
def kind_of_thing(kind: str) -> str:
    """The kind of thing that an audit event is about, in words."""
    return str(KINDS.get(kind, kind))
