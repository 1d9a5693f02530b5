"""From a council's proposal to a measure with deadline, executor and proof."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from compliance.models import MeasureVersion, Responsible
from compliance.services.plans.drafts import MeasureDraft, ResponsibleDraft
from workflows.demo.days import Days, written
from workflows.demo.people import Staff

Proof = MeasureVersion.Proof

# Words of a proposal → section, form of implementation, proof. The first row that fits is taken.
KINDS = (
    (
        re.compile(r"оборудовать|пандус|санитарно-гигиенич"),
        "II",
        "Работы по договору, акт приёмки",
        Proof.BEFORE_AFTER,
    ),
    (
        re.compile(r"стенд|общедоступных местах"),
        "I",
        "Размещение информации на стенде и на сайте",
        Proof.PHOTO,
    ),
    (
        re.compile(r"сайт|электронн|дистанционн"),
        "I",
        "Размещение на официальном сайте учреждения",
        Proof.LINK,
    ),
    (re.compile(r"квалификац|кадров"), "III", "Курсы повышения квалификации", Proof.DOCUMENT),
    (
        re.compile(r"ожидан|удовлетвор|проанализ|информированност"),
        "II",
        "Опрос получателей услуг, разбор причин",
        Proof.NUMBER,
    ),
)
SECTIONS = {
    "I": "Открытость и доступность информации об учреждении",
    "II": "Комфортность условий, доступность и удовлетворённость качеством услуг",
    "III": "Компетентность и доброжелательность работников",
}


@dataclass(frozen=True)
class Proposal:
    """A proposal of the council, with the finding that it answers where one stands beside it."""

    text: str
    finding: str = ""


def measure_of(
    proposal: Proposal, staff: Staff, number: int, deadline_text: str
) -> tuple[str, MeasureDraft]:
    """The section's number, and the measure that the institution makes of the proposal."""
    section, form, proof = next(
        (tuple(rest) for words, *rest in KINDS if words.search(proposal.text)),
        ("III", "Приказ по учреждению", Proof.DOCUMENT),
    )
    person = staff.executors[max(number - 3, 0) % len(staff.executors)]
    executor = ResponsibleDraft(
        staff.named(person), Responsible.Kind.PERSON, staff.organisation, person
    )
    text = proposal.text[0].upper() + proposal.text[1:]
    draft = MeasureDraft(
        text=text,
        deadline_text=deadline_text,
        finding=proposal.finding,
        form=form,
        proof=proof,
        further_proof=(Proof.DOCUMENT,) if proof == Proof.BEFORE_AFTER else (),
        responsibles=(executor,),
    )
    return section, draft


def by(day: date) -> str:
    """The words of a deadline on a day."""
    return f"до {written(day)}"


def own_deadlines(days: Days) -> Sequence[str]:
    """For the institution of the logins: late by nine working days, today, soon, and recurring."""
    return (
        by(days.working(-9)),
        by(days.today),
        by(days.soon),
        by(days.working(-12)),
        "Ежемесячно",
        "Ежеквартально",
        by(days.working(25)),
    )


def worked_deadlines(days: Days, turn: int) -> Sequence[str]:
    """For an institution half-way through its plan; `turn` makes neighbours differ."""
    every = (
        by(days.working(-30 - turn % 5)),
        by(days.working(-5 - turn % 4)),
        by(days.working(turn % 3)),
        "Ежеквартально",
        by(days.working(4 + turn % 6)),
        "Ежемесячно",
        by(days.working(30 + turn)),
    )
    start = turn % 3
    return every[start:] + every[:start]


def coming_deadlines(days: Days, turn: int) -> Sequence[str]:
    """For an institution that has only begun: nothing is behind it."""
    last = days.period.end.year
    return (
        by(days.working(15 + turn % 20)),
        f"В течение {last} года",
        by(days.working(45 + turn % 30)),
        f"до 31 декабря {last} г.",
        by(days.working(70 + turn % 20)),
    )


def dated_deadlines(year: int) -> Sequence[str]:
    """For a plan of one whole year."""
    return (
        f"I квартал {year} г.",
        f"до 1 июня {year} г.",
        f"III квартал {year} г.",
        "Ежеквартально",
        f"до 15 декабря {year} г.",
    )
