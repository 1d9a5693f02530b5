"""Remarks on measures and the second round: who sees what, and what changed since."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from compliance.domain.plans.grounds import Grounds
from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import AuditEvent, MeasureVersion, Remark
from compliance.services.plans.drafts import change_measure, remove_measure
from compliance.services.plans.remarks import settle_remark
from tests.building import factories as make
from tests.building.amendments import grounds_of, in_force, revised, reword, said, step, task_of
from tests.building.parties import AGREES, APPROVES, set_type
from tests.building.parties import step as party_step
from tests.building.scenes import Scene, due_in, executing, sent
from workflows.models import Task
from workflows.services.approval.reviews import drop_remark, put_remark, since_last_seen
from workflows.services.tasks import engine

pytestmark = pytest.mark.django_db
BACK = Grounds(comment="Доработать")


def two() -> Scene:
    """A plan of two measures that waits for its agreeing party."""
    return sent(
        None,
        make.measure("Обновить стенд", number="1.1", deadline_text=due_in(5)),
        make.measure("Обучить работников", number="1.2", deadline_text=due_in(30)),
    )


def version(scene: Scene, number: str = "1.1") -> MeasureVersion:
    return MeasureVersion.objects.get(revision__plan=scene.plan, number=number)


def answer(scene: Scene, outcome: str, part: str = "coordinator", grounds=None) -> None:
    given = grounds or grounds_of(outcome)
    engine.complete(scene.task.pk, outcome, act=make.act(scene.region.people[part]), grounds=given)


def noted(scene: Scene, text: str = "Уточните срок", number: str = "1.1", part="coordinator"):
    return put_remark(version(scene, number), text, act=make.act(scene.region.people[part]))


def page(scene: Scene, part: str) -> str:
    client = Client()
    client.force_login(scene.region.people[part])
    return client.get(scene.plan.get_absolute_url()).content.decode()


# --- Remarks on measures ------------------------------------------------------------------------


def test_a_remark_is_seen_by_its_party_only_until_the_plan_is_returned():
    scene = two()
    noted(scene)
    assert "Уточните срок" in page(scene, "coordinator")
    for part in ("director", "head", "inspector", "executor"):
        assert "Уточните срок" not in page(scene, part), part
    answer(scene, "return", grounds=BACK)
    assert "Уточните срок" in page(scene, "director")
    assert "Доработать" in page(scene, "director")
    (sent_away,) = Remark.objects.exclude(about="")
    assert (sent_away.about, sent_away.is_draft) == ("1.1 Обновить стенд", False)
    event = AuditEvent.objects.get(action="remark.send")
    assert event.after["remarks"] == [{"about": "1.1 Обновить стенд", "remark": "Уточните срок"}]


def test_a_second_remark_on_a_measure_replaces_the_first_and_can_be_removed():
    scene = two()
    noted(scene, "Первое")
    noted(scene, "Второе")
    assert list(Remark.objects.values_list("text", flat=True)) == ["Второе"]
    drop_remark(version(scene), act=make.act(scene.region.coordinator))
    assert not Remark.objects.exists()


@pytest.mark.parametrize("part", ["director", "head", "inspector", "foreign_director", "stranger"])
def test_only_the_party_that_holds_the_text_remarks(part):
    scene = two()
    with pytest.raises(Forbidden):
        noted(scene, part=part)


def test_an_approving_party_remarks_too_and_a_colleague_who_took_the_task_alone():
    scene = two()
    colleague = make.member(scene.region.ministry, "coordinator", "colleague")
    engine.take(scene.task.pk, act=make.act(colleague))
    with pytest.raises(Conflict, match="'task_taken'"):
        noted(scene)
    engine.release(scene.task.pk, act=make.act(colleague))
    answer(scene, "agree")
    noted(scene, part="director")
    answer(scene, "return", "director", BACK)
    assert Remark.objects.filter(is_draft=False).count() == 2


def test_nobody_remarks_on_what_no_party_looks_at_measure_by_measure():
    scene = two()
    answer(scene, "return", grounds=BACK)
    with pytest.raises(Conflict, match="'revision_settled'"):
        noted(scene)
    draft = make.plan(scene.region)
    with pytest.raises(Conflict, match="'revision_settled'"):
        put_remark(
            draft.revisions.get().versions.get(), "Так", act=make.act(scene.region.coordinator)
        )


def test_a_party_does_not_agree_over_its_own_remarks():
    scene = two()
    noted(scene)
    with pytest.raises(Refusal, match="'own_remarks'"):
        answer(scene, "agree")
    drop_remark(version(scene), act=make.act(scene.region.coordinator))
    answer(scene, "agree")
    noted(scene, part="director")
    with pytest.raises(Refusal, match="'own_remarks'"):
        answer(scene, "approve", "director")


def test_each_remark_is_settled_before_the_plan_is_sent_again():
    scene = two()
    noted(scene)
    noted(scene, "Назовите тему", "1.2")
    answer(scene, "return", grounds=BACK)
    director = make.act(scene.region.director)
    for remark in list(Remark.objects.all()):
        with pytest.raises(Refusal, match="'no_open_remark'"):
            answer(scene, "send", "director")
        settle_remark(remark, act=director)
    answer(scene, "send", "director")
    assert scene.task.flow_task.name == "agree"


def test_a_remark_outlives_its_measure():
    scene = two()
    noted(scene, number="1.2")
    answer(scene, "return", grounds=BACK)
    remove_measure(version(scene, "1.2"), act=make.act(scene.region.director))
    shown = page(scene, "director")
    assert "Уточните срок" in shown and "1.2 Обучить работников" in shown


def test_the_remark_page_keeps_what_was_typed_and_refuses_nothing():
    scene = two()
    client = Client()
    client.force_login(scene.region.coordinator)
    url = reverse("measure-remark", args=[version(scene).pk])
    assert client.post(url, {"text": " "}).status_code == 422
    long = client.post(url, {"text": "я" * 5001})
    assert long.status_code == 422 and "я" * 5001 in long.content.decode()
    assert client.post(url, {"text": "До июля\0"}).status_code in {302, 422}
    kept = client.post(url, {"text": "До июля"})
    assert kept.status_code == 302 and "#measure-" in kept["Location"]
    assert "До июля" in client.get(url).content.decode()
    client.post(url, {"remove": "1"})
    assert not Remark.objects.exists()


# --- What changed since -------------------------------------------------------------------------


def reworded(scene: Scene, **changed) -> None:
    row = version(scene)
    change_measure(row, said(row, **changed), act=make.act(scene.region.director))


def test_the_second_round_shows_what_changed_since_the_party_returned_the_text():
    scene = two()
    assert since_last_seen(scene.task) is None, "the first time there is nothing to compare"
    answer(scene, "return", grounds=BACK)
    reworded(scene, text="Обновить стенд и сайт")
    Remark.objects.all().delete()
    answer(scene, "send", "director")
    (change,) = since_last_seen(scene.task).measures
    assert (change.kind, [one.field for one in change.fields]) == ("changed", ["text"])
    shown = page(scene, "coordinator")
    assert 'id="since-seen"' in shown and "и сайт" in shown
    assert 'id="since-seen"' not in page(scene, "director"), "it is not the director's turn"


def test_each_party_compares_with_what_it_saw_itself():
    scene = two()
    answer(scene, "agree")
    answer(scene, "return", "director", BACK)  # the approver saw the first text
    Remark.objects.all().delete()
    reworded(scene, text="Второй текст")
    answer(scene, "send", "director")
    answer(scene, "return", grounds=BACK)  # the agreeing party has now seen the second one
    Remark.objects.all().delete()
    reworded(scene, text="Второй текст", form="Приказ")
    answer(scene, "send", "director")
    fields = [one.field for one in since_last_seen(scene.task).measures[0].fields]
    assert fields == ["form"]
    answer(scene, "agree")
    fields = [one.field for one in since_last_seen(scene.task).measures[0].fields]
    assert fields == ["text", "form"]


def test_what_another_agreeing_party_saw_is_no_first_look_of_this_one():
    region = make.region()
    set_type(
        region, party_step(AGREES, "coordinator"), party_step(AGREES, "head"),
        party_step(APPROVES, "director"),
    )  # fmt: skip
    scene = sent(region)
    answer(scene, "agree")
    assert scene.task.role == "head" and since_last_seen(scene.task) is None


def test_nothing_changed_is_said_too():
    scene = two()
    answer(scene, "return", grounds=BACK)
    Remark.objects.all().delete()
    answer(scene, "send", "director")
    assert not since_last_seen(scene.task)
    assert since_last_seen(scene.task) is not None


def test_a_text_withdrawn_and_sent_anew_is_compared_too():
    scene = executing()
    revision = revised(scene)
    reword(scene, revision, text="Второй текст")
    for outcome in ("begin", "return", "withdraw"):
        step(scene, revision, outcome)
    Remark.objects.all().delete()
    reword(scene, revision, text="Третий текст")
    step(scene, revision, "begin")
    (change,) = since_last_seen(task_of(revision)).measures
    words = "".join(piece.words for piece in change.fields[0].pieces if piece.kind == "removed")
    assert words == "Второй"


# --- The pages of revisions ---------------------------------------------------------------------


def test_a_revision_shows_its_differences_and_the_plan_its_text_in_force():
    scene = executing(None, make.measure("Обновить стенд", deadline_text=due_in(5)))
    revision = revised(scene, "Нет денег на стенд")
    reword(scene, revision, "1.1", text="Обновить сайт")
    client = Client()
    client.force_login(scene.region.coordinator)
    shown = client.get(revision.get_absolute_url()).content.decode()
    assert "Нет денег на стенд" in shown and "<ins>" in shown and "<del>" in shown
    plan = client.get(scene.plan.get_absolute_url()).content.decode().split('class="timeline"')[0]
    assert "Обновить стенд" in plan and "Обновить сайт" not in plan
    assert revision.get_absolute_url() in plan


def test_each_frozen_revision_can_be_shown_with_its_hash():
    scene = executing(None, make.measure("Обновить стенд", deadline_text=due_in(5)))
    revision = revised(scene)
    reword(scene, revision, "1.1", text="Обновить сайт")
    revision = in_force(scene, revision)
    client = Client()
    client.force_login(scene.region.councillor)
    for found, words in ((scene.plan.revisions.get(number=1), "Обновить стенд"),
                         (revision, "Обновить сайт")):  # fmt: skip
        url = reverse("plan-revision", args=[scene.plan.pk, found.number])
        shown = client.get(url).content.decode()
        assert found.content_hash in shown and words in shown
    listed = client.get(reverse("plan-revisions", args=[scene.plan.pk])).content.decode()
    assert "Изменилось финансирование" in listed


def test_the_public_page_and_the_deadlines_keep_to_the_text_in_force():
    scene = executing(None, make.measure("Обновить стенд", deadline_text="В установленные сроки",
                                         is_deadline_confirmed=True))  # fmt: skip
    revision = revised(scene)
    reword(scene, revision, "1.1", text="Обновить сайт")
    public = Client().get(reverse("public-plan", args=[scene.plan.pk])).content.decode()
    assert "Обновить стенд" in public and "Обновить сайт" not in public
    client = Client()
    client.force_login(scene.region.director)
    url = reverse("plan-deadlines", args=[scene.plan.pk])
    binding = client.get(url).content.decode()
    assert "Обновить стенд" in binding and "Обновить сайт" not in binding
    draft = client.get(f"{url}?revision=2").content.decode()
    assert "Обновить сайт" in draft and "Обновить стенд" not in draft
    assert client.get(f"{url}?revision=9999999999999999999999").status_code == 200
    in_force(scene, revision)
    public = Client().get(reverse("public-plan", args=[scene.plan.pk])).content.decode()
    assert "Обновить сайт" in public and "https://example.org/plan-2" in public


def test_what_is_on_its_way_is_not_for_those_outside():
    region = make.region()
    scene = executing(region, organisation=region.ministry, type_code="regional")
    assert scene.plan.revisions.count() == 1
    institutions = make.ResponsibleDraft("Учреждения", "institutions")
    revision = revised(scene)
    reword(scene, revision, "1.1", responsibles=[institutions])
    in_force(scene, revision)
    second = revised(scene, "Тайное намерение")
    client = Client()
    client.force_login(region.director)
    assert client.get(scene.plan.get_absolute_url()).status_code == 200
    assert client.get(second.get_absolute_url()).status_code == 404
    draft = second.versions.get()
    assert client.get(reverse("measure", args=[draft.pk])).status_code == 404
    listed = client.get(reverse("plan-revisions", args=[scene.plan.pk])).content.decode()
    assert "Тайное намерение" not in listed


def test_a_change_is_made_through_the_pages():
    scene = executing(None, make.measure("Обновить стенд", deadline_text=due_in(5)))
    client = Client()
    client.force_login(scene.region.director)
    url = reverse("plan-revise", args=[scene.plan.pk])
    assert url in client.get(scene.plan.get_absolute_url()).content.decode()
    assert client.post(url, {"reason": ""}).status_code == 422
    opened = client.post(url, {"reason": "Нет денег"}, follow=True)
    revision = scene.plan.revisions.get(number=2)
    assert opened.redirect_chain[-1][0] == revision.get_absolute_url()
    assert client.post(url, {"reason": "Ещё"}).status_code == 409
    send = reverse("revision-send", args=[scene.plan.pk, 2])
    refused = client.post(send)
    assert refused.status_code == 422, "nothing has changed yet"
    reword(scene, revision, "1.1", text="Обновить сайт")
    assert client.post(send).status_code == 302
    withdraw = reverse("revision-withdraw", args=[scene.plan.pk, 2])
    assert client.post(withdraw, {"reason": "Не нужно"}).status_code == 409
    client.force_login(scene.region.coordinator)
    inbox = client.get(reverse("inbox")).content.decode()
    assert f"{revision.get_absolute_url()}#task" in inbox
    row = Task.objects.open().of_amendment(revision).get()
    back = client.post(reverse("task-complete", args=[row.pk]), {"outcome": "return"})
    assert back.status_code == 422 and "Редакция № 2" in back.content.decode()
    done = client.post(reverse("task-complete", args=[row.pk]), {"outcome": "agree"})
    assert done["Location"] == revision.get_absolute_url()
