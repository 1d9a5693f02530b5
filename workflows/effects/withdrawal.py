"""Ending a matter without an answer: whoever brought it takes it back, or it is overtaken."""

from __future__ import annotations

from viewflow.workflow.status import PROCESS

from compliance.services.acts import Act
from workflows.models import Process, Task


def cancel(process: Process, act: Act) -> None:
    """Remove the matter's task from its queue and end its process; call it under its lock."""
    for task in Task.objects.open().filter(process=process):
        task.flow_task.activation_class(task).cancel()
        Task.objects.filter(pk=task.pk).update(finished=act.at)
    process.status, process.finished = PROCESS.CANCELED, act.at
    process.save(update_fields=["status", "finished"])
