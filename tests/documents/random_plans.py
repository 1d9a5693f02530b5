"""Random plans in random layouts: what a plan says, and a document that says it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from compliance.domain.documents.reading import Source, SourceBuilder, TracedText

MEASURES = (
    """
Обновить информационный стенд в холле|Размещение сведений об услугах на официальном сайте
Проведение анкетирования получателей услуг|Организовать обучение сотрудников
Приобретение кресел для зала ожидания|установить пандус у главного входа
Разработать план-график проверок|Заключить договор на обслуживание лифта
Анализ жалоб и предложений граждан|Проведение родительских собраний в отделениях
Ремонт санитарно-гигиенических помещений|Оборудовать парковку для инвалидов (2 места)
Создание альтернативной версии сайта; проверка её работы|Мониторинг времени ожидания
Выпуск буклетов «Ваши права», «Наши услуги»|Встреча директора с получателями услуг
Подготовка отчёта о выполнении мероприятий плана|Закупка тактильных табличек: 12 штук
Издать приказ о назначении ответственных за работу с обращениями
Контроль за соблюдением сроков предоставления услуг|Совещание по итогам года
Внедрение электронной очереди. Обучение персонала работе с ней.
Информирование населения через газету, радио и социальные сети|День открытых дверей
Повышение квалификации специалистов по программе «Доступная среда» (72 часа)
Проверка сайта 1 раз в неделю|Участие в конкурсе «Лучший центр»|Покраска забора
""".strip()
    .replace("\n", "|")
    .split("|")
)
DEADLINES = (
    """
до 1 июня 2026 г.|май 2026|Постоянно|ежеквартально|01.09.2026|I квартал 2026 года|2026 год
в течение 2026 года|до 25 числа ежемесячно|по мере необходимости|сентябрь|III квартал
не реже 2 раз в год|Ежемесячно|апрель – май|до конца года|1 полугодие 2026 г.|июнь, декабрь
по отдельному плану|в течение 5 рабочих дней со дня обращения|к 15 марта|1 раз в квартал
""".strip()
    .replace("\n", "|")
    .split("|")
)
PARTIES = (
    """
Директор|Заместитель директора|Заведующие отделениями|Методист|Завхоз|Главный бухгалтер
Специалист по кадрам|Юрисконсульт|Психолог|Администратор сайта|Специалист по социальной работе
Иванова А.А.|Отдел кадров|Общественный совет (по согласованию)|Руководители отделений
""".strip()
    .replace("\n", "|")
    .split("|")
)
INDICATORS = (
    """
Полнота информации на стенде|Доля получателей услуг, удовлетворённых условиями
Наличие пандусов|Время ожидания приёма|Доступность для маломобильных групп
Компетентность работников|Укомплектованность специалистами|Версия сайта для слабовидящих
""".strip()
    .replace("\n", "|")
    .split("|")
)
RESULTS = (
    """
Стенд обновлён|Доля довольных выросла до 90%|Очередей нет|обучено 12 человек|Пандус установлен
""".strip()
    .replace("\n", "|")
    .split("|")
)
TITLES = (
    """
Открытость и доступность информации|Комфортность условий предоставления услуг
Доброжелательность и вежливость работников|Удовлетворённость условиями оказания услуг
Мероприятия по обеспечению доступности для инвалидов|Работа с кадрами
Обеспечение безопасности|Повышение квалификации|Иные направления|Информационная работа
""".strip()
    .replace("\n", "|")
    .split("|")
)
HEADERS = {
    "number": ["№", "№ п/п", "NN пп", "п/п", "№№", "№ п.п.", "Номер"],
    "indicator": ["Показатель", "Показатель независимой оценки", "Критерий", "Индикатор"],
    "finding": ["Недостатки", "Выявленные недостатки", "Замечания"],
    "measure": [
        "Мероприятие", "Наименование мероприятия", "Планируемые меры", "Мероприятия по устранению",
        "Наименование", "Содержание работы", "Меры", "Что сделать", "М е р о п р и я т и я",
        "Mеpоприятия", "Меропри-\nятия",
    ],
    "form": ["Форма реализации", "Механизм", "Способ выполнения", "Вид документа"],
    "deadline": [
        "Срок", "Сроки исполнения", "Дата", "Когда", "Время проведения", "Плановый срок реализации",
        "Срок реализации мероприятия", "Cрок", "С р о к", "Периодичность",
    ],
    "responsible": [
        "Ответственный", "Ответственные исполнители", "Кто отвечает", "Исполнитель",
        "Ответственный за выполнение", "Ответствен-\nный", "Ф.И.О. ответственного",
    ],
    "result": ["Ожидаемый результат", "Результат", "Эффект"],
    "note": ["Примечание", "Комментарий"],
}  # fmt: skip
SHARED = ("number", "indicator")
NOTES = ["за счёт дохода", "без затрат", "при наличии средств"]


@dataclass(frozen=True)
class Row:
    """A measure as it was meant."""

    fields: dict[str, str]
    section: str | None
    shares: bool = False  # the number and the indicator of the row above


@dataclass
class RandomPlan:
    """What a document was meant to say, and the document."""

    columns: list[str]
    rows: list[Row] = field(default_factory=list)
    source: Source | None = None
    drawn: list[str] = field(default_factory=list)


def random_plan(seed: int) -> RandomPlan:
    """The plan of this seed."""
    random = Random(seed)
    columns = _columns(random)
    plan = RandomPlan(columns)
    section_style = random.choice(["none", "spanning", "first", "measure", "line", "numbered"])
    sections = [None] if section_style == "none" else random.sample(TITLES, random.randint(2, 3))
    for index, section in enumerate(sections, start=1):
        for number in range(1, random.randint(2, 5)):
            fields = _fields(random, columns)
            if "number" in columns:
                dotted = section is not None and section_style != "line"
                fields["number"] = f"{index}.{number}" if dotted else str(number)
            plan.rows.append(Row(fields, section))
            if "indicator" in columns and random.random() < 0.4:
                plan.rows.append(Row(_fields(random, columns) | _shared(fields), section, True))
    _draw(plan, random, section_style)
    return plan


def _columns(random: Random) -> list[str]:
    columns = ["measure", "deadline", "responsible"]
    for name, chance in (("number", 0.8), ("indicator", 0.3), ("form", 0.2), ("result", 0.3)):
        if random.random() < chance:
            columns.append(name)
    if "indicator" not in columns and random.random() < 0.2:
        columns.append("finding")
    if random.random() < 0.2:
        columns.append("note")
    if random.random() < 0.5:
        order = list(HEADERS)
        return sorted(columns, key=order.index)
    random.shuffle(columns)
    return columns


def _fields(random: Random, columns: list[str]) -> dict[str, str]:
    fields = {
        "measure": random.choice(MEASURES),
        "deadline": random.choice(DEADLINES) if random.random() < 0.93 else "",
        "responsible": ", ".join(random.sample(PARTIES, random.randint(1, 2))),
        "indicator": random.choice(INDICATORS),
        "finding": "Нет: " + random.choice(INDICATORS).lower(),
        "form": random.choice(["приказ", "Договор с подрядчиком", "опрос на сайте"]),
        "result": random.choice(RESULTS) if random.random() < 0.8 else "",
        "note": random.choice(NOTES) if random.random() < 0.5 else "",
    }
    return {name: value for name, value in fields.items() if name in columns and value}


def _shared(fields: dict[str, str]) -> dict[str, str]:
    return {name: fields[name] for name in SHARED if name in fields}


def _draw(plan: RandomPlan, random: Random, section_style: str) -> None:
    builder = SourceBuilder()

    above: list[TracedText] = []

    def row(cells: list[str], *, spanning: bool = False, merged: Sequence[int] = ()) -> None:
        shown = ["^" if index in merged else cell for index, cell in enumerate(cells)]
        plan.drawn.append(" | ".join(shown) + (" (merged)" if spanning else ""))
        given = [above[i] if i in merged else cell for i, cell in enumerate(cells)]
        above[:] = builder.row(given, spanning=spanning)

    def line(words: str) -> None:
        plan.drawn.append(words)
        builder.paragraph(words)

    line("План мероприятий МБУ «Центр» на 2026 год")
    header = [random.choice(HEADERS[name]) for name in plan.columns]
    row(header)
    if random.random() < 0.2 and len(header) > 2:
        row([str(number + 1) for number in range(len(header))])
    wraps, repeats = random.random() < 0.3, random.random() < 0.2
    is_merged, reorders = random.random() < 0.5, random.random() < 0.4
    wraps = wraps and not any(one.shares for one in plan.rows)
    section, index = None, 0
    blank = [""] * len(header)
    for one in plan.rows:
        if one.section != section:
            section, index = one.section, index + 1
            _draw_section(section or "", index, section_style, plan.columns, row, line)
        if repeats and random.random() < 0.3 and not one.shares:
            row(header)
        if reorders and section_style == "line" and index > 1 and not one.shares:
            reorders = False
            order = random.sample(range(len(header)), len(header))
            header = [header[place] for place in order]
            plan.columns = [plan.columns[place] for place in order]
            row(header)
        cells = [one.fields.get(name, "") for name in plan.columns]
        if one.shares:
            merged = [plan.columns.index(name) for name in SHARED if name in plan.columns]
            if is_merged:
                row(cells, merged=merged)
            else:
                row(["" if place in merged else cell for place, cell in enumerate(cells)])
            continue
        for part in _wrapped(cells, plan.columns, random) if wraps else [cells]:
            row([*part, *blank][: len(header)])
    plan.source = builder.build()


def _draw_section(title, index, style, columns, row, line) -> None:  # type: ignore[no-untyped-def]
    cells = [""] * len(columns)
    if style == "line":
        line(f"Раздел {index}. {title}")
    elif style == "spanning":
        row([title, *cells[1:]], spanning=True)
    elif style == "numbered" and "number" in columns:
        cells[columns.index("number")] = str(index)
        cells[columns.index("measure")] = title
        row(cells)
    else:
        place = columns.index("measure") if style == "measure" else 0
        cells[place] = title if style == "measure" else f"{index}. {title}"
        row(cells)


def _wrapped(cells: list[str], columns: list[str], random: Random) -> list[list[str]]:
    """The row cut by the foot of a page: some words of some cells stand in a row of their own."""
    upper, lower = list(cells), [""] * len(cells)
    for index, name in enumerate(columns):
        words = cells[index].split()
        if name in {"measure", "responsible", "indicator", "form"} and len(words) > 2:
            cut = random.randint(1, len(words) - 1)
            upper[index], lower[index] = " ".join(words[:cut]), " ".join(words[cut:])
    return [upper, lower] if any(lower) else [cells]
