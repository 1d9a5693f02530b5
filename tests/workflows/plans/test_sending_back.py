"""Why a plan is not sent: which measure by its words, what it lacks, and deadlines long past."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from compliance.domain.calendar.periods import Period
from compliance.domain.refusals import Refusal
from compliance.models import AuditEvent, MeasureVersion, Occurrence, Plan, Revision
from compliance.services.execution.in_force import put_in_force, start_execution
from compliance.wording.refusals import sentence
from tests.building import factories as make
from tests.building.executed import noon
from workflows.services.plans import sending

pytestmark = pytest.mark.django_db

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
JUNE = noon(date(2026, 6, 15))


@pytest.fixture
def region() -> make.Region:
    return make.region()


def director(region: make.Region) -> Client:
    client = Client()
    client.force_login(region.director)
    return client


def sent(plan: Plan, client: Client, **fields: str):
    return client.post(reverse("plan-send", args=[plan.pk]), fields)


# --- Which measure lacks what ---------------------------------------------------------------------


def test_each_measure_is_named_by_its_words_with_a_link_to_each_field_that_it_lacks(region):
    plan = make.plan(
        region,
        make.measure("Обновить стенд у входа", number="1.1"),
        make.measure("Поставить пандус", number="1.2"),
        make.measure("Обучить персонал", number="1.3"),
    )
    first, second, _third = MeasureVersion.objects.order_by("pk")
    first.responsibles.update(kind="unknown", organisation=None)
    MeasureVersion.objects.filter(pk=second.pk).update(proof="", deadline_text="")
    page = sent(plan, director(region))
    shown = page.content.decode().split('role="alert"')[1].split("</div>")[0]
    assert page.status_code == 422
    assert "1.1 «Обновить стенд у входа»" in shown and "1.2 «Поставить пандус»" in shown
    assert "Обучить персонал" not in shown and "№" not in shown
    assert f'href="/measures/{first.pk}/#id_party"' in shown
    assert f'href="/measures/{first.pk}/#id_proof"' not in shown
    assert f'href="/measures/{second.pk}/#id_proof"' in shown
    assert f'href="/measures/{second.pk}/#id_deadline_text"' in shown
    field = director(region).get(f"/measures/{first.pk}/").content.decode()
    for name in ("id_party", "id_proof", "id_deadline_text", "id_text"):
        assert f'id="{name}"' in field


def test_a_measure_without_number_and_words_is_named_by_its_place(region):
    plan = make.plan(region, make.measure(number=""), make.measure(number=""))
    second = MeasureVersion.objects.order_by("pk").last()
    MeasureVersion.objects.filter(pk=second.pk).update(text="")
    with pytest.raises(Refusal) as caught:
        sending.send_for_agreement(plan.pk, act=make.act(region.director), knows_passed=True)
    words = sentence(caught.value)
    assert "I. Открытость информации, 2 —" in words


def test_a_deadline_that_nobody_has_confirmed_leads_to_its_place_among_the_deadlines(region):
    plan = make.plan(region, make.measure("Обновить стенд", deadline_text="когда-нибудь"))
    version = MeasureVersion.objects.get()
    client = director(region)
    page = sent(plan, client)
    address = f"/plans/{plan.pk}/deadlines/?revision=1#version-{version.pk}"
    assert page.status_code == 422 and f'href="{address}"' in page.content.decode()
    assert "1.1 «Обновить стенд»" in page.content.decode()
    assert f'id="version-{version.pk}"' in client.get(address).content.decode()


def test_a_sentence_names_five_measures_and_counts_the_rest(region):
    plan = make.plan(region, *(make.measure(f"Мера {n}", number=f"1.{n}") for n in range(1, 9)))
    MeasureVersion.objects.update(proof="")
    with pytest.raises(Refusal) as caught:
        sending.send_for_agreement(plan.pk, act=make.act(region.director), knows_passed=True)
    words = sentence(caught.value)
    assert "1.5 «Мера 5»" in words and "1.6" not in words and "и ещё 3" in words


# --- Deadlines that have passed -------------------------------------------------------------------


@time_machine.travel(JUNE, tick=False)
def test_a_plan_whose_deadlines_have_passed_says_so_before_it_goes_to_a_party(region):
    plan = make.plan(
        region,
        make.measure("Обновить стенд", number="1.1", deadline_text="до 1 апреля 2026 г."),
        make.measure("Поставить пандус", number="1.2", deadline_text="до 1 октября 2026 г."),
        make.measure("Проводить опросы", number="1.3", deadline_text="Ежеквартально"),
        period=YEAR,
    )
    client = director(region)
    page = sent(plan, client)
    shown = page.content.decode().split('role="alert"')[1].split("</form>")[0]
    assert page.status_code == 422
    assert "1.1 «Обновить стенд»: 01.04.2026" in shown
    assert "пандус" not in shown and "опросы" not in shown, "they have dates to come"
    assert Revision.objects.get().status == "drafting"
    assert sent(plan, client, knows_passed="1").status_code == 302
    assert Revision.objects.get().status == "with_parties"
    assert AuditEvent.objects.get(action="approval.send").after["passed"] == 1


@time_machine.travel(JUNE, tick=False)
@pytest.mark.parametrize(
    ("phrase", "passed"),
    [
        ("15 марта 2026 г. и 15 ноября 2026 г.", ["15.03.2026"]),
        ("до 15 июня 2026 г.", []),
        ("до 11 июня 2026 г.", ["11.06.2026"]),
        ("1 квартал 2026 года", ["31.03.2026"]),
        ("Ежемесячно", []),
    ],
)
def test_which_dates_have_passed(region, phrase, passed):
    plan = make.plan(region, make.measure(deadline_text=phrase), period=YEAR)
    MeasureVersion.objects.filter(deadline_confirmed_at__isnull=True).update(
        deadline_confirmed_at=JUNE
    )
    try:
        sending.send_for_agreement(plan.pk, act=make.act(region.director))
        found = ()
    except Refusal as refusal:
        found = refusal.values["passed"][0].dates
    assert [f"{day:%d.%m.%Y}" for day in found] == passed


def test_what_was_due_before_the_agreement_is_not_owed_as_overdue(region):
    """1 April had passed when the plan was agreed in June: due on the first day of execution."""
    plan = make.plan(
        region,
        make.measure("Обновить стенд", number="1.1", deadline_text="до 1 апреля 2026 г."),
        make.measure("Опросы", number="1.2", deadline_text="Ежеквартально"),
        period=YEAR,
    )
    with time_machine.travel(JUNE, tick=False):
        put_in_force(plan.revisions.get())
        Plan.objects.filter(pk=plan.pk).update(
            state="published", published_on=date(2026, 6, 15), published_url="https://example.org/"
        )
        start_execution(plan.pk, act=make.act(region.coordinator))
    rows = Occurrence.objects.filter(plan=plan).order_by("due_on", "pk")
    assert [(row.intended_on, row.due_on) for row in rows] == [
        (date(2026, 4, 1), date(2026, 6, 15)),
        (date(2026, 6, 30), date(2026, 6, 30)),
        (date(2026, 9, 30), date(2026, 9, 30)),
        (date(2026, 12, 31), date(2026, 12, 30)),
    ]
    assert not any(row.is_overdue(date(2026, 6, 15)) for row in rows)
