"""Files that commands write and that may hold people: noted, so that an erasure can look through them."""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

from api.settings import now
from graph.store import GraphStore
from graph.time import SHANGHAI, to_day


def note_output(store: GraphStore, path: Path, kind: str) -> None:
    """Remember a file or folder that was just written."""
    day = to_day(now().astimezone(SHANGHAI).date())
    store.append("output", [{"path": str(path.absolute()), "kind": kind, "written_on": day}])


def remove_outputs(store: GraphStore, texts: Sequence[str]) -> list[Path]:
    """Delete the noted files that hold any of the texts; returns them. They can be written anew."""
    needles = [n for t in texts for n in (t.encode(), json.dumps(t)[1:-1].encode())]  # as it is, and in a script
    noted = sorted({Path(row["path"]) for row in store.ledger("output")})
    files = [f for p in noted for f in (sorted(p.rglob("*")) if p.is_dir() else [p]) if f.is_file()]
    found = [f for f in files if any(n in _content(f) for n in needles)]
    for file in found:
        file.unlink()
    return found


def _content(path: Path) -> bytes:
    """The bytes of a file, of a workbook those of its parts."""
    if not zipfile.is_zipfile(path):
        return path.read_bytes()
    try:
        with zipfile.ZipFile(path) as packed:
            return b"".join(packed.read(name) for name in packed.namelist())
    except (zipfile.BadZipFile, zlib.error, OSError):
        return path.read_bytes()
