"""Plain functions that make rows: a small region with people whose names say what they are.

The cast: Ольга Исполнителева reports, Денис Директоров directs, Карина Кураторова coordinates,
Павел Проверяев inspects, Нина Главная heads the authority, Семён Советов sits on the council;
Чужова belongs to another institution, and a stranger to nobody.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from compliance.domain.calendar.periods import Period
from compliance.models import Membership, Organisation, Plan, PlanType, Responsible, User
from compliance.services.acts import Act
from compliance.services.plans.drafts import (
    MeasureDraft,
    PlanDraft,
    ResponsibleDraft,
    SectionDraft,
    draft_plan,
)
from tests.building.remembered import remembered

PASSWORD = "парольдлятестов"


def user(username: str, **given: Any) -> User:
    """A person who can sign in with PASSWORD."""
    given.setdefault("email", f"{username}@example.org")
    given.setdefault("full_name", username.title())
    person = User(username=username, **given)
    person.set_password(PASSWORD)
    person.save()
    return person


def member(organisation: Organisation, role: str, username: str, **given: Any) -> User:
    """A person with a role in an organisation."""
    person = user(username, **given)
    Membership.objects.create(user=person, organisation=organisation, role=role)
    return person


def ministry(**given: Any) -> Organisation:
    given.setdefault("name", "Министерство социальной защиты Примерной области")
    return Organisation.objects.create(kind="ministry", **given)


def institution(parent: Organisation, **given: Any) -> Organisation:
    given.setdefault("name", "ГБУ «Примерный центр социального обслуживания»")
    return Organisation.objects.create(kind="institution", parent=parent, **given)


def council(parent: Organisation, **given: Any) -> Organisation:
    given.setdefault("name", "Общественный совет при министерстве")
    return Organisation.objects.create(kind="council", parent=parent, **given)


@dataclass
class Region:
    """A ministry, its council, two institutions and their people."""

    ministry: Organisation
    council: Organisation
    own: Organisation
    other: Organisation
    executor: User
    director: User
    coordinator: User
    inspector: User
    head: User
    councillor: User
    personnel: User
    administrator: User
    foreign_director: User
    stranger: User

    @cached_property
    def people(self) -> dict[str, User]:
        """Everybody by the name of their part."""
        return {key: value for key, value in vars(self).items() if isinstance(value, User)}


@remembered
def region(prefix: str = "", name: str = "Примерной области") -> Region:
    """The cast of the module's docstring; of a second region, their logins begin otherwise."""
    top = ministry(name=f"Министерство социальной защиты {name}")
    own, other = institution(top), institution(top, name="МБУ «Другой центр»")
    body = council(top)

    def cast(place: Organisation, role: str, login: str, full_name: str) -> User:
        return member(place, role, f"{prefix}{login}", full_name=full_name)

    return Region(
        ministry=top,
        council=body,
        own=own,
        other=other,
        executor=cast(own, "executor", "executor", "Ольга Исполнителева"),
        director=cast(own, "director", "director", "Денис Директоров"),
        coordinator=cast(top, "coordinator", "coordinator", "Карина Кураторова"),
        inspector=cast(top, "inspector", "inspector", "Павел Проверяев"),
        head=cast(top, "head", "head", "Нина Главная"),
        councillor=cast(body, "council", "council", "Семён Советов"),
        personnel=cast(top, "hr", "hr", "Клара Кадрова"),
        administrator=cast(top, "administrator", "admin", "Аркадий Администраторов"),
        foreign_director=cast(other, "director", "foreign", "Мария Чужова"),
        stranger=user(f"{prefix}stranger", full_name="Иван Посторонний"),
    )


def act(person: User | None, at: Any = None) -> Act:
    """The person's act, now; a fresh copy of the person, so that duties are read anew."""
    fresh = User.objects.get(pk=person.pk) if person else None
    return Act(user=fresh, at=at or timezone.now())


def measure(text: str = "Обновить стенд", **given: Any) -> MeasureDraft:
    """A complete measure with an exact deadline and a chosen proof."""
    given.setdefault("number", "1.1")
    given.setdefault("deadline_text", "Ежеквартально")
    given.setdefault("proof", "photo")
    return MeasureDraft(text=text, **given)


@remembered
def plan(
    region: Region,
    *measures: MeasureDraft,
    organisation: Organisation | None = None,
    type_code: str = "institution",
    period: Period | None = None,
    **given: Any,
) -> Plan:
    """A draft plan of the region's own institution with one section."""
    owner = organisation or region.own
    year = timezone.localdate().year
    named = ResponsibleDraft(
        text=owner.name, kind=Responsible.Kind.ORGANISATION, organisation=owner
    )
    rows = [
        MeasureDraft(**{**vars(row), "responsibles": row.responsibles or (named,)})
        for row in measures or (measure(),)
    ]
    return draft_plan(
        PlanDraft(
            organisation=owner,
            type=PlanType.objects.get(code=type_code),
            title=given.pop("title", f"План мероприятий на {year} год"),
            period=period or Period(date(year, 1, 1), date(year, 12, 31)),
            sections=(SectionDraft("Открытость информации", "I", rows),),
            **given,
        ),
        act=Act(user=None, at=timezone.now()),
    )


def photo(
    name: str = "стенд.jpg", colour: str = "teal", size: tuple[int, int] = (640, 480)
) -> SimpleUploadedFile:
    """A small JPEG as a browser sends it."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")
