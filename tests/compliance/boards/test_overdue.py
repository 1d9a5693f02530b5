"""The board: which rows, whose today, numbers that open their lists, constant queries."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from python_calamine import CalamineWorkbook

from compliance.domain.refusals import Refusal
from compliance.models import Assignment, Membership, Occurrence
from compliance.models.local_dates import LocalDates
from compliance.services.boards import overdue
from compliance.services.boards.exports import board_columns
from compliance.services.boards.overdue import BoardRow, Letters
from compliance.services.execution.assignments import name_executor
from notifications.models import Message, Reminder, ReminderStep
from tests.building import factories
from tests.building.board_rows import listed, near, today
from tests.building.due_dates import accepted, due, executing_plan, submitted, waived

pytestmark = pytest.mark.django_db


@pytest.fixture
def region():
    return factories.region()


def exported(client, **query) -> bytes:
    """The workbook for a query."""
    answer = client.get(reverse("overdue-export"), query)
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content)
    answer.close()
    return content


# --- Whose today --------------------------------------------------------------------------------


def test_a_date_passes_when_it_passes_in_its_own_institution(region):
    region.other.time_zone = "Asia/Kamchatka"
    region.other.save()
    due(executing_plan(region), date(2026, 5, 5))
    due(executing_plan(region, organisation=region.other), date(2026, 5, 5))
    rows = Occurrence.objects.all()
    afternoon, night = datetime(2026, 5, 5, 15, tzinfo=UTC), datetime(2026, 5, 5, 22, tzinfo=UTC)
    assert not rows.overdue_at(LocalDates.at(datetime(2026, 5, 5, 9, tzinfo=UTC)))
    assert [one.organisation for one in rows.overdue_at(LocalDates.at(afternoon))] == [region.other]
    assert [one.organisation for one in rows.due_at(LocalDates.at(afternoon), 0, 0)] == [region.own]
    assert rows.overdue_at(LocalDates.at(night)).count() == 2


@pytest.mark.parametrize("instant", range(0, 24, 5))
def test_boards_and_rows_agree_on_what_is_overdue(region, instant):
    region.other.time_zone = "Asia/Vladivostok"
    region.other.save()
    days = [date(2026, 5, day) for day in (4, 5, 6)]
    due(executing_plan(region), *days)
    due(executing_plan(region, organisation=region.other), *days)
    at = datetime(2026, 5, 5, instant, tzinfo=UTC)
    expected = {
        one.pk
        for one in Occurrence.objects.select_related("organisation")
        if one.is_overdue(one.organisation.today(at))
    }
    assert {one.pk for one in Occurrence.objects.overdue_at(LocalDates.at(at))} == expected


# --- The director's board -----------------------------------------------------------------------


def test_the_board_opens_with_what_is_overdue_or_due_in_two_weeks(region, client):
    late, now, soon, edge, far = near(region, -1, 0, 1, 14, 15)
    assert listed(client, region.director) == [late.pk, now.pk, soon.pk, edge.pk]
    assert far.pk not in listed(client, region.director)


def test_each_number_opens_the_list_it_counts(region, client):
    near(region, -40, -1, 0, 1, 5, 14, 15, 40)
    waiting, done, let_go = near(region, -3, -4, -5)
    submitted(region, waiting, today(region) - timedelta(days=4))
    accepted(region, done, today(region) - timedelta(days=4))
    waived(region, let_go, today(region))
    client.force_login(region.director)
    counts = client.get(reverse("overdue")).context["counts"]
    assert counts == {
        "overdue": 2,
        "today": 1,
        "soon": 3,
        "waiting": 1,
        "petitioned": 0,
        "unnamed": 0,
    }
    for show in ("overdue", "today", "soon", "waiting"):
        assert len(listed(client, region.director, show=show)) == counts[show]
    for show, count in {"near": 6, "open": 8, "done": 1, "waived": 1, "all": 11}.items():
        assert len(listed(client, region.director, show=show)) == count


def test_rows_stand_by_executor_and_the_oldest_date_comes_first(region, client):
    colleague = factories.member(region.own, "executor", "second", full_name="Яна Вторая")
    (recent,) = near(region, -2)
    older, newer = due(
        executing_plan(region, title="Второй план"),
        today(region) - timedelta(days=9),
        today(region) + timedelta(days=3),
        executor=colleague,
    )
    client.force_login(region.director)
    groups = client.get(reverse("overdue")).context["groups"]
    assert [group.executor for group in groups] == [colleague, region.executor]
    assert [row.occurrence for row in groups[0].rows] == [older, newer]
    assert (groups[0].overdue, groups[0].soon) == (1, 1)
    assert [row.days_overdue for group in groups for row in group.rows] == [9, 0, 2]
    assert groups[1].rows[0].occurrence == recent


@pytest.mark.parametrize(
    ("who", "count"),
    [
        ("director", 2),
        ("coordinator", 3),
        ("inspector", 3),
        ("head", 3),
        ("executor", 1),
        ("foreign_director", 1),
        ("councillor", 0),
        ("stranger", 0),
    ],
)
def test_everybody_sees_their_own_rows(region, client, who, count):
    colleague = factories.member(region.own, "executor", "second", full_name="Анна Вторая")
    near(region, -1, executor=region.executor)
    day = today(region) - timedelta(days=1)
    due(executing_plan(region, title="Второй план"), day, executor=colleague)
    due(executing_plan(region, organisation=region.other), day)
    assert len(listed(client, region.people[who])) == count


def test_filters_narrow_and_stay_within_what_one_may_see(region, client):
    (mine,) = near(region, -1)
    plan = executing_plan(region, organisation=region.other)
    (foreign,) = due(plan, today(region) - timedelta(days=2))
    everything = {mine.pk, foreign.pk}
    coordinator = region.coordinator
    assert set(listed(client, coordinator)) == everything
    assert listed(client, coordinator, organisation=region.own.pk) == [mine.pk]
    assert listed(client, coordinator, plan=plan.pk) == [foreign.pk]
    assert listed(client, coordinator, executor="none") == [foreign.pk]
    assert listed(client, coordinator, measure=mine.assignment.measure_id) == [mine.pk]
    both = {"organisation": region.own.pk, "executor": region.executor.pk}
    assert listed(client, coordinator, **both) == [mine.pk]
    assert listed(client, region.director, plan=plan.pk) == []
    assert listed(client, region.director, measure=foreign.assignment.measure_id) == []


@pytest.mark.parametrize(
    "query",
    [
        {"show": "x"},
        {"plan": "x"},
        {"organisation": "9" * 30},
        {"executor": "²"},
        {"measure": "-"},
        {"page": "x"},
    ],
)
def test_an_address_that_makes_no_sense_gets_a_page(region, client, query):
    near(region, -1)
    client.force_login(region.coordinator)
    assert client.get(reverse("overdue"), query).status_code == 200
    assert exported(client, **query)


def letter(person, occurrence, state="accepted", day=1):
    """A letter to the person with a reminder of the occurrence."""
    at = timezone.now() - timedelta(days=day)
    message, _is_new = Message.objects.get_or_create(
        addressee=person,
        day=timezone.localdate(at),
        defaults={
            "time_zone": "Europe/Moscow",
            "state": state,
            "reason": "" if state == "accepted" else "refused",
            "created_at": at,
            "next_try_at": at,
            "finished_at": at,
            "address": "a@example.org",
            "message_id": f"<{person.pk}-{day}@x>",
            "text": "…",
        },
    )
    step, _is_new = ReminderStep.objects.get_or_create(offset=40 + day, who="executor")
    Reminder.objects.create(
        subject_kind="occurrence",
        subject_id=occurrence.pk,
        step=step,
        addressee=person,
        due_on=occurrence.due_on,
        planned_at=at,
        state=state,
        reason=message.reason,
        message=message,
    )
    return message


def test_the_letters_already_sent_are_counted(region):
    told, untold = near(region, -1, -2)
    letter(region.executor, told, day=3)
    last = letter(region.director, told, day=1)
    letter(region.executor, told, "permanent", day=2)
    found = overdue.letters_about([told, untold])
    assert found[told.pk] == overdue.Letters(2, last.finished_at)
    assert untold.pk not in found


def test_the_board_takes_as_many_queries_for_200_rows_as_for_10(region, client):
    counted = []
    for count in (10, 190):
        start = Occurrence.objects.count()
        rows = near(region, *range(-5 - start - count, -5 - start))
        letter(region.executor, rows[0], day=1 + start)
        for person in (region.director, region.coordinator):
            client.force_login(person)
            with CaptureQueriesContext(connection) as queries:
                page = client.get(reverse("overdue"), {"show": "overdue"})
            assert page.context["page"].total.count == start + count
            counted.append(len(queries))
    assert counted[:2] == counted[2:]
    assert max(counted) <= 19


def test_the_list_is_paged(region, client):
    near(region, *range(-35, 0))
    first = listed(client, region.director)
    page = client.get(reverse("overdue")).context["page"]
    second = listed(client, region.director, page=page.following)
    assert (len(first), len(second)) == (25, 10) and not set(first) & set(second)


def test_an_empty_board_says_so(region, client):
    client.force_login(region.director)
    page = client.get(reverse("overdue"))
    assert "empty-title" in page.content.decode()
    assert reverse("overdue-export") not in page.content.decode()


def test_the_workbook_holds_exactly_what_is_shown(region, client, tmp_path):
    late, _soon = near(region, -3, 5)
    letter(region.executor, late)
    client.force_login(region.director)
    path = tmp_path / "board.xlsx"
    path.write_bytes(exported(client, show="overdue"))
    head, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert len(head) == 16 and len(rows) == 1
    assert rows[0][:2] == [region.own.name, "Ольга Исполнителева"]
    assert rows[0][5:10] == [late.due_on, late.due_on, "", "", 3.0]
    assert rows[0][14] == 1.0


def test_a_due_date_under_each_heading(region):
    late, gone, asked = near(region, -3, -4, 5)
    waived(region, gone, today(region))
    gone = Occurrence.objects.get(pk=gone.pk)
    waiver = gone.petitions.get()
    asked.extension_count, asked.original_due_on = 2, date(2026, 1, 1)
    sent_at = datetime(2026, 5, 20, 9, tzinfo=UTC)
    day = today(region)

    def told(occurrence, letters=None, waiver=None):
        row = BoardRow(occurrence, day, letters or Letters(), waiver)
        with translation.override("ru"):
            return [(one.title, one.width, one.value(row)) for one in board_columns()]

    assert told(late, Letters(3, sent_at)) == [
        ("Учреждение", 40, "ГБУ «Примерный центр социального обслуживания»"),
        ("Ответственный исполнитель", 28, "Ольга Исполнителева"),
        ("№", 8, "1.1"),
        ("Мероприятие", 60, "Обновить стенд"),
        ("План", 50, "План мероприятий на 2026 год"),
        ("Срок", 12, late.due_on),
        ("Последний день срока", 12, late.late_after),
        ("Первоначальный срок", 12, None),
        ("Сколько раз перенесён", 12, None),
        ("Дней просрочки", 12, 3),
        ("Состояние", 22, "Просрочено"),
        ("Почему снято с контроля", 40, ""),
        ("Кем снято с контроля", 28, ""),
        ("Когда снято с контроля", 12, None),
        ("Отправлено писем", 12, 3),
        ("Последнее письмо", 12, date(2026, 5, 20)),
    ]
    values = [value for _title, _width, value in told(asked)]
    assert values[7:11] == [date(2026, 1, 1), 2, None, "Открыт"]
    assert values[14:] == [0, None]
    values = [value for _title, _width, value in told(gone, waiver=waiver)]
    assert values[10:14] == [
        "Снято с контроля", gone.close_reason, "Карина Кураторова",
        timezone.localdate(waiver.decided_at),
    ]  # fmt: skip


def test_the_workbook_takes_queries_by_the_chunk_not_by_the_row(region, client):
    near(region, *range(-300, 0))
    client.force_login(region.director)
    with CaptureQueriesContext(connection) as queries:
        exported(client, show="overdue")
    assert len(queries) <= 12


# --- Naming an executor -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "who",
    [
        "director",
        "coordinator",
        "inspector",
        "head",
        "executor",
        "personnel",
        "administrator",
        "councillor",
        "foreign_director",
        "stranger",
    ],
)
def test_the_link_stands_where_the_service_lets_one_through(region, client, who):
    near(region, -1, executor=None)
    assignment, person = Assignment.objects.get(), region.people[who]
    url = reverse("assignment-executor", args=[assignment.pk])
    client.force_login(person)
    offered = url in client.get(reverse("overdue")).content.decode()
    assert client.get(url).status_code == (200 if offered else 404)
    try:
        name_executor(assignment, region.executor, act=factories.act(person))
    except Refusal:
        assert not offered
    else:
        assert offered


def test_a_director_names_an_executor_and_comes_back(region, client):
    near(region, -1, executor=None)
    assignment = Assignment.objects.get()
    url = reverse("assignment-executor", args=[assignment.pk])
    client.force_login(region.director)
    back = reverse("overdue") + "?show=overdue"
    answer = client.post(url, {"executor": region.executor.pk, "next": back})
    assert answer.status_code == 302 and answer["Location"] == back
    assignment.refresh_from_db()
    assert assignment.executor == region.executor
    assert len(listed(client, region.executor)) == 1


def test_only_people_who_may_report_there_are_offered(region, client):
    near(region, -1)
    left = factories.member(region.own, "executor", "left", full_name="Ушла Ушлая")
    Membership.objects.filter(user=left).update(ends_on=today(region) - timedelta(days=1))
    factories.member(region.own, "hr", "clerk")
    gone = factories.member(region.own, "executor", "gone", is_active=False)
    client.force_login(region.director)
    url = reverse("assignment-executor", args=[Assignment.objects.get().pk])
    offered = client.get(url).context["form"].fields["executor"].queryset
    assert set(offered) == {region.executor, region.director}
    for stranger in (left, gone, region.foreign_director):
        assert client.post(url, {"executor": stranger.pk}).status_code == 200
    assert Assignment.objects.get().executor == region.executor


@pytest.mark.parametrize("wanted", ["https://example.org/", "//example.org", "javascript:alert(1)"])
def test_the_way_back_stays_on_this_site(region, client, wanted):
    near(region, -1)
    client.force_login(region.director)
    url = reverse("assignment-executor", args=[Assignment.objects.get().pk])
    answer = client.post(url, {"executor": region.executor.pk, "next": wanted})
    assert answer["Location"] == reverse("overdue")
