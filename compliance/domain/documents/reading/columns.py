"""Which column of a table holds what, by the words of its header."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from compliance.domain.documents.reading.column_words import LOWER_WORDS, ColumnMeaning
from compliance.domain.documents.reading.header_words import (
    LONGEST_HEADER_CELL,
    meaning_of,
    plain_words,
)
from compliance.domain.documents.reading.source import SourceRow
from compliance.domain.documents.reading.text import EMPTY, TracedText

ITEM_NUMBER = re.compile(r"^\s*+(?P<number>\d{1,5}(?:\.\d{1,3})*+|[а-я](?=\s*\)))\s*+[.)]?+\s*+$")
YEAR = re.compile(r"^\s*20\d\d\s*$")
MOST_HEADER_ROWS = 3
LONGEST_LOWER_CELL = 100

# Besides a measure (or an institution), a header names at least one of these.
PARTNERS = {
    ColumnMeaning.DEADLINE,
    ColumnMeaning.RESPONSIBLE,
    ColumnMeaning.FORM,
    ColumnMeaning.EXECUTION,
    ColumnMeaning.RESULT,
    ColumnMeaning.FACT,
    ColumnMeaning.INDICATOR,
    ColumnMeaning.FINDING,
    ColumnMeaning.NUMBER,
    ColumnMeaning.START,
}
SUBJECTS = (ColumnMeaning.INDICATOR, ColumnMeaning.FINDING)
NAME_ALONE = re.compile(r"^(наименование|название)$")
PLANNED = re.compile(r"\bплан|\bсрок\w* (исполн|реализ|выполн|устран)|оконч|заверш")
DEADLINE_TOO = re.compile(r"\b(срок|дата)")
DONE = re.compile(r"факт|выполнени|исполнени|достигнут|отметк")


@dataclass(frozen=True, slots=True)
class Doubled:
    """A further column of a meaning that another column has already."""

    index: int
    words: str
    is_evident: bool


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a table: what each holds and where; its rows' own words and width.

    `more`: further columns that are read together with the first one of their meaning. `headings`:
    the words over each column; `mixed`: the column that has
    parties and deadlines alike; `line`: where the header stands.
    """

    places: dict[ColumnMeaning, int]
    width: int
    words: tuple[str, ...]
    more: Mapping[int, ColumnMeaning] = field(default_factory=dict)
    headings: Mapping[int, str] = field(default_factory=dict)
    doubled: tuple[Doubled, ...] = ()
    mixed: int | None = None
    line: int = 1
    meanings: Mapping[int, ColumnMeaning] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Turns the places round: what each column holds."""
        named = {index: column for column, index in self.places.items()}
        object.__setattr__(self, "meanings", {**self.more, **named})

    def __contains__(self, column: ColumnMeaning) -> bool:
        return column in self.places

    def meaning(self, index: int) -> ColumnMeaning | None:
        """What the column holds."""
        return self.meanings.get(index)

    def cell(self, row: SourceRow, column: ColumnMeaning) -> TracedText:
        """The text in the row under that column."""
        index = self.places.get(column)
        return row.cells[index] if index is not None and index < len(row.cells) else EMPTY

    def own(self, row: SourceRow, column: ColumnMeaning) -> TracedText | None:
        """The same when it began in this very row (not merged from above) and is not blank."""
        index = self.places.get(column)
        return None if index is None else row.own(index)

    def heads_a_plan(self) -> bool:
        """Whether every cell of the header was understood: no row of data looks like that."""
        if not {ColumnMeaning.MEASURE, *SUBJECTS} & self.places.keys():
            return False
        known = len(self.places) + len(self.more)
        return ColumnMeaning.NUMBER in self.places or known >= max(3, len(set(self.words)))

    def repeats(self, row: SourceRow) -> bool:
        """Whether the row says the header again, or numbers the columns 1, 2, 3…"""
        first = plain_words(row.cells[row.filled[0]]) if row.filled else ""
        if first not in self.words and first.rstrip(".") != "1":
            return False
        if any(len(cell.value) > LONGEST_HEADER_CELL for cell in row.cells):
            return False
        words = [plain_words(cell) for cell in row.cells if cell]
        if len(words) > 1 and set(words) <= set(self.words):
            return True
        counted = [str(number) for number in range(1, len(words) + 1)]
        return len(words) > 2 and [word.rstrip(".") for word in words] == counted


def read_header(rows: Sequence[SourceRow]) -> tuple[Header, int] | None:
    """The header the first row opens, and how many rows it takes; None if it is no header."""
    first = rows[0]
    if not _may_head(first):
        return None
    upper = {index: plain_words(first.cells[index]) for index in first.filled}
    named = {index: meaning_of(words) for index, words in upper.items()}
    if sum(column is not None for column in named.values()) < 2:
        return None
    headings, taken = dict(upper), 1
    for row in rows[1:MOST_HEADER_ROWS]:
        below = _lower_row(row, headings, named)
        if below is None:
            break
        named, headings = below
        taken += 1
    if not _is_header(named):
        return None
    words = [plain_words(cell) for row in rows[:taken] for cell in row.cells if cell]
    places, more, doubled = _settled(named, headings)
    width = max(len(row.cells) for row in rows[:taken])
    mixed = _mixed(places, headings)
    line = first.first_line
    header = Header(places, width, tuple(words), more, headings, doubled, mixed, line)
    return header, taken


def _may_head(row: SourceRow) -> bool:
    if len(row.filled) < 2 or row.spanning:
        return False
    return not any(
        len(cell.value) > LONGEST_HEADER_CELL
        or (ITEM_NUMBER.match(cell.value) and not YEAR.match(cell.value))
        for cell in row.cells
        if cell
    )


def _is_header(named: Mapping[int, ColumnMeaning | None]) -> bool:
    found = {column for column in named.values() if column is not None}
    if ColumnMeaning.INSTITUTION in found and {ColumnMeaning.SCORE, ColumnMeaning.RANK} & found:
        return True
    is_known = 2 * sum(column is not None for column in named.values()) >= len(named)
    if not is_known and not found >= {ColumnMeaning.NUMBER, ColumnMeaning.MEASURE}:
        return False
    if ColumnMeaning.MEASURE in found:
        return bool((PARTNERS | {ColumnMeaning.SCORE, ColumnMeaning.RANK}) & found)
    done = {ColumnMeaning.DEADLINE, ColumnMeaning.EXECUTION, ColumnMeaning.RESPONSIBLE}
    return bool(set(SUBJECTS) & found and done & found)


def _lower_row(
    row: SourceRow, upper: Mapping[int, str], named: Mapping[int, ColumnMeaning | None]
) -> tuple[dict[int, ColumnMeaning | None], dict[int, str]] | None:
    """The columns with a further row of the header, which splits or continues the one above."""
    own = [index for index in row.filled if index not in row.inherited]
    cells = {index: plain_words(row.cells[index]) for index in own}
    if (
        not own
        or own == [0]
        or row.spanning
        or any(ITEM_NUMBER.match(words) for words in cells.values())
    ):
        return None
    if any(len(words) > LONGEST_LOWER_CELL for words in cells.values()):
        return None
    splits = {index: _split_meaning(words, _over(index, upper)) for index, words in cells.items()}
    names = {column: index for index, column in named.items()}
    key = {names.get(ColumnMeaning.NUMBER), names.get(ColumnMeaning.MEASURE)} - {None}
    if not key & set(own) and any(splits.values()) and not _are_data(splits, cells):
        columns = {index: column for index, column in named.items() if index not in own}
        headings = dict(upper) | {
            index: f"{_over(index, upper)}: {words}".strip(" :") for index, words in cells.items()
        }
        return columns | splits, headings
    return _continued(row, own, upper, named)


def _are_data(splits: Mapping[int, ColumnMeaning | None], cells: Mapping[int, str]) -> bool:
    """Whether the lower cells are a row of values rather than names."""
    unknown = [cells[index] for index, column in splits.items() if column is None]
    return len(unknown) * 2 > len(cells)


def _over(index: int, upper: Mapping[int, str]) -> str:
    """The words over a column: of the nearest filled cell at or to the left of it."""
    left = [place for place in upper if place <= index]
    return upper[max(left)] if left else ""


def _split_meaning(lower: str, upper: str) -> ColumnMeaning | None:
    both = f"{upper} {lower}"
    found = next((column for column, pattern in LOWER_WORDS if pattern.search(both)), None)
    own = found or meaning_of(lower)
    if own in {None, ColumnMeaning.SCORE, ColumnMeaning.FACT}:
        return ColumnMeaning.COST if meaning_of(upper) is ColumnMeaning.COST else own
    return own


def _continued(
    row: SourceRow,
    own: Sequence[int],
    upper: Mapping[int, str],
    named: Mapping[int, ColumnMeaning | None],
) -> tuple[dict[int, ColumnMeaning | None], dict[int, str]] | None:
    """The columns whose words run on in the next row: "Ответствен-" above "ный"."""
    starts = (row.cells[index].value.lstrip(" (")[:1] for index in own)
    if len(own) < 2 or not all(sign.islower() for sign in starts):
        return None
    headings = dict(upper)
    for index in own:
        above = headings.get(index, "")
        words = plain_words(row.cells[index])
        headings[index] = above[:-1] + words if above.endswith("-") else f"{above} {words}".strip()
    columns = {index: meaning_of(words) for index, words in headings.items()}
    before = {column for column in named.values() if column}
    after = {column for column in columns.values() if column}
    if not after >= before or not _is_header(columns):
        return None
    return (columns, headings) if all(columns[index] for index in own) else None


def _settled(
    named: Mapping[int, ColumnMeaning | None], headings: Mapping[int, str]
) -> tuple[dict[ColumnMeaning, int], dict[int, ColumnMeaning], tuple[Doubled, ...]]:
    """One column for each meaning, and what the others of the same meaning are read as."""
    named = _as_rating(named, headings)
    columns: dict[ColumnMeaning, list[int]] = {}
    for index in sorted(named):
        column = named[index]
        if column is not None:
            columns.setdefault(column, []).append(index)
    places = {column: _first(column, found, headings) for column, found in columns.items()}
    more: dict[int, ColumnMeaning] = {}
    doubled: list[Doubled] = []
    for column, found in columns.items():
        for index in found:
            if index != places[column]:
                second, is_evident = _second(column, headings[index])
                doubled.append(Doubled(index, headings[index], is_evident))
                if second in columns or second in places:
                    more[index] = second if second is column else ColumnMeaning.NOTE
                else:
                    places[second] = index
    _stand_in(places)
    mixed = _mixed(places, headings)
    if mixed is not None:
        doubled.append(Doubled(mixed, headings[mixed], False))
    if ColumnMeaning.START in places and ColumnMeaning.DEADLINE in places:
        start = places[ColumnMeaning.START]
        is_evident = "начал" in headings[start] or headings[start].endswith((" с", ": с"))
        doubled.append(Doubled(start, headings[start], is_evident))
    return places, more, tuple(doubled)


def _as_rating(
    named: Mapping[int, ColumnMeaning | None], headings: Mapping[int, str]
) -> Mapping[int, ColumnMeaning | None]:
    """Beside scores and places a plain "наименование" is the institution's."""
    found = set(named.values())
    if ColumnMeaning.RANK not in found or ColumnMeaning.INSTITUTION in found:
        return named
    return {
        index: ColumnMeaning.INSTITUTION if NAME_ALONE.match(headings[index]) else column
        for index, column in named.items()
    }


def _first(column: ColumnMeaning, found: Sequence[int], headings: Mapping[int, str]) -> int:
    """Of several columns of one meaning the one that is it most plainly."""
    if column is ColumnMeaning.DEADLINE:
        planned = [index for index in found if PLANNED.search(headings[index])]
        kept = [index for index in planned or found if not DONE.search(headings[index])]
        return (kept or planned or list(found))[-1 if len(found) > 1 else 0]
    if column is ColumnMeaning.MEASURE:
        said = [index for index in found if "мероприят" in headings[index]]
        return (said or list(found))[0]
    if column is ColumnMeaning.INDICATOR:
        said = [index for index in found if "показател" in headings[index]]
        return (said or list(found))[0]
    return found[0]


def _second(column: ColumnMeaning, words: str) -> tuple[ColumnMeaning, bool]:
    """What a further column of the same meaning is read as, and whether that is evident."""
    if column is ColumnMeaning.RESPONSIBLE:
        return column, "соисполнител" in words
    if column is ColumnMeaning.DEADLINE and DONE.search(words):
        return ColumnMeaning.ACTUAL_DATE, "факт" in words
    if column is ColumnMeaning.MEASURE:
        return ColumnMeaning.FORM, False
    if column is ColumnMeaning.RESULT and DONE.search(words):
        return ColumnMeaning.EXECUTION, True
    if column in {ColumnMeaning.COST, ColumnMeaning.EXECUTION}:
        return column, column is ColumnMeaning.COST
    return ColumnMeaning.NOTE, column is ColumnMeaning.NOTE


def _stand_in(places: dict[ColumnMeaning, int]) -> None:
    """In a plan, columns of a rating stand for what a plan calls otherwise."""
    is_rating = ColumnMeaning.RANK in places or (
        ColumnMeaning.SCORE in places and ColumnMeaning.INSTITUTION in places
    )
    if is_rating:
        return
    for column, instead in (
        (ColumnMeaning.SCORE, ColumnMeaning.FACT),
        (ColumnMeaning.INSTITUTION, ColumnMeaning.RESPONSIBLE),
    ):
        if column in places:
            index = places.pop(column)
            free = next((one for one in (instead, ColumnMeaning.NOTE) if one not in places), None)
            if free is not None:
                places[free] = index


def _mixed(places: Mapping[ColumnMeaning, int], headings: Mapping[int, str]) -> int | None:
    """The column of responsible parties whose heading asks for deadlines too."""
    index = places.get(ColumnMeaning.RESPONSIBLE)
    if index is None or ColumnMeaning.DEADLINE in places:
        return None
    return index if DEADLINE_TOO.search(headings.get(index, "")) else None


def unread_columns(header: Header, rows: Iterable[SourceRow]) -> Iterator[tuple[int, str, int]]:
    """Each filled column that nobody understood: its place, its heading, its filled cells."""
    counts: dict[int, int] = {}
    known = {*header.places.values(), *header.more}
    for row in rows:
        for index in row.filled:
            if index not in known and index < header.width and index not in row.inherited:
                counts[index] = counts.get(index, 0) + 1
    for index in sorted(counts):
        yield index, header.headings.get(index, ""), counts[index]
