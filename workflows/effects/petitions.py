"""What the answers to a petition do, and how it ends when its due date is settled otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from viewflow.workflow.status import PROCESS

from compliance.domain.refusals import Conflict
from compliance.models import Occurrence, Petition
from compliance.services.acts import Act
from compliance.services.petitions import steps
from compliance.services.petitions.steps import PetitionAnswer
from workflows.effects.withdrawal import cancel
from workflows.models import Process


def needs_endorsement(activation: Any) -> bool:
    """Whether the institution's director comes before the ministry."""
    return _petition(activation.process).needs_endorsement


def endorse(process: Process, answer: PetitionAnswer, act: Act) -> None:
    """The director supports the petition; the ministry decides next."""
    steps.endorse_petition(_petition(process).pk, comment=answer.comment, act=act)


def decline(process: Process, answer: PetitionAnswer, act: Act) -> None:
    """The director does not support the petition; it ends here."""
    steps.decline_petition(_petition(process).pk, comment=answer.comment, act=act)


def grant(process: Process, answer: PetitionAnswer, act: Act) -> None:
    """The ministry grants the petition: the date moves, or the due date is waived."""
    steps.grant_petition(
        _petition(process).pk, comment=answer.comment, new_due_on=answer.new_due_on, act=act
    )


def refuse(process: Process, answer: PetitionAnswer, act: Act) -> None:
    """The ministry refuses the petition with its reason."""
    steps.refuse_petition(_petition(process).pk, comment=answer.comment, act=act)


def hold(**about: Any) -> list[Process]:
    """The running processes of petitions, locked: every step locks them before any occurrence.

    `about` are conditions on the petition's occurrence.
    """
    assert transaction.get_connection().in_atomic_block, "a lock lasts as long as its transaction"
    conditions = {f"petition__occurrence__{name}": value for name, value in about.items()}
    running = Process.objects.filter(status=PROCESS.NEW, petition__isnull=False, **conditions)
    return list(running.select_for_update(of=("self",)).order_by("pk"))


def end_overtaken(held: Sequence[Process], act: Act, **about: Any) -> None:
    """End the held petitions whose due date has been closed or reported on, with their tasks.

    Raises Conflict when another petition about the same has been made since the locking.
    """
    conditions = {f"occurrence__{name}": value for name, value in about.items()}
    waiting = Petition.objects.open().filter(**conditions)
    gone = waiting.exclude(occurrence__status=Occurrence.Status.OPEN)
    if set(gone.values_list("pk", flat=True)) - {process.petition_id for process in held}:
        raise Conflict("petition_open")
    for process in held:
        if steps.lapse_if_overtaken(_petition(process).pk, act=act):
            cancel(process, act)


def _petition(process: Process) -> Petition:
    petition: Petition | None = process.petition
    assert petition is not None, "this process has its petition"
    return petition
