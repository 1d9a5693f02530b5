"""What each row of a plan's table is: a section, an item, more of the row above, or neither."""

import re
from dataclasses import dataclass
from enum import Enum, auto

from compliance.domain.documents.reading.column_words import ColumnMeaning
from compliance.domain.documents.reading.columns import ITEM_NUMBER, SUBJECTS, Header
from compliance.domain.documents.reading.content import (
    begins_low,
    goes_on,
    is_action,
    is_deadline,
    is_indicator,
    is_party,
)
from compliance.domain.documents.reading.plan_rows import (
    ROMAN,
    SECTION_LABEL,
    SECTION_NUMBER,
    TEXTS,
    Line,
    OpenItem,
    line_of,
)
from compliance.domain.documents.reading.refitting import going_on, is_misfit, refitted
from compliance.domain.documents.reading.source import SourceRow
from compliance.domain.documents.reading.text import TracedText
from compliance.domain.documents.reading.vocabulary import POST_ALONE, SECTION_TITLE

SENTENCE_END = (".", ";", "!", "?")
FRAME = re.compile(r"^(?=[^-]*-)[\s:=_+|-]*$")
NOTHING_FOUND = re.compile(
    r"^(недостат\w+|замечани\w+|мероприяти\w+)?\s*"
    r"(не (выявлен|установлен|предусмотрен|имеется|требу)|отсутству)",
    re.IGNORECASE,
)
LIST_SIGN = re.compile(r"^\s*(?:[-–—•·*]|\d{1,2}\))")
OPEN_END = re.compile(
    r"(?:[-,(–—]|(?<!\w)(?:и|или|а|в|во|на|по|с|со|к|ко|о|об|от|до|для|из|за|при|у|через|между|под|над"
    r"|не|без|их|его|её|ее|том числе|также|либо))\s*$",
    re.IGNORECASE,
)
DATED = (ColumnMeaning.DEADLINE, ColumnMeaning.RESPONSIBLE)
FLOWING = (*SUBJECTS, ColumnMeaning.FORM, ColumnMeaning.EXECUTION, ColumnMeaning.RESULT)


class Shape(Enum):
    """What a row of the table is."""

    SECTION = auto()
    ITEM = auto()
    CONTINUATION = auto()
    HEADER = auto()
    STRANGER = auto()
    SHIFTED = auto()
    SPARE = auto()


@dataclass(frozen=True, slots=True)
class Seen:
    """A row's shape, its cells where it has any to give, and the code of a doubt about it."""

    shape: Shape
    line: Line | None = None
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class Shapes:
    """Recognises the shape of rows under one header.

    `dotted`: items are numbered 1.1, 1.2, so a plain number counts sections; `titled`: sections
    have rows or lines of their own, so it does not; `lone_are_titles`: a measure alone in its row
    is a title, since most rows have more.
    """

    header: Header
    dotted: bool
    titled: bool = False
    lone_are_titles: bool = True

    def of(self, row: SourceRow, above: OpenItem | None) -> Seen:
        """What the row is; `above` is the item before it in the same section, if any."""
        if self.header.repeats(row) or _is_bare(row):
            return Seen(Shape.HEADER)
        if not row.in_table or row.spanning or len(row.filled) == 1:
            return self._of_lone_cell(row, above)
        line = line_of(row, self.header)
        if is_misfit(row, self.header):
            moved = refitted(row, self.header, above)
            if moved is None:
                return Seen(Shape.SHIFTED)
            line = moved
        elif ColumnMeaning.NUMBER in line.own and self._is_section(row, line):
            return Seen(Shape.SECTION)
        if ColumnMeaning.NUMBER in line.own:
            return self._of_numbered(line, above)
        return self._of_unnumbered(line, above)

    def _of_lone_cell(self, row: SourceRow, above: OpenItem | None) -> Seen:
        """A row with one filled cell: a section's title, or the rest of a cell cut in two."""
        index = row.filled[0]
        cell = row.cells[index]
        column = self.header.meaning(index)
        heads = not row.in_table or row.spanning or index == 0 or column in TEXTS
        in_measure = column is ColumnMeaning.MEASURE and not self.lone_are_titles
        if row.spanning or (heads and is_title(cell, in_measure=row.in_table and in_measure)):
            return Seen(Shape.SECTION)
        if not row.in_table:
            return Seen(Shape.STRANGER)
        if column is ColumnMeaning.DEADLINE and index == 0:
            return Seen(Shape.SECTION, None, "section_assumed")
        if is_deadline(cell) and column not in TEXTS and column is not ColumnMeaning.NUMBER:
            return self._of_lone_deadline(row, cell, column, above)
        if NOTHING_FOUND.match(str(cell)):
            return Seen(Shape.STRANGER, None, "row_unplaced")
        if begins_low(cell) or LIST_SIGN.match(cell.value):
            return self._more(row, cell, column, above)
        if column is ColumnMeaning.MEASURE:
            return self._of_lone_measure(row, cell, above)
        if column in SUBJECTS and (index > 0 or is_indicator(cell)):
            return Seen(Shape.ITEM, line_of(row, self.header))
        if column is ColumnMeaning.NUMBER:
            is_number = ITEM_NUMBER.match(cell.value)
            return Seen(Shape.STRANGER if is_number else Shape.SECTION)
        if index == 0 and not (column is ColumnMeaning.RESPONSIBLE and above and is_party(cell)):
            return Seen(Shape.SECTION, None, "section_assumed")
        return self._more(row, cell, column, above)

    def _of_lone_deadline(
        self, row: SourceRow, cell: TracedText, column: ColumnMeaning | None, above: OpenItem | None
    ) -> Seen:
        line = Line(row, {}, frozenset(), (cell,))
        if above is None:
            return Seen(Shape.STRANGER)
        if column is ColumnMeaning.DEADLINE and not above.has(ColumnMeaning.DEADLINE):
            return self._more(row, cell, column, above)
        return Seen(Shape.SPARE, line)

    def _more(
        self, row: SourceRow, cell: TracedText, column: ColumnMeaning | None, above: OpenItem | None
    ) -> Seen:
        if above is None:
            lower = begins_low(cell)
            return Seen(Shape.STRANGER if lower or column not in TEXTS else Shape.SECTION)
        is_lost = column is None or column is ColumnMeaning.NUMBER or not above.has(column)
        points = column in {ColumnMeaning.FACT, ColumnMeaning.MAXIMUM}
        target = going_on(above) if is_lost or points else column
        assert target is not None
        line = Line(row, {target: cell}, frozenset({target}), is_moved=is_lost or points)
        return Seen(Shape.CONTINUATION, line)

    def _of_lone_measure(self, row: SourceRow, cell: TracedText, above: OpenItem | None) -> Seen:
        line = line_of(row, self.header)
        if ColumnMeaning.NUMBER in line.own:
            return Seen(Shape.ITEM, line)
        if above is not None and _is_open(above):
            return Seen(Shape.CONTINUATION, line)
        if not self.lone_are_titles or cell.value.rstrip().endswith("."):
            return Seen(Shape.ITEM, line, "row_assumed")
        doubt = None if str(cell).isupper() else "section_assumed"
        return Seen(Shape.SECTION, None, doubt)

    def _is_section(self, row: SourceRow, line: Line) -> bool:
        number = line.cells[ColumnMeaning.NUMBER]
        others = line.own - {ColumnMeaning.NUMBER}
        if len(row.filled) != 2 or len(others) > 1 or not (others <= set(TEXTS)):
            return False
        if ROMAN.match(number.value):
            return True
        is_plain = ITEM_NUMBER.match(number.value) and "." not in str(number).rstrip(".")
        text = next((line.cells[column] for column in others), None)
        in_measure = others == {ColumnMeaning.MEASURE} or not others
        titled = not self.titled and text is not None and bool(SECTION_TITLE.match(str(text)))
        return bool(is_plain and self.dotted and (in_measure or titled))

    def _of_numbered(self, line: Line, above: OpenItem | None) -> Seen:
        number = line.cells[ColumnMeaning.NUMBER]
        if not ITEM_NUMBER.match(number.value):
            return Seen(Shape.SHIFTED)
        texts = line.own & set(TEXTS)
        nameless = above is not None and not above.has(ColumnMeaning.NUMBER)
        if not texts and nameless and line.is_moved:
            return Seen(Shape.SPARE, line)
        has_text = any(line.cells.get(column) for column in TEXTS)
        if not has_text and not any(column in line.own for column in DATED):
            return Seen(Shape.STRANGER)
        return Seen(Shape.ITEM, line)

    def _of_unnumbered(self, line: Line, above: OpenItem | None) -> Seen:
        """A row without a number of its own: a new measure, or the rest of one."""
        texts = line.own & set(TEXTS)
        if not texts:
            if above is None:
                return Seen(Shape.STRANGER)
            return Seen(Shape.CONTINUATION, line)
        subject = next((line.cells[column] for column in SUBJECTS if column in texts), None)
        if ColumnMeaning.MEASURE not in texts:
            goes_on = above is not None and subject is not None and begins_low(subject)
            return Seen(Shape.CONTINUATION if goes_on else Shape.ITEM, line)
        if above is None:
            return Seen(Shape.ITEM if len(line.own) > 1 else Shape.STRANGER, line)
        return self._of_measure(line, above, subject)

    def _of_measure(self, line: Line, above: OpenItem, subject: TracedText | None) -> Seen:
        measure = line.cells[ColumnMeaning.MEASURE]
        dated = any(column in line.own for column in DATED)
        low = begins_low(measure) or bool(LIST_SIGN.match(measure.value))
        if line.row.inherited:
            return Seen(Shape.ITEM, line)
        if subject is not None and not begins_low(subject):
            return Seen(Shape.ITEM, line)
        ended = above.edge(ColumnMeaning.MEASURE, -1).endswith(SENTENCE_END)
        is_rest = low and not (ended and dated and not LIST_SIGN.match(measure.value))
        flowing = any(begins_low(line.cells[c]) for c in FLOWING if c in line.own)
        dated = dated and not _goes_on_with_party(line, above)
        flowing = flowing or _goes_on_with_party(line, above)
        is_dated, is_named = _is_whole(line, above)
        is_whole = is_dated or is_named
        alike = goes_on(above.edge(ColumnMeaning.MEASURE, 0))
        if is_rest and ((is_dated and is_named) or (is_whole and alike)):
            return Seen(Shape.ITEM, line, "row_assumed")
        if is_rest or (flowing and not dated) or _is_open(above):
            return Seen(Shape.CONTINUATION, line, "row_joined" if is_whole else None)
        groups = any(column in self.header for column in SUBJECTS)
        sure = groups or ColumnMeaning.NUMBER not in self.header
        if dated:
            sure = sure and (ColumnMeaning.DEADLINE in line.own or not groups)
            return Seen(Shape.ITEM, line, None if sure and not low else "row_assumed")
        return Seen(Shape.ITEM, line, "row_assumed")


def _goes_on_with_party(line: Line, above: OpenItem) -> bool:
    """Whether the line, without a deadline, goes on with the words of the party above."""
    party = line.get(ColumnMeaning.RESPONSIBLE)
    if party is None or ColumnMeaning.DEADLINE in line.own:
        return False
    is_low = begins_low(party) and not POST_ALONE.match(party.value.strip())
    return is_low and above.has(ColumnMeaning.RESPONSIBLE)


def _is_bare(row: SourceRow) -> bool:
    """Whether the row has nothing of its own but lines of a drawn table."""
    own = (row.own(index) for index in row.filled)
    return all(cell is None or FRAME.match(cell.value) for cell in own)


def _is_whole(line: Line, above: OpenItem) -> tuple[bool, bool]:
    """Whether the line has a deadline, and a party, of its own, as another measure would."""
    deadline = line.get(ColumnMeaning.DEADLINE)
    party = line.get(ColumnMeaning.RESPONSIBLE)
    dated = deadline is not None and is_deadline(deadline)
    named = party is not None and not begins_low(party)
    before = above.edge(ColumnMeaning.RESPONSIBLE, -1)
    is_named = named and bool(before) and not before.endswith((",", ";"))
    return dated and above.has(ColumnMeaning.DEADLINE), is_named


def is_titled(row: SourceRow) -> bool:
    """Whether the row is a section's title and nothing else."""
    if len(row.filled) != 1:
        return False
    return row.spanning or is_title(row.cells[row.filled[0]], in_measure=False)


def is_title(cell: TracedText, *, in_measure: bool) -> bool:
    """Whether the words are those of a section's title."""
    words = str(cell)
    if SECTION_LABEL.match(words) and not ITEM_NUMBER.match(words):
        return True
    number = SECTION_NUMBER.match(words)
    if number:
        return not (in_measure and is_action(TracedText.at(words[number.end() :], 0)))
    return bool(SECTION_TITLE.match(words))


def _is_open(above: OpenItem) -> bool:
    """Whether the measure above stops in the middle of a sentence."""
    return bool(OPEN_END.search(above.edge(ColumnMeaning.MEASURE, -1)[-20:]))
