"""What counts as what, points, bands: tables and properties, without a database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.domain.calendar.periods import Period
from compliance.domain.calendar.quarters import quarter, quarter_code, quarters_before
from compliance.domain.incentives.outcomes import DueDateOutcome, Fact, OutcomeTally, outcome
from compliance.domain.incentives.scale import USUAL_BANDS, BandRow, Scale, points, without_zeros
from compliance.domain.refusals import Refusal

DUE = date(2026, 3, 31)
BEFORE, ON, AFTER = date(2026, 3, 30), DUE, date(2026, 4, 1)
LATER = date(2026, 4, 15)


# --- What an occurrence counts as ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "done_on", "submitted_on", "expected"),
    [
        ("accepted", BEFORE, None, DueDateOutcome.IN_TIME),
        ("accepted", ON, None, DueDateOutcome.IN_TIME),
        ("accepted", AFTER, None, DueDateOutcome.LATE),
        ("submitted", None, BEFORE, DueDateOutcome.WAITING),
        ("submitted", None, ON, DueDateOutcome.WAITING),
        ("submitted", None, AFTER, DueDateOutcome.NOT_DONE),
        ("submitted", None, None, DueDateOutcome.NOT_DONE),
        ("open", None, None, DueDateOutcome.NOT_DONE),
        ("waived", None, None, DueDateOutcome.WAIVED),
        ("cancelled", None, None, None),
    ],
)
def test_each_status_counts_as_one_thing(status, done_on, submitted_on, expected):
    assert outcome(Fact(status, DUE, done_on, submitted_on), LATER) is expected


@pytest.mark.parametrize(
    ("as_of", "is_counted"), [(BEFORE, False), (ON, False), (AFTER, True), (LATER, True)]
)
@pytest.mark.parametrize("status", ["open", "accepted", "submitted", "waived"])
def test_a_date_is_due_once_its_day_is_over_whatever_became_of_it(status, as_of, is_counted):
    fact = Fact(status, DUE, done_on=BEFORE if status == "accepted" else None)
    assert (outcome(fact, as_of) is not None) is is_counted


def test_a_tally_owes_neither_the_waived_nor_decides_the_waiting():
    tally = OutcomeTally.of(
        [
            (DueDateOutcome.IN_TIME, 0),
            (DueDateOutcome.IN_TIME, 2),
            (DueDateOutcome.LATE, 1),
            (DueDateOutcome.NOT_DONE, 0),
            (DueDateOutcome.WAITING, 1),
            (DueDateOutcome.WAIVED, 3),
        ]
    )
    assert tally == OutcomeTally(in_time=2, late=1, not_done=1, waiting=1, waived=1, returned=4)
    assert (tally.due, tally.decided) == (5, 4)


# --- Points -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tally", "weight", "expected"),
    [
        (OutcomeTally(in_time=4), "0.5", "100.00"),
        (OutcomeTally(not_done=4), "0.5", "0.00"),
        (OutcomeTally(late=3), "0.5", "50.00"),
        (OutcomeTally(late=3), "0", "0.00"),
        (OutcomeTally(late=3), "1", "100.00"),
        (OutcomeTally(in_time=1, late=1, not_done=1), "0.5", "50.00"),
        (OutcomeTally(in_time=2, not_done=1), "0.5", "66.67"),
        (OutcomeTally(in_time=1, not_done=2), "0.5", "33.33"),
        # 1/160 = 0.625 %: a half is rounded up, not to the even neighbour.
        (OutcomeTally(in_time=1, not_done=159), "0.5", "0.63"),
        (OutcomeTally(in_time=3, waiting=7, waived=9), "0.5", "100.00"),
    ],
)
def test_points_are_a_share_of_what_was_decided(tally, weight, expected):
    assert points(tally, D(weight)) == D(expected)
    assert str(points(tally, D(weight))) == expected


@pytest.mark.parametrize(
    "tally", [OutcomeTally(), OutcomeTally(waiting=5), OutcomeTally(waived=2, waiting=1)]
)
def test_nothing_decided_gives_no_number(tally):
    assert points(tally, D("0.5")) is None
    assert Scale.of(USUAL_BANDS).share_of(None) is None


counts = st.integers(min_value=0, max_value=500)


@given(counts, counts, counts, st.decimals(min_value=0, max_value=1, places=2))
def test_points_lie_between_0_and_100_and_never_fall_when_more_is_done(done, late, left, weight):
    before = points(OutcomeTally(in_time=done, late=late, not_done=left + 1), weight)
    after = points(OutcomeTally(in_time=done + 1, late=late, not_done=left), weight)
    assert before is not None and after is not None
    assert 0 <= before <= after <= 100


# --- Bands --------------------------------------------------------------------------------------


def bands(*rows):
    return [BandRow(D(low), D(high), D(share)) for low, high, share in rows]


@pytest.mark.parametrize(
    ("value", "share"),
    [
        ("0", 0),
        ("59.99", 0),
        ("60", 70),
        ("69.99", 70),
        ("70", 80),
        ("79.50", 80),
        ("80.00", 90),
        ("94", 90),
        ("94.5", 90),
        ("94.99", 90),
        ("95.00", 100),
        ("99.99", 100),
        ("100", 100),
    ],
)
def test_the_usual_table_at_its_edges(value, share):
    assert Scale.of(USUAL_BANDS).share_of(D(value)) == share


@pytest.mark.parametrize(
    "table",
    [
        bands(("0", "100", 50)),
        bands(("0", "79", 0), ("80", "100", 100)),
        bands(("0", "79.99", 0), ("80", "100", 100)),
        bands(("0", "79.9", 0), ("80", "100", 100)),
        bands(("0", "80", 0), ("80", "100", 100)),
        bands(("0.00", "79.00", 0), ("80.00", "100.00", 100)),
        bands(("0", "99", 0), ("100", "100", 100)),
        bands(("80", "100", 100), ("0", "79", 0)),
        bands(("0", "0", 0), ("1", "100", 100)),
    ],
    ids=lambda table: " ".join(f"{row.points_from}–{row.points_to}" for row in table),
)
def test_tables_that_leave_nothing_out_are_taken(table):
    scale = Scale.of(table)
    assert scale.share_of(D(0)) is not None and scale.share_of(D(100)) is not None


@pytest.mark.parametrize(
    ("table", "where"),
    [
        ([], "0"),
        (bands(("1", "100", 100)), "0"),
        (bands(("0", "99", 100)), "99"),
        (bands(("0", "78", 0), ("80", "100", 100)), "78"),
        (bands(("0", "79.5", 0), ("80", "100", 100)), "79.5"),
        (bands(("0", "79", 0), ("80.5", "100", 100)), "79"),
        (bands(("0", "85", 0), ("80", "100", 100)), "85"),
        (bands(("0", "80", 0), ("80", "80", 50), ("80", "100", 100)), "80"),
        (bands(("0", "80", 0), ("80", "80", 50), ("81", "100", 100)), None),
        (bands(("0", "49", 0), ("0", "100", 100)), "49"),
        (bands(("0", "100", 0), ("100", "100", 100)), None),
        (bands(("0", "100", 0), ("101", "110", 100)), "110"),
        (bands(("0", "79", 0), ("80", "70", 100)), "70"),
    ],
    ids=lambda value: (
        " ".join(f"{row.points_from}–{row.points_to}" for row in value)
        if isinstance(value, list)
        else str(value)
    ),
)
def test_a_gap_or_an_overlap_is_refused_and_named(table, where):
    if where is None:  # touching bands of one point: the upper one takes it
        Scale.of(table)
        return
    with pytest.raises(Refusal) as caught:
        Scale.of(table)
    assert caught.value.code == "bands_incomplete"
    assert str(caught.value.values["points"]) == where


@st.composite
def covers(draw):
    """Any cover of 0..100 with rising shares, its edges written in one of the accepted ways.

    Bands are two points wide at least: 0–2, 3–100 is a whole-number table, though 2–3 were meant.
    """
    edges = [2 * half for half in sorted(draw(st.sets(st.integers(1, 49), max_size=8)))]
    low = [0, *edges]
    shares = sorted(draw(st.lists(st.integers(0, 100), min_size=len(low), max_size=len(low))))
    less = draw(st.sampled_from([D(0), D(1), D("0.1"), D("0.01")]))
    high = [*(D(edge) - less for edge in edges), D(100)]
    rows = [BandRow(D(a), b, D(c)) for a, b, c in zip(low, high, shares, strict=True)]
    return draw(st.permutations(rows))


values = st.decimals(min_value=0, max_value=100, places=2)


@given(covers(), values, values)
def test_any_cover_gives_every_value_a_share_that_rises_with_it(table, one, other):
    scale = Scale.of(table)
    low, high = sorted([one, other])
    small, large = scale.share_of(low), scale.share_of(high)
    assert small is not None and large is not None and small <= large


@given(covers(), st.data())
def test_a_cover_without_one_of_its_bands_is_refused(table, data):
    missing = data.draw(st.integers(0, len(table) - 1))
    with pytest.raises(Refusal):
        Scale.of([row for place, row in enumerate(table) if place != missing])


@pytest.mark.parametrize(
    ("value", "text"), [("94.00", "94"), ("94.50", "94.5"), ("100.00", "100"), ("0.00", "0")]
)
def test_numbers_are_written_without_empty_decimals(value, text):
    assert str(without_zeros(D(value))) == text


# --- Quarters -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2024q1", date(2024, 1, 1), date(2024, 3, 31)),
        (" 2026Q2 ", date(2026, 4, 1), date(2026, 6, 30)),
        ("2026Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026Q4", date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_a_quarter_is_three_whole_months(text, start, end):
    assert quarter(text) == Period(start, end)
    assert quarter_code(start) == quarter_code(end) == text.strip().upper()


@pytest.mark.parametrize(
    "text", ["", "2026", "2026Q5", "2026Q0", "Q1 2026", "26Q1", "2026Q1x", "0000Q1", "9999Q4", "١"]
)
def test_what_is_no_quarter_is_refused(text):
    with pytest.raises(Refusal) as caught:
        quarter(text)
    assert caught.value.code == "unknown_quarter"


def test_quarters_run_back_over_new_year():
    assert quarters_before(date(2026, 5, 31), 3) == ["2026Q2", "2026Q1", "2025Q4"]
