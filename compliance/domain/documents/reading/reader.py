"""From a source to a document: find the table, recognise its kind, read it, balance the account."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from compliance.domain.calendar.periods import Period
from compliance.domain.documents.reading.booking import book_plan
from compliance.domain.documents.reading.column_words import ColumnMeaning
from compliance.domain.documents.reading.columns import Header, read_header
from compliance.domain.documents.reading.document import (
    Document,
    Kind,
    PartyRole,
    Unplaced,
    Warning,
)
from compliance.domain.documents.reading.heading import (
    DocumentHeading,
    institution_name,
    read_heading,
    read_organization,
)
from compliance.domain.documents.reading.headless import guessed_header
from compliance.domain.documents.reading.ledger import Ledger
from compliance.domain.documents.reading.markup import clean, needs_cleaning
from compliance.domain.documents.reading.parties import party_role, read_parties
from compliance.domain.documents.reading.period import read_period
from compliance.domain.documents.reading.plan import PlanTable, read_plan_table, table_doubts
from compliance.domain.documents.reading.rating import book_group, read_groups
from compliance.domain.documents.reading.settling import settle
from compliance.domain.documents.reading.source import Source, SourceRow
from compliance.domain.documents.reading.text import TracedText
from compliance.domain.documents.reading.vocabulary import (
    COUNCIL,
    HEAD_OF_INSTITUTION,
    MANY_INSTITUTIONS,
    REPORT_TITLE,
)


@dataclass(frozen=True, slots=True)
class Layout:
    """A source divided at its first table header, with its tags removed."""

    above: tuple[SourceRow, ...]
    header: Header | None
    header_rows: tuple[SourceRow, ...]
    below: tuple[SourceRow, ...]
    tags: tuple[TracedText, ...]


def read_document(source: Source, *, year: int | None = None) -> Document:
    """The document in a source; never raises: `Document.refusal` says why it cannot be stored.

    `year` replaces the period found in the title.
    """
    layout = _lay_out(source)
    if layout.header is None:
        document = _refused(source, Kind.NONE, "no_table")
    elif _heads_a_rating(layout.header):
        document = _read_rating(source, layout)
    else:
        document = _read_plan(source, layout, read_plan_table(layout.below, layout.header))
    document = replace(document, warnings=(*source.warnings, *document.warnings))
    return document if year is None else with_year(document, year)


def _lay_out(source: Source) -> Layout:
    rows, tags = [], []
    for row in source.rows:
        if any(needs_cleaning(cell) for cell in row.cells):
            cleaned = [clean(cell) for cell in row.cells]
            tags += [tag for _, tag in cleaned if tag]
            row = replace(row, cells=tuple(cell for cell, _ in cleaned))
        if row.filled:
            rows.append(row)
    for index in range(len(rows)):
        found = read_header(rows[index : index + 4]) if rows[index].in_table else None
        if found is not None:
            header, taken = found
            end = index + taken
            parts = tuple(rows[:index]), header, tuple(rows[index:end]), tuple(rows[end:])
            return Layout(*parts, tuple(tags))
    guessed = guessed_header(rows)
    if guessed is not None:
        header, index = guessed
        return Layout(tuple(rows[:index]), header, (), tuple(rows[index:]), tuple(tags))
    return Layout(tuple(rows), None, (), (), tuple(tags))


def _heads_a_rating(header: Header) -> bool:
    return ColumnMeaning.INSTITUTION in header and bool(
        {ColumnMeaning.SCORE, ColumnMeaning.RANK} & header.places.keys()
    )


def _kind(header: Header, heading: DocumentHeading) -> Kind:
    title = " ".join(str(text) for text in heading.title)
    if REPORT_TITLE.search(title) or (
        ColumnMeaning.EXECUTION in header and ColumnMeaning.DEADLINE not in header
    ):
        return Kind.EXECUTION_REPORT
    return Kind.REGIONAL_PLAN if _is_regional(header, heading, title) else Kind.INSTITUTION_PLAN


def _is_regional(header: Header, heading: DocumentHeading, title: str) -> bool:
    """Whether a plan is a region's: by its title, else by who approves it, else by its columns."""
    if institution_name(title):
        return False
    approvers = [
        " ".join(map(str, block))
        for block in heading.blocks
        if party_role(block[0]) is PartyRole.APPROVES
    ]
    if any(COUNCIL.search(words) for words in approvers):
        return True
    if any(HEAD_OF_INSTITUTION.search(words) for words in approvers):
        return False
    if MANY_INSTITUTIONS.search(title):
        return True
    return (
        not {ColumnMeaning.INDICATOR, ColumnMeaning.FACT, ColumnMeaning.FINDING}
        & header.places.keys()
    )


def _read_plan(source: Source, layout: Layout, table: PlanTable) -> Document:
    settle(table)
    heading = read_heading(layout.above, table.leftovers)
    kind = _kind(layout.header or table.header, heading)
    ledger = _opened(source, layout)
    title = ledger.place(TracedText.join(heading.title)) or None
    parties = read_parties(heading.blocks, ledger)
    sections, aliases = book_plan(table, ledger)
    period, doubt = _period([title or ""], kind)
    unplaced, coverage = ledger.balance()
    told = (*doubt, *_header_doubts(layout), *table_doubts(table), *table.warnings)
    return Document(
        kind=kind,
        title=title,
        period=period,
        organization=read_organization(title, parties, aliases),
        parties=parties,
        sections=sections,
        institutions=(),
        unplaced=unplaced,
        warnings=(*told, *_untold(layout, table, _shown(source, unplaced), told)),
        coverage=coverage,
        refusal=None if table.items else "no_measures",
        aliases=aliases,
    )


def _header_doubts(layout: Layout) -> tuple[Warning, ...]:
    """That a table has no header and its columns were guessed."""
    if layout.header is None or layout.header_rows:
        return ()
    names = [column.value for column, _ in sorted(layout.header.places.items(), key=itemgetter(1))]
    return (Warning("header_missing", layout.header.line, ", ".join(names)),)


def _shown(source: Source, unplaced: Sequence[Unplaced]) -> list[Unplaced]:
    """The unplaced words but those that the reader of the file withheld, and told of."""
    return [
        one
        for one in unplaced
        if "".join(one.text.split()) != "".join(source.withheld.get(one.line, "").split())
    ]


def _untold(
    layout: Layout, table: PlanTable, unplaced: Sequence[Unplaced], told: Sequence[Warning]
) -> Iterator[Warning]:
    """A warning for each row of the table with words in no field of which nothing was said yet."""
    if any(one.code == "unread_column" for one in told):
        return
    lines = {one.line for one in told}
    outside = {id(row) for row in table.leftovers}
    rows = [row for row in layout.below if row.in_table and id(row) not in outside]
    inside = {line for row in rows for line in range(row.first_line, row.last_line + 1)}
    for one in unplaced:
        if one.line in inside - lines and any(sign.isalnum() for sign in one.text):
            yield Warning("row_unplaced", one.line, one.text)


def _read_rating(source: Source, layout: Layout) -> Document:
    kind = Kind.RATING
    ledger = _opened(source, layout)
    groups = read_groups((*layout.above, *layout.header_rows, *layout.below))
    first = groups[0].caption
    title = ledger.place(first[0]) or None if first else None
    institutions, warnings = [], []
    for index, group in enumerate(groups):
        caption = group.caption[1:] if index == 0 else group.caption
        booked, doubts = book_group(group, caption, ledger)
        institutions += booked
        warnings += doubts
    captions = [" ".join(map(str, group.caption)) for group in groups]
    period, doubt = _period([title or "", *captions], kind)
    unplaced, coverage = ledger.balance()
    return Document(
        kind=kind,
        title=title,
        period=period,
        organization=None,
        parties=(),
        sections=(),
        institutions=tuple(institutions),
        unplaced=unplaced,
        warnings=(*doubt, *warnings),
        coverage=coverage,
        refusal=None if institutions else "no_institutions",
    )


def _opened(source: Source, layout: Layout) -> Ledger:
    """A ledger with the tags and the header rows already booked as markup."""
    ledger = Ledger(source)
    for text in (*layout.tags, *(row.whole() for row in layout.header_rows)):
        ledger.discard(text)
    return ledger


def _period(headings: Sequence[str], kind: Kind) -> tuple[Period | None, tuple[Warning, ...]]:
    found = read_period(headings, kind)
    if found is None:
        return None, (Warning("period_missing", 1, headings[0]),)
    period, is_sure = found
    return period, () if is_sure else (Warning("period_assumed", 1, headings[0]),)


def with_year(document: Document, year: int) -> Document:
    """The document with this year as its period, whatever its title says."""
    kept = tuple(one for one in document.warnings if not one.code.startswith("period_"))
    return replace(document, period=Period.of_years(year), warnings=kept)


def _refused(source: Source, kind: Kind, code: str) -> Document:
    """A document without a table: all of it is unplaced."""
    unplaced, coverage = Ledger(source).balance()
    return Document(
        kind=kind,
        title=None,
        period=None,
        organization=None,
        parties=(),
        sections=(),
        institutions=(),
        unplaced=unplaced,
        warnings=(),
        coverage=coverage,
        refusal=code,
    )
