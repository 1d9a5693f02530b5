"""Home by role: what each came for; each part once; numbers open lists as long as they say."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from compliance.domain.calendar.quarters import quarter, quarter_code
from compliance.models import Membership, Occurrence
from compliance.services.evidence.files import attach_photo
from compliance.services.evidence.reports import Account, save_report
from compliance.services.incentives.sheets import calculate_all, default_scheme
from tests.building import factories as make
from tests.building.board_rows import near, today
from tests.building.due_dates import accepted, due, executing_plan
from tests.building.scenes import due_in, executing, sent
from workflows.services.plans.sending import submit_execution
from workflows.services.tasks import engine

pytestmark = pytest.mark.django_db
LINK = re.compile(
    r'<a href="(/(?:overdue|plans|incentives)/\?[^"]+)">(?:<span[^>]*>[^<]*</span>|<b>)?(\d+)'
)
PARTS = {
    "due": "Сроки",
    "late": "Просрочено по исполнителям",
    "quarter": "квартал",
    "tasks": "Ждут моего ответа",
    "stages": "Планы по состояниям",
    "sheets": "Оценочные листы руководителей",
    "region": "Регион",
}


@pytest.fixture
def region():
    return make.region()


def home(person) -> tuple[Client, str]:
    client = Client()
    client.force_login(person)
    return client, client.get(reverse("home")).content.decode()


def parts(page: str) -> list[str]:
    """The parts of the page in their order."""
    return [key for key in re.findall(r'<h2 id="([^"]+)"', page) if key in PARTS]


def opened(client: Client, page: str) -> set[tuple[str, int]]:
    """Every number that is a link to a list; the list is as long as the number says."""
    found = {(unescape(url), int(count)) for url, count in LINK.findall(page)}
    for url, count in found:
        assert client.get(url).context["page"].total.count == count, url
    return found


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("executor", ["due", "tasks"]),
        ("director", ["late", "quarter", "tasks", "due"]),
        ("coordinator", ["tasks", "stages", "region"]),
        ("inspector", ["tasks"]),
        ("head", ["tasks", "region"]),
        ("councillor", ["tasks", "region"]),
        ("personnel", ["sheets", "tasks"]),
        ("administrator", ["tasks"]),
        ("stranger", []),
    ],
)
def test_each_role_has_its_parts_in_their_order(region, part, expected):
    near(region, -3)
    _client, page = home(region.people[part])
    assert parts(page) == expected


def test_a_person_of_several_roles_sees_each_part_once(region):
    near(region, -3)
    for role in ("director", "coordinator", "head", "hr"):
        Membership.objects.create(user=region.executor, organisation=region.own, role=role)
    _client, page = home(region.executor)
    assert parts(page) == [
        "late", "quarter", "sheets", "tasks", "due", "stages", "region"
    ]  # fmt: skip


def test_twelve_overdue_ones_do_not_hide_what_is_due_today(region):
    near(region, *range(-12, 0), 0, 5)
    client, page = home(region.executor)
    rows = client.get(reverse("home")).context["due_now"]
    days = [(row.due_on - today(region)).days for row in rows]
    assert days == [0, *range(-12, 0)]
    assert "На сегодня и просрочено" in page and "В ближайшие две недели" in page
    assert opened(client, page) >= {
        ("/overdue/?show=overdue", 12),
        ("/overdue/?show=today", 1),
        ("/overdue/?show=soon", 1),
    }


def test_a_director_sees_who_is_late_and_how_the_quarter_goes(region):
    start = quarter(quarter_code(today(region))).start
    plan = executing_plan(region)
    first, second, _third = due(
        plan, start, start + timedelta(1), start - timedelta(200), executor=region.executor
    )
    accepted(region, first, start)
    accepted(region, second, start + timedelta(9))
    other = executing_plan(region, title="Второй план")
    due(other, start - timedelta(210))
    due(executing_plan(region, organisation=region.other), start - timedelta(5))
    client, page = home(region.director)
    numbers = {url: count for url, count in opened(client, page) if "organisation=" in url}
    days = f"first={start}&last={quarter(quarter_code(today(region))).end}"
    own = region.own.pk
    late = f"/overdue/?show=overdue&organisation={own}&executor="
    assert numbers == {
        f"{late}{region.executor.pk}": 1,
        f"{late}none": 1,
        f"/overdue/?show=in_time&{days}&organisation={own}": 1,
        f"/overdue/?show=late&{days}&organisation={own}": 1,
    }
    assert "Ольга Исполнителева" in page and "Исполнитель не назначен" in page


def test_a_director_of_two_places_gets_both_in_one_quarter(region):
    Membership.objects.create(user=region.director, organisation=region.other, role="director")
    start = quarter(quarter_code(today(region))).start
    for place in (region.own, region.other):
        row = due(executing_plan(region, organisation=place), start)[0]
        assert row.organisation == place
    client, page = home(region.director)
    context = client.get(reverse("home")).context["directed"]
    assert (context.place, context.opens, context.course.planned) == (None, True, 2)
    opened(client, page)
    Membership.objects.create(user=region.director, organisation=region.ministry, role="inspector")
    client, page = home(region.director)
    assert client.get(reverse("home")).context["directed"].opens is False


def test_a_coordinator_sees_the_plans_by_state_and_the_region(region):
    near(region, -40, -3, 20)
    make.plan(region, title="Проект")
    client, page = home(region.coordinator)
    found = opened(client, page)
    assert {("/plans/?stage=draft", 1), ("/plans/?stage=executing", 1)} <= found
    assert ("/overdue/?show=overdue_quarter", 1) in found
    assert ("/overdue/?show=overdue_week", 1) in found


def test_a_coordinator_sees_whose_turn_it_is_with_the_plans(region):
    sent(region)
    sent(region, organisation=region.other)
    approved = sent(region, title="Второй план")
    engine.complete(approved.task.pk, "agree", act=make.act(region.coordinator))
    client, page = home(region.coordinator)
    found = {url: count for url, count in opened(client, page) if "turn=" in url}
    assert found == {"/plans/?turn=coordinator": 2, "/plans/?turn=director": 1}


def test_a_council_sees_the_region_in_pictures_that_open_nothing(region):
    near(region, -3)
    _client, page = home(region.councillor)
    main = page[page.index("<main") :]
    assert "1–7 дней: 1" in main and "/overdue/" not in main


def test_personnel_see_the_sheets_of_the_latest_quarter(region):
    _client, page = home(region.personnel)
    assert "Листов ещё нет" in page
    default_scheme(region.ministry, date(2020, 1, 1))
    past = quarter_code(quarter(quarter_code(today(region))).start - timedelta(1))
    calculate_all(quarter(past), act=make.act(region.coordinator))
    client, page = home(region.personnel)
    assert (f"/incentives/?period={past}", 2) in opened(client, page)
    assert page.count('data-label="Баллы"') == 2


def test_an_inspectors_queue_shows_the_first_photo_of_each_report():
    rows = [make.measure(f"Мероприятие {n}", number=str(n), deadline_text=due_in(3)) for n in "12"]
    scene = executing(None, *rows)
    act, firsts = make.act(scene.region.executor), []
    for occurrence in Occurrence.objects.filter(plan=scene.plan).order_by("pk"):
        report = save_report(occurrence.pk, Account(text="Готово"), act=act)
        for colour in ("teal", "red"):
            attach_photo(report, make.photo(f"{colour}.jpg", colour), act=act)
        firsts.append(report.evidence.order_by("pk").first().pk)
        submit_execution(occurrence.pk, act=act)
    client, page = home(scene.region.inspector)
    shown = re.findall(r'src="(/[^"]+thumbnail[^"]*)"', page)
    assert sorted(shown) == sorted(reverse("evidence", args=[pk, "thumbnail"]) for pk in firsts)
    assert client.get(shown[0]).getvalue().startswith(b"\xff\xd8"), "a JPEG"
    client.cookies["display"] = "pictures.off"
    assert "thumbnail" not in client.get(reverse("home")).content.decode()
