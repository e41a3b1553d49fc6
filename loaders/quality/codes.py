"""The error rate of unified social credit codes (重错码率): 2-rules B1, below 1 in 10,000 living entities.

An entity is in error where its code bears several names in the register, where the register holds it under several
codes, or where another source gives the code another name than the register ever did; and a row of the register whose
code fails its check, so that it is in the graph under no code at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from graph.delivery import Coverage
from loaders.quality.companies import REGISTER, Companies
from loaders.quality.known import Known, Table

Int64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

LIMIT = 1.0  # errors among 10,000 living entities
EXAMPLES = 5
_BAD_CODES = {"code_check", "code_form", "code_truncated", "code_is_number"}
_ENTERPRISES = ("91", "93")  # their full names are unique with one registration authority (企业名称登记管理规定)
_PREFIX = len("CN-USCC:") + 8


@dataclass(frozen=True)
class CodeErrors:
    """Entities in error by component, living entities, and refused rows of the register as (batch, row)."""

    components: dict[str, Int64]
    refused: list[tuple[int, int]]
    living: int

    @property
    def total(self) -> int:
        """Errors; an entity with several counts once."""
        return len(np.unique(np.concatenate(list(self.components.values())))) + len(self.refused)

    @property
    def per_10_000(self) -> float | None:
        """The rate; None without living entities."""
        return self.total * 10_000 / self.living if self.living else None


@dataclass(frozen=True)
class Codes:
    """The codes of companies, to be judged as known at any batch up to a moment."""

    companies: Companies

    @property
    def known(self) -> Known:
        """The deliveries behind them."""
        return self.companies.known

    def at(self, seq: int, day: int) -> CodeErrors:
        """The errors as known at a batch, among what holds on a day. O(versions)."""
        v = self.companies.versions
        known, valid = self.companies.visible(seq, day)
        living = self.companies.living(valid)
        components = {
            "several_names": self._several_names(valid, living),
            "several_codes": self._several_codes(valid, living),
            "name_mismatch": self._by_key(v["firm"][self._mismatched(known, valid, living)]),
        }
        keys = {name: v["keys"][firms] for name, firms in components.items()}
        return CodeErrors(keys, self._refused(seq), int(living.sum()))

    def mismatched(self, seq: int, day: int) -> Table:
        """By source how many living firms it names otherwise than the register, and which."""
        v = self.companies.versions
        known, valid = self.companies.visible(seq, day)
        rows = self._mismatched(known, valid, self.companies.living(valid))
        found: list[tuple[str, int, str]] = []
        for source in np.unique(v["source"][rows]).tolist():
            keys = v["keys"][self._by_key(v["firm"][rows[v["source"][rows] == source]])]
            found.append((self.known.sources[source], len(keys), self.ids(keys, seq)))
        return Table(("source", "subjects", "examples"), found)

    def ids(self, keys: Int64, seq: int) -> str:
        """Ids of the first few firms."""
        few = keys[:EXAMPLES].tolist()
        ids = self.known.store.nodes(few, seq)
        return ", ".join(ids[key][0] for key in few)

    def _several_names(self, valid: Bools, living: Bools) -> Int64:
        v = self.companies.versions
        rows = valid & v["register"] & (v["name"] >= 0) & living[v["firm"]]
        _, first = np.unique(v["pair"][rows], return_index=True)
        names = np.bincount(v["firm"][rows][first], minlength=len(living))
        return self._by_key(np.flatnonzero(names > 1))

    def _by_key(self, firms: Int64) -> Int64:
        """Firms, each once, in the order of their keys."""
        firms = np.unique(firms)
        return firms[np.argsort(self.companies.versions["keys"][firms])]

    def _mismatched(self, known: Bools, valid: Bools, living: Bools) -> Int64:
        """Versions of other sources whose name the register never gave that code; former names are names."""
        v = self.companies.versions
        registered = np.zeros(int(v["pair"].max(initial=-1)) + 1, dtype=bool)
        registered[v["pair"][known & v["register"]]] = True
        other = valid & ~v["register"] & (v["source"] >= 0) & (v["name"] >= 0)
        return np.flatnonzero(other & living[v["firm"]] & ~registered[v["pair"]])

    def _several_codes(self, valid: Bools, living: Bools) -> Int64:
        """Firms that share an identifier, those that share it one after the other."""
        v = self.companies.versions
        out = [np.zeros(0, dtype=np.int64)]
        for rows, value in self._shared:
            holds = valid[rows] & living[v["firm"][rows]]
            firm = v["firm"][rows[holds]]
            pairs = pd.DataFrame({"value": value[holds], "firm": firm, "key": v["keys"][firm]}).drop_duplicates()
            group = pairs.groupby("value")["key"]
            pairs = pairs.assign(many=group.transform("size") > 1, first=group.transform("min"))
            out.append(pairs[pairs["many"]].sort_values(["first", "key"])["firm"].to_numpy(dtype=np.int64))
        return pd.unique(np.concatenate(out))

    @cached_property
    def _shared(self) -> list[tuple[Int64, Int64]]:
        """(versions of the register, value) of each identifier that several companies ever had in common.

        Names count within one kind of code and one registration authority, as characters 1 to 8 of the code say.
        """
        v = self.companies.versions
        out = []
        for name in ("registration_number", "organisation_code", "name"):
            rows = np.flatnonzero(v["register"] & (v[name] >= 0))
            value = v[name][rows]
            pairs = pd.DataFrame({"value": value, "firm": v["firm"][rows]}).drop_duplicates()
            rows = rows[np.isin(value, pairs["value"][pairs["value"].duplicated()].to_numpy())]
            value = v[name][rows]
            if name == "name" and len(rows):
                rows, value = self._by_authority(rows, value)
            out.append((rows, value.astype(np.int64)))
        return out

    def _by_authority(self, rows: Int64, value: Int64) -> tuple[Int64, Int64]:
        keys = self.companies.versions["keys"][self.companies.versions["firm"][rows]]
        ids = self.known.store.nodes(np.unique(keys).tolist(), self.known.seq)
        prefix = [ids[key][0][:_PREFIX] for key in keys.tolist()]
        comparable = np.array([p.removeprefix("CN-USCC:").startswith(_ENTERPRISES) for p in prefix], dtype=bool)
        kind, _ = pd.factorize(np.array(prefix, dtype=object))
        return rows[comparable], (kind * (value.max() + 1) + value)[comparable]

    def _refused(self, seq: int) -> list[tuple[int, int]]:
        """Rows of the register's last full list, and of what came since, that were refused for their code."""
        files = [b for b in self.known.deliveries if b.delivery.source == REGISTER and b.seq <= seq]
        last = {b.delivery.scope: b.seq for b in files if b.delivery.coverage is Coverage.FULL}
        counted = {b.seq for b in files if b.seq >= last.get(b.delivery.scope, 0)}
        corrected = {(c["corrects"], c["sheet"], c["row"]) for c in self._corrections if c["seq"] <= seq}
        found: dict[Any, tuple[int, int]] = {}
        for q in self._quarantined:
            where = (q["seq"], q["row"])
            if q["seq"] in counted and (q["seq"], q["sheet"], q["row"]) not in corrected:
                same = q["value"] if q["code"] != "code_is_number" else None  # sent again; that one is not shown
                found.setdefault(same or where, where)
        return list(found.values())

    @cached_property
    def _quarantined(self) -> list[dict[str, Any]]:
        return [q for q in self.known.refused if q["source"] == REGISTER and q["code"] in _BAD_CODES]

    @cached_property
    def _corrections(self) -> list[dict[str, Any]]:
        return list(self.known.ledger("correction"))


def code_errors(codes: Codes, seq: int, day: int) -> Table:
    """The four components, their union and its rate, each with examples: codes of firms, or batch and row."""
    errors = codes.at(seq, day)
    rate = errors.per_10_000
    where = ", ".join(f"{batch}:{row}" for batch, row in errors.refused[:EXAMPLES])
    rows: list[tuple[Any, ...]] = [
        *((name, len(keys), codes.ids(keys, seq)) for name, keys in errors.components.items()),
        ("check_failed", len(errors.refused), where),
        ("total", errors.total, None),
        ("living", errors.living, None),
        ("per_10_000", rate, None if rate is None else "within_limit" if rate < LIMIT else "over_limit"),
    ]
    return Table(("component", "count", "examples"), rows)
