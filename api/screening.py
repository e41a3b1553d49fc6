"""Lists and single subjects put to the graph: what was read of a list, joined with what the checks find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analytics.rules.purposes import Purpose
from analytics.screening.candidate import Candidate, Namesakes, namesakes
from analytics.screening.finding import Finding
from analytics.screening.firms import Listed as AskedFirm
from analytics.screening.firms import Tie, screen_firms, ties_among
from analytics.screening.people import screen_people
from analytics.screening.searched import Searched, declared_by, searched, sources_of
from api.task import Task
from graph.current import Node
from graph.view import View
from loaders.checklist import Listed
from loaders.firm_list import ListedFirm
from loaders.people_list import ListedPerson

UNSIGNED = "no_authorisation"


@dataclass(frozen=True)
class Report:
    """What every list's answer holds: by row of the list its finding, what was searched, and the nodes spoken of."""

    findings: tuple[Finding, ...]
    searched: tuple[Searched, ...]
    nodes: dict[int, Node]
    totals: dict[str, int]

    def data_date(self, source: str | None) -> str | None:
        """The day of a source's data, where it was searched."""
        return next((s.data_date.isoformat() for s in self.searched if s.source == source and s.data_date), None)


@dataclass(frozen=True)
class PeopleReport(Report):
    """The answer to a list of people; `namesakes` counts those of a name whose bearer has no number."""

    listed: tuple[ListedPerson, ...]
    namesakes: dict[str, Namesakes]


@dataclass(frozen=True)
class FirmsReport(Report):
    """The answer to a list of firms; `buyer` is the firm that they are compared with, among the `keys` of the rows."""

    listed: tuple[ListedFirm, ...]
    keys: tuple[int | None, ...]
    buyer: int | None
    ties: tuple[Tie, ...]


def with_authorisation(listed: Sequence[ListedPerson]) -> list[ListedPerson]:
    """The list in which nobody is checked whose authorisation is not named; who cannot be checked anyhow has a note."""
    return [one if one.authorised else _unauthorised(one) for one in listed]


def _unauthorised(one: ListedPerson) -> ListedPerson:
    return replace(one, notes=(*one.notes, UNSIGNED)) if one.problem else replace(one, problem=UNSIGNED)


def report_on_people(view: View, listed: Sequence[ListedPerson], purpose: Purpose, task: Task) -> PeopleReport:
    """Everybody of a list who can be checked, all together."""
    asked = [one for one in listed if one.problem is None and one.same_as is None]
    candidates = [Candidate(one.name, one.number, one.masks) for one in asked if one.number]
    company_post = task.target is not None and task.target.company
    found = screen_people(view, candidates, purpose, company_post=company_post)
    by_number = dict(zip((one.who for one in asked), found, strict=True))
    findings = tuple(Finding(reason=one.problem) if one.problem else by_number[one.who] for one in listed)
    firms = {k for f in found for e in (*f.own, *f.related) for k in (e.fact.subject, *(r.firm for r in e.roles))}
    return PeopleReport(
        findings=findings,
        searched=searched(view, sources_of(purpose, people=True), declared_by(purpose)),
        nodes={n.key: n for n in view.nodes(sorted(firms)) if n.label != "Person"},
        totals=totals(listed, findings),
        listed=tuple(listed),
        namesakes=namesakes(view, (one.name for one in listed if one.problem == "number_absent" and one.name)),
    )


def report_on_firms(view: View, listed: Sequence[ListedFirm], purpose: Purpose, buyer: int | None) -> FirmsReport:
    """Every firm of a list that can be looked up, all together, with what ties them and the buyer to one another."""
    asked = {one.who: AskedFirm(one.name or None, one.code) for one in listed if one.problem is None}
    by_firm = dict(zip(asked, screen_firms(view, list(asked.values()), purpose), strict=True))
    whole = [by_firm[one.who] if one.problem is None else None for one in listed]
    keys = tuple(f.node.key if f and f.node else None for f in whole)
    ties = tuple(ties_among(view, {*(k for k in keys if k is not None), *([buyer] if buyer is not None else [])}))
    spoken = {k for t in ties for k in (t.node, t.firm)} | {k for k in (*keys, buyer) if k is not None}
    findings = tuple(f.finding if f else Finding(reason=one.problem) for f, one in zip(whole, listed, strict=True))
    return FirmsReport(
        findings=findings,
        searched=searched(view, sources_of(purpose, people=False)),
        nodes={n.key: n for n in view.nodes(sorted(spoken))},
        totals=totals(listed, findings),
        listed=tuple(listed),
        keys=keys,
        buyer=buyer,
        ties=ties,
    )


def totals(listed: Sequence[Listed], findings: Sequence[Finding]) -> dict[str, int]:
    """read = checked + rejected + duplicate; rejected are those about whom nothing can be said."""
    duplicate = sum(one.same_as is not None for one in listed)
    rejected = sum(one.same_as is None and f.reason is not None for one, f in zip(listed, findings, strict=True))
    checked = sum(one.same_as is None and f.reason is None for one, f in zip(listed, findings, strict=True))
    return {"read": len(listed), "checked": checked, "rejected": rejected, "duplicate": duplicate}
