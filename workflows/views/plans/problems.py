"""Why a plan could not be sent: which measure, what in it, and where to correct it."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.urls import reverse

from compliance.domain.plans.lacks import Lack, Missing, Passed
from compliance.domain.refusals import Refusal
from compliance.models import MeasureVersion
from compliance.wording.lacks import WORDS
from compliance.wording.refusals import sentence

# Fields of a measure's own page; deadlines are confirmed on a page of their own.
FIELDS = {
    Missing.TEXT: "id_text",
    Missing.EXECUTOR: "id_party",
    Missing.DEADLINE: "id_deadline_text",
    Missing.PROOF: "id_proof",
}


@dataclass(frozen=True)
class Place:
    """What is to be corrected, and the address of its field."""

    words: str
    url: str


@dataclass(frozen=True)
class Problem:
    """A refusal as a plan's page shows it: one sentence, or the measures that it is about."""

    code: str
    words: str
    measures: list[tuple[str, list[Place]]] = field(default_factory=list)
    passed: tuple[Passed, ...] = ()

    @classmethod
    def of(cls, refusal: Refusal) -> Problem:
        """The problem, with a link for each thing that a measure lacks."""
        lacks, passed = refusal.values.get("lacks", ()), refusal.values.get("passed", ())
        assert isinstance(lacks, tuple) and isinstance(passed, tuple)
        measures = [(one.name, _places(one)) for one in lacks]
        return cls(refusal.code, sentence(refusal), measures, passed)


def _places(lack: Lack) -> list[Place]:
    return [Place(str(WORDS[part]), _address(lack.version, part)) for part in lack.missing]


def _address(version: int, part: Missing) -> str:
    if part != Missing.CONFIRMATION:
        return f"{reverse('measure', args=[version])}#{FIELDS[part]}"
    text = MeasureVersion.objects.select_related("revision").get(pk=version).revision
    page = reverse("plan-deadlines", args=[text.plan_id])
    return f"{page}?revision={text.number}#version-{version}"
