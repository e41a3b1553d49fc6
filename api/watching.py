"""Looking at a folder every few seconds, until a person ends it."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from api.outputs import note_output
from api.settings import local_catalogue, now
from graph.errors import BatchHeld
from graph.keys import KeyRing
from graph.progress import Reporter
from graph.store import GraphStore
from loaders.watched_folder import State, WatchedFolder


def watch(
    folder: Path, store: GraphStore, keys: KeyRing, every: float, once: bool, lang: str, progress: Reporter
) -> None:
    """Look, and load what stands still, every so many seconds; `once` ends when what is there is done.

    Ctrl-C ends it: what was being loaded is gone on with the next time. BatchHeld if, with `once`, something waits.
    """

    def tell(zh: str, en: str) -> None:
        print(f"{now():%Y-%m-%d %H:%M:%S} {zh if lang == 'zh' else en}", file=sys.stderr, flush=True)

    watched = WatchedFolder(folder, store, keys, now, tell, progress, local_catalogue())
    _note_receipts(store, folder / ".receipts")
    with watched.locked():
        try:
            _look_until(watched, every, once)
        except KeyboardInterrupt:
            tell("已停止；再次运行即继续", "ended; run it again to go on")


def _note_receipts(store: GraphStore, receipts: Path) -> None:
    """An erasure looks through the receipts too."""
    if str(receipts.absolute()) not in {row["path"] for row in store.ledger("output")}:
        note_output(store, receipts, "receipt")


def _look_until(watched: WatchedFolder, every: float, once: bool) -> None:
    watched.look()
    while True:
        time.sleep(every)
        state = watched.look()
        if once and state is State.WAITING:
            raise BatchHeld(
                f"{watched.folder}: something waits for a person",
                "What and how was said above.",
                f"{watched.folder}：有文件待人工决定。事由和办法见上。",
            )
        if once and state is State.DONE:
            return
