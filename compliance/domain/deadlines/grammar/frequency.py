"""The grammar of recurrence: how often, on which weekdays, in which months not."""

from typing import Final

from compliance.domain.deadlines.grammar.cursor import Cursor, number
from compliance.domain.deadlines.grammar.nodes import AtMost, Except, Frequency
from compliance.domain.deadlines.grammar.vocabulary import words

_FREQ_OF_MONTHS: Final = {1: "monthly", 3: "quarterly", 6: "half_yearly", 12: "yearly"}
_FREQ_OF_DAYS: Final = {1: "daily", 7: "weekly"}
_MONTHS: Final = {"month_word": 1, "quarter": 3, "half": 6, "half_year": 6, "year": 12}
_DAYS: Final = {"day": 1, "day_and_night": 1, "week": 7}

FREQ_OF_UNIT: Final = {
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
    """«не менее одного, но не более двух раз»: «раз» follows only the second number."""
    before = cursor.position
    cursor.take(",")
    cursor.take("но", "и", "а")
    found = cursor.attempt(at_most)
    cursor.position = before
    return found is not None


def at_most(cursor: Cursor) -> AtMost | None:
    """«не чаще 1 раза в месяц», «не более 2 раз в год»: an upper limit, not a duty."""
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
    """Skip words that only say that the end of the unit is meant, which is the rule anyway."""
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
    return Frequency(FREQ_OF_UNIT[unit.kind])


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
