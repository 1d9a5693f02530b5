"""One row that holds several measures: lists that run in parallel through its cells."""

import re
from collections.abc import Callable, Sequence
from copy import copy

from compliance.domain.documents.reading.column_words import ColumnMeaning
from compliance.domain.documents.reading.content import is_action, is_deadline
from compliance.domain.documents.reading.plan_rows import OpenItem
from compliance.domain.documents.reading.text import TracedText

ENTRY = re.compile(r"(?:^|(?<=\s))(?P<number>\d{1,2})[.)]\s*(?=[^\W\d])")
LISTED = re.compile(r"\n|(?<!\d)2[.)]")
SIGN = re.compile(r"^\s*[-–—•·*]\s*")
BOUNDARY = re.compile(r"(?<=[а-яё.;»)])\s+(?=[А-ЯЁ][а-яё])")
MEASURE, DEADLINE = ColumnMeaning.MEASURE, ColumnMeaning.DEADLINE
PARALLEL = (DEADLINE, ColumnMeaning.RESPONSIBLE, ColumnMeaning.FORM, ColumnMeaning.RESULT)
Parts = list[TracedText]


def split_item(item: OpenItem) -> Sequence[OpenItem]:
    """The item as several when its measures and deadlines run in parallel; else as it is."""
    if not item.has(MEASURE):
        return [item]
    measure = item.text(MEASURE)
    deadlines = [*(piece for piece in item.pieces.get(DEADLINE, ()) if piece), *item.spare]
    if not deadlines:
        return [item]
    for cut in (_entries, _lines) if LISTED.search(measure.value) else ():
        parts = cut(measure)
        if len(parts) < 2:
            continue
        columns = _parallel(item, parts, cut)
        if columns is not None:
            return _items(item, parts, columns)
    times = _times(deadlines)
    if len(times) > 1:
        parts = _sentences(measure)
        if len(parts) == len(times):
            return _items(item, parts, {DEADLINE: times})
    return [item]


def _parallel(
    item: OpenItem, parts: Parts, cut: Callable[[TracedText], Parts]
) -> dict[ColumnMeaning, Parts] | None:
    """The cells that have as many entries as the measure; a cell of another number forbids it."""
    columns: dict[ColumnMeaning, Parts] = {}
    for column in PARALLEL:
        found = _cut_alike(item.text(column), len(parts), cut) if item.has(column) else []
        if len(found) == len(parts):
            columns[column] = found
        elif len(found) > 1 and column in (DEADLINE,):
            return None
    times = columns.get(DEADLINE)
    if times is None:
        return None if cut is _lines or ColumnMeaning.RESPONSIBLE not in columns else columns
    if cut is _lines and not all(is_deadline(one) for one in times):
        return None
    return columns


def _cut_alike(cell: TracedText, count: int, cut: Callable[[TracedText], Parts]) -> Parts:
    """The cell's entries: numbered as the measure's are, or times in as many lines."""
    found = cut(cell)
    if len(found) != count and cut is _entries:
        lines = _lines(cell)
        if len(lines) == count and all(map(is_deadline, lines)):
            return lines
    return found


def _entries(cell: TracedText) -> Parts:
    """The entries of a list 1., 2., 3. that begins the cell."""
    matches, wanted = [], 1
    for match in ENTRY.finditer(cell.value):
        if int(match["number"]) == wanted:
            matches.append(match)
            wanted += 1
    if len(matches) < 2 or cell.value[: matches[0].start()].strip():
        return []
    ends = [match.start() for match in matches[1:]] + [len(cell.value)]
    return [cell[match.end() : end].strip() for match, end in zip(matches, ends, strict=True)]


def _lines(cell: TracedText) -> Parts:
    """The lines of a cell, without list signs, if each begins anew."""
    parts = []
    for line in cell.lines():
        sign = SIGN.match(line.value)
        bare = line[sign.end() if sign else 0 :].strip()
        if not sign and not bare.value[:1].isupper() and not is_deadline(bare):
            return []
        parts.append(bare)
    return parts


def _times(deadlines: Parts) -> Parts:
    """The deadlines one by one: "Ежемесячно Ежеквартально" are two."""
    times: Parts = []
    for cell in deadlines:
        cut = _cut(cell)
        times += cut if len(cut) > 1 and all(is_deadline(one) for one in cut) else [cell]
    return times


def _sentences(measure: TracedText) -> Parts:
    """The sentences of a measure that each say what to do."""
    parts: Parts = []
    for part in _cut(measure):
        if parts and not is_action(part):
            start, end = parts[-1], part
            parts[-1] = TracedText.join([start, end])
        else:
            parts.append(part)
    return parts


def _cut(cell: TracedText) -> Parts:
    parts, start = [], 0
    for match in BOUNDARY.finditer(cell.value):
        parts.append(cell[start : match.start()])
        start = match.end()
    return [*parts, cell[start:]]


def _items(item: OpenItem, parts: Parts, columns: dict[ColumnMeaning, Parts]) -> Sequence[OpenItem]:
    item.signs += [item.text(column) for column in (MEASURE, *columns)]
    items = [item, *(copy(item) for _ in parts[1:])]
    for one in items:
        one.pieces = dict(item.pieces)
    for index, (one, part) in enumerate(zip(items, parts, strict=True)):
        one.pieces[MEASURE] = [part]
        for column, cells in columns.items():
            one.pieces[column] = [cells[index]]
        one.spare = []
        if index:
            one.head = item
            one.shared = set(item.shared)
    return items
