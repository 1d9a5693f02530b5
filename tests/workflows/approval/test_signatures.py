"""The approval block: which authority, post and name agreed and approved, frozen that day."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from compliance.domain.plans.grounds import Grounds
from compliance.models import Decision, Membership, Substitution, User
from tests.building import factories as make
from tests.building.parties import AGREES, APPROVES, answer, minutes, set_type, step, vote, voting
from tests.building.scenes import Scene, sent

pytestmark = pytest.mark.django_db


def post(person: User, full_name: str, words: str) -> None:
    Membership.objects.filter(user=person).update(post=words)
    person.full_name = full_name
    person.save(update_fields=["full_name"])


def block(page: str) -> list[str]:
    """The lines of the approval block, as they are read."""
    found = re.findall(r"<dt>(Согласован\w*|Утвержд[её]н\w*)</dt>(.*?)(?=<dt>)", page, re.S)
    return [
        f"{kind}: " + " | ".join(" ".join(strip_tags(row).split()) for row in rows.split("</dd>"))
        for kind, rows in found
    ]


def shown(scene: Scene, client: Client) -> list[str]:
    return block(client.get(scene.plan.get_absolute_url()).content.decode())


@pytest.fixture
def signed(client: Client) -> Scene:
    """A plan that two parties agreed and the director approved, all with posts."""
    region = make.region()
    set_type(region, step(AGREES, "coordinator"), step(AGREES, "head"), step(APPROVES, "director"))
    post(region.coordinator, "Кураторова Карина Львовна", "главный специалист")
    post(region.head, "Головин Глеб Осипович", "первый заместитель министра")
    post(region.director, "Дирекова Дарья Ильинична", "директор")
    region.ministry.name = "Министерство социальной защиты"
    region.ministry.save()
    scene = sent(region)
    answer(scene, region.coordinator, "agree")
    answer(scene, region.head, "agree")
    order = Grounds(basis="order", basis_number="7-П", basis_date=timezone.localdate())
    answer(scene, region.director, "approve", order)
    client.force_login(region.director)
    return scene


def test_the_block_names_authority_post_and_initials_and_each_kind_once(
    signed: Scene, client: Client
) -> None:
    day = f"{timezone.localdate():%d.%m.%Y}"
    agreed, approved = shown(signed, client)
    assert agreed == (
        "Согласован: Министерство социальной защиты, главный специалист К. Л. Кураторова "
        f"Подпись на документе, {day} | Министерство социальной защиты, "
        f"первый заместитель министра Г. О. Головин Подпись на документе, {day} | "
    )
    assert approved.startswith("Утверждён: ") and "директор Д. И. Дирекова" in approved
    assert f"Приказ № 7-П от {day}" in approved


def test_a_new_post_or_name_changes_no_decision_of_earlier_days(
    signed: Scene, client: Client
) -> None:
    before = shown(signed, client)
    region = signed.region
    post(region.director, "Новая Нина Ивановна", "исполняющий обязанности директора")
    post(region.head, "Иной Илья Ильич", "министр")
    type(region.ministry).objects.filter(pk=region.ministry.pk).update(name="Департамент")
    assert shown(signed, client) == before


def test_the_council_stands_there_as_a_body_with_its_minutes(client: Client) -> None:
    scene, people = voting()
    region = scene.region
    vote(scene, people[0])
    vote(scene, people[1])
    client.force_login(region.coordinator)
    page = client.get(scene.plan.get_absolute_url()).content.decode()
    assert "Член общественного совета" not in page and "Общественный совет" in page
    answer(scene, people[2], "approve", minutes())
    _agreed, approved = shown(scene, client)
    day = f"{timezone.localdate():%d.%m.%Y}"
    assert approved == f"Утверждён: {region.council.name} Протокол № 30-ОС от {day} | "
    page = client.get(scene.plan.get_absolute_url()).content.decode()
    assert "Член общественного совета" not in page


def test_a_council_without_a_vote_is_a_body_too() -> None:
    region = make.region()
    set_type(region, step(AGREES, "coordinator"), step(APPROVES, "council"))
    scene = sent(region)
    answer(scene, region.coordinator, "agree")
    post(region.councillor, "Советов Семён Ильич", "председатель совета")
    answer(scene, region.councillor, "approve", minutes())
    found = Decision.objects.get(kind=APPROVES)
    assert (found.authority, found.post, found.signed_by) == (region.council.name, "", "")
    assert found.party == region.council.name


def test_a_substitute_signs_for_the_absent_and_in_their_post() -> None:
    region = make.region()
    post(region.head, "Головин Глеб Осипович", "министр")
    post(region.coordinator, "Кураторова Карина Львовна", "главный специалист")
    set_type(region, step(AGREES, "head"), step(APPROVES, "director"))
    today = timezone.localdate()
    Substitution.objects.create(
        substitute=region.coordinator, absent=region.head, starts_on=today, ends_on=today,
        reason="Отпуск", entered_by=region.head, entered_at=timezone.now(),
    )  # fmt: skip
    answer(sent(region), User.objects.get(pk=region.coordinator.pk), "agree")
    found = Decision.objects.get()
    assert (found.post, found.signed_by) == (
        "министр",
        "К. Л. Кураторова (от имени: Г. О. Головин)",
    )


def test_the_public_page_prints_the_same_block_and_no_telephone(
    signed: Scene, client: Client
) -> None:
    today = timezone.localdate()
    public = Grounds(published_on=today, published_url="https://example.org/plan")
    Decision.objects.filter(kind=APPROVES).update(post="директор, тел. 8 (3842) 36-12-34")
    answer(signed, signed.region.director, "publish", public)
    page = Client().get(reverse("public-plan", args=[signed.plan.pk])).content.decode()
    agreed, approved = block(page)
    assert "первый заместитель министра Г. О. Головин" in agreed
    assert "Д. И. Дирекова" in approved and "36-12-34" not in page
