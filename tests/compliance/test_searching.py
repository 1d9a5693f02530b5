"""Words find what a reader sees, wherever one may search and on both databases."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.domain.calendar.quarters import quarter
from compliance.domain.folding import folded
from compliance.models import IncentiveSheet, Membership, Organisation, Plan, User
from compliance.models.searching import FUNCTION, naming, says
from compliance.services.acts import Act
from compliance.services.audit import search as audit
from compliance.services.audit.trail import record_and_tell
from compliance.services.boards import regions
from compliance.services.incentives.lists import SheetOrder, sheets_found
from compliance.services.incentives.sheets import default_scheme
from compliance.services.people import lists
from tests.building import factories as make
from tests.building.scenes import sent
from workflows.services.tasks import inboxes

pytestmark = pytest.mark.django_db

# One word as it stands in the rows (typed, pasted from Word, typed on a Mac), and as it is looked
# for.
STORED = ["Семёновское", "Семё\u00adновское", "Семе\u0308новское", "СЕМЕНОВСКОЕ"]
SOUGHT = ["семёновское", "Семеновское", "СЕМЁНОВ", "семе\u0308новское", "Семё\u00adновское"]


@pytest.fixture
def region() -> make.Region:
    return make.region()


def in_plans(region: make.Region, word: str) -> list:
    return list(Plan.objects.naming(word).values_list("title", flat=True))


def in_tasks(region: make.Region, word: str) -> list:
    user = make.act(region.coordinator).user
    wanted = inboxes.InboxSelection(words=word)
    found = inboxes.selected(inboxes.lists_of(user), wanted, timezone.now())
    return [task.process.plan.title for task in found]


def on_the_region_board(region: make.Region, word: str) -> list:
    person = make.act(region.coordinator).person
    found = regions.chosen(person, regions.RegionSelection(words=word))
    return [row.name for row in found]


def among_sheets(region: make.Region, word: str) -> list:
    person = make.act(region.personnel).person
    rows = sheets_found(person, quarter("2026Q3"), word, SheetOrder.NAME)
    return [row.organisation.name for row in rows]


def among_people(region: make.Region, word: str) -> list:
    person = make.act(region.administrator).person
    found = lists.listed(person, lists.PeopleSelection(words=word), date(2026, 9, 1))
    return [row.full_name for row in found]


def in_the_trail(region: make.Region, word: str) -> list:
    person = make.act(region.administrator).person
    return [row.reason for row in audit.found(person, audit.Search(words=word))]


def in_the_trail_of_a_place(region: make.Region, word: str) -> list:
    person = make.act(region.administrator).person
    return [row.name for row in audit.organisations_named(person, word)]


def named_plan(region: make.Region, name: str) -> str:
    sent(region, title=f"План {name}")
    return f"План {name}"


def named_place(region: make.Region, name: str) -> str:
    Organisation.objects.filter(pk=region.own.pk).update(name=f"ГБУ {name}")
    return f"ГБУ {name}"


def named_sheet(region: make.Region, name: str) -> str:
    days = quarter("2026Q3")
    scheme = default_scheme(region.ministry, days.start)
    IncentiveSheet.objects.create(
        organisation=region.own, scheme=scheme, period_start=days.start,
        period_end=days.end, as_of=days.end, due=0, in_time=0, late=0, not_done=0, waiting=0,
        waived=0, returned=0, calculated_at=timezone.now(), calculated_by=region.personnel,
    )  # fmt: skip
    return named_place(region, name)


def named_person(region: make.Region, name: str) -> str:
    User.objects.filter(pk=region.executor.pk).update(full_name=name)
    return name


def named_post(region: make.Region, name: str) -> str:
    Membership.objects.filter(user=region.executor).update(post=f"Заведующая, {name}")
    return "Ольга Исполнителева"


def named_reason(region: make.Region, name: str) -> str:
    act = Act(user=region.director, at=timezone.now())
    record_and_tell(
        act=act, organisation=region.own, action="measure.change", subject=make.plan(region),
        reason=name,
    )  # fmt: skip
    return name


PLACES = {
    "plans by title": (named_plan, in_plans),
    "tasks by the plan's title": (named_plan, in_tasks),
    "the board of a region": (named_place, on_the_region_board),
    "sheets by institution": (named_sheet, among_sheets),
    "people by name": (named_person, among_people),
    "people by post": (named_post, among_people),
    "reasons of events": (named_reason, in_the_trail),
    "events of a place": (named_place, in_the_trail_of_a_place),
}


@pytest.mark.parametrize("stored", STORED)
@pytest.mark.parametrize("place", PLACES)
def test_a_search_finds_what_a_reader_sees(region, place, stored):
    named, found = PLACES[place]
    title = named(region, stored)
    assert {sought: found(region, sought) for sought in SOUGHT} == {
        sought: [title] for sought in SOUGHT
    }
    assert found(region, "Семейное") == []


PAGES = {
    "rights": ("/rights/?person=", "administrator"),
    "substitutions": ("/substitutions/?q=", "director"),
    "published plans": ("/public/?q=", None),
    "plans": ("/plans/?q=", "coordinator"),
}


@pytest.mark.parametrize("page", PAGES)
def test_pages_search_by_the_same_rule(region, client, page):
    address, viewer = PAGES[page]
    named_person(region, "Семё\u00adнова Ольга")
    plan = make.plan(region, title="Семё\u00adнова Пустошь")
    Plan.objects.filter(pk=plan.pk).update(published_on=date(2026, 9, 1))
    if viewer:
        client.force_login(region.people[viewer])
    for sought, is_there in (("семенова", True), ("СЕМЁНОВА", True), ("семейная", False)):
        shown = client.get(address + sought).content.decode()
        assert ("Семё\u00adнова" in shown) is is_there, (page, sought)


@pytest.mark.parametrize(
    "address", ["/admin/compliance/user/?q=", "/admin/compliance/organisation/?q="]
)
def test_the_administration_searches_by_the_same_rule(region, client, address):
    named_person(region, "Семё\u00adнова Ольга")
    named_place(region, "Семё\u00adнова Пустошь")
    User.objects.filter(pk=region.administrator.pk).update(is_staff=True, is_superuser=True)
    client.force_login(User.objects.get(pk=region.administrator.pk))
    assert "Семё\u00adнова" in client.get(address + "СЕМЕНОВА").content.decode()
    assert "Семё\u00adнова" not in client.get(address + "семейная").content.decode()


def test_signs_of_patterns_are_signs(region):
    User.objects.filter(pk=region.executor.pk).update(full_name=r"Ноль 100% a_b \ 'x'")
    for word, is_found in (("100%", True), ("1%0", False), ("a_b", True), ("acb", False),
                           ("\\", True), ("'x'", True), ("%", True)):  # fmt: skip
        assert naming(User.objects.all(), word, "full_name").exists() is is_found, word


def test_an_endless_word_finds_nothing_and_breaks_nothing(region):
    assert not naming(User.objects.all(), "ж" * 70_000, "full_name").exists()


def test_each_word_may_stand_in_a_column_of_its_own(region):
    plan = make.plan(region, title="План года")
    Organisation.objects.filter(pk=region.own.pk).update(name="Дом", municipality="Тёплый Стан")
    assert list(Plan.objects.naming("теплый ДОМ план")) == [plan]
    assert list(Plan.objects.naming("теплый другой")) == []


ALPHABET = "абвеёйъяАВЕЁЙ zZéÉİßçÇ0№-«»„“”\"'%_\u0306\u0308\u0301\u00ad\u200b\u2011\u00a0ӘәҮүІі"


@settings(max_examples=300)
@given(st.text(ALPHABET, max_size=12))
def test_both_databases_fold_as_we_do(text):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {FUNCTION}(%s)", [text])
        assert cursor.fetchone() == (folded(text),)
        cursor.execute(f"SELECT {FUNCTION}(NULL)")
        assert cursor.fetchone() == (None,)


@pytest.mark.postgres
def test_words_are_looked_up_in_an_index_of_each_column():
    people = [
        User(username=f"n{n}", full_name=f"Имя {n}", email=f"n{n}@e.org") for n in range(3000)
    ]
    User.objects.bulk_create(people)
    with connection.cursor() as cursor:
        for column in ("full_name", "email", "username"):  # as a vacuum does
            cursor.execute("SELECT gin_clean_pending_list(%s)", [f"said_in_user_{column}"])
        cursor.execute("ANALYZE compliance_user")
        cursor.execute("SELECT indexname FROM pg_indexes WHERE indexname LIKE 'said_in_%'")
        assert {name for (name,) in cursor.fetchall()} == {
            "said_in_organisation_name", "said_in_organisation_short_name",
            "said_in_organisation_municipality", "said_in_user_full_name", "said_in_user_username",
            "said_in_user_email", "said_in_membership_post", "said_in_plan_title",
            "said_in_measureversion_text", "said_in_petition_reason",
        }  # fmt: skip
    plan = says(User.objects.all(), "семен", "full_name", "email", "username").explain()
    for column in ("full_name", "email", "username"):
        assert f"Bitmap Index Scan on said_in_user_{column}" in plan, plan
    assert "Seq Scan" not in plan, plan
