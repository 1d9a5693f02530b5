"""What changed between two texts of a plan, so that a person can read it at a glance.

A text is plain words: no ids but the measure's own, which stays the same from one revision to the
next. So a measure is still the same even when its every word was changed.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from difflib import SequenceMatcher
from typing import Any, Self

SAME, ADDED, REMOVED = "same", "added", "removed"
CHANGED, MOVED = "changed", "moved"
# With more words on one side the two are shown whole: the work of comparing is their product.
LONGEST = 1_500
TOKEN = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a text says about one measure; `section` is the heading it is under."""

    measure: int
    section: str
    number: str = ""
    text: str = ""
    finding: str = ""
    indicator: str = ""
    form: str = ""
    deadline: str = ""
    dates: str = ""  # set by a person where the words do not fix them
    anchor: str = ""  # the day of the event that a relative deadline waits for
    responsible: str = ""
    proof: str = ""


# The fields that are compared, in the order that suits a reader.
FIELDS = tuple(one.name for one in fields(Entry) if one.name not in {"measure", "section"})


@dataclass(frozen=True, slots=True)
class PlanText:
    """All that a revision says: its title and period, its headings and its measures, in order."""

    sections: tuple[str, ...] = ()
    measures: tuple[Entry, ...] = ()
    title: str = ""  # empty in texts kept before titles could be changed; so is the period
    period: str = ""

    def as_json(self) -> dict[str, Any]:
        """The text as JSON keeps it."""
        return {
            "title": self.title,
            "period": self.period,
            "sections": list(self.sections),
            "measures": [asdict(one) for one in self.measures],
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Self:
        """The text back from its JSON; fields that came later are empty."""
        return cls(
            tuple(said["sections"]),
            tuple(Entry(**one) for one in said["measures"]),
            said.get("title", ""),
            said.get("period", ""),
        )


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that both texts have, or only one of them."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a measure, before and after."""

    field: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class MeasureChange:
    """What became of one measure: added, removed, changed, or only moved.

    `entry` is what the later text says about it; for a removed one, what the earlier text said.
    """

    kind: str
    entry: Entry
    fields: tuple[FieldChange, ...] = ()
    moved_from: str | None = None  # the heading it was under; None: it has not moved


@dataclass(frozen=True, slots=True)
class HeadingChange:
    """What became of a section: added, removed, reworded (changed), or moved among the others."""

    kind: str
    heading: str
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Differences:
    """Everything that differs between two texts; empty when they say the same."""

    measures: tuple[MeasureChange, ...] = ()
    sections: tuple[HeadingChange, ...] = ()
    title: tuple[Piece, ...] = ()
    period: tuple[Piece, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.measures or self.sections or self.title or self.period)

    def count(self, kind: str) -> int:
        """How many measures were added, removed, changed or moved."""
        return sum(change.kind == kind for change in self.measures)


def differences(before: PlanText, after: PlanText) -> Differences:
    """What the later text changes, in its order; what it dropped comes last."""
    old = {entry.measure: entry for entry in before.measures}
    new = {entry.measure: entry for entry in after.measures}
    moved = _moved(before, after)
    changes = [
        change
        for entry in after.measures
        if (change := _change(old.get(entry.measure), entry, entry.measure in moved))
    ]
    gone = [MeasureChange(REMOVED, one) for key, one in old.items() if key not in new]
    return Differences(
        (*changes, *gone),
        tuple(_headings(before.sections, after.sections)),
        _line(before.title, after.title),
        _line(before.period, after.period),
    )


def _line(before: str, after: str) -> tuple[Piece, ...]:
    """The change in a line that every text has; nothing where the earlier text kept none."""
    return changed_words(before, after) if before and before != after else ()


def _change(old: Entry | None, new: Entry, has_moved: bool) -> MeasureChange | None:
    """What became of a measure of the later text; None: nothing."""
    if old is None:
        return MeasureChange(ADDED, new)
    changed = tuple(
        FieldChange(name, changed_words(getattr(old, name), getattr(new, name)))
        for name in FIELDS
        if getattr(old, name) != getattr(new, name)
    )
    moved_from = old.section if has_moved else None
    if changed:
        return MeasureChange(CHANGED, new, changed, moved_from)
    return MeasureChange(MOVED, new, (), moved_from) if has_moved else None


def _moved(before: PlanText, after: PlanText) -> set[int]:
    """Measures now under another heading, and the fewest others whose moves explain the order.

    A heading that was reworded or moved takes its measures along: they have not moved.
    """
    renamed = dict(_reworded(before.sections, after.sections))
    old = {one.measure: (n, one.section) for n, one in enumerate(before.measures)}
    common = [one for one in after.measures if one.measure in old]
    elsewhere = {
        one.measure
        for one in common
        if renamed.get(one.section, one.section) != old[one.measure][1]
    }
    staying: dict[str, list[int]] = {}
    for one in common:
        if one.measure not in elsewhere:
            staying.setdefault(one.section, []).append(one.measure)
    for keys in staying.values():
        kept = _longest_rise([old[key][0] for key in keys])
        elsewhere |= {key for place, key in enumerate(keys) if place not in kept}
    return elsewhere


def _headings(before: Sequence[str], after: Sequence[str]) -> Iterator[HeadingChange]:
    """What became of the headings, in the later order; what was dropped comes last."""
    renamed = dict(_reworded(before, after))
    left = list(enumerate(before))
    known: list[tuple[int, str, str]] = []  # (earlier place, earlier words, later words)
    added = []
    for words in after:
        found = next((one for one in left if one[1] == renamed.get(words, words)), None)
        if found is None:
            added.append(words)
        else:
            left.remove(found)
            known.append((*found, words))
    kept = _longest_rise([place for place, _was, _is in known])
    for number, (_place, was, now) in enumerate(known):
        if was != now:
            yield HeadingChange(CHANGED, now, changed_words(was, now))
        if number not in kept:
            yield HeadingChange(MOVED, now)
    yield from (HeadingChange(ADDED, words) for words in added)
    yield from (HeadingChange(REMOVED, words) for _place, words in left)


def _reworded(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(new heading, old heading) where a heading is in the place of another."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, low, high, first, last in matcher.get_opcodes():
        if tag == "replace" and high - low == last - first:
            yield from zip(after[first:last], before[low:high], strict=True)


def _longest_rise(numbers: Sequence[int]) -> set[int]:
    """The places of a longest rising run of the numbers, all of which differ."""
    tails: list[int] = []  # the least last number of a rise of each length
    tail_places: list[int] = []
    previous: list[int | None] = []
    for place, number in enumerate(numbers):
        length = bisect_left(tails, number)
        previous.append(tail_places[length - 1] if length else None)
        tails[length : length + 1] = [number]
        tail_places[length : length + 1] = [place]
    kept: set[int] = set()
    place_or_none = tail_places[-1] if tail_places else None
    while place_or_none is not None:
        kept.add(place_or_none)
        place_or_none = previous[place_or_none]
    return kept


def replaced(before: str, after: str) -> tuple[Piece, ...]:
    """The old line removed whole, the new one added whole."""
    both = (Piece(REMOVED, before), Piece(ADDED, after))
    return tuple(piece for piece in both if piece.words)


def changed_words(before: str, after: str) -> tuple[Piece, ...]:
    """The later words with what was taken out and put in, in the shortest readable form.

    The removed and same pieces together are `before`, the added and same ones are `after`.
    """
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    if max(len(old), len(new)) > LONGEST:
        return replaced(before, after) if before != after else (Piece(SAME, before),)
    return tuple(Piece(kind, "".join(run)) for kind, run in _joined(list(_runs(old, new))))


def _joined(runs: list[tuple[str, list[str]]]) -> Iterator[tuple[str, list[str]]]:
    """The runs, with changes joined where only a space or a sign separates them."""
    out: list[str] = []
    put: list[str] = []
    for place, (kind, run) in enumerate(runs):
        is_bridge = kind == SAME and 0 < place < len(runs) - 1 and not any(map(str.isalnum, run))
        if kind == SAME and not is_bridge:
            yield from _change_run(out, put)
            out, put = [], []
            yield SAME, run
        if kind == REMOVED or is_bridge:
            out += run
        if kind == ADDED or is_bridge:
            put += run
    yield from _change_run(out, put)


def _change_run(out: list[str], put: list[str]) -> Iterator[tuple[str, list[str]]]:
    if out:
        yield REMOVED, out
    if put:
        yield ADDED, put


def _runs(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Runs in both, only in the earlier, only in the later, in reading order."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, low, high, first, last in matcher.get_opcodes():
        if tag == "equal":
            yield SAME, list(before[low:high])
            continue
        if high > low:
            yield REMOVED, list(before[low:high])
        if last > first:
            yield ADDED, list(after[first:last])
