"""Pages show the written date beside the planned one where they differ, and count by the right one.

"2026 г." is written for 31 December 2026, a day off, and planned for the 30th.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from compliance.domain.plans.grounds import Grounds
from compliance.models import ExecutionReport, Occurrence, User
from compliance.services.evidence.files import attach_photo
from compliance.services.evidence.reports import Account, save_report
from compliance.services.inspections.planning import InspectionOrder
from compliance.services.petitions.steps import (
    Wish,
    endorse_petition,
    file_petition,
    grant_petition,
)
from tests.building import factories as make
from tests.building.executed import executing, noon
from workflows.models import Task
from workflows.services.inspections import plan_by_hand
from workflows.services.plans.sending import submit_execution
from workflows.services.tasks import engine

pytestmark = pytest.mark.django_db

BOTH = "по плану 31.12.2026, в этот день ещё в срок"


@pytest.fixture
def region() -> Iterator[make.Region]:
    with time_machine.travel(datetime(2026, 12, 1, 9, tzinfo=UTC), tick=False):
        yield make.region()


def row_of(region: make.Region, phrase: str = "2026 г.") -> Occurrence:
    return Occurrence.objects.get(plan=executing(region, phrase))


def page(person: User, url: str, day: date, **query) -> str:
    """What the person's page says at noon of the day."""
    with time_machine.travel(noon(day), tick=False):
        client = Client()
        client.force_login(person)
        answer = client.get(url, query)
        assert answer.status_code == 200
        return answer.content.decode()


@pytest.mark.parametrize(
    ("day", "there", "absent"),
    [
        (date(2026, 12, 1), ["30.12.2026", BOTH], ["росрочено на"]),
        (date(2026, 12, 30), ["30.12.2026", "сегодня", BOTH], ["росрочено на"]),
        (date(2026, 12, 31), ['datetime="2026-12-31"', "сегодня"], ["росрочено на", BOTH]),
        (date(2027, 1, 1), ['datetime="2026-12-31"', "просрочено на 1 день"], [BOTH]),
        (date(2027, 1, 11), ['datetime="2026-12-31"', "просрочено на 11 дней"], [BOTH]),
    ],
)
def test_the_page_of_a_due_date_and_the_lists(region, day, there, absent):
    row = row_of(region)
    pages = [
        page(region.director, row.get_absolute_url(), day),
        page(region.director, reverse("overdue"), day, show="open"),
        page(region.coordinator, reverse("overdue"), day, show="open"),
    ]
    if day >= date(2026, 12, 16):
        pages.append(page(region.director, reverse("home"), day))
    for text in pages:
        assert all(words in text for words in there)
        assert not any(words in text for words in absent)


def test_a_shift_forward_names_the_plans_own_date(region):
    row = row_of(region, "до 12 декабря 2026 г.")  # a Saturday
    text = page(region.director, row.get_absolute_url(), date(2026, 12, 1))
    assert 'datetime="2026-12-14"' in text and "по плану 12.12.2026" in text
    assert "в этот день ещё в срок" not in text


def test_an_extended_date_says_until_when_it_is_in_time(region):
    row = row_of(region, "до 11 декабря 2026 г.")
    at = noon(date(2026, 12, 1))
    wish = Wish("extension", "Ждём поставку", date(2026, 12, 31))
    petition = file_petition(row.pk, wish, act=make.act(region.executor, at))
    endorse_petition(petition.pk, act=make.act(region.director, at))
    grant_petition(petition.pk, act=make.act(region.coordinator, at))
    text = page(region.director, row.get_absolute_url(), date(2026, 12, 2))
    assert 'datetime="2026-12-30"' in text
    assert "в срок по 31.12.2026 включительно" in text
    assert "срок перенесён, было 11.12.2026, раз: 1" in text
    decided = page(region.director, petition.get_absolute_url(), date(2026, 12, 2))
    assert "11.12.2026" in decided and "31.12.2026" in decided


BESIDE = f"30.12.2026</a> · {BOTH}"


def reported(region: make.Region, row: Occurrence, day: date) -> ExecutionReport:
    act = make.act(region.executor, noon(day))
    draft = save_report(row.pk, Account("Готово"), act=act)
    if not draft.evidence.exists():
        attach_photo(draft, make.photo(), act=act)
    submit_execution(row.pk, act=act)
    return ExecutionReport.objects.get(status="submitted")


def answered(region: make.Region, report: ExecutionReport, code: str, day: date) -> Task:
    task = Task.objects.open().get(process__report=report)
    act = make.act(region.inspector, noon(day))
    engine.complete(task.pk, code, act=act, grounds=Grounds(comment="Нет фото"))
    return task


def test_the_verification_names_both_days(region):
    report = reported(region, row_of(region), date(2026, 12, 2))
    task = Task.objects.open().get(process__report=report)
    text = page(region.inspector, task.process.get_absolute_url(), date(2026, 12, 3))
    assert BESIDE in text


def test_planning_an_inspection_by_hand_names_both_days_and_so_does_the_inspection(region):
    row, day = row_of(region), date(2026, 12, 2)
    answered(region, reported(region, row, day), "accept", day)
    text = page(region.coordinator, reverse("inspection-by-hand"), day, occurrence=row.pk)
    assert f"Срок 30.12.2026 · {BOTH}" in text
    order = InspectionOrder("desk", date(2026, 12, 10))
    rows = Occurrence.objects.select_related("organisation", "accepted_report")
    (made,) = plan_by_hand(list(rows), order, act=make.act(region.coordinator, noon(day)))
    assert BESIDE in page(region.inspector, reverse("inspection", args=[made.pk]), day)


def test_a_petition_names_both_days_of_the_reports_that_came_back(region):
    row, day = row_of(region), date(2026, 12, 2)
    answered(region, reported(region, row, day), "return", day)
    wish = Wish("waiver", "Здание передано городу")
    petition = file_petition(row.pk, wish, act=make.act(region.executor, noon(day)))
    text = page(region.director, petition.get_absolute_url(), day)
    assert f"срок 30.12.2026 · {BOTH}" in text


def test_where_the_two_are_one_day_it_stands_once(region):
    report = reported(region, row_of(region, "до 11 декабря 2026 г."), date(2026, 12, 2))
    task = Task.objects.open().get(process__report=report)
    text = page(region.inspector, task.process.get_absolute_url(), date(2026, 12, 3))
    assert "11.12.2026</a></dd>" in text


def test_the_workbook_has_both_days(region):
    row_of(region)
    client = Client()
    client.force_login(region.director)
    answer = client.get(reverse("overdue-export"), {"show": "open"})
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    head, line = book.get_sheet_by_index(0).to_python()
    said = dict(zip(head, line, strict=True))
    assert (said["Срок"], said["Последний день срока"]) == (date(2026, 12, 30), date(2026, 12, 31))
