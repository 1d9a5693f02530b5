"""The region: numbers that open their lists, order and filters, who may look, constant queries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.models import Assessment, AssessmentResult, Organisation, Plan
from tests.building import factories
from tests.building.board_rows import listed, near, today
from tests.building.due_dates import accepted, due, executing_plan, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def region():
    return factories.region()


def rated(region, **scores):
    """An assessment of last year in which the institutions got these scores, best first."""
    year = today(region).year - 1
    assessment = Assessment.objects.create(region=region.ministry, title="НОК", year=year)
    for place, (name, score) in enumerate(scores.items(), start=1):
        AssessmentResult.objects.create(
            assessment=assessment,
            organisation=getattr(region, name),
            score=score,
            place=place,
        )


def region_rows(client, person, **query):
    client.force_login(person)
    page = client.get(reverse("region"), query)
    assert page.status_code == 200
    return page.context


def test_the_region_stands_worst_first_with_numbers_that_open_their_lists(region, client):
    rated(region, own=29, other="24.5")
    near(region, -9, -1, 3)
    foreign = executing_plan(region, organisation=region.other)
    days = [today(region) + timedelta(days=n) for n in (-3, -2, -1, 5)]
    one, two, three, _four = due(foreign, *days)
    foreign.occurrences.update(status="open")
    executor = factories.member(region.other, "executor", "other_executor")
    for who in (one, two):
        who.assignment.executor = executor
        who.assignment.save()
    reporter = {**vars(region), "executor": executor}
    there = factories.Region(**{k: v for k, v in reporter.items() if k != "people"})
    accepted(there, one, today(region))
    submitted(there, two, today(region))
    context = region_rows(client, region.coordinator)
    rows = context["rows"]
    assert [row.organisation for row in rows] == [region.own, region.other]
    assert [(r.overdue, r.open, r.waiting, r.done) for r in rows] == [(2, 3, 0, 0), (1, 2, 1, 1)]
    assert [(float(r.score), r.place) for r in rows] == [(29.0, 1), (24.5, 2)]
    assert [(p.state, p.count) for p in rows[0].plans] == [("executing", 1)]
    assert three.pk in listed(client, region.coordinator, organisation=region.other.pk)
    for row in rows:
        for show in ("overdue", "open", "waiting", "done"):
            query = {"organisation": row.organisation.pk, "show": show}
            assert len(listed(client, region.coordinator, **query)) == getattr(row, show)
    for show in ("overdue", "open", "waiting", "done"):
        found = listed(client, region.coordinator, show=show)
        assert len(found) == getattr(context["totals"], show)


def test_what_was_done_late_is_said_beside_what_is_done(region, client):
    day = today(region)
    in_time, late = due(
        executing_plan(region), day - timedelta(9), day - timedelta(8), executor=region.executor
    )
    accepted(region, in_time, day - timedelta(9))
    accepted(region, late, day - timedelta(7))
    context = region_rows(client, region.coordinator)
    (own,) = (row for row in context["rows"] if row.organisation == region.own)
    assert (own.done, own.late) == (context["totals"].done, context["totals"].late) == (2, 1)
    client.force_login(region.coordinator)
    page = " ".join(client.get("/region/").content.decode().split())
    assert page.count("с опозданием: 1</a>") == 2
    assert listed(client, region.coordinator, show="late") == [late.pk]
    assert listed(client, region.coordinator, show="in_time") == [in_time.pk]


def test_the_ministrys_own_share_is_a_row_too(region, client):
    due(
        executing_plan(region, organisation=region.ministry, type_code="regional"),
        today(region) - timedelta(days=1),
    )
    rows = region_rows(client, region.coordinator)["rows"]
    assert rows[0].organisation == region.ministry
    assert {row.organisation for row in rows} == {region.ministry, region.own, region.other}


def test_filters_and_order_of_the_region(region, client):
    rated(region, own=20, other=29)
    type(region.own).objects.filter(pk=region.own.pk).update(
        rating_group="Дома-интернаты", municipality="Город Белово"
    )
    near(region, -1)

    def names(**query):
        context = region_rows(client, region.coordinator, **query)
        return [row.organisation for row in context["rows"]]

    assert names() == [region.own, region.other]
    assert names(sort="score") == [region.own, region.other]
    assert names(sort="place") == [region.other, region.own]
    assert names(group="Дома-интернаты") == names(municipality="Город Белово") == [region.own]
    assert names(q="ДРУГОЙ центр") == [region.other]
    assert names(q="белово") == [region.own]
    assert names(q="нет такого") == []


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("coordinator", 200),
        ("inspector", 200),
        ("head", 200),
        ("administrator", 200),
        ("director", 403),
        ("executor", 403),
        ("personnel", 403),
        ("councillor", 200),
        ("stranger", 403),
    ],
)
def test_the_region_is_for_those_who_oversee_it_and_its_council(region, client, who, status):
    client.force_login(region.people[who])
    assert client.get(reverse("region")).status_code == status


def test_a_council_sees_figures_of_its_region_that_open_nothing(region, client):
    rated(region, own=29, other="24.5")
    near(region, -9, -1, 3)
    factories.plan(region, title="Черновик учреждения")
    client.force_login(region.councillor)
    page = client.get(reverse("region"))
    own = next(row for row in page.context["rows"] if row.organisation == region.own)
    assert (own.overdue, own.open, own.place, own.plans) == (2, 3, 1, [])
    assert (page.context["totals"].overdue, page.context["totals"].open) == (2, 3)
    assert sum(page.context["ages"].values()) == 2
    words = page.content.decode()
    main = words[words.index("<main") : words.index("</main>")]
    assert reverse("overdue") not in main and "Черновик" not in main
    assert listed(client, region.councillor, show="all") == []


def test_the_plans_that_a_council_may_open_are_counted_and_open_their_list(region, client):
    near(region, 3)
    Plan.objects.update(published_on=today(region))
    factories.plan(region, title="Черновик учреждения")
    (own, _other) = region_rows(client, region.councillor)["rows"]
    assert [(part.state, part.count) for part in own.plans] == [("executing", 1)]
    plans = client.get(reverse("plans"), {"organisation": region.own.pk})
    assert plans.context["page"].total.count == 1


def test_a_regional_draft_is_no_figure_of_the_councils_page(region, client):
    due(
        executing_plan(region, organisation=region.ministry, type_code="regional"),
        today(region) - timedelta(days=1),
    )
    factories.plan(
        region, title="Черновик региона", organisation=region.ministry, type_code="regional"
    )
    (ministry, *_rest) = region_rows(client, region.councillor)["rows"]
    assert [(part.state, part.count) for part in ministry.plans] == [("executing", 1)]
    (ministry, *_rest) = region_rows(client, region.coordinator)["rows"]
    assert [(part.state, part.count) for part in ministry.plans] == [("draft", 1), ("executing", 1)]


def test_a_council_of_another_region_sees_none_of_it(region, client):
    near(region, -1)
    elsewhere = factories.ministry(name="Министерство соседней области")
    council = Organisation.objects.create(
        kind=Organisation.Kind.COUNCIL, name="Другой совет", parent=elsewhere
    )
    stranger = factories.member(council, "council", "other_council")
    context = region_rows(client, stranger)
    assert context["rows"] == [] and context["totals"].overdue == 0


def test_a_director_reads_the_own_score_and_place_at_home(region, client):
    rated(region, own=29, other="24.5")
    older = Assessment.objects.create(
        region=region.ministry, title="НОК", year=today(region).year - 4
    )
    AssessmentResult.objects.create(
        assessment=older, organisation=region.own, score="11", place=7, group="Старая группа"
    )
    client.force_login(region.director)
    page = client.get(reverse("home"))
    words = " ".join(page.content.decode().split())
    assert "балл 29,00, место 1 из 2" in words and "24,5" not in words
    assert "Старая группа" not in words
    client.force_login(region.foreign_director)
    words = " ".join(client.get(reverse("home")).content.decode().split())
    assert "балл 24,50, место 2 из 2" in words and "29,00" not in words
    client.force_login(region.executor)
    assert "29,00" not in client.get(reverse("home")).content.decode()


def test_a_director_whose_institution_was_not_assessed_reads_nothing_about_it(region, client):
    client.force_login(region.director)
    page = client.get(reverse("home"))
    assert page.context["own_results"] == []
    assert "Оценка качества" not in page.content.decode()


def test_another_region_is_not_seen(region, client):
    elsewhere = factories.ministry(name="Министерство соседней области")
    neighbour = factories.institution(elsewhere, name="Соседний центр")
    due(executing_plan(region, organisation=neighbour), today(region) - timedelta(days=1))
    context = region_rows(client, region.coordinator)
    assert neighbour not in [row.organisation for row in context["rows"]]
    assert context["totals"].overdue == 0
    assert listed(client, region.coordinator, organisation=neighbour.pk) == []


def test_the_region_takes_as_many_queries_for_60_institutions_as_for_2(region, client):
    def queries():
        client.force_login(region.coordinator)
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("region"))
        return len(found)

    near(region, -1)
    few = queries()
    for number in range(58):
        place = factories.institution(region.ministry, name=f"Учреждение {number:02}")
        due(executing_plan(region, organisation=place), today(region) - timedelta(days=1))
    assert queries() == few <= 17


def test_the_matrix_of_a_regional_plan_is_one_press_away(region, client):
    plan = executing_plan(region, organisation=region.ministry, type_code="regional")
    client.force_login(region.coordinator)
    assert reverse("plan-matrix", args=[plan.pk]) in client.get(reverse("region")).content.decode()
