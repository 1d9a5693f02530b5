"""The history on each object's page: there, told in words, led on for who may look it up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from compliance.domain.calendar.quarters import quarter
from compliance.domain.calendar.tables import Day
from compliance.models import (
    IncentiveSheet,
    InspectionPolicy,
    MeasureVersion,
    PlanType,
    Responsible,
    User,
)
from compliance.models.calendar import CalendarDay
from compliance.services.audit.timelines import SHOWN
from compliance.services.audit.trail import record_and_tell
from compliance.services.execution.assignments import name_executor
from compliance.services.incentives.sheets import calculate_region, calculate_sheet, default_scheme
from compliance.services.people.substitutions import Absence, enter_substitution
from compliance.services.plans.cells import CellChange, Column, change_cell
from compliance.services.plans.drafts import ResponsibleDraft, change_measure
from compliance.services.plans.responsibles import Parties
from compliance.services.reference import calendar_days
from tests.building import factories as make
from tests.building.acts import submitted
from tests.building.scenes import executing
from tests.compliance.people.test_logins import signed_in
from workflows.models import Process

pytestmark = pytest.mark.django_db


def browser(somebody: User) -> Client:
    client = Client()
    client.force_login(somebody)
    return client


def history(client: Client, url: str) -> str:
    """The history on the page, as it stands there."""
    answer = client.get(url)
    assert answer.status_code == 200, url
    page = answer.content.decode()
    assert page.count('<ol class="timeline">') >= 1, url
    return page[page.index('<ol class="timeline">') :]


def test_a_sheet_tells_each_calculation_with_its_own_result_also_of_the_whole_region():
    region = make.region()
    year = timezone.localdate().year
    default_scheme(region.ministry, valid_from=f"{year - 1}-01-01")
    period = quarter(f"{year}Q1")
    calculate_region(region.ministry, period, act=make.act(region.personnel))
    sheet = IncentiveSheet.objects.get(organisation=region.own)
    calculate_sheet(region.own, period, act=make.act(region.personnel))
    found = history(browser(region.personnel), reverse("incentive-sheet", args=[sheet.pk]))
    assert found.count("Оценочный лист рассчитан") == 2
    assert found.count("Клара Кадрова") == 2 and "2 листа" not in found
    other = IncentiveSheet.objects.get(organisation=region.other)
    found = history(browser(region.personnel), reverse("incentive-sheet", args=[other.pk]))
    assert found.count("Оценочный лист рассчитан") == 1


def test_a_verification_and_an_executor_have_their_history():
    scene, _task = submitted()
    region, occurrence = scene.region, scene.occurrence
    name_executor(occurrence.assignment, region.executor, act=make.act(region.director))
    process = Process.objects.get(report__occurrence=occurrence)
    page = history(browser(region.inspector), reverse("verification", args=[process.pk]))
    assert "Отчёт отправлен на проверку" in page
    url = reverse("assignment-executor", args=[occurrence.assignment_id])
    assert "Назначен исполнитель" in history(browser(region.director), url)


def named(place) -> ResponsibleDraft:
    return ResponsibleDraft(place.name, kind=Responsible.Kind.ORGANISATION, organisation=place)


def test_a_measure_tells_how_its_words_changed_and_nothing_of_others():
    region = make.region()
    plan = make.plan(region, make.measure("Обновить стенд"), make.measure("Сделать пандус"))
    first, second = MeasureVersion.objects.filter(revision__plan=plan).order_by("pk")
    draft = make.measure("Заменить стенд", responsibles=(named(region.own),))
    change_measure(first, draft, act=make.act(region.director))
    found = history(browser(region.director), reverse("measure", args=[first.pk]))
    assert "<del>Обновить стенд</del> → <ins>Заменить стенд</ins>" in found
    found = history(browser(region.director), reverse("measure", args=[second.pk]))
    assert "Пока ничего не произошло" in found


def test_a_revision_tells_what_happened_to_it_and_not_to_its_plan():
    scene = executing()
    first = scene.plan.revisions.get()
    url = reverse("plan-revision", args=[scene.plan.pk, first.number])
    found = history(browser(scene.region.coordinator), url)
    assert "План согласован" in found and "План отправлен сторонам" in found
    assert "Началось исполнение" not in found


def test_types_policies_calendars_and_substitutions_have_their_history():
    region = make.region()
    today = timezone.localdate()
    kind = PlanType.objects.get(code="institution")
    day = Day(today, CalendarDay.Kind.NON_WORKING, "День учреждения")
    calendar_days.set_day(region.ministry, day, act=make.act(region.administrator))
    deputy = make.member(region.own, "executor", "deputy", full_name="Дарья Замещаева")
    absence = Absence(region.executor, deputy, today, today + timedelta(days=3), "Отпуск")
    enter_substitution(absence, act=make.act(region.executor))
    client = browser(region.administrator)
    assert "Изменён день календаря" in history(client, reverse("calendar"))
    assert "пока ничего" in history(client, reverse("plan-type", args=[kind.pk])).lower()
    assert "пока ничего" in history(client, reverse("inspection-policies")).lower()
    assert InspectionPolicy.objects.count() == 0
    page = history(client, reverse("substitution-enter", args=[region.executor.pk]))
    assert "Назначен замещающий" in page and "Дарья Замещаева" in page


def test_the_calendar_of_another_region_is_not_told():
    region = make.region()
    today = timezone.localdate()
    elsewhere = make.ministry(name="Министерство другой области")
    for place, name in ((region.ministry, "День учреждения"), (elsewhere, "День соседей")):
        day = Day(today, CalendarDay.Kind.NON_WORKING, name)
        calendar_days.set_day(place, day, act=make.act(None))
    told = history(browser(region.administrator), reverse("calendar"))
    assert "День учреждения" in told and "День соседей" not in told


def test_who_may_look_things_up_is_led_on_and_others_are_told_that_there_is_more():
    scene = executing()
    region = scene.region
    for _time in range(SHOWN + 5):
        act = make.act(None)
        with transaction.atomic():
            record_and_tell(
                act=act, organisation=region.own, action="plan.reopen", subject=scene.plan
            )
    url = scene.plan.get_absolute_url()
    search = f"/audit/?kind=plan&amp;object={scene.plan.pk}"
    page = history(browser(region.administrator), url)
    assert search in page and page.count('class="timeline-what"') == SHOWN
    page = history(browser(region.coordinator), url)
    assert "/audit/" not in page.split("<footer")[0] and "Показаны последние события" in page


def test_longer_histories_are_not_more_statements():
    region = make.region()
    url = reverse("person", args=[region.executor.pk])
    client = browser(region.administrator)
    client.get(url)
    counts = []
    for more in (0, 30):
        for _time in range(more):
            signed_in(region.executor)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1], counts


def test_what_a_person_changes_in_one_sitting_is_one_line_with_every_measure_in_it():
    """The trail itself keeps each cell; an hour's pause or somebody else begins a new line."""
    region = make.region()
    plan = make.plan(
        region, make.measure("Стенд", number="1.1"), make.measure("Сайт", number="1.2")
    )
    first, second = MeasureVersion.objects.filter(revision__plan=plan).order_by("number")
    start = timezone.now() - timedelta(hours=5)

    def fill(version, column, words, seen, minutes):
        act = make.act(region.director, at=start + timedelta(minutes=minutes))
        change_cell(version, CellChange(column, words, seen), Parties(plan), act=act)

    fill(first, Column.PROOF, "link", "photo", 0)
    fill(first, Column.PROOF, "document", "link", 1)
    fill(second, Column.DEADLINE, "Ежегодно", "Ежеквартально", 2)
    fill(first, Column.PROOF, "number", "document", 100)
    client = browser(region.director)
    found = history(client, plan.get_absolute_url())
    assert found.count("timeline-what") == 2 + 1, "two sittings, and the beginning of the draft"
    assert "Изменено 2 мероприятия" in found and found.count("Изменено мероприятие") == 1
    sitting = found[found.index("Изменено 2 мероприятия") :]
    assert "1.1 Стенд" in sitting and "1.2 Сайт" in sitting
    assert "<del>Фото</del> → <ins>Акт или другой документ</ins>" in sitting
    assert "Ссылка" not in sitting, "what was put right in the same sitting"
    own = history(client, reverse("measure", args=[second.pk]))
    assert own.count("Изменено мероприятие") == 1 and "Ежегодно" in own
