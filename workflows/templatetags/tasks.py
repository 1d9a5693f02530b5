"""Tags of task lists: what the person may do with each row, by the services' own predicates."""

from __future__ import annotations

from django import template

from compliance.models import User
from workflows.models import Task
from workflows.services.tasks.inboxes import TaskRights, rights_on

register = template.Library()


@register.simple_tag
def task_rights(user: User, task: Task) -> TaskRights:
    """The buttons of one row."""
    return rights_on(user, task)
