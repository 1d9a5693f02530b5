"""The grammar of a time of day beside a date: «до 12.00», «к 10 часам», «с 10:00 до 12:00».

A due date is a whole day, so the time is read and kept in a note, and changes no date. What could
also be a date («12.10») is a time only where the words say so.
"""

from compliance.domain.deadlines.grammar.cursor import Cursor
from compliance.domain.deadlines.grammar.nodes import TimeOfDay
from compliance.domain.deadlines.grammar.tokens import Token

_LAST_HOUR, _MOST_MONTHS = 24, 12


def time_of_day(cursor: Cursor) -> TimeOfDay | None:
    """A time with what opens it; a node of its own, since it qualifies whatever names the day."""
    if not cursor.has_number:
        return None
    first = cursor.position
    if not cursor.take_phrase("не", "позднее"):
        cursor.take("до", "к", "в", "с", "по")
    if cursor.attempt(clock) is None:
        return None
    if cursor.take("до", "-", "по"):
        cursor.attempt(clock)
    if cursor.peek(-1).text in ("до", "-", "по"):
        return None
    return TimeOfDay(cursor.written(first, cursor.position))


def clock(cursor: Cursor) -> str | None:
    """12.00, 10:30, 15-00, 15 часов (30 минут), 15 ч., 12.30 час."""
    first = cursor.position
    hour = cursor.take_kind("number")
    if hour is None or len(hour.text) > 2 or hour.number > _LAST_HOUR:
        return None
    minute = cursor.attempt(_minutes)
    is_said = cursor.take_kind("hour") is not None
    if minute is None:
        if not is_said:
            return None
        cursor.attempt(_minutes_in_words)
    elif not is_said and not (
        _is_surely_time(cursor.tokens[first + 1], minute)
        or (minute.number > _MOST_MONTHS and _full_date_follows(cursor))
    ):
        return None
    cursor.take("мск")
    return cursor.written(first, cursor.position)


def _minutes(cursor: Cursor) -> Token | None:
    """«.00», «:30», «-00» glued to the hour, and no third number behind."""
    sign = cursor.take(".", ":", "-")
    minute = cursor.take_kind("number") if sign is not None and sign.glued else None
    if minute is None or not minute.glued or len(minute.text) != 2 or minute.number > 59:
        return None
    following = cursor.peek()
    return None if following.glued and following.text in (".", "/", "-", ":") and (
        cursor.peek(1).kind == "number" and cursor.peek(1).glued
    ) else minute  # fmt: skip


def _is_surely_time(sign: Token, minute: Token) -> bool:
    """A colon, or minutes that are no month; a dash may also be a range of days."""
    if sign.text == ":":
        return True
    return minute.number == 0 or (sign.text == "." and minute.number > 12)


def _minutes_in_words(cursor: Cursor) -> bool | None:
    minute = cursor.take_kind("number")
    if minute is None or minute.number > 59:
        return None
    return True if cursor.take_kind("minute") or cursor.take("минимум") else None


def _full_date_follows(cursor: Cursor) -> bool:
    """Whether a date in figures stands next: «9-30 15.03.2020» names no days from 9 to 30."""
    kinds = [cursor.peek(offset).kind for offset in range(5)]
    return kinds == ["number", "sign", "number", "sign", "number"]
