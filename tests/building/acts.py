"""Every act of the lifecycle, each ready to be done: one line an act.

A maker builds the scene and gives the act as a function without arguments, which may be called
again and again until it succeeds: `test_all_or_nothing` breaks it at each of its statements.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from compliance.domain.calendar.periods import Period
from compliance.domain.plans.grounds import Grounds
from compliance.domain.plans.headings import Heading
from compliance.models import MeasureVersion, Occurrence, PlanType, Remark, Revision, User
from compliance.services.approval.votes import cast_vote
from compliance.services.calendars import working_calendar
from compliance.services.documents.imports import Request
from compliance.services.documents.uploads import keep_document, store_upload
from compliance.services.evidence import reports
from compliance.services.evidence.files import attach_photo
from compliance.services.execution.in_force import PaperDecision, adopt_plan, start_execution
from compliance.services.petitions.steps import PetitionAnswer, Wish, waive_occurrence
from compliance.services.plans import drafts, remarks
from compliance.services.plans.beginning import start_plan
from compliance.services.plans.frames import (
    Frame,
    FramePart,
    change_frame,
    move_measure,
    seen_frame,
)
from compliance.services.plans.routes import at_turn
from compliance.services.plans.transitions import change_state
from compliance.services.reference.plan_types import create_type, draft_of, retire_type, seen
from tests.building import amendments
from tests.building import factories as make
from tests.building.parties import minutes, set_type, step, type_draft, vote, voting
from tests.building.remembered import remembered
from tests.building.scenes import Scene, around_today, due_in, executing, published, sent
from workflows.models import Task
from workflows.services import petitions
from workflows.services.plans import sending
from workflows.services.reference.plan_types import change_type
from workflows.services.tasks import engine

Deed = Callable[[], object]
BACK = Grounds(comment="Уточнить сроки")


def public() -> Grounds:
    return Grounds(published_on=timezone.localdate(), published_url="https://example.org/plan")


@remembered
def drafted() -> Scene:
    region = make.region()
    row = make.measure(deadline_text=due_in(5))
    return Scene(region, make.plan(region, row, period=around_today()))


@remembered
def on_the_way(*outcomes: str) -> Scene:
    """A plan after these answers of its parties."""
    scene = sent()
    people = {"agree": scene.region.coordinator}
    for outcome in outcomes:
        if outcome == "settle":
            Remark.objects.update(settled_at=timezone.now())
            continue
        person = people.get(outcome, scene.region.director)
        person = scene.region.coordinator if outcome == "return" else person
        grounds = minutes() if outcome == "approve" else BACK
        engine.complete(scene.task.pk, outcome, act=make.act(person), grounds=grounds)
    return scene


@remembered
def reported(text: str = "Готово") -> tuple[Scene, int]:
    """An executing plan whose only due date has a report with its photo, not sent yet."""
    scene = executing()
    act, pk = make.act(scene.region.executor), scene.occurrence.pk
    attach_photo(
        reports.save_report(pk, reports.Account(text=text), act=act), make.photo(), act=act
    )
    return scene, pk


@remembered
def submitted() -> tuple[Scene, Task]:
    """A report that waits for its inspector."""
    scene, pk = reported()
    sending.submit_execution(pk, act=make.act(scene.region.executor))
    return scene, Task.objects.open().get(process__report__occurrence=pk)


@remembered
def explained(*, is_sent: bool = False) -> Scene:
    """An executing plan with every due date explained; its report with the ministry if sent."""
    scene = executing()
    Occurrence.objects.filter(plan=scene.plan).update(not_done_reason="Нет средств")
    if is_sent:
        sending.send_plan_report(scene.plan.pk, act=make.act(scene.region.director))
    return scene


def answer(scene: Scene, part: str, outcome: str, grounds: Grounds | None = None) -> Deed:
    """The open task of the plan answered."""
    task = scene.task.pk
    person = scene.region.people[part]
    return lambda: engine.complete(task, outcome, act=make.act(person), grounds=grounds)


def _send() -> Deed:
    scene = drafted()
    return lambda: sending.send_for_agreement(
        scene.plan.pk, act=make.act(scene.region.director), knows_passed=True
    )


def _adopt() -> Deed:
    scene = drafted()
    found = [PaperDecision("approves", "Директор", "order", "7-П", timezone.localdate())]
    return lambda: adopt_plan(
        scene.plan.pk, act=make.act(scene.region.coordinator), decisions=found
    )


def _begin_plan() -> Deed:
    region = make.region()
    draft = drafts.PlanDraft(
        organisation=region.own,
        type=PlanType.objects.get(code="institution"),
        title="План",
        period=around_today(),
        sections=[drafts.SectionDraft("Открытость", "I")],
    )
    key = uuid4()
    return lambda: start_plan(draft, key=key, act=make.act(region.director))


def _store_document() -> Deed:
    region = make.region()
    rows = "№\tМероприятие\tСрок\tОтветственный\n1\tОбновить стенд\tежеквартально\tДиректор"
    kept = keep_document(
        f"План на 2026 год\n\n{rows}".encode(), "план.txt", act=make.act(region.director)
    )
    asked = Request(owner=region.own)
    return lambda: store_upload(kept.pk, asked, act=make.act(region.director))


def _add_measure() -> Deed:
    scene = drafted()
    section = scene.plan.revisions.get().sections.get()
    return lambda: drafts.add_measure(section, make.measure(), act=make.act(scene.region.director))


def _change_frame() -> Deed:
    scene = drafted()
    revision = scene.plan.revisions.get()
    later = Period(scene.plan.period_start, scene.plan.period_end + timedelta(days=5))
    parts = [
        FramePart(Heading("Новый", "I")),
        FramePart(Heading("Открытость"), revision.sections.get().pk),
    ]
    frame, seen = Frame("Другое название", later, parts), seen_frame(revision)
    return lambda: change_frame(
        Revision.objects.get(pk=revision.pk), frame, seen_before=seen,
        act=make.act(scene.region.director),
    )  # fmt: skip


def _move_measure() -> Deed:
    scene = drafted()
    revision = scene.plan.revisions.get()
    section = revision.sections.create(position=2, title="Комфортность")
    return lambda: move_measure(
        MeasureVersion.objects.get(revision=revision), section, None,
        act=make.act(scene.region.director),
    )  # fmt: skip


def _settle_remark() -> Deed:
    scene = on_the_way("return")
    pk = Remark.objects.get().pk
    return lambda: remarks.settle_remark(
        Remark.objects.get(pk=pk), act=make.act(scene.region.director)
    )


def _start() -> Deed:
    scene = published()
    return lambda: start_execution(scene.plan.pk, act=make.act(scene.region.coordinator))


def _submit() -> Deed:
    scene, pk = reported()
    return lambda: sending.submit_execution(pk, act=make.act(scene.region.executor))


def _verdict(outcome: str) -> Deed:
    scene, task = submitted()
    inspector = scene.region.inspector
    return lambda: engine.complete(task.pk, outcome, act=make.act(inspector), grounds=BACK)


def _explain() -> Deed:
    scene = executing(None, make.measure(deadline_text=due_in(0)))
    pk = scene.occurrence.pk
    return lambda: reports.explain_not_done(
        pk, reason="Нет денег", act=make.act(scene.region.executor)
    )


def _waive() -> Deed:
    scene = executing()
    pk = scene.occurrence.pk
    return lambda: waive_occurrence(pk, reason="Снесено", act=make.act(scene.region.coordinator))


def _ask() -> Deed:
    scene = executing()
    pk = scene.occurrence.pk
    later = Wish(
        "extension",
        "Подрядчик сорвал поставку",
        working_calendar().next_working_day(timezone.localdate() + timedelta(days=40)),
    )
    return lambda: petitions.ask(pk, later, act=make.act(scene.region.executor))


def _grant_earlier() -> Deed:
    _ask()()
    endorse = Task.objects.open().get(process__petition__isnull=False)
    people = {person.username: person for person in User.objects.all()}
    engine.complete(endorse.pk, "endorse", act=make.act(people["director"]))
    task = Task.objects.open().get(process__petition__isnull=False)
    day = working_calendar().next_working_day(timezone.localdate() + timedelta(days=20))
    return lambda: engine.complete(
        task.pk,
        "grant",
        act=make.act(people["coordinator"]),
        grounds=PetitionAnswer(new_due_on=day),
    )


def _asked(part: str, *outcomes: str) -> Deed:
    """The last answer to a request for a later date, after the director's if there was one."""
    _ask()()
    people = {person.username: person for person in User.objects.all()}
    for outcome in outcomes[:-1]:
        task = Task.objects.open().get(process__petition__isnull=False)
        engine.complete(task.pk, outcome, act=make.act(people["director"]))
    task = Task.objects.open().get(process__petition__isnull=False)
    grounds = PetitionAnswer("Уточнить сроки")
    return lambda: engine.complete(
        task.pk, outcomes[-1], act=make.act(people[part]), grounds=grounds
    )


def _send_plan_report() -> Deed:
    scene = explained()
    return lambda: sending.send_plan_report(scene.plan.pk, act=make.act(scene.region.director))


def _reopen() -> Deed:
    scene = explained(is_sent=True)
    answer(scene, "coordinator", "accept")()
    who = scene.region.coordinator
    return lambda: change_state(scene.plan.pk, "reopen", act=make.act(who), grounds=BACK)


def _take() -> Deed:
    scene = sent()
    task = scene.task.pk
    return lambda: engine.take(task, act=make.act(scene.region.coordinator))


def _release() -> Deed:
    scene = sent()
    task = scene.task.pk
    engine.take(task, act=make.act(scene.region.coordinator))
    return lambda: engine.release(task, act=make.act(scene.region.coordinator))


def _several_parties() -> Deed:
    """The first of two agreeing parties: the plan's state stays."""
    region = make.region()
    steps = (step("agrees", "coordinator"), step("agrees", "head"), step("approves", "director"))
    set_type(region, *steps)
    return answer(sent(region), "coordinator", "agree")


def _vote() -> Deed:
    scene, people = voting()
    party = at_turn(scene.plan.revisions.get()).pk
    return lambda: cast_vote(party, "against", comment="Нет сметы", act=make.act(people[0]))


def _voted(choice: str, outcome: str, grounds: Grounds) -> Deed:
    scene, people = voting(members=1)
    vote(scene, people[0], choice, "Нет сметы")
    return answer(scene, "councillor", outcome, grounds)


def _change_type() -> Deed:
    region = make.region()
    kind = PlanType.objects.get(code="institution")
    draft = type_draft(kind, step("agrees", "head"), step("approves", "council"))
    return lambda: change_type(
        kind.pk, draft, seen_before=seen(kind), act=make.act(region.administrator)
    )


def _create_type() -> Deed:
    region = make.region()
    draft = replace(draft_of(PlanType.objects.get(code="institution")), name="Новый вид")
    return lambda: create_type(draft, act=make.act(region.administrator))


def _retire_type() -> Deed:
    region, kind = make.region(), PlanType.objects.get(code="institution")
    return lambda: retire_type(kind.pk, act=make.act(region.administrator))


def _revise() -> Deed:
    scene = executing()
    return lambda: amendments.revised(scene)


def _publish_revision() -> Deed:
    scene = executing()
    revision = amendments.revised(scene)
    amendments.reword(scene, revision, text="Обновить оба стенда", deadline_text=due_in(20))
    for outcome in ("begin", "agree", "approve"):
        amendments.step(scene, revision, outcome)
    return lambda: amendments.step(scene, revision, "publish")


ACTS: dict[str, Callable[[], Deed]] = {
    "begin a plan": _begin_plan,
    "store a document": _store_document,
    "add a measure": _add_measure,
    "change title, period and sections": _change_frame,
    "move a measure": _move_measure,
    "send": _send,
    "adopt": _adopt,
    "agree": lambda: answer(sent(), "coordinator", "agree"),
    "the first of two agrees": _several_parties,
    "return the draft": lambda: answer(sent(), "coordinator", "return", BACK),
    "settle a remark": _settle_remark,
    "send again": lambda: answer(on_the_way("return", "settle"), "director", "send"),
    "withdraw": lambda: answer(on_the_way("return"), "director", "withdraw"),
    "approve": lambda: answer(on_the_way("agree"), "director", "approve", minutes()),
    "vote": _vote,
    "approve by vote": lambda: _voted("for", "approve", minutes()),
    "return by vote": lambda: _voted("against", "return", BACK),
    "return what was agreed": lambda: answer(on_the_way("agree"), "director", "return", BACK),
    "publish": lambda: answer(on_the_way("agree", "approve"), "director", "publish", public()),
    "start": _start,
    "submit a report": _submit,
    "accept a report": lambda: _verdict("accept"),
    "return a report": lambda: _verdict("return"),
    "explain": _explain,
    "waive": _waive,
    "ask for a later date": _ask,
    "endorse the later date": lambda: _asked("director", "endorse"),
    "decline the later date": lambda: _asked("director", "decline"),
    "grant the later date": lambda: _asked("coordinator", "endorse", "grant"),
    "grant an earlier date": _grant_earlier,
    "refuse the later date": lambda: _asked("coordinator", "endorse", "refuse"),
    "send the plan's report": _send_plan_report,
    "accept the plan's report": lambda: answer(explained(is_sent=True), "coordinator", "accept"),
    "question the plan's report": lambda: answer(
        explained(is_sent=True), "coordinator", "return", BACK
    ),
    "reopen": _reopen,
    "take": _take,
    "release": _release,
    "change a plan type": _change_type,
    "add a plan type": _create_type,
    "retire a plan type": _retire_type,
    "open a revision": _revise,
    "publish a revision": _publish_revision,
}
