"""From what a person names on the command line to deliveries in the order they came in."""

from __future__ import annotations

import csv
import datetime as dt
from collections import deque
from collections.abc import Iterable
from pathlib import Path

from api.settings import day, local_catalogue
from graph.delivery import Batch, Coverage
from graph.errors import CreditGraphError, UsageError
from graph.keys import KeyRing
from graph.progress import Reporter
from graph.store import GraphStore
from graph.time import SHANGHAI
from loaders.ahead import Reader
from loaders.chunks import Task
from loaders.pipeline import Request, bind_key, load, prepare
from loaders.readers import file_digest

TOTALS = ("read", "loaded", "unchanged", "rejected", "duplicate")  # of the rows of a file


def deliveries(
    paths: Iterable[Path],
    received_at: dt.datetime,
    source: str | None,
    coverage: Coverage | None,
    dated: dt.date | None,
    scope: str,
    mapping: Path | None,
    accept_vanished: bool,
) -> list[Request]:
    """Requests for files as given, and for folders by their manifest.csv, in order of receipt and name."""
    out: list[Request] = []
    for path in paths:
        if path.is_dir():
            out += _manifest(path, accept_vanished)
        elif path.is_file():
            out.append(Request(path, received_at, source, coverage, dated, scope, mapping, accept_vanished))
        else:
            raise UsageError(
                f"there is no {path}",
                "Name files, or a folder with manifest.csv.",
                f"没有 {path}。请指定文件，或含 manifest.csv 的文件夹。",
            )
    return out


def _manifest(folder: Path, accept_vanished: bool) -> list[Request]:
    listing = folder / "manifest.csv"
    if not listing.exists():
        raise UsageError(
            f"{folder} has no manifest.csv",
            "Name its files one by one, or write the manifest: file,source,coverage,dated,received_at.",
            f"{folder} 中没有 manifest.csv。请逐个指定文件，或编写清单，列为 file,source,coverage,dated,received_at。",
        )
    try:
        with listing.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        found = [
            Request(
                folder / r["file"],
                _received(r["received_at"]),
                r["source"] or None,
                Coverage(r["coverage"]),
                day(r["dated"]),
                accept_vanished=accept_vanished,
            )
            for r in rows
        ]
    except (KeyError, ValueError, TypeError, csv.Error) as error:
        raise UsageError(
            f"{listing}: {error}",
            "Its columns are file,source,coverage,dated,received_at.",
            f"{listing}：清单无法识别（{error}）。列应为 file,source,coverage,dated,received_at。",
        ) from None
    if not found:
        raise UsageError(
            f"{listing} lists no file",
            "One line a file: file,source,coverage,dated,received_at.",
            f"{listing} 没有列出文件。每行一个文件：file,source,coverage,dated,received_at。",
        )
    return sorted(found, key=lambda r: (r.received_at, r.path.name))


def _received(text: str) -> dt.datetime:
    at = dt.datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)


def load_all(store: GraphStore, requests: list[Request], keys: KeyRing, progress: Reporter) -> list[Batch]:
    """Load one after the other; of a folder, what is in the graph is passed over, so that it can be repeated."""
    loaded = [b.delivery for b in store.batches() if b.sealed and b.kind == "load"]
    done = {(d.sha256, d.source, d.dated) for d in loaded} | {(d.sha256, None, d.dated) for d in loaded}
    wanted = [r for r in requests if len(requests) == 1 or (file_digest(r.path), r.source, r.dated) not in done]
    bind_key(store, keys)
    catalogue = local_catalogue()

    out: list[Batch] = []
    prepared: deque[Task] = deque()  # the ones after the one in hand

    def upcoming() -> Task | None:
        """One more of them; None where there is none, or where it is to be refused in its turn or hangs on another."""
        at = len(out) + 1 + len(prepared)
        if at >= len(wanted) or wanted[at].corrects is not None:
            return None
        try:
            prepared.append(prepare(store, wanted[at], keys, catalogue))
        except CreditGraphError:
            return None
        return prepared[-1]

    with Reader() as reader:
        for request in wanted:
            task = prepared.popleft() if prepared else prepare(store, request, keys, catalogue)
            accept = request.accept_vanished
            out.append(load(store, task, reader, upcoming, accept_vanished=accept, progress=progress))
    return out
