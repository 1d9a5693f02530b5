"""Login events in the audit trail; nobody who signs in waits for a chain.

What comes from outside is bounded: failures at one account are at most one event in `WINDOW`,
however many there were, and a name that nobody has leaves nothing. Such events, and those that find
the head of the chain locked, are noted beside the chain, and a sweep enters them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from allauth.core import context
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Min
from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from compliance.models import AccountNote, AuditEvent, AuditHead, LoginCode, Organisation, User
from compliance.services.acts import Act
from compliance.services.audit.trail import record_and_tell
from compliance.services.people.rights import standing_memberships
from compliance.wording.event_names import COUNTED, FROM_OUTSIDE

LOGIN, RECOVERED = "person.login", "person.recovery_used"
FAILED, LOCKED = "person.login_failed", "person.locked_out"
LET_THROUGH = "person.let_through"
KEPT_BACK = "person.letter_kept_back"
SOON = timedelta(minutes=5)  # failures that follow a first one this soon join its event
WINDOW = timedelta(hours=1)  # the least time between two such events of one account
ADDRESSES = 5  # that an event of failures names


def home_of(person: User, today: date) -> Organisation | None:
    """The organisation whose chain records a person's logins: where they work, else the top."""
    roles = standing_memberships([person], today)[person.pk]
    if roles:
        return roles[0].organisation
    return Organisation.objects.filter(parent=None).order_by("pk").first()


# --- What people do to their own logins ---------------------------------------------------------


@transaction.atomic
def record_account(action: str, person: User, *, act: Act) -> None:
    """Record, in the transaction of the change, what was done to somebody's login."""
    home = home_of(person, timezone.localdate(act.at))
    if home is not None:  # without any organisation there is no chain yet
        record_and_tell(act=act, organisation=home, action=action, subject=person)


@transaction.atomic
def record_login(action: str, *, act: Act) -> None:
    """Record that the person signed in: at once if the chain is free, else with the sweep."""
    home = home_of(act.person, timezone.localdate(act.at))
    heads = AuditHead.objects.filter(organisation=home).select_for_update(skip_locked=True)
    if home is not None and heads.first() is not None:
        record_and_tell(act=act, organisation=home, action=action, subject=act.person)
    else:
        note(act.person, action, act=act)


def watch_codes() -> None:
    """Record each second factor that is added or removed, in the same transaction."""
    for model in (Authenticator, LoginCode):
        post_save.connect(_code_saved, sender=model, dispatch_uid=f"saved-{model.__name__}")
        post_delete.connect(_code_deleted, sender=model, dispatch_uid=f"deleted-{model.__name__}")


def _code_saved(instance: Authenticator, created: bool, **given: Any) -> None:
    if created and not given.get("raw"):
        is_app = instance.type == Authenticator.Type.TOTP
        action = "person.code_added" if is_app else "person.recovery_codes"
        record_account(action, instance.user, act=_act_of_now())


def _code_deleted(instance: Authenticator, **given: Any) -> None:
    act = _act_of_now()
    if act.user is None or act.user.pk != instance.user_id:
        record_account("person.code_removed", instance.user, act=act)
    elif instance.type == Authenticator.Type.TOTP:  # recovery codes come and go with it
        record_account("person.code_off", instance.user, act=act)


def _act_of_now() -> Act:
    """The act of the request being answered; the system's outside of requests."""
    return Act.of(context.request) if context.request else Act.of_system()


# --- What comes from outside --------------------------------------------------------------------


def note(person: User | None, action: str, *, act: Act) -> None:
    """Note what happened to a login, known or not: one plain insert and no lock."""
    AccountNote.objects.create(person=person, action=action, at=act.at, address=act.address)


def enter_notes(act: Act) -> int:
    """How many events were entered into chains from the notes beside them."""
    AccountNote.objects.filter(person=None).delete()
    return _enter_logins() + _enter_counted(act)


def _enter_logins() -> int:
    own = AccountNote.objects.exclude(action__in=COUNTED).order_by("pk")
    entered = 0
    for pk in list(own.values_list("pk", flat=True)):
        entered += _enter(lambda rows, pk=pk: rows.filter(pk=pk))
    return entered


def _enter_counted(act: Act) -> int:
    """Those whose first note is old enough, if their account had no such event lately."""
    groups = AccountNote.objects.filter(action__in=COUNTED).order_by()
    due = groups.values_list("person", "action").annotate(first=Min("at"), place=Min("pk"))
    due = due.filter(first__lte=act.at - SOON).order_by("place")
    told = AuditEvent.objects.filter(
        subject_kind=User._meta.model_name,
        subject_id__in=[person for person, _action, _first, _place in due],
        action__in=COUNTED,
        at__gt=act.at - WINDOW,
    )
    lately = set(told.values_list("subject_id", "action"))
    entered = 0
    for person, action, _first, _place in due:
        if (person, action) not in lately:
            entered += _enter(
                lambda rows, one=person, what=action: rows.filter(person=one, action=what)
            )
    return entered


@transaction.atomic
def _enter(chosen: Callable[..., Any]) -> int:
    """1 when the chosen notes, all of one person and kind, were made into one event, else 0.

    Notes that another sweep has locked are left to it.
    """
    rows = chosen(AccountNote.objects.order_by("at", "pk"))
    notes = list(rows.select_for_update(skip_locked=True, of=("self",)).select_related("person"))
    if not notes:
        return 0
    first, last = notes[0], notes[-1]
    home = home_of(last.person, timezone.localdate(last.at))
    if home is None:
        return 0
    after: dict[str, Any] = {}
    if last.action in COUNTED:
        after = {"attempts": len(notes), "first_at": first.at}
        addresses = list(dict.fromkeys(one.address for one in notes if one.address))
        if len(addresses) > 1:
            after["addresses"] = addresses[:ADDRESSES]
    actor = None if last.action in FROM_OUTSIDE else last.person
    record_and_tell(
        act=Act(user=actor, at=last.at, address=last.address),
        organisation=home,
        action=last.action,
        subject=last.person,
        after=after,
    )
    AccountNote.objects.filter(pk__in=[one.pk for one in notes]).delete()
    return 1
