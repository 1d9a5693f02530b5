"""What the answers to a petition do, and how a petition ends when its due date goes another way."""

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
from workflows.models import Process, Task


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
    """The ministry grants the petition: the date moves, or the control ends."""
    steps.grant_petition(
        _petition(process).pk, comment=answer.comment, new_due_on=answer.new_due_on, act=act
    )


def refuse(process: Process, answer: PetitionAnswer, act: Act) -> None:
    """The ministry refuses the petition with its reason."""
    steps.refuse_petition(_petition(process).pk, comment=answer.comment, act=act)


def hold(**about: Any) -> list[Process]:
    """The running processes of petitions, locked: before any occurrence, as every step does it.

    `about` are conditions on the petition's occurrence.
    """
    assert transaction.get_connection().in_atomic_block, "a lock lasts as long as its transaction"
    conditions = {f"petition__occurrence__{name}": value for name, value in about.items()}
    running = Process.objects.filter(status=PROCESS.NEW, petition__isnull=False, **conditions)
    return list(running.select_for_update(of=("self",)).order_by("pk"))


def end_overtaken(held: Sequence[Process], act: Act, **about: Any) -> None:
    """End those of the held petitions whose due date is closed or reported now, with their tasks.

    Raises Conflict when another petition about the same was made since they were locked.
    """
    conditions = {f"occurrence__{name}": value for name, value in about.items()}
    waiting = Petition.objects.open().filter(**conditions)
    gone = waiting.exclude(occurrence__status=Occurrence.Status.OPEN)
    if set(gone.values_list("pk", flat=True)) - {process.petition_id for process in held}:
        raise Conflict("petition_open")
    for process in held:
        if steps.lapse_if_overtaken(_petition(process).pk, act=act):
            cancel(process, act)


def cancel(process: Process, act: Act) -> None:
    """Take the petition's task out of its queue and end its process; call it under its lock."""
    for task in Task.objects.open().filter(process=process):
        task.flow_task.activation_class(task).cancel()
        Task.objects.filter(pk=task.pk).update(finished=act.at)
    process.status, process.finished = PROCESS.CANCELED, act.at
    process.save(update_fields=["status", "finished"])


def _petition(process: Process) -> Petition:
    petition: Petition | None = process.petition
    assert petition is not None, "this process has its petition"
    return petition
