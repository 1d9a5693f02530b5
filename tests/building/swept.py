"""A region in which every sweep of the schedule finds something to do."""

from __future__ import annotations

import io
import os
from collections import Counter
from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone

from compliance.models import Occurrence, PeopleUpload
from compliance.services.people import accounts
from compliance.services.people.invitations import invite
from tests.building import factories as make
from tests.building.children import fork
from tests.building.inspected import accepted, policy
from tests.building.people_workbooks import empty_workbook
from tests.building.scenes import Scene, due_in, executing, published, sent

INVITED = 4


def busy_region() -> Scene:
    """Dates to make, to remind of and long past, tasks, a plan to begin, people to invite."""
    region = make.region()
    rows = [make.measure(f"Дело {n}", number=str(n), deadline_text=due_in(3)) for n in range(4)]
    scene = executing(region, *rows, title="Исполняемый")
    gone = Occurrence.objects.filter(plan=scene.plan).order_by("pk")[2:]
    Occurrence.objects.filter(pk__in=list(gone.values_list("pk", flat=True))).delete()
    published(region, title="Наступивший")
    sent(region, title="На согласовании")
    policy(region)
    accepted(region, count=3, title="Проверяемый")
    act = make.act(region.administrator)
    for number in range(INVITED):
        grant = accounts.RoleGrant(region.own.pk, "executor")
        address = f"new{number}@example.org"
        invite(accounts.create_person(f"Учебнова {number}", address, grant, act=act).pk, act=act)
    PeopleUpload.objects.create(
        uploader=region.administrator, made_at=timezone.now() - timedelta(days=2),
        file_name="старое.xlsx", content=empty_workbook(),
    )  # fmt: skip
    return scene


def sweep() -> None:
    """`manage.py sweep`, all of it."""
    call_command("sweep", stdout=io.StringIO())


def started_together(count: int, times: int = 1) -> list[int]:
    """The ids of so many processes, each sweeping so often, that begin at one moment."""
    gate, starter = os.pipe()

    def run() -> None:
        os.close(starter)
        os.read(gate, 1)  # until nobody could write any more
        for _time in range(times):
            sweep()

    children = [fork(run) for _child in range(count)]
    os.close(starter)
    os.close(gate)
    return children


def doubles(values: list[object]) -> list[object]:
    """What stands in the list more than once."""
    return [value for value, count in Counter(values).items() if count > 1]
