"""Files read ahead by another process: the same chunks, errors in their turn, nothing used that has become stale."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from api.deliveries import load_all
from graph.delivery import Chunk
from graph.erasing import Tombstones
from graph.errors import FileRefused, StoreUnavailable
from graph.keys import KeyRing
from graph.progress import Silent
from graph.store import GraphStore, Slice
from graph.stores import open_store
from loaders import ahead
from loaders.ahead import Reader
from loaders.chunks import Task, read_chunks
from loaders.local_catalogue import LocalCatalogue
from loaders.pipeline import Request, bind_key, prepare
from tests.conftest import firm, penalty, to_csv
from tests.graph.stores.reading import facts

AT = dt.datetime(2026, 1, 31, 4, tzinfo=dt.UTC)


@pytest.fixture
def reader() -> Iterator[Reader]:
    with Reader() as made:
        yield made


def task(store: GraphStore, keys: KeyRing, path: Path, text: bytes) -> Task:
    path.write_bytes(text)
    return prepare(store, Request(path, AT, "penalties"), keys, LocalCatalogue())


def only(*tasks: Task) -> Callable[[], Task | None]:
    """These are expected next, and no others."""
    following = iter(tasks)
    return lambda: next(following, None)


def plain(chunks: Iterator[Chunk]) -> list[object]:
    """What chunks say, but for the sealing of refused rows, which is another each time."""
    return [
        (c.nodes, c.totals, c.cursor, {t: (f.owner.tolist(), f.digest.tolist()) for t, f in c.facts.items()})
        for c in chunks
    ]


def test_what_is_read_ahead_is_what_the_file_holds(
    memory: GraphStore, keys: KeyRing, tmp_path: Path, reader: Reader
) -> None:
    one, two = (
        task(
            memory,
            keys,
            tmp_path / f"{i}.csv",
            to_csv([penalty(i, f"罚{i}", "2026-01-10"), penalty(i + 1, "", "2026-01-10")]),
        )
        for i in (1, 3)
    )
    for wanted in (one, two):
        reader.expect(only(wanted))
        with reader.chunks(wanted) as chunks:
            assert plain(chunks) == plain(read_chunks(wanted))


def test_several_files_are_read_ahead_and_come_in_their_order(
    memory: GraphStore, keys: KeyRing, tmp_path: Path, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More files than processes and more chunks than one keeps: nobody waits for ever, and none is mixed up."""
    monkeypatch.setattr(ahead, "WORTH_A_PROCESS", 0)
    tasks = [
        task(memory, keys, tmp_path / f"{i}.csv", to_csv([penalty(i, f"罚{i}", "2026-01-10")]))
        for i in range(3 * ahead.CHUNKS_AHEAD)
    ]
    upcoming = only(*tasks)
    for wanted in tasks:
        reader.expect(upcoming)
        with reader.chunks(wanted) as chunks:
            assert plain(chunks) == plain(read_chunks(wanted))


def test_what_has_become_stale_is_read_again(memory: GraphStore, keys: KeyRing, tmp_path: Path, reader: Reader) -> None:
    """A load that goes on where another stopped, or one after an erasure, does not get what was read for the other."""
    first = task(
        memory, keys, tmp_path / "a.csv", to_csv([penalty(1, "罚1", "2026-01-10"), penalty(2, "罚2", "2026-01-10")])
    )
    for later in (replace(first, cursor=1), replace(first, cursor=1, erased=Tombstones(frozenset({"x"}), {}))):
        reader.expect(only(first))
        with reader.chunks(later) as chunks:
            assert sum(c.totals.get("read", 0) for c in chunks) == 1
    reader.expect(only(first))  # and the process goes on
    with reader.chunks(first) as chunks:
        assert sum(c.totals.get("read", 0) for c in chunks) == 2


def test_errors_come_in_their_turn(memory: GraphStore, keys: KeyRing, tmp_path: Path, reader: Reader) -> None:
    good = task(memory, keys, tmp_path / "a.csv", to_csv([penalty(1, "罚1", "2026-01-10")]))
    torn = replace(good, path=tmp_path / "gone.csv")
    reader.expect(only(torn))
    with pytest.raises(FileRefused), reader.chunks(torn) as chunks:
        list(chunks)
    reader.expect(only(good))
    with reader.chunks(good) as chunks:
        assert sum(c.totals.get("read", 0) for c in chunks) == 1


def test_a_reader_that_dies_is_told(
    memory: GraphStore, keys: KeyRing, tmp_path: Path, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = task(memory, keys, tmp_path / "a.csv", to_csv([penalty(1, "罚1", "2026-01-10")]))
    process = ahead._process()
    monkeypatch.setattr(ahead, "_process", lambda: process)
    reader.expect(only(good))
    process.kill()
    with pytest.raises(StoreUnavailable, match="died"), reader.chunks(good) as chunks:
        list(chunks)


def test_a_folder_is_loaded_up_to_the_file_that_is_refused(keys: KeyRing, tmp_path: Path) -> None:
    """The third file is no list at all: the two before it are in, and once it is gone the fourth follows."""
    files = {
        "1.csv": to_csv([firm(1), firm(2)]),
        "2.csv": to_csv([penalty(1, "罚1", "2026-01-10"), penalty(2, "罚2", "2026-01-10")]),
        "3.csv": b"no,header\n1,2\n",
        "4.csv": to_csv([penalty(1, "罚3", "2026-01-10")]),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    requests = [Request(tmp_path / name, AT, dated=AT.date()) for name in files]
    with open_store("sqlite://") as store, open_store("sqlite://") as other:
        with pytest.raises(FileRefused):
            load_all(store, requests, keys, Silent())
        assert [b.delivery.file for b in store.batches()] == ["1.csv", "2.csv"]
        left = [r for r in requests if r.path.name != "3.csv"]
        assert [b.delivery.file for b in load_all(store, left, keys, Silent())] == ["4.csv"]
        bind_key(other, keys)
        for request in left:
            load_all(other, [request], keys, Silent())
        for table in ("Company", "AdministrativePenalty", "SUBJECT_OF"):
            assert facts(store, table, Slice(9)) == facts(other, table, Slice(9))
