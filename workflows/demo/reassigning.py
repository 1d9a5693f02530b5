"""Work in other hands: a colleague on leave, and a task given to prepare."""

from __future__ import annotations

from compliance.models.roles import Role
from compliance.services.acts import Act
from compliance.services.people.substitutions import Absence, enter_substitution
from workflows.demo.days import Days
from workflows.demo.people import Cast
from workflows.models import Task
from workflows.services.tasks import engine
from workflows.services.tasks.reassigning import delegate

ASKED = "Посмотрите, пожалуйста, снимки: хватает ли их, чтобы принять отчёт?"


def stand_in(days: Days, cast: Cast) -> None:
    """The login `executor` stands in for a colleague who is on leave."""
    staff = cast.own
    absence = Absence(
        absent=staff.executors[1],
        substitute=staff.executors[0],
        first=days.back(2),
        last=days.ahead(9),
        reason="Ежегодный отпуск",
    )
    enter_substitution(absence, act=Act(staff.director, days.at(days.back(5))))


def give_to_prepare(days: Days, cast: Cast) -> None:
    """An inspector has taken a task and asks the login `inspector` to prepare it."""
    giver, receiver = cast.officials["inspector2"], cast.officials["inspector"]
    task = Task.objects.waiting_for(giver).filter(owner=None, role=Role.INSPECTOR).last()
    if task is None:
        return
    act = Act(giver, days.at(days.back(1)))
    engine.take(task.pk, act=act)
    delegate(task.pk, to=receiver, seen=giver.pk, asked=ASKED, act=act)
