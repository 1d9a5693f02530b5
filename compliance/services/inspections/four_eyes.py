"""Four eyes: who may inspect, and who may not because they wrote or accepted the report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import date

from compliance.models import ExecutionReport, Inspection, Membership, Organisation, User
from compliance.models.roles import Role


def may_inspect(user: User | None, inspection: Inspection, today: date) -> bool:
    """Whether the person may hold it: an inspector of the region, not barred by anything."""
    place = inspection.organisation
    return (
        user is not None
        and user.jurisdiction().holds(Role.INSPECTOR, place.path)
        and not bar(inspection.report, place, {user.pk}, today)
    )


def bar(report: ExecutionReport, place: Organisation, people: AbstractSet[int], today: date) -> str:
    """The code of what bars these people from inspecting the report; empty when nothing does.

    The person who accepted it, or for whom it was accepted, leaves it to another inspector; if the
    region has no other, they may inspect it, and that is recorded.
    """
    if people & reporters(report):
        return "own_report"
    if people & acceptors(report) and _others(report, place, today):
        return "own_acceptance"
    return ""


def reporters(report: ExecutionReport) -> set[int]:
    """The ids of the report's author and of the person it was written for."""
    return {one for one in (report.author_id, report.on_behalf_of_id) if one is not None}


def acceptors(report: ExecutionReport) -> set[int]:
    """The ids of the person who accepted the report and of the one they did it for."""
    return {one for one in (report.decided_by_id, report.decided_for_id) if one is not None}


def _others(report: ExecutionReport, place: Organisation, today: date) -> bool:
    """Whether the region has an inspector who neither wrote nor accepted the report."""
    known = reporters(report) | acceptors(report)
    return any(one.pk not in known for one in inspectors_of(place, today))


def inspectors_of(organisation: Organisation, today: date) -> list[User]:
    """Active people who are inspectors of the organisation's region, by name. One query."""
    return list(dict.fromkeys(one.user for one in _inspecting([organisation], today)))


def inspectors_by_region(
    organisations: Sequence[Organisation], today: date
) -> dict[Organisation, list[User]]:
    """By region, the inspectors of any of these organisations; a region may have none."""
    regions = Organisation.objects.in_bulk({one.region_id for one in organisations})
    found: dict[Organisation, list[User]] = {region: [] for region in regions.values()}
    for one in _inspecting(organisations, today):
        people = found[regions[one.organisation.region_id]]
        if one.user not in people:
            people.append(one.user)
    return found


def _inspecting(organisations: Iterable[Organisation], today: date) -> list[Membership]:
    """The duties of inspectors for one of these organisations, by the person's name."""
    rows = Membership.objects.acting(today).over(*organisations).filter(role=Role.INSPECTOR)
    return list(rows.select_related("user", "organisation").order_by("user__full_name", "user_id"))
