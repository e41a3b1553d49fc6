"""Reading ahead: files are parsed by a process of its own while this one writes to the store.

A large file has a process that is some chunks ahead; of many small ones the next is read while the last is written.
"""

from __future__ import annotations

import os
import pickle
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from graph.delivery import Chunk
from graph.errors import CreditGraphError, StoreUnavailable
from loaders.chunks import Task, no_collection, read_chunks

LARGE = 8 * 2**20  # bytes; below that a process takes longer to start than it saves
_LENGTH = struct.Struct(">Q")


class Reader:
    """Reads small files ahead, one after the other, in one process that starts with the first."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._expected: Task | None = None

    def expect(self, task: Task | None) -> None:
        """Begin to read what comes next; the chunks of what came before have been taken."""
        if task is None or task.delivery.size >= LARGE:
            return
        self._process = self._process or _process()
        assert self._process.stdin
        _send(self._process.stdin, task)
        self._expected = task

    @contextmanager
    def chunks(self, task: Task) -> Iterator[Iterator[Chunk]]:
        """The chunks of a task: those read already, if it is the one expected. Errors come through as they are."""
        expected, self._expected = self._expected, None
        if expected is not None:
            found = self._taken()
            if expected == task:
                yield found
                return
        with ahead(task) as chunks:
            yield chunks

    def _taken(self) -> Iterator[Chunk]:
        """What the process has read, all of it; an error when its turn comes."""
        assert self._process and self._process.stdout
        chunks: list[Chunk] = []
        try:
            chunks.extend(_received(self._process.stdout))
        except StoreUnavailable:
            raise
        except CreditGraphError as error:
            return _then(chunks, error)
        return iter(chunks)

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()


def _then(chunks: list[Chunk], error: CreditGraphError) -> Iterator[Chunk]:
    yield from chunks
    raise error


@contextmanager
def ahead(task: Task) -> Iterator[Iterator[Chunk]]:
    """The chunks of a task, the next ones read ahead where the file is large. Errors come through as they are."""
    if task.delivery.size < LARGE:
        yield read_chunks(task)
        return
    with _process() as reader:
        try:
            assert reader.stdin and reader.stdout
            _send(reader.stdin, task)  # the keys travel through the pipe, not through the command line
            reader.stdin.close()
            yield _received(reader.stdout)
        finally:
            reader.kill()


def _process() -> subprocess.Popen[bytes]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    return subprocess.Popen(
        [sys.executable, "-m", "loaders.ahead"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        process_group=0,  # Ctrl-C is for the one that asked, which then ends this one
    )


def _received(stream: IO[bytes]) -> Iterator[Chunk]:
    while True:
        head = stream.read(_LENGTH.size)
        if len(head) < _LENGTH.size:
            raise StoreUnavailable(
                "the process that reads the file died", "Run the same command again: it goes on where it stopped."
            )
        item = pickle.loads(stream.read(_LENGTH.unpack(head)[0]))
        if item is None:
            return
        if isinstance(item, BaseException):
            raise item
        yield item


def _send(stream: IO[bytes], item: Any) -> None:
    content = pickle.dumps(item, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(content)))
    stream.write(content)
    stream.flush()


def _main() -> None:
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    try:
        while head := stdin.read(_LENGTH.size):
            task: Task = pickle.loads(stdin.read(_LENGTH.unpack(head)[0]))
            try:
                with no_collection():
                    for chunk in read_chunks(task):
                        _send(stdout, chunk)
                _send(stdout, None)
            except CreditGraphError as error:
                _send(stdout, error)
    except BrokenPipeError:
        sys.stderr.close()  # whoever asked is gone


if __name__ == "__main__":
    _main()
