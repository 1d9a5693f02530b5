"""The event that tells a director that letters no longer reach somebody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compliance.models import AuditEvent, User
from compliance.models.roles import Role
from compliance.services.notices.addressees import duties
from compliance.services.notices.news import Telling, announce
from notifications.models import AddressSuspension, Reason
from notifications.subjects import Answer, Item


def announce_all() -> None:
    """Register all events of this module."""
    announce("address.suspend", Telling(_who_can_help, _addresses, stands_alone=True))


def _who_can_help(event: AuditEvent) -> set[int]:
    """The directors of the place, except the person; if there are no others: administrators."""
    found = duties({event.organisation_id}, event.organisation.today(event.at))
    for role in (Role.DIRECTOR, Role.ADMINISTRATOR):
        people = {duty.user_id for duty in found if duty.role == role} - {event.subject_id}
        if people:
            return people
    return set()


def _addresses(events: Mapping[int, AuditEvent], now: datetime) -> dict[int, Answer]:
    """A line about each person whose address is still suspended."""
    people = User.objects.in_bulk({event.subject_id for event in events.values()})
    standing = set(AddressSuspension.objects.standing().values_list("address", flat=True))
    answers: dict[int, Answer] = {}
    for pk, event in events.items():
        person = people[event.subject_id]
        if person.email.lower() not in standing:
            answers[pk] = Reason.OUTDATED
            continue
        answers[pk] = Item(
            subject_id=person.pk,
            title=str(person),
            organisation=str(event.organisation),
            organisation_path=event.organisation.path,
            due_on=None,
            today=event.organisation.today(now),
            days=0,
            path=reverse("person", args=[person.pk]),
            action=_("Check the address"),
            news=gettext("Letters to %(address)s do not arrive and are no longer sent")
            % {"address": person.email},
        )
    return answers
