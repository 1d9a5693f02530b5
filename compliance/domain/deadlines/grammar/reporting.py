"""The grammar of reporting: which period is reported on, and which month follows it.

Three things share it: «месяца, следующего за отчётным кварталом» in every order of its words,
«по итогам квартала», and «в течение 5 дней после окончания квартала». Each unit stands for the
frequency with which it recurs; "period" is «отчётный период», named elsewhere in the phrase.
"""

from typing import Final

from compliance.domain.deadlines.grammar.cursor import Cursor
from compliance.domain.deadlines.grammar.nodes import Reported

REPORTED_UNITS: Final = ("month_word", "quarter", "half", "year", "period", "half_year")

_FREQ_OF_REPORTED: Final = {
    "month_word": "monthly", "quarter": "quarterly", "half": "half_yearly",
    "half_year": "half_yearly", "year": "yearly",
}  # fmt: skip


def following_reported(cursor: Cursor) -> str | None:
    """The unit's kind in «, следующего за отчётным кварталом»; «bare» after «за отчётным» alone.

    Either the unit or «отчётным» must be there: «следующего за собранием» is an event, no period.
    """
    cursor.take(",", "(")
    if cursor.take_kind("next"):
        if not cursor.take("за"):
            return None
    elif not cursor.take("после") and not (cursor.take("за") and cursor.peek().text.endswith("ым")):
        return None
    found = _reported_period(cursor)
    cursor.take(")")
    return found


def _reported_period(cursor: Cursor) -> str | None:
    """«(окончанием) отчётного квартала», «последним месяцем квартала», «отчётным (кварталом)»."""
    cursor.take_kind("end")
    if cursor.take_kind("last"):
        cursor.take_kind("month_word")
    is_reported = cursor.take_kind("past", "reporting") is not None
    is_reported = cursor.take_kind("reporting", "calendar") is not None or is_reported
    unit = cursor.take_kind(*REPORTED_UNITS) if not _is_own_month(cursor) else None
    if unit is None:
        named = cursor.attempt(_in_brackets) if is_reported else None
        return named or ("bare" if is_reported else None)
    if unit.kind == "period":
        return cursor.attempt(_in_brackets) or "period"
    return unit.kind


def _is_own_month(cursor: Cursor) -> bool:
    """«следующего за отчётным месяца»: the genitive belongs to the day, not to «отчётным»."""
    return cursor.peek().text in ("месяца", "месяце") and cursor.peek(-1).text.endswith("ым")


def _in_brackets(cursor: Cursor) -> str | None:
    """«(кварталом)» after «отчётным» or «отчётным периодом»."""
    if not cursor.take("("):
        return None
    unit = cursor.take_kind(*REPORTED_UNITS)
    return unit.kind if unit and cursor.take(")") else None


def reported(cursor: Cursor) -> Reported | None:
    """«по итогам (отчётного) квартала», «за отчётный год», «за предыдущий месяц»."""
    opening = cursor.take("по", "за", "после")
    if opening is None:
        return None
    if opening.text != "за" and not cursor.take_kind("results", "end"):
        return None
    if opening.text == "за":
        cursor.take_kind("each")
    which = cursor.take_kind("past", "reporting", "each")
    unit = cursor.take_kind("month_word", "quarter", "half", "year")
    if unit is None or (unit.kind == "year" and (which is None or opening.text != "за")):
        return None
    is_length = opening.text == "за" and which is None and cursor.peek().text == "до"
    if unit.text == "г" or is_length or cursor.peek().kind in ("number", "ordinal"):
        return None
    is_previous = which is not None and which.kind == "past"
    return Reported(_FREQ_OF_REPORTED[unit.kind], is_previous)


def ended_period(cursor: Cursor) -> str | None:
    """The frequency (or "period") in «(после) окончания отчётного квартала», to the item's end."""
    cursor.take_kind("end")
    is_reported = cursor.take_kind("past", "reporting", "each") is not None
    unit = cursor.take_kind(*REPORTED_UNITS)
    if unit is None or (unit.kind in ("period", "year") and not is_reported):
        return None
    if not cursor.is_at_end and cursor.peek().text not in (",", ";", ")", "-"):
        return None
    return _FREQ_OF_REPORTED.get(unit.kind, "period")
