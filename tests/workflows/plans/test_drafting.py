"""A plan begun on the page: by hand, or from a document that is shown first."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from compliance.domain.refusals import Conflict, Forbidden
from compliance.models import AuditEvent, Plan, PlanType, PlanUpload
from compliance.services.audit.trail import broken_chains
from compliance.services.documents import uploads
from compliance.services.documents.imports import Request
from compliance.services.plans.beginning import may_begin, places_to_draft
from compliance.services.uploads import forget_uploads
from tests.building import factories as make
from tests.compliance.documents.test_imports import KEMEROVO, SMOLENSK, content, institution_plan

pytestmark = pytest.mark.django_db
NEW = "/plans/new/"
OWN = "ГБУ «Примерный центр социального обслуживания»"
ROW = "1\tСтенд\tОбновить стенд\tежеквартально\tДиректор"
SHIFTED = institution_plan(OWN, "1\t\t\tОбновить стенд", "2\tмай\t\t\tДиректор", ROW)
VAGUE = "2\tСайт\tОбновить сайт\tв разумные сроки\tНекто Неведомый"


def browser(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def region() -> make.Region:
    return make.region()


def owner_of(region: make.Region, code: str = "institution") -> str:
    place = region.ministry if code == "regional" else region.own
    return f"{PlanType.objects.get(code=code).pk}-{place.pk}"


def entered(region: make.Region, **given) -> dict:
    """What a browser sends of the form."""
    data = {
        "owner": owner_of(region),
        "key": str(uuid.uuid4()),
        "period_start": "2026-01-01",
        "period_end": "2026-12-31",
        "title": "План на 2026 год",
        "suggested": "",
        "headings": "I. Открытость\nII. Комфортность",
    }
    return {**data, **given}


# --- By hand ------------------------------------------------------------------------------------


def test_a_director_with_one_institution_finds_the_form_filled_in(region):
    with time_machine.travel("2026-11-22 09:00+03:00"):
        page = browser(region.director).get(NEW).content.decode()
    assert f"План мероприятий учреждения: {region.own.name}, 2027 год" in page
    assert 'value="2027-01-01"' in page and 'value="2027-12-31"' in page
    assert "V. Удовлетворённость условиями оказания услуг" in page


@pytest.mark.parametrize(("month", "year"), [(9, 2026), (10, 2027)])
def test_from_october_on_the_next_year_is_suggested(region, month, year):
    with time_machine.travel(f"2026-{month:02}-15 09:00+03:00"):
        assert f'value="{year}-01-01"' in browser(region.director).get(NEW).content.decode()


def test_a_draft_is_made_with_its_sections_and_is_on_record(region):
    client = browser(region.director)
    answer = client.post(NEW, entered(region))
    plan = Plan.objects.get()
    assert answer.url == plan.get_absolute_url()
    assert (plan.state, plan.organisation, plan.created_by) == (
        "draft",
        region.own,
        region.director,
    )
    assert (plan.period_start, plan.period_end) == (date(2026, 1, 1), date(2026, 12, 31))
    sections = plan.revisions.get().sections.all()
    assert [(one.number, one.title) for one in sections] == [
        ("I", "Открытость"), ("II", "Комфортность"),
    ]  # fmt: skip
    event = AuditEvent.objects.get()
    assert (event.action, event.actor) == ("plan.draft", region.director)
    assert list(broken_chains()) == []
    page = client.get(answer.url).content.decode()
    assert page.count("Добавить мероприятие") == 2 and "Черновик создан" in page


@time_machine.travel("2026-11-22 09:00+03:00")
def test_a_measure_is_added_to_such_a_draft_and_it_goes_its_way(region):
    client = browser(region.director)
    client.post(NEW, entered(region))
    plan = Plan.objects.get()
    section = plan.revisions.get().sections.first()
    measure = {
        "number": "1.1", "text": "Обновить стенд", "deadline_text": "ежеквартально",
        "proof": ["photo"], "responsible": "Центр", "party": str(region.own.pk),
    }  # fmt: skip
    address = reverse("measure-add", args=[plan.pk]) + f"?section={section.pk}"
    assert client.post(address, measure).status_code == 302
    client.post(reverse("plan-send", args=[plan.pk]))
    assert plan.revisions.get().status == "with_parties"


def test_a_form_sent_twice_makes_one_plan(region):
    client, data = browser(region.director), entered(region)
    first, second = client.post(NEW, data), client.post(NEW, data)
    assert first.url == second.url == Plan.objects.get().get_absolute_url()
    assert AuditEvent.objects.count() == 1


def test_another_form_with_the_same_plan_is_told_that_it_is_there(region):
    client = browser(region.director)
    client.post(NEW, entered(region))
    answer = client.post(NEW, entered(region))
    assert answer.status_code == 422 and "на этот период уже есть" in answer.content.decode()
    assert Plan.objects.count() == 1


def test_the_key_of_somebody_elses_form_gives_nobody_their_plan(region):
    data = entered(region)
    browser(region.director).post(NEW, data)
    other = f"{PlanType.objects.get(code='institution').pk}-{region.other.pk}"
    browser(region.foreign_director).post(NEW, {**data, "owner": other})
    assert {plan.organisation for plan in Plan.objects.all()} == {region.own, region.other}


@pytest.mark.parametrize(
    ("title", "stored"),
    [
        ("", "План мероприятий учреждения: {}, 2028 год"),
        ("Как предложено", "План мероприятий учреждения: {}, 2028 год"),
        ("Свой  заголовок", "Свой заголовок"),
    ],
)
def test_a_title_nobody_touched_follows_the_period(region, title, stored):
    data = entered(region, title=title, suggested="Как предложено",
                   period_start="2028-01-01", period_end="2028-12-31")  # fmt: skip
    browser(region.director).post(NEW, data)
    assert Plan.objects.get().title == stored.format(region.own.name)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"period_end": "2025-12-31"}, "Последний день раньше первого"),
        ({"period_end": "2031-01-01"}, "самое большее на 5 лет"),
        ({"period_start": "1026-01-01"}, "2000"),
        ({"period_start": "вчера"}, "Введите правильную дату"),
        ({"headings": " \n"}, "Обязательное поле"),
        ({"headings": "\n".join("А" * 41)}, "не больше 40 разделов"),
        ({"title": "а" * 1001}, "1000"),
        ({"key": "x"}, "UUID"),
        ({"owner": "7-7"}, "7-7"),
        ({"owner": "\0"}, "Чей план"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(region, given, words):
    answer = browser(region.director).post(NEW, entered(region, **given))
    page = answer.content.decode()
    assert answer.status_code == 422 and words in page
    if "owner" not in given:
        assert "План на 2026 год" in page or "title" in given
    assert not Plan.objects.exists()


def test_who_drafts_for_several_chooses_first(region):
    PlanType.objects.filter(code="institution").update(drafted_by="coordinator")
    client = browser(region.coordinator)
    page = client.get(NEW).content.decode()
    assert region.own.name in page and region.ministry.name in page and "Разделы" not in page
    chosen = client.get(NEW, {"owner": owner_of(region, "regional")}).content.decode()
    assert "Разделы" in chosen and "План мероприятий региона: Министерство" in chosen
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(NEW)
    for n in range(5):
        make.institution(region.ministry, name=f"Центр {n}")
    with CaptureQueriesContext(connection) as many:
        client.get(NEW)
    assert len(few) == len(many)


def test_only_drafters_begin_plans_and_only_where_they_draft(region):
    assert [place.organisations for place in places_to_draft(region.director)] == [[region.own]]
    for part in ("executor", "inspector", "head", "councillor", "stranger"):
        client = browser(region.people[part])
        assert client.get(NEW).status_code == 403
        assert client.post(NEW, entered(region)).status_code == 403
        assert NEW not in client.get("/plans/").content.decode()
    foreign = browser(region.foreign_director)
    assert foreign.post(NEW, entered(region)).status_code == 422
    assert NEW in foreign.get("/plans/").content.decode()
    assert not Plan.objects.exists()


def test_nobody_begins_a_plan_of_a_closed_organisation(region):
    region.own.is_active = False
    region.own.save()
    assert not may_begin(make.act(region.director).user)
    assert browser(region.director).get(NEW).status_code == 403


# --- From a document ----------------------------------------------------------------------------


def uploaded(client: Client, data: bytes | str, name: str = "план.txt"):
    data = data.encode() if isinstance(data, str) else data
    return client.post("/plans/new/document/", {"file": SimpleUploadedFile(name, data)})


def test_a_document_is_shown_and_then_stored_as_the_command_stores_it(region):
    client = browser(region.director)
    text = "\n".join([institution_plan(OWN, ROW, VAGUE), "", "Приписка под таблицей"])
    address = uploaded(client, text).url
    page = client.get(address).content.decode()
    assert not Plan.objects.exists(), "nothing is stored by looking"
    for words in ("Обновить стенд", "2026 год", "Некто Неведомый", "нужно подтвердить", "план.txt"):
        assert words in page
    assert "Приписка под таблицей" in page and "Чему не нашлось места" in page
    answer = client.post(address, {"owner": owner_of(region)})
    plan = Plan.objects.get()
    assert answer.url == plan.get_absolute_url()
    assert (plan.source_name, plan.created_by) == ("план.txt", region.director)
    versions = plan.revisions.get().versions.all()
    assert [(one.number, one.text) for one in versions] == [
        ("1", "Обновить стенд"), ("2", "Обновить сайт"),
    ]  # fmt: skip
    assert versions.unsettled().count() == 1
    assert bytes(PlanUpload.objects.get().content) == b"", "the file is not kept any longer"
    assert AuditEvent.objects.get(action="plan.draft").actor == region.director


def test_the_second_press_and_the_way_back_lead_to_the_one_plan(region):
    client = browser(region.director)
    address = uploaded(client, institution_plan(OWN, ROW)).url
    first = client.post(address, {"owner": owner_of(region)})
    assert client.post(address, {"owner": owner_of(region)}).url == first.url
    assert client.get(address).url == first.url
    assert Plan.objects.count() == 1


def test_the_same_file_once_more_is_said_to_be_a_plan_already(region):
    client, text = browser(region.director), institution_plan(OWN, ROW)
    client.post(uploaded(client, text).url, {"owner": owner_of(region)})
    answer = client.post(uploaded(client, text).url, {"owner": owner_of(region)})
    assert answer.status_code == 422 and "уже загружен" in answer.content.decode()


def test_a_year_that_the_document_does_not_name_is_asked_for(region):
    client = browser(region.director)
    text = institution_plan(OWN, ROW).replace(" на 2026 год", "")
    address = uploaded(client, text).url
    assert "В названии не указан год" in client.get(address).content.decode()
    answer = client.post(address, {"owner": owner_of(region)})
    assert answer.status_code == 422 and "не указан год" in answer.content.decode()
    shown = client.get(address, {"owner": owner_of(region), "year": "2027"}).content.decode()
    assert "2027 год" in shown and not Plan.objects.exists()
    client.post(address, {"owner": owner_of(region), "year": "2027"})
    assert Plan.objects.get().period_start == date(2027, 1, 1)


def test_a_document_of_another_institution_is_warned_of(region):
    client = browser(region.director)
    page = client.get(uploaded(client, institution_plan("МБУ «Другой центр»", ROW)).url)
    assert "В документе названа другая организация" in page.content.decode()
    page = client.get(uploaded(client, institution_plan(OWN, ROW)).url)
    assert "другая организация" not in page.content.decode()


def test_a_coordinator_stores_the_plan_of_the_region(region):
    client = browser(region.coordinator)
    address = uploaded(client, content(SMOLENSK), SMOLENSK).url
    assert "14" in client.get(address).content.decode()
    client.post(address, {"owner": owner_of(region, "regional")})
    plan = Plan.objects.get()
    assert (plan.type.code, plan.organisation) == ("regional", region.ministry)
    assert plan.revisions.get().versions.count() == 14


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("план.pdf", b"%PDF-1.7", "повреждён"),
        ("план.jpg", b"\xff\xd8\xff\xe0", "скан без текста"),
        ("план.txt", b" ", "пуст"),
        ("план.docx", b"PK\x03\x04 broken", "docx"),
        ("план.txt", "Просто письмо о плане".encode(), "нет таблицы"),
        ("рейтинг.txt", content(KEMEROVO), "рейтинг"),
    ],
)
def test_what_is_no_plan_is_refused_in_one_sentence(region, name, data, words):
    answer = uploaded(browser(region.director), data, name)
    assert answer.status_code in {409, 413, 422} and words in answer.content.decode()
    assert not PlanUpload.objects.exists()


def test_a_damaged_table_is_shown_with_what_was_put_right(region):
    client = browser(region.director)
    page = client.get(uploaded(client, SHIFTED.encode(), "план.txt").url).content.decode()
    assert "Ячейки стояли не под своими заголовками" in page


def test_without_a_file_the_page_says_so(region):
    answer = browser(region.director).post("/plans/new/document/", {})
    assert answer.status_code == 422 and "Обязательное поле" in answer.content.decode()


def test_an_uploaded_document_is_its_uploaders_for_a_day(region):
    address = uploaded(browser(region.director), institution_plan(OWN, ROW)).url
    assert browser(region.foreign_director).get(address).status_code == 404
    assert browser(region.executor).get(address).status_code == 403
    PlanUpload.objects.update(made_at=timezone.now() - timedelta(days=1, minutes=1))
    assert browser(region.director).get(address).status_code == 404
    assert forget_uploads(timezone.now()) == 1
    assert not PlanUpload.objects.exists()


def test_nobody_stores_a_document_for_another_institution(region):
    client = browser(region.director)
    address = uploaded(client, institution_plan("МБУ «Другой центр»", ROW)).url
    other = f"{PlanType.objects.get(code='institution').pk}-{region.other.pk}"
    assert client.post(address, {"owner": other}).status_code == 422
    kept, act = PlanUpload.objects.get(), make.act(region.director)
    with pytest.raises(Forbidden):
        uploads.store_upload(kept.pk, Request(owner=region.other), act=act)
    with pytest.raises(Conflict):
        uploads.store_upload(kept.pk, Request(), act=make.act(region.coordinator))
    with pytest.raises(Forbidden):
        uploads.keep_document(b"x", "x.txt", act=make.act(region.executor))
    assert not Plan.objects.exists()
