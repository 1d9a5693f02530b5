"""The public pages: the published text in force and numbers, and nothing else for anyone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from compliance.domain.people.contacts import without_contacts
from compliance.models import (
    Assignment,
    Decision,
    ExecutionReport,
    MeasureVersion,
    Occurrence,
    Plan,
    Remark,
    Revision,
)
from compliance.models.local_dates import LocalDates
from compliance.services.boards.course import Course, course_by_measure
from compliance.services.plans.drafts import ResponsibleDraft
from tests.building import factories

pytestmark = pytest.mark.django_db

ADDRESS = "https://example.org/plan"


def published(plan: Plan, **given: Any) -> Plan:
    """The plan as if its parties had agreed, approved and published it."""
    given.setdefault("state", "executing")
    given.setdefault("published_on", date(2026, 2, 1))
    Plan.objects.filter(pk=plan.pk).update(published_url=ADDRESS, **given)
    plan.revisions.update(status=Revision.Status.IN_FORCE, content_hash="0" * 64)
    return Plan.objects.get(pk=plan.pk)


def occurrence(plan: Plan, due_on: date, region: factories.Region, **given: Any) -> Occurrence:
    """A due date of the plan's first measure."""
    version = MeasureVersion.objects.filter(revision__plan=plan).earliest("pk")
    assignment, _ = Assignment.objects.get_or_create(
        measure=version.measure,
        organisation=plan.organisation,
        defaults={"executor": region.executor, "created_at": timezone.now()},
    )
    return Occurrence.objects.create(
        assignment=assignment,
        organisation=plan.organisation,
        plan=plan,
        version=version,
        intended_on=due_on,
        due_on=due_on,
        original_due_on=due_on,
        late_after=due_on,
        **given,
    )


def text_of(client: Client, plan: Plan) -> str:
    answer = client.get(reverse("public-plan", args=[plan.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_published_plan_is_read_without_login(client: Client) -> None:
    region = factories.region()
    plan = published(factories.plan(region, factories.measure("Установить пандус")))
    Decision.objects.create(
        revision=plan.revisions.get(),
        kind=Decision.Kind.APPROVES,
        party="Директор учреждения",
        basis=Decision.Basis.ORDER,
        basis_number="41-ОД",
        basis_date=date(2026, 1, 15),
        decided_at=timezone.now(),
    )
    page = text_of(client, plan)
    for words in (plan.title, region.own.name, "Установить пандус", "Ежеквартально", "41-ОД"):
        assert words in page
    assert "15.01.2026" in page
    assert ADDRESS in page


@pytest.mark.parametrize("state", ["draft", "agreed", "approved"])
@pytest.mark.parametrize("who", [None, "director", "administrator"])
def test_what_is_not_published_is_not_there_for_anybody(
    client: Client, state: str, who: str | None
) -> None:
    region = factories.region()
    plan = factories.plan(region)
    Plan.objects.filter(pk=plan.pk).update(state=state)
    if who:
        client.force_login(region.people[who])
    assert client.get(reverse("public-plan", args=[plan.pk])).status_code == 404
    assert plan.title not in client.get(reverse("public-plans")).content.decode()


def test_a_new_revision_is_not_shown_before_it_is_in_force(client: Client) -> None:
    plan = published(factories.plan(factories.region(), factories.measure("Прежние слова")))
    old = MeasureVersion.objects.get(revision__plan=plan)
    new = Revision.objects.create(plan=plan, number=2, **plan.frame, created_at=timezone.now())
    section = old.section
    section.pk, section.revision = None, new
    section.save()
    old.pk, old.revision, old.section, old.text = None, new, section, "Новые слова"
    old.save()
    page = text_of(client, plan)
    assert "Прежние слова" in page
    assert "Новые слова" not in page


def test_nothing_of_people_reports_remarks_or_contacts_leaks(client: Client) -> None:
    region = factories.region()
    named = ResponsibleDraft("Иванова И.И., тел. 8 (3842) 36-12-34, ivanova@dom.example.ru")
    plan = published(factories.plan(region, factories.measure(responsibles=(named,))))
    due = occurrence(plan, date(2026, 3, 31), region, status=Occurrence.Status.SUBMITTED)
    ExecutionReport.objects.create(
        occurrence=due,
        author=region.executor,
        status=ExecutionReport.Status.SUBMITTED,
        text="Секретный отчёт",
        link="https://secret.example/",
        created_at=timezone.now(),
        saved_at=timezone.now(),
        submitted_at=timezone.now(),
        submitted_on=date(2026, 3, 30),
    )
    Remark.objects.create(
        revision=plan.revisions.get(),
        text="Тайное замечание",
        author=region.coordinator,
        made_at=timezone.now(),
    )
    page = text_of(client, plan) + client.get(reverse("public-plans")).content.decode()
    assert "Иванова И.И." in page
    for secret in (
        "36-12-34",
        "ivanova@",
        "Секретный отчёт",
        "secret.example",
        "Тайное замечание",
        region.executor.full_name,
        region.executor.username,
        "@example.org",
        "/evidence/",
        "/occurrences/",
    ):
        assert secret not in page


def test_the_course_is_counted_and_a_waiver_is_never_done() -> None:
    region = factories.region()
    plan = published(factories.plan(region))
    today = date(2026, 6, 1)
    for number, given in enumerate(
        [
            {"status": "open"},  # 0 days ago: today is not overdue
            {"status": "open"},  # 10 days ago
            {"status": "submitted"},  # 20 days ago, waiting for the inspector
            {"status": "waived", "close_reason": "Закрыто", "closed_at": timezone.now()},
            {"status": "cancelled", "close_reason": "Нет", "closed_at": timezone.now()},
        ]
    ):
        occurrence(plan, today - timedelta(days=10 * number), region, **given)
    course = Course.sum(course_by_measure(plan, LocalDates({"Europe/Moscow": today})).values())
    assert course == Course(done=0, in_work=2, overdue=1, waived=1)
    assert course.total == 4


def test_an_empty_section_is_kept(client: Client) -> None:
    plan = published(factories.plan(factories.region()))
    plan.revisions.get().sections.create(position=2, number="II", title="Пустой раздел")
    assert "II. Пустой раздел" in text_of(client, plan)


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("примерный центр", True),
        ("ПРИМЕРНЫЙ", True),
        ("мероприятий центр", True),
        ("другой", False),
        ("центр.*", False),
        ("(", False),
        ("«", True),
    ],
)
def test_plans_are_found_by_institution_and_title_in_any_case(
    client: Client, words: str, is_found: bool
) -> None:
    plan = published(factories.plan(factories.region()))
    page = client.get(reverse("public-plans"), {"q": words})
    assert (plan in page.context["page"].object_list) is is_found


def test_the_newest_publication_comes_first_and_pages_are_cut(client: Client) -> None:
    region = factories.region()
    plans = [
        published(factories.plan(region, title=f"План {n}"), published_on=date(2026, 1, n))
        for n in range(1, 28)
    ]
    first = client.get(reverse("public-plans")).context["page"]
    assert first.object_list[0] == plans[-1]
    second = client.get(reverse("public-plans"), {"page": first.following}).context["page"]
    assert list(second.object_list) == [plans[1], plans[0]]


def test_the_number_of_queries_does_not_grow(client: Client) -> None:
    region = factories.region()
    small = published(factories.plan(region))
    large = published(factories.plan(region, *[factories.measure(f"№ {n}") for n in range(20)]))
    counts = []
    for plan in (small, large):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            text_of(client, plan)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("public-plans"))
    assert len(queries) == 1


@pytest.mark.parametrize("name", ["public-plans", "help"])
def test_public_pages_only_answer_questions(client: Client, name: str) -> None:
    assert client.post(reverse(name)).status_code == 405


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Заместитель директора Иванова И.И.", "Заместитель директора Иванова И.И."),
        ("Иванова И.И., тел. 8 (3842) 36-12-34", "Иванова И.И."),
        ("Иванова И.И. (+7 913 123-45-67)", "Иванова И.И."),
        ("Иванова И.И., телефон: 36-12-34", "Иванова И.И."),
        ("Кадры, e-mail: kadry@dom.example.ru, директор", "Кадры, директор"),
        ("Департамент, на 2017-2018 гг.", "Департамент, на 2017-2018 гг."),
        ("Учреждения № 8 и № 12", "Учреждения № 8 и № 12"),
    ],
)
def test_contacts_are_taken_out_of_names(text: str, shown: str) -> None:
    assert without_contacts(text) == shown
