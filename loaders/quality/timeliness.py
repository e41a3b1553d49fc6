"""How late records come: working days from a record's own date to the day on which it was first received."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from graph.schema import SCHEMA
from graph.store import Slice
from graph.time import NO_DATE, Calendar, iso
from loaders.local_catalogue import LocalCatalogue
from loaders.quality.known import Known, Table
from loaders.source import sources

Int64 = npt.NDArray[np.int64]

COLUMNS = ("records", "late", "late_share", "median_lag", "greatest_lag")


@dataclass(frozen=True)
class Timeliness:
    """Every record known at a moment, once, under the batch that first brought it. O(records)."""

    known: Known
    catalogue: LocalCatalogue
    calendar: Calendar

    @cached_property
    def records(self) -> pd.DataFrame:
        """key, seq (first batch), source (position), dated (day), authority, attached; a row a record."""
        at = Slice(self.known.seq)
        frames = [self._label(name, at) for name in SCHEMA.record_labels()]
        out = pd.concat([frame for frame in frames if len(frame)] or frames[:1], ignore_index=True)
        attached = pd.unique(self.known.store.columns("SUBJECT_OF", ["end"], at)["end"])
        return out.assign(
            authority=out["authority"].astype("category"),
            attached=np.isin(out["key"].to_numpy(), attached, assume_unique=True),
        )

    def _label(self, name: str, at: Slice) -> pd.DataFrame:
        dated = SCHEMA.labels[name].dated or ""
        # Between nothing and now every version may differ: the first one says when the record came.
        v = self.known.store.changed_columns(name, ["owner", "recorded_seq", dated, "authority"], Slice(0), at)
        order = np.lexsort((v["recorded_seq"], v["owner"]))
        _, start, record = np.unique(v["owner"][order], return_index=True, return_inverse=True)
        live = np.flatnonzero(v["live"][order] == 1)
        record, row = record[live], order[live]
        once = np.diff(record, prepend=-1) > 0  # of several sources' versions the one that came first
        record, row = record[once], row[once]
        seq = v["recorded_seq"][order[start[record]]]
        columns = {"key": v["owner"][row], "seq": seq, "source": self.known.source_of[seq], "dated": v[dated][row]}
        return pd.DataFrame(columns | {"authority": v["authority"][row]})

    @cached_property
    def dated(self) -> pd.DataFrame:
        """Of the records those with a date that are no stock: with lag (working days) and late (lag over the limit)."""
        records = self.records
        seq = records["seq"].to_numpy(dtype=np.int64)
        counted = (records["dated"] != NO_DATE) & ~self.known.stock[seq] & (records["source"] >= 0)
        out = records[counted]
        lag = self.calendar.lag(
            out["dated"].to_numpy(dtype=np.int64), self.known.received[out["seq"].to_numpy(dtype=np.int64)]
        )
        limit = self.limits[out["source"].to_numpy(dtype=np.int64)]
        return pd.DataFrame(out.assign(lag=lag, late=lag > limit))

    @cached_property
    def limits(self) -> Int64:
        """By source the working days that it has."""
        entries = [self.catalogue.entry(sources()[name]) or sources()[name].catalogue for name in self.known.sources]
        return np.array([entry.timeliness_days for entry in entries], dtype=np.int64)

    @cached_property
    def unattached(self) -> Counter[str]:
        """Records that are attached to nobody, by source."""
        loose = self.records.loc[~self.records["attached"].astype(bool) & (self.records["source"] >= 0), "source"]
        return Counter({self.known.sources[int(s)]: int(n) for s, n in loose.value_counts().items()})  # type: ignore[call-overload]

    def by_source(self) -> Table:
        """COLUMNS of each source that brought records after its stock, then of all."""
        dated = self.dated
        rows: list[tuple[Any, ...]] = [
            (self.known.sources[at], int(self.limits[at]), *_measures(dated[dated["source"] == at]))
            for at in np.unique(dated["source"].to_numpy(dtype=np.int64)).tolist()
        ]
        rows.append(("total", None, *_measures(dated)))
        return Table(("source", "limit", *COLUMNS), rows)

    def by_authority(self) -> Table:
        """COLUMNS of each authority of each source, most late records first."""
        grouped = self.dated.groupby(["source", "authority"], observed=True)
        lag, late = grouped["lag"], grouped["late"]
        found = pd.DataFrame(
            {"records": lag.size(), "late": late.sum(), "median": lag.median(), "greatest": lag.max()}
        ).reset_index()
        rows = [
            (self.known.sources[s], a, int(n), int(k), k / n, float(m), int(g))
            for s, a, n, k, m, g in found.itertuples(index=False)
        ]
        rows.sort(key=lambda r: (-r[3], r[0], r[1]))
        return Table(("source", "authority", *COLUMNS), rows, keys=2)

    def latest(self, source: str, limit: int) -> Table:
        """The records of a source that came latest: id, own date, batch, working days."""
        mine = self.dated[self.dated["source"] == self.known.sources.index(source)]
        worst = mine[mine["late"]].sort_values(["lag", "key"], ascending=[False, True]).head(limit)
        ids = self.known.store.nodes([int(k) for k in worst["key"]], self.known.seq)
        rows = [
            (ids[int(key)][0], iso(int(dated)), int(seq), int(lag))
            for key, dated, seq, lag in worst[["key", "dated", "seq", "lag"]].itertuples(index=False)
        ]
        return Table(("record", "own_date", "batch", "lag"), rows)


def _measures(group: pd.DataFrame) -> tuple[Any, ...]:
    records, late = len(group), int(group["late"].sum())
    if not records:
        return 0, 0, None, None, None
    return records, late, late / records, float(group["lag"].median()), int(group["lag"].max())
