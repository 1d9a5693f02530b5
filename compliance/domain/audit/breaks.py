"""Where a chain is broken, and how: one row that was tampered with makes one break.

Rows are judged by what they prove themselves: the number with which their own hash is right, and
the hash of the row before. Intact stretches are forgotten as they are read; only the rows between
two of them are kept and judged together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from compliance.domain.audit.chains import ChainBreak, ChainLink

CHANGED, MISSING, INSERTED = "changed", "missing", "inserted"
REORDERED, CUT_OFF = "reordered", "cut_off"
# How far from its number a row is looked for, when others were put in or taken out before it.
REACH = 16
# So many rows that fit nowhere near are looked for, and compared with each other's numbers: a chain
# that was rewritten as a whole must not take hours to check.
LOOKED_FOR, COMPARED = 1000, 64


def breaks(links: Iterable[ChainLink], count: int, last_hash: str) -> list[ChainBreak]:
    """Every break of a chain read in order of number; `count` and `last_hash` are its head's."""
    reading = _Reading()
    for link in links:
        reading.take(link)
    return reading.finish(count, last_hash)


@dataclass(slots=True)
class _Row:
    """A row as read: `number` is the one that its hash proves, 0 when it proves none."""

    link: ChainLink
    number: int

    def follows(self, other: _Row | None) -> bool:
        """Whether the row proves that it comes right after the other (None: that it is first)."""
        if other is None:
            return self.number == self.link.sequence == 1 and not self.link.previous_hash
        return (
            0 < other.number == self.number - 1
            and self.link.sequence == other.link.sequence + 1
            and self.link.previous_hash == other.link.hash
            and (not self.link.place or self.link.place > other.link.place)
        )


class _Reading:
    """One pass over a chain."""

    def __init__(self) -> None:
        self.found: list[ChainBreak] = []
        self.unproved: list[ChainLink] = []
        self.strayed: dict[int, int] = {}  # stored number → the number that the row proves
        self.last: _Row | None = None  # the end of the intact stretch
        self.doubtful: list[_Row] = []
        self.shift = 0  # proved number minus stored number, where rows were renumbered
        self.looked_for = 0

    def take(self, link: ChainLink) -> None:
        """Read the next row."""
        row = _Row(link, self._number(link))
        if not row.follows(self.doubtful[-1] if self.doubtful else self.last):
            self.doubtful.append(row)
            return
        if self.doubtful:  # two rows that follow each other: intact again from the first
            again = self.doubtful.pop()
            self._judge(again.number - 1, again)
            self.last = again
        self.last = row
        self.shift = row.number - link.sequence

    def _number(self, link: ChainLink) -> int:
        """The number with which the row's hash is right, its stored one tried first; 0 if none."""
        usual = link.sequence + self.shift
        if link.proves(usual):
            return usual
        if self.looked_for == LOOKED_FOR:
            return 0
        self.looked_for += 1
        near = sorted(range(usual - REACH, usual + REACH + 1), key=lambda one: abs(one - usual))
        return next((one for one in (link.sequence, *near) if one > 0 and link.proves(one)), 0)

    def finish(self, count: int, last_hash: str) -> list[ChainBreak]:
        """Every break, in order, when the last row has been read."""
        end = count
        rows = [row for row in (self.last, *self.doubtful) if row]
        if rows and rows[-1].link.sequence == count:
            end += self.shift  # the head was renumbered together with the rows
        self._judge(end, None, last_hash)
        return sorted(self._with_exchanged(), key=lambda one: one.sequence)

    # --- Judging what lies between two intact stretches ----------------------------------------

    def _judge(self, until: int, after: _Row | None, last_hash: str = "") -> None:
        """Find what is wrong with the doubtful rows; numbers up to `until` belong between."""
        told = len(self.found)
        before = self.last.number if self.last else 0
        expected = range(before + 1, until + 1)
        if self.last and before > until:
            # More sound rows than numbers: so many of the last ones were put in.
            extra = before - until
            self._tell(self.last.link.sequence - extra + 1, INSERTED, extra)
        genuine = self._genuine(expected, after, last_hash)
        self._tell_steps_back(genuine)
        used = {row.number for row in genuine} | set(self._tell_unproved(expected, genuine))
        for first, size in _gaps(expected, used):
            is_end = after is None and first + size - 1 == until
            self._tell(first, CUT_OFF if is_end else MISSING, size)
        in_order = sorted(genuine, key=lambda row: row.number)
        self._tell_torn([row for row in (self.last, *in_order, after) if row], until, last_hash)
        if len(self.found) == told:
            self._tell_renumbered([after] if after else in_order)
        self.doubtful = []

    def _tell_renumbered(self, rows: list[_Row]) -> None:
        """Where nothing else is wrong, report a row that has another number than it proves."""
        for row in rows:
            if row.number - row.link.sequence != self.shift:
                self._tell(row.link.sequence, CHANGED)
                return

    def _tell(self, sequence: int, reason: str, count: int = 1) -> None:
        self.found.append(ChainBreak(sequence, reason, count))

    def _genuine(self, expected: range, after: _Row | None, last_hash: str) -> list[_Row]:
        """The doubtful rows that prove a number of their own; others with a proof were put in.

        Of two rows with one number, the one whose hash a later row carries is genuine.
        """
        remembered = {row.link.previous_hash for row in (*self.doubtful, after) if row}
        remembered.add(last_hash)
        taken: dict[int, _Row] = {}
        proved = [row for row in self.doubtful if row.number]
        for row in sorted(proved, key=lambda row: row.link.hash not in remembered):
            if row.number in expected and row.number not in taken:
                taken[row.number] = row
            else:
                self.strayed[row.link.sequence] = row.number
                self._tell(row.link.sequence, INSERTED)
        return [row for row in self.doubtful if taken.get(row.number) is row]

    def _tell_steps_back(self, genuine: list[_Row]) -> None:
        """Rows stored behind a row of a greater number were reordered."""
        highest = 0
        for row in genuine:
            if row.number < highest:
                self._tell(row.number, REORDERED)
            highest = max(highest, row.number)

    def _tell_unproved(self, expected: range, genuine: list[_Row]) -> Iterator[int]:
        """The numbers of rows that prove nothing: changed where the number is free, else put in."""
        free = {row.number for row in genuine}
        for row in self.doubtful:
            if row.number:
                continue
            own = row.link.sequence + self.shift
            number = next(
                (one for one in (own, *expected) if one in expected and one not in free), 0
            )
            if number:
                free.add(number)
                self.unproved.append(row.link)
                self._tell(row.link.sequence, CHANGED)
                yield number
            else:
                self._tell(row.link.sequence, INSERTED)

    def _tell_torn(self, rows: list[_Row], until: int, last_hash: str) -> None:
        """Rows whose hash their successor, or the head, does not carry were rewritten with care."""
        torn: list[tuple[_Row, _Row | None]] = []
        for row, following in pairwise(rows):
            if following.number == row.number + 1:
                if following.link.previous_hash != row.link.hash:
                    torn.append((row, following))
                elif following.link.place and following.link.place < row.link.place:
                    self._tell(row.link.sequence, REORDERED)
        if rows and rows[0].number == 1 and rows[0].link.previous_hash:
            self._tell(rows[0].link.sequence, CHANGED)
        if rows and last_hash and rows[-1].number == until and rows[-1].link.hash != last_hash:
            torn.append((rows[-1], None))
        told = {one.sequence for one in self.found}
        begins_torn = {id(row) for row, _after in torn}
        for row, after in torn:
            ends = {row.link.sequence, after.link.sequence} if after else {row.link.sequence}
            if not told & ends:
                # Torn on both sides, the row between was rewritten; on one, the row before it.
                culprit = after if after and id(after) in begins_torn else row
                told.add(culprit.link.sequence)
                self._tell(culprit.link.sequence, CHANGED)

    def _with_exchanged(self) -> Iterator[ChainBreak]:
        """The breaks; rows that prove each other's numbers, or a free one, were only swapped."""
        few = self.unproved if len(self.unproved) <= COMPARED else []
        moved = {
            link.sequence
            for link in few
            if any(link.proves(other.sequence) for other in few if other is not link)
        }
        free = {one.sequence for one in self.found if (one.reason, one.count) == (MISSING, 1)}
        back = {place: number for place, number in self.strayed.items() if number in free}
        for one in self.found:
            if one.reason == INSERTED and one.sequence in back:
                continue  # reported where it is missing
            is_moved = one.reason == CHANGED and one.sequence in moved
            is_strayed = one.reason == MISSING and one.sequence in back.values()
            yield ChainBreak(one.sequence, REORDERED) if is_moved or is_strayed else one


def _gaps(expected: range, used: set[int]) -> Iterator[tuple[int, int]]:
    """(first number, how many) of each stretch of expected numbers that no row has."""
    before = expected.start - 1
    for number in [*sorted(used), expected.stop]:
        if number - before > 1:
            yield before + 1, number - before - 1
        before = number


__all__ = ["ChainBreak", "ChainLink", "breaks"]
