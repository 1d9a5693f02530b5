"""What an inspector's verdict on an execution report does."""

from __future__ import annotations

from compliance.domain.plans.grounds import Grounds
from compliance.services.acts import Act
from compliance.services.evidence import reports
from workflows.effects import petitions
from workflows.models import Process


def accept(process: Process, grounds: Grounds, act: Act) -> None:
    """The inspector accepts the execution report; its occurrence is done, its petitions end."""
    held = petitions.hold(reports=process.report_id)
    reports.accept_report(_report_id(process), act=act)
    petitions.end_overtaken(held, act, reports=process.report_id)


def return_with_remark(process: Process, grounds: Grounds, act: Act) -> None:
    """The inspector returns the execution report with a remark."""
    reports.return_report(_report_id(process), remark=grounds.comment, act=act)


def _report_id(process: Process) -> int:
    report_id: int | None = process.report_id
    assert report_id is not None, "an inspection has its report"
    return report_id
