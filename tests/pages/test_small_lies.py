"""Pages ask only for what is needed and offer only what can be done."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.domain.calendar.periods import Period
from compliance.forms.approval import PlanTypeForm
from compliance.forms.inspections import HandForm, PolicyForm, SampleForm
from compliance.forms.people import GrantForm
from compliance.models import AuditEvent, User
from compliance.services.audit.timelines import history
from compliance.services.evidence.files import attach_photo, detach_evidence
from compliance.services.evidence.reports import draft_report
from compliance.services.petitions.steps import Wish
from tests.building import factories as make
from tests.building.scenes import due_in, executing, sent
from workflows.flows import ApprovalFlow
from workflows.forms.answers import GroundsForm
from workflows.models import Task
from workflows.services import petitions
from workflows.services.tasks import engine

pytestmark = pytest.mark.django_db


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page_of(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return " ".join(answer.content.decode().split())


# --- The number of an order -------------------------------------------------------------------


def requisites(bases: tuple[str, ...]) -> list[bool]:
    outcome = ApprovalFlow.approve.outcomes["approve"]
    form = GroundsForm(outcome, bases=bases)
    return [form.fields[name].required for name in ("basis_number", "basis_date")]


def test_where_no_signature_will_do_number_and_date_are_asked_for() -> None:
    assert requisites(("order", "minutes")) == [True, True]
    assert requisites(("order", "signature")) == [False, False]


def first_of(field) -> str:
    """The value that a browser shows chosen where nobody has chosen anything."""
    return str(field.initial or field.choices[0][0])


def test_where_a_person_decides_nothing_is_chosen_by_being_first() -> None:
    approve = ApprovalFlow.approve.outcomes["approve"]
    several, single = (GroundsForm(approve, bases=b) for b in (("order", "letter"), ("order",)))
    assert first_of(several.fields["basis"]) == "" and first_of(single.fields["basis"]) == "order"
    region = make.region()
    person = make.act(region.administrator).person
    grant = GrantForm(user=person)
    assert [first_of(grant.fields[name]) for name in ("organisation", "role")] == ["", ""]
    for form, names in (
        (
            PlanTypeForm(),
            ("owner_kind", "drafted_by", "published_by", "reported_by", "accepted_by"),
        ),
        (HandForm(inspectors={}), ("kind",)),
        (SampleForm(inspectors={}, organisations=[region.own, region.other]), ("organisation",)),
        (PolicyForm(), ("kind",)),
    ):
        assert [first_of(form.fields[name]) for name in names] == [""] * len(names), form


@pytest.mark.parametrize("bases", [["order"], ["order", "signature"]])
def test_a_number_that_is_needed_is_nowhere_called_optional(bases: list[str]) -> None:
    scene = sent()
    region = scene.region
    scene.plan.revisions.get().parties.filter(kind="approves").update(bases=bases)
    engine.complete(scene.task.pk, "agree", act=make.act(region.coordinator))
    page = page_of(browser(region.director), scene.plan.get_absolute_url())
    form = page[page.index('name="basis"') : page.index('value="approve"')]
    assert ">Номер</label>" in form and ">Дата</label>" in form
    assert "необязательно" not in form
    answer = browser(region.director).post(
        reverse("task-complete", args=[scene.task.pk]), {"outcome": "approve", "basis": "order"}
    )
    assert answer.status_code == 422


# --- The names of filters ---------------------------------------------------------------------


@pytest.mark.parametrize("name", ["region", "overdue", "people", "petitions", "inbox"])
def test_no_filter_is_called_by_a_word_of_the_program(name: str) -> None:
    page = page_of(browser(make.region().coordinator), reverse(name))
    labels = re.findall(r"<label[^>]*>\s*(.*?)\s*<", page)
    assert labels, "the page has filters"
    assert [one for one in labels if re.search(r"[A-Za-z]|Приказ", one)] == []


# --- Nothing to tick --------------------------------------------------------------------------


def draft_with(region: make.Region, words: str) -> str:
    day = timezone.localdate()
    year = Period(day.replace(month=1, day=1), day.replace(month=12, day=31))
    plan = make.plan(region, make.measure(deadline_text=words), period=year)
    return reverse("plan-deadlines", args=[plan.pk])


def test_the_ticked_deadlines_are_confirmed_only_where_one_can_be_ticked() -> None:
    region = make.region()
    client = browser(region.director)
    nothing = page_of(client, draft_with(region, "когда-нибудь"))
    assert "Подтвердить отмеченные" not in nothing and "Срок, как написан" in nothing
    something = page_of(client, draft_with(region, "1 полугодие"))
    assert "Подтвердить отмеченные" in something and 'name="version"' in something


def test_each_act_on_ticked_tasks_is_offered_only_where_one_allows_it() -> None:
    scene = sent()
    client = browser(scene.region.coordinator)
    page = page_of(client, reverse("inbox"))
    assert "Взять отмеченные" in page and "Вернуть отмеченные" not in page
    engine.take(scene.task.pk, act=make.act(scene.region.coordinator))
    page = page_of(client, reverse("inbox"))
    assert "Взять отмеченные" not in page and "Вернуть отмеченные" in page
    page = page_of(browser(scene.region.director), reverse("inbox"))
    assert "отмеченные" not in page and 'name="task"' not in page


def test_ticked_people_are_invited_only_where_one_can_be() -> None:
    region = make.region()
    client = browser(region.administrator)
    assert "Пригласить отмеченных" in page_of(client, reverse("people"))
    User.objects.update(last_login=timezone.now())
    page = page_of(client, reverse("people"))
    assert "Пригласить отмеченных" not in page and 'name="person"' not in page


# --- Several photos of one sitting ------------------------------------------------------------


def test_photos_of_one_sitting_are_one_line_of_the_history() -> None:
    scene = executing()
    region, occurrence = scene.region, scene.occurrence
    at = timezone.now()
    report = draft_report(occurrence.pk, act=make.act(region.executor, at))
    for minutes, name in ((0, "до.jpg"), (2, "после.jpg"), (5, "стенд.jpg"), (300, "ещё.jpg")):
        photo = make.photo(name, colour=f"#0{minutes:05x}")
        act = make.act(region.executor, at + timedelta(minutes=minutes))
        kept = attach_photo(report, photo, act=act)
    found = history(region.director, occurrence)
    assert [entry.files for entry in found.entries[:2]] == [
        (),
        ("до.jpg", "после.jpg", "стенд.jpg"),
    ]
    page = page_of(browser(region.director), occurrence.get_absolute_url())
    shown = page[page.index('<ol class="timeline">') :]
    assert shown.count("Приложено 3 файла") == 1 and shown.count("Приложена фотография") == 1
    assert AuditEvent.objects.filter(action="evidence.attach").count() == 4, "each stays on record"
    detach_evidence(kept, act=make.act(region.executor, at + timedelta(minutes=301)))
    assert [len(entry.files) for entry in history(region.director, occurrence).entries[:3]] == [
        0, 0, 3,
    ]  # fmt: skip


def test_photos_of_two_people_are_two_lines() -> None:
    scene = executing()
    region, occurrence = scene.region, scene.occurrence
    report = draft_report(occurrence.pk, act=make.act(region.executor))
    attach_photo(report, make.photo(colour="red"), act=make.act(region.executor))
    attach_photo(report, make.photo(colour="blue"), act=make.act(region.director))
    assert [entry.files for entry in history(region.director, occurrence).entries[:2]] == [(), ()]


# --- After a petition -------------------------------------------------------------------------


def test_after_endorsing_one_stays_and_the_next_says_whose_it_is() -> None:
    scene = executing(
        None,
        make.measure("Обновить стенд", number="1", deadline_text=due_in(5)),
        make.measure("Пандус", number="2", deadline_text=due_in(6)),
    )
    region = scene.region
    first, second = scene.plan.occurrences.order_by("version__number")
    made = [
        petitions.ask(one.pk, Wish("waiver", "Снесено"), act=make.act(region.executor))
        for one in (first, second)
    ]
    task = Task.objects.open().get(process__petition=made[0])
    client = browser(region.director)
    answer = client.post(
        reverse("task-complete", args=[task.pk]), {"outcome": "endorse"}, follow=True
    )
    assert answer.redirect_chain[0][0] == reverse("petition", args=[made[0].pk])
    words = " ".join(answer.content.decode().split())
    notice = words[words.index("Следующая в вашем списке") :][:600]
    assert made[1].get_absolute_url() in notice
    assert region.own.short_name or region.own.name in notice
    assert "Пандус" in notice
