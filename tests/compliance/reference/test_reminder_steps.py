"""The page of reminder steps: who sees it, what it changes, and that each change is on record."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from compliance.domain.refusals import Forbidden, Refusal
from compliance.models import AuditEvent
from compliance.services.reference.reminder_steps import switch_step, tell_director_ahead
from compliance.wording.events import changes_of
from notifications.models import ReminderStep
from tests.building import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def region() -> make.Region:
    return make.region()


def page_of(region: make.Region, part: str = "administrator") -> Client:
    client = Client()
    client.force_login(region.people[part])
    return client


def schedule() -> list[tuple[int, str, bool, bool]]:
    rows = ReminderStep.objects.filter(subject_kind="occurrence", who="director")
    return list(rows.order_by("offset").values_list("offset", "who", "unless_begun", "is_active"))


USUAL = [(1, "director", False, True), (3, "director", False, True), (12, "director", False, True)]


def test_in_a_new_installation_directors_hear_only_of_what_is_overdue():
    assert schedule() == USUAL
    assert not ReminderStep.objects.filter(unless_begun=True).exists()


def test_an_administrator_lets_directors_be_told_before_the_date(region):
    answer = page_of(region).post(
        reverse("reminder-step-ahead"), {"days": "5", "unless_begun": "on"}, follow=True
    )
    assert schedule() == [(-5, "director", True, True), *USUAL]
    text = answer.content.decode()
    assert "за 5 рабочих дней" in text and "о том, что исполнитель не начал" in text
    event = AuditEvent.objects.get(action="reminder_step.add")
    assert (event.organisation, event.actor) == (region.ministry, region.administrator)
    said = {(one.label, one.after) for one in changes_of(event)}
    assert said == {
        ("Рабочих дней от срока", "-5"),
        ("Кому напоминают", "Руководитель учреждения"),
        ("Только если исполнитель не начал работу", "да"),
        ("Действует", "да"),
    }


def test_the_same_day_entered_again_changes_what_is_told(region):
    act = make.act(region.administrator)
    tell_director_ahead(5, unless_begun=True, act=act)
    tell_director_ahead(5, unless_begun=False, act=act)
    tell_director_ahead(5, unless_begun=False, act=act)
    assert schedule() == [(-5, "director", False, True), *USUAL]
    assert AuditEvent.objects.filter(action="reminder_step.change").count() == 1


@pytest.mark.parametrize("days", ["0", "-3", "61", "", "пять"])
def test_a_day_that_is_none_ahead_is_refused(region, days):
    answer = page_of(region).post(reverse("reminder-step-ahead"), {"days": days})
    assert answer.status_code == 422
    assert schedule() == USUAL


def test_the_service_refuses_it_too(region):
    with pytest.raises(Refusal, match="step_too_far"):
        tell_director_ahead(61, unless_begun=True, act=make.act(region.administrator))


def test_a_step_is_switched_off_and_on_again(region):
    step = ReminderStep.objects.get(subject_kind="occurrence", offset=3)
    url = reverse("reminder-step-switch", args=[step.pk])
    for said, expected in [("0", False), ("1", True)]:
        page = page_of(region).get(reverse("reminder-steps")).content.decode()
        assert f'name="is_active" value="{said}"' in page.partition(url)[2].partition("</form>")[0]
        for _twice in range(2):
            page_of(region).post(url, {"is_active": said})
            step.refresh_from_db()
            assert step.is_active is expected
    assert AuditEvent.objects.filter(action="reminder_step.change").count() == 2


def test_steps_of_other_kinds_are_not_switched_here(region):
    step = ReminderStep.objects.get(subject_kind="task", offset=-1)
    answer = page_of(region).post(reverse("reminder-step-switch", args=[step.pk]))
    assert answer.status_code == 404


def test_overseers_look_and_administrators_of_all_regions_change(region):
    page = page_of(region, "coordinator").get(reverse("reminder-steps")).content.decode()
    assert "Шаги напоминаний" in page and '<form method="post" action="/reminder' not in page
    assert page_of(region, "director").get(reverse("reminder-steps")).status_code == 403
    make.ministry(name="Другое министерство")
    for part in ("coordinator", "administrator"):
        with pytest.raises(Forbidden):
            tell_director_ahead(5, unless_begun=True, act=make.act(region.people[part]))
        step = ReminderStep.objects.get(subject_kind="occurrence", offset=3)
        with pytest.raises(Forbidden):
            switch_step(step.pk, is_active=False, act=make.act(region.people[part]))


def test_what_is_common_to_all_regions_stands_once_in_the_history(region):
    for name in ("Второе министерство", "Третье министерство"):
        make.ministry(name=name)
    root = make.user("root", full_name="Корней Общий", is_superuser=True)
    tell_director_ahead(5, unless_begun=True, act=make.act(root))
    assert AuditEvent.objects.filter(action="reminder_step.add").count() == 3
    client = Client()
    client.force_login(root)
    page = client.get(reverse("reminder-steps")).content.decode()
    assert page.partition('class="timeline"')[2].count("Корней Общий") == 1
