"""What a substitute says or does bears both names, «X за Y», wherever a page prints who it was."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.domain.calendar.quarters import quarter, quarter_code
from compliance.domain.plans.grounds import Grounds
from compliance.models import Inspection, Job, MeasureVersion, Remark, Revision, Substitution, User
from compliance.services.evidence.reports import return_report
from compliance.services.execution.deadlines import confirm_deadline
from compliance.services.incentives.sheets import calculate_sheet, default_scheme
from compliance.services.plans.remarks import settle_remark
from tests.building import factories as make
from tests.building.inspected import accepted, planned, result
from tests.building.petitioned import asked, report
from tests.building.scenes import Scene, executing, sent
from workflows.models import Task
from workflows.services.approval.amendments import revise_plan
from workflows.services.approval.reviews import put_remark
from workflows.services.inspections import keep_result
from workflows.services.tasks import engine, reassigning

pytestmark = pytest.mark.django_db

FOR_COORDINATOR = "Зоя Замещаева (от имени: Карина Кураторова)"
FOR_DIRECTOR = "Зоя Замещаева (от имени: Денис Директоров)"
FOR_INSPECTOR = "Зоя Замещаева (от имени: Павел Проверяев)"


def stands_in(region: make.Region, part: str) -> User:
    """Зоя, with no right of her own, for this part of the cast."""
    place = region.own if part in {"director", "executor"} else region.ministry
    role = "inspector" if part == "personnel" else "hr"
    zoya = make.member(place, role, "zoya", full_name="Зоя Замещаева")
    Substitution.objects.create(
        absent=region.people[part], substitute=zoya, reason="Отпуск", entered_at=timezone.now(),
        starts_on=timezone.localdate(), ends_on=timezone.localdate() + timedelta(days=9),
    )  # fmt: skip
    return zoya


def text_of(address: str, reader: User) -> str:
    client = Client()
    client.force_login(reader)
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def plan_page(scene: Scene, reader: User) -> str:
    return text_of(scene.plan.get_absolute_url(), reader)


def test_a_remark_of_the_coordinators_substitute():
    scene = sent()
    zoya = stands_in(scene.region, "coordinator")
    put_remark(MeasureVersion.objects.get(), "Уточнить срок", act=make.act(zoya))
    engine.complete(
        scene.task.pk, "return", act=make.act(zoya), grounds=Grounds(comment="Доработать")
    )
    assert plan_page(scene, scene.region.director).count(FOR_COORDINATOR + " · ") == 2


def test_a_remark_settled_by_the_drafters_substitute():
    scene = sent()
    grounds = Grounds(comment="Доработать")
    engine.complete(
        scene.task.pk, "return", act=make.act(scene.region.coordinator), grounds=grounds
    )
    settle_remark(Remark.objects.get(), act=make.act(stands_in(scene.region, "director")))
    today = f"{timezone.localdate():%d.%m.%Y}"
    page = plan_page(scene, scene.region.director)
    assert f"Карина Кураторова · {today} · устранено {today}, {FOR_DIRECTOR}" in page


@pytest.fixture
def returned() -> Scene:
    """A report that the inspector's substitute has returned."""
    scene = executing()
    report(scene)
    sent_one = scene.occurrence.reports.get()
    zoya = stands_in(scene.region, "inspector")
    task = Task.objects.open().get(process__report=sent_one)
    grounds = Grounds(comment="Нет фотографии входа")
    engine.complete(task.pk, "return", act=make.act(zoya), grounds=grounds)
    return scene


SAID = f'Нет фотографии входа<br><span class="quiet">{FOR_INSPECTOR}, '


def test_the_remark_on_a_returned_report(returned):
    page = text_of(returned.occurrence.get_absolute_url(), returned.region.executor)
    assert page.count(SAID) == 2  # on top, and with the reports sent


def test_the_remark_on_an_earlier_report_beside_the_next_one(returned):
    report(returned)
    task = Task.objects.open().get(process__report__status="submitted")
    address = task.get_absolute_url()
    client = Client()
    client.force_login(returned.region.inspector)
    page = " ".join(client.get(address, follow=True).content.decode().split())
    assert SAID in page


def test_the_remark_on_a_returned_report_beside_a_petition(returned):
    petition = asked(returned)
    page = text_of(petition.get_absolute_url(), returned.region.director)
    assert SAID in page


@pytest.fixture
def refuted() -> tuple[Scene, Inspection]:
    """An acceptance that the inspector's substitute did not confirm."""
    scene = accepted()
    task = planned(scene, inspector=scene.region.inspector)
    zoya = stands_in(scene.region, "inspector")
    keep_result(task, result(), act=make.act(zoya))
    engine.complete(task.pk, "refute", act=make.act(zoya))
    return scene, Inspection.objects.get()


def test_who_closed_an_inspection(refuted):
    scene, inspection = refuted
    assert (inspection.closed_by.username, inspection.closed_for) == (
        "zoya", scene.region.inspector,
    )  # fmt: skip
    address = reverse("inspection", args=[inspection.pk])
    assert f"{FOR_INSPECTOR}<br>" in text_of(address, scene.region.coordinator).replace(
        "</dd>", "<br>"
    )
    assert FOR_INSPECTOR in text_of(
        reverse("inspections") + "?show=all", scene.region.coordinator
    ) or FOR_INSPECTOR in text_of(reverse("inspections"), scene.region.coordinator)


def test_the_remark_on_a_refuted_report_is_the_inspections_not_the_acceptors(refuted):
    scene, _inspection = refuted
    page = text_of(scene.occurrence.get_absolute_url(), scene.region.executor)
    assert page.count(f'Установить пандус<br><span class="quiet">{FOR_INSPECTOR}, ') == 2


def test_who_planned_an_inspection():
    scene = accepted()
    stands_in(scene.region, "coordinator")
    scene.region.coordinator = User.objects.get(username="zoya")
    planned(scene, reason="По жалобе")
    page = text_of(
        reverse("inspection", args=[Inspection.objects.get().pk]), scene.region.inspector
    )
    assert f"{FOR_COORDINATOR}, {timezone.localdate():%d.%m.%Y}" in page


def test_who_began_a_change_of_a_plan():
    scene = executing()
    zoya = stands_in(scene.region, "director")
    revise_plan(scene.plan.pk, reason="Изменилось финансирование", act=make.act(zoya))
    page = text_of(reverse("plan-revisions", args=[scene.plan.pk]), scene.region.director)
    assert FOR_DIRECTOR in page
    change = Revision.objects.get(number=2).get_absolute_url()
    assert FOR_DIRECTOR in text_of(change, scene.region.director)


def test_who_confirmed_a_deadline():
    region = make.region()
    plan = make.plan(region, make.measure(deadline_text="По мере необходимости, до осени"))
    zoya = stands_in(region, "director")
    day = plan.period_end
    confirm_deadline(MeasureVersion.objects.get(), act=make.act(zoya), dates=[day])
    assert f"Срок подтверждён: {FOR_DIRECTOR}" in plan_page(Scene(region, plan), region.director)


def test_who_calculated_a_sheet():
    scene = executing()
    zoya = stands_in(scene.region, "personnel")
    today = timezone.localdate()
    period = quarter(quarter_code(today))
    default_scheme(scene.region.ministry, period.start)
    sheet = calculate_sheet(scene.region.own, period, act=make.act(zoya))
    page = text_of(sheet.get_absolute_url(), scene.region.personnel)
    assert "Зоя Замещаева (от имени: Клара Кадрова)" in page


def test_who_asked_for_long_work():
    region = make.region()
    zoya = stands_in(region, "director")
    job = Job.objects.create(
        kind="people.import", name="люди.xlsx", organisation=region.own, page="/people/",
        owner=zoya, on_behalf_of=region.director, created_at=timezone.now(),
    )  # fmt: skip
    assert FOR_DIRECTOR in text_of(reverse("jobs"), zoya)
    assert FOR_DIRECTOR in text_of(job.get_absolute_url(), zoya)


def test_who_gave_a_task_to_prepare():
    scene = sent()
    karina = scene.region.coordinator
    colleague = make.member(scene.region.ministry, "coordinator", "colleague")
    engine.take(scene.task.pk, act=make.act(karina))
    zoya = stands_in(scene.region, "coordinator")
    reassigning.delegate(
        scene.task.pk, to=colleague, seen=karina.pk, asked="Проверьте сроки", act=make.act(zoya)
    )
    page = text_of(reverse("inbox"), colleague)
    assert f"подготовить для: {FOR_COORDINATOR}. Проверьте сроки" in page


def test_ones_own_act_names_nobody_else(returned):
    report(returned)
    one = returned.occurrence.reports.get(status="submitted")
    return_report(one.pk, remark="Снова нет", act=make.act(returned.region.inspector))
    page = text_of(returned.occurrence.get_absolute_url(), returned.region.executor)
    assert 'Снова нет<br><span class="quiet">Павел Проверяев, ' in page
