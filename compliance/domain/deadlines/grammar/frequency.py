"""The grammar of recurrence: how often, on which weekday, by which day of which month."""

from dataclasses import replace
from typing import Final

from compliance.domain.deadlines.grammar.cursor import Cursor, heads, number, ordinal
from compliance.domain.deadlines.grammar.nodes import AtMost, DayOf, Except, Frequency
from compliance.domain.deadlines.grammar.reporting import following_reported
from compliance.domain.deadlines.grammar.vocabulary import words

_FREQ_OF_MONTHS: Final = {1: "monthly", 3: "quarterly", 6: "half_yearly", 12: "yearly"}
_FREQ_OF_DAYS: Final = {1: "daily", 7: "weekly"}
_MONTHS: Final = {"month_word": 1, "quarter": 3, "half": 6, "half_year": 6, "year": 12}
_DAYS: Final = {"day": 1, "day_and_night": 1, "week": 7}

_FREQ_OF_UNIT: Final = {
    **{unit: _FREQ_OF_MONTHS[months] for unit, months in _MONTHS.items()},
    **{unit: _FREQ_OF_DAYS[days] for unit, days in _DAYS.items()},
}

_COUNTS_ALONE: Final = frozenset(
    words("дважды трижды четырежды единожды однократно двукратно трехкратно")
)
_PLURAL_DATIVE: Final = ("ам", "ям")
_MOST_TIMES: Final = 366


def frequency(cursor: Cursor) -> Frequency | None:
    """ежемесячно; не реже 1 раза в квартал; каждую пятницу; по полугодиям."""
    return cursor.first_of((_adverb, _once, _counted, _each, _by_units, _weekdays))


def _once(cursor: Cursor) -> Frequency | None:
    """разово, единовременно: once in the span, which makes it no recurrence."""
    if not cursor.take_kind("once"):
        return None
    return Frequency(None, 1, is_counted=True)


def _adverb(cursor: Cursor) -> Frequency | None:
    """ежеквартально; на ежемесячной основе; в ежедневном режиме; по рабочим дням."""
    if cursor.take_phrase("в|по", "рабочие|рабочим|будние|будним", "дни|дням"):
        return Frequency("daily")
    token = cursor.take_kind("freq")
    if token is None:
        if not cursor.take("на", "в"):
            return None
        token = cursor.take_kind("freq_adjective")
        if token is None or not cursor.take_kind("basis", "mode"):
            return None
    return Frequency(str(token.value))


def _counted(cursor: Cursor) -> Frequency | None:
    """«2 раза в год», «раз в полугодие», «не менее 2 раз», «дважды в год», «раз в 2 месяца»."""
    is_minimum = _at_least(cursor)
    is_alone = cursor.peek().text in _COUNTS_ALONE
    times, is_loose = _count(cursor)
    if times is None or not 0 < times <= _MOST_TIMES:
        return None
    is_shared = is_minimum and _is_upper_limit(cursor)
    if not is_shared and not cursor.take_kind("times") and not is_alone:
        return None
    return _often(cursor, times, is_minimum, is_loose)


def _is_upper_limit(cursor: Cursor) -> bool:
    """«не менее одного, но не более двух раз»: «раз» stands once, behind the second number."""
    before = cursor.position
    cursor.take(",")
    cursor.take("но", "и", "а")
    found = cursor.attempt(at_most)
    cursor.position = before
    return found is not None


def at_most(cursor: Cursor) -> AtMost | None:
    """«не чаще 1 раза в месяц», «не более 2 раз в год»: an upper limit, no duty."""
    if "не" not in cursor.texts or not cursor.take_phrase("не", "чаще|более"):
        return None
    cursor.take(",")
    cursor.take("чем")
    times, is_loose = _count(cursor)
    if times is None or is_loose or not 0 < times <= _MOST_TIMES or not cursor.take_kind("times"):
        return None
    found = _often(cursor, times, False, False)
    return AtMost(found) if found is not None else None


def _often(cursor: Cursor, times: int, is_minimum: bool, is_loose: bool) -> Frequency | None:
    """So many times in the unit that follows, or in a span named elsewhere."""
    per = cursor.attempt(_per)
    if per is None:
        return Frequency(None, times, True, is_minimum, is_loose)
    count, unit = per
    if unit in _MONTHS:
        length, freqs, name = count * _MONTHS[unit], _FREQ_OF_MONTHS, "months"
    else:
        length, freqs, name = count * _DAYS[unit], _FREQ_OF_DAYS, "calendar_days"
    if length in freqs:
        return Frequency(freqs[length], times, True, is_minimum, is_loose)
    if length % times:
        return None
    each = length // times
    if each in freqs:  # «2 раза в 2 месяца» is monthly
        return Frequency(freqs[each], 1, True, is_minimum, is_loose)
    return Frequency(None, 1, True, is_minimum, is_loose, (each, name))


def _at_least(cursor: Cursor) -> bool:
    cursor.take("как")
    if cursor.take_phrase("не", "менее|реже|меньше"):
        cursor.take(",")
        cursor.take("чем")
        cursor.take("по")
        return True
    return cursor.take("минимум") is not None


def _count(cursor: Cursor) -> tuple[int | None, bool]:
    """How many times, and whether it is the lower of two numbers: «1-2 раза»."""
    if cursor.peek().kind == "times":
        return 1, False
    lower = number(cursor)
    if lower is not None and cursor.peek().text == "-":
        cursor.position += 1
        upper = number(cursor)
        return (lower, True) if upper is not None and upper > lower else (None, False)
    return lower, False


def _per(cursor: Cursor) -> tuple[int, str] | None:
    """The unit after «раз»: «в год», «/кв», «в 2 месяца», «в течение каждого года»."""
    if cursor.take_phrase("в", "течение"):
        if cursor.peek().kind not in ("each", "year", "calendar"):
            return None
    elif not cursor.take("в", "за", "/") and cursor.peek().kind != "each":
        return None
    cursor.take_kind("each")
    cursor.take_kind("calendar", "working", "reporting")
    count = number(cursor)
    unit = cursor.take_kind(*_MONTHS, *_DAYS)
    if unit is None or (count is not None and not 0 < count <= 120):
        return None
    is_named = cursor.peek().kind == "number" and len(cursor.peek().text) == 4
    return None if is_named and unit.kind == "year" else (count or 1, unit.kind)


def _each(cursor: Cursor) -> Frequency | None:
    """«каждый месяц», «каждые 3 месяца», «до конца каждого квартала», «каждую пятницу»."""
    _end_of(cursor)
    if not cursor.take_kind("each"):
        return None
    cursor.take_kind("calendar", "reporting", "working")
    found = cursor.attempt(_named_weekdays)
    if found is not None:
        return Frequency("weekly", weekdays=found)
    said = number(cursor)
    count = 1 if said is None else said
    unit = cursor.take_kind(*_MONTHS, *_DAYS)
    if unit is None or not 0 < count <= 120:
        return None
    if unit.kind in _MONTHS:
        length, name = count * _MONTHS[unit.kind], "months"
        freq = _FREQ_OF_MONTHS.get(length)
    else:
        length, name = count * _DAYS[unit.kind], "calendar_days"
        freq = _FREQ_OF_DAYS.get(length)
    return Frequency(freq) if freq else Frequency(None, interval=(length, name))


def _end_of(cursor: Cursor) -> None:
    """Skip what says only that the end of the unit is meant, which is the rule anyway."""
    before = cursor.position
    cursor.take_phrase("не", "позднее")
    cursor.take("до", "к", "в", "на", "по")
    if cursor.take_kind("last"):
        cursor.take_kind("working", "calendar")
        if cursor.take_kind("day", "number"):
            return
    elif cursor.take_kind("end", "results") or cursor.peek(-1).text in ("в", "на"):
        return
    cursor.position = before


def _by_units(cursor: Cursor) -> Frequency | None:
    """«по кварталам», «по полугодиям»."""
    if not cursor.take("по"):
        return None
    unit = cursor.take_kind(*_MONTHS, *_DAYS)
    if unit is None or not unit.text.endswith(_PLURAL_DATIVE):
        return None
    return Frequency(_FREQ_OF_UNIT[unit.kind])


def _weekdays(cursor: Cursor) -> Frequency | None:
    """«по понедельникам» recurs by itself; «в пятницу» and «(пятница)» only tell the day."""
    opening = cursor.take("по", "в", "до", "на")
    first = cursor.peek()
    found = _named_weekdays(cursor)
    if found is None:
        return None
    recurs = opening is not None and opening.text == "по" and first.text.endswith(_PLURAL_DATIVE)
    return Frequency("weekly" if recurs else None, weekdays=found)


def _named_weekdays(cursor: Cursor) -> tuple[int, ...] | None:
    found: list[int] = []
    while len(found) < 7:
        before = cursor.position
        if found and not cursor.take(",", "и", "/"):
            break
        cursor.take_kind("each")
        cursor.take("по", "в") if found else None
        day = cursor.take_kind("weekday")
        if day is None:
            cursor.position = before
            break
        found.append(day.number)
    return tuple(sorted(set(found))) or None


def excepted_months(cursor: Cursor) -> Except | None:
    """«кроме июня, июля и августа», «за исключением летнего периода»."""
    cursor.take("за")
    if not cursor.take_kind("except"):
        return None
    if cursor.take("выходных", "праздничных"):
        cursor.take("и")
        cursor.take("праздничных", "выходных")
        cursor.take("дней")
        return Except(())
    season = cursor.take_kind("season")
    if season is not None:
        cursor.take_kind("period")
        cursor.take_kind("month_word")
        return Except(tuple(range(season.number, season.number + 3)), is_season=True)
    months: list[int] = []
    while len(months) < 12:
        before = cursor.position
        joiner = cursor.take(",", "и", "-", "/") if months else None
        month = cursor.take_kind("month") if joiner or not months else None
        if month is None:
            cursor.position = before
            break
        if joiner is not None and joiner.text == "-":
            months.extend(range(months[-1] + 1, month.number))
        months.append(month.number)
    return Except(tuple(months)) if months else None


# --- days of a recurring period -------------------------------------------------------------------


def day_of(cursor: Cursor) -> DayOf | None:
    """A day by its number in the month, and whose month it is, in either order."""
    return cursor.first_of((_day_first, _month_first))


def _month_first(cursor: Cursor) -> DayOf | None:
    """«в месяце, следующем за отчётным кварталом, до 10 числа»; without a day, by its end."""
    if "month_word" not in cursor.kinds or "next" not in cursor.kinds:
        return None
    cursor.take("до", "в", "не")
    cursor.take("течение", "позднее")
    cursor.take_kind("end")
    if cursor.peek().kind not in ("next", "month_word"):
        return None
    is_named = cursor.take_kind("month_word") is not None
    if is_named and cursor.peek().text != "," and cursor.peek().kind != "next":
        return None
    where = _following(cursor)
    if where is None and not is_named and cursor.take_kind("next"):
        where = DayOf((), month=1, lag=1)
    if where is None or not (is_named or cursor.take_kind("month_word")):
        return None
    day = cursor.attempt(_day_behind)
    if day is None:
        return replace(where, days=(0,)) if where.freq or where.implied else None
    return replace(where, days=day.days)


def _day_behind(cursor: Cursor) -> DayOf | None:
    cursor.take(",", "-")
    found = _day_first(cursor)
    is_plain = found is not None and found == DayOf(found.days) and found.days != (0,)
    return found if is_plain else None


def _day_first(cursor: Cursor) -> DayOf | None:
    """«до 25 числа», «не позднее 20 числа первого месяца, следующего за отчётным периодом»."""
    if "number" not in cursor.kinds and "day" not in cursor.kinds:
        return None
    cursor.take("в")
    cursor.take("срок")
    if cursor.take_phrase("не", "позднее"):
        cursor.take("чем")
    cursor.take("до", "к", "в", "на", "по", "с")
    working = cursor.attempt(_working_day)
    days = (working,) if working else _last_day(cursor) or _numbered_days(cursor)
    if days is None:
        return None
    cursor.take("включительно")
    where = cursor.attempt(_unit_ended if days == (0,) else _month_named)
    if where is None and working:
        return None
    cursor.take("включительно")
    where = where or DayOf(())
    if cursor.peek().kind == "month":
        return None
    return replace(where, days=days, is_working=working is not None)


def _working_day(cursor: Cursor) -> int | None:
    """The 5 of «5 рабочего дня месяца»; «5 рабочих дней» is a length of time instead."""
    day = ordinal(cursor)
    if day is None or not 0 < day <= 20:
        return None
    return day if cursor.take_phrase("рабочего", "дня") else None


def _last_day(cursor: Cursor) -> tuple[int, ...] | None:
    """«последнего числа», «последний рабочий день»: the end of the month, which is the rule."""
    before = cursor.position
    if cursor.take_kind("last"):
        cursor.take_kind("working", "calendar")
        if cursor.take_kind("number", "day") and cursor.peek().kind != "month":
            return (0,)
    cursor.position = before
    return None


def _numbered_days(cursor: Cursor) -> tuple[int, ...] | None:
    """«5», «5 и 20», «с 1 по 5» before «числа»; of a range the last day counts."""
    if cursor.take_kind("each") and cursor.peek().kind != "number":
        return None
    found = heads(cursor)
    if found is not None and cursor.take("по", "до"):
        later = heads(cursor)
        found = later if later is not None and len(found) == 1 else None
    if found is None or cursor.take_kind("number") is None:
        return None
    if cursor.tokens[cursor.position - 1].text[0].isdigit():
        return None
    days = tuple(last for _, last in found)
    return days if all(1 <= day <= 31 for day in days) else None


def _unit_ended(cursor: Cursor) -> DayOf | None:
    """What the last day is the last of: a month as elsewhere, or «(отчётного) квартала»."""
    return cursor.attempt(_month_named) or _of_unit(cursor, 0)


def _month_named(cursor: Cursor) -> DayOf | None:
    """The month whose day it is, as a DayOf without days."""
    cursor.take(",")
    if cursor.peek(1).text == "за":
        found = _following(cursor)
        if found is not None:
            cursor.take_kind("month_word")
        return found
    if cursor.take_kind("each"):
        unit = cursor.take_kind("month_word", "quarter", "half", "year")
        if unit is not None and unit.kind == "month_word":
            return _following(cursor) or DayOf((), freq="monthly")
        return DayOf((), freq=_FREQ_OF_UNIT[unit.kind]) if unit else None
    if cursor.take_kind("next", "coming"):
        if not cursor.take_kind("month_word"):
            return None
        return _following(cursor) or DayOf((), month=1, lag=1)
    if cursor.take_kind("reporting", "current"):
        implied = "monthly" if cursor.peek(-1).kind == "reporting" else None
        return DayOf((), implied=implied) if cursor.take_kind("month_word") else None
    month = 0
    if cursor.take_kind("last"):
        month = -1
    else:
        token = cursor.peek()
        if token.kind in ("ordinal", "number") or token.roman:
            first = heads(cursor)
            if first is None or len(first) != 1:
                return None
            month = first[0][0]
    if not cursor.take_kind("month_word"):
        return _following(cursor)
    return _following(cursor, month or 1) or _of_unit(cursor, month)


def _following(cursor: Cursor, month: int = 1) -> DayOf | None:
    """«, следующего за отчётным кварталом»; an unnamed period leaves the frequency open.

    «Второго месяца, следующего за отчётным месяцем» is not read: a lag is one period long.
    """
    reported = cursor.attempt(following_reported)
    if reported is None or month < 0:
        return None
    freq = _FREQ_OF_UNIT.get(reported)
    if freq == "monthly":
        return DayOf((), lag=1, freq=freq) if month == 1 else None
    implied = "monthly" if reported == "bare" and month == 1 else None
    return DayOf((), month=month, lag=1, freq=freq, implied=implied)


def _of_unit(cursor: Cursor, month: int) -> DayOf | None:
    """«месяца», «последнего месяца квартала», «первого месяца следующего квартала»."""
    cursor.take(",")
    cursor.take_kind("each", "reporting", "current")
    is_next = cursor.take_kind("next", "coming") is not None
    unit = cursor.take_kind("quarter", "half", "year", "period")
    if unit is None:
        return DayOf((), month=month) if not is_next else None
    freq = _FREQ_OF_UNIT.get(unit.kind)
    reported = cursor.attempt(following_reported)
    if reported is not None:
        is_same = reported in (unit.kind, "bare", "period")
        return DayOf((), month=month or -1, lag=1, freq=freq) if is_same else None
    return DayOf((), month=month or -1, lag=int(is_next), freq=freq)
