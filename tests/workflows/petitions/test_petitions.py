"""Extension and waiver as flows: whose turn it is, what each answer does, and what ends them."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import AuditEvent, Occurrence, Petition, User
from compliance.services.calendars import working_calendar
from compliance.services.people.substitutions import Absence, enter_substitution
from compliance.services.petitions.steps import Wish, waive_occurrence
from compliance.services.plans.drafts import ResponsibleDraft
from tests.building import factories as make
from tests.building.due_dates import dated
from tests.building.petitioned import WAIVER, answer, asked, day_off, later, standing, worked
from tests.building.scenes import Scene, due_in, executing
from workflows.models import Process, Task
from workflows.services import petitions

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return executing()


# --- The way, step by step -------------------------------------------------------------------

ENDORSE, REFUSE = ("director", "endorse", ""), ("coordinator", "refuse", "Срок разумный")
GRANT, DECLINE = ("coordinator", "grant", ""), ("director", "decline", "Успеем")
WAYS = {
    "asked": ([], [("open", "endorse", "open")]),
    "granted": ([ENDORSE, GRANT], [("open", "decide", "open"), ("granted", "", None)]),
    "refused": ([ENDORSE, REFUSE], [("open", "decide", "open"), ("refused", "", "open")]),
    "declined": ([DECLINE], [("declined", "", "open")]),
}


@pytest.mark.parametrize("kind", ["extension", "waiver"])
@pytest.mark.parametrize("way", WAYS)
def test_after_each_step_petition_due_date_and_plan_stand_as_expected(scene, kind, way):
    steps, expected = WAYS[way]
    petition = asked(scene, WAIVER if kind == "waiver" else None)
    found = [standing(petition)] if not steps else []
    for part, code, comment in steps:
        answer(petition, scene.region, part, code, comment)
        found.append(standing(petition))
    status = "waived" if kind == "waiver" else "open"
    assert found == [(one, step, due or status, "executing") for one, step, due in expected]


def test_the_directors_own_petition_goes_straight_to_the_ministry(scene):
    petition = asked(scene, part="director")
    assert standing(petition)[:2] == ("open", "decide")
    assert petition.endorsed_by == scene.region.director


def test_each_step_has_its_queue_and_its_working_day(scene):
    petition = asked(scene)
    today, calendar = scene.region.own.today(timezone.now()), working_calendar(scene.region.own)
    task = Task.objects.open().get()
    assert (task.role, task.organisation) == ("director", scene.region.own)
    assert task.due_on == calendar.add_working_days(today, 2)
    answer(petition, scene.region, "director", "endorse")
    task = Task.objects.open().get()
    assert (task.role, task.organisation) == ("coordinator", scene.region.own)
    assert task.due_on == calendar.add_working_days(today, 3)
    assert task.get_absolute_url() == petition.get_absolute_url()
    assert str(task.process.organisation) == str(scene.region.own)
    assert task.process.words == "Обновить стенд"


def test_the_ministrys_own_share_is_decided_by_its_head_and_the_councils_by_a_coordinator():
    region = make.region()
    parties = [
        ResponsibleDraft(one.name, "organisation", one) for one in (region.ministry, region.council)
    ]
    measure = make.measure(deadline_text=due_in(5), responsibles=parties)
    scene = executing(region, measure, organisation=region.ministry, type_code="regional")
    rows = {row.organisation_id: row for row in Occurrence.objects.filter(plan=scene.plan)}
    own, councils = rows[region.ministry.pk], rows[region.council.pk]

    petition = petitions.ask(own.pk, WAIVER, act=make.act(region.coordinator))
    assert Task.objects.open().get().role == "head"
    with pytest.raises(Forbidden):
        waive_occurrence(own.pk, reason="Сами себе", act=make.act(region.coordinator))
    answer(petition, region, "head", "grant")
    assert standing(petition)[0] == "granted"

    petition = petitions.ask(councils.pk, later(), act=make.act(region.councillor))
    assert Task.objects.open().get().role == "coordinator"
    answer(petition, region, "coordinator", "grant")
    assert standing(petition)[0] == "granted"


# --- What a granted petition does ------------------------------------------------------------


def test_an_extension_moves_the_date_and_keeps_the_first_one_and_the_count(scene):
    before = scene.occurrence
    petition = asked(scene)
    answer(petition, scene.region, "director", "endorse")
    answer(petition, scene.region, "coordinator", "grant", "Последний раз")
    now = scene.occurrence
    assert (now.due_on, now.original_due_on) == (worked(40), before.original_due_on)
    assert (now.extension_count, now.deadline_revision) == (1, before.deadline_revision + 1)
    assert now.intended_on == before.intended_on and petition.due_on == before.due_on
    event = AuditEvent.objects.get(action="occurrence.extend")
    assert event.before["due_on"] == before.due_on.isoformat()
    assert event.after["due_on"] == now.due_on.isoformat()
    assert event.reason == "Подрядчик сорвал поставку\nПоследний раз"
    assert event.actor == scene.region.coordinator

    second = asked(scene, Wish("extension", "Снова", worked(60)), "director")
    answer(second, scene.region, "coordinator", "grant")
    assert scene.occurrence.extension_count == 2
    assert scene.occurrence.original_due_on == before.original_due_on
    assert standing(second)[0] == "granted"


def test_a_day_off_is_asked_for_as_the_working_day_that_the_calendar_gives(scene):
    petition = asked(scene, Wish("extension", "Ждём поставку", day_off()))
    assert petition.new_due_on == working_calendar().next_working_day(day_off()) != day_off()


def test_a_waiver_takes_it_off_control_and_is_never_done(scene):
    petition = asked(scene, WAIVER, "director")
    answer(petition, scene.region, "coordinator", "grant", "Согласны")
    now = scene.occurrence
    assert now.status == "waived" and now.close_reason == "Здание передано городу\nСогласны"
    assert now.accepted_report is None and not Occurrence.objects.done().exists()
    assert AuditEvent.objects.get(action="occurrence.waive").before["status"] == "open"


def test_a_direct_waiver_leaves_a_granted_petition_like_any_other(scene):
    waive_occurrence(scene.occurrence.pk, reason="Снесено", act=make.act(scene.region.coordinator))
    petition = Petition.objects.get()
    assert (petition.kind, petition.made_by, petition.decided_by) == (
        "waiver", scene.region.coordinator, scene.region.coordinator,
    )  # fmt: skip
    assert standing(petition) == ("granted", "", "waived", "executing")


def test_nobody_waives_around_an_open_petition(scene):
    petition = asked(scene)
    with pytest.raises(Conflict, match="'petition_open'"):
        waive_occurrence(scene.occurrence.pk, reason="Да", act=make.act(scene.region.coordinator))
    assert standing(petition)[0] == "open"


# --- Who may, and what is refused ------------------------------------------------------------


@pytest.mark.parametrize(
    "part", ["foreign_director", "coordinator", "inspector", "head", "councillor", "stranger"]
)
def test_only_who_reports_may_ask(scene, part):
    with pytest.raises(Forbidden):
        asked(scene, part=part)
    assert not Petition.objects.exists()


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (Wish("extension", " ", date(2090, 1, 1)), "reason_given"),
        (Wish("extension", "Так вышло"), "new_date_needed"),
        (Wish("extension", "Так вышло", date(2090, 1, 1)), "new_date_outside_period"),
        (Wish("waiver", "\n"), "reason_given"),
    ],
)
def test_a_petition_without_reason_or_lawful_date_is_refused(scene, wish, code):
    with pytest.raises(Refusal) as refused:
        asked(scene, wish)
    assert refused.value.code == code and not Process.objects.filter(petition__isnull=False)


def test_one_petition_at_a_time(scene):
    asked(scene)
    with pytest.raises(Conflict, match="'petition_open'"):
        asked(scene, WAIVER, "director")


def test_a_refusal_says_why(scene):
    petition = asked(scene, part="director")
    with pytest.raises(Refusal, match="'refusal_reason_given'"):
        answer(petition, scene.region, "coordinator", "refuse", " ")
    assert standing(petition)[0] == "open"


def test_nobody_decides_what_they_asked_for(scene):
    petition = asked(scene, part="director")
    region = scene.region
    region.ministry.memberships.create(user=region.director, role="coordinator")
    with pytest.raises(Forbidden, match="'own_petition'"):
        answer(petition, region, "director", "grant")
    assert standing(petition)[0] == "open"


def test_nobody_lets_themselves_off_without_asking(scene):
    region = scene.region
    region.ministry.memberships.create(user=region.director, role="coordinator")
    with pytest.raises(Forbidden, match="'own_waiver'"):
        waive_occurrence(scene.occurrence.pk, reason="Устала", act=make.act(region.director))
    page = Client()
    page.force_login(region.director)
    assert "waive-reason" not in page.get(scene.occurrence.get_absolute_url()).content.decode()
    waive_occurrence(scene.occurrence.pk, reason="Закрыто", act=make.act(region.coordinator))


def stand_in(person: User, absent: User) -> None:
    """Let the person stand in for the absent one today."""
    today = timezone.localdate()
    wanted = Absence(absent, person, today, today, "Отпуск")
    enter_substitution(wanted, act=make.act(absent))


def test_a_substitute_asks_and_decides_in_the_absent_persons_name(scene):
    region = scene.region
    clerk = make.member(region.own, "hr", "clerk")
    region.deputy = make.member(region.ministry, "hr", "deputy")
    stand_in(clerk, region.director)
    stand_in(region.deputy, region.coordinator)
    petition = petitions.ask(scene.occurrence.pk, later(), act=make.act(clerk))
    assert (petition.made_by, petition.made_for) == (clerk, region.director)
    assert (petition.endorsed_by, petition.endorsed_for) == (clerk, region.director)
    answer(petition, region, "deputy", "grant")
    assert (petition.decided_by, petition.decided_for) == (region.deputy, region.coordinator)
    assert standing(petition)[0] == "granted"


def test_who_asked_in_anothers_name_does_not_decide_in_a_thirds(scene):
    region = scene.region
    region.clerk = make.member(region.own, "hr", "clerk")
    region.ministry.memberships.create(user=region.clerk, role="hr")
    stand_in(region.clerk, region.director)
    stand_in(region.clerk, region.coordinator)
    petition = petitions.ask(scene.occurrence.pk, later(), act=make.act(region.clerk))
    with pytest.raises(Forbidden, match="'own_petition'"):
        answer(petition, region, "clerk", "grant")
    task = Task.objects.open().get(process__petition=petition)
    fresh = User.objects.get(pk=region.clerk.pk)
    assert not petitions.may_answer_petition(fresh, petition, task), (
        "and the page does not offer it"
    )


def test_the_asker_withdraws_and_nobody_else(scene):
    petition = asked(scene)
    for part in ("director", "coordinator"):
        with pytest.raises(Forbidden, match="'not_your_petition'"):
            petitions.withdraw(petition.pk, act=make.act(scene.region.people[part]))
    petitions.withdraw(petition.pk, act=make.act(scene.region.executor))
    assert standing(petition) == ("withdrawn", "", "open", "executing")
    with pytest.raises(Conflict, match="'petition_decided'"):
        petitions.withdraw(petition.pk, act=make.act(scene.region.executor))
    assert standing(asked(scene))[0] == "open", "another one can be made"


def test_a_date_overtaken_by_the_calendar_is_not_granted(scene):
    petition = asked(scene, part="director")
    dated(Occurrence.objects.filter(pk=petition.occurrence_id), worked(50))
    with pytest.raises(Refusal, match="'new_date_not_later'"):
        answer(petition, scene.region, "coordinator", "grant")
