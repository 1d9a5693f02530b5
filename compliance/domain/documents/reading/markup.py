"""Tags and entities that slipped into cells from web pages and Markdown."""

import html
import re

from compliance.domain.documents.reading.text import BLANK, TracedText

INLINE = r"a|b|em|font|i|img|s|small|span|strong|sub|sup|u"
BLOCK = r"br|center|div|h[1-6]|hr|li|ol|p|table|tbody|td|th|thead|tr|ul"
# What may stand in a tag: attributes with their values, no prose («давление <b и > 5»).
VALUE = r"""(?:"[^"<>]*+"|'[^'<>]*+'|[^\s"'<>]++)"""
ATTRIBUTES = rf"(?:\s++[a-z][a-z0-9:_-]{{0,40}}+(?:\s*+=\s*+{VALUE})?+)*+\s*+/?+"
TAG = re.compile(
    rf"<!--(?:(?!-->).){{0,500}}-->|</?(?P<block>{BLOCK})(?![\w-]){ATTRIBUTES}>"
    rf"|</?(?:{INLINE})(?![\w-]){ATTRIBUTES}>"
    r"|\*\*|__+|\[bookmark:[^\]]{0,80}\]",
    re.IGNORECASE | re.DOTALL,
)
ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-f]{1,5}|[a-z]{2,8});", re.IGNORECASE)


SUSPECT = re.compile(r"[<*_\[&]")


def needs_cleaning(cell: TracedText) -> bool:
    """Whether the cell has a sign with which a tag or an entity begins."""
    return bool(SUSPECT.search(cell.value))


def clean(cell: TracedText) -> tuple[TracedText, TracedText]:
    """The cell without its tags and with entities decoded; and what was cut."""
    bare, tags = _untagged(cell)
    decoded, rests = _decoded(bare)
    return decoded, TracedText.join([*tags, *rests])


def _untagged(cell: TracedText) -> tuple[TracedText, list[TracedText]]:
    pieces, tags, position = [], [], 0
    for match in TAG.finditer(cell.value):
        pieces.append(cell[position : match.start()])
        if match["block"]:
            pieces.append(BLANK)
        tags.append(cell.group(match))
        position = match.end()
    return (TracedText.concatenate([*pieces, cell[position:]]), tags) if tags else (cell, tags)


def _decoded(cell: TracedText) -> tuple[TracedText, list[TracedText]]:
    pieces, rests, position = [], [], 0
    for match in ENTITY.finditer(cell.value):
        sign = html.unescape(match.group())
        if len(sign) != 1:
            continue
        start, end = match.span()
        pieces += [cell[position:start], TracedText(sign, cell.spots[start : start + 1])]
        rests.append(cell[start if sign.isspace() else start + 1 : end])
        position = end
    return (TracedText.concatenate([*pieces, cell[position:]]), rests) if rests else (cell, rests)
