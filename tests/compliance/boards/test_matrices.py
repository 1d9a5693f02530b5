"""The matrix of a plan: what a cell shows and opens, whose cells, constant queries."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from compliance.models import Assignment, Occurrence, Responsible
from compliance.services.boards import matrices
from compliance.services.boards.matrices import CellState, MatrixCell
from compliance.services.execution.in_force import adopt_plan
from compliance.services.plans.drafts import ResponsibleDraft
from tests.building import factories
from tests.building.board_rows import listed, today
from tests.building.due_dates import PERIOD, accepted, due_of, submitted, waived

pytestmark = pytest.mark.django_db


@pytest.fixture
def region():
    return factories.region()


@pytest.fixture
def regional(region):
    """A regional plan of two measures: all institutions, and the own institution alone."""
    everybody = ResponsibleDraft("организации", Responsible.Kind.INSTITUTIONS)
    own = ResponsibleDraft("центр", Responsible.Kind.ORGANISATION, region.own)
    draft = factories.plan(
        region,
        factories.measure("Обновить стенды", number="1.1", responsibles=(everybody,)),
        factories.measure("Обучить работников", number="1.2", responsibles=(own,)),
        organisation=region.ministry,
        type_code="regional",
        period=PERIOD,
    )
    plan = adopt_plan(draft.pk, act=factories.act(None))
    Occurrence.objects.filter(plan=plan).delete()
    return plan


def cells(client, person, plan, **query):
    client.force_login(person)
    page = client.get(reverse("plan-matrix", args=[plan.pk]), query)
    if page.status_code != 200:
        return page.status_code
    rows = page.context["rows"]
    return {row.organisation: [str(cell.state) for cell in row.cells] for row in rows}


def assigned(region, plan, organisation, number):
    return Assignment.objects.get(
        measure__plan=plan, measure__versions__number=number, organisation=organisation
    )


def test_each_cell_shows_the_worst_of_its_due_dates(region, regional, client):
    day = today(region)
    later, sooner = day + timedelta(days=9), day - timedelta(days=9)
    first = assigned(region, regional, region.own, "1.1")
    Assignment.objects.update(executor=region.executor)

    def own():
        return cells(client, region.coordinator, regional)[region.own]

    (let_go,) = due_of(first, day + timedelta(days=30))
    waived(region, let_go, day)
    assert own() == ["waived", "absent"]
    (done,) = due_of(first, sooner - timedelta(days=30))
    type(first.measure.versions.first()).objects.update(proof="link")
    accepted(region, done, sooner)
    assert own() == ["done", "absent"]
    due_of(first, later)
    assert own() == ["work", "absent"]
    (waiting,) = due_of(first, sooner)
    submitted(region, waiting, sooner)
    assert own() == ["waiting", "absent"]
    due_of(first, sooner - timedelta(days=1))
    assert own() == ["overdue", "absent"]


def test_the_matrix_shows_each_their_own_cells(region, regional, client):
    day = today(region) - timedelta(days=1)
    for assignment in Assignment.objects.filter(measure__plan=regional):
        due_of(assignment, day)
    everything = {region.own: ["overdue", "overdue"], region.other: ["overdue", "absent"]}
    assert cells(client, region.coordinator, regional) == everything
    assert cells(client, region.director, regional) == {region.own: ["overdue", "overdue"]}
    assert cells(client, region.foreign_director, regional) == {
        region.other: everything[region.other]
    }
    assert cells(client, region.councillor, regional) == everything
    assert cells(client, region.stranger, regional) == 404


def test_a_council_sees_the_cells_and_opens_none_but_its_own(region, regional, client):
    day = today(region)
    (single,) = due_of(assigned(region, regional, region.other, "1.1"), day)
    client.force_login(region.councillor)
    page = client.get(reverse("plan-matrix", args=[regional.pk])).content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    assert "МБУ «Другой центр»" in main and 'class="cell cell-work"' in main
    assert single.get_absolute_url() not in main and reverse("overdue") not in main
    assert client.get(single.get_absolute_url()).status_code == 404


def test_cells_open_their_due_dates(region, regional, client):
    day = today(region)
    (single,) = due_of(assigned(region, regional, region.other, "1.1"), day)
    due_of(assigned(region, regional, region.own, "1.1"), day, day + timedelta(days=1))
    client.force_login(region.coordinator)
    page = client.get(reverse("plan-matrix", args=[regional.pk])).content.decode()
    assert f'href="{single.get_absolute_url()}"' in page
    (address,) = re.findall(r'href="/overdue/\?([^"]*measure=[^"]*)"', page)
    query = dict(pair.split("=") for pair in address.replace("&amp;", "&").split("&"))
    assert len(listed(client, region.coordinator, **query)) == 2


def test_the_matrix_can_be_narrowed_to_what_is_overdue(region, regional, client):
    due_of(assigned(region, regional, region.own, "1.1"), today(region) - timedelta(days=1))
    due_of(assigned(region, regional, region.other, "1.1"), today(region))
    assert set(cells(client, region.coordinator, regional, show="overdue")) == {region.own}


def test_the_matrix_of_a_plan_without_due_dates_says_so(region, client):
    draft = factories.plan(region)
    client.force_login(region.director)
    page = client.get(reverse("plan-matrix", args=[draft.pk]))
    assert "empty-title" in page.content.decode()


def test_the_matrix_takes_as_many_queries_for_55_institutions_as_for_2(region, regional, client):
    def queries():
        client.force_login(region.coordinator)
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("plan-matrix", args=[regional.pk]))
        return len(found)

    due_of(assigned(region, regional, region.own, "1.1"), today(region))
    few = queries()
    first = assigned(region, regional, region.own, "1.1")
    for number in range(55):
        place = factories.institution(region.ministry, name=f"Учреждение {number:02}")
        own = Assignment.objects.create(
            measure=first.measure, organisation=place, created_at=timezone.now()
        )
        due_of(own, today(region) - timedelta(days=1), today(region))
    assert queries() == few <= 12


def test_cell_numbers_are_asked_for_in_the_order_of_the_cells_fields():
    names = list(matrices.MatrixCell.__dataclass_fields__)[1:]
    assert tuple(names) == matrices.COUNTED


@pytest.mark.parametrize(
    ("given", "state", "count", "total"),
    [
        ({}, "absent", 0, 0),
        ({"overdue": 1, "open": 3, "done": 2}, "overdue", 1, 5),
        ({"waiting": 2, "open": 1, "done": 3}, "waiting", 2, 6),
        ({"open": 3, "done": 2}, "work", 2, 5),  # so many of all are done
        ({"done": 4, "waived": 1}, "done", 4, 5),
        ({"waived": 2}, "waived", 2, 2),
    ],
)
def test_a_cell_says_how_many_of_its_due_dates_stand_so(given, state, count, total):
    cell = MatrixCell(version=None, first_id=7, **given)
    assert (cell.state, cell.count, cell.total) == (state, count, total)
    assert cell.only_id == (7 if total == 1 else None)


def test_the_states_of_a_cell_have_words():
    assert [str(state.label) for state in CellState] == [
        "просрочено", "на проверке", "в работе", "исполнено", "снято с контроля",
        "не требуется",
    ]  # fmt: skip
