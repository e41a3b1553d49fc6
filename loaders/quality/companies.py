"""All versions of companies that were ever known up to a moment, to be looked at as of any earlier one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from graph.store import Slice
from graph.time import NO_DATE
from loaders.quality.known import Known

Int64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

REGISTER = "registrations"
LIVING = ("active", "suspended")  # 存续、歇业
_TEXTS = ("name", "status", "registration_number", "organisation_code", "industry")
_CLOCKS = ("recorded_seq", "superseded_seq", "valid_from", "valid_to")


@dataclass(frozen=True)
class Companies:
    """Versions in columns. Texts are numbers, equal where the text is, -1 for none; `firm` is a position in `keys`."""

    known: Known

    @cached_property
    def versions(self) -> dict[str, npt.NDArray[Any]]:
        """firm, pair (of firm and name), source, register, living (the status), the clocks and texts."""
        # Between nothing and now every version may differ: superseded ones come too.
        after, until = Slice(0), Slice(self.known.seq)
        out = self.known.store.changed_columns("Company", ["owner", *_TEXTS, *_CLOCKS], after, until)
        statuses: Any = ()
        for name in _TEXTS:
            out[name], values = pd.factorize(out[name])
            statuses = values if name == "status" else statuses
        firm, keys = pd.factorize(out["owner"])
        pair, _ = pd.factorize(firm * (int(out["name"].max(initial=0)) + 2) + out["name"])
        source = self.known.source_of[out["recorded_seq"]]
        register = source == self.known.sources.index(REGISTER)
        living = register & np.isin(out["status"], [i for i, value in enumerate(statuses) if value in LIVING])
        found = {"firm": firm, "pair": pair, "source": source, "register": register, "living": living}
        return out | found | {"keys": np.asarray(keys, dtype=np.int64)}

    @property
    def keys(self) -> Int64:
        """Node keys of the firms."""
        return self.versions["keys"]

    def visible(self, seq: int, day: int) -> tuple[Bools, Bools]:
        """Versions known at a batch, and those of them that hold on a day."""
        v = self.versions
        known = (v["recorded_seq"] <= seq) & ((v["superseded_seq"] == NO_DATE) | (v["superseded_seq"] > seq))
        start, end = v["valid_from"], v["valid_to"]
        return known, known & ((start == NO_DATE) | (start <= day)) & ((end == NO_DATE) | (end > day))

    def firms(self, versions: Bools) -> Bools:
        """Which firms have any of these versions."""
        out = np.zeros(len(self.keys), dtype=bool)
        out[self.versions["firm"][versions]] = True
        return out

    def living(self, valid: Bools) -> Bools:
        """Which firms live, as the register's versions that hold say."""
        return self.firms(valid & self.versions["living"])
