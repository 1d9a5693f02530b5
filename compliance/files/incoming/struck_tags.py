"""Words that a plain text strikes out by tags, as tables copied from a page have them."""

from __future__ import annotations

import re
from dataclasses import replace

from compliance.domain.documents.reading.document import Warning
from compliance.domain.documents.reading.source import (
    LONGEST_WARNING,
    MOST_WARNINGS,
    Source,
)
from compliance.domain.documents.reading.text import TracedText

STRUCK = re.compile(r"<(s|del|strike)>([^<\n]{1,2000})</\1>", re.IGNORECASE)


def without_struck(source: Source) -> Source:
    """The source whose cells are without the words between such tags; it tells of them."""
    if STRUCK.search(source.text) is None:
        return source
    warnings: list[Warning] = []
    withheld = dict(source.withheld)

    def standing(cell: TracedText) -> TracedText:
        kept, position = [], 0
        for match in STRUCK.finditer(cell.value):
            kept.append(cell[position : match.start()])
            position = match.end()
            line = source.line_of(cell.spots[match.start()])
            withheld[line] = withheld.get(line, "") + match[0]
            warnings.append(Warning("struck_text", line, match[2][:LONGEST_WARNING]))
        return TracedText.concatenate([*kept, cell[position:]]).strip() if kept else cell

    rows = tuple(replace(row, cells=tuple(map(standing, row.cells))) for row in source.rows)
    told = (*source.warnings, *warnings[:MOST_WARNINGS])
    return replace(source, rows=rows, warnings=told, withheld=withheld)
