"""What is known of the living companies, and which source says anything of them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from graph.schema import SCHEMA
from graph.store import Slice
from loaders.quality.companies import Companies
from loaders.quality.known import Table

Int64 = npt.NDArray[np.int64]

# What a company ought to have, by the relationship that says so.
_HAD = {
    "LEGAL_REPRESENTATIVE_OF": "legal_representative",
    "HOLDS_SHARES_IN": "holders",
    "REGISTERED_AT": "address",
}
_ELSEWHERE = {"SAME_AS", "POSSIBLY_SAME", "SUBJECT_OF"}  # derived; and every source of records names their subjects


@dataclass
class Coverage:
    """Over the living companies: how many have what, and how many each source speaks of."""

    living: Int64  # keys, ascending
    unregistered: int  # companies that only other sources name
    having: dict[str, int] = field(default_factory=dict)
    marks: dict[int, npt.NDArray[np.bool_]] = field(default_factory=dict)  # by source: of which it speaks

    def mark(self, source: Int64, keys: Int64) -> Int64:
        """Note which sources speak of which firms; returns the positions of the living among them."""
        here, firm = _positions(self.living, keys)
        for one in np.flatnonzero(np.bincount(source[here & (source >= 0)])).tolist():
            self.marks.setdefault(one, np.zeros(len(self.living), dtype=bool))[firm[source[here] == one]] = True
        return firm

    def shares(self) -> dict[int, float]:
        """Share of living companies by source (position)."""
        return {source: float(marks.mean()) for source, marks in sorted(self.marks.items())}

    def table(self) -> Table:
        """Registration: share among all that any source names. The rest: share among the living."""
        total = len(self.living)
        named = total + self.unregistered
        rows = [("registration", total, total / named if named else None)]
        rows += [(name, count, count / total if total else None) for name, count in self.having.items()]
        return Table(("having", "companies", "share"), rows)


def coverage(companies: Companies) -> Coverage:
    """Of the companies that live on `as_of`. O(relationships)."""
    known, v = companies.known, companies.versions
    valid = companies.visible(known.seq, known.moment.as_of_day)[1]
    living = companies.living(valid)
    loose = companies.firms(valid) & ~companies.firms(valid & v["register"])
    out = Coverage(np.sort(companies.keys[living]), int(loose.sum()))
    at = Slice(known.seq, known.moment.as_of_day)
    out.mark(v["source"][valid], companies.keys[v["firm"][valid]])  # whom a source names
    for kind in SCHEMA.types.values():
        end = "end" if "Company" in kind.end else "owner"
        if kind.name in _ELSEWHERE or "Company" not in (*kind.start, *kind.end):
            continue
        found = known.store.columns(kind.name, [end, "recorded_seq"], at)
        firm = out.mark(known.source_of[found["recorded_seq"]], found[end])
        if name := _HAD.get(kind.name):
            out.having[name] = int(np.count_nonzero(np.bincount(firm)))
    out.having["industry"] = int((living & companies.firms(valid & (v["industry"] >= 0))).sum())
    return out


def _positions(living: Int64, keys: Int64) -> tuple[npt.NDArray[np.bool_], Int64]:
    """Which keys are living companies', and their positions among them."""
    if not len(living):
        return np.zeros(len(keys), dtype=bool), np.zeros(0, dtype=np.int64)
    at = np.minimum(np.searchsorted(living, keys), len(living) - 1)
    here = living[at] == keys
    return here, at[here]
