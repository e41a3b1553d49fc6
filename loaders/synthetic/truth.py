"""What is true of the city, for tests and evaluation only: never read by a loader, an algorithm or a grade."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from graph.identity import coded_id, mention_id, nid
from loaders.sources.legal_representatives import POSTS

FILES: dict[str, tuple[str, ...]] = {
    "companies": ("uscc", "latent_risk"),
    "people": ("name", "number"),
    "mentions": ("number", "name", "source", "uscc", "role"),
    "shells": ("batch", "uscc", "address", "agent"),
    "groups": ("group", "kind", "member"),
    "circular_holdings": ("ring", "uscc"),
    "guarantee_circles": ("circle", "kind", "uscc"),
    "successors": ("before", "after", "founded_on"),
    "career_representatives": ("number", "uscc"),
    "hosted_addresses": ("address", "kind"),
    "prepaid_runs": ("uscc", "month"),
    "corrections": ("uscc", "source", "document_number", "before", "after"),
    "withdrawals": ("uscc", "source", "document_number", "recorded_on"),
    "dirt": ("file", "row", "kind"),
}


def mention_key(row: dict[str, str]) -> int | None:
    """The node that a row of mentions.csv stands for: a post, liaison or holder without a number; None for others."""
    firm = coded_id("CN-USCC", row["uscc"])
    known = {
        "legal_representatives": ("officer", f"{firm}:{POSTS.get(row['role'], row['role'])}"),
        "contacts": ("officer", f"{firm}:liaison"),
        "shareholders": ("holder", firm),
    }
    if row["source"] not in known:
        return None
    kind, record = known[row["source"]]
    return nid(mention_id(row["source"], record, f"{kind}:person:", row["name"]))


class Truth:
    """The files of truth/, written as things come to be; a context manager."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._stack = ExitStack()
        self._writers = {}
        for name, header in FILES.items():
            file = self._stack.enter_context((folder / f"{name}.csv").open("w", encoding="utf-8", newline=""))
            self._writers[name] = csv.writer(file, lineterminator="\n")
            self._writers[name].writerow(header)

    def __enter__(self) -> Truth:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def tell(self, name: str, rows: Iterable[Sequence[object]]) -> None:
        """Add rows to a file."""
        self._writers[name].writerows(rows)
