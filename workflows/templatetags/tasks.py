"""Tags of task lists: what the person may do with each row, by the services' own predicates."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext

from compliance.models import User
from compliance.wording.signatures import signature
from workflows.models import Task
from workflows.services.tasks.inboxes import TaskRights, rights_on

register = template.Library()


@register.simple_tag
def task_words(task: Task) -> str:
    """What is to be done and where: "Verify the report: Centre No. 1"."""
    words = {"act": task.title, "place": task.process.organisation}
    return gettext("%(act)s: %(place)s") % words


@register.simple_tag
def task_rights(user: User, task: Task) -> TaskRights:
    """The buttons of one row."""
    return rights_on(user, task)


@register.filter
def given_by(task: Task) -> str:
    """Who gave the task to its owner to prepare, and in whose name where a substitute did."""
    giver, speaker = task.delegated_by, task.note_by
    return signature(giver) if speaker in {None, giver} else signature(speaker, giver)
