"""What could prove a measure, read from its words: a suggestion that a person confirms or not.

The words of the seed documents, as people write them: «Разместить на сайте», «Провести обучение».
Nothing takes a suggestion for a choice: a measure has no proof until somebody has chosen one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from compliance.domain.folding import folded

BETWEEN = r"\w*\b.{0,200}?\b"  # from what is done to where or with what


@dataclass(frozen=True, slots=True)
class Sign:
    """Words that tell of one kind of proof; folded, as regular expressions."""

    kind: str
    pattern: re.Pattern[str]


def _sign(kind: str, *words: str) -> Sign:
    return Sign(kind, re.compile(r"\b(?:" + "|".join(words) + ")"))


_MADE = "(?:созда|сдела|разработ|размест|размещ|опублик|публик|обновл|актуализ|поддерж|веден)"
_SITE = (
    r"(?:\w*сайт|портал|интернет|социальных сет|соцсет|страниц|bus\.gov|сми\b|средств\w* массов)"
)
_BOARD = "(?:стенд|общедоступн|холл|вывеск|табличк)"
_LEAFLETS = "(?:брошюр|памятк|памяток|буклет|листов)"
_BUILT = (
    "(?:установ|монтаж|смонтир|оборудова|оснаст|оснащ|ремонт|отремонтир|замен|благоустр|приобре"
    "|закуп|покраск|нанес)"
)

SIGNS: tuple[Sign, ...] = (
    _sign("link", _MADE + BETWEEN + _SITE, _SITE, "дистанционн", "электронн"),
    _sign("number", f"(?:разработ|изготов|распростран|печат){BETWEEN}{_LEAFLETS}", _LEAFLETS),
    _sign("photo", f"(?:размест|размещ|обновл|актуализ|оформ|установ){BETWEEN}{_BOARD}", "стенд"),
    _sign("photo", _BUILT, "пандус", "поручн", "кнопк\\w* вызов"),
    _sign(
        "number", "анкетиров", "опрос", "удовлетворенн", "сократить", "сокращен", "снизить",
        "увелич", "дол[яюи]\\b", "охват",
    ),
    _sign(
        "document", "обуч", "квалификац", "переподготов", "переобуч", "стажиров", "курс[ыоа]",
        "семинар", "совещан", "собрани", "инструктаж", "лекци", "тренинг", "заняти", "аттестац",
    ),
    _sign(
        "document", "анализ", "проанализ", "мониторинг", "контрол", "провер", "рассмотр",
        "разработ", "утверд", "утвержд", "приказ", "положени[ея]\\b", "журнал", "график",
        "заключ\\w* (?:договор|соглашен)", "договор",
    ),
)  # fmt: skip
"""The kinds with their words; of two that begin at one place the earlier sign counts."""


def suggested(*texts: str) -> str:
    """The kind of proof that the words suggest, those of the first text that has telling ones.

    What is said first counts: an analysis of surveys is proved by a document. Empty: no suggestion.

    >>> suggested("Разместить отчёт на сайте"), suggested("Провести обучение"), suggested("Усилить")
    ('link', 'document', '')
    """
    return next((kind for text in texts if (kind := _read(text))), "")


def _read(text: str) -> str:
    words = " ".join(folded(text).split())
    hits = [(one.pattern.search(words), one.kind) for one in SIGNS]
    found = [(hit.start(), kind) for hit, kind in hits if hit]
    return min(found, key=lambda one: one[0])[1] if found else ""
