"""The log of queries about people: who asked, when, for what, about which node.

No names, no numbers, no ids: a digest of each id, which the holder of a number and the key can make again, and which
stays when the person is erased.
"""

from __future__ import annotations

import getpass
import hashlib
import json
from pathlib import Path

from api.settings import now, setting
from graph.errors import UsageError
from graph.identity import scrub


def log_person_query(command: str, purpose: str | None, subjects: list[str]) -> None:
    """Append one line before anything is shown; UsageError where no purpose is stated."""
    if not purpose or not purpose.strip():
        raise UsageError("this shows a person", "State why with --purpose, for example --purpose '案件 2026-17 核查'.")
    line = {
        "at": now().isoformat(timespec="seconds"),
        "by": getpass.getuser(),
        "command": command,
        "purpose": scrub(purpose),
        "subjects": [hashlib.blake2b(s.encode(), digest_size=16).hexdigest() for s in subjects],
    }
    with Path(setting("CREDITGRAPH_AUDIT")).open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")
