"""People's names as papers write them: initials and the surname."""

from __future__ import annotations

import re

_PATRONYMIC = re.compile(r"(?:вич|вна|ична|инична|ьич|оглы|кызы)$", re.IGNORECASE)


def with_initials(full_name: str) -> str:
    """ "И. О. Фамилия" of three full words; any other name as it is, since its order is unknown.

    >>> with_initials("Советов Семён Ильич")
    'С. И. Советов'
    >>> with_initials("Анна-Мария Сергеевна Лист-Белова")
    'А.-М. С. Лист-Белова'
    >>> with_initials("Иванов Иван")
    'Иванов Иван'
    >>> with_initials("Советов С.И.")
    'Советов С.И.'
    """
    words = full_name.split()
    if len(words) != 3 or any("." in word for word in words):
        return full_name
    if _PATRONYMIC.search(words[2]):
        surname, *given = words
    elif _PATRONYMIC.search(words[1]):
        *given, surname = words
    else:
        return full_name
    return " ".join([*map(_initial, given), surname])


def _initial(name: str) -> str:
    return "-".join(f"{part[:1].upper()}." for part in name.split("-"))
