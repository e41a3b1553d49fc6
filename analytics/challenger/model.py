"""A challenger: made of one day's firms and what befell them, calibrated, kept as a run, asked about another day."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.challenger.boosted import Boosted
from analytics.challenger.design import Design
from analytics.evaluation.splits import folds
from graph.errors import NotFound, UsageError
from graph.store import GraphStore

Int64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

KIND = "challenger"  # of its run in the ledger
CALIBRATION = 5  # folds: chances are calibrated on firms that the trees did not see
LEAST = 30  # firms that it befell, and that it did not
SURE = 0.0005  # no chance is nearer to 0 or 1


@dataclass(frozen=True)
class Challenger:
    """A model and all that made it. curve: log odds and the calibrated chance at each, both rising."""

    manifest: dict[str, Any]
    boosted: Boosted
    curve: tuple[list[float], list[float]]

    @property
    def run_id(self) -> str:
        """A hash of the manifest, which holds one of the model."""
        return hashlib.blake2b(json.dumps(self.manifest, sort_keys=True).encode(), digest_size=8).hexdigest()

    def chances(self, made: Design) -> Floats:
        """The calibrated chance of each firm of a design; UsageError for one of other indicators."""
        if list(made.indicators) != self.manifest["indicators"]:
            raise UsageError(
                "the challenger was made of other indicators",
                "Make the design for its outcome.",
                "挑战者模型以另一组指标训练。请按其预测对象生成特征。",
            )
        return np.asarray(np.clip(np.interp(self.boosted.log_odds(made.values), *self.curve), SURE, 1 - SURE))


def trained(made: Design, label: Int64, manifest: dict[str, Any], seed: int) -> tuple[Challenger, Floats]:
    """A challenger, and the chances that models of the other folds gave its own firms.

    Each indicator moves the chance in its direction only. UsageError where too few firms have either label.
    """
    counts = np.bincount(label, minlength=2)
    if counts.min() < LEAST:
        raise UsageError(
            f"the outcome befell {counts[1]} of {counts.sum()} firms",
            f"A challenger takes {LEAST} of each kind.",
            f"{counts.sum()} 户企业中发生 {counts[1]} 户，样本不足。训练需要发生与未发生各 {LEAST} 户。",
        )
    fold = folds(label, CALIBRATION, seed)
    unseen = np.empty(len(label))
    for k in range(CALIBRATION):
        held = fold == k
        unseen[held] = Boosted.of(_fitted(made, made.values[~held], label[~held], seed)).log_odds(made.values[held])
    curve = _calibrated(unseen, label)
    boosted = Boosted.of(_fitted(made, made.values, label, seed))
    told = manifest | {
        "kind": KIND,
        "indicators": list(made.indicators),
        "firms": len(label),
        "befallen": int(counts[1]),
        "seed": seed,
        "model": _digest(boosted, curve),
    }
    return Challenger(told, boosted, curve), np.clip(np.interp(unseen, *curve), SURE, 1 - SURE)


def _fitted(made: Design, x: Floats, label: Int64, seed: int) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(
        learning_rate=0.05, max_iter=150, max_leaf_nodes=8, min_samples_leaf=20, l2_regularization=5.0,
        monotonic_cst=list(made.sign), early_stopping=False, random_state=seed,
    ).fit(x, label)  # fmt: skip


def _calibrated(log_odds: Floats, label: Int64) -> tuple[list[float], list[float]]:
    """Isotonic regression (Zadrozny and Elkan 2002) as the corners of its curve."""
    from sklearn.isotonic import IsotonicRegression

    found = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip").fit(log_odds, label)
    return found.X_thresholds_.tolist(), found.y_thresholds_.tolist()


def keep(store: GraphStore, challenger: Challenger) -> None:
    """Store a challenger as a run."""
    plain = {"boosted": challenger.boosted.to_plain(), "curve": challenger.curve}
    row = {
        "run_id": challenger.run_id,
        "kind": KIND,
        "manifest": json.dumps(challenger.manifest, sort_keys=True),
        "result": json.dumps(plain),
    }
    store.append("run", [row])


def kept(store: GraphStore, run_id: str | None = None) -> Challenger:
    """A challenger by its run, or the last one; NotFound where there is none, UsageError where it was altered."""
    runs = [r for r in store.ledger("run") if r["kind"] == KIND and r["result"] is not None]  # else erased
    rows = [r for r in runs if run_id in (None, r["run_id"])]
    if not rows:
        raise NotFound(
            f"there is no challenger {run_id or ''}".rstrip(),
            "Make one: creditgraph challenger train.",
            f"没有挑战者模型 {run_id or ''}。请训练：creditgraph challenger train",
        )
    plain = json.loads(rows[-1]["result"])
    curve = (plain["curve"][0], plain["curve"][1])
    found = Challenger(json.loads(rows[-1]["manifest"]), Boosted.from_plain(plain["boosted"]), curve)
    if found.manifest["model"] != _digest(found.boosted, curve) or found.run_id != rows[-1]["run_id"]:
        raise UsageError(
            f"the challenger {rows[-1]['run_id']} is not as it was made",
            "Make it again.",
            f"挑战者模型 {rows[-1]['run_id']} 与训练时不一致。请重新训练。",
        )
    return found


def _digest(boosted: Boosted, curve: tuple[list[float], list[float]]) -> str:
    whole = json.dumps([boosted.to_plain(), curve])
    return hashlib.blake2b(whole.encode(), digest_size=16).hexdigest()
