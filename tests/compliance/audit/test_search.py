"""The administrator's search of the audit trail: what is found, by pages, as files, and by whom."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone, translation

from compliance.domain.audit.chains import link_hash
from compliance.models import AuditEvent, User
from compliance.services.acts import Act
from compliance.services.audit import search as audit
from compliance.services.audit.exports import events_as_json, events_as_text
from compliance.services.audit.search import Search
from compliance.services.audit.trail import covered, record_and_tell
from tests.building import factories as make
from tests.building.paged import walked
from tests.building.scenes import executing

pytestmark = pytest.mark.django_db


def many(region: make.Region, count: int, **given) -> None:
    """So many events of the region's own institution, a minute apart, the last one now."""
    plan = make.plan(region)
    now = timezone.now()
    with transaction.atomic():
        for number in range(count):
            act = Act(
                user=given.get("user", region.director),
                at=now - timedelta(minutes=count - number - 1),
                on_behalf_of=given.get("on_behalf_of"),
            )
            record_and_tell(
                act=act,
                organisation=given.get("organisation", region.own),
                action=given.get("action", "measure.change"),
                subject=plan,
                reason=given.get("reason", f"причина {number}"),
            )


def reasons(user: User, **wanted) -> list[str]:
    return [event.reason for event in audit.found(user, Search(**wanted))]


@pytest.fixture
def region() -> make.Region:
    return make.region()


def test_each_filter_narrows_to_what_it_says(region):
    many(region, 1, reason="По ПРИКАЗУ № 5")
    many(region, 1, reason="чужое", organisation=region.other, user=region.foreign_director)
    many(region, 1, reason="за отсутствующего", on_behalf_of=region.director, user=region.executor)
    many(region, 1, reason="снято", action="measure.remove")
    admin = make.act(region.administrator).person
    assert reasons(admin, words="приказу") == ["По ПРИКАЗУ № 5"]
    assert reasons(admin, organisation="другой") == ["чужое"]
    assert "чужое" not in reasons(admin, organisation=str(region.own.pk))
    assert "чужое" in reasons(admin, organisation="министерство"), "the branch below counts"
    assert reasons(admin, person="ЧУЖОВА") == ["чужое"]
    assert "за отсутствующего" in reasons(admin, person=str(region.director.pk))
    assert reasons(admin, person="Исполнителева") == ["за отсутствующего"]
    assert reasons(admin, action="measure.remove") == ["снято"]
    event = AuditEvent.objects.get(reason="снято")
    assert reasons(admin, kind="plan", object_id=event.subject_id)[0] == "снято"
    assert reasons(admin, since=timezone.now()) == []
    assert len(reasons(admin, until=timezone.now())) == AuditEvent.objects.count()


def test_only_the_administrators_own_branch_is_searched(region):
    many(region, 2)
    neighbour = make.ministry(name="Министерство другой области")
    outsider = make.member(neighbour, "administrator", "outsider")
    assert reasons(make.act(outsider).person) == []
    assert reasons(make.act(outsider).person, organisation=str(region.own.pk)) == []
    assert reasons(make.act(region.coordinator).person) == []
    local = make.member(region.other, "administrator", "local")
    assert reasons(make.act(local).person) == []
    many(region, 1, organisation=region.other, reason="своё")
    assert reasons(make.act(local).person) == ["своё"]


def test_the_list_goes_on_where_the_last_page_ended_and_comes_back(client, region):
    many(region, 60)
    AuditEvent.objects.filter(reason__endswith="0").update(at=timezone.now())
    client.force_login(region.administrator)  # one event more
    expected = list(audit.found(make.act(region.administrator).person, Search()))
    pages = walked(client, reverse("audit"))
    assert [len(page) for page in pages] == [25, 25, 11]
    assert [event for page in pages for event in page] == expected


@pytest.mark.parametrize(
    "query",
    [
        "?q=%00&person=%00&organisation=%00",
        "?object=99999999999999999999999&kind=plan",
        "?since=0001-01-01&until=9999-12-31",
        "?since=9999-12-31",
        "?action=nothing&kind=nothing",
        "?organisation=99999999999999999999999&person=99999999999999999999999",
        "?before=2026-05-20T09:00:00%2B00:00_1",
        "?page=2",
        "?q=(((",
    ],
)
def test_absurd_searches_are_answered(client, region, query):
    many(region, 1)
    client.force_login(region.administrator)
    assert client.get(reverse("audit") + query).status_code == 200
    for form in ("csv", "jsonl"):
        b"".join(client.get(reverse("audit-export", args=[form]) + query).streaming_content)


def test_the_number_of_statements_does_not_depend_on_the_number_of_events(
    client, region, django_assert_max_num_queries
):
    executing(region)
    client.force_login(region.administrator)
    many(region, 3)
    with django_assert_max_num_queries(20) as few:
        client.get(reverse("audit"))
    many(region, 70)
    with django_assert_max_num_queries(20) as full:
        client.get(reverse("audit"))
    assert len(full) <= len(few)


def test_an_export_has_exactly_what_the_page_shows(client, region):
    many(region, 60, reason="=СУММ(1)")
    many(region, 2, action="measure.remove", reason="сняты")
    client.force_login(region.administrator)
    query = {"action": "measure.change", "person": "Директоров"}
    table = b"".join(client.get(reverse("audit-export", args=["csv"]), query).streaming_content)
    rows = list(csv.reader(io.StringIO(table.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == [
        "Когда", "Организация", "Номер", "Кто", "От чьего имени", "Откуда", "Что сделано",
        "К чему относится", "Номер объекта", "Задача", "Что изменилось", "Почему", "sha256",
    ]  # fmt: skip
    assert {len(row) for row in rows} == {13}
    assert len(rows) == 61 and {row[6] for row in rows[1:]} == {"Изменено мероприятие"}
    assert rows[1][11] == "'=СУММ(1)", "no formula for the reader's program"
    lines = b"".join(client.get(reverse("audit-export", args=["jsonl"]), query).streaming_content)
    events = [json.loads(line) for line in lines.decode().splitlines()]
    found = audit.found(
        make.act(region.administrator).person,
        Search(action="measure.change", person="Директоров"),
    )
    assert [event["hash"] for event in events] == list(found.values_list("hash", flat=True))
    assert client.get(reverse("audit-export", args=["exe"])).status_code == 404


def test_a_line_of_the_export_can_be_checked_without_the_database(client, region):
    many(region, 1)
    event = AuditEvent.objects.last()
    client.force_login(region.administrator)
    lines = b"".join(client.get(reverse("audit-export", args=["jsonl"])).streaming_content)
    line = json.loads(lines.decode().splitlines()[0])
    content = {
        key: line[key]
        for key in (
            "organisation_id", "region_id", "version", "actor_id", "on_behalf_of_id", "address",
            "action", "subject_kind", "subject_id", "task_id", "before", "after", "reason",
        )
    }  # fmt: skip
    content["at"] = line["at"]
    assert content == covered(event)
    assert line["hash"] == link_hash(line["sequence"], line["previous_hash"], content)


def test_a_check_of_a_chain_says_what_it_found_and_stays_on_record(client, region):
    many(region, 5)
    client.force_login(region.administrator)
    url = reverse("audit-verify", args=[region.own.pk])
    page = client.post(url, follow=True).content.decode()
    assert "Цепочка цела." in page
    AuditEvent.objects.filter(sequence=3).update(reason="задним числом")
    page = client.post(url, follow=True).content.decode()
    assert "Цепочка нарушена в 1 месте." in page and "№ 3 — изменено" in page
    checks = AuditEvent.objects.filter(action="audit.verify", actor=region.administrator)
    assert [event.after["breaks"] for event in checks.order_by("id")] == [[], [[3, "changed", 1]]]


def test_an_organisation_of_another_region_is_not_there_to_be_checked(client, region):
    neighbour = make.ministry(name="Министерство другой области")
    client.force_login(region.administrator)
    assert client.post(reverse("audit-verify", args=[neighbour.pk])).status_code == 404


def test_a_chain_too_long_for_a_page_names_the_command(client, region, monkeypatch):
    many(region, 3)
    monkeypatch.setattr(audit, "CHECKED_HERE", 2)
    client.force_login(region.administrator)
    answer = client.post(reverse("audit-verify", args=[region.own.pk]))
    assert answer.status_code == 422 and "verify_audit" in answer.content.decode()


@pytest.mark.postgres
def test_the_latest_events_of_a_region_are_read_from_its_index(region):
    many(region, 5)
    user = make.act(region.administrator).person
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
    for search, index in (
        (Search(), "audit_by_region"),
        (Search(action="measure.change"), "audit_by_action"),
        (Search(words="приказ"), "audit_with_reason"),
    ):
        plan = audit.found(user, search)[:50].explain()
        assert index in plan and "Sort" not in plan, plan


def test_an_event_as_a_row_and_as_json_says_all_of_this(region):
    act = Act(
        user=region.executor, at=datetime(2026, 5, 20, 9, 5, 7, tzinfo=UTC), address="10.0.0.1",
        on_behalf_of=region.director, task_id=17,
    )  # fmt: skip
    event = record_and_tell(
        act=act, organisation=region.own, action="membership.change", subject=region.stranger,
        before={"post": "методист"}, after={"post": "завхоз"}, reason="Переведён",
    )  # fmt: skip
    event = AuditEvent.objects.get(action="membership.change")
    with translation.override("ru"):
        head, row = csv.reader(
            io.StringIO("".join(events_as_text([event], ZoneInfo("Asia/Omsk"))).lstrip("\ufeff")),
            delimiter=";",
        )
    assert dict(zip(head, row, strict=True)) == {
        "Когда": "20.05.2026 15:05:07",
        "Организация": region.own.name,
        "Номер": "1",
        "Кто": "Ольга Исполнителева",
        "От чьего имени": "Денис Директоров",
        "Откуда": "10.0.0.1",
        "Что сделано": "Изменена роль",
        "К чему относится": "Человек",
        "Номер объекта": str(region.stranger.pk),
        "Задача": "17",
        "Что изменилось": "Должность: методист → завхоз",
        "Почему": "Переведён",
        "sha256": event.hash,
    }
    (line,) = events_as_json([event])
    said = json.loads(line)
    assert line.endswith("}\n")
    assert {name: said[name] for name in list(said)[:5]} == {
        "organisation_name": region.own.name,
        "actor_name": "Ольга Исполнителева",
        "sequence": 1,
        "previous_hash": "",
        "hash": event.hash,
    }
    assert set(covered(event)) <= set(said)


def test_words_of_a_reason_are_ten_at_most(region):
    many(region, 1, reason="срок перенесён")
    assert len(reasons(region.administrator, words="срок " * 10 + "нет")) == 1
    assert reasons(region.administrator, words="срок " * 9 + "нет") == []
