"""What nobody should learn, and what nobody should do unseen: each case once went wrong."""

from __future__ import annotations

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse

from compliance.models import AuditEvent, Membership, Plan
from compliance.services.evidence.reports import Account, save_report
from compliance.services.plans import remarks
from tests.building import factories as make
from tests.building.scenes import executing, sent

pytestmark = pytest.mark.django_db


def another_region(name: str = "Министерство другой области"):
    """A ministry with an administrator of the same name as the first region's director."""
    top = make.ministry(name=name)
    return top, make.member(top, "administrator", "far-admin", full_name="Денис Директоров")


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_plan_types_count_only_the_plans_that_the_person_sees():
    region = make.region()
    make.plan(region)
    make.plan(region, organisation=region.other, title="Второй план")
    _top, far = another_region()
    near = client_of(region.administrator).get(reverse("plan-types")).context["types"]
    assert [kind.plans for kind in near] == [2, 0]
    there = client_of(far).get(reverse("plan-types")).context["types"]
    assert [kind.plans for kind in there] == [0, 0]


def test_the_search_for_a_person_finds_ones_own_among_many_namesakes():
    """Fifty namesakes of other regions came first, and one's own director was not found."""
    namesakes = [make.user(f"namesake{n}", full_name="Денис Директоров") for n in range(55)]
    top = make.ministry(name="Министерство другой области")
    for person in namesakes:
        Membership.objects.create(user=person, organisation=top, role="executor")
    region = make.region()
    make.plan(region)
    AuditEvent.objects.update(actor=region.director)
    page = client_of(region.administrator).get(reverse("audit"), {"person": "Директоров"})
    assert "Денис Директоров" in page.content.decode() and page.context["rows"]


def test_the_administrations_short_addresses_tell_nothing():
    region = make.region()
    region.administrator.is_staff = region.administrator.is_superuser = True
    region.administrator.save()
    client = client_of(region.administrator)
    kind, plan = ContentType.objects.get_for_model(Plan).pk, make.plan(region)
    for pk in (plan.pk, 10**6):
        assert client.get(f"/admin/r/{kind}/{pk}/").status_code == 404


def test_a_private_page_is_not_kept_whatever_duties_its_reader_has():
    region = make.region()
    for person in (region.stranger, region.director):
        answer = client_of(person).get(reverse("messages"))
        assert answer["Cache-Control"] == "private, no-store"


def test_a_photo_is_asked_about_each_time():
    from compliance.services.evidence.files import attach_photo

    scene = executing()
    report = save_report(scene.occurrence.pk, Account("x"), act=make.act(scene.region.executor))
    photo = attach_photo(report, make.photo(), act=make.act(scene.region.executor))
    client, url = client_of(scene.region.executor), reverse("evidence", args=[photo.pk, "copy"])
    first = client.get(url)
    assert first["Cache-Control"] == "private, no-cache"
    for closer in first._resource_closers:
        closer()
    assert client.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 304
    client.logout()
    assert client.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 302


def test_changing_a_colleagues_draft_is_on_record_and_changing_ones_own_is_not():
    scene = executing()
    pk, region = scene.occurrence.pk, scene.region
    save_report(pk, Account("Сделано"), act=make.act(region.executor))
    save_report(pk, Account("Сделано всё"), act=make.act(region.executor))
    assert not AuditEvent.objects.filter(action="report.rewrite").exists()
    save_report(pk, Account("Ничего не сделано"), act=make.act(region.director))
    event = AuditEvent.objects.get(action="report.rewrite")
    assert (event.before["text"], event.after["text"]) == ("Сделано всё", "Ничего не сделано")
    assert event.actor == region.director


def test_a_remark_thrown_away_before_it_was_sent_is_on_record():
    scene = sent()
    version = scene.plan.revisions.get().versions.get()
    act = make.act(scene.region.coordinator)
    remarks.draft_remark(version, "Уточните срок", act=act)
    remarks.drop_remark(version, act=act)
    event = AuditEvent.objects.get(action="remark.drop")
    assert event.before["remark"] == "Уточните срок"
