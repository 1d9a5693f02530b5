"""Numbers that a report states in prose, as suggestions: (name, value, of, unit)."""

import re
from collections.abc import Iterator

from compliance.domain.documents.reading.document import NumericFact

NUMBER = (
    r"(?<![\w.,/№-])(?:\d{1,3}(?:[ \u00a0]\d{3})+|\d{1,9})"
    r"(?:,\d{1,6}|\.\d{1,2}(?!\d|\.))?(?![\d.]*\d)"
)
UNIT = r"(?!г\b|год|лет\b|ст\b|из\b)[а-яё]{2,}"
DONE = (
    r"(?:[а-яё]+(?:ено|ано|ято|ело|ито|ыто|ало|овало|ались|ились|ило)|всего|сумму|составил[аои]?)"
)
FACT = re.compile(
    rf"(?:(?P<dash>[-–—])\s*|\b(?P<done>{DONE})\s+(?:более |около |свыше |порядка )?"
    rf"|(?P<list>,|\sи)\s+)"
    rf"(?P<value>{NUMBER})(?:\s+из\s+(?P<of>{NUMBER}))?(?:\s*(?P<unit>%|{UNIT}))?",
    re.IGNORECASE,
)
CLAUSES = re.compile(r"[;\n]|[.]\s+(?=[А-ЯЁ])|:\s")
IDLE = re.compile(r"^(?:постоянно|в течение|на|и|а также|из них|в том числе)\s+", re.IGNORECASE)
LONGEST_PROSE, LONGEST_NAME = 20_000, 200  # characters


def numeric_facts(prose: str) -> tuple[NumericFact, ...]:
    """
    >>> numeric_facts("публикации – 19; опрошено 716 из 719 человек")
    (NumericFact(name='публикации', value=19.0, of=None, unit=None), \
NumericFact(name='опрошено', value=716.0, of=719.0, unit='человек'))
    """
    return tuple(fact for clause in CLAUSES.split(prose[:LONGEST_PROSE]) for fact in _facts(clause))


def _facts(clause: str) -> Iterator[NumericFact]:
    start, verb = 0, ""
    for match in FACT.finditer(clause):
        if match["list"] and not (verb and match["unit"]):
            continue
        if match["dash"]:
            name = clause[start : match.start()]
        elif match["done"]:
            name = clause[start : match.end("done")].rpartition(", ")[2]
            verb = name
        else:
            name = verb
        start = match.end()
        name = IDLE.sub("", " ".join(name.split()).strip(" .,(-–—•"))
        if 2 <= len(name) <= LONGEST_NAME:
            of = _value(match["of"]) if match["of"] else None
            yield NumericFact(name, _value(match["value"]), of, match["unit"])


def _value(words: str) -> float:
    return float(re.sub(r"[ \u00a0]", "", words).replace(",", "."))
