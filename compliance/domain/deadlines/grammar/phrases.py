"""The grammar of a deadline cell: a row of items, each read by the first rule that fits.

Look-ahead is finite in every rule, and a phrase is given up at the first item that no rule reads,
so the work grows linearly with the text.
"""

from collections.abc import Callable
from typing import Final

from compliance.domain.deadlines.grammar.clock import time_of_day
from compliance.domain.deadlines.grammar.cursor import Cursor
from compliance.domain.deadlines.grammar.days import day_of
from compliance.domain.deadlines.grammar.frequency import at_most, excepted_months, frequency
from compliance.domain.deadlines.grammar.labels import labelled, stage
from compliance.domain.deadlines.grammar.lengths import relative
from compliance.domain.deadlines.grammar.nodes import (
    Approximately,
    AsNeeded,
    Break,
    Condition,
    Continuous,
    External,
    Node,
    Onward,
)
from compliance.domain.deadlines.grammar.reporting import reported
from compliance.domain.deadlines.grammar.tails import tail, tail_ends, trimmed
from compliance.domain.deadlines.grammar.times import times
from compliance.domain.deadlines.grammar.vocabulary import MONEY

_SEPARATORS: Final = frozenset({",", ".", ":", "(", ")", "-", "/", "и", "а", "но", "также", "["})


MAX_ITEMS = 40
"""A cell with more items than this is no deadline; it also bounds the work that follows."""


def read_nodes(cursor: Cursor) -> list[Node] | None:
    """All items of the phrase, or None with the cursor at the first one that could not be read."""
    nodes: list[Node] = []
    cursor.item = item
    _heading(cursor)
    while not cursor.is_at_end:
        if cursor.take(";"):
            nodes.append(Break())
        elif cursor.peek().text in _SEPARATORS:
            cursor.position += 1
        else:
            node = item(cursor)
            if node is None or len(nodes) == MAX_ITEMS:
                return None
            nodes.append(node)
    return nodes


def _heading(cursor: Cursor) -> None:
    """Skip «Срок исполнения:» and the like; the column's own name says nothing about the date."""
    before = cursor.position
    if cursor.take("срок", "сроки"):
        cursor.take("исполнения", "выполнения", "реализации", "проведения")
        if cursor.take(":", "-"):
            return
        if cursor.peek(-1).text not in ("срок", "сроки"):
            return
    cursor.position = before


def item(cursor: Cursor) -> Node | None:
    """One item, or None; the rules are tried from the most particular to the most general."""
    for rule in _ITEM_RULES:
        found = cursor.attempt(rule)
        if found is not None:
            return found
    return None


# --- items ---------------------------------------------------------------------------------------


def _onward(cursor: Cursor) -> Onward | None:
    """далее, затем, в дальнейшем."""
    cursor.take("в")
    return Onward() if cursor.take_kind("onward") else None


def _approximately(cursor: Cursor) -> Approximately | None:
    return Approximately() if cursor.take_kind("approximately") else None


def _condition(cursor: Cursor) -> Condition | None:
    """«при наличии …», «при условии …», «по согласованию (с …)», «в пределах средств»."""
    first = cursor.position
    if cursor.take_phrase("по", "согласованию"):
        if not cursor.is_at_end and not tail_ends(cursor):
            tail(cursor)
        return Condition(cursor.written(first, cursor.position))
    is_named = cursor.take("при") is not None and cursor.take_kind("condition_word") is not None
    if not is_named:
        cursor.position = first
        is_named = cursor.take_phrase("с", "учетом") or cursor.take_phrase("в", "пределах")
    if is_named:
        rest = tail(cursor)
        if rest is None and cursor.tokens[cursor.position - 1].text != "финансировании":
            return None
        return Condition(trimmed(cursor, first))
    if cursor.take("при", "в") and cursor.take("случае", "поступлении", "достаточном"):
        before = cursor.position
        if tail(cursor) is None:
            return None
        words = cursor.tokens[before : cursor.position]
        if any(word.text.startswith(MONEY) for word in words):
            return Condition(trimmed(cursor, first))
    return None


def _in_due_course(cursor: Cursor) -> AsNeeded | None:
    """«в рабочем порядке», «в оперативном порядке»: when it comes up."""
    first = cursor.position
    if cursor.take("в") and cursor.take("рабочем", "оперативном", "текущем"):
        return AsNeeded(trimmed(cursor, first)) if cursor.take("порядке") else None
    return None


_NEED_OPENERS: Final = ("по", "при", "в")
_BARE_NEEDS: Final = frozenset({"необходимости", "надобности", "необходимость"})


def _as_needed(cursor: Cursor) -> AsNeeded | None:
    """«по мере необходимости», «при необходимости», «по запросу», «в случае поступления жалоб»."""
    first = cursor.position
    if not cursor.take(*_NEED_OPENERS):
        return None
    if cursor.take("мере", "случае"):
        need = cursor.peek()
        if tail(cursor) is None:
            return None
    else:
        found = cursor.take_kind("need")
        if found is None or cursor.tokens[first].text == "в":
            return None
        need = found
        if not cursor.is_at_end and not tail_ends(cursor):
            tail(cursor)
    whole = trimmed(cursor, first)
    is_bare = need.text in _BARE_NEEDS and cursor.tokens[cursor.position - 1] == need
    return AsNeeded(None if is_bare else whole)


def _external(cursor: Cursor) -> External | None:
    """Dates that another paper sets: «в установленные сроки», «согласно графику», by law."""
    first = cursor.position
    if cursor.take_kind("due_course"):
        return External(trimmed(cursor, first))
    if cursor.take_phrase("в", "срок|сроки") and (cursor.is_at_end or tail_ends(cursor)):
        return External(None)
    if cursor.peek().text not in ("согласно", "в", "по"):
        cursor.position = first
    is_bare = _established_terms(cursor)
    if not is_bare and not _pointed_elsewhere(cursor):
        return None
    has_tail = not cursor.is_at_end and not tail_ends(cursor) and tail(cursor) is not None
    return External(None if is_bare and not has_tail else trimmed(cursor, first))


def _established_terms(cursor: Cursor) -> bool:
    """«в установленные (законом) сроки», «в сроки, установленные», «согласно … срокам»."""
    before = cursor.position
    cursor.take_phrase("в", "соответствии", "с") or cursor.take("в", "согласно", "по")
    found = False
    if cursor.take_kind("established", "corresponding"):
        cursor.attempt(_words_before_term)
        found = cursor.take_kind("term") is not None
    elif cursor.take_kind("term"):
        cursor.take(",")
        found = cursor.take_kind("established", "corresponding") is not None
    if not found:
        cursor.position = before
    return found


def _words_before_term(cursor: Cursor) -> bool | None:
    """«в установленные действующим законом сроки»: up to four words stand before the noun."""
    for _ in range(5):
        token = cursor.peek()
        if token.kind == "term":
            return True
        if not token.text.isalpha():
            return None
        cursor.position += 1
    return None


def _pointed_elsewhere(cursor: Cursor) -> bool:
    """«согласно …», «в соответствии с …», «по (отдельному, утверждённому) плану-графику»."""
    before = cursor.position
    if (
        cursor.take("согласно")
        or cursor.take_phrase("в", "соответствии", "с")
        or cursor.take_phrase("в", "порядке|рамках")
    ):
        cursor.take(",")
        if tail(cursor) is not None:
            return True
    elif cursor.take("по"):
        cursor.take_kind("established", "corresponding", "calendar", "school")
        if cursor.take_kind("source", "plan", "term"):
            return True
    elif cursor.take_phrase("в") and cursor.take_kind("established") and cursor.take("порядке"):
        return True
    cursor.position = before
    return False


def _continuous(cursor: Cursor) -> Continuous | None:
    """постоянно, на постоянной основе, в постоянном режиме."""
    if cursor.take_kind("continuous"):
        return Continuous()
    if cursor.take("на", "в") and cursor.take_kind("constant", "regular"):
        return Continuous() if cursor.take_kind("basis", "mode") else None
    return None


def _whole_period(cursor: Cursor) -> Continuous | None:
    """«в течение всего периода», «весь срок», «на период действия плана»."""
    opened = cursor.take_phrase("в", "течение") or cursor.take_phrase("на", "протяжении")
    opened = opened or cursor.take("на", "за", "в") is not None
    is_whole = cursor.take_kind("whole") is not None
    if not cursor.take_kind("period", "term"):
        return None
    if cursor.take("действия", "реализации", "выполнения", "исполнения"):
        cursor.take("настоящего", "данного")
        cursor.take_kind("plan", "source")
        cursor.take("мероприятий")
        return Continuous(is_whole_period=True) if opened or is_whole else None
    is_end = cursor.is_at_end or cursor.peek().text in (",", ";", ")", "-")
    return Continuous(is_whole_period=True) if is_whole and is_end else None


_ITEM_RULES: Final[tuple[Callable[[Cursor], Node | None], ...]] = (
    _onward,
    _approximately,
    _condition,
    _continuous,
    _whole_period,
    _as_needed,
    _in_due_course,
    frequency,
    at_most,
    day_of,
    excepted_months,
    stage,
    relative,
    labelled,
    reported,
    times,
    time_of_day,
    _external,
)
