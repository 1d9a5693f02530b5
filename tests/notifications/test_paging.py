"""Pages by key: nothing is skipped or shown twice, whatever the order, ties and NULLs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.models import Count, F, IntegerField, Min, Value, Window
from django.db.models.functions import Coalesce, Length
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.models import User
from notifications.views.paging import COUNTED, Listing

pytestmark = pytest.mark.django_db

LOGIN = F("last_login")
ORDERS = [
    ["full_name"],
    ["-full_name", "pk"],
    ["full_name", "username", "pk"],
    ["-date_joined", "-pk"],
    ["-date_joined", "full_name", "pk"],
    [LOGIN.asc(nulls_last=True), "pk"],
    [LOGIN.desc(nulls_last=True), "full_name", "-pk"],
    [LOGIN.asc(nulls_first=True), "-full_name"],
    ["full_name", LOGIN.desc(nulls_first=True), "pk"],
    [Coalesce("main_organisation", 0), -Length("full_name"), "pk"],
    ["first_of_name", "full_name", "pk"],
    [-F("roles"), "full_name", "pk"],
    [],
]
MOMENTS = [datetime(2026, 3, day, 9, 30, 15, 123456, tzinfo=UTC) for day in (1, 2, 3)]
PEOPLE = st.lists(
    st.tuples(
        st.sampled_from(["Ёлкина", "Белова", "белова", "", "Яшин «А»"]),
        st.sampled_from(MOMENTS),
        st.none() | st.sampled_from(MOMENTS),
    ),
    max_size=14,
)


def people(rows, *order):
    first = User.objects.count()
    made = User.objects.bulk_create(
        User(
            username=f"{User.objects.count()}-{n}", full_name=name, date_joined=at, last_login=seen
        )
        for n, (name, at, seen) in enumerate(rows)
    )
    found = User.objects.filter(pk__in=[one.pk for one in made])
    if "first_of_name" in order:
        first = Window(Min("date_joined"), partition_by=[F("full_name")])
        return found.annotate(first_of_name=first).order_by(*order)
    return found.annotate(roles=Count("memberships")).order_by(*order)


def walk(rows, size, place="", forward=True):
    """The pages from a place on."""
    pages = [Listing(rows).page(place, size)]
    while following := (pages[-1].following if forward else pages[-1].previous):
        pages.append(Listing(rows).page(following, size))
    return [[one.pk for one in page] for page in pages]


@pytest.mark.parametrize("order", ORDERS, ids=str)
@given(rows=PEOPLE, size=st.integers(1, 5))
@settings(max_examples=15, deadline=None)
def test_walking_shows_each_row_once_in_order_both_ways(order, rows, size):
    found = people(rows, *order)
    last = [one for one in order[-1:] if isinstance(one, str)] or ["pk"]
    total = found.order_by(*order, "-pk" if last[0].startswith("-") else "pk")
    expected = [one.pk for one in total]
    forward = walk(found, size)
    assert [pk for page in forward for pk in page] == expected
    assert all(len(page) == size for page in forward[:-1])
    back = walk(found, size, "last", forward=False)
    assert [pk for page in reversed(back) for pk in page] == expected
    assert all(len(page) == size for page in back[:-1])


NAMES = [(f"Человек {n:02}", MOMENTS[0], None) for n in range(10)]


def test_rows_added_in_between_repeat_none_and_hide_none():
    rows = people(NAMES).order_by("full_name", "pk")
    ids = [one.pk for one in rows]
    first = Listing(rows).page("", 4)
    User.objects.create(username="early", full_name="Аарон")
    User.objects.create(username="late", full_name="Человек 055")
    everybody = User.objects.filter(full_name__regex="^(Человек|Аарон)").order_by("full_name", "pk")
    second = Listing(everybody).page(first.following, 4)
    assert [one.full_name for one in second][:3] == ["Человек 04", "Человек 05", "Человек 055"]
    back = Listing(everybody).page(second.previous, 4)
    assert [one.pk for one in back] == ids[:4] and back.previous
    assert [one.full_name for one in Listing(everybody).page(back.previous, 4)] == ["Аарон"]


def test_a_row_that_is_gone_leaves_its_place():
    rows = people(NAMES).order_by("full_name")
    first = Listing(rows).page("", 4)
    left = rows.exclude(pk=first.object_list[-1].pk)
    assert [one.full_name for one in Listing(left).page(first.following, 2)] == [
        "Человек 04",
        "Человек 05",
    ]


def test_a_page_that_is_empty_by_now_gives_the_nearest():
    rows = people(NAMES).order_by("full_name")
    third = Listing(rows).page(Listing(rows).page("", 8).following, 8)
    end = Listing(rows).page("", 8).following
    assert [one.full_name for one in third] == ["Человек 08", "Человек 09"]
    left = rows.filter(full_name__lt="Человек 06")
    now = Listing(left).page(end, 4)
    assert [one.full_name for one in now] == [f"Человек {n:02}" for n in (2, 3, 4, 5)]
    assert now.previous and not now.following
    right = rows.filter(full_name__gt="Человек 08")
    start = Listing(right).page(third.previous, 4)
    assert [one.full_name for one in start] == ["Человек 09"] and start.is_only


@pytest.mark.parametrize("place", ["", "1", "last"])
def test_the_ends_of_a_list_are_known(place):
    assert Listing(people([])).knows(place)


@pytest.mark.parametrize(
    "place",
    ["2", "-1", "x", "after", "after.", "before.x", "after.x.y", "\0", "after.\0.\ud800",
     "." * 3000, "after..eJw.", "first.abc"],
)  # fmt: skip
def test_a_broken_place_is_not_known_and_shows_the_start(place):
    rows = people(NAMES).order_by("full_name")
    assert not Listing(rows).knows(place)
    page = Listing(rows).page(place, 4)
    assert page.object_list[0].full_name == "Человек 00" and not page.previous


def test_a_key_changed_by_hand_or_of_another_order_is_not_known():
    rows = people(NAMES)
    place = Listing(rows.order_by("full_name", "pk")).page("", 4).following
    assert Listing(rows.order_by("full_name", "pk")).knows(place)
    assert not Listing(rows.order_by("full_name", "pk")).knows(place[:8] + "A" + place[9:])
    for order in (["-full_name", "-pk"], ["username", "pk"], ["full_name", "-pk"]):
        assert not Listing(rows.order_by(*order)).knows(place)


def test_a_page_costs_one_statement_or_as_many_as_its_order_turns():
    rows = people(NAMES)
    turning = rows.order_by("-date_joined", LOGIN.asc(nulls_last=True), "pk")
    for order, most in ((rows.order_by("full_name", "pk"), 1), (turning, 3)):
        place = Listing(order).page("", 4).following
        with CaptureQueriesContext(
            connection,
        ) as queries:
            Listing(order).page(place, 4)
        assert len(queries) <= most


def test_rows_are_counted_to_a_thousand():
    rows = people(NAMES).order_by("full_name")
    few = Listing(rows).page("", 4)
    assert (few.total.count, few.total.is_more) == (10, False)
    people([("Ещё", MOMENTS[0], None)] * COUNTED)
    many = Listing(User.objects.order_by("pk")).page("", 4)
    assert (many.total.count, many.total.is_more) == (1000, True)
    assert Listing(rows).page("", 4, count=77).total.count == 77
    assert Listing(rows).page("", 4, is_counted=False).total is None


def test_an_order_that_hides_a_null_is_refused():
    rows = people(NAMES).order_by("last_login", "pk")
    with pytest.raises(ImproperlyConfigured):
        Listing(rows).page("", 4)


def test_a_long_cyrillic_title_still_fits_an_address():
    name = "Об утверждении плана мероприятий по устранению недостатков № {n}, " * 3
    rows = people([(name.format(n=n)[:200], MOMENTS[0], None) for n in range(4)])
    long = rows.annotate(said=Value("Щ" * 500 + "ы" * 500), n=Value(1, IntegerField()))
    place = Listing(long.order_by("said", "full_name", "pk")).page("", 2).following
    assert len(place) < 1500
