"""The sheets of a large region as a job: counted piece by piece, then stored at one stroke.

While it goes on, and when it is called off or its worker dies, the sheets of before stay whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.urls import reverse

from compliance.domain.calendar.periods import Period
from compliance.domain.calendar.quarters import quarter, quarter_code
from compliance.domain.refusals import Conflict, Forbidden
from compliance.models import IncentiveSheet, Job, Organisation
from compliance.services.acts import Act
from compliance.services.incentives.sheets import (
    Calculation,
    CountedSheet,
    in_steps,
    institutions_of,
    may_calculate,
    record_region,
    regions_to_calculate,
    stored,
)
from compliance.services.jobs.asking import Asker, Order, ask_once_for
from compliance.wording.quarters import quarter_words

if TYPE_CHECKING:
    from compliance.services.jobs.running import Run

SHEETS_JOB: Final = "incentives.calculate"
AT_ONCE: Final = 200
"""Institutions whose sheets a request still calculates: a second or two."""


def ask_for_sheets(period: Period, *, act: Act) -> list[Job]:
    """A job for each region of the act's person, when their institutions are many; else none."""
    regions = regions_to_calculate(act.user)
    if sum(institutions_of(one).count() for one in regions) <= AT_ONCE:
        return []
    return [_asked(region, period, act) for region in regions]


def _asked(region: Organisation, period: Period, act: Act) -> Job:
    if not act.may(may_calculate, region.path):
        raise Forbidden("not_your_step")
    code = quarter_code(period.start)
    order = Order(
        SHEETS_JOB,
        f"{quarter_words(code)}, {region}",
        region,
        page=f"{reverse('incentives')}?period={code}",
        about=("region", region.pk),
        arguments={"period": code},
    )
    return ask_once_for(order, Asker(act.person, act.at, act.on_behalf_of, act.address))


def calculate_in_job(run: Run) -> None:
    """Calculate the sheets that the job asks for, as an act of the person who asked.

    Raises Forbidden when they may no longer, Conflict when others have calculated meanwhile.
    """
    job = run.job
    region, period = job.organisation, quarter(job.arguments["period"])
    act = Act(job.owner, run.clock(), job.address, job.on_behalf_of)
    calculation = Calculation.of(region, period, act)
    institutions, counted = list(institutions_of(region)), list[CountedSheet]()
    for some in in_steps(institutions):
        run.progress(len(counted), len(institutions))
        counted += calculation.counted(some)
    run.progress(len(counted), len(institutions))
    with run.finishing() as done:
        if not act.afresh().may(may_calculate, region.path):
            raise Forbidden("not_your_step")
        calculation.lock()
        sheets = IncentiveSheet.objects.filter(organisation__in=institutions).of(period)
        if sheets.filter(calculated_at__gt=act.at).exists():
            raise Conflict("sheets_overtaken")
        made = [sheet for some in in_steps(counted) for sheet in stored(some)]
        record_region(calculation, made)
        done.result = {"sheets": len(made)}
