"""The Russian words of a table of people: headings, kinds of organisations, roles."""

from __future__ import annotations

from difflib import get_close_matches

from compliance.domain.folding import name_key

ORGANISATIONS, PEOPLE = "organisations", "people"

# Sheet → how its name begins.
SHEETS = {ORGANISATIONS: ("организац", "учрежден"), PEOPLE: ("люди", "сотрудник", "работник")}

# Sheet → field → its headings; the template has the first.
HEADINGS: dict[str, dict[str, tuple[str, ...]]] = {
    ORGANISATIONS: {
        "name": ("Наименование", "Полное наименование", "Организация", "Учреждение"),
        "short_name": ("Краткое наименование", "Сокращенное наименование"),
        "kind": ("Вид", "Вид организации", "Тип"),
        "parent": ("Входит в", "Вышестоящая организация", "Подчиняется"),
        "rating_group": ("Группа рейтинга", "Группа"),
        "municipality": ("Муниципалитет", "Муниципальное образование", "Территория"),
        "website": ("Сайт", "Адрес сайта"),
        "time_zone": ("Часовой пояс",),
    },
    PEOPLE: {
        "full_name": ("Фамилия, имя, отчество", "ФИО", "Ф.И.О."),
        "email": ("Электронная почта", "Адрес электронной почты", "E-mail", "Почта"),
        "login": ("Логин", "Имя для входа"),
        "organisation": ("Организация", "Учреждение"),
        "role": ("Роль",),
        "post": ("Должность",),
        "starts_on": ("Работает с", "С", "Дата начала"),
        "ends_on": ("Работает по", "По", "Дата окончания"),
    },
}
REQUIRED = {ORGANISATIONS: ("name", "kind"), PEOPLE: ("full_name", "email", "organisation", "role")}

KINDS = {
    "ministry": ("Министерство", "Департамент", "Орган власти"),
    "institution": ("Учреждение",),
    "council": ("Общественный совет", "Совет"),
}
ROLES = {
    "executor": ("Ответственный исполнитель", "Исполнитель"),
    "director": ("Руководитель учреждения", "Директор", "Руководитель"),
    "coordinator": ("Куратор",),
    "inspector": ("Проверяющий", "Инспектор"),
    "head": ("Руководитель органа власти", "Министр"),
    "council": ("Член общественного совета", "Член совета"),
    "hr": ("Кадры и премирование", "Кадры"),
    "administrator": ("Администратор",),
}
LONGEST_GUESSED = 150  # characters
EXAMPLE = "Пример:"  # a row whose first cell begins so is an example and is not stored


def code_of(text: str, words: dict[str, tuple[str, ...]]) -> str | None:
    """The code that a word stands for, None for an unknown word.

    >>> code_of("КУРАТОР ", ROLES), code_of("куратр", ROLES)
    ('coordinator', None)
    """
    wanted = name_key(text)
    for code, names in words.items():
        if any(name_key(name) == wanted for name in names):
            return code
    return None


def nearest(text: str, names: dict[str, str]) -> str:
    """The name most like the text, or an empty string; `names` by their `name_key`.

    >>> nearest("Куратр", {"куратор": "Куратор"})
    'Куратор'
    """
    found = get_close_matches(name_key(text[:LONGEST_GUESSED]), names, n=1, cutoff=0.75)
    return names[found[0]] if found else ""


ROLE_NAMES = {name_key(name): names[0] for names in ROLES.values() for name in names}
KIND_NAMES = {name_key(name): names[0] for names in KINDS.values() for name in names}
