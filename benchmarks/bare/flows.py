"""Verification of a report in bare viewflow: its own tables, its own view node, its own lock."""

from __future__ import annotations

from typing import Any

from viewflow import this
from viewflow.workflow import flow
from viewflow.workflow.lock import SelectForUpdateLock
from viewflow.workflow.models import Process


class BareFlow(flow.Flow):
    """Verification of an execution report"""

    process_class = Process
    lock_impl = SelectForUpdateLock(nowait=False)

    start = flow.StartHandle(this.begin).Next(this.verify)
    verify = flow.View(view=None).Next(this.end)
    end = flow.End()

    def begin(self, activation: Any, report: int) -> Any:
        """The process that remembers its report's number."""
        activation.process.data = {"report": report}
        return activation.process
