"""Mapping files: which of a file's headers is which of a source's, proposed by likeness and corrected by a person."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel

from graph.errors import UsageError
from loaders.source import Source, header_key, source_named

SUFFIX = ".mapping.json"


class _Mapping(BaseModel):
    source: str
    columns: dict[str, str]  # header in the file to header of the source; empty: left out


def mapping_beside(path: Path) -> Path:
    """Where the mapping of a file is saved."""
    return path.with_name(path.name + SUFFIX)


def save_mapping(path: Path, source: Source, columns: Mapping[str, str]) -> None:
    """Write what --mapping takes."""
    text = _Mapping(source=source.name, columns=dict(columns)).model_dump_json(indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def read_mapping(path: Path) -> tuple[Source, dict[str, str]]:
    """The source, and header in the file to header of the source. UsageError where it is no mapping."""
    try:
        data = _Mapping.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{path} is no mapping: {type(error).__name__}",
            "Load the file without it to have one proposed.",
            f"{path} 不是有效的对应关系文件。不带该文件加载一次，即可得到建议的对应关系。",
        ) from None
    return source_named(data.source), data.columns


def proposal(source: Source, cells: Sequence[str]) -> dict[str, str]:
    """Header in the file to header of the source: known spellings, else the most similar one, else empty."""
    spellings = {h: c.zh for c in source.fields for h in c.headers(source.table)}
    out = {}
    for cell in (c.strip() for c in cells):
        near = difflib.get_close_matches(header_key(cell), spellings, n=1, cutoff=0.5) if cell else []
        if cell and not re.search(r"\d{6}", cell):  # that is data, and may be anybody's
            out[cell] = spellings[near[0]] if near else ""
    return out
