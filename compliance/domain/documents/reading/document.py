"""The result of a reading: a frozen document and its JSON."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from compliance.domain.calendar.periods import Period
from compliance.domain.documents.reading.errors import UnsupportedDocument


class Kind(StrEnum):
    """What kind of document it is, by its table and title."""

    INSTITUTION_PLAN = "institution_plan"
    REGIONAL_PLAN = "regional_plan"
    EXECUTION_REPORT = "execution_report"
    RATING = "rating"
    NONE = "none"


class PartyRole(StrEnum):
    """What a party does with the plan."""

    AGREES = "agrees"
    APPROVES = "approves"


@dataclass(frozen=True, slots=True)
class Party:
    """Who agrees or approves: the block as written, its minutes or order, and the date."""

    role: PartyRole
    text: str
    basis: str | None
    date: date | None


@dataclass(frozen=True, slots=True)
class Responsible:
    """One responsible party: as written, and by the name the document gives it elsewhere."""

    text: str
    name: str
    by_agreement: bool = False


@dataclass(frozen=True, slots=True)
class NumericFact:
    """A number that prose states: "публикации – 19", "716 из 719 опрошенных"."""

    name: str
    value: float
    of: float | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One measure of a plan with everything its row says about it.

    `indicators`: all that the measure serves, from the widest to its own; `shared`: the fields that
    its row leaves empty and that a row above gave it; `start_text`: when it begins, as written.
    """

    number: str | None
    measure: str | None
    lines: tuple[int, int]
    indicator: str | None = None
    fact: float | None = None
    maximum: float | None = None
    finding: str | None = None
    form: str | None = None
    deadline_text: str | None = None
    responsible: tuple[Responsible, ...] = ()
    execution: str | None = None
    result: str | None = None
    indicators: tuple[str, ...] = ()
    facts: tuple[NumericFact, ...] = ()
    start_text: str | None = None
    actual_date: str | None = None
    cost: str | None = None
    note: str | None = None
    shared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a plan; both number and title are absent in a plan without sections."""

    number: str | None
    title: str | None
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """Which of an institution's measures (by index) answers a finding, and how surely (0..1)."""

    measure: int
    certainty: float


@dataclass(frozen=True, slots=True)
class RatedInstitution:
    """One institution of a rating with its findings and planned measures.

    `answered_by`: for each finding the measure that answers it, where that is evident.
    """

    number: str | None
    name: str
    group: str | None
    score: float | None
    rank: int | None
    findings: tuple[str, ...]
    measures: tuple[str, ...]
    lines: tuple[int, int]
    answered_by: tuple[Answer | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Text of one line that is in no field."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Warning:
    """Something a person should look at: a code and where."""

    code: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """Counts of characters that are not blank: `placed + unplaced + markup == characters`."""

    characters: int
    placed: int
    unplaced: int
    markup: int


DeadlineJson = Callable[[str, Period | None], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Document:
    """A read document. `refusal` is the code why its content must not be stored, if any.

    `aliases` are the short names the document introduces ("далее – …") with the full ones.
    """

    kind: Kind
    title: str | None
    period: Period | None
    organization: str | None
    parties: tuple[Party, ...]
    sections: tuple[Section, ...]
    institutions: tuple[RatedInstitution, ...]
    unplaced: tuple[Unplaced, ...]
    warnings: tuple[Warning, ...]
    coverage: Coverage
    refusal: str | None = None
    aliases: Mapping[str, str] | None = None

    @property
    def items(self) -> tuple[Item, ...]:
        """The measures of all sections in order."""
        return tuple(item for section in self.sections for item in section.items)

    def require_supported(self) -> "Document":
        """The document itself; raises `UnsupportedDocument` when it cannot be stored."""
        if self.refusal is not None:
            raise UnsupportedDocument(self.refusal, kind=self.kind.value)
        return self

    def as_json(self, deadline_json: DeadlineJson) -> dict[str, Any]:
        """The shape of `import_document --dry-run --format json`, without `source`."""
        return {
            "kind": self.kind.value,
            "title": self.title,
            "period": _period_json(self.period),
            "organization": self.organization,
            "parties": [_party_json(party) for party in self.parties],
            "sections": [self._section_json(section, deadline_json) for section in self.sections],
            "institutions": [_institution_json(one) for one in self.institutions],
            "unplaced": [asdict(one) for one in self.unplaced],
            "warnings": [asdict(one) for one in self.warnings],
            "coverage": asdict(self.coverage),
        }

    def _section_json(self, section: Section, deadline_json: DeadlineJson) -> dict[str, Any]:
        return {
            "number": section.number,
            "title": section.title,
            "items": [_item_json(item, self.period, deadline_json) for item in section.items],
        }


def _item_json(item: Item, period: Period | None, deadline_json: DeadlineJson) -> dict[str, Any]:
    text = item.deadline_text
    further = {
        "indicators": list(item.indicators),
        "facts": [asdict(fact) for fact in item.facts],
        "start_text": item.start_text,
        "actual_date": item.actual_date,
        "cost": item.cost,
        "note": item.note,
        "shared": list(item.shared),
    }
    return {
        "number": item.number,
        "indicator": item.indicator,
        "fact": plain_number(item.fact),
        "maximum": plain_number(item.maximum),
        "finding": item.finding,
        "measure": item.measure,
        "form": item.form,
        "deadline_text": text,
        "deadline": None if text is None else dict(deadline_json(text, period)),
        "responsible": [party.text for party in item.responsible],
        "execution": item.execution,
        "result": item.result,
        "lines": list(item.lines),
        **{name: value for name, value in further.items() if value},
    }


def _institution_json(one: RatedInstitution) -> dict[str, Any]:
    answers = [asdict(answer) if answer else None for answer in one.answered_by]
    return {
        "name": one.name,
        "group": one.group,
        "score": one.score,
        "rank": one.rank,
        "findings": list(one.findings),
        "measures": list(one.measures),
        "lines": list(one.lines),
        **({"answered_by": answers} if any(answers) else {}),
    }


def _party_json(party: Party) -> dict[str, Any]:
    return {
        "role": party.role.value,
        "text": party.text,
        "basis": party.basis,
        "date": party.date.isoformat() if party.date else None,
    }


def _period_json(period: Period | None) -> dict[str, str] | None:
    if period is None:
        return None
    return {"start": period.start.isoformat(), "end": period.end.isoformat()}


def plain_number(value: float | None) -> float | int | None:
    """3 for 3.0, 0.5 for 0.5: as people write points."""
    return int(value) if value is not None and value == int(value) else value
