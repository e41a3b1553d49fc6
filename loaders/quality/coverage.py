"""What is known of the living companies, and which source says anything of them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from graph.schema import SCHEMA
from graph.store import Slice
from loaders.quality.companies import REGISTER, Companies
from loaders.quality.known import Table

Int64 = npt.NDArray[np.int64]

# What a company ought to have, and the relationship and end that say so.
_HAD = {
    ("LEGAL_REPRESENTATIVE_OF", "end"): "legal_representative",
    ("HOLDS_SHARES_IN", "end"): "holders",
    ("REGISTERED_AT", "owner"): "address",
}
_DERIVED = {"SAME_AS", "POSSIBLY_SAME"}


@dataclass
class Coverage:
    """Over the living companies: how many have what, and how many each source speaks of."""

    living: Int64  # keys, ascending
    unregistered: int  # companies that only other sources name
    having: dict[str, int] = field(default_factory=dict)
    by_source: dict[str, int] = field(default_factory=dict)

    def shares(self) -> dict[str, float]:
        """Share of living companies by source; the register's is 1, who is living stands there."""
        total = len(self.living)
        return {name: count / total for name, count in (self.by_source | {REGISTER: total}).items()} if total else {}

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
    seen: dict[int, npt.NDArray[np.bool_]] = {}
    for kind in SCHEMA.types.values():
        ends = [end for end, labels in (("owner", kind.start), ("end", kind.end)) if "Company" in labels]
        if kind.name in _DERIVED or not ends:
            continue
        found = known.store.columns(kind.name, [*ends, "recorded_seq"], at)
        source = known.source_of[found["recorded_seq"]]
        for end in ends:
            here, firm = _positions(out.living, found[end])
            if name := _HAD.get((kind.name, end)):
                out.having[name] = len(np.unique(firm))
            for one in np.unique(source[here]).tolist():
                marks = seen.setdefault(one, np.zeros(len(out.living), dtype=bool))
                marks[firm[source[here] == one]] = True
    out.by_source = {known.sources[s]: int(m.sum()) for s, m in sorted(seen.items()) if s >= 0}
    out.having["industry"] = int((living & companies.firms(valid & (v["industry"] >= 0))).sum())
    return out


def _positions(living: Int64, keys: Int64) -> tuple[npt.NDArray[np.bool_], Int64]:
    """Which keys are living companies', and their positions among them."""
    if not len(living):
        return np.zeros(len(keys), dtype=bool), np.zeros(0, dtype=np.int64)
    at = np.minimum(np.searchsorted(living, keys), len(living) - 1)
    here = living[at] == keys
    return here, at[here]
