"""Assessment sheets: what is counted, that it can be repeated, who may, and what leaves."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal as D

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.domain.calendar.quarters import quarter
from compliance.domain.incentives.scale import BandRow
from compliance.domain.refusals import Forbidden, Refusal
from compliance.models import AuditEvent, IncentiveLine, IncentiveScheme, IncentiveSheet
from compliance.services.incentives.exports import line_as_json, sheet_as_json
from compliance.services.incentives.lists import bands_of, numbers_of, sheets_found
from compliance.services.incentives.sheets import (
    calculate_region,
    calculate_sheet,
    default_scheme,
    scheme_for,
    set_bands,
)
from tests.building import factories
from tests.building.due_dates import accepted, due, executing_plan, returned, submitted, waived
from tests.building.remembered import remembered

pytestmark = pytest.mark.django_db
Q1 = quarter("2026Q1")
APRIL = datetime(2026, 4, 10, 9, tzinfo=UTC)


@remembered
def region_with_a_scheme():
    region = factories.region()
    default_scheme(region.ministry, date(2026, 1, 1))
    return region


@pytest.fixture
def region():
    return region_with_a_scheme()


@remembered
def work_of_a_quarter(region):
    """Seven due dates of the first quarter, one of each fate, and some that do not count."""
    plan = executing_plan(region)
    days = [date(2026, month, day) for month in (1, 2, 3) for day in (10, 20, 28)]
    early, on_day, late, _left_open, waiting, late_waiting, waived_, cancelled, sent_back = due(
        plan, *days, executor=region.executor
    )
    accepted(region, early, date(2026, 1, 5))
    returned(region, on_day, date(2026, 1, 15))
    accepted(region, on_day, date(2026, 1, 20))
    accepted(region, late, date(2026, 1, 29))
    submitted(region, waiting, date(2026, 2, 20))
    submitted(region, late_waiting, date(2026, 3, 2))
    waived(region, waived_, date(2026, 3, 1))
    type(cancelled).objects.filter(pk=cancelled.pk).update(
        status="cancelled", close_reason="Мероприятие исключено", closed_at=APRIL
    )
    returned(region, sent_back, date(2026, 3, 20))
    returned(region, sent_back, date(2026, 3, 21))
    due(plan, date(2025, 12, 31), date(2026, 4, 1))  # other quarters
    return plan


@pytest.fixture
def quarter_of_work(region):
    return work_of_a_quarter(region)


def calculated(region, at=APRIL, person=None):
    return calculate_sheet(region.own, Q1, act=factories.act(person or region.personnel, at))


def test_each_due_date_of_the_quarter_counts_as_what_became_of_it(region, quarter_of_work):
    sheet = calculated(region)
    assert (sheet.due, sheet.in_time, sheet.late, sheet.not_done) == (7, 2, 1, 3)
    assert (sheet.waiting, sheet.waived, sheet.returned) == (1, 1, 3)
    # (2 + 0.5 × 1) of 6 decided
    assert (sheet.points, sheet.share) == (D("41.67"), D("0"))
    assert sheet.as_of == date(2026, 4, 10)


def test_the_numbers_and_the_band_of_a_sheet_as_a_page_shows_them(region, quarter_of_work):
    sheet = calculated(region)
    assert [(number.which, number.count) for number in numbers_of(sheet)] == [
        ("due", 7), ("in_time", 2), ("late", 1), ("not_done", 3), ("waiting", 1),
        ("returned", 3), ("waived", 1),
    ]  # fmt: skip
    assert [(row.points_from, row.share, is_own) for row, is_own in bands_of(sheet)] == [
        (95, 100, False), (80, 90, False), (70, 80, False), (60, 70, False), (0, 0, True),
    ]  # fmt: skip
    sheet.points = None
    assert {is_own for _row, is_own in bands_of(sheet)} == {False}
    sheet.scheme = None
    assert bands_of(sheet) == []


def test_every_number_has_its_rows(region, quarter_of_work):
    sheet = calculated(region)
    lines = IncentiveLine.objects.filter(sheet=sheet)
    for outcome in IncentiveLine.Outcome:
        assert lines.filter(outcome=outcome).count() == getattr(sheet, outcome)
    assert lines.owed().count() == sheet.due
    assert sum(lines.owed().values_list("returns", flat=True)) == sheet.returned


def test_what_is_not_due_yet_is_left_out_done_or_not(region, quarter_of_work):
    sheet = calculated(region, datetime(2026, 1, 20, 9, tzinfo=UTC))
    assert (sheet.due, sheet.in_time) == (1, 1)


def test_the_day_is_the_institutions_own(region, quarter_of_work):
    region.own.time_zone = "Asia/Kamchatka"
    region.own.save()
    evening_in_moscow = datetime(2026, 1, 20, 15, tzinfo=UTC)  # the 21st in Kamchatka
    assert calculated(region, evening_in_moscow).due == 2


@pytest.mark.parametrize("days", [[], [date(2026, 5, 1)]])
def test_nothing_due_gives_no_number(region, days):
    due(executing_plan(region), *days)
    sheet = calculated(region)
    assert (sheet.due, sheet.points, sheet.share) == (0, None, None)


def test_what_waits_alone_gives_no_number_either(region):
    (one,) = due(executing_plan(region), date(2026, 1, 20), executor=region.executor)
    submitted(region, one, date(2026, 1, 19))
    sheet = calculated(region)
    assert (sheet.due, sheet.waiting, sheet.points) == (1, 1, None)


def test_a_late_report_counts_once_it_is_accepted(region):
    (one,) = due(executing_plan(region), date(2026, 1, 20), executor=region.executor)
    accepted(region, one, date(2026, 1, 25))
    assert calculated(region).points == D("50")
    IncentiveScheme.objects.update(late_weight=D("0.8"))
    assert calculated(region).points == D("80")


def test_a_second_calculation_replaces_the_first(region, quarter_of_work):
    first = calculated(region)
    lines = set(first.lines.values_list("occurrence", "outcome"))
    second = calculated(region)
    assert second.pk == first.pk and IncentiveSheet.objects.count() == 1
    assert set(second.lines.values_list("occurrence", "outcome")) == lines
    accepted_later = quarter_of_work.occurrences.get(due_on=date(2026, 2, 10))
    accepted(region, accepted_later, date(2026, 4, 9))
    third = calculated(region)
    assert (third.late, third.not_done, third.lines.count()) == (2, 2, 8)


def test_each_calculation_is_on_record(region, quarter_of_work):
    sheet = calculated(region)
    event = AuditEvent.objects.about(sheet).get()
    assert (event.action, event.actor) == ("incentive.calculate", region.personnel)
    assert event.after["points"] == 41.67


def test_a_region_is_one_act_with_one_event(region, quarter_of_work):
    sheets = calculate_region(region.ministry, Q1, act=factories.act(region.coordinator, APRIL))
    assert {one.organisation for one in sheets} == {region.own, region.other}
    event = AuditEvent.objects.about(region.ministry).get()
    assert set(event.after["sheets"]) == {str(one.pk) for one in sheets}


def test_a_region_takes_as_many_statements_as_an_institution(region, quarter_of_work):
    for number in range(20):
        place = factories.institution(region.ministry, name=f"Учреждение {number}")
        due(executing_plan(region, organisation=place), date(2026, 2, 1), date(2026, 3, 1))
    act = factories.act(region.coordinator, APRIL)
    calculate_region(region.ministry, Q1, act=act)
    with CaptureQueriesContext(connection) as queries:
        sheets = calculate_region(region.ministry, Q1, act=act)
    assert len(sheets) == 22
    assert len(queries) <= 20


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("personnel", True),
        ("coordinator", True),
        ("inspector", False),
        ("head", False),
        ("administrator", False),
        ("director", False),
        ("executor", False),
        ("councillor", False),
        ("stranger", False),
    ],
)
def test_personnel_and_coordinators_of_the_ministry_calculate(region, client, who, may):
    person = region.people[who]
    if may:
        assert calculated(region, person=person)
    else:
        with pytest.raises(Forbidden):
            calculated(region, person=person)
        assert not IncentiveSheet.objects.exists()
    client.force_login(person)
    answer = client.post(reverse("incentives-calculate"), {"period": "2026Q1"})
    assert answer.status_code == (302 if may else 403)
    page = client.get(reverse("incentives"))
    assert (reverse("incentives-calculate") in page.content.decode()) is may


def test_personnel_of_an_institution_do_not_calculate(region):
    own = factories.member(region.own, "hr", "own_hr")
    with pytest.raises(Forbidden):
        calculated(region, person=own)


def test_a_scheme_is_not_put_in_force_backwards(region):
    default_scheme(region.ministry, date(2026, 2, 1))
    assert scheme_for(region.ministry, Q1).valid_from == date(2026, 1, 1)
    with pytest.raises(Refusal) as caught:
        scheme_for(region.ministry, quarter("2025Q4"))
    assert caught.value.code == "no_scheme"


def test_the_usual_scheme_is_made_once(region):
    again = default_scheme(region.ministry, date(2026, 1, 1))
    assert again.bands.count() == 5 and IncentiveScheme.objects.count() == 1


def test_bands_with_a_gap_are_refused_and_the_old_ones_stay(region):
    scheme = IncentiveScheme.objects.get()
    with pytest.raises(Refusal):
        set_bands(scheme, [BandRow(D(0), D(50), D(0)), BandRow(D(60), D(100), D(100))])
    assert scheme.bands.count() == 5
    scheme.bands.filter(points_from=70).delete()
    with pytest.raises(Refusal) as caught:
        calculated(region)
    assert caught.value.code == "bands_incomplete"
    assert not IncentiveSheet.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"points": D(100), "share": D(100)}, {"due": 3}, {"points": None, "due": 1, "late": 1}],
)
def test_the_table_takes_no_sheet_that_does_not_add_up(region, wrong):
    sheet = calculated(region)
    with pytest.raises(IntegrityError), transaction.atomic():
        IncentiveSheet.objects.filter(pk=sheet.pk).update(**wrong)


# --- Pages --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("personnel", True),
        ("coordinator", True),
        ("head", True),
        ("director", True),
        ("executor", False),
        ("councillor", False),
        ("foreign_director", False),
        ("stranger", False),
    ],
)
def test_a_sheet_is_for_the_ministry_personnel_and_its_director(
    region, quarter_of_work, client, who, sees
):
    sheet = calculated(region)
    client.force_login(region.people[who])
    for url in [
        sheet.get_absolute_url(),
        reverse("incentive-sheet-export", args=[sheet.pk, "csv"]),
        reverse("incentive-sheet-export", args=[sheet.pk, "json"]),
    ]:
        assert client.get(url).status_code == (200 if sees else 404)
    listed = client.get(reverse("incentives"), {"period": "2026Q1"}).content.decode()
    assert (sheet.get_absolute_url() in listed) is sees


@pytest.mark.parametrize(
    ("which", "rows"),
    [
        ("", 8),
        ("due", 7),
        ("in_time", 2),
        ("late", 1),
        ("not_done", 3),
        ("waiting", 1),
        ("waived", 1),
        ("returned", 2),
        ("nonsense", 0),
    ],
)
def test_each_number_opens_its_rows(region, quarter_of_work, client, which, rows):
    sheet = calculated(region)
    client.force_login(region.personnel)
    page = client.get(sheet.get_absolute_url(), {"outcome": which})
    assert page.context["page"].total.count == rows


def test_the_page_says_that_people_decide(region, quarter_of_work, client):
    sheet = calculated(region)
    client.force_login(region.personnel)
    for url in [sheet.get_absolute_url(), reverse("incentives")]:
        assert "partials/input_only.html" in [t.name for t in client.get(url).templates]


@pytest.mark.parametrize(
    "address", ["", "?period=2026Q1", "?period=nonsense&sort=x", "?q=при+центр"]
)
def test_the_list_answers_whatever_the_address_says(region, quarter_of_work, client, address):
    calculated(region)
    client.force_login(region.personnel)
    assert client.get(reverse("incentives") + address).status_code == 200


def test_a_wrong_quarter_is_refused_in_words(region, client):
    client.force_login(region.personnel)
    assert client.post(reverse("incentives-calculate"), {"period": "весна"}).status_code == 422
    back = client.get(reverse("incentives-calculate"))
    assert (back.status_code, back["Location"]) == (302, reverse("incentives"))


def test_the_lists_queries_do_not_grow_with_its_rows(region, client):
    client.force_login(region.personnel)
    calculate_region(region.ministry, Q1, act=factories.act(region.personnel, APRIL))
    few = _queries(client, reverse("incentives"), 2)
    for number in range(20):
        factories.institution(region.ministry, name=f"Учреждение {number}")
    calculate_region(region.ministry, Q1, act=factories.act(region.personnel, APRIL))
    assert _queries(client, reverse("incentives"), 22) == few


def _queries(client, url, rows):
    with CaptureQueriesContext(connection) as queries:
        page = client.get(url, {"period": "2026Q1"})
    assert page.context["page"].total.count == rows
    return len(queries)


# --- What leaves the system ---------------------------------------------------------------------


def test_the_exports_say_the_same_as_the_page(region, quarter_of_work, client):
    sheet = calculated(region)
    client.force_login(region.personnel)
    url = reverse("incentive-export", args=["json"])
    answer = client.get(url, {"period": "2026Q1"})
    body = json.loads(b"".join(answer.streaming_content))
    (one,) = body["sheets"]
    assert body["period"] == "2026Q1"
    assert (one["sheet"], one["points"], one["share"], one["due"]) == (sheet.pk, 41.67, 0.0, 7)

    answer = client.get(reverse("incentive-export", args=["csv"]), {"period": "2026Q1"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    _head, row = csv.reader(io.StringIO(text), delimiter=";")
    assert row[0] == region.own.name and row[-2:] == ["41,67", "0,00"]
    assert client.get(reverse("incentive-export", args=["xml"])).status_code == 404

    rows = client.get(reverse("incentive-sheet-export", args=[sheet.pk, "json"])).json()["lines"]
    assert len(rows) == 8
    answer = client.get(reverse("incentive-sheet-export", args=[sheet.pk, "csv"]))
    assert b"".join(answer.streaming_content).count(b"\r\n") == 9


def test_a_sheet_as_json_says_all_of_this(region, quarter_of_work):
    sheet = calculated(region)
    assert sheet_as_json(sheet) == {
        "sheet": sheet.pk,
        "organisation": "ГБУ «Примерный центр социального обслуживания»",
        "organisation_id": region.own.pk,
        "period": "2026Q1",
        "period_start": "2026-01-01",
        "period_end": "2026-03-31",
        "as_of": "2026-04-10",
        "due": 7,
        "in_time": 2,
        "late": 1,
        "not_done": 3,
        "waiting": 1,
        "waived": 1,
        "returned": 3,
        "points": 41.67,
        "share": 0.0,
        "scheme": sheet.scheme.title,
        "late_weight": 0.5,
        "calculated_at": "2026-04-10T09:00:00+00:00",
    }


def test_a_line_as_json_says_all_of_this(region, quarter_of_work):
    lines = calculated(region).lines.select_related("occurrence__version", "occurrence__plan")
    first = lines.order_by("due_on")[0]
    assert line_as_json(first) == {
        "occurrence": first.occurrence_id,
        "measure": "Обновить стенд",
        "plan": "План мероприятий на 2026 год",
        "outcome": "in_time",
        "due_on": "2026-01-10",
        "late_after": "2026-01-10",
        "done_on": "2026-01-05",
        "returns": 0,
    }


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("name", ["МБУ «Другой центр»", "ЯОУ «Очаг»"]),
        ("lowest", ["ЯОУ «Очаг»", "МБУ «Другой центр»"]),
        ("highest", ["ЯОУ «Очаг»", "МБУ «Другой центр»"]),
    ],
)
def test_a_sheet_without_points_stands_last(region, quarter_of_work, order, names):
    type(region.own).objects.filter(pk=region.own.pk).update(name="ЯОУ «Очаг»")
    calculate_region(region.ministry, Q1, act=factories.act(region.personnel, APRIL))
    found = sheets_found(region.personnel, Q1, "", order)
    assert [sheet.organisation.name for sheet in found] == names


def test_ten_words_are_searched_for_and_no_more(region, quarter_of_work):
    calculated(region)

    def found(words):
        return sheets_found(region.personnel, Q1, words, "name").count()

    assert found("центр " * 9 + "дом") == 0
    assert found("центр " * 10 + "дом") == 1


def test_a_name_that_looks_like_a_formula_is_text_in_the_export(region, client):
    region.own.name = "=HYPERLINK(1)"
    region.own.save()
    calculated(region)
    client.force_login(region.personnel)
    answer = client.get(reverse("incentive-export", args=["csv"]), {"period": "2026Q1"})
    assert ";'=HYPERLINK" in ";" + b"".join(answer.streaming_content).decode().split("\r\n")[1]


def test_the_command_prints_one_json_object(region, quarter_of_work, capsys):
    call_command("calculate_incentives", "--period", "2026Q1", "--format", "json")
    out = capsys.readouterr().out
    body = json.loads(out)
    assert (body["period"], body["calculated"]) == ("2026Q1", 2)
    assert {one["organisation"] for one in body["sheets"]} == {region.own.name, region.other.name}
    assert next(one for one in body["sheets"] if one["due"] == 0)["points"] is None


@pytest.mark.parametrize(("name", "count"), [("Другой центр", 1), ("Примерной области", 2)])
def test_the_command_takes_an_institution_or_a_ministry(region, capsys, name, count):
    arguments = ["--period", "2026Q1", "--organization", name, "--format", "json"]
    call_command("calculate_incentives", *arguments)
    assert json.loads(capsys.readouterr().out)["calculated"] == count


def test_the_command_fails_in_words(region):
    with pytest.raises(CommandError):
        call_command("calculate_incentives", "--period", "2020Q1")
    with pytest.raises(CommandError):
        call_command("calculate_incentives", "--period", "2026Q1", "--organization", "Нет такого")
    with pytest.raises(CommandError):
        call_command("calculate_incentives", "--period", "2026")
    assert not IncentiveSheet.objects.exists()
