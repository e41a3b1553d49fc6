"""Reading ahead: a large file is parsed by a process of its own while this one writes to the store."""

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


@contextmanager
def ahead(task: Task) -> Iterator[Iterator[Chunk]]:
    """The chunks of a task, the next ones read ahead where the file is large. Errors come through as they are."""
    if task.delivery.size < LARGE:
        yield read_chunks(task)
        return
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    reader = subprocess.Popen(
        [sys.executable, "-m", "loaders.ahead"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        process_group=0,  # Ctrl-C is for the one that asked, which then ends this one
    )
    with reader:
        try:
            assert reader.stdin and reader.stdout
            _send(reader.stdin, task)  # the keys travel through the pipe, not through the command line
            reader.stdin.close()
            yield _received(reader.stdout)
        finally:
            reader.kill()


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
    task: Task = pickle.loads(stdin.read(_LENGTH.unpack(stdin.read(_LENGTH.size))[0]))
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
