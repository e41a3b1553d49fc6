"""What if files were loaded: they are, over the store and in memory, and nothing is written to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from api.deliveries import TOTALS, load_all
from api.settings import key_ring
from graph.delivery import Batch
from graph.errors import BatchHeld, UsageError
from graph.progress import Silent
from graph.store import GraphStore
from graph.stores.overlay import OverlayStore
from loaders.pipeline import Request
from loaders.reasons import explain

NOTICE = {
    "zh": "假设推演：以下为所列改变发生后的结果，图谱未作任何改动",
    "en": "What if: the result if the changes listed were made; nothing in the graph was changed",
}


@contextmanager
def loaded_over(store: GraphStore, files: list[Request], key: Path | None) -> Iterator[tuple[GraphStore, list[Batch]]]:
    """A store in memory over another one, with files loaded into it, and their batches; without files the store itself.

    Raises what `load` does; UsageError for a full list that leaves out so much that a load would wait for a person.
    """
    if not files:
        yield store, []
        return
    with OverlayStore(store) as over:
        try:
            batches = load_all(over, files, key_ring(key), Silent())
        except BatchHeld as held:
            raise UsageError(
                held.message,
                "With --accept-vanished: what if it were loaded so.",
                "所给全量名单比上次少了 5% 以上。加 --accept-vanished 可推演照此加载的结果。",
            ) from None
        yield over, batches


def told(store: GraphStore, batches: Sequence[Batch], without: Sequence[str]) -> dict[str, Any]:
    """What a what-if assumes, as plain values: the records left out as they were named, the files with refused rows."""
    return {"notice": NOTICE, "without": list(without), "with": [_file(store, batch) for batch in batches]}


def _file(store: GraphStore, batch: Batch) -> dict[str, Any]:
    delivery = batch.delivery
    refused = [
        {n: row[n] for n in ("sheet", "row", "field", "code")}
        | {"reason": {lang: explain(row["code"], lang) for lang in ("zh", "en")}}
        for row in store.ledger("quarantine", batch.seq)
    ]
    return {
        "source": delivery.source,
        "file": delivery.file,
        "coverage": delivery.coverage.value,
        "dated": delivery.dated.isoformat(),
        **{name: batch.totals[name] for name in TOTALS},
        "refused": refused,
    }
