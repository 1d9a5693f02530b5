"""The inbox: its lists, filters and numbers; and tasks passed to others."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from compliance.domain.refusals import Conflict, Forbidden, Refusal
from compliance.models import AuditEvent, Organisation, User
from compliance.services.people.substitutions import Absence, enter_substitution
from tests.building import factories as make
from tests.building.scenes import sent
from workflows.models import Task
from workflows.services.tasks import engine, inboxes, reassigning
from workflows.services.tasks.inboxes import InboxSelection, InboxShow

pytestmark = pytest.mark.django_db


@pytest.fixture
def region() -> make.Region:
    return make.region()


@pytest.fixture
def colleague(region) -> User:
    return make.member(region.ministry, "coordinator", "colleague", full_name="Алла Коллегова")


def tasks(region: make.Region, *titles: str) -> list[Task]:
    """A waiting plan for each title, with the coordinators' task of agreeing it."""
    return [sent(region, title=title).task for title in titles]


def listed(person: User, **wanted) -> list[Task]:
    """The rows of the person's inbox."""
    user = make.act(person).user
    found = inboxes.selected(inboxes.lists_of(user), InboxSelection(**wanted), timezone.now())
    return list(found)


def numbers(person: User) -> dict[str, int]:
    """The numbers over the lists that are not nought."""
    found = inboxes.counts(inboxes.tallies(inboxes.lists_of(make.act(person).user)))
    return {name: count for name, count in found.items() if count}


# --- Lists and filters ---------------------------------------------------------------------------


def test_each_list_holds_what_its_name_says_and_its_number(region, colleague):
    one, two, three = tasks(region, "Первый", "Второй", "Третий")
    engine.take(one.pk, act=make.act(region.coordinator))
    engine.take(two.pk, act=make.act(colleague))
    assert listed(region.coordinator, show=InboxShow.MINE) == [one]
    assert listed(region.coordinator, show=InboxShow.QUEUE) == [three]
    assert listed(region.coordinator) == [one, three]
    assert listed(region.coordinator, show=InboxShow.CARE) == [two]
    assert numbers(region.coordinator) == {"all": 2, "mine": 1, "queue": 1, "care": 1}
    assert numbers(region.inspector) == {}


def test_the_work_of_who_is_away_stands_in_a_list_of_its_own(region):
    deputy = make.member(region.ministry, "hr", "deputy")
    one, two = tasks(region, "Первый", "Второй")
    engine.take(one.pk, act=make.act(region.coordinator))
    assert numbers(deputy) == {}
    today = timezone.localdate()
    wanted = Absence(region.coordinator, deputy, today, today, "Отпуск")
    enter_substitution(wanted, act=make.act(region.coordinator))
    assert listed(deputy, show=InboxShow.INSTEAD) == [one, two]
    assert numbers(deputy) == {"all": 2, "instead": 2}
    assert list(Task.objects.waiting_for(make.act(deputy).user).order_by("pk")) == [one, two]


def test_filters_narrow_by_step_institution_date_and_words(region):
    here, there = tasks(region, "Стенды и сайт", "Пандус")
    away = sent(region, title="Чужой", organisation=region.other).task
    today = timezone.localdate()
    Task.objects.filter(pk=here.pk).update(due_on=today - timedelta(days=1))
    Task.objects.filter(pk=there.pk).update(due_on=today)
    who = region.coordinator
    assert listed(who, due="overdue") == [here]
    assert listed(who, due="today") == [there]
    assert there in listed(who, due="week") and here not in listed(who, due="week")
    assert listed(who, organisation=region.other.pk) == [away]
    assert listed(who, words="сайт СТЕНДЫ") == [here]
    assert listed(who, words="другой центр") == [away]
    assert listed(who, step=here.flow_task) == listed(who)
    assert listed(who, sort="new")[0] == away


@pytest.mark.parametrize(
    "query",
    [
        "show=x&step=y&organisation=-1&due=z&sort=q&page=999999999999",
        "q=%00(%5B",
        "step=%00&page=%00",
        "organisation=99999999999999999999",
    ],
)
def test_an_odd_address_is_answered_with_a_page(client, region, query):
    client.force_login(region.coordinator)
    assert client.get(f"{reverse('inbox')}?{query}").status_code == 200


def test_the_next_task_of_the_kind_follows_a_completed_one(client, region):
    one, two = tasks(region, "Первый", "Второй")
    client.force_login(region.coordinator)
    page = client.post(reverse("task-complete", args=[one.pk]), {"outcome": "agree"}, follow=True)
    assert f'href="{two.get_absolute_url()}"' in page.text


def test_the_page_takes_few_statements_whatever_it_shows(client, region, colleague):
    """Ten at most; the session and the person's own row are two of them."""
    client.force_login(region.coordinator)
    found = []
    for title in ("Первый план", "Второй план", "Третий план"):
        engine.take(sent(region, title=title).task.pk, act=make.act(region.coordinator))
        client.get(reverse("inbox"))
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse("inbox"), {"q": "план", "sort": "place"})
        assert title in page.text
        found.append(len(queries))
    assert len(set(found)) == 1 and found[0] <= 10, [row["sql"][:90] for row in queries]


# --- Given to another ----------------------------------------------------------------------------


def test_an_owner_gives_a_task_away_and_the_record_says_so(region, colleague):
    (task,) = tasks(region, "Первый")
    engine.take(task.pk, act=make.act(region.coordinator))
    reassigning.reassign(
        task.pk, to=colleague, seen=region.coordinator.pk, reason="Её участок",
        act=make.act(region.coordinator),
    )  # fmt: skip
    with pytest.raises(Conflict):
        engine.complete(task.pk, "agree", act=make.act(region.coordinator))
    engine.complete(task.pk, "agree", act=make.act(colleague))
    event = AuditEvent.objects.get(action="task.reassign")
    assert event.task_id == task.pk and event.reason == "Её участок"
    assert (event.before["owner"], event.after["owner"]) == ("Карина Кураторова", "Алла Коллегова")


def test_who_looks_after_the_step_gives_it_away_and_nobody_else(region, colleague):
    (task,) = tasks(region, "Первый")
    engine.take(task.pk, act=make.act(region.coordinator))
    given = {"to": colleague, "seen": region.coordinator.pk, "reason": "Уехала"}
    for person in (region.director, region.inspector, region.head, region.stranger):
        with pytest.raises(Forbidden):
            reassigning.reassign(task.pk, act=make.act(person), **given)
    reassigning.reassign(task.pk, act=make.act(region.administrator), **given)
    task.refresh_from_db()
    assert task.owner == colleague


def test_it_goes_only_to_somebody_active_with_the_role(region):
    (task,) = tasks(region, "Первый")
    gone = make.member(region.ministry, "coordinator", "gone", is_active=False)
    for receiver in (gone, region.inspector, region.director, region.stranger):
        with pytest.raises(Refusal) as refused:
            reassigning.reassign(
                task.pk, to=receiver, seen=None, reason="", act=make.act(region.coordinator)
            )
        assert refused.value.code == "receiver_cannot"


def test_a_page_that_is_no_longer_true_moves_nothing(client, region, colleague):
    (task,) = tasks(region, "Первый")
    client.force_login(region.coordinator)
    url = reverse("task-reassign", args=[task.pk])
    assert "Алла Коллегова" in client.get(url).text
    engine.take(task.pk, act=make.act(region.coordinator))
    page = client.post(url, {"receiver": colleague.pk, "words": "Её участок", "seen": ""})
    assert page.status_code == 409 and "Её участок" in page.text
    page = client.post(
        url, {"receiver": colleague.pk, "words": "Её", "seen": region.coordinator.pk}
    )
    assert page.status_code == 302


# --- Given to prepare, with a return -------------------------------------------------------------


def delegated(region: make.Region, colleague: User) -> Task:
    (task,) = tasks(region, "Первый")
    engine.take(task.pk, act=make.act(region.coordinator))
    return reassigning.delegate(
        task.pk, to=colleague, seen=region.coordinator.pk, asked="Сверить сроки",
        act=make.act(region.coordinator),
    )  # fmt: skip


def test_what_is_given_to_prepare_comes_back_to_be_finished(region, colleague):
    task = delegated(region, colleague)
    assert listed(region.coordinator, show=InboxShow.GIVEN) == [task]
    assert listed(colleague, show=InboxShow.MINE) == [task]
    for person in (colleague, region.coordinator):
        with pytest.raises(Conflict):
            engine.complete(task.pk, "agree", act=make.act(person))
    with pytest.raises(Conflict):
        engine.release(task.pk, act=make.act(colleague))
    for person, may in ((colleague, True), (region.coordinator, True), (region.head, False)):
        assert reassigning.may_return(person, task) is may
    assert not reassigning.may_return(None, task)
    reassigning.return_delegated(task.pk, answer="Сроки верны", act=make.act(colleague))
    task.refresh_from_db()
    assert (task.owner, task.delegated_by, task.note) == (region.coordinator, None, "Сроки верны")
    assert not reassigning.may_return(region.coordinator, task), "it is back already"
    engine.complete(task.pk, "agree", act=make.act(region.coordinator))
    actions = AuditEvent.objects.filter(task_id=task.pk).order_by("pk")
    assert list(actions.values_list("action", "actor__username")) == [
        ("task.take", "coordinator"),
        ("task.delegate", "coordinator"),
        ("task.return", "colleague"),
        ("plan.agree", "coordinator"),
    ]


def test_whoever_gave_it_calls_it_back_and_a_third_does_not(region, colleague):
    task = delegated(region, colleague)
    third = make.member(region.ministry, "coordinator", "third")
    with pytest.raises(Forbidden):
        reassigning.return_delegated(task.pk, answer="Готово", act=make.act(third))
    reassigning.return_delegated(task.pk, answer="", act=make.act(region.coordinator))
    task.refresh_from_db()
    assert task.owner == region.coordinator
    with pytest.raises(Conflict):
        reassigning.return_delegated(task.pk, answer="", act=make.act(region.coordinator))


def test_returning_without_a_word_is_refused(region, colleague):
    task = delegated(region, colleague)
    with pytest.raises(Refusal) as refused:
        reassigning.return_delegated(task.pk, answer=" ", act=make.act(colleague))
    assert refused.value.code == "words_given"


def test_what_was_prepared_for_somebody_who_left_goes_back_to_the_queue(region, colleague):
    task = delegated(region, colleague)
    region.coordinator.memberships.update(ends_on=timezone.localdate() - timedelta(days=1))
    reassigning.return_delegated(task.pk, answer="Готово", act=make.act(colleague))
    task.refresh_from_db()
    assert (task.owner, task.delegated_by, task.status) == (None, None, "NEW")


def test_the_pages_of_a_delegation(client, region, colleague):
    (task,) = tasks(region, "Первый")
    client.force_login(region.coordinator)
    client.post(reverse("task-take", args=[task.pk]))
    url = reverse("task-delegate", args=[task.pk])
    given = {"receiver": colleague.pk, "words": "Сверить", "seen": region.coordinator.pk}
    assert client.post(url, {**given, "words": ""}).status_code == 422
    assert client.post(url, given).status_code == 302
    assert "Отозвать" in client.get(reverse("inbox"), {"show": "given"}).text
    client.force_login(colleague)
    assert "подготовить для: Карина Кураторова" in client.get(reverse("inbox")).text
    page = client.get(task.get_absolute_url()).text  # asks the preparer for the answer
    assert "Сверить" in page
    assert f'action="{reverse("task-return", args=[task.pk])}"' in page
    back = client.post(reverse("task-return", args=[task.pk]), {"answer": "Верно\0"})
    assert back.status_code == 302


def test_the_name_of_a_place_is_written_as_it_is(client, region):
    """Straight quotation marks are letters like others, not signs of HTML printed twice."""
    Organisation.objects.filter(pk=region.own.pk).update(name='ГБУ "Дом & сад"', short_name="")
    tasks(region, "Первый")
    client.force_login(region.coordinator)
    page = client.get(reverse("inbox")).text
    assert "&quot;Дом &amp; сад&quot;" in page and "&amp;quot;" not in page
