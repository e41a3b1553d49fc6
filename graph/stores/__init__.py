"""Stores, one file each; a URL says which."""

from __future__ import annotations

from urllib.parse import urlsplit

from graph.errors import UsageError
from graph.store import GraphStore


def open_store(url: str) -> GraphStore:
    """Open the store at a URL: sqlite:///path, sqlite:// (memory), neo4j://host, bolt://host.

    Raises UsageError for another scheme, StoreUnavailable where it cannot be reached.
    """
    scheme, host = _scheme_and_host(url)
    if scheme == "sqlite" and not host:
        from graph.stores.sqlite import SqliteStore

        return SqliteStore(url)
    if scheme.partition("+")[0] in ("neo4j", "bolt") and host:
        from graph.stores.neo4j import Neo4jStore

        return Neo4jStore(url)
    raise UsageError(
        f"no store for {url!r}",
        "Use sqlite:///FILE, sqlite:// or neo4j://HOST:PORT.",
        f"无法识别图库地址 {url!r}。请使用 sqlite:///文件、sqlite:// 或 neo4j://主机:端口。",
    )


def _scheme_and_host(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
        return parts.scheme if parts.port != 0 else "", parts.hostname or ""
    except ValueError:  # a port out of range, an open bracket
        return "", ""
