"""Who agrees and approves a plan: blocks such as "УТВЕРЖДЕН решением …"."""

import re
from collections.abc import Sequence

from compliance.domain.documents.reading.document import Party, PartyRole
from compliance.domain.documents.reading.header_words import unspaced
from compliance.domain.documents.reading.ledger import Ledger
from compliance.domain.documents.reading.numbers import read_date
from compliance.domain.documents.reading.text import TracedText
from compliance.domain.documents.reading.vocabulary import (
    AGREES,
    ANY_DATE,
    APPROVES,
    BASIS_ACT,
    BASIS_NUMBER,
)

BASIS = re.compile(
    rf"\b{BASIS_ACT}\b(?:(?!\b{BASIS_ACT}\b)[^()])*?"
    rf"(?:\bот\s+{ANY_DATE}(?:\s*(?:г\.|года))?\s*{BASIS_NUMBER}"
    rf"|{BASIS_NUMBER}\s+от\s+{ANY_DATE}|\bот\s+{ANY_DATE}|{BASIS_NUMBER})",
    re.IGNORECASE,
)
LONGEST_BLOCK = 12


def party_role(text: TracedText) -> PartyRole | None:
    """The role that a paragraph opening a party's block names."""
    words = unspaced(text.value)
    if AGREES.match(words):
        return PartyRole.AGREES
    return PartyRole.APPROVES if APPROVES.match(words) else None


def opens_signatures(text: TracedText) -> bool:
    """Whether a cell is a party's label and not a sentence that begins with the same word."""
    words = str(text).split()
    return party_role(text) is not None and (words[0].isupper() or len(words) == 1)


def read_parties(blocks: Sequence[Sequence[TracedText]], ledger: Ledger) -> tuple[Party, ...]:
    """One party a block; each block's first paragraph names the role."""
    parties = []
    for block in blocks:
        role = party_role(block[0])
        if role is not None:
            words = ledger.place(TracedText.join(block))
            basis = BASIS.search(words)
            on = read_date(basis.group() if basis else words)
            parties.append(Party(role, words, basis.group() if basis else None, on))
    return tuple(parties)
