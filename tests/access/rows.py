"""The permission matrix: every URL name × every part × whose object. A URL without a row fails.

How to read a row: who gets the page (200, or for a form that changes something: an answer that is
not a refusal), and who may look at the thing but not do this (403). Everybody else who has signed
in gets 404, as if it did not exist; whoever has not is sent to the login page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.utils import timezone

from compliance.models import (
    Assignment,
    CalendarDay,
    Job,
    MeasureVersion,
    PeopleUpload,
    PlanUpload,
    SavedFilter,
    Substitution,
)
from notifications.models import AddressSuspension, Reminder, ReminderStep
from tests.access.world import World
from tests.building.people_workbooks import empty_workbook

OVERSEERS = {"coordinator", "inspector", "head", "administrator"}
INSTITUTION = {"executor", "director"}
EVERYBODY = OVERSEERS | INSTITUTION | {
    "councillor", "personnel", "foreign_director", "outlander", "stranger",
}  # fmt: skip
# Whoever has, had or will have something to do with the region, and as whom they are answered.
TWINS = {
    "former_member": {"outlander"},  # of the institution and the ministry; now works elsewhere
    "two_regions": {"director", "outlander"},
    "starts_tomorrow": {"stranger"},
    "ended_substitute": {"personnel"},  # one substitution is over, another was called off
}
DRAFT_READERS = OVERSEERS | INSTITUTION | {"personnel"}
PLANNERS = {"coordinator", "inspector"}
PLAN_READERS = DRAFT_READERS | {"councillor"}  # of a published plan
NOBODY: set[str] = set()
BEGINNERS = {"director", "foreign_director", "coordinator", "outlander"}  # of plans
OWN_KEEPERS = {"administrator", "coordinator", "director"}  # of the region's own people
KEEPERS = OWN_KEEPERS | {"foreign_director", "outlander"}
GRANTERS = {"administrator", "director", "foreign_director"}


@dataclass(frozen=True)
class Row:
    """One URL name: how it is called, and who gets what."""

    may: set[str]
    args: Callable[[World], list[Any]] = lambda world: []
    method: str = "get"
    sees: set[str] = field(default_factory=set)  # 403: may look, may not do
    data: dict[str, Any] = field(default_factory=dict)
    is_public: bool = False
    to_peers: str = ""  # what others in the role of its owner get, where it is the owner's alone
    is_for_machines: bool = False  # another server calls it, with a secret: 404 for everybody here
    is_for_engineers: bool = False  # only in the demonstration or with DEBUG: 404 here
    query: Callable[[World], str] = lambda world: ""


def of(name: str) -> Callable[[World], list[Any]]:
    """The primary key of a thing of the world."""

    def args(world: World) -> list[Any]:
        thing = world
        for part in name.split("."):
            thing = getattr(thing, part)
        return [thing.pk]

    return args


def assignment(world: World) -> list[Any]:
    return [Assignment.objects.filter(measure__plan=world.executing.plan).first().pk]


def absence(world: World) -> list[Any]:
    """The executor is away, and the director stands in."""
    today = timezone.localdate()
    row, _made = Substitution.objects.get_or_create(
        absent=world.region.executor,
        substitute=world.region.director,
        starts_on=today,
        ends_on=today,
        defaults={"reason": "Отпуск", "entered_at": timezone.now()},
    )
    return [row.pk]


def own_day(world: World) -> list[Any]:
    day, _made = CalendarDay.objects.get_or_create(
        region=world.region.ministry, date="2026-04-21", kind="short"
    )
    return [day.pk]


def first_type(world: World) -> list[Any]:
    return [world.draft.type_id]


def first_step(world: World) -> list[Any]:
    return [ReminderStep.objects.get(subject_kind="occurrence", offset=-7).pk]


def notice(world: World) -> list[Any]:
    """What the executor is told of a due date."""
    row, _made = Reminder.objects.get_or_create(
        subject_kind="occurrence", subject_id=world.occurrence.pk,
        step=ReminderStep.objects.get(subject_kind="occurrence", offset=-7),
        addressee=world.region.executor,
        defaults={"due_on": timezone.localdate(), "planned_at": timezone.now()},
    )  # fmt: skip
    return [row.pk]


def suspension(world: World) -> list[Any]:
    row, _made = AddressSuspension.objects.get_or_create(
        address=world.region.executor.email.lower(),
        defaults={
            "person": world.region.executor, "letter": world.letter, "cause": "returned",
            "began_at": timezone.now(), "told_at": timezone.now(),
        },
    )  # fmt: skip
    return [row.pk]


def executors_role(world: World) -> list[Any]:
    return [world.region.executor.memberships.get(role="executor").pk]


def upload(world: World) -> list[Any]:
    kept, _made = PeopleUpload.objects.get_or_create(
        uploader=world.region.administrator,
        defaults={
            "made_at": timezone.now(), "file_name": "люди.xlsx", "content": empty_workbook(),
        },
    )  # fmt: skip
    return [kept.pk]


def document(world: World) -> list[Any]:
    kept, _made = PlanUpload.objects.get_or_create(
        uploader=world.region.director,
        defaults={
            "made_at": timezone.now(), "file_name": "план.txt", "content": PLAN.encode(),
        },
    )  # fmt: skip
    return [kept.pk]


def long_work(world: World) -> list[Any]:
    """Something the executor has asked for and that is waiting for a worker."""
    job, _made = Job.objects.get_or_create(
        owner=world.region.executor,
        organisation=world.region.own,
        kind="evidence.photo",
        defaults={"name": "фото.png", "page": "/", "created_at": timezone.now()},
    )
    return [job.pk]


def many_invitations(world: World) -> list[Any]:
    """A job of the administrator that invited many."""
    job, _made = Job.objects.get_or_create(
        owner=world.region.administrator,
        organisation=world.region.ministry,
        kind="people.invite",
        defaults={"name": "8 человек", "page": "/people/", "created_at": timezone.now()},
    )
    return [job.pk]


def written_list(world: World) -> list[Any]:
    """A list that the executor had written into a file."""
    job, _made = Job.objects.get_or_create(
        owner=world.region.executor,
        organisation=world.region.own,
        kind="export",
        defaults={
            "name": "Сроки", "page": "/overdue/", "state": "done", "output": "jobs/list.xlsx",
            "created_at": timezone.now(), "finished_at": timezone.now(), "result": {"duties": []},
        },
    )  # fmt: skip
    if not job.output.storage.exists("jobs/list.xlsx"):
        job.output.storage.save("jobs/list.xlsx", ContentFile(b"PK"))
    return [job.pk]


def saved_filter(world: World) -> list[Any]:
    """A filter of the list of plans that the coordinator keeps."""
    kept, _made = SavedFilter.objects.get_or_create(
        person=world.region.coordinator, page="plans", name="Черновики", query="stage=draft"
    )
    return [kept.pk]


def amendment(world: World) -> list[Any]:
    return [world.released.plan.pk, world.amendment.number]


def awaited(world: World) -> list[Any]:
    return [MeasureVersion.objects.get(revision__plan=world.waiting.plan).pk]


def section(world: World) -> str:
    return f"?section={world.draft.revisions.get().sections.get().pk}"


PLAN = "План на 2026 год\n\n№\tМероприятие\tСрок\tОтветственный\n1\tСтенд\tмай\tДиректор"
ADD = {"text": "Новое", "deadline_text": "ежеквартально", "proof": "photo", "responsible": "ГБУ"}
ROWS: dict[str, Row] = {
    # What everybody has who has signed in; what stands in the lists is tested below.
    "home": Row(EVERYBODY),
    "inbox": Row(EVERYBODY),
    "plans": Row(EVERYBODY),
    "search": Row(EVERYBODY, query=lambda world: "?q=план"),
    "plans-export": Row(EVERYBODY),
    "filter-save": Row(
        EVERYBODY, lambda world: ["plans"], "post", data={"name": "Мои", "query": "stage=draft"}
    ),
    "filter-delete": Row({"coordinator"}, saved_filter, "post"),
    "overdue": Row(EVERYBODY),
    "overdue-export": Row(EVERYBODY),
    "overdue-places": Row(EVERYBODY),
    "incentives": Row(EVERYBODY),
    "incentive-export": Row(EVERYBODY, lambda world: ["json"]),
    "messages": Row(EVERYBODY),
    "own-letters": Row(EVERYBODY),
    "notices-read": Row(EVERYBODY, method="post", data={"shown": "1"}),
    "notice-read": Row({"executor"}, notice, method="post"),
    "kept-drop": Row(EVERYBODY, method="post", data={"action": "/"}),
    # Substitutions: for oneself, and for those one looks after
    "substitutions": Row(EVERYBODY),
    "main-place": Row(EVERYBODY),
    "substitution-enter": Row(
        {"executor", "director", "coordinator", "administrator"}, of("region.executor")
    ),
    "handover": Row({"director", "coordinator", "administrator"}, of("region.executor")),
    "substitution-end": Row(
        {"executor", "director", "coordinator", "administrator"}, absence, "post",
        {"inspector", "head", "councillor", "personnel"},
    ),
    "calendar": Row(OVERSEERS | {"outlander"}, sees=EVERYBODY - OVERSEERS - {"outlander"}),
    "calendar-day": Row(
        {"administrator"}, method="post", data={"date": "2026-04-20", "kind": "short"},
        sees=EVERYBODY - {"administrator"},
    ),
    "calendar-day-remove": Row(
        {"administrator"}, own_day, "post", OVERSEERS - {"administrator"}
    ),
    "calendar-import": Row(
        {"administrator"}, method="post", sees=EVERYBODY - {"administrator"}
    ),
    "calendar-seed": Row(
        {"administrator"}, method="post", data={"year": "2030"},
        sees=EVERYBODY - {"administrator"},
    ),
    "rights": Row(
        {"administrator", "coordinator", "outlander"},
        sees=EVERYBODY - {"administrator", "coordinator", "outlander"},
    ),
    "audit": Row({"administrator"}, sees=EVERYBODY - {"administrator"}),
    "audit-export": Row(
        {"administrator"}, lambda world: ["csv"], sees=EVERYBODY - {"administrator"}
    ),
    "audit-verify": Row(
        {"administrator"}, of("region.own"), "post", EVERYBODY - {"administrator"}
    ),
    "jobs": Row(EVERYBODY),
    "job": Row({"executor", "administrator"}, long_work),
    "job-cancel": Row({"executor"}, long_work, "post", {"administrator"}),
    "job-file": Row({"executor"}, written_list, "get", {"administrator"}),
    "region": Row(
        OVERSEERS | {"outlander", "councillor"},
        sees=EVERYBODY - OVERSEERS - {"outlander", "councillor"},
    ),
    "region-export": Row(
        OVERSEERS | {"outlander", "councillor"},
        sees=EVERYBODY - OVERSEERS - {"outlander", "councillor"},
    ),
    "inspections-export": Row(EVERYBODY),
    "letters-resend": Row({"administrator"}, sees=EVERYBODY - {"administrator"}),
    "mail": Row({"administrator"}, sees=EVERYBODY - {"administrator"}),
    # Plan types are common to all regions: where there are several, only a superuser changes them.
    "plan-types": Row(OVERSEERS | {"outlander"}, sees=EVERYBODY - OVERSEERS - {"outlander"}),
    "plan-type": Row(NOBODY, first_type, sees=EVERYBODY),
    "plan-type-new": Row(NOBODY, sees=EVERYBODY),
    "plan-type-retire": Row(NOBODY, first_type, "post", EVERYBODY),
    "plan-type-offer": Row(NOBODY, first_type, "post", EVERYBODY),
    # So are the steps of reminders.
    "reminder-steps": Row(OVERSEERS | {"outlander"}, sees=EVERYBODY - OVERSEERS - {"outlander"}),
    "reminder-step-ahead": Row(NOBODY, method="post", sees=EVERYBODY),
    "reminder-step-switch": Row(NOBODY, first_step, "post", EVERYBODY),
    "clock-confirm": Row(
        {"administrator"}, method="post", sees=EVERYBODY - {"administrator"}
    ),
    "work": Row({"administrator"}, sees=EVERYBODY - {"administrator"}),
    # Plans
    "plan-new": Row(BEGINNERS, sees=EVERYBODY - BEGINNERS),
    "plan-upload": Row(BEGINNERS, method="post", sees=EVERYBODY - BEGINNERS),
    # Its uploader's own: for other drafters it does not exist.
    "plan-upload-preview": Row(
        {"director"}, document, sees=EVERYBODY - BEGINNERS, to_peers="404"
    ),
    "plan": Row(DRAFT_READERS, of("draft")),
    # What the draft was made from: for those who see it inside.
    "plan-source": Row(DRAFT_READERS, of("draft")),
    "plan-matrix": Row(PLAN_READERS, of("executing.plan")),
    "plan-send": Row({"director"}, of("draft"), "post", DRAFT_READERS - {"director"}),
    # Its parties do not vote: whoever sees it is told that there is nothing to vote on.
    "plan-vote": Row(DRAFT_READERS, of("draft"), "post"),
    "plan-start": Row(
        {"coordinator"}, of("released.plan"), "post", PLAN_READERS - {"coordinator"}
    ),
    "plan-report": Row({"director"}, of("executing.plan"), "post", PLAN_READERS - {"director"}),
    # Nobody can reopen what is not reported: 409 for all who see it.
    "plan-reopen": Row(PLAN_READERS, of("executing.plan"), "post"),
    # Changes of a plan that binds: while on their way, seen from inside only
    "plan-revise": Row({"director"}, of("executing.plan"), sees=PLAN_READERS - {"director"}),
    "plan-revisions": Row(PLAN_READERS, of("executing.plan")),
    "plan-revision": Row(DRAFT_READERS, amendment),
    "revision-send": Row({"director"}, amendment, "post", DRAFT_READERS - {"director"}),
    "revision-frame": Row({"director"}, amendment, sees=DRAFT_READERS - {"director"}),
    "revision-table": Row({"director"}, amendment, sees=DRAFT_READERS - {"director"}),
    "revision-table-many": Row(
        {"director"}, amendment, "post", DRAFT_READERS - {"director"}, {"column": "proof"}
    ),
    "measure-cells": Row(
        {"director"}, of("version"), "post", DRAFT_READERS - {"director"}, {"proof": "link"}
    ),
    "measure-move": Row({"director"}, of("version"), sees=DRAFT_READERS - {"director"}),
    "revision-withdraw": Row(
        {"director"}, amendment, "post", DRAFT_READERS - {"director"}, {"reason": "Не нужно"}
    ),
    "measure-remark": Row({"coordinator"}, awaited, sees=DRAFT_READERS - {"coordinator"}),
    "plan-deadlines": Row(DRAFT_READERS, of("draft")),
    "plan-deadlines-confirm": Row(
        {"director", "coordinator"}, of("draft"), "post",
        DRAFT_READERS - {"director", "coordinator"},
    ),
    "deadline-preview": Row(
        DRAFT_READERS, query=lambda world: f"?plan={world.draft.pk}&text=ежеквартально"
    ),
    "measure-add": Row(DRAFT_READERS, of("draft"), query=section),
    "measure": Row(DRAFT_READERS, of("version")),
    "measure-remove": Row({"director"}, of("version"), "post", DRAFT_READERS - {"director"}),
    "deadline-confirm": Row(
        {"director", "coordinator"}, of("version"), "post",
        DRAFT_READERS - {"director", "coordinator"},
    ),
    "remark-settle": Row({"director"}, of("remark"), "post", DRAFT_READERS - {"director"}),
    # Tasks: only those whose role they wait for know of them
    "task-take": Row({"coordinator"}, of("waiting.task"), "post"),
    # … and those who look after the work of that role
    "task-reassign": Row({"coordinator", "administrator"}, of("waiting.task")),
    "task-delegate": Row({"coordinator"}, of("waiting.task"), sees=NOBODY),
    "task-return": Row({"coordinator", "administrator"}, of("waiting.task"), "post"),
    "inbox-many": Row(EVERYBODY, method="post", data={"act": "take", "task": ["x", "1"]}),
    "inspectors": Row(
        {"coordinator", "head", "outlander"},
        sees=EVERYBODY - {"coordinator", "head", "outlander"},
    ),
    "task-release": Row(NOBODY, of("waiting.task"), "post", {"coordinator"}),
    "task-complete": Row({"coordinator"}, of("waiting.task"), "post", data={"outcome": "agree"}),
    # Execution
    "occurrence": Row(DRAFT_READERS, of("occurrence")),
    "evidence-part": Row(
        INSTITUTION, lambda world: [world.occurrence.pk, uuid4()], "post",
        DRAFT_READERS - INSTITUTION,
    ),
    "interim-tell": Row(INSTITUTION, of("interim"), "post", DRAFT_READERS - INSTITUTION),
    "occurrence-recall": Row(
        INSTITUTION, of("submitted"), "post", DRAFT_READERS - INSTITUTION
    ),
    "occurrence-explain": Row(
        INSTITUTION, of("occurrence"), "post", DRAFT_READERS - INSTITUTION, {"reason": "Нет денег"}
    ),
    "occurrence-waive": Row(
        {"coordinator"}, of("occurrence"), "post", DRAFT_READERS - {"coordinator"},
        {"reason": "Снесено"},
    ),
    "petition-ask": Row(
        INSTITUTION, of("occurrence"), "post", DRAFT_READERS - INSTITUTION,
        {"kind": "waiver", "reason": "Снесено"},
    ),
    "petitions": Row(EVERYBODY),
    "petitions-export": Row(EVERYBODY),
    "petition": Row(DRAFT_READERS, of("petition")),
    "petition-withdraw": Row(
        {"director"}, of("petition"), "post", DRAFT_READERS - {"director"}, to_peers="403"
    ),
    "evidence": Row(DRAFT_READERS, lambda world: [world.evidence.pk, "copy"]),
    "evidence-remove": Row(INSTITUTION, of("evidence"), "post", DRAFT_READERS - INSTITUTION),
    "verification": Row(DRAFT_READERS, of("verification.process")),
    # Inspections: the institution reads the result when it is closed
    "inspections": Row(EVERYBODY),
    "inspection": Row(DRAFT_READERS, of("found_photo.inspection")),
    "inspection-sample": Row(PLANNERS | {"outlander"}, sees=EVERYBODY - PLANNERS - {"outlander"}),
    "inspection-by-hand": Row(
        PLANNERS, sees=DRAFT_READERS - PLANNERS,
        query=lambda world: f"?occurrence={world.submitted.pk}",
    ),
    "inspection-policies": Row(
        OVERSEERS | {"outlander"}, sees=EVERYBODY - OVERSEERS - {"outlander"}
    ),
    "inspection-policy": Row(
        {"administrator"}, method="post", data={"kind": "desk"}, sees=EVERYBODY - {"administrator"}
    ),
    "inspection-part": Row(
        {"inspector"}, lambda world: [world.found_photo.inspection_id, uuid4()], "post",
        DRAFT_READERS - {"inspector"},
    ),
    "inspection-photo": Row(OVERSEERS, lambda world: [world.found_photo.pk, "copy"]),
    "inspection-photo-remove": Row(
        {"inspector"}, of("found_photo"), "post", OVERSEERS - {"inspector"}
    ),
    # Nothing that the person may name is among the ticked ones: a page that offers nobody.
    "assignments-executor": Row(EVERYBODY, method="post", data={"assignment": ["999999"]}),
    "assignment-executor": Row({"director", "coordinator"}, assignment),
    # Bonus inputs
    "incentives-calculate": Row(
        {"personnel", "coordinator", "outlander"}, method="post", data={"period": "2026Q1"},
        sees=EVERYBODY - {"personnel", "coordinator", "outlander"},
    ),
    "incentive-sheet": Row(OVERSEERS | {"director", "personnel"}, of("sheet")),
    "incentive-sheet-export": Row(
        OVERSEERS | {"director", "personnel"}, lambda world: [world.sheet.pk, "json"]
    ),
    # Letters
    "letter": Row({"executor", "administrator"}, of("letter")),
    "letter-html": Row({"executor", "administrator"}, of("letter")),
    "letter-resend": Row({"administrator"}, of("letter"), "post", {"executor"}),
    "design": Row(NOBODY, is_for_engineers=True),
    "mail-reports": Row(NOBODY, method="post", is_for_machines=True),
    # People
    "addresses": Row({"administrator"}, sees=EVERYBODY - {"administrator"}),
    "address-lift": Row(
        {"administrator"}, suspension, "post", EVERYBODY - {"administrator"}
    ),
    "people": Row(KEEPERS, sees=EVERYBODY - KEEPERS),
    "people-export": Row(KEEPERS, sees=EVERYBODY - KEEPERS),
    "person-add": Row(GRANTERS, sees=EVERYBODY - GRANTERS),
    "people-invite": Row(GRANTERS, method="post", sees=EVERYBODY - GRANTERS),
    "people-invited": Row(
        {"administrator"}, many_invitations, sees=EVERYBODY - KEEPERS
    ),
    "people-import": Row({"administrator"}, sees=EVERYBODY - {"administrator"}),
    "people-template": Row({"administrator"}, sees=EVERYBODY - {"administrator"}),
    "people-preview": Row({"administrator"}, upload, sees=EVERYBODY - {"administrator"}),
    "person": Row(OWN_KEEPERS, of("region.executor"), sees=EVERYBODY - KEEPERS),
    "role-grant": Row(
        {"administrator", "director"}, of("region.executor"), "post",
        EVERYBODY - KEEPERS | {"coordinator"},
    ),
    "role-end": Row(
        {"administrator", "director"}, executors_role, "post",
        EVERYBODY - KEEPERS | {"coordinator"},
    ),
    "person-address": Row(
        {"administrator", "director"}, of("region.executor"), "post",
        EVERYBODY - KEEPERS | {"coordinator"},
    ),
    "person-invite": Row(
        {"administrator", "director"}, of("region.executor"), "post",
        EVERYBODY - KEEPERS | {"coordinator"},
    ),
    "person-deactivate": Row(
        {"administrator", "director"}, of("region.executor"),
        sees=EVERYBODY - KEEPERS | {"coordinator"},
    ),
    "person-reactivate": Row(
        {"administrator", "director"}, of("region.executor"), "post",
        EVERYBODY - KEEPERS | {"coordinator"},
    ),
    "invitation": Row(EVERYBODY, is_public=True),
    # For anyone
    "public-plans": Row(EVERYBODY, is_public=True),
    "public-plan": Row(EVERYBODY, of("released.plan"), is_public=True),
    "display": Row(EVERYBODY, is_public=True),
    "help": Row(EVERYBODY, is_public=True),
    "guide": Row(EVERYBODY, lambda world: ["executor"], is_public=True),
    "health-live": Row(EVERYBODY, is_public=True),
    "health-ready": Row(EVERYBODY, is_public=True),
    "health-work": Row(EVERYBODY, is_public=True),
}  # fmt: skip
