"""Free tails: the words of a condition, a source or an event, kept as written.

A tail is not interpreted, so it must end where something else begins: "согласно графику, но не
реже раза в квартал" has two items.
"""

from typing import Final

from compliance.domain.deadlines.grammar.cursor import Cursor

_TAIL_OPENERS: Final = frozenset({"до", "к", "в", "с", "по", "при", "не", "раз", "начиная"})
"""Words at which a free tail («согласно графику …») may end because a new item begins."""
_TAIL_OPENING_KINDS: Final = frozenset({"freq", "continuous", "onward", "each", "number"})


def tail(cursor: Cursor) -> str | None:
    """The words up to the end of the item, as written; at least one."""
    first = cursor.position
    if cursor.is_at_end or cursor.peek().text in (";", ","):
        return None
    cursor.position += 1
    if cursor.is_scouting:
        return cursor.written(first, cursor.position)
    depth = 0
    while not cursor.is_at_end and not (depth == 0 and tail_ends(cursor)):
        depth += {"(": 1, ")": -1}.get(cursor.peek().text, 0)
        cursor.position += 1
    last = cursor.position
    cursor.quoted.update(range(first, last))
    while last > first and cursor.tokens[last - 1].text in (",", "-", ":", ".", "и", "а"):
        last -= 1
    return cursor.written(first, last) or None


def tail_ends(cursor: Cursor) -> bool:
    token = cursor.peek()
    if token.text in (";", ")"):
        return True
    if token.text == "." and cursor.peek(1).glued:
        return False
    if token.text in (",", "(", "."):
        return opens_item(cursor, 1)
    if token.kind == "number":
        return cursor.peek(1).kind == "times"
    if token.kind in _TAIL_OPENING_KINDS or token.text in _TAIL_OPENERS:
        return opens_item(cursor, 0)
    return False


def opens_item(cursor: Cursor, offset: int) -> bool:
    """Whether an item begins that many tokens ahead; only looks.

    It does not look while already looking, so that the work stays linear.
    """
    if cursor.is_scouting:
        return False
    before = cursor.position
    cursor.position += offset
    cursor.take("но", "а", "и")
    cursor.is_scouting = True
    found = cursor.item(cursor) is not None
    cursor.is_scouting = False
    cursor.position = before
    return found


def trimmed(cursor: Cursor, first: int) -> str:
    """The words from `first` to here, without separators at the end."""
    last = cursor.position
    while last > first and cursor.tokens[last - 1].text in (",", "-", ":", ".", "и", "а"):
        last -= 1
    return cursor.written(first, last)
