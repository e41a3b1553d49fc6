"""Runs: a computation with all that made it, stored so that it can be told and repeated."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.arrays.coded import coded
from analytics.aspects.reading import few_inputs
from analytics.classes.grades import Grades, PartTable
from analytics.classes.grading import grade, grade_inputs, weighed
from analytics.decisions import Kind, decisions, decisions_made
from analytics.indicators.baseline import Baseline, baseline_for
from analytics.indicators.inputs import GradeInputs
from analytics.indicators.pack import pack_on
from graph.approval import ArchiveApproval
from graph.declaration import Disclosure
from graph.delivery import delivered
from graph.errors import NotFound
from graph.projection import GraphProjection
from graph.store import GraphStore
from graph.time import Moment, iso, to_day
from graph.usable import Use
from graph.view import View

Int64 = npt.NDArray[np.int64]
_PORTION = 100_000  # companies whose parts are written out at once


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
    run, grades = grade_all(store, projection, moment, baseline, model)
    return run, projection, grades


def grade_all(
    store: GraphStore, projection: GraphProjection, moment: Moment, baseline: str | None = None, model: str = "general"
) -> tuple[Run, Grades]:
    """Grade the projection of a moment, as `grade_run` does."""
    against = baseline_for(store, moment, baseline)
    grades = grade(store, projection, pack_on(moment.as_of, model), against)
    projection.forget()  # who controls whom and all else that one grading derives takes a gigabyte in a large city
    return _run(store, projection, grades, against, moment, {"model": model}), grades


def grade_few_run(
    view: View,
    companies: Int64,
    baseline: str | None = None,
    without: Int64 | None = None,
    model: str = "general",
) -> tuple[Run, GradeInputs, Grades]:
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
    run = _run(view.store, inputs.projection, grades, against, view.moment, parameters, view.decided)
    return run, inputs, grades


def _run(
    store: GraphStore,
    projection: GraphProjection,
    grades: Grades,
    against: Baseline | None,
    moment: Moment,
    parameters: dict[str, Any],
    decided: int | None = None,
) -> Run:
    made = decisions_made(store) if decided is None else decided
    manifest = {k: v for k, v in projection.manifest.items() if k != "store"}
    manifest |= {
        "kind": "grade",
        "packs": [grades.pack.name],
        "baseline": against.name if against else None,
        "decided": made,
        "decisions": _digest(_decided(store, moment, made)),
        "batches": delivered(store.batches(), int(manifest["latest"])),
        "input": projection.digest,
        "code": _version(),
        "parameters": parameters,
    }
    return Run(_digest(manifest), manifest)


def _decided(store: GraphStore, moment: Moment, made: int) -> list[str]:
    """What officers had decided about parts, as far as it was known."""
    return sorted(map(str, decisions(store, Kind.ASSOCIATION, moment.known_at, made).values()))


def replaced_since(store: GraphStore, run: Run) -> bool:
    """Whether batches that a run read are others now; False for an old run, which does not say what it read."""
    read = run.manifest.get("batches")
    return read is not None and read != delivered(store.batches(), int(run.manifest["latest"]))


def _digest(value: Any) -> str:
    return hashlib.blake2b(json.dumps(value, sort_keys=True).encode(), digest_size=8).hexdigest()


def kept_run(store: GraphStore, run_id: str) -> Run:
    """A stored run of classes by its id, or by what it begins with; NotFound for none or several."""
    rows = {r["run_id"]: r for r in store.ledger("run") if r["kind"] == "grade" and r["run_id"].startswith(run_id)}
    if len(rows) != 1:
        raise NotFound(
            f"{len(rows)} stored runs of classes begin with {run_id!r}",
            "creditgraph grade keeps one.",
            f"以 {run_id!r} 开头的已存分类运行有 {len(rows)} 个，须恰为一个。creditgraph grade 保存运行并给出编号。",
        )
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
    return View(store, moment, Use(m["use"]), disclosure, approval, latest, int(m["seq"]), m.get("decided"))


def other_code(run: Run) -> bool:
    """Whether another version of the program made a run, whose packs and formulas may have been others."""
    return bool(run.manifest["code"] != _version())


def erased_since(store: GraphStore, run: Run) -> int:
    """How many nodes and texts were erased on the day of a run or since: it can perhaps not be told as it was."""
    made = to_day(dt.date.fromisoformat(run.manifest["used_on"]))
    return sum(row["erased_on"] >= made for row in store.ledger("tombstone"))


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
            f"{prefix}_score": (grades.score / 1000).tolist(),
            f"{prefix}_coverage": _each(grades.coverage, lambda c: round(c, 4)),
            f"{prefix}_parts": _parts_json(projection, grades),
            f"{prefix}_next_change": _each(grades.next_change, iso),
            f"{prefix}_run": [run.run_id] * len(keys),
        },
    )


def _each(values: npt.NDArray[Any], tell: Callable[[Any], Any]) -> list[Any]:
    """What is told of each value, asked of each different one once."""
    codes, names = coded(values)
    told = [tell(name) for name in names]
    return [told[code] for code in codes.tolist()]


def _parts_json(projection: GraphProjection, grades: Grades) -> Iterator[str]:
    """Per company its parts as JSON: indicator, points, kind of evidence, key of the evidence."""
    ends = np.searchsorted(grades.parts.company, np.arange(len(grades.node) + 1))
    for first in range(0, len(grades.node), _PORTION):
        of = ends[first : first + _PORTION + 1]
        rows = _rows_json(projection, grades, slice(of[0], of[-1]))
        bounds = (of - of[0]).tolist()
        yield from (f"[{', '.join(rows[a:b])}]" for a, b in zip(bounds, bounds[1:], strict=False))


def _rows_json(projection: GraphProjection, grades: Grades, at: slice) -> list[str]:
    parts = PartTable(*(column[at] for column in vars(grades.parts).values()))
    record = parts.kind == "record"
    keys = np.where(record, projection.nodes[np.where(record, parts.evidence, 0)], parts.evidence)
    # What stands before the key is the same for many parts, and made once for all of them.
    kind, kinds = coded(parts.kind)
    span = int(np.ptp(parts.points)) + 1 if len(parts) else 1
    code = (parts.indicator.astype(np.int64) * max(len(kinds), 1) + kind) * span + parts.points
    _, first, of = np.unique(code, return_index=True, return_inverse=True)
    alike = zip(parts.indicator[first].tolist(), parts.points[first].tolist(), kind[first].tolist(), strict=True)
    heads = [f'{json.dumps([grades.indicators[i], p / 1000, str(kinds[k])])[:-1]}, "' for i, p, k in alike]
    return [f'{heads[i]}{key}"]' for i, key in zip(of.tolist(), keys.tolist(), strict=True)]


def _version() -> str:
    try:
        return version("creditgraph")
    except PackageNotFoundError:
        return "source"
