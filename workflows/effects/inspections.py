"""What the answers to a planned inspection do; its result has been stored before."""

from __future__ import annotations

from compliance.domain.plans.grounds import Grounds
from compliance.services.acts import Act
from compliance.services.inspections import holding
from workflows.models import Process


def confirm(process: Process, grounds: Grounds, act: Act) -> None:
    """The inspection confirms what was accepted."""
    holding.confirm_execution(_inspection_id(process), act=act)


def refute(process: Process, grounds: Grounds, act: Act) -> None:
    """The inspection refutes the acceptance: the due date is open again."""
    holding.refute_execution(_inspection_id(process), act=act)


def cancel(process: Process, grounds: Grounds, act: Act) -> None:
    """The inspection is cancelled before it was held."""
    holding.cancel_inspection(_inspection_id(process), act=act)


def _inspection_id(process: Process) -> int:
    inspection_id: int | None = process.inspection_id
    assert inspection_id is not None, "a planned inspection has its row"
    return inspection_id
