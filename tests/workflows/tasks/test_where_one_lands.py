"""After an act: the address where people land, what is said, and whose turn it is."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from compliance.domain.plans.grounds import Grounds
from compliance.models import MeasureVersion, Petition, Remark
from tests.building import factories as make
from tests.building.petitioned import asked
from tests.building.scenes import Scene, around_today, due_in, executing, sent
from workflows.services.approval.reviews import put_remark
from workflows.services.tasks import engine, reassigning

pytestmark = pytest.mark.django_db


def browser(scene: Scene, part: str) -> Client:
    client = Client()
    client.force_login(scene.region.people[part])
    return client


def drafted() -> Scene:
    region = make.region()
    row = make.measure(deadline_text=due_in(5))
    return Scene(region, make.plan(region, row, period=around_today()))


def entered(scene: Scene) -> dict[str, str]:
    return {
        "number": "1.1", "text": "Купить кресла", "deadline_text": due_in(9), "proof": "photo",
        "responsible": "Центр", "party": str(scene.region.own.pk),
    }  # fmt: skip


def said(answer) -> str:
    return " ".join(unescape(str(one)) for one in answer.context["messages"])


def test_a_changed_and_a_new_measure_are_shown_in_their_rows():
    scene = drafted()
    client, version = browser(scene, "director"), MeasureVersion.objects.get()
    page = scene.plan.get_absolute_url()
    answer = client.post(reverse("measure", args=[version.pk]), entered(scene))
    assert answer.url == f"{page}#measure-{version.pk}"
    url = f"{reverse('measure-add', args=[scene.plan.pk])}?section={version.section_id}"
    answer = client.post(url, entered(scene))
    assert answer.url == f"{page}#measure-{MeasureVersion.objects.last().pk}"
    answer = client.post(reverse("measure-remove", args=[version.pk]))
    assert answer.url == f"{page}#section-{version.section_id}"
    shown = client.get(page).content.decode()
    assert f'id="section-{version.section_id}"' in shown


def test_a_settled_remark_leaves_one_at_its_measure():
    scene = sent()
    coordinator = make.act(scene.region.coordinator)
    engine.take(scene.task.pk, act=coordinator)
    version = MeasureVersion.objects.get()
    put_remark(version, "Уточнить срок", act=make.act(scene.region.coordinator))
    grounds = Grounds(comment="Уточнить")
    engine.complete(scene.task.pk, "return", act=coordinator, grounds=grounds)
    url = reverse("remark-settle", args=[Remark.objects.get(measure__isnull=False).pk])
    answer = browser(scene, "director").post(url)
    assert answer.url == f"{scene.plan.get_absolute_url()}#measure-{version.pk}"


def test_sending_a_plan_says_whose_turn_it_is():
    scene = drafted()
    url = reverse("plan-send", args=[scene.plan.pk])
    answer = browser(scene, "director").post(url, {"knows_passed": "1"}, follow=True)
    assert answer.redirect_chain == [(scene.plan.get_absolute_url(), 302)]
    assert said(answer) == "План отправлен на согласование. Дальше: Согласовать план — Куратор."


def test_a_task_taken_in_a_list_leaves_one_in_the_list_with_the_way_to_it():
    scene = sent()
    client = browser(scene, "coordinator")
    listed = f"{reverse('inbox')}?show=queue&sort=new"
    page = client.get(listed).content.decode()
    assert 'name="next" value="/inbox/?show=queue&amp;sort=new"' in page
    answer = client.post(reverse("task-take", args=[scene.task.pk]), {"next": listed}, follow=True)
    assert answer.redirect_chain == [(listed, 302)]
    assert f'href="{scene.task.get_absolute_url()}"' in said(answer)


def test_what_was_prepared_is_handed_in_on_its_own_page():
    scene = sent()
    colleague = make.member(scene.region.ministry, "coordinator", "colleague")
    act = make.act(scene.region.coordinator)
    engine.take(scene.task.pk, act=act)
    owner = scene.region.coordinator
    reassigning.delegate(scene.task.pk, to=colleague, seen=owner.pk, asked="Проверьте", act=act)
    client = Client()
    client.force_login(colleague)
    page = client.get(scene.plan.get_absolute_url()).content.decode()
    assert f'name="next" value="{scene.task.get_absolute_url()}"' in page


def test_a_petition_withdrawn_on_its_page_leaves_one_there_and_tells_the_deadline():
    scene = executing()
    petition = asked(scene)
    client, page = browser(scene, "executor"), reverse("petition", args=[petition.pk])
    assert f'name="next" value="{page}"' in client.get(page).content.decode()
    url = reverse("petition-withdraw", args=[petition.pk])
    answer = client.post(url, {"next": page}, follow=True)
    assert answer.redirect_chain == [(page, 302)]
    due = Petition.objects.get().occurrence.late_after  # holidays put it off
    assert said(answer) == f"Ходатайство отозвано. Срок остаётся прежним: {due:%d.%m.%Y}."
    assert Petition.objects.get().status == "withdrawn"
