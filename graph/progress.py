"""Progress of long work: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class Reporter(Protocol):
    """What long work tells: how many of how many are done."""

    def advance(self, done: int, total: int | None = None) -> None:
        """Say that `done` units are done so far, of `total` if that is known."""


class Silent:
    """A reporter that says nothing."""

    def advance(self, done: int, total: int | None = None) -> None:
        """Ignore."""


class Bar:
    """A rich bar on a terminal; elsewhere one line at most every five seconds. Used as a context manager."""

    def __init__(self, title: str) -> None:
        self.title = title
        self._said = time.monotonic()
        self._rich = (
            Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            if sys.stderr.isatty()
            else None
        )

    def __enter__(self) -> Bar:
        if self._rich:
            self._rich.start()
            self._task = self._rich.add_task(self.title, total=None)
        return self

    def advance(self, done: int, total: int | None = None) -> None:
        """Show the state reached."""
        if self._rich:
            self._rich.update(self._task, completed=done, total=total)
        elif time.monotonic() - self._said > 5:
            self._said = time.monotonic()
            print(f"{self.title}: {done:,}" + (f" of {total:,}" if total else ""), file=sys.stderr, flush=True)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._rich:
            self._rich.stop()
