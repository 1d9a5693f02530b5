"""Proof is chosen by a person: none by itself, suggested by words, accepted singly or at once."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from compliance.domain.calendar.periods import Period
from compliance.models import AuditEvent, ExecutionReport, MeasureVersion, Occurrence, Plan
from compliance.services.documents.imports import Request, import_document
from compliance.services.evidence.reports import Account, save_report
from compliance.services.execution.in_force import adopt_plan
from tests.building import factories as make
from tests.building.scenes import around_today, due_in
from workflows.models import Task
from workflows.services.plans.sending import submit_execution
from workflows.services.tasks import engine

pytestmark = pytest.mark.django_db
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
TEXT = """План мероприятий по улучшению качества на 2026 год
№\tМероприятие\tСрок исполнения\tОтветственный
1\tРазместить отчёт на сайте\tдо 1 июля 2026 г.\tДиректор
2\tПровести обучение\tЕжеквартально\tДиректор
"""


@pytest.fixture
def region() -> make.Region:
    return make.region()


@pytest.fixture
def plan(region) -> Plan:
    rows = [
        make.measure("Разместить отчёт на сайте", number="1.1", proof=""),
        make.measure("Провести обучение", number="1.2", proof=""),
        make.measure("Усилить работу", number="1.3", proof=""),
        make.measure("Установить пандус", number="1.4", proof="number"),
    ]
    return make.plan(region, *rows, period=YEAR)


def browser(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def row(plan: Plan, number: str) -> MeasureVersion:
    return MeasureVersion.objects.get(revision__plan=plan, number=number)


def proofs(plan: Plan) -> dict[str, str]:
    return dict(plan.revisions.get().versions.values_list("number", "proof"))


def said(answer) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def accept_all(client: Client, plan: Plan):
    """What the page sends when every row is ticked and what it suggests is accepted."""
    page = client.get(reverse("revision-table", args=[plan.pk, 1])).content.decode()
    hidden = re.findall(r'name="((?:suggested|proof)-\d+)" value="(\w*)" form="many"', page)
    ticked = plan.revisions.get().versions.values_list("pk", flat=True)
    return {"measure": list(ticked), "column": "suggested", **dict(hidden)}


# --- None by itself -----------------------------------------------------------------------------


def test_an_imported_measure_has_no_proof_until_somebody_chooses_it(region):
    request = Request(kind="plan", owner=region.own)
    stored = import_document(TEXT.encode(), "plan.txt", request, act=make.act(region.director))
    versions = MeasureVersion.objects.filter(revision__plan=stored["plan"])
    assert [(one.proof, one.further_proof) for one in versions] == [("", ""), ("", "")]
    assert [one.suggested_proof for one in versions] == ["link", "document"]


def test_a_draft_without_chosen_proof_is_not_sent_and_names_the_measures_with_their_fields(
    region, plan
):
    page = browser(region.director).post(reverse("plan-send", args=[plan.pk]))
    shown = page.content.decode()
    assert page.status_code == 422 and not Task.objects.exists()
    for number in ("1.1", "1.2", "1.3"):
        assert f'href="/measures/{row(plan, number).pk}/#id_proof"' in shown
    assert f'href="/measures/{row(plan, "1.4").pk}/#id_proof"' not in shown


def test_the_form_of_a_measure_suggests_and_chooses_nothing(region, plan):
    version = row(plan, "1.1")
    page = browser(region.director).get(reverse("measure", args=[version.pk])).content.decode()
    assert "По словам мероприятия предложено: ссылка на публикацию." in page
    assert not re.search(r'name="proof"[^>]*checked', page)


# --- Accepting ----------------------------------------------------------------------------------


def test_the_table_says_that_none_is_chosen_and_offers_what_the_words_suggest(region, plan):
    page = browser(region.director).get(reverse("revision-table", args=[plan.pk, 1]))
    shown = page.content.decode()
    assert shown.count('<option value="">не выбрано</option>') == 4  # three rows, and many at once
    assert shown.count('name="proof-accepted"') == 2
    assert "Предложено: ссылка на публикацию" in said(page)
    assert "Предложено: акт или другой документ" in said(page)


def test_a_suggestion_is_accepted_by_its_button_without_a_script(region, plan):
    version = row(plan, "1.1")
    sent = {
        "deadline_text": "Ежеквартально", "deadline_text-seen": "Ежеквартально",
        "party": str(region.own), "party-seen": str(region.own.pk),
        "proof": "", "proof-seen": "", "proof-accepted": "link",
    }  # fmt: skip
    answer = browser(region.director).post(reverse("measure-cells", args=[version.pk]), sent)
    assert answer.status_code == 302 and answer.url.endswith(f"#row-{version.pk}")
    assert proofs(plan) == {"1.1": "link", "1.2": "", "1.3": "", "1.4": "number"}
    assert AuditEvent.objects.filter(action="measure.change").count() == 1


def test_many_are_accepted_at_once_each_with_its_result(region, plan):
    client = browser(region.director)
    url = reverse("revision-table-many", args=[plan.pk, 1])
    answer = client.post(url, accept_all(client, plan))
    assert answer.status_code == 200
    assert proofs(plan) == {"1.1": "link", "1.2": "document", "1.3": "", "1.4": "number"}
    words = said(answer)
    assert "1.1 Разместить отчёт на сайте: сохранено" in words
    assert "1.2 Провести обучение: сохранено" in words
    assert "1.3 Усилить работу: По словам мероприятия подтверждение не подсказать" in words
    assert "1.4 Установить пандус: Оставлено как есть: подтверждение уже выбрано" in words


def test_what_somebody_has_chosen_meanwhile_is_not_overwritten_by_a_suggestion(region, plan):
    client = browser(region.director)
    sent = accept_all(client, plan)
    MeasureVersion.objects.filter(pk=row(plan, "1.1").pk).update(proof="photo")
    answer = client.post(reverse("revision-table-many", args=[plan.pk, 1]), sent)
    assert proofs(plan)["1.1"] == "photo" and proofs(plan)["1.2"] == "document"
    assert re.search(r"1\.1 Разместить отчёт на сайте: Кто-то только что", said(answer))


def test_accepting_nothing_ticked_changes_nothing(region, plan):
    client = browser(region.director)
    url = reverse("revision-table-many", args=[plan.pk, 1])
    answer = client.post(url, {"column": "suggested"})
    assert answer.status_code == 422 and "Сначала отметьте мероприятия" in said(answer)


# --- A plan taken over from paper ---------------------------------------------------------------


@pytest.fixture
def occurrence(region) -> Occurrence:
    """The due date of an adopted measure whose proof nobody has chosen."""
    row = make.measure("Разместить отчёт на сайте", deadline_text=due_in(5), proof="")
    plan = make.plan(region, row, period=around_today())
    adopt_plan(plan.pk, act=make.act(region.coordinator))
    return Occurrence.objects.get(plan=plan)


def test_a_plan_on_paper_is_adopted_without_proof_but_nothing_is_reported_without(
    region, occurrence
):
    client = browser(region.director)
    url = occurrence.get_absolute_url()
    page = client.get(url)
    assert "фото, документ или ссылка" in said(page)
    assert "По словам мероприятия подошло бы: ссылка на публикацию." in said(page)
    answer = client.post(url, {"text": "Сделано", "number": "5", "submit": "1"})
    assert answer.status_code == 422
    assert "без подтверждения отчёт не отправить" in said(answer)
    occurrence.refresh_from_db()
    assert occurrence.status == "open"


def test_with_a_link_it_goes_to_the_inspector_who_decides(region, occurrence):
    act = make.act(region.executor)
    save_report(occurrence.pk, Account("Сделано", link="https://example.org/1"), act=act)
    submit_execution(occurrence.pk, act=act)
    task = Task.objects.open().get()
    engine.complete(task.pk, "accept", act=make.act(region.inspector))
    assert ExecutionReport.objects.get().proof_count == 1
    occurrence.refresh_from_db()
    assert occurrence.status == "accepted"
