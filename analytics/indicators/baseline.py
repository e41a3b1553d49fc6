"""Population statistics, named and stored, that a firm is measured against: the same for full and partial runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analytics.indicators.association import risk_percentiles
from analytics.indicators.inputs import GradeInputs
from analytics.indicators.social import complaint_rates
from analytics.indicators.texts import read_texts, usual_scope
from analytics.structures.crowding import crowding
from graph.errors import UsageError
from graph.store import GraphStore
from graph.time import Moment


@dataclass(frozen=True)
class Baseline:
    """A named set of statistics, of a day and as known on a day."""

    name: str
    manifest: Mapping[str, Any]
    statistics: Mapping[str, Any]


def measure(inputs: GradeInputs) -> dict[str, Any]:
    """The statistics of a population: complaint rates, P99s of firms a person, address, contact and agent, risks."""
    return {"complaints": complaint_rates(inputs), "risk": risk_percentiles(inputs), **crowding(inputs)}


def store_baseline(
    store: GraphStore, name: str, inputs: GradeInputs, statistics: Mapping[str, Any] | None = None
) -> Baseline:
    """Keep a baseline, measured unless given; UsageError where the name is taken, for runs refer to it by name."""
    if name in {b.name for b in baselines(store)}:
        raise UsageError(
            f"there is a baseline {name!r} already",
            "Runs refer to it; choose another name.",
            f"基线 {name!r} 已存在。已有运行引用它，请另取名称。",
        )
    manifest = {k: inputs.projection.manifest[k] for k in ("as_of", "known_at", "used_on", "seq", "disclosure")}
    given = measure(inputs) if statistics is None else statistics
    made = Baseline(name, manifest, {**given, "scopes": usual_scope(read_texts(store, inputs.projection))})
    row = {
        "run_id": name,
        "kind": "baseline",
        "manifest": json.dumps(manifest, sort_keys=True),
        "result": json.dumps(made.statistics, sort_keys=True, ensure_ascii=False),
    }
    store.append("run", [row])
    return made


def baselines(store: GraphStore) -> list[Baseline]:
    """All baselines of a store in order of making."""
    return [
        Baseline(r["run_id"], json.loads(r["manifest"]), json.loads(r["result"]))
        for r in store.ledger("run")
        if r["kind"] == "baseline"
    ]


def baseline_for(store: GraphStore, moment: Moment, name: str | None = None) -> Baseline | None:
    """The baseline of a name, '' for none, or the last one made for a day up to the moment's; UsageError for an unknown
    name.
    """
    made = baselines(store)
    if name == "":
        return None
    if name is not None:
        found = next((b for b in made if b.name == name), None)
        if found is None:
            raise UsageError(
                f"there is no baseline {name!r}",
                f"There are: {', '.join(b.name for b in made) or 'none'}.",
                f"没有基线 {name!r}。现有：{'、'.join(b.name for b in made) or '无'}。",
            )
        return found
    upto = [b for b in made if b.manifest["as_of"] <= moment.as_of.isoformat()]
    return max(upto, key=lambda b: (b.manifest["as_of"], made.index(b)), default=None)
