"""The books of a reading."""

from compliance.domain.documents.reading import Coverage, Source, TracedText, Unplaced
from compliance.domain.documents.reading.ledger import Ledger

WORDS = "1) Обновить сайт\nи стенд"


def ledger() -> Ledger:
    return Ledger(Source(WORDS, (), (0, WORDS.index("\n") + 1)))


def test_what_nobody_asked_for_is_unplaced_line_by_line():
    rest, coverage = ledger().balance()
    assert rest == (Unplaced(1, "1) Обновить сайт"), Unplaced(2, "и стенд"))
    assert coverage == Coverage(characters=20, placed=0, unplaced=20, markup=0)


def test_a_character_is_placed_or_markup_but_never_both():
    books, sign = ledger(), TracedText.at("1)", 0)
    books.discard(sign)
    books.place(TracedText.at("Обновить", 3))
    books.discard(TracedText.at("Обновить сайт", 3))
    rest, coverage = books.balance()
    assert rest == (Unplaced(2, "и стенд"),)
    assert coverage == Coverage(characters=20, placed=8, unplaced=6, markup=6)


def test_a_text_keeps_its_spots_through_joining_and_cutting():
    joined = TracedText.join([TracedText.at("сайт", 12), TracedText.at("и стенд", 17)])
    assert str(joined) == "сайт и стенд"
    assert list(joined.marks()) == [12, 13, 14, 15, 17, 19, 20, 21, 22, 23]
    assert list(joined[5:].strip("и ").marks()) == [19, 20, 21, 22, 23]
