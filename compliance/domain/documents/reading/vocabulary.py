"""The Russian words by which a document is recognised: data, no rules."""

import re
from enum import StrEnum, auto


class ColumnMeaning(StrEnum):
    """What a column of a table holds."""

    NUMBER = auto()
    INDICATOR = auto()
    FACT = auto()
    MAXIMUM = auto()
    FINDING = auto()
    MEASURE = auto()
    FORM = auto()
    DEADLINE = auto()
    RESPONSIBLE = auto()
    EXECUTION = auto()
    ACTUAL_DATE = auto()
    RESULT = auto()
    INSTITUTION = auto()
    SCORE = auto()
    RANK = auto()


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# The first match names the column: a word like "мероприятие" is also in the headers
# "форма реализации мероприятия" and "ответственный за мероприятие".
COLUMN_WORDS: tuple[tuple[ColumnMeaning, re.Pattern[str]], ...] = (
    (ColumnMeaning.NUMBER, _words(r"^(№|n|no|номер)(\s*(п\s*[/.\\]?\s*п\.?|пункта|строки))?\.?$")),
    (ColumnMeaning.RANK, _words(r"\A(?>(?s:.*?)\bместо\b).*рейтинг|^место$|^рейтинг$|\bранг\b")),
    (
        ColumnMeaning.SCORE,
        _words(r"интегральн|\bитоговы\w+ (балл|оценк)|^балл|сумма баллов|общий балл"),
    ),
    (ColumnMeaning.RESPONSIBLE, _words(r"ответственн|исполнител")),
    (ColumnMeaning.ACTUAL_DATE, _words(r"\bфактическ\w+ (срок|дат)")),
    (ColumnMeaning.MAXIMUM, _words(r"максим")),
    (
        ColumnMeaning.FACT,
        _words(r"^факт(ы|ически)?$|\bфактическ\w+ (значен|балл)|^значение показател"),
    ),
    (
        ColumnMeaning.EXECUTION,
        _words(
            r"^(информаци|отметк|сведени|отч[её]т).*(выполнени|исполнени|реализаци)"
            r"|^(фактическ\w+ )?(выполнение|исполнение)\b|о ходе|ход реализаци|реализованные меры"
        ),
    ),
    (ColumnMeaning.DEADLINE, _words(r"\bсрок|\bдата\b|\bпериод\b|периодичность")),
    (ColumnMeaning.FORM, _words(r"\bформ[аы]\b|\bспособ|механизм")),
    (ColumnMeaning.RESULT, _words(r"результат(?!\w* независимой)(?!\w* нок)")),
    (ColumnMeaning.MEASURE, _words(r"мероприят|^меры\b|^действия\b")),
    (ColumnMeaning.FINDING, _words(r"недостат|замечани|выявленн")),
    (ColumnMeaning.INDICATOR, _words(r"показател|основание реализации|критери")),
    (ColumnMeaning.INSTITUTION, _words(r"(учреждени|организаци)\w{0,10}$")),
)

SECTION_TITLE = _words(
    r"^\W*(показатели,? характеризующие|открытость|комфортность|доступность|доброжелательность"
    r"|удовлетвор[её]нность|время ожидания|мероприятия, направленные|раздел\b|критерий\b)"
)
TITLE_START = _words(r"^(план|отч[её]т|рейтинг|показатели|перечень|комплекс|мероприятия|сводн)\b")
REPORT_TITLE = _words(r"^\W*отч[её]т\b|\bотч[её]т о (выполнении|реализации|ходе)")
AGREES = _words(r"^\W*согласован[оаы]?(?!\w)")
APPROVES = _words(r"^\W*утвержд(аю|[её]н|ена|ено|ены)(?!\w)")

MONTHS = {
    "января": 1,
    "февраля": 2,
    "марта": 3,
    "апреля": 4,
    "мая": 5,
    "июня": 6,
    "июля": 7,
    "августа": 8,
    "сентября": 9,
    "октября": 10,
    "ноября": 11,
    "декабря": 12,
}
DATE = _words(
    r"(?<![\d.])(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})(?!\d)"
    r"|[«\"“]?(?<!\d)(?P<day_>\d{1,2})[»\"”]?\s+(?P<name>"
    + "|".join(MONTHS)
    + r")\s+(?P<year_>\d{4})"
)
ANY_DATE = (
    r"(?:\d{1,2}\.\d{1,2}\.\d{4}|[«\"“]?\d{1,2}[»\"”]?\s+(?:" + "|".join(MONTHS) + r")\s+\d{4})"
)
BASIS_ACT = r"(?:протокол|приказ|распоряжени|постановлени|решени)\w*"
BASIS_NUMBER = r"(?:№|N|No\.?)\s*[\w/.\-–]*\w"

# Legal forms as they open the name of one institution: "ГБУ КО «…»", "МКУ «…»".
LEGAL_FORM = re.compile(
    r"\b(?:Ф|О|С|Т|Г|М|К|Р)*(?:ГБУ|ГАУ|ГКУ|МБУ|МАУ|МКУ|БУ|АУ|КУ|АНО|ООО)(?:СОН|СО|З|К)?\b"
    r"|\b(?:(?:област|краев|государствен|муниципаль|федераль)\w+\s+){0,3}"
    r"(?:бюджетн|автономн|казенн|казённ)\w+\s+учреждени\w+",
)
# Authorities: how the word appears inside a sentence → how the organisation calls itself.
AUTHORITIES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b[Дд]епартамент(?:а|у|ом|е)?\b"), "Департамент"),
    (re.compile(r"\b[Мм]инистерств(?:о|а|у|ом|е)\b"), "Министерство"),
    (re.compile(r"\b[Уу]правлени(?:е|я|ю|ем|и)\b"), "Управление"),
    (re.compile(r"\b[Кк]омитет(?:а|у|ом|е)?\b"), "Комитет"),
)
COUNCIL = _words(r"\bобщественн\w+ совет")
HEAD_OF_INSTITUTION = _words(r"\b(директор|заведующ|главн\w+ врач|руководител\w+ учреждени)")
MANY_INSTITUTIONS = _words(r"\b(организациями|организаций|учреждениями|учреждений)\b")

# A responsible party that begins here although there is no comma before it.
PARTY_HEAD = re.compile(
    r"(?:Департамент|Министерство|Управление|Комитет|Администрация|Общественный совет"
    r"|Директор|Руководител[ьи]|Заместител[ьи]|Заведующ(?:ий|ая|ие)"
    r"|Специалисты?)(?!\w)"
)
BY_AGREEMENT = _words(r"(?<!\s)\s*\(\s*по согласованию\s*\)")
ALIAS = _words(r"\(\s*далее\s*(?:по тексту)?\s*[-–—:]\s*(?P<short>[^()]+?)\s*\)")
# "…, осуществляющие …" describes the party before the comma; "заведующие" is a party.
QUALIFIER = _words(
    r"^(?:котор\w+|в том числе"
    r"|(?!заведующ|управляющ|исполняющ)\w+[аяую]щ(?:ий|ие|ая|их|его|ей)(?:ся)?)\b"
)
PERSON = re.compile(
    r"^(?:[А-ЯЁ][а-яё-]+\s+[А-ЯЁ]\.\s?[А-ЯЁ]\.|[А-ЯЁ]\.\s?[А-ЯЁ]\.\s*[А-ЯЁ][а-яё-]+"
    r"|[А-ЯЁ][а-яё-]+\s+[А-ЯЁ][а-яё]+\s+[А-ЯЁ][а-яё]+(?:вич|вна|ична|ьич))$"
)

FINDINGS_LABEL = _words(
    r"^\W*(результаты рассмотрения|выявленные недостатки|недостатки|замечания)\b.*$"
)
MEASURES_LABEL = _words(r"^\W*(планы?\b|предложени[яе]\b|мероприятия\b|рекомендации\b).*$")
