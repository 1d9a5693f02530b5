"""People's names as papers write them: initials and the surname."""

from __future__ import annotations

import re
from collections import Counter

from compliance.domain.folding import name_key

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


def is_named(full_name: str, words: str) -> bool:
    """Whether the words of a paper name the person, in full or by surname and initials.

    >>> is_named("Иванова Анна Ильинична", "директор Иванова А.И.")
    True
    >>> is_named("Петрова Вера Павловна", "директор Иванова А.И.")
    False
    """
    there = Counter(name_key(words).split())
    forms = (Counter(name_key(one).split()) for one in (full_name, with_initials(full_name)))
    return any(form and form <= there for form in forms)


def has_surname(full_name: str, words: str) -> bool:
    """Whether the words have the person's surname, and no initials beside it that could differ.

    >>> has_surname("Иванова Анна Ильинична", "директор Иванова")
    True
    >>> has_surname("Иванова Анна Ильинична", "директор Иванова В.П.")
    False
    """
    surname = name_key(with_initials(full_name)).split()[-1:]
    there = name_key(words).split()
    if with_initials(full_name) == full_name or surname[0] not in there:
        return False
    place = there.index(surname[0])
    beside = there[max(0, place - 1) : place] + there[place + 1 : place + 2]
    return all(len(word) > 1 for word in beside)


def _initial(name: str) -> str:
    return "-".join(f"{part[:1].upper()}." for part in name.split("-"))
