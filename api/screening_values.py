"""Answers of cross-checks as plain values, for JSON."""

from __future__ import annotations

from typing import Any

from analytics.screening.finding import Entry, Finding
from analytics.screening.searched import Searched
from api.screening import Report
from graph.current import Node
from graph.time import FOREVER, NO_DATE, iso


class Values:
    """Puts a report into values; texts of rules are in one language."""

    def __init__(self, report: Report, lang: str) -> None:
        self.report, self.lang = report, lang

    def entry(self, entry: Entry) -> dict[str, Any]:
        """A fact with what ties the subject to it."""
        fact = entry.fact
        return {
            "type": fact.type,
            "authority": fact.authority,
            "document_number": fact.document_number,
            "date": iso(fact.date),
            "last_day": last_day(fact.until),
            "source": fact.source,
            "data_date": self.report.data_date(fact.source),
            "what": fact.what,
            "about": fact.about,
            "performance": fact.performance,
            "objected_since": iso(fact.objected_since),
            "out_of_use": fact.out_of_use,
            "company": self._company(fact.subject) if entry.roles else None,
            "roles": [
                {"tie": r.tie, "post": r.post, "since": iso(r.since), "until": iso(r.until), "source": r.source}
                for r in entry.roles
            ],
            "in_office": entry.in_office,
            "doubts": list(entry.doubts),
        }

    def _company(self, key: int) -> dict[str, Any] | None:
        node = self.report.nodes.get(key)
        if node is None:
            return None
        return {"id": node.id, "name": node.properties.get("name"), "status": node.properties.get("status")}

    def registration(self, node: Node) -> dict[str, Any]:
        """A firm's status in the register, the day of the last approval, and which source says so as of when."""
        source = node.sources.get("status")
        return {
            "status": node.properties.get("status"),
            "approved_on": iso(node.properties.get("approved_on")),
            "source": source,
            "data_date": self.report.data_date(source),
        }

    def finding(self, finding: Finding) -> dict[str, Any]:
        """A finding, its sections apart."""
        return {
            "outcome": finding.outcome.value,
            "reason": finding.reason,
            "about_subject": list(finding.notes),
            **{name: [self.entry(e) for e in entries] for name, entries in finding.sections.items()},
            "hints": [
                {
                    "clause": h.period.article,
                    "bars_posts": bool(h.clause.barred),
                    "because": self.entry(h.entry),
                    "last_day": last_day(h.until),
                    "unknown": h.clause.unknown_zh if self.lang == "zh" else h.clause.unknown_en,
                }
                for h in finding.hints
            ],
        }

    def searched(self) -> list[dict[str, Any]]:
        """The sources with the days of their data."""
        return [
            {"source": s.source, "data_date": day_of(s), "freshness": s.freshness.value} for s in self.report.searched
        ]


def day_of(one: Searched) -> str | None:
    """The day of a source's data."""
    return one.data_date.isoformat() if one.data_date else None


def last_day(until: int) -> str | None:
    """The last day before a half-open end; None where there is none."""
    return None if until in (NO_DATE, FOREVER) else iso(until - 1)
