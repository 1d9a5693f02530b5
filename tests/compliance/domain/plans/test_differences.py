"""What changed between two texts: added, removed, moved, and words, deadlines, parties, proofs."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from compliance.domain.plans.differences import (
    ADDED,
    CHANGED,
    LONGEST,
    MOVED,
    REMOVED,
    SAME,
    Entry,
    HeadingChange,
    MeasureChange,
    Piece,
    PlanText,
    changed_words,
    differences,
)

OPEN, COMFORT = "I. Открытость", "II. Комфортность"
STAND = Entry(1, OPEN, "1.1", "Обновить стенд", deadline="до 1 июля", proof="photo")
STAFF = Entry(2, OPEN, "1.2", "Обучить работников", deadline="ежеквартально")
RAMP = Entry(3, COMFORT, "2.1", "Установить пандус", deadline="2026 г.")
BEFORE = PlanText((OPEN, COMFORT), (STAND, STAFF, RAMP))


def kinds(after: PlanText, before: PlanText = BEFORE) -> dict[int, str]:
    return {change.entry.measure: change.kind for change in differences(before, after).measures}


def test_equal_texts_have_no_differences():
    assert not differences(BEFORE, BEFORE)


def test_a_new_measure_is_added_and_a_dropped_one_removed():
    site = Entry(4, OPEN, "1.2", "Обновить сайт")
    after = PlanText((OPEN, COMFORT), (STAND, site, RAMP))
    assert kinds(after) == {4: ADDED, 2: REMOVED}
    assert differences(BEFORE, after).measures[-1] == MeasureChange(REMOVED, STAFF)


@pytest.mark.parametrize(
    ("field", "value", "pieces"),
    [
        ("deadline", "до 1 августа", ((SAME, "до 1 "), (REMOVED, "июля"), (ADDED, "августа"))),
        ("text", "Обновить стенд и сайт", ((SAME, "Обновить стенд"), (ADDED, " и сайт"))),
        ("responsible", "Директор", ((ADDED, "Директор"),)),
        ("proof", "act", ((REMOVED, "photo"), (ADDED, "act"))),
        ("dates", "01.03.2026", ((ADDED, "01.03.2026"),)),
        ("number", "1.3", ((SAME, "1."), (REMOVED, "1"), (ADDED, "3"))),
    ],
)
def test_a_changed_field_shows_its_words(field, value, pieces):
    after = PlanText((OPEN, COMFORT), (replace(STAND, **{field: value}), STAFF, RAMP))
    (change,) = differences(BEFORE, after).measures
    assert (change.kind, change.moved_from) == (CHANGED, None)
    (only,) = change.fields
    assert only.field == field
    assert only.pieces == tuple(Piece(*one) for one in pieces)


def test_a_measure_under_another_heading_has_moved():
    after = PlanText((OPEN, COMFORT), (STAND, replace(STAFF, section=COMFORT), RAMP))
    (change,) = differences(BEFORE, after).measures
    assert (change.kind, change.moved_from) == (MOVED, OPEN)


def test_a_measure_that_moved_and_changed_says_both():
    after = PlanText((OPEN, COMFORT), (STAND, replace(STAFF, section=COMFORT, form="Курсы"), RAMP))
    (change,) = differences(BEFORE, after).measures
    assert (change.kind, change.moved_from) == (CHANGED, OPEN)


@pytest.mark.parametrize(
    ("order", "moved"),
    [((1, 2, 3, 4), set()), ((2, 3, 4, 1), {1}), ((4, 1, 2, 3), {4}), ((3, 1, 2, 4), {3})],
)
def test_as_few_as_possible_are_said_to_have_moved(order, moved):
    rows = {key: Entry(key, OPEN, text=str(key)) for key in (1, 2, 3, 4)}
    before = PlanText((OPEN,), tuple(rows.values()))
    after = PlanText((OPEN,), tuple(rows[key] for key in order))
    assert kinds(after, before) == dict.fromkeys(moved, MOVED)


def test_a_reworded_heading_moves_nothing():
    renamed = "II. Комфортность условий"
    after = PlanText((OPEN, renamed), (STAND, STAFF, replace(RAMP, section=renamed)))
    found = differences(BEFORE, after)
    assert found.measures == ()
    pieces = (Piece(SAME, COMFORT), Piece(ADDED, " условий"))
    assert found.sections == (HeadingChange(CHANGED, renamed, pieces),)


def test_a_section_that_moved_takes_its_measures_along():
    after = PlanText((COMFORT, OPEN), (RAMP, STAND, STAFF))
    found = differences(BEFORE, after)
    assert found.measures == ()
    assert [one.kind for one in found.sections] == [MOVED]


def test_a_section_is_added_and_another_taken_out():
    third = "III. Доброжелательность"
    after = PlanText((OPEN, third), (STAND, STAFF, replace(RAMP, section=third)))
    before = replace(BEFORE, sections=(OPEN, COMFORT, "IV. Прочее"))
    found = differences(before, after)
    assert {(one.kind, one.heading) for one in found.sections} == {
        (ADDED, third), (REMOVED, COMFORT), (REMOVED, "IV. Прочее"),
    }  # fmt: skip
    assert kinds(after, before) == {3: MOVED}


def test_headings_of_the_same_words_are_told_apart_by_their_number():
    before, after = PlanText(("Прочее", "Прочее")), PlanText(("Прочее",))
    assert [one.kind for one in differences(before, after).sections] == [REMOVED]
    assert not differences(before, before)


def test_a_changed_title_or_period_is_a_difference():
    before = replace(BEFORE, title="План на 2026 год", period="2026 год")
    after = replace(before, title="План на 2027 год", period="2027 год")
    found = differences(before, after)
    assert found and found.measures == () and found.sections == ()
    changed = (Piece(REMOVED, "2026"), Piece(ADDED, "2027"), Piece(SAME, " год"))
    assert found.title == (Piece(SAME, "План на "), *changed)
    assert found.period == changed


def test_a_text_kept_before_titles_could_be_changed_differs_in_none():
    said = BEFORE.as_json()
    del said["title"], said["period"]
    assert not differences(
        PlanText.from_json(said), replace(BEFORE, title="План", period="2026 год")
    )


def test_words_kept_apart_by_a_space_only_are_one_change():
    assert changed_words("до 1 июля 2026 г.", "до 5 августа 2026 г.") == (
        Piece(SAME, "до "),
        Piece(REMOVED, "1 июля"),
        Piece(ADDED, "5 августа"),
        Piece(SAME, " 2026 г."),
    )


def test_texts_too_long_to_compare_are_shown_whole():
    before, after = "слово " * LONGEST, "другое " * LONGEST
    assert changed_words(before, after) == (Piece(REMOVED, before), Piece(ADDED, after))


def test_a_text_comes_back_from_its_json():
    assert PlanText.from_json(BEFORE.as_json()) == BEFORE


WORDS = some.text(alphabet="абв ,.1\n", max_size=40)


@given(WORDS, WORDS)
def test_the_pieces_are_the_two_texts(before, after):
    pieces = changed_words(before, after)
    assert "".join(one.words for one in pieces if one.kind != ADDED) == before
    assert "".join(one.words for one in pieces if one.kind != REMOVED) == after
    assert all(one.words for one in pieces)
    assert not any(a.kind == b.kind == SAME for a, b in itertools.pairwise(pieces))


@given(some.permutations([1, 2, 3, 4, 5, 6]))
def test_what_did_not_move_kept_its_order(order):
    rows = {key: Entry(key, OPEN, text=str(key)) for key in order}
    before = PlanText((OPEN,), tuple(rows[key] for key in sorted(order)))
    moved = set(kinds(PlanText((OPEN,), tuple(rows[key] for key in order)), before))
    staying = [key for key in order if key not in moved]
    assert staying == sorted(staying)
