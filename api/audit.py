"""The log of queries: who asked, when, for what, about which node, and what was refused. Lines are only ever added.

No names, no numbers, no ids: a digest of each id, which the holder of a number and the key can make again, and which
stays when the person is erased. Each line holds the digest of the one before it, so that a line changed, taken out or
put in between shows (`verify`). What is cut off at the end shows only against a digest noted elsewhere.
"""

from __future__ import annotations

import datetime as dt
import getpass
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from filelock import FileLock

from api.settings import clock_time, replayed_day, setting
from graph.errors import UsageError

_TAIL = 65_536  # bytes from the end in which the last line is looked for first


def digests_of(subjects: Sequence[str]) -> list[str]:
    """What the log keeps of ids."""
    return [hashlib.blake2b(s.encode(), digest_size=16).hexdigest() for s in subjects]


def append(command: str, **told: Any) -> None:
    """Add a line, chained to the one before it, on disk when this returns."""
    path, replayed = log_path(), replayed_day()
    with FileLock(f"{path}.lock"), path.open("a+b") as file:
        line = {
            "at": clock_time().isoformat(timespec="seconds"),
            **({"today": replayed.isoformat()} if replayed else {}),
            "by": getpass.getuser(),
            "command": command,
            **told,
            "previous": _digest(_last_line(file)),
        }
        file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def log_path() -> Path:
    """Where the log is."""
    return Path(setting("CREDITGRAPH_AUDIT"))


def verify(path: Path) -> tuple[int, str]:
    """(lines, digest of the last) of a log whose chain holds; UsageError names the first line where it does not.

    Lines from before the log was chained may stand at its beginning only.
    """
    count, previous, chained = 0, b"", False
    for count, line in enumerate(_lines(path), 1):
        told = _read(line)
        stated = told.get("previous") if told else None
        if told is None or (stated is None and chained) or (stated is not None and stated != _digest(previous)):
            raise UsageError(
                f"{path}, line {count}: the chain is broken",
                "This line or the one before it was changed or removed.",
                f"{path} 第 {count} 行：日志链断裂。该行或前一行已被改动或删除。",
            )
        previous, chained = line, chained or stated is not None
    return count, _digest(previous)


def entries(path: Path, subject: str | None = None, since: dt.date | None = None) -> Iterator[Mapping[str, Any]]:
    """Lines of a log in their order: those about an id, those from a day on."""
    digests = digests_of([subject]) if subject else []
    for line in _lines(path):
        told = _read(line)
        if told is None or (digests and digests[0] not in told.get("subjects", ())):
            continue
        if since is None or str(told.get("at", ""))[:10] >= since.isoformat():
            yield told


def _lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines() if path.exists() else []


def _read(line: bytes) -> Mapping[str, Any] | None:
    try:
        told = json.loads(line)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def _digest(line: bytes) -> str:
    return hashlib.blake2b(line, digest_size=16).hexdigest()


def _last_line(file: Any) -> bytes:
    """The last line of a file, without its end."""
    end = file.seek(0, os.SEEK_END)
    reach = _TAIL
    while True:
        file.seek(max(0, end - reach))
        lines = file.read().splitlines()
        if len(lines) > 1 or reach >= end:
            return bytes(lines[-1]) if lines else b""
        reach *= 16
