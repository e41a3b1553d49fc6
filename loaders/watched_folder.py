"""A folder into which departments put files: each is loaded once, whatever is interrupted, and told what became of it.

    DIR/file              any source whose header it has
    DIR/SOURCE/file       that source only (its name or Chinese title)
    DIR/.loading/N-SOURCE/file   taken for batch N or a later one: being loaded, or waiting for a person
    DIR/.done/DAY/file    loaded
    DIR/.refused/file     refused; file.txt beside it says why
    DIR/.receipts/N-file.xlsx   the rows of batch N that were refused

What is going on is told by where a file lies and by the batches of the store, so that a process killed at any moment is
simply followed by another: moves are renames, and a file whose bytes are in batch N or a later one has been loaded.
"""

from __future__ import annotations

import datetime as dt
import re
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from itertools import count
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

from graph.delivery import Batch
from graph.errors import BatchHeld, FileRefused, StoreBusy, UsageError
from graph.identity import scrub
from graph.keys import KeyRing
from graph.progress import Reporter
from graph.store import GraphStore
from graph.time import SHANGHAI
from loaders.chunks import first_rows
from loaders.headers import fitting
from loaders.local_catalogue import LocalCatalogue
from loaders.mapping import SUFFIX, mapping_beside, read_mapping
from loaders.pipeline import Request, load_file
from loaders.readers import file_digest
from loaders.receipt import corrected_batch, write_receipt
from loaders.source import Source, sources

PARTIAL = (".part", ".filepart", ".tmp", ".crdownload")  # what programs call a file that is still on its way
LONGEST_NAME = 60  # characters, so that what is written beside a file still has a name
_PLACE = re.compile(r"(\d+)(?:-(.+))?")  # under .loading: batch and source's folder

Tell = Callable[[str, str], None]  # what happened, in Chinese and in English


class State(Enum):
    """How a look ended."""

    DONE = "nothing more can be done now"
    BUSY = "another process writes to the store"
    WAITING = "a batch waits for a person"


class _Claim(NamedTuple):
    """A file that was taken: for which batch at the earliest, and out of which source's folder."""

    path: Path
    seq: int
    folder: str  # empty: the watched folder itself

    @property
    def source(self) -> Source | None:
        """The only source that it may be of."""
        return _named(self.folder)

    @property
    def note(self) -> Path:
        """The text that says that its batch is held, and what to do."""
        return self.path.parent.with_name(self.path.parent.name + ".txt")


class WatchedFolder:
    """A folder and the store that its files go to. `now` gives the moment of receipt."""

    def __init__(
        self,
        folder: Path,
        store: GraphStore,
        keys: KeyRing,
        now: Callable[[], dt.datetime],
        tell: Tell,
        progress: Reporter,
        catalogue: LocalCatalogue | None = None,
    ) -> None:
        if not folder.is_dir():
            raise UsageError(
                f"there is no folder {folder}",
                "Make it, or name another.",
                f"没有文件夹 {folder}。请先建立，或另指定。",
            )
        self.folder, self.store, self.keys, self.now, self.progress = folder, store, keys, now, progress
        self._tell, self._catalogue = tell, catalogue
        self._seen: dict[Path, tuple[int, int]] = {}
        self._said: set[tuple[str, str]] = set()  # in the last look
        self._saying: set[tuple[str, str]] = set()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Only one process looks at a folder. UsageError where another does."""
        lock = FileLock(self.folder / ".lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise UsageError(
                f"another process watches {self.folder}",
                "One is enough; end it first.",
                f"另一进程正在监视 {self.folder}。一个即可，请先结束另一个。",
            ) from None
        try:
            yield
        finally:
            lock.release()

    def look(self) -> State:
        """Go on with what was taken, then take every file that has stood still since the last look, oldest first.

        Raises KeyMismatch and StoreUnavailable; what was taken is gone on with at the next look.
        """
        self._said, self._saying = self._saying, set()
        ready = self._settled()
        try:
            for claim in self._claims():
                if not self._go_on(claim):
                    return State.WAITING
            for path in ready:
                if (taken := self._take(path)) and not self._go_on(taken):
                    return State.WAITING
        except StoreBusy as error:
            self._say_while("库正被另一进程写入，等待其结束", f"waiting: {error.message}")
            return State.BUSY
        return State.DONE

    # --- what lies there ----------------------------------------------------------------------------

    def _settled(self) -> list[Path]:
        """Files whose size and time are those of the last look, oldest first."""
        before, self._seen = self._seen, {}
        for path in self._files():
            with suppress(FileNotFoundError):
                state = path.stat()
                self._seen[path] = (state.st_size, state.st_mtime_ns)
        return sorted((p for p, s in self._seen.items() if before.get(p) == s), key=lambda p: (self._seen[p][1], p))

    def _files(self) -> Iterator[Path]:
        for path in _visible(self.folder):
            if path.is_file():
                yield path
            elif _named(path.name):
                yield from (p for p in _visible(path) if p.is_file())
            else:
                name = _safe(path.name)
                self._say_while(f"子文件夹“{name}”不是来源名称，不读取", f"{name}: no source's name, left alone")

    def _claims(self) -> list[_Claim]:
        found = []
        for path in (self.folder / ".loading").glob("*/*"):
            place = _PLACE.fullmatch(path.parent.name)
            if place and not path.name.endswith(SUFFIX):
                found.append(_Claim(path, int(place[1]), place[2] or ""))
        return sorted(found, key=lambda c: (c.seq, c.path))

    def _foreign(self) -> bool:
        """Whether a batch that is not of this folder is unfinished: nothing can be loaded before it is."""
        last = self._last()
        if last is None or last.sealed:
            return False
        batch, undo = f"{last.seq} ({last.delivery.file})", f"creditgraph unload {last.seq}"
        self._say_while(
            f"批次 {batch} 未完成或待决定：请继续加载该文件，或 {undo}",
            f"waiting: batch {batch} is unfinished or held: load that file again, or {undo}",
        )
        return True

    def _last(self) -> Batch | None:
        return next(reversed(self.store.batches()), None)

    # --- one file -----------------------------------------------------------------------------------

    def _take(self, path: Path) -> _Claim | None:
        """Move a file out of everybody's way; None if it is gone."""
        last = self._last()
        seq = 1 + (last.seq if last else 0)
        folder = path.parent.name if path.parent != self.folder else ""
        place = self.folder / ".loading" / (f"{seq}-{folder}" if folder else str(seq))
        claim = _Claim(place / _safe(path.name), seq, folder)
        place.mkdir(parents=True, exist_ok=True)
        claim.note.unlink(missing_ok=True)  # of an earlier file that was killed on its way out
        try:
            path.rename(claim.path)
        except FileNotFoundError:
            return None
        return claim

    def _go_on(self, claim: _Claim) -> bool:
        """Bring a taken file as far as it goes; False if a person has to decide first."""
        try:
            batch = self._batch(claim)
            if batch and batch.sealed:
                self._done(claim, batch)
            elif batch and batch.held and claim.note.exists():
                self._say_held(claim, batch)
                return False
            elif batch is None and claim.note.exists():
                raise FileRefused(
                    f"{claim.path.name}: taken back by a person while it was held",
                    "Ask the sender for a complete list.",
                    f"{claim.path.name}：待决定期间已被撤回。请要求报送单位重新报送完整名单。",
                )
            elif batch is None and self._foreign():
                return False
            else:
                self._done(
                    claim, load_file(self.store, self._request(claim), self.keys, self.progress, self._catalogue)
                )
        except FileRefused as error:
            self._refuse(claim, error)
        except BatchHeld as error:
            self._hold(claim, error)
            return False
        return True

    def _batch(self, claim: _Claim) -> Batch | None:
        """The batch that a taken file became."""
        since = [b for b in self.store.batches() if b.seq >= claim.seq and b.kind == "load"]
        digest = file_digest(claim.path) if since else None
        return next((b for b in since if b.delivery.sha256 == digest), None)

    def _request(self, claim: _Claim) -> Request:
        """What to load, once it is sure that the file is not of another source than its folder."""
        wanted = claim.source
        if (corrects := corrected_batch(claim.path)) is not None:
            corrected = self._corrected(claim, corrects)
            if wanted and wanted.name != corrected.name:
                raise _misplaced(claim, corrected, wanted)
            return Request(claim.path, self.now(), corrects=corrects)
        beside = self._mapping(claim)
        mapped, mapping = _read_mapping(beside) if beside else (None, None)
        found = {h.source.name: h.source for h in fitting(first_rows(claim.path), list(sources().values()), mapping)}
        if wanted and ((found and wanted.name not in found) or (mapped and mapped.name != wanted.name)):
            raise _misplaced(claim, mapped or next(iter(found.values())), wanted)
        return Request(claim.path, self.now(), wanted.name if wanted else None, mapping=beside)

    def _mapping(self, claim: _Claim) -> Path | None:
        """The mapping that lies where the file lay."""
        beside = mapping_beside(self.folder / claim.folder / claim.path.name)
        return beside if beside.is_file() else None

    def _corrected(self, claim: _Claim, seq: int) -> Source:
        """The source of the batch that a receipt corrects."""
        batch = next((b for b in self.store.batches() if b.seq == seq and b.sealed and b.kind == "load"), None)
        if batch is None:
            raise FileRefused(
                f"{claim.path.name}: the receipt of batch {seq}, which this store does not have",
                "Send the receipt to the office that made it.",
                f"{claim.path.name}：这是批次 {seq} 的回执，本库没有该批次。请报送给出具回执的单位。",
            )
        return sources()[batch.delivery.source]

    # --- what becomes of it -------------------------------------------------------------------------

    def _done(self, claim: _Claim, batch: Batch) -> None:
        if batch.totals.get("rejected"):
            receipts = self.folder / ".receipts"
            receipts.mkdir(exist_ok=True)
            write_receipt(self.store, batch.seq, self.keys, receipts / f"{batch.seq}-{claim.path.name}.xlsx")
        day = batch.delivery.received_at.astimezone(SHANGHAI).date()
        _move(claim.path, self.folder / ".done" / day.isoformat())
        self._clear(claim)
        t = batch.totals
        self._tell(
            f"批次 {batch.seq} {claim.path.name}：读取 {t['read']}，入库 {t['loaded']}，未变 {t['unchanged']}，"
            f"退回 {t['rejected']}，重复 {t['duplicate']}",
            f"batch {batch.seq} {claim.path.name}: read {t['read']}, loaded {t['loaded']}, unchanged {t['unchanged']}, "
            f"rejected {t['rejected']}, duplicate {t['duplicate']}",
        )

    def _refuse(self, claim: _Claim, error: FileRefused) -> None:
        """Move it aside, with the reason and, where there is one, the mapping that is proposed."""
        target = _free(self.folder / ".refused", claim.path.name)
        _write(target.with_name(target.name + ".txt"), f"{error.zh}\n\n{error}\n")
        proposed = mapping_beside(claim.path)
        if proposed.exists():
            proposed.replace(mapping_beside(target))
        claim.path.replace(target)
        self._clear(claim)
        self._tell(f"拒收 {scrub(error.zh)}", f"refused: {scrub(error.message)}")

    def _hold(self, claim: _Claim, error: BatchHeld) -> None:
        batch = self._batch(claim)
        if batch is None:
            raise error
        file = shlex.quote(str(claim.path.absolute()))
        beside = self._mapping(claim)
        mapping = f" --mapping {shlex.quote(str(beside.absolute()))}" if beside else ""
        command = f"creditgraph load {file} --source {batch.delivery.source}{mapping} --accept-vanished"
        _write(
            claim.note,
            f"{claim.path.name}：全量名单比上次少了 5% 以上，等待决定，其间不加载其他文件。\n"
            f"确认无误：{command}\n不予接受：creditgraph unload {batch.seq}\n\n{error.message}\n"
            f"If that is right: {command}\nIf not: creditgraph unload {batch.seq}\n",
        )
        self._say_held(claim, batch)

    def _say_held(self, claim: _Claim, batch: Batch) -> None:
        self._say_while(
            f"批次 {batch.seq} {claim.path.name} 待决定，见 {claim.note}",
            f"batch {batch.seq} {claim.path.name} waits for a person: see {claim.note}",
        )

    def _clear(self, claim: _Claim) -> None:
        claim.note.unlink(missing_ok=True)
        mapping_beside(claim.path).unlink(missing_ok=True)
        if not any(claim.path.parent.iterdir()):
            claim.path.parent.rmdir()

    def _say_while(self, zh: str, en: str) -> None:
        """Tell what lasts longer than one look, once."""
        self._saying.add((zh, en))
        if (zh, en) not in self._said:
            self._tell(zh, en)


def _misplaced(claim: _Claim, source: Source, wanted: Source) -> FileRefused:
    return FileRefused(
        f"{claim.path.name}: a file of {source.name}, in the folder of {wanted.name}",
        f"Put it into the folder {source.name}.",
        f"{claim.path.name}：这是“{source.zh}”的文件，放在了“{wanted.zh}”的文件夹。请放入 {source.name}。",
    )


def _visible(folder: Path) -> list[Path]:
    """Entries that are neither hidden, nor links, nor on their way, nor locks, nor the mapping of another file."""
    return sorted(
        p
        for p in folder.iterdir()
        if not p.name.startswith((".", "~$")) and not p.is_symlink() and not p.name.endswith((SUFFIX, *PARTIAL))
    )


def _named(name: str) -> Source | None:
    """A source by its name or Chinese title."""
    return next((s for s in sources().values() if name in (s.name, s.zh)), None)


def _safe(name: str) -> str:
    """A file's name without anybody's number, odd characters or excessive length."""
    clean = "".join(c if c.isprintable() else "_" for c in scrub(name))
    if len(clean) <= LONGEST_NAME:
        return clean
    suffixes = "".join(Path(clean).suffixes[-2:])[-20:]
    return clean.removesuffix(suffixes)[: LONGEST_NAME - len(suffixes)] + suffixes


def _free(folder: Path, name: str) -> Path:
    """A path in a folder, made where it is missing, that no file has yet."""
    folder.mkdir(parents=True, exist_ok=True)
    stem, dot, suffix = name.partition(".")
    names = (f"{stem}{f'-{n}' if n else ''}{dot}{suffix}" for n in count())
    return next(p for p in map(folder.joinpath, names) if not p.exists())


def _move(path: Path, folder: Path) -> None:
    path.rename(_free(folder, path.name))


def _write(path: Path, text: str) -> None:
    """Write a text at once or not at all; no number of anybody is in it."""
    part = path.with_name(f".{path.name}.part")
    part.write_text(scrub(text), encoding="utf-8")
    part.replace(path)


def _read_mapping(path: Path) -> tuple[Source, dict[str, str]]:
    try:
        return read_mapping(path)
    except UsageError as error:
        raise FileRefused(
            f"{path.name}: {error.message}", error.remedy, f"{path.name}：对应关系文件无效。请更正或删除后重新报送。"
        ) from None
