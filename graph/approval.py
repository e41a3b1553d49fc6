"""Access to the archive: records out of use, shown for one case to whom another officer has allowed it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from graph.errors import UsageError


@dataclass(frozen=True)
class ArchiveApproval:
    """Who may see records out of use, for which case and why, who allowed it, and the last day on which it counts."""

    case: str
    reason: str
    asked_by: str
    approved_by: str
    expires_on: dt.date

    def require(self, day: dt.date) -> None:
        """UsageError where it does not count on a day: expired, without a case, or allowed by whoever asked."""
        if not all(text.strip() for text in (self.case, self.reason, self.asked_by, self.approved_by)):
            raise UsageError(
                "an approval for the archive names case, reason, who asked and who approved",
                "Fill all of them in.",
                "档案授权须写明案号、事由、申请人和审批人。请补填完整。",
            )
        if self.asked_by.strip() == self.approved_by.strip():
            raise UsageError(
                "an approval for the archive by whoever asked for it",
                "Another officer approves.",
                "档案授权的审批人与申请人为同一人。请由另一人审批。",
            )
        if day > self.expires_on:
            raise UsageError(
                f"the approval for the archive ended on {self.expires_on}",
                "Have it renewed for the same case.",
                f"档案授权已于 {self.expires_on} 到期。请就同一案件续批。",
            )
