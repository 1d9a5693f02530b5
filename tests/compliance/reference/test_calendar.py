"""The calendar: edited by administrators, read in from files, complete before the year begins."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.checks import run_checks
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from compliance.domain.calendar.periods import Period
from compliance.domain.calendar.tables import read_calendar
from compliance.domain.refusals import Forbidden, Refusal
from compliance.models import AuditEvent, CalendarDay
from compliance.services.audit.trail import broken_chains
from compliance.services.calendars import missing_year, seed_calendar, working_calendar
from compliance.services.reference.calendar_days import (
    Day,
    add_year,
    import_days,
    remove_day,
    set_day,
)
from tests.building import factories as make
from tests.building.changes import changes

pytestmark = pytest.mark.django_db

# The first rows of the open data «Производственный календарь» have this form.
HEAD = (
    "Год/Месяц,Январь,Февраль,Март,Апрель,Май,Июнь,Июль,Август,Сентябрь,Октябрь,Ноябрь,Декабрь,"
    "Всего рабочих дней"
)
ROW_2025 = (
    '2025,"1,2,3,4,5,6,7,8,11,12,18,19,25,26","1,2,8,9,15,16,22,23","1,2,7*,8,9,15,16,22,23,29,30",'
    '"5,6,12,13,19,20,26,27,30*","1,2+,3,4,8+,9,10,11,17,18,24,25,31",'
    '"1,7,8,11*,12,13+,14,15,21,22,28,29","5,6,12,13,19,20,26,27","2,3,9,10,16,17,23,24,30,31",'
    '"6,7,13,14,20,21,27,28","4,5,11,12,18,19,25,26","1*,2,3+,4,8,9,15,16,22,23,29,30",'
    '"6,7,13,14,20,21,27,28,31+",247'
)


@pytest.fixture
def region() -> make.Region:
    return make.region()


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def own_days(region: make.Region) -> list[tuple[date, str]]:
    return list(
        CalendarDay.objects.filter(region=region.ministry)
        .order_by("date")
        .values_list("date", "kind")
    )


# --- What the table begins with -----------------------------------------------------------------


@pytest.mark.parametrize(("year", "worked"), [(2024, 248), (2025, 247), (2026, 247)])
def test_working_days_of_the_seeded_years(year, worked):
    assert working_calendar().working_days_in(Period.of_years(year)) == worked


def test_seeding_again_adds_nothing_and_keeps_what_was_edited(region):
    CalendarDay.objects.filter(date=date(2026, 5, 1), region=None).update(title="Своё")
    assert seed_calendar([2026]) == 0
    assert CalendarDay.objects.get(date=date(2026, 5, 1), region=None).title == "Своё"


# --- Days ---------------------------------------------------------------------------------------


def test_a_regions_own_day_overrules_the_countrys_in_that_region_only(region):
    act = make.act(region.administrator)
    set_day(region.ministry, Day(date(2026, 5, 1), "working", "Субботник"), act=act)
    set_day(region.ministry, Day(date(2026, 4, 20), "non_working", "Радоница"), act=act)
    set_day(region.ministry, Day(date(2026, 4, 21), "short"), act=act)
    here, country = working_calendar(region.own), working_calendar()
    days = [date(2026, 5, 1), date(2026, 4, 20), date(2026, 4, 21)]
    assert [here.is_working(day) for day in days] == [True, False, True]
    assert [country.is_working(day) for day in days] == [False, True, True]
    events = AuditEvent.objects.filter(action="calendar.set", organisation=region.ministry)
    assert events.count() == 3 and list(broken_chains()) == []


def test_a_day_set_twice_is_changed_and_removed_is_gone(region):
    act = make.act(region.administrator)
    for kind in ("non_working", "short"):
        row = set_day(region.ministry, Day(date(2026, 4, 20), kind), act=act)
    assert own_days(region) == [(date(2026, 4, 20), "short")]
    remove_day(row, act=act)
    assert own_days(region) == []
    assert AuditEvent.objects.filter(action="calendar.remove").count() == 1


@pytest.mark.parametrize("part", ["coordinator", "head", "director", "stranger"])
def test_only_administrators_change_days(region, part):
    with pytest.raises(Forbidden):
        set_day(region.ministry, Day(date(2026, 4, 20), "short"), act=make.act(region.people[part]))


def test_the_countrys_days_are_a_superusers(region):
    day = Day(date(2026, 4, 20), "non_working")
    with pytest.raises(Forbidden):
        set_day(None, day, act=make.act(region.administrator))
    root = make.user("root", is_superuser=True)
    set_day(None, day, act=make.act(root))
    assert not working_calendar(region.own).is_working(day.date)
    assert AuditEvent.objects.get(action="calendar.set").organisation == region.ministry


def test_another_regions_administrator_keeps_out(region):
    other = make.ministry(name="Соседи")
    neighbour = make.member(other, "administrator", "neighbour")
    with pytest.raises(Forbidden):
        set_day(region.ministry, Day(date(2026, 4, 20), "short"), act=make.act(neighbour))


# --- A year from a file -------------------------------------------------------------------------


def test_the_open_data_say_the_same_as_the_package():
    table = read_calendar(f"{HEAD}\n{ROW_2025}\n", 2025)
    assert table.problems == [] and table.is_whole_year
    read = {day.date: day.kind for day in table.days}
    stored = dict(
        CalendarDay.objects.filter(date__year=2025, region=None).values_list("date", "kind")
    )
    assert {day for day, kind in read.items() if kind == "short"} == {
        date(2025, 3, 7), date(2025, 4, 30), date(2025, 6, 11), date(2025, 11, 1),
    }  # fmt: skip
    unworked = {day for day, kind in read.items() if kind == "non_working"}
    assert unworked == {day for day, kind in stored.items() if kind == "non_working"}


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("form", ["%Y-%m-%d", "%d.%m.%Y"])
def test_a_plain_list_is_read(separator, form):
    rows = [
        ("date", "kind", "title"),
        (f"{date(2027, 1, 8):{form}}", "нерабочий", "Перенос"),
        (f"{date(2027, 2, 20):{form}}", "Рабочий", ""),
        (f"{date(2027, 3, 5):{form}}", "short"),
    ]
    table = read_calendar("\n".join(map(separator.join, rows)), 2027)
    assert table.problems == []
    assert [(day.date, day.kind, day.title) for day in table.days] == [
        (date(2027, 1, 8), "non_working", "Перенос"),
        (date(2027, 2, 20), "working", ""),
        (date(2027, 3, 5), "short", ""),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("2027-01-08", "two_columns"),
        ("31.02.2027,рабочий", "no_date"),
        ("08.01.2026,рабочий", "other_year"),
        ("08.01.2027,странный", "no_kind"),
        ("08.01.2027,рабочий\n2027-01-08,рабочий", "repeated"),
        (f"08.01.2027,рабочий,{'я' * 201}", "long_title"),
        ("\n".join(["08.01.2027,рабочий"] * 1001), "too_many_rows"),
        (f"{HEAD}\n{ROW_2025}", "no_such_year"),
        (f"{HEAD}\n{ROW_2025}\n{ROW_2025}".replace("2025", "2027"), "year_twice"),
        (f'{HEAD}\n2027,"1,2,3"', "empty_month"),
        (f"{HEAD}\n{ROW_2025}".replace("2025", "2027").replace("31+", "32"), "no_date"),
    ],
)
def test_what_is_wrong_with_a_row(text, code):
    assert code in {problem.code for problem in read_calendar(text, 2027).problems}


def test_reading_a_year_in_again_makes_no_doubles(region):
    text = "2027-01-11,нерабочий,Перенос\n2027-03-13,рабочий\n"
    act = make.act(region.administrator)
    first = import_days(read_calendar(text, 2027), region.ministry, 2027, act=act)
    again = import_days(read_calendar(text, 2027), region.ministry, 2027, act=act)
    assert len(first.added) == 2 and again.is_empty
    assert len(own_days(region)) == 2
    assert AuditEvent.objects.filter(action="calendar.import").count() == 1


def test_a_whole_year_for_the_country_takes_away_what_it_has_not(region):
    root = make.act(make.user("root", is_superuser=True))
    CalendarDay.objects.create(date=date(2025, 4, 2), kind="non_working")
    table = read_calendar(f"{HEAD}\n{ROW_2025}", 2025)
    changes = import_days(table, None, 2025, act=root)
    assert [row.date for row in changes.removed] == [date(2025, 4, 2)]
    calendar = working_calendar()
    assert calendar.working_days_in(Period.of_years(2025)) == 247
    assert import_days(table, None, 2025, act=root).is_empty


def test_a_region_keeps_only_what_differs_from_the_country(region):
    act = make.act(region.administrator)
    own = ROW_2025.replace('"5,6,12,13,19,20,26,27,30*"', '"5,6,12,13,19,20,26,27,28,30*"')
    own = own.replace("1,2,3,4,5,6,7,8,11", "1,2,3,4,5,6,7,11")
    table = read_calendar(f"{HEAD}\n{own}", 2025)
    import_days(table, region.ministry, 2025, act=act)
    kept = dict(own_days(region))
    assert kept[date(2025, 4, 28)] == "non_working", "Radonitsa is a day off here"
    assert kept[date(2025, 1, 8)] == "working", "and the 8th of January is not"
    assert date(2025, 1, 1) not in kept
    assert import_days(table, region.ministry, 2025, act=act).is_empty


def test_a_file_with_a_wrong_row_changes_nothing(region):
    table = read_calendar("2027-01-11,нерабочий\n2027-13-11,рабочий", 2027)
    with pytest.raises(Refusal, match="'calendar_rows'"):
        import_days(table, region.ministry, 2027, act=make.act(region.administrator))
    assert own_days(region) == []


def upload(client: Client, content: bytes, **given):
    data = {"year": "2027", "file": SimpleUploadedFile("year.csv", content), **given}
    return client.post(reverse("calendar-import"), data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_the_page_shows_what_would_change_and_changes_it_when_confirmed(region, encoding):
    client = signed_in(region.administrator)
    answer = upload(client, "11.01.2027;нерабочий;Перенос с субботы".encode(encoding))
    assert answer.status_code == 200 and "Перенос с субботы" in answer.content.decode()
    assert own_days(region) == [], "a preview writes nothing"
    confirmed = {"year": "2027", "text": answer.context["text"], "confirmed": "1"}
    client.post(reverse("calendar-import"), confirmed)
    client.post(reverse("calendar-import"), confirmed)
    assert own_days(region) == [(date(2027, 1, 11), "non_working")]


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n\0\0", b"1;2", b"x" * 600_000])
def test_a_file_that_is_no_calendar_is_refused_in_a_sentence(region, content):
    answer = upload(signed_in(region.administrator), content)
    assert answer.status_code == 422 and own_days(region) == []


# --- The page -----------------------------------------------------------------------------------


def test_the_page_lists_the_year_and_saves_a_day(region):
    client = signed_in(region.administrator)
    page = client.get(reverse("calendar"), {"year": 2026}).content.decode()
    assert "247" in page and "01.05.2026" in page
    data = {"date": "2026-04-20", "kind": "non_working", "title": "Радоница"}
    assert client.post(reverse("calendar-day"), data).status_code == 302
    assert own_days(region) == [(date(2026, 4, 20), "non_working")]
    assert "246" in client.get(reverse("calendar"), {"year": 2026}).content.decode()
    bad = client.post(reverse("calendar-day"), data | {"date": "вчера"})
    assert bad.status_code == 422 and "Радоница" in bad.content.decode()


def test_a_form_that_names_another_region_changes_ones_own(region):
    other = make.ministry(name="Соседи")
    data = {"date": "2026-04-20", "kind": "short", "region": str(other.pk)}
    signed_in(region.administrator).post(reverse("calendar-day"), data)
    assert not CalendarDay.objects.filter(region=other).exists()


@pytest.mark.parametrize("year", ["", "нет", "1", "99999"])
def test_a_year_that_is_none_shows_this_one(region, year):
    answer = signed_in(region.administrator).get(reverse("calendar"), {"year": year})
    assert answer.status_code == 200


# --- Next year ----------------------------------------------------------------------------------


def test_next_year_is_missed_from_the_first_of_december_on(region):
    CalendarDay.objects.filter(date__year=2027).delete()
    assert missing_year(date(2026, 11, 30)) is None
    assert missing_year(date(2026, 12, 1)) == 2027
    CalendarDay.objects.create(date=date(2027, 4, 20), kind="short", region=region.ministry)
    assert missing_year(date(2026, 12, 1)) == 2027, "a region's own day is no calendar"
    assert add_year(2027, act=make.act(region.administrator)) > 5
    assert missing_year(date(2026, 12, 1)) is None


@pytest.mark.parametrize("part", ["administrator", "coordinator", "director", "executor"])
def test_the_banner_is_for_those_who_can_do_something_about_it(region, part):
    CalendarDay.objects.filter(date__year=2027).delete()
    address = reverse("calendar") + "?year=2027"
    for day, is_time in ((date(2026, 11, 30), False), (date(2026, 12, 1), True)):
        with time_machine.travel(datetime(day.year, day.month, day.day, 9, tzinfo=UTC), tick=False):
            page = signed_in(region.people[part]).get(reverse("plans")).content.decode()
        assert (address in page) is (is_time and part in {"administrator", "coordinator"})


def test_the_system_check_warns(region):
    with time_machine.travel(datetime(2026, 12, 1, 9, tzinfo=UTC), tick=False):
        assert run_checks(tags=["calendar"]) == []
        CalendarDay.objects.filter(date__year=2027).delete()
        (warning,) = run_checks(tags=["calendar"])
    assert warning.id == "compliance.W001" and "2027" in warning.msg


def test_the_command_adds_a_year_once(region, capsys):
    CalendarDay.objects.filter(date__year=2027).delete()
    call_command("seed_calendar", "2027", "--format", "json")
    call_command("seed_calendar", "2027")
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith('{"added": ') and first != '{"added": 0}'
    assert second == "added: 0"


def test_a_year_out_of_reach_is_refused(region):
    with pytest.raises(Refusal, match="'calendar_year'"):
        add_year(1917, act=make.act(None))


def test_an_import_tells_what_was_and_what_is(region):
    act = make.act(region.administrator)
    first = "2027-01-11,нерабочий,Перенос\n2027-03-13,рабочий\n"
    import_days(read_calendar(first, 2027), region.ministry, 2027, act=act)
    second = "2027-01-11,нерабочий,Праздник\n2027-03-20,рабочий\n"
    found = changes(
        lambda: import_days(read_calendar(second, 2027), region.ministry, 2027, act=act)
    )
    event = AuditEvent.objects.filter(action="calendar.import").latest("pk")
    assert (event.before, event.after) == (
        {"2027-01-11": ["non_working", "Перенос"]},
        {"2027-01-11": ["non_working", "Праздник"], "2027-03-20": ["working", ""]},
    )
    assert len(found) == 3
