"""The canonical Russian phrase of an understood deadline: `print_deadline`, inverse of reading."""

from collections.abc import Callable
from typing import Final

from compliance.domain.calendar.periods import Period, month_end
from compliance.domain.deadlines.grammar.vocabulary import words
from compliance.domain.deadlines.parts import (
    AS_NEEDED,
    CONTINUOUS,
    DATE,
    EXTERNAL,
    MINIMUM_FREQUENCY,
    PERIOD,
    RECURRING,
    RELATIVE,
    UNREAD,
    DeadlinePart,
)
from compliance.domain.deadlines.reader import Deadline

_MONTHS_GENITIVE: Final = words(
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"
)
_MONTHS_AT: Final = words(
    "январе феврале марте апреле мае июне июле августе сентябре октябре ноябре декабре"
)
_ROMAN: Final = ("I", "II", "III", "IV")
_ADVERBS: Final = {
    "daily": "ежедневно", "weekly": "еженедельно", "monthly": "ежемесячно",
    "quarterly": "ежеквартально", "half_yearly": "каждое полугодие", "yearly": "ежегодно",
}  # fmt: skip
_PER: Final = {
    "daily": "в день", "weekly": "в неделю", "monthly": "в месяц", "quarterly": "в квартал",
    "half_yearly": "в полугодие", "yearly": "в год",
}  # fmt: skip
_UNITS: Final = {
    "quarterly": ("квартала", "кварталом"), "half_yearly": ("полугодия", "полугодием"),
    "yearly": ("года", "годом"), "monthly": ("месяца", "месяцем"),
}  # fmt: skip
_ORDINALS: Final = words(
    "первого второго третьего четвертого пятого шестого седьмого восьмого девятого десятого"
    " одиннадцатого двенадцатого"
)
_WEEKDAYS: Final = words("понедельникам вторникам средам четвергам пятницам субботам воскресеньям")
_LENGTHS: Final = {
    "working_days": ("рабочий день", "рабочих дня", "рабочих дней", "рабочего дня"),
    "calendar_days": (
        "календарный день", "календарных дня", "календарных дней", "календарного дня"
    ),
    "months": ("месяц", "месяца", "месяцев", "месяца"),
    "days": ("день", "дня", "дней", "дня"),
}  # fmt: skip
"""«за» one, two, five of them; «в течение» one."""


def print_deadline(deadline: Deadline) -> str:
    """The phrase that reads as the same parts and condition; of an unread one, the text itself.

    >>> from compliance.domain.deadlines.reader import read_deadline
    >>> print_deadline(read_deadline("1-ый кв. 2026г", Period.of_years(2026)))
    'I квартал 2026 г.'
    """
    if any(part.kind == UNREAD for part in deadline.parts):
        return deadline.text
    printed = [_PRINTERS[part.kind](part) for part in deadline.parts]
    if deadline.condition is None:
        return "; ".join(printed)
    if _is_condition_only(deadline):
        return deadline.condition
    return f"{'; '.join(printed)}; {deadline.condition}"


def _is_condition_only(deadline: Deadline) -> bool:
    """Whether the only part is there for the condition: «при наличии финансирования»."""
    bare = {AS_NEEDED: DeadlinePart(AS_NEEDED), EXTERNAL: DeadlinePart(EXTERNAL)}
    is_agreement = (deadline.condition or "").lower().startswith("по согл")
    expected = bare[EXTERNAL if is_agreement else AS_NEEDED]
    return deadline.parts == (expected,)


def _date(part: DeadlinePart) -> str:
    return f"до {part.end:%d.%m.%Y}" if part.end else ""


def _period(part: DeadlinePart) -> str:
    if part.start is None or part.end is None:
        return ""
    days = Period(part.start, part.end)
    return _unit_name(days) or _from_to(days)


def _from_to(days: Period) -> str:
    return f"с {days.start:%d.%m.%Y} по {days.end:%d.%m.%Y}"


def _unit_name(days: Period) -> str | None:
    """«2026 г.», «2017–2018 гг.», «II квартал 2026 г.», «I полугодие 2026 г.», or None."""
    first, last = days.start, days.end
    if first.day != 1 or last != month_end(last.year, last.month):
        return None
    if (first.month, last.month) == (1, 12):
        years = f"{first.year} г." if first.year == last.year else f"{first.year}–{last.year} гг."
        return years
    if first.year != last.year:
        return None
    length = last.month - first.month + 1
    if length == 3 and last.month % 3 == 0:
        return f"{_ROMAN[last.month // 3 - 1]} квартал {last.year} г."
    if length == 6 and last.month % 6 == 0:
        return f"{_ROMAN[last.month // 6 - 1]} полугодие {last.year} г."
    return None


def _within(part: DeadlinePart) -> str:
    """« в течение 2026 г.»: where a part that repeats begins and ends."""
    if part.start is None or part.end is None:
        return ""
    days = Period(part.start, part.end)
    is_years = (days.start.month, days.start.day, days.end.month, days.end.day) == (1, 1, 12, 31)
    return f" в течение {_unit_name(days)}" if is_years else f" {_from_to(days)}"


def _continuous(part: DeadlinePart) -> str:
    return f"постоянно{_within(part)}"


def _recurring(part: DeadlinePart) -> str:
    return f"{_how_often(part)}{_on_which_day(part)}{_within(part)}"


def _how_often(part: DeadlinePart) -> str:
    times = part.times or 1
    minimum = "не менее " if part.kind == MINIMUM_FREQUENCY else ""
    count = f"{minimum}{times} {_times_word(times, bool(minimum))}"
    if part.freq is None:
        if part.amount is None:
            return count
        return f"{count} в {_counted(part.amount, 'months' if part.unit == 'months' else 'days')}"
    if times == 1 and not minimum:
        return _ADVERBS[part.freq]
    return f"{count} {_PER[part.freq]}"


def _times_word(count: int, is_genitive: bool) -> str:
    """«2 раза», «5 раз»; after «не менее» «2 раз», «21 раза»."""
    return "раза" if _form(count) == (0 if is_genitive else 1) else "раз"


def _form(count: int) -> int:
    """0 of what is counted like one (1, 21), 1 like two (3, 24), 2 like five (11, 14, 20)."""
    if count % 10 == 1 and count % 100 != 11:
        return 0
    return 1 if count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14) else 2


def _on_which_day(part: DeadlinePart) -> str:
    if part.freq is None:
        return ""
    if part.weekday is not None:
        return f" по {_WEEKDAYS[part.weekday - 1]}"
    if part.amount is not None:
        length = _length(part.amount, part.unit)
        if part.lag_periods:
            return f" в течение {length} после окончания отчетного периода,"
        unit = _UNITS[part.freq][0]
        return f" до {part.amount} рабочего дня каждого {unit}"
    if part.freq == "yearly" and part.month is not None:
        return _of_year(part, part.month)
    if part.day is None:
        return ""
    return f" до {part.day} числа{_of_month(part, part.freq)}"


def _of_year(part: DeadlinePart, month: int) -> str:
    lag = " года, следующего за отчетным" if part.lag_periods else ""
    if part.day is None:
        return f" в {_MONTHS_AT[month - 1]}{lag}"
    return f" до {part.day} {_MONTHS_GENITIVE[month - 1]}{lag}"


def _of_month(part: DeadlinePart, freq: str) -> str:
    unit, of_unit = _UNITS[freq]
    if freq == "monthly":
        return " месяца, следующего за отчетным месяцем" if part.lag_periods else ""
    month = f" {_ORDINALS[(part.month or 1) - 1]} месяца"
    if part.lag_periods:
        return f"{month}, следующего за отчетным {of_unit}"
    return f"{month} {unit}"


def _length(amount: int, unit: str | None) -> str:
    """After «в течение»: «1 рабочего дня», «2 рабочих дней», «21 рабочего дня»."""
    forms = _LENGTHS[unit or "calendar_days"]
    return f"{amount} {forms[3] if _form(amount) == 0 else forms[2]}"


def _counted(amount: int, unit: str | None) -> str:
    """After «за» and «раз в»: «1 месяц», «2 месяца», «5 месяцев»."""
    return f"{amount} {_LENGTHS[unit or 'calendar_days'][_form(amount)]}"


def _relative(part: DeadlinePart) -> str:
    amount = part.amount or 0
    if amount < 0:
        return f"за {_counted(-amount, part.unit)} до {part.anchor}"
    since = f" со дня {part.anchor}" if part.anchor else ""
    if amount == 0:
        return f"в день {part.anchor}" if part.anchor else "незамедлительно"
    return f"в течение {_length(amount, part.unit)}{since}"


def _external(part: DeadlinePart) -> str:
    return part.anchor or "в установленные сроки"


def _as_needed(part: DeadlinePart) -> str:
    anchor = part.anchor or "по мере необходимости"
    return f"{anchor}{_within(part)}"


_PRINTERS: Final[dict[str, Callable[[DeadlinePart], str]]] = {
    DATE: _date,
    PERIOD: _period,
    RECURRING: _recurring,
    MINIMUM_FREQUENCY: _recurring,
    CONTINUOUS: _continuous,
    RELATIVE: _relative,
    EXTERNAL: _external,
    AS_NEEDED: _as_needed,
}
