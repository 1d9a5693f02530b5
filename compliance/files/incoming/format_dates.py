"""Days and times as a number format shows them, in Russian."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from compliance.files.incoming.format_sections import Section, Token, literal, sections_of

MONTHS = (
    "январь", "февраль", "март", "апрель", "май", "июнь",
    "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
)  # fmt: skip
OF_MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip
DAYS = (
    "понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье",
)  # fmt: skip
SHORT_DAYS = ("Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс")

LAST_SERIAL = 2_958_466  # the day after 31.12.9999
_RUN = re.compile(r"(.)\1*", re.DOTALL)


def _moment(value: float, *, since_1904: bool = False) -> datetime | None:
    days = value + 1462 if since_1904 else value
    if not 0 <= days < LAST_SERIAL:
        return None
    first = datetime(1899, 12, 31) if days < 60 else datetime(1899, 12, 30)
    return first + timedelta(seconds=round(days * 86_400_000) / 1000)


def shown_date(value: float, section: Section, since_1904: bool) -> str | None:
    """The day and time that a serial number stands for; None outside the calendar."""
    tokens = _spelled_out(section.tokens)
    when = _moment(value, since_1904=since_1904)
    if when is None:
        return None
    if not any(token.kind == "elapsed" or token.text[0] in "s." for token in tokens):
        when += timedelta(milliseconds=500)
    names_day = any(token.kind == "date" and token.text in {"d", "dd"} for token in tokens)
    half = any(token.kind == "half" for token in tokens)
    out = []
    for index, token in enumerate(tokens):
        if token.kind == "date":
            out.append(_part(token.text, when, names_day=names_day, half=half))
        elif token.kind == "elapsed":
            out.append(_elapsed(token.text, value))
        elif token.kind == "half":
            out.append("AM" if when.hour < 12 else "PM")
        elif token.kind == "digits":
            is_fraction = index and tokens[index - 1].text == "."
            out.append(f"{when.microsecond // 1000:03}"[: len(token.text)] if is_fraction else "")
        else:
            out.append(literal(token))
    return "".join(out).strip()


def _spelled_out(tokens: tuple[Token, ...]) -> list[Token]:
    """Letters cut into runs, and minutes told from months: those beside hours or seconds."""
    system = next((token.text for token in tokens if token.kind == "system"), None)
    if system:
        tokens = sections_of(system)[0].tokens
    cut: list[Token] = []
    for token in tokens:
        if token.kind == "date":
            cut += [Token("date", run[0].lower()) for run in _RUN.finditer(token.text.lower())]
        else:
            cut.append(token)
    times = [
        index
        for index, token in enumerate(cut)
        if token.kind == "elapsed" or (token.kind == "date" and token.text[0] in "hms")
    ]
    for before, here, after in zip([None, *times], times, [*times[1:], None], strict=False):
        if cut[here].kind == "date" and cut[here].text in {"m", "mm"}:
            follows = before is not None and cut[before].text[0] == "h"
            leads = after is not None and cut[after].text[0] == "s"
            if follows or leads:
                cut[here] = Token("date", cut[here].text.replace("m", "n"))
    return cut


def _part(letters: str, when: datetime, *, names_day: bool, half: bool) -> str:
    size = len(letters)
    match letters[0]:
        case "y":
            return f"{when.year % 100:02}" if size < 3 else f"{when.year:04}"
        case "d":
            names = {3: SHORT_DAYS, 4: DAYS}.get(min(size, 4))
            return names[when.weekday()] if names else str(when.day).zfill(size)
        case "h":
            hour = (when.hour % 12 or 12) if half else when.hour
            return str(hour).zfill(min(size, 2))
        case "n":
            return str(when.minute).zfill(size)
        case "s":
            return str(when.second).zfill(min(size, 2))
        case "m":
            return _month(size, when.month - 1, names_day=names_day)
    return letters


def _month(size: int, index: int, *, names_day: bool) -> str:
    if size < 3:
        return str(index + 1).zfill(size)
    if size == 3:
        return MONTHS[index][:3] if not names_day else OF_MONTHS[index][:3]
    if size == 5:
        return MONTHS[index][0].upper()
    return OF_MONTHS[index] if names_day else MONTHS[index]


def _elapsed(letters: str, value: float) -> str:
    seconds = round(value * 86_400)
    unit = {"h": 3600, "m": 60, "s": 1}[letters[0]]
    return str(seconds // unit).zfill(len(letters))
