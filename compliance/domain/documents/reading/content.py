"""What the text of a cell looks like when its column cannot be trusted: a date, a post, prose."""

import re
from functools import lru_cache

from compliance.domain.documents.reading.text import TracedText
from compliance.domain.folding import folded

_MONTH = r"(январ|феврал|март|апрел|ма[йяе]\b|июн|июл|август|сентябр|октябр|ноябр|декабр)\w*"
_OFTEN = (
    r"(еже(дневно|недельно|месячно|квартально|годно|часно)|постоянно|регулярно|систематически"
    r"|незамедлительно|однократно|единовременно|бессрочно|круглогодично|по мере \w+"
    r"|по необходимости|по (отдельному )?(плану|графику)|весь период)"
)
_YEAR = r"(19|20)\d\d"
DEADLINE = re.compile(
    rf"^\W*((до|к|не позднее|с|со|в срок|в срок до|по|за|на|до конца)\s+)*"
    rf"({_OFTEN}|\d{{1,2}}[.]\d{{1,2}}[.]{_YEAR}|\d{{1,2}}[.]\d{{2}}[.]\d\d\b|\d{{1,2}}[.]{_YEAR}"
    rf"|{_YEAR}[-./]\d\d[-./]\d\d"
    rf"|[\"«]?\d{{1,2}}[\"»]?\s+{_MONTH}|{_MONTH}|{_YEAR}\s*([-–—]\s*{_YEAR}\s*)?(г|$)"
    rf"|[1-4ivx]+[- ]?(й|ой|ый|ого)?\s*(-\s*[1-4iv]+\s*)?(кв|квартал|полугод)|(конец|начало) \w+"
    rf"|(перв|втор|трет|четверт)\w+ (квартал|полугоди)"
    rf"|в\s+(течени[еи]|установленн|указанн|период|срок|{_YEAR})|согласно "
    rf"|не (реже|менее|позднее|чаще)"
    rf"|(один|два|три|1|2|3|4|\d+)\s*(раз|р\.)|раз в |течение |в\s+{_MONTH}|в\s+[1-4iv]+\s*кв"
    rf"|январ|весь (год|период)|(весна|лето|осень|зима)\b|\d+[- ](й|е) квартал)"
)
LONGEST_DEADLINE = 160
VALUE = re.compile(r"^\s*\d{1,4}(?:[.,]\s?\d{1,3})?\s*+%?\s*+$")
POST = re.compile(
    r"^\W*((и\. ?о\.|врио|вр\. ?и\. ?о\.|главн\w+|старш\w+|ведущ\w+|перв\w+"
    r"|исполняющ\w+ обязанности)\s+)*"
    r"(директор|руковод|заместител|заведующ|зам\b|зам\.|специалист|ответственн\w+|начальник|бухгалтер"
    r"|юрист|юрисконсульт|завхоз|методист|психолог|администратор|инженер|врач|медсестра|медицинск"
    r"|министерств|департамент|управлени[ея]\b|комитет|администраци|отдел|учреждени|организаци"
    r"|общественн\w+ совет|социальн\w+ работник|воспитател|культорганизатор|инструктор|секретар"
    r"|комисси|рабочая групп|сектор|служба|программист|делопроизводител|экономист|председател"
    r"|сотрудник|персонал|работник|педагог|логопед|дефектолог|библиотекар|кадровик|менеджер"
    r"|коллектив|совет\b|попечительск|контрактн\w+ управляющ|куратор|координатор|повар|кладовщик)"
)
PERSON_NAME = re.compile(
    r"^\W*[А-ЯЁ][а-яё-]+\s+[А-ЯЁ]\.\s?([А-ЯЁ]\.)?\W*$|^\W*[А-ЯЁ]\.\s?([А-ЯЁ]\.\s?)?[А-ЯЁ][а-яё-]+\W*$"
)
GOES_ON = re.compile(r"^\s*(?:[a-zа-яё(«\"“,;]|\d+[ %](?![.)]))")
ACTION = re.compile(
    r"^\W*+(?:[а-я][а-я-]*+(?:(?<=ть)|(?<=ти)|(?<=чь)|(?<=ться)|(?<=тись))|(провед|обеспеч|размещ|обновл|организ|анализ|разработ|контрол"
    r"|актуализ|повыш|приобрет|установ|созда|осуществл|информир|мониторинг|обуч|ремонт|оборудов"
    r"|расшир|совершенств|внедр|максимальн|активиз|проверк|подготов|назнач|заключ|закуп|изготовл"
    r"|оказан|участ|учет|своевременн|систематическ|изуч|оформл|ведени|соблюд|поддерж|улучш|выполн"
    r"|ежемесячн\w+ (мониторинг|анализ)|постоянн\w+ (мониторинг|контроль))\w*)"
)
INDICATOR = re.compile(
    r"^\W*(доля|количество|число|удельный вес|процент|наличие|полнота|результативность|среднее"
    r"|средний|время|уровень|укомплектованность|доступность|открытость|степень|оценка|показатель"
    r"|удовлетворенность|соответствие|компетентность|доброжелательность|вежливость|комфортность)\b"
)


def is_deadline(cell: TracedText) -> bool:
    """Whether the cell is a time or a frequency and little else."""
    return len(cell.value) <= 2 * LONGEST_DEADLINE and _is_deadline(cell.value)


@lru_cache(maxsize=4096)
def _is_deadline(value: str) -> bool:
    words = " ".join(folded(value).split())
    return len(words) <= LONGEST_DEADLINE and bool(DEADLINE.match(words))


def is_value(cell: TracedText) -> bool:
    """Whether the cell is one number."""
    return bool(VALUE.match(cell.value))


def is_party(cell: TracedText) -> bool:
    """Whether the cell begins with a post, a body or a person's name."""
    words = str(cell)
    return bool(POST.match(folded(words)) or PERSON_NAME.match(words))


def is_prose(cell: TracedText) -> bool:
    """Whether the cell has words enough to be no number and no sign."""
    return sum(sign.isalpha() for sign in cell.value) > 3


def is_action(cell: TracedText) -> bool:
    """Whether the cell says what to do."""
    return bool(ACTION.match(folded(str(cell))))


def is_indicator(cell: TracedText) -> bool:
    """Whether the cell says what is measured."""
    return bool(INDICATOR.match(folded(str(cell))))


def begins_low(cell: TracedText) -> bool:
    """Whether the cell goes on in the middle of a sentence: no capital, no sign of a list."""
    return goes_on(cell.value)


def goes_on(words: str) -> bool:
    """Whether the words go on in the middle of a sentence."""
    return bool(GOES_ON.match(words))
