"""Which planned measure answers which finding, by the words that both use."""

import re
from collections.abc import Sequence

from compliance.domain.documents.reading.document import Answer
from compliance.domain.folding import folded

WORD = re.compile(r"[а-яa-z]{3,}")
STEM = 6  # letters at most: "возможности" and "возможность" are one word
SHORT_STEM, ENDING = 4, 3
EVIDENT = 0.5
# Words that say that something lacks or is to be done, not what.
IDLE_WORDS = (
    "нет", "отсутствует", "отсутствие", "недостаточно", "низкий", "процент", "организована",
    "организовать", "разработана", "разработать", "обеспечить", "разместить", "размещена",
    "проводится", "провести", "для", "при", "или", "том", "числе", "необходимо", "создать",
    "возможности", "возможность", "осуществлять", "осуществляется", "повысить",
)  # fmt: skip


def _stem(word: str) -> str:
    return word[: min(STEM, max(SHORT_STEM, len(word) - ENDING))]


IDLE = frozenset(map(_stem, IDLE_WORDS))


def answered_by(findings: Sequence[str], measures: Sequence[str]) -> tuple[Answer | None, ...]:
    """For each finding the measure with most of its words, each measure first given where it fits
    best; None where no measure has half of them."""
    asked, done = [_stems(one) for one in findings], [_stems(one) for one in measures]
    pairs = sorted(
        (
            (_likeness(ask, do), -abs(i - j), i, j)
            for i, ask in enumerate(asked)
            for j, do in enumerate(done)
        ),
        reverse=True,
    )
    found: dict[int, Answer] = {}
    taken: set[int] = set()
    for alone in (True, False):  # first one measure for one finding, then one for several
        for likeness, _, i, j in pairs:
            if likeness >= EVIDENT and i not in found and not (alone and j in taken):
                found[i] = Answer(j, round(likeness, 2))
                taken.add(j)
    return tuple(found.get(index) for index in range(len(findings)))


def _stems(words: str) -> frozenset[str]:
    return frozenset(map(_stem, WORD.findall(folded(words)))) - IDLE


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Of the words of both, the share that both have (Dice); or nearly the share of the shorter
    text's words that the longer has, when those are more than one."""
    shared = len(one & other)
    if not shared:
        return 0.0
    within = 0.9 * shared / min(len(one), len(other)) if shared > 1 else 0.0
    return max(2 * shared / (len(one) + len(other)), within)
