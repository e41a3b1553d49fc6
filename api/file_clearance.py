"""Clearance for the command line: task and approval are files, the log is the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from api.audit import append, digests_of
from api.clearance import Clearance
from api.settings import now
from api.task import Task, read_approval, read_task
from graph.approval import ArchiveApproval
from graph.identity import scrub


class FileClearance(Clearance):
    """References are paths."""

    def _task(self, reference: str) -> Task:
        return read_task(Path(reference))

    def _approval(self, reference: str) -> ArchiveApproval:
        return read_approval(Path(reference))

    def _append(self, command: str, told: dict[str, Any], subjects: Sequence[str]) -> None:
        clean = {k: scrub(v) if isinstance(v, str) else v for k, v in told.items()}
        append(command, **clean, subjects=digests_of(subjects))


def clearance() -> Clearance:
    """The clearance of the command line, as of today."""
    return FileClearance(now().date())
