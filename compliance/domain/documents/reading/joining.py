"""Pieces of one cell put together again: what a page break or a line's end cut in two."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from compliance.domain.documents.reading.text import BLANK, EMPTY, TracedText

CUT = re.compile(r"(?<![^\W\d_])(?P<word>[^\W\d_]++)-\s*+$")
GOES_ON = re.compile(r"^\s*(?P<word>[а-яё]+)")
IN_LINE = re.compile(r"(?<=[а-яё])-[ \t]*\n\s*(?=[а-яё])")
# First parts of words that are written with a hyphen: "социально-" before "бытовых" keeps it.
HYPHENED = re.compile(
    r"^(социально|санитарно|материально|финансово|информационно|административно|медико|культурно"
    r"|научно|учебно|психолого|лечебно|организационно|нормативно|консультативно|физкультурно"
    r"|спортивно|общественно|эмоционально|духовно|историко|интернет|веб|онлайн|мини|фото|видео"
    r"|кратко|торгово|жилищно|экспертно|контрольно|планово|методико|квест|пресс|бизнес|вице|дом"
    r"|врач|инженер|кабинет|по|нравственно|патриотически|творчески|художественно|досугово"
    r"|оздоровительно|реабилитационно|коррекционно|профилактически|отчетно|отчётно|приемно)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Joined:
    """A text out of pieces; `cut`: signs that are no part of it; `mended`: its mended words."""

    text: TracedText
    cut: TracedText = EMPTY
    mended: tuple[str, ...] = ()


def joined(pieces: Sequence[TracedText]) -> Joined:
    """All pieces as one text, words cut by a hyphen at their ends made whole.

    A cell merged over several rows is a piece of each of them, but stands in the text once.
    """
    kept: list[TracedText] = []
    for piece in pieces:
        if piece and not (kept and piece.spots == kept[-1].spots):
            kept.append(piece)
    if len(kept) == 1 and not IN_LINE.search(kept[0].value):
        return Joined(kept[0])
    cuts: list[TracedText] = []
    mended: list[str] = []
    parts: list[TracedText] = []
    for piece in kept:
        for part in _lines(piece):
            _append(parts, part, cuts, mended)
    return Joined(TracedText.concatenate(parts), TracedText.concatenate(cuts), tuple(mended))


def _lines(piece: TracedText) -> list[TracedText]:
    """The piece cut where a line ends inside a word."""
    parts, start = [], 0
    for match in IN_LINE.finditer(piece.value):
        parts.append(piece[start : match.start() + 1])
        start = match.end()
    return [*parts, piece[start:]] if parts else [piece]


def _append(
    parts: list[TracedText], piece: TracedText, cuts: list[TracedText], mended: list[str]
) -> None:
    cut = CUT.search(parts[-1].value[-60:]) if parts else None
    goes_on = GOES_ON.match(piece.value)
    if not parts:
        parts.append(piece)
    elif cut is None or goes_on is None:
        parts += [BLANK, piece]
    else:
        first, rest, before = cut["word"], goes_on["word"], parts[-1].value
        start = len(before) - len(before[-60:]) + cut.start()
        hyphen = start + len(first)
        end = len(before)
        if HYPHENED.match(first):
            parts[-1] = parts[-1][: hyphen + 1]
            mended.append(f"{first}-{rest}")
        elif rest.startswith(first.lower()):  # "му-" before "муниципальных"
            cuts.append(parts[-1][start:end])
            parts[-1] = parts[-1][:start]
            mended.append(rest)
        else:
            cuts.append(parts[-1][hyphen:end])
            parts[-1] = parts[-1][:hyphen]
            mended.append(first + rest)
        parts.append(piece[goes_on.start("word") :])
