"""People of a closed organisation read on and act no more; the ministry settles what is open."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from compliance.domain.refusals import Forbidden
from compliance.models import Organisation, User
from compliance.services.evidence.reports import Account, save_report
from tests.building import factories as make
from tests.building.scenes import executing, sent
from workflows.services.people import look_ups
from workflows.services.tasks import engine

pytestmark = pytest.mark.django_db


def closed(organisation: Organisation) -> None:
    Organisation.objects.filter(pk=organisation.pk).update(is_active=False)


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_they_open_what_they_opened_before():
    scene = executing()
    closed(scene.region.own)
    for person in (scene.region.director, scene.region.executor):
        client = browser(person)
        page = client.get(scene.plan.get_absolute_url())
        assert page.status_code == 200 and "История" in page.content.decode()
        assert client.get(scene.occurrence.get_absolute_url()).status_code == 200
        assert client.get(reverse("home")).status_code == 200


def test_they_neither_report_nor_draft_nor_decide():
    scene = executing()
    draft = make.plan(
        scene.region, title="Черновик", period=make.Period(date(2031, 1, 1), date(2031, 12, 31))
    )
    closed(scene.region.own)
    with pytest.raises(Forbidden):
        save_report(scene.occurrence.pk, Account("Готово"), act=make.act(scene.region.executor))
    answer = browser(scene.region.director).post(reverse("plan-send", args=[draft.pk]))
    assert answer.status_code == 403


def test_the_ministry_above_goes_on_acting():
    scene = sent()
    closed(scene.region.own)
    engine.complete(scene.task.pk, "agree", act=make.act(scene.region.coordinator))
    scene.plan.refresh_from_db()
    assert scene.plan.state == "agreed"


def test_people_of_a_closed_ministry_act_no_more_either():
    scene = sent()
    closed(scene.region.ministry)
    with pytest.raises(Forbidden):
        engine.complete(scene.task.pk, "agree", act=make.act(scene.region.coordinator))


def test_the_page_of_rights_says_so():
    scene = sent()
    closed(scene.region.own)
    grants = look_ups.grants(scene.plan, look_ups.memberships_about(scene.plan))
    found = {one.membership.user_id: one for one in grants}
    director = found[scene.region.director.pk]
    assert director.sees and [str(act) for act in director.acts] == ["видит замечания и историю"]
