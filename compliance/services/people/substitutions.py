"""Substitutions: entered, ended early, and who may stand in for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import Membership, Organisation, Substitution, User
from compliance.services.acts import Act
from compliance.services.audit.trail import record_and_tell
from compliance.services.people.rights import cares_for, places_cared_for

LONGEST = timedelta(days=366)  # a longer absence needs a hand-over


@dataclass(frozen=True)
class Absence:
    """Who is away, who stands in, from which day to which, and why."""

    absent: User
    substitute: User
    first: date
    last: date
    reason: str


def may_arrange(user: User | None, absent: User, first: date, last: date) -> bool:
    """Whether the person may say who stands in, on these days, for somebody they look after.

    All that the absent person will do on these days counts: a duty that begins later is lent too.
    Everybody may do it for themselves (`_check_right`); but a substitute may not do it in their
    name, or whoever gains by a substitution could prolong it.
    """
    if user is None or user.pk == absent.pk:
        return False
    duties = Membership.objects.lasting(first).exclude(starts_on__gt=last)
    rows = duties.filter(user=absent, user__is_active=True).select_related("organisation")
    return cares_for(user, rows.order_by("pk"))


def _check_right(absent: User, first: date, last: date, act: Act) -> None:
    if act.person.pk != absent.pk and not act.may(may_arrange, absent, first, last):
        raise Forbidden("not_your_step")


def _memberships(person: User, on: date) -> QuerySet[Membership]:
    rows = Membership.objects.current(on).filter(user=person, user__is_active=True)
    return rows.select_related("organisation").order_by("pk")


def possible_substitutes(absent: User, on: date, *, viewer: User) -> QuerySet[User]:
    """Active people of the same body, or of its departments, by name.

    A person who arranges it for another chooses among people of places that they look after.
    """
    allowed = Q() if viewer.pk == absent.pk else places_cared_for(viewer)
    near = Q(pk__in=[])
    for row in _memberships(absent, on).filter(allowed):
        place = row.organisation
        above = [int(part) for part in place.path.split("/") if part]
        near |= Q(organisation__kind=place.kind) & (
            Q(organisation__path__startswith=place.path) | Q(organisation__in=above)
        )
    rows = Membership.objects.current(on).filter(near, allowed)
    people = User.objects.filter(is_active=True, pk__in=rows.values("user"))
    return people.exclude(pk=absent.pk).order_by("full_name", "pk")


@transaction.atomic
def enter_substitution(wanted: Absence, *, act: Act) -> Substitution:
    """The substitution as it will run.

    Raises Conflict when somebody stands in for the absent person on one of the days already, and
    Refusal when the substitute is away or works elsewhere: rights are never lent on.
    """
    absent, substitute = _locked(wanted.absent, wanted.substitute)
    place = _place(absent, act)
    today = place.today(act.at)
    _check_right(absent, today, max(wanted.last, today), act)
    _check_days(wanted, today)
    able = possible_substitutes(absent, today, viewer=act.person)
    if not able.filter(pk=substitute.pk).exists():
        raise Refusal("substitute_not_here", name=str(substitute))
    _check_others(wanted, absent, substitute)
    row = Substitution.objects.create(
        absent=absent,
        substitute=substitute,
        starts_on=wanted.first,
        ends_on=wanted.last,
        reason=wanted.reason.strip(),
        entered_by=act.user,
        entered_at=act.at,
    )
    record_and_tell(
        act=act,
        organisation=place,
        action="substitution.enter",
        subject=row,
        after={
            "absent": str(absent),
            "substitute": str(substitute),
            "starts_on": wanted.first,
            "ends_on": wanted.last,
        },
        reason=row.reason,
    )
    return row


@transaction.atomic
def end_substitution(substitution_id: int, *, act: Act) -> Substitution:
    """The substitution ended: from now on it gives no rights."""
    row = Substitution.objects.select_for_update().get(pk=substitution_id)
    place = _place(row.absent, act)
    today = place.today(act.at)
    _check_right(row.absent, today, today, act)
    if row.ended_at is not None:
        raise Conflict("substitution_ended")
    row.ended_at, row.ended_by = act.at, act.user
    row.save(update_fields=["ended_at", "ended_by"])
    record_and_tell(
        act=act,
        organisation=place,
        action="substitution.end",
        subject=row,
        after={"absent": str(row.absent), "substitute": str(row.substitute), "ended_at": act.at},
    )
    return row


def _locked(*people: User) -> list[User]:
    """The people in the order given, locked by id: two overlapping absences wait for each other."""
    rows = User.objects.select_for_update(no_key=True).order_by("pk")
    found = {one.pk: one for one in rows.filter(pk__in=[one.pk for one in people])}
    return [found[one.pk] for one in people]


def _place(person: User, act: Act) -> Organisation:
    """The organisation whose chain records the event: the person's first current one."""
    first = _memberships(person, act.at.date()).first()
    if first is None:
        raise Refusal("absent_has_no_duty", name=str(person))
    return first.organisation


def _check_days(wanted: Absence, today: date) -> None:
    if wanted.last < wanted.first:
        raise Refusal("days_in_order")
    if wanted.last < today:
        raise Refusal("days_are_past")
    if wanted.last - wanted.first >= LONGEST:
        raise Refusal("substitution_too_long")


def _check_others(wanted: Absence, absent: User, substitute: User) -> None:
    """Raise the conflict with another substitution on the same days, if there is one."""
    touching = Substitution.objects.overlapping(wanted.first, wanted.last)
    if taken := touching.filter(absent=absent).select_related("substitute").first():
        raise Conflict("already_substituted", name=str(taken.substitute), **_days(taken))
    if away := touching.filter(absent=substitute).first():
        raise Refusal("substitute_away", name=str(substitute), **_days(away))
    if busy := touching.filter(substitute=absent).select_related("absent").first():
        raise Refusal("absent_stands_in", name=str(busy.absent), **_days(busy))


def _days(row: Substitution) -> dict[str, object]:
    return {"first": f"{row.starts_on:%d.%m.%Y}", "last": f"{row.ends_on:%d.%m.%Y}"}
