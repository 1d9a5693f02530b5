"""The words that deadlines are made of: every form that is read, and what it stands for.

A word has a kind (a part of speech of this small language) and a value. Forms are listed or made
from a stem and its endings, never matched by prefix: "мартен" is not March. Written without "ё".
"""

from typing import Final, NamedTuple


class Lexeme(NamedTuple):
    kind: str
    value: int | str = 0


def words(text: str) -> list[str]:
    """The words of a list written as one line of text, which reads better."""
    return text.split()


def _forms(stem: str, endings: str, also: str = "") -> list[str]:
    """Forms of one word, «_» being the empty ending; and other spellings of it."""
    return [*(stem + ending.replace("_", "") for ending in endings.split()), *also.split()]


_ADJECTIVE = "ый ий ой ая яя ое ее ого его ому ему ым им ом ем ую юю ые ие ых их ыми ими ей"
_MASCULINE = "_ а у ом е ы ов ам ами ах"
_FEMININE = "а ы е у ой ою _ ам ами ах"

_MONTHS: Final = (
    ("янв январ", "ь я ю е ем"), ("фев февр феврал", "ь я ю е ем"), ("мар март", "_ а у е ом"),
    ("апр апрел", "ь я ю е ем"), ("ма", "й я ю е ем"), ("июн", "ь я ю е ем"),
    ("июл", "ь я ю е ем"), ("авг август", "_ а у е ом"), ("сен сент сентябр", "ь я ю е ем"),
    ("окт октябр", "ь я ю е ем"), ("ноя нояб ноябр", "ь я ю е ем"), ("дек декабр", "ь я ю е ем"),
)  # fmt: skip

_WEEKDAYS: Final = (
    "понедельник понедельника понедельнику понедельником понедельникам пн",
    "вторник вторника вторнику вторником вторникам вт",
    "среда среды среду среде средам ср",
    "четверг четверга четвергу четвергом четвергам чт",
    "пятница пятницы пятницу пятнице пятницам пт",
    "суббота субботы субботу субботе субботам сб",
    "воскресенье воскресенья воскресенью воскресеньям вс",
)

_SEASONS: Final = {
    3: "весна весны весну весне весной весенний весеннего весеннем весенние весенних",
    6: "лето лета лету лете летом летний летнего летнем летние летних",
    9: "осень осени осенью осенний осеннего осеннем осенние осенних",
}
"""By first month. Winter spans two years and is left unread."""

_ORDINALS: Final = (
    "перв втор треть четверт пят шест седьм восьм девят десят одиннадцат двенадцат тринадцат"
    " четырнадцат пятнадцат шестнадцат семнадцат восемнадцат девятнадцат двадцат"
)
_CARDINALS: Final = {
    1: "один одного одна одну одной одно одному единожды однократно",
    2: "два две двух двум дважды двукратно", 3: "три трех трем трижды трехкратно",
    4: "четыре четырех четырежды", 5: "пять пяти", 6: "шесть шести", 7: "семь семи",
    8: "восемь восьми", 9: "девять девяти", 10: "десять десяти", 11: "одиннадцать одиннадцати",
    12: "двенадцать двенадцати", 13: "тринадцать тринадцати", 14: "четырнадцать четырнадцати",
    15: "пятнадцать пятнадцати", 16: "шестнадцать шестнадцати", 17: "семнадцать семнадцати",
    18: "восемнадцать восемнадцати", 19: "девятнадцать девятнадцати", 20: "двадцать двадцати",
    30: "тридцать тридцати", 40: "сорок сорока", 50: "пятьдесят пятидесяти",
    60: "шестьдесят шестидесяти", 70: "семьдесят семидесяти", 80: "восемьдесят восьмидесяти",
    90: "девяносто девяноста",
}  # fmt: skip

_NUMERAL_STEMS: Final = {
    "одно": 1, "двух": 2, "трех": 3, "четырех": 4, "пяти": 5, "шести": 6, "семи": 7,
    "восьми": 8, "девяти": 9, "десяти": 10, "двенадцати": 12, "четырнадцати": 14,
    "пятнадцати": 15, "двадцати": 20, "тридцати": 30, "шестидесяти": 60,
}  # fmt: skip
_LENGTH_STEMS: Final = {"дневн": "day", "недельн": "week", "месячн": "month", "годичн": "year"}

_FREQUENCIES: Final = {
    "daily": "ежедневно каждодневно ежесуточно ежедн",
    "weekly": "еженедельно понедельно еженед",
    "monthly": "ежемесячно помесячно ежемес",
    "quarterly": "ежеквартально поквартально ежекв ежекварт",
    "half_yearly": "полугодично",
    "yearly": "ежегодно ежегодн ежег",
}

_CONTINUOUS: Final = (
    "постоянно систематически регулярно непрерывно круглогодично бессрочно периодически пост"
    " повседневно круглосуточно"
)

_PLAIN: Final = {
    "year": _forms("год", "_ а у е ом ы ов ам ах ами", also="г гг году лет"),
    "corresponding": _forms("соответствующ", _ADJECTIVE),
    "fiscal": _forms("финансов", _ADJECTIVE),
    "month_word": _forms("месяц", _MASCULINE + " ев ем", also="мес м-ц м-ца м-це"),
    "quarter": _forms("квартал", _MASCULINE, also="кв кварт кв-л кв-ла кв-ле"),
    "half": _forms("полугоди", "е я ю ем и й ям ях", also="полуг полугод"),
    "half_year": ["полгода", "полугода", "полугоду"],
    "half_of": _forms("половин", "а ы е у ой"),
    "ten_days": _forms("декад", _FEMININE),
    "week": _forms("недел", "я и е ю ей ь ям ях", also="нед"),
    "day": ["день", "дня", "дню", "днем", "дне", "дни", "дней", "дням", "днями", "днях", "дн"],
    "day_and_night": ["сутки", "суток", "сутками"],
    "number": _forms("числ", "о а у е ом ам ах ами", also="чисел"),
    "period": _forms("период", _MASCULINE),
    "term": _forms("срок", _MASCULINE + " и"),
    "plan": _forms("план", _MASCULINE),
    "hour": ["час", "часа", "часов", "часам", "часу", "часом", "ч"],
    "minute": ["минута", "минуты", "минут", "минутам"],
    "stage": [*_forms("этап", _MASCULINE), *_forms("очеред", "ь и ью")],
    "stage_name": [
        form
        for stem in ("подготовительн", "основн", "заключительн", "начальн", "завершающ", "итогов")
        for form in _forms(stem, _ADJECTIVE)
    ],
    "once": [
        *words("разово единовременно единоразово одноразово одномоментно"),
        *_forms("разов", _ADJECTIVE),
    ],
    "times": ["раз", "раза", "разу", "р"],
    "each": _forms("кажд", _ADJECTIVE),
    "whole": ["весь", "всего", "всю", "всей", "все", "всех"],
    "last": _forms("последн", _ADJECTIVE),
    "next": _forms("следующ", _ADJECTIVE),
    "coming": [*_forms("будущ", _ADJECTIVE), *_forms("очередн", _ADJECTIVE)],
    "current": _forms("текущ", _ADJECTIVE, also="сего этого настоящего данного этом тек"),
    "past": [*_forms("прошл", _ADJECTIVE), *_forms("предыдущ", _ADJECTIVE)],
    "calendar": _forms("календарн", _ADJECTIVE, also="кал календ"),
    "working": _forms("рабоч", _ADJECTIVE, also="раб"),
    "reporting": [
        *_forms("отчетн", _ADJECTIVE),
        *_forms("истекш", _ADJECTIVE),
        *_forms("прошедш", _ADJECTIVE),
    ],
    "school": _forms("учебн", _ADJECTIVE, also="уч"),
    "end": [
        *_forms("кон", "ец ца цу цом це"),
        *_forms("окончани", "е я ю ем и"),
        *_forms("завершени", "е я ю ем и"),
        *_forms("истечени", "е я ю ем и"),
    ],
    "results": [*_forms("итог", _MASCULINE), *_forms("результат", _MASCULINE)],
    "onward": ["далее", "затем", "впоследствии", "дальнейшем", "потом"],
    "except": ["кроме", "исключением", "исключая"],
    "basis": _forms("основ", "е а у"), "mode": _forms("режим", "е а ом"),
    "constant": _forms("постоянн", "ой ую ом"),
    "regular": [
        *_forms("систематическ", "ой ом"),
        *_forms("регулярн", "ой ом"),
        *_forms("системн", "ой ом"),
        *_forms("непрерывн", "ой ом"),
    ],
    "established": [
        form
        for stem in (
            "установленн", "определенн", "предусмотренн", "утвержденн", "регламентированн",
            "регламентн", "нормативн", "указанн", "законодательн", "законн",
            "надлежащ", "согласованн", "обозначенн", "отдельн", "заданн",
            "планов", "предписанн", "рекомендованн", "определяем", "устанавливаем",
            "утверждаем", "доведенн",
        )
        for form in _forms(stem, _ADJECTIVE)
    ],
    "immediately": [
        "незамедлительно", "немедленно", "безотлагательно", "сразу", "оперативно", "срочно",
    ],
    "due_course": ["своевременно", "планово"],
    "approximately": [
        "ориентировочно", "примерно", "приблизительно", "предположительно", "предварительно",
        "около", "ориентировочный", "предполагаемый", "ориент",
    ],
    "source": [
        form
        for stem, endings in (
            ("график", _MASCULINE + " и"), ("расписани", "ю е я ем"), ("регламент", _MASCULINE),
            ("программ", _FEMININE), ("решени", "ю ям е я ем"), ("указани", "ю ям е я ем"),
            ("распоряжени", "ю ям е я ем"), ("приказ", _MASCULINE), ("поручени", "ю ям е я ем"),
            ("договор", _MASCULINE), ("контракт", _MASCULINE), ("соглашени", "ю ям е я ем"),
            ("законодательств", "у а ом"), ("закон", _MASCULINE), ("положени", "ю е я ем"),
            ("дорожной", "_"), ("предписани", "ю ям е я ем"), ("постановлени", "ю е я ем"),
            ("письм", "у а ам"), ("циклограмм", "е а ы"), ("план-график", _MASCULINE),
        )
        for form in _forms(stem, endings)
    ],
    "need": [
        form
        for stem, endings in (
            ("необходимост", "и ь ью"), ("надобност", "и ь ью"), ("потребност", "и ь ью ям"),
            ("требовани", "ю я ям и"), ("запрос", _MASCULINE), ("обращени", "ю я ям и"),
            ("заявк", "е ам и а"), ("заявлени", "ю ям и я"), ("факту", "_"),
            ("поступлени", "и ю я"),
            ("возникновени", "и ю я"), ("выявлени", "и ю я"), ("изменени", "и ю я ям"),
            ("обнаружени", "и ю я"), ("возможности", "_"), ("нужд", "е ам"), ("случа", "е ю ях"),
        )
        for form in _forms(stem, endings)
    ],
    "condition_word": ["наличии", "условии", "финансировании", "выделении", "наличие"],
}  # fmt: skip

MONEY: Final = ("средств", "финанс", "бюджет", "ассигнован", "денеж", "денег", "субсид", "лимит")
"""Beginnings of words that make «в случае …» a condition about money, not a need."""

ALIASES: Final = {
    "течении": "течение", "теч": "течение", "втечение": "течение", "втечении": "течение",
    "протяжение": "протяжении", "позже": "позднее", "поздне": "позднее", "во": "в", "ко": "к",
    "со": "с", "нереже": "реже", "соотв": "соответствии", "соответсвии": "соответствии",
    "согл": "согласно", "согласованно": "согласно",
    "включ": "включительно", "вкл": "включительно", "мин": "минимум",
}  # fmt: skip
"""Misspellings, abbreviations and variants of words that the grammar names itself."""

GRAMMAR_WORDS: Final = frozenset(
    words(
        "в во с со к ко на до по не за и а но или из от для при через после перед под про как"
        " что чем мере течение течении протяжении ранее раньше менее реже меньше минимум минимуму"
        " позднее позже более чаще чаше включительно включая также согласно соответствии"
        " согласованию согласования согласование учетом пределах рамках случае дня даты момента"
        " начиная числа вплоть исполнения выполнения реализации проведения число срок сроки план"
        " порядке тот же этот год том следующий девять зимой зима зиму"
    )
)
"""Words the grammar names itself, or that must never be «corrected» into a neighbour."""


def _vocabulary() -> dict[str, Lexeme]:
    found: dict[str, Lexeme] = {}
    for kind, forms in _PLAIN.items():
        for form in forms:
            found.setdefault(form, Lexeme(kind))
    for freq, text in _FREQUENCIES.items():
        found.update((form, Lexeme("freq", freq)) for form in text.split())
        found.update(
            (form, Lexeme("freq_adjective", freq))
            for adverb in text.split()[:1]
            for form in _forms(adverb[:-1], "ой ом")
        )
    found.update((form, Lexeme("continuous")) for form in _CONTINUOUS.split())
    for number, (stems, endings) in enumerate(_MONTHS, start=1):
        *short, stem = stems.split()
        for form in [*short, *_forms(stem, endings)]:
            found[form] = Lexeme("month", number)
    for number, text in enumerate(_WEEKDAYS, start=1):
        found.update((form, Lexeme("weekday", number)) for form in text.split())
    for month, text in _SEASONS.items():
        found.update((form, Lexeme("season", month)) for form in text.split())
    for number, text in _CARDINALS.items():
        found.update((form, Lexeme("cardinal", number)) for form in text.split())
    found.update(_ordinals())
    found.update(_lengths())
    return found


def _ordinals() -> dict[str, Lexeme]:
    """первый … двадцатый, тридцатый; their neuter -е and -ье as in «первое сентября»."""
    found: dict[str, Lexeme] = {}
    for number, stem in [*enumerate(_ORDINALS.split(), start=1), (30, "тридцат")]:
        endings = "я е его ему ем ей ю и их им" if stem == "треть" else _ADJECTIVE
        found.update((form, Lexeme("ordinal", number)) for form in _forms(stem, endings))
    found["третий"] = Lexeme("ordinal", 3)
    return found


def _lengths() -> dict[str, Lexeme]:
    """дневный, месячный, трехдневный, двухнедельный …: (number of units) and the unit."""
    found: dict[str, Lexeme] = {}
    for stem, unit in _LENGTH_STEMS.items():
        for form in _forms(stem, _ADJECTIVE):
            found[form] = Lexeme("length", f"{unit}:1")
            for numeral, number in _NUMERAL_STEMS.items():
                found[numeral + form] = Lexeme("length", f"{unit}:{number}")
    for form in _forms("суточн", _ADJECTIVE):
        found[form] = Lexeme("length", "day:1")
    return found


VOCABULARY: Final = _vocabulary()
