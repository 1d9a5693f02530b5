"""One act after another on whichever of some due dates allows it: accepted, returned, waived, …"""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta

from compliance.models import Occurrence
from compliance.services.inspections.holding import refute_execution, save_result
from compliance.services.inspections.planning import InspectionOrder, order_inspections
from tests.building import factories as make
from tests.building.due_dates import accepted, at, due, executing_plan, returned, waived
from tests.building.inspected import result

FIRST = date(2026, 1, 12)
FEWEST = 3  # due dates that are not waived; then there are new ones


class RandomActs:
    """Acts of the people of a region; `done` says how many of each, `closed` how many stand."""

    def __init__(self, region: make.Region, chance: random.Random, due_dates: int) -> None:
        self.region, self.chance, self.due_dates = region, chance, due_dates
        self.rows: list[int] = []
        self.done: Counter[str] = Counter()
        self.closed = 0

    def do(self) -> None:
        """One act."""
        while len(self.rows) < FEWEST:
            self._more()
        row = Occurrence.objects.select_related("organisation").get(
            pk=self.chance.choice(self.rows)
        )
        if row.status == Occurrence.Status.ACCEPTED:
            self._revoke(row)
        else:
            self._end(row)

    def _more(self) -> None:
        days = {FIRST + timedelta(days=self.chance.randrange(300)) for _n in range(self.due_dates)}
        plan = executing_plan(self.region)
        made = due(plan, *sorted(days), executor=self.region.executor)
        self.rows += [row.pk for row in made]

    def _end(self, row: Occurrence) -> None:
        day = row.due_on + timedelta(days=self.chance.randrange(-10, 20))
        act = self.chance.choices(["accept", "return", "waive"], [6, 2, 1])[0]
        {"accept": accepted, "return": returned, "waive": waived}[act](self.region, row, day)
        if act == "waive":
            self.rows.remove(row.pk)
        self.closed += act != "return"
        self.done[act] += 1

    def _revoke(self, row: Occurrence) -> None:
        """An inspection the day after finds that it was not done."""
        assert row.done_on is not None
        day = row.done_on + timedelta(days=1)
        orderer = make.act(self.region.coordinator, at(row, day))
        (held,) = order_inspections([row.pk], {row.pk: InspectionOrder("visit", day)}, act=orderer)
        inspector = make.act(self.region.inspector, at(row, day))
        save_result(held.pk, result(held_on=day), act=inspector)
        refute_execution(held.pk, act=inspector)
        self.closed -= 1
        self.done["revoke"] += 1
