"""Pictures by month and by age: each number opens a list as long as it says."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from compliance.domain.calendar.periods import Period
from compliance.models import Assignment, Measure, Occurrence, Organisation
from compliance.models.local_dates import LocalDates
from compliance.services.boards.months import (
    MonthCourse,
    months_around,
    months_of,
    months_of_each,
    months_of_plan,
)
from compliance.services.boards.overdue import ageing
from tests.building import factories
from tests.building.board_rows import near, today
from tests.building.due_dates import accepted, due, due_of, executing_plan, submitted, waived

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 6, 15, 12, tzinfo=ZoneInfo("Europe/Moscow"))


@pytest.fixture
def region():
    return factories.region()


def test_twelve_months_are_shown_around_today_across_new_year():
    assert months_around(date(2027, 1, 31)) == Period(date(2026, 4, 1), date(2027, 3, 31))


def test_each_month_counts_what_was_planned_for_its_days_and_how_it_stands(region):
    plan = executing_plan(region)
    days = [date(2026, 5, n) for n in (4, 5, 6, 7, 8)] + [date(2026, 6, 14), date(2026, 6, 15)]
    in_time, late, unverified, dropped, *_open = due(plan, *days, executor=region.executor)
    accepted(region, in_time, date(2026, 5, 4))
    accepted(region, late, date(2026, 5, 6))
    submitted(region, unverified, date(2026, 5, 6))
    waived(region, dropped, date(2026, 5, 7))
    elsewhere = factories.region("b_", "Соседней области")
    due(executing_plan(elsewhere), date(2026, 5, 4))
    period = Period(date(2026, 4, 1), date(2026, 6, 30))
    found = months_of(Organisation.objects.filter(pk=region.own.pk), period, LocalDates.at(NOON))
    assert found == [
        MonthCourse(date(2026, 4, 1)),
        MonthCourse(date(2026, 5, 1), in_time=1, late=1, overdue=1, waived=1, pending=1),
        MonthCourse(date(2026, 6, 1), overdue=1, pending=1),
    ]
    assert [one.planned for one in found] == [0, 5, 2]


def test_what_is_overdue_is_of_one_age_by_the_last_day_in_time(region):
    day = date(2026, 6, 15)
    ages = (0, 1, 7, 8, 30, 31, 90, 91, 400)
    due(executing_plan(region), *(day - timedelta(days=n) for n in ages))
    assert ageing(Occurrence.objects.all(), LocalDates.at(NOON)) == {
        "overdue_week": 2,
        "overdue_month": 2,
        "overdue_quarter": 2,
        "overdue_longer": 2,
    }


def test_an_age_is_counted_by_the_organisations_own_day(region):
    Organisation.objects.filter(pk=region.own.pk).update(time_zone="Asia/Kamchatka")
    due(executing_plan(region), date(2026, 6, 8))
    evening = datetime(2026, 6, 15, 22, tzinfo=ZoneInfo("Europe/Moscow"))
    found = ageing(Occurrence.objects.all(), LocalDates.at(evening))
    assert (found["overdue_week"], found["overdue_month"]) == (0, 1)


LINK = re.compile(r'<a href="(/overdue/\?[^"]+)">(?:<span[^>]*>[^<]*</span>|<b>)?(\d+)')


def test_every_number_of_the_regions_page_opens_a_list_as_long_as_it_says(region, client):
    due(executing_plan(region, organisation=region.other), today(region) - timedelta(days=5))
    rows = near(region, -100, -40, -9, -3, -2, -1, 0, 3, 20, 200)
    accepted(region, rows[1], today(region) - timedelta(days=41))
    accepted(region, rows[3], today(region))
    submitted(region, rows[4], today(region))
    waived(region, rows[5], today(region))
    client.force_login(region.coordinator)
    page = client.get(reverse("region")).content.decode()
    found = {(unescape(url), int(count)) for url, count in LINK.findall(page)}
    assert len(found) > 20
    for url, count in sorted(found):
        assert client.get(url).context["page"].total.count == count, url
    assert sum(count for url, count in found if "show=overdue_" in url) == 3


def test_of_a_narrowed_region_and_for_its_council_the_numbers_open_nothing(region, client):
    near(region, -9)
    for who, query in (("coordinator", {"q": "Примерный"}), ("councillor", {})):
        client.force_login(region.people[who])
        page = client.get(reverse("region"), query).content.decode()
        chart = page[page.index("<figure") : page.rindex("</figure>")]
        assert "/overdue/" not in chart and 'role="img"' in chart
        assert "8–30 дней: 1" in chart


def test_a_year_is_shown_when_it_is_asked_for(region, client):
    client.force_login(region.coordinator)
    year = today(region).year
    page = client.get(reverse("region"), {"year": year - 1})
    assert page.context["period"] == Period.of_years(year - 1)
    assert client.get(reverse("region"), {"year": "x"}).context["period"] == months_around(
        region.coordinator.today(datetime.now(tz=ZoneInfo("UTC")))
    )


def test_without_pictures_the_table_lies_open(region, client):
    client.force_login(region.coordinator)
    folded = "<details>\n    <summary>То же в таблице"
    assert folded in client.get(reverse("region")).content.decode()
    client.cookies["display"] = "pictures.off"
    assert folded not in client.get(reverse("region")).content.decode()


def test_the_heat_map_says_what_share_of_each_month_was_done_in_time(region, client):
    day = today(region)
    plan = executing_plan(region)
    first, second, *_others = due(
        plan, day - timedelta(40), day - timedelta(39), day - timedelta(38), day + timedelta(3),
        executor=region.executor,
    )  # fmt: skip
    accepted(region, first, day - timedelta(40))
    accepted(region, second, day - timedelta(30))
    client.force_login(region.coordinator)
    page = client.get(reverse("region"), {"view": "months"})
    rows = {row.organisation: row for row in page.context["heat"]}
    shares = [one.share_in_time for one in rows[region.own].months if one.share_in_time is not None]
    assert min(shares) in (0, 33) and {one.share_in_time for one in rows[region.other].months} == {
        None
    }
    text = page.content.decode()
    url = re.search(r'<a href="([^"]+)" class="cell heat-few"[^>]*>\d+', text)[1]
    month = date.fromisoformat(re.search(r"first=([-0-9]+)", url)[1])
    listed = client.get(unescape(url)).context["page"].total.count
    assert listed == next(one for one in rows[region.own].months if one.month == month).settled
    client.force_login(region.councillor)
    text = client.get(reverse("region"), {"view": "months"}).content.decode()
    assert "heat-few" in text and "/overdue/" not in text[text.index("<main") :]


def test_a_share_of_nothing_is_none_and_is_never_rounded_up_to_a_hundred():
    month = date(2026, 5, 1)
    assert MonthCourse(month, pending=3, waived=1).share_in_time is None
    assert MonthCourse(month, in_time=999, late=1).share_in_time == 99
    assert MonthCourse(month, in_time=2, late=1, overdue=1).share_in_time == 50


def test_each_institution_has_its_own_months(region):
    for place, days in ((region.own, (4, 5)), (region.other, (6,))):
        due(executing_plan(region, organisation=place), *(date(2026, 5, day) for day in days))
    period = Period(date(2026, 5, 1), date(2026, 6, 30))
    found = months_of_each([region.own, region.other], period, LocalDates.at(NOON))
    assert [one.overdue for one in found[region.own.pk]] == [2, 0]
    assert [one.overdue for one in found[region.other.pk]] == [1, 0]


@pytest.mark.parametrize(("who", "planned"), [("director", 4), ("coordinator", 5), ("executor", 4)])
def test_a_plans_page_has_its_course_of_what_the_reader_may_open(region, client, who, planned):
    day = today(region)
    rows = near(region, -70, -69, -68, -1)
    accepted(region, rows[0], day - timedelta(days=70))
    accepted(region, rows[1], day - timedelta(days=60))
    submitted(region, rows[2], day)
    measure = Measure.objects.get(plan=rows[0].plan)
    due_of(
        Assignment.objects.create(
            measure=measure,
            organisation=region.ministry,
            created_at=rows[0].assignment.created_at,
        ),
        day,
    )
    client.force_login(region.people[who])
    page = client.get(rows[0].plan.get_absolute_url())
    assert sum(one.planned for one in page.context["months"]) == planned
    numbers = LINK.findall(page.content.decode())
    assert len(numbers) > 3
    for url, count in numbers:
        assert client.get(unescape(url)).context["page"].total.count == int(count), url


def test_a_plan_of_more_than_a_year_of_months_is_shown_by_quarter(region, client):
    plan = executing_plan(region)
    days = [date(2024 + n // 12, n % 12 + 1, 15) for n in range(12)]
    due(plan, *days)
    dates = LocalDates.at(NOON)
    assert [one.length for one in months_of_plan(region.director, plan, dates)] == [1] * 12
    due(plan, date(2025, 2, 3))
    found = months_of_plan(region.director, plan, dates)
    assert [(one.month, one.overdue) for one in found] == [
        (date(2024, 1, 1), 3),
        (date(2024, 4, 1), 3),
        (date(2024, 7, 1), 3),
        (date(2024, 10, 1), 3),
        (date(2025, 1, 1), 1),
    ]
    assert found[-1].days == Period(date(2025, 1, 1), date(2025, 3, 31))
    client.force_login(region.director)
    page = client.get(plan.get_absolute_url()).content.decode()
    assert "Ход исполнения по кварталам" in page and "I кв. 2025" in page
    assert "show=overdue&amp;first=2025-01-01&amp;last=2025-03-31" in page
