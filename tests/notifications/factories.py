"""Rows that reminders are about, made directly: an executing plan and its open due dates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from compliance.models import (
    Assignment,
    Measure,
    MeasureVersion,
    Membership,
    Occurrence,
    Organisation,
    Plan,
    PlanType,
    Revision,
    Section,
    User,
)
from compliance.services.calendars import working_calendar
from notifications.models import Message

MOSCOW = ZoneInfo("Europe/Moscow")

MONDAY = date(2026, 3, 16)
"""A working day with working days all around; no test here depends on the real date."""


def moment(day: date = MONDAY, hour: int = 10, minute: int = 0) -> datetime:
    """A moment of the day in Moscow, by default in the hours in which letters leave."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=MOSCOW)


def ministry(name: str = "Министерство", **fields: object) -> Organisation:
    return Organisation.objects.create(kind="ministry", name=name, **fields)


def institution(parent: Organisation, name: str = "Центр", **fields: object) -> Organisation:
    return Organisation.objects.create(kind="institution", parent=parent, name=name, **fields)


def person(username: str, role: str, organisation: Organisation, **fields: object) -> User:
    """Somebody with a role in an organisation and an address at example.org."""
    fields.setdefault("email", f"{username}@example.org")
    user = User.objects.create(username=username, full_name=username.title(), **fields)
    Membership.objects.create(user=user, organisation=organisation, role=role)
    return user


def plan(organisation: Organisation, state: str = "executing") -> Plan:
    kind, _made = PlanType.objects.get_or_create(
        code="institution",
        defaults={
            "name": "План",
            "drafted_by": "director",
            "published_by": "director",
            "reported_by": "director",
            "accepted_by": "coordinator",
        },
    )
    made = Plan.objects.create(
        organisation=organisation,
        type=kind,
        title="План мероприятий",
        period_start=date(2026, 1, 1),
        period_end=date(2026, 12, 31),
        state=state,
        published_on=date(2026, 1, 10),
        published_url="https://example.org/plan",
        created_at=timezone.now(),
    )
    revision = Revision.objects.create(
        plan=made,
        number=1,
        **made.frame,
        status="in_force",
        content_hash="0" * 64,
        created_at=timezone.now(),
    )
    Section.objects.create(revision=revision, position=1, title="Открытость")
    return made


def assignment(
    of: Plan,
    executor: User | None = None,
    text: str = "Обновить стенд",
    organisation: Organisation | None = None,
) -> Assignment:
    """A measure of the plan, in words, and who carries it out."""
    measure = Measure.objects.create(plan=of)
    revision = of.revisions.get()
    MeasureVersion.objects.create(
        revision=revision,
        measure=measure,
        section=revision.sections.get(),
        position=measure.pk,
        text=text,
    )
    return Assignment.objects.create(
        measure=measure,
        organisation=organisation or of.organisation,
        executor=executor,
        created_at=timezone.now(),
    )


def due(of: Assignment, *days: date) -> list[Occurrence]:
    """Open occurrences of the assignment on these days."""
    version = of.measure.versions.get()
    return Occurrence.objects.bulk_create(
        Occurrence(
            assignment=of,
            organisation=of.organisation,
            plan=of.measure.plan,
            version=version,
            intended_on=day,
            due_on=day,
            original_due_on=day,
            late_after=day,
        )
        for day in days
    )


def due_each(of: Plan, executor: User | None, day: date, count: int) -> list[Occurrence]:
    """As many measures, each with one occurrence on the day."""
    found: list[Occurrence] = []
    for number in range(count):
        found += due(assignment(of, executor, f"Мероприятие {number + 1}"), day)
    return found


def letter(addressee: User, at: datetime, **fields: object) -> Message:
    """A letter that waits to be sent."""
    values: dict[str, object] = {
        "day": at.date(),
        "time_zone": "Europe/Moscow",
        "created_at": at,
        "next_try_at": at,
    }
    return Message.objects.create(addressee=addressee, **{**values, **fields})


def states(rows: Iterable[Message]) -> list[str]:
    return [row.state for row in rows]


def working_day(count: int, start: date = MONDAY) -> date:
    """The day so many working days from the start, by the country's calendar."""
    return working_calendar().add_working_days(start, count)
