"""Runs: a computation with all that made it, stored so that it can be told and repeated."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.classes.baseline import Baseline, baseline_for
from analytics.classes.grades import Grades
from analytics.classes.grading import few_inputs, grade, grade_inputs, weighed
from analytics.decisions import Kind, decisions
from analytics.indicators.parts import Inputs
from analytics.rules.grading import pack_on
from graph.approval import ArchiveApproval
from graph.declaration import Disclosure
from graph.errors import NotFound
from graph.projection import GraphProjection
from graph.store import GraphStore
from graph.time import Moment, iso, to_day
from graph.usable import Use
from graph.view import View

Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Run:
    """A run's identity and manifest. Equal manifests give equal results, byte for byte."""

    run_id: str
    manifest: dict[str, Any]


def grade_run(
    store: GraphStore,
    moment: Moment,
    disclosure: Disclosure = Disclosure.GOVERNMENT,
    baseline: str | None = None,
    model: str = "general",
) -> tuple[Run, GraphProjection, Grades]:
    """Build the projection of a moment and grade it by a model, against a named baseline or the last of the moment."""
    projection = GraphProjection.from_store(store, moment, Use.GRADE, disclosure)
    pack = pack_on(moment.as_of, model)
    against = baseline_for(store, moment, baseline)
    grades = grade(store, projection, pack, against)
    return _run(projection, grades, against, _decided(store, moment), {"model": model}), projection, grades


def grade_few_run(
    view: View,
    companies: Int64,
    baseline: str | None = None,
    without: Int64 | None = None,
    model: str = "general",
) -> tuple[Run, Inputs, Grades]:
    """Grade some companies (keys) as a run of all does, on what their classes follow from, which is returned too.

    `without`: what if these records (keys) were not there.
    """
    against = baseline_for(view.store, view.moment, baseline)
    inputs = few_inputs(view, companies, against)
    parameters: dict[str, Any] = {"model": model, "companies": sorted(companies.tolist())}
    if without is not None:
        inputs, parameters["without"] = inputs.without(without), sorted(without.tolist())
    inputs, pack = weighed(view.store, inputs, pack_on(view.moment.as_of, model))
    grades = grade_inputs(view.store, inputs, pack, companies)
    run = _run(inputs.projection, grades, against, _decided(view.store, view.moment), parameters)
    return run, inputs, grades


def _run(
    projection: GraphProjection,
    grades: Grades,
    against: Baseline | None,
    decided: list[str],
    parameters: dict[str, Any],
) -> Run:
    manifest = {k: v for k, v in projection.manifest.items() if k != "store"}
    manifest |= {
        "kind": "grade",
        "packs": [grades.pack.name],
        "baseline": against.name if against else None,
        "decisions": _digest(decided),
        "input": projection.digest,
        "code": _version(),
        "parameters": parameters,
    }
    return Run(_digest(manifest), manifest)


def _decided(store: GraphStore, moment: Moment) -> list[str]:
    """What officers had decided about parts, as far as it was known."""
    return sorted(map(str, decisions(store, Kind.ASSOCIATION, moment.known_at).values()))


def _digest(value: Any) -> str:
    return hashlib.blake2b(json.dumps(value, sort_keys=True).encode(), digest_size=8).hexdigest()


def kept_run(store: GraphStore, run_id: str) -> Run:
    """A stored run of classes by its id, or by what it begins with; NotFound for none or several."""
    rows = {r["run_id"]: r for r in store.ledger("run") if r["kind"] == "grade" and r["run_id"].startswith(run_id)}
    if len(rows) != 1:
        raise NotFound(f"{len(rows)} stored runs of classes begin with {run_id!r}", "creditgraph grade keeps one.")
    ((found, row),) = rows.items()
    return Run(found, json.loads(row["manifest"]))


def view_again(store: GraphStore, run: Run, used_on: dt.date, approval: ArchiveApproval | None = None) -> View:
    """The window that a stored run was made through.

    With an approval as it was; without one what may not be used on `used_on`, the real day, is left out.
    """
    m = run.manifest
    day = {n: dt.date.fromisoformat(m[n]) for n in ("as_of", "known_at", "used_on")}
    disclosure, latest = Disclosure(m["disclosure"]), None if approval is None else int(m["latest"])
    moment = Moment(day["as_of"], day["known_at"], used_on if approval is None else day["used_on"])
    return View(store, moment, Use(m["use"]), disclosure, approval, latest, int(m["seq"]))


def erased_since(store: GraphStore, run: Run) -> int:
    """How many nodes and texts were erased since a run: it can no longer be told as it was."""
    made = to_day(dt.date.fromisoformat(run.manifest["used_on"]))
    return sum(row["erased_on"] > made for row in store.ledger("tombstone"))


def store_run(store: GraphStore, run: Run, projection: GraphProjection, grades: Grades, prefix: str = "credit") -> None:
    """Keep a run: its manifest in the ledger, classes, scores and parts as properties of the companies.

    `prefix`: what the properties' names begin with; a sector model never writes over the general class.
    """
    result = {"distribution": grades.distribution()}
    store.append(
        "run",
        [
            {
                "run_id": run.run_id,
                "kind": "grade",
                "manifest": json.dumps(run.manifest, sort_keys=True),
                "result": json.dumps(result, sort_keys=True),
            }
        ],
    )
    keys = projection.nodes[grades.node]
    store.write_results(
        "Company",
        keys,
        {
            f"{prefix}_class": grades.grade.tolist(),
            f"{prefix}_colour": grades.colour.tolist(),
            f"{prefix}_score": [s / 1000 for s in grades.score.tolist()],
            f"{prefix}_coverage": [round(c, 4) for c in grades.coverage.tolist()],
            f"{prefix}_parts": _parts_json(projection, grades),
            f"{prefix}_next_change": [iso(d) for d in grades.next_change.tolist()],
            f"{prefix}_run": [run.run_id] * len(keys),
        },
    )


def _parts_json(projection: GraphProjection, grades: Grades) -> list[str]:
    """Per company its parts as JSON: indicator, points, kind of evidence, key of the evidence."""
    parts = grades.parts
    keys = np.where(
        parts.kind == "record", projection.nodes[np.where(parts.kind == "record", parts.evidence, 0)], parts.evidence
    )
    # What stands before the key is the same for many parts, and made once for all of them.
    kinds, kind = np.unique(parts.kind.astype(str), return_inverse=True)
    span = int(np.ptp(parts.points)) + 1 if len(parts) else 1
    code = (parts.indicator.astype(np.int64) * max(len(kinds), 1) + kind) * span + parts.points
    _, first, at = np.unique(code, return_index=True, return_inverse=True)
    alike = zip(parts.indicator[first].tolist(), parts.points[first].tolist(), kind[first].tolist(), strict=True)
    heads = [f'{json.dumps([grades.indicators[i], p / 1000, str(kinds[k])])[:-1]}, "' for i, p, k in alike]
    rows = [f'{heads[i]}{key}"]' for i, key in zip(at.tolist(), keys.tolist(), strict=True)]
    ends = np.searchsorted(parts.company, np.arange(len(grades.node) + 1)).tolist()
    return [f"[{', '.join(rows[a:b])}]" for a, b in zip(ends, ends[1:], strict=False)]


def _version() -> str:
    try:
        return version("creditgraph")
    except PackageNotFoundError:
        return "source"
