"""The permission matrix: every URL name × every part × whose object. A URL without a row fails.

How to read a row: who gets the page (200, or for a form that changes something: an answer that is
not a refusal), and who may look at the thing but not do this (403). Everybody else who has signed
in gets 404, as if it did not exist; whoever has not is sent to the login page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from compliance.models import (
    Assignment,
    CalendarDay,
    Evidence,
    IncentiveSheet,
    InspectionPhoto,
    MeasureVersion,
    Occurrence,
    PeopleUpload,
    Petition,
    Plan,
    Remark,
    Revision,
    Substitution,
)
from compliance.services.evidence import attach_photo
from compliance.services.incentives import calculate_sheet, default_scheme
from compliance.services.inspections import attach_photo as attach_inspection_photo
from compliance.services.petitions import Wish
from compliance.services.reports import Account, draft_report, save_report
from notifications.models import Message, SweepRecord
from tests import factories as make
from tests.inspected import accepted, planned
from tests.people_workbooks import empty_workbook
from tests.scenes import Scene, due_in, executing, published, sent
from workflows.models import Task
from workflows.services.amendments import revise_plan
from workflows.services.matters import submit_execution
from workflows.services.petitions import ask

pytestmark = pytest.mark.django_db

OVERSEERS = {"coordinator", "inspector", "head", "administrator"}
INSTITUTION = {"executor", "director"}
EVERYBODY = OVERSEERS | INSTITUTION | {
    "councillor", "personnel", "foreign_director", "outlander", "stranger",
}  # fmt: skip
DRAFT_READERS = OVERSEERS | INSTITUTION | {"personnel"}
PLANNERS = {"coordinator", "inspector"}
PLAN_READERS = DRAFT_READERS | {"councillor"}  # of a published plan
NOBODY: set[str] = set()
OWN_KEEPERS = {"administrator", "coordinator", "director"}  # of the region's own people
KEEPERS = OWN_KEEPERS | {"foreign_director", "outlander"}
GRANTERS = {"administrator", "director", "foreign_director"}


@dataclass
class World:
    """One region with a plan at each stage that a page needs, and a neighbour region's people."""

    region: make.Region
    draft: Plan
    waiting: Scene
    released: Scene
    executing: Scene
    regional: Plan
    occurrence: Occurrence
    submitted: Occurrence
    evidence: Evidence
    sheet: IncentiveSheet
    letter: Message
    remark: Remark
    amendment: Revision
    petition: Petition
    found_photo: InspectionPhoto

    @property
    def version(self) -> MeasureVersion:
        return MeasureVersion.objects.get(revision__plan=self.draft)

    @property
    def inspection(self) -> Task:
        return Task.objects.open().get(process__report__occurrence=self.submitted)


@pytest.fixture
def world() -> World:
    return make_world()


def make_world() -> World:
    """One of everything that a page needs."""
    region = make.region()
    twice = (
        make.measure("Обновить стенд", number="1", deadline_text=due_in(5)),
        make.measure("Обучить работников", number="2", deadline_text=due_in(60)),
        make.measure("Установить пандус", number="3", deadline_text=due_in(90)),
    )
    at_work = executing(region, *twice, title="Исполняемый план")
    first, second, third = Occurrence.objects.filter(plan=at_work.plan).order_by("due_on")
    act = make.act(region.executor)
    attach_photo(save_report(first.pk, Account("Готово"), act=act), make.photo(), act=act)
    submit_execution(first.pk, act=act)
    kept = attach_photo(draft_report(second.pk, act=act), make.photo(colour="red"), act=act)
    asked = ask(third.pk, Wish("waiver", "Снесено"), act=make.act(region.director))
    draft = make.plan(region, title="Черновик", period=make.Period(*_this_year()))
    remark = Remark.objects.create(
        revision=draft.revisions.get(), text="Уточнить", author=region.coordinator,
        made_at=timezone.now(),
    )  # fmt: skip
    released = published(region, title="Опубликованный план")
    change = revise_plan(released.plan.pk, reason="Так", act=make.act(region.director))
    default_scheme(region.ministry, valid_from=timezone.localdate().replace(month=1, day=1))
    calculated = calculate_sheet(region.own, _quarter(), act=make.act(region.personnel))
    letter = Message.objects.create(**_letter(region))
    SweepRecord.objects.bulk_create(
        SweepRecord(name=name, ended_at=timezone.now()) for name in settings.SWEEPS_LATE_AFTER
    )
    neighbour = make.ministry(name="Министерство другой области")
    region.outlander = make.member(neighbour, "coordinator", "outlander")
    return World(
        region=region,
        draft=draft,
        waiting=sent(region, title="На согласовании"),
        released=released,
        executing=at_work,
        regional=make.plan(
            region, organisation=region.ministry, type_code="regional", title="Региональный",
            period=make.Period(*_this_year()),
        ),
        occurrence=second,
        submitted=first,
        evidence=kept,
        sheet=calculated,
        letter=letter,
        remark=remark,
        amendment=change,
        petition=asked,
        found_photo=inspected(region),
    )  # fmt: skip


def _this_year():
    today = timezone.localdate()
    return today.replace(month=1, day=1), today.replace(month=12, day=31)


def _quarter():
    from compliance.domain.incentives import quarter, quarter_code

    return quarter(quarter_code(timezone.localdate()))


def _letter(region: make.Region) -> dict[str, Any]:
    now = timezone.now()
    return {
        "addressee": region.executor,
        "day": now.date(),
        "time_zone": "Europe/Moscow",
        "state": "permanent",
        "reason": "refused",
        "created_at": now,
        "next_try_at": now,
        "finished_at": now,
        "subject": "Сроки",
        "text": "Текст",
        "html": "<p>Текст</p>",
        "address": region.executor.email,
    }


@dataclass(frozen=True)
class Row:
    """One URL name: how it is called, and who gets what."""

    may: set[str]
    args: Callable[[World], list[Any]] = lambda world: []
    method: str = "get"
    sees: set[str] = field(default_factory=set)  # 403: may look, may not do
    data: dict[str, Any] = field(default_factory=dict)
    is_public: bool = False
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


def inspected(region: make.Region) -> InspectionPhoto:
    """A photo that the inspector took of what another plan's report says; not closed yet."""
    inspection_id = planned(accepted(region, title="Проверяемый план")).process.inspection_id
    act = make.act(region.inspector)
    return attach_inspection_photo(inspection_id, make.photo(colour="blue"), act=act)


def own_day(world: World) -> list[Any]:
    day, _made = CalendarDay.objects.get_or_create(
        region=world.region.ministry, date="2026-04-21", kind="short"
    )
    return [day.pk]


def first_type(world: World) -> list[Any]:
    return [world.draft.type_id]


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


def amendment(world: World) -> list[Any]:
    return [world.released.plan.pk, world.amendment.number]


def awaited(world: World) -> list[Any]:
    return [MeasureVersion.objects.get(revision__plan=world.waiting.plan).pk]


def section(world: World) -> str:
    return f"?section={world.draft.revisions.get().sections.get().pk}"


ADD = {"text": "Новое", "deadline_text": "ежеквартально", "proof": "photo", "responsible": "ГБУ"}
ROWS: dict[str, Row] = {
    # What everybody has who has signed in; what stands in the lists is tested below.
    "home": Row(EVERYBODY),
    "inbox": Row(EVERYBODY),
    "plans": Row(EVERYBODY),
    "overdue": Row(EVERYBODY),
    "overdue-export": Row(EVERYBODY),
    "incentives": Row(EVERYBODY),
    "incentive-export": Row(EVERYBODY, lambda world: ["json"]),
    "messages": Row(EVERYBODY),
    # Substitutions: for oneself, and for those one looks after
    "substitutions": Row(EVERYBODY),
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
    "region": Row(OVERSEERS | {"outlander"}, sees=EVERYBODY - OVERSEERS - {"outlander"}),
    "mail": Row({"administrator"}, sees=EVERYBODY - {"administrator"}),
    # Plan types are common to all regions: where there are several, only a superuser changes them.
    "plan-types": Row(OVERSEERS | {"outlander"}, sees=EVERYBODY - OVERSEERS - {"outlander"}),
    "plan-type": Row(NOBODY, first_type, sees=EVERYBODY),
    "work": Row({"administrator"}, sees=EVERYBODY - {"administrator"}),
    # Plans
    "plan": Row(DRAFT_READERS, of("draft")),
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
    "inbox-take": Row(EVERYBODY, method="post", data={"task": ["x", "1"]}),
    "task-release": Row(NOBODY, of("waiting.task"), "post", {"coordinator"}),
    "task-complete": Row({"coordinator"}, of("waiting.task"), "post", data={"outcome": "agree"}),
    # Execution
    "occurrence": Row(DRAFT_READERS, of("occurrence")),
    "occurrence-photos": Row(INSTITUTION, of("occurrence"), "post", DRAFT_READERS - INSTITUTION),
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
    "petition": Row(DRAFT_READERS, of("petition")),
    "petition-withdraw": Row(
        {"director"}, of("petition"), "post", DRAFT_READERS - {"director"}
    ),
    "evidence": Row(DRAFT_READERS, lambda world: [world.evidence.pk, "copy"]),
    "evidence-remove": Row(INSTITUTION, of("evidence"), "post", DRAFT_READERS - INSTITUTION),
    "inspection": Row(DRAFT_READERS, of("inspection.process")),
    # Planned inspections: the institution reads the result when it is closed
    "inspections": Row(EVERYBODY),
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
    "inspection-photo": Row(OVERSEERS, lambda world: [world.found_photo.pk, "copy"]),
    "inspection-photo-remove": Row(
        {"inspector"}, of("found_photo"), "post", OVERSEERS - {"inspector"}
    ),
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
    # People
    "people": Row(KEEPERS, sees=EVERYBODY - KEEPERS),
    "people-export": Row(KEEPERS, sees=EVERYBODY - KEEPERS),
    "person-add": Row(GRANTERS, sees=EVERYBODY - GRANTERS),
    "people-invite": Row(GRANTERS, method="post", sees=EVERYBODY - GRANTERS),
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
    "health-live": Row(EVERYBODY, is_public=True),
    "health-ready": Row(EVERYBODY, is_public=True),
    "health-work": Row(EVERYBODY, is_public=True),
}  # fmt: skip


def names(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    """Every URL name of the site but those of installed packages."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.app_name != "admin":
                yield from names(pattern.url_patterns, prefix)
        elif isinstance(pattern, URLPattern) and pattern.name and _is_ours(pattern):
            yield pattern.name


def _is_ours(pattern: URLPattern) -> bool:
    return not pattern.lookup_str.startswith(("allauth", "django"))


def test_every_url_has_its_row():
    ours = set(names(get_resolver().url_patterns))
    assert ours - set(ROWS) == set(), "a URL without a row in the permission matrix"
    assert set(ROWS) - ours == set(), "a row without a URL"


def call(client: Client, world: World, name: str) -> int:
    """The status of one call; whatever it wrote is rolled back."""
    row = ROWS[name]
    url = reverse(name, args=row.args(world)) + row.query(world)
    with transaction.atomic():
        answer = getattr(client, row.method)(url, row.data)
        if answer.streaming:
            list(answer.streaming_content)
        transaction.set_rollback(True)
    return answer.status_code


def expected(row: Row, part: str) -> str:
    if part in row.may:
        return "yes"
    return "403" if part in row.sees else "404"


def found(row: Row, status: int) -> str:
    if status in {403, 404}:
        return str(status)
    fine = {200, 302, 409, 422} if row.method == "post" else {200}
    return "yes" if status in fine else f"unexpected {status}"


def wrongs(world: World, parts: Iterable[str] = EVERYBODY) -> list[str]:
    """Every answer of the site to these people that is not as its row says."""
    wrong = []
    for part in sorted(parts):
        client = Client()
        client.force_login(getattr(world.region, part))
        for name, row in ROWS.items():
            got = found(row, call(client, world, name))
            if got != expected(row, part):
                wrong.append(f"{name} for {part}: expected {expected(row, part)}, got {got}")
    return wrong


def test_who_gets_what(world: World):
    assert wrongs(world) == []


def test_without_signing_in_only_public_pages_answer(world: World):
    wrong = []
    for name, row in ROWS.items():
        status = call(Client(), world, name)
        if status != (200 if row.is_public else 302):
            wrong.append(f"{name}: {status}")
    assert wrong == []


@pytest.mark.parametrize(
    "model",
    [Plan, Occurrence, Evidence, IncentiveSheet, Assignment, Petition],
    ids=lambda m: m.__name__,
)
def test_lists_are_exactly_what_is_visible(world: World, model):
    """A neighbour region and a stranger see nothing of all this; the ministry sees all of it."""
    region = world.region
    assert not model.objects.visible_to(region.outlander).exists()
    assert not model.objects.visible_to(region.stranger).exists()
    everything = set(model.objects.values_list("pk", flat=True))
    assert set(model.objects.visible_to(region.coordinator).values_list("pk", flat=True)) == (
        everything
    )
