"""Reading ahead: files are parsed by processes of their own while this one writes to the store.

Each is some chunks ahead, of the file that is being written or of those that come next.
"""

from __future__ import annotations

import os
import pickle
import struct
import subprocess
import sys
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Queue
from threading import Thread
from typing import IO, Any

from graph.delivery import Chunk
from graph.errors import CreditGraphError, StoreUnavailable
from loaders.chunks import Task, no_collection, read_chunks

WORTH_A_PROCESS = 4 * 2**20  # bytes to read: below that a process takes longer to start than it saves
PROCESSES, FILES_AHEAD, CHUNKS_AHEAD = 2, 8, 12  # chunks: of each process, which bounds its memory
_LENGTH = struct.Struct(">Q")


class Reader:
    """Reads the files expected next in processes that stay; each answers in the order in which it was asked."""

    def __init__(self) -> None:
        self._processes: list[subprocess.Popen[bytes]] = []
        self._expected: deque[tuple[Task, subprocess.Popen[bytes]]] = deque()

    def expect(self, upcoming: Callable[[], Task | None]) -> None:
        """Begin to read what comes next, file by file, until enough are on their way."""
        while len(self._expected) < FILES_AHEAD and (task := upcoming()) is not None:
            self._begin(task)

    def _begin(self, task: Task) -> None:
        waiting = task.delivery.size + sum(t.delivery.size for t, _ in self._expected)
        if not self._processes or (len(self._processes) < PROCESSES and waiting >= WORTH_A_PROCESS):
            self._processes.append(_process())
        asked = Counter(id(p) for _, p in self._expected)
        process = min(self._processes, key=lambda p: asked[id(p)])
        stdin = _pipe(process.stdin)
        stdin.write(_framed(task))  # the keys travel through the pipe, not through the command line
        stdin.flush()
        self._expected.append((task, process))

    @contextmanager
    def chunks(self, task: Task) -> Iterator[Iterator[Chunk]]:
        """The chunks of a task: those read already, if it is the one expected. Errors come through as they are."""
        if self._expected and self._expected[0][0] != task:
            self._end()
        if not self._expected:
            if task.delivery.size < WORTH_A_PROCESS:
                yield read_chunks(task)
                return
            self._begin(task)
        _, process = self._expected.popleft()
        answer = _Answer(_pipe(process.stdout))
        try:
            yield answer.chunks()
        finally:
            if not answer.complete:
                self._end()

    def _end(self) -> None:
        for process in self._processes:
            process.kill()
            process.communicate()
        self._processes.clear()
        self._expected.clear()

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()


class _Answer:
    """What a process says to a task; `complete` once it has said all and waits for the next."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self.complete = stream, False

    def chunks(self) -> Iterator[Chunk]:
        while True:
            head = self._stream.read(_LENGTH.size)
            if len(head) < _LENGTH.size:
                raise StoreUnavailable(
                    "the process that reads the file died",
                    "Run the same command again: it goes on where it stopped.",
                    "读取文件的进程已中断。请重新执行同一命令，将从中断处继续。",
                )
            item = pickle.loads(self._stream.read(_LENGTH.unpack(head)[0]))
            self.complete = not isinstance(item, Chunk)
            if isinstance(item, CreditGraphError):
                raise item
            if item is None:
                return
            yield item


def _process() -> subprocess.Popen[bytes]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    return subprocess.Popen(
        [sys.executable, "-m", "loaders.ahead"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        process_group=0,  # Ctrl-C is for the one that asked, which then ends this one
    )


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream
    return stream


def _framed(item: Any) -> bytes:
    content = pickle.dumps(item, protocol=pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(content)) + content


def _main() -> None:
    """Read the files that are asked for; whoever asks is never kept waiting, nor is reading by who does not listen."""
    tasks: Queue[Task | None] = Queue()
    ready: Queue[bytes] = Queue(CHUNKS_AHEAD)
    Thread(target=_listen, args=(tasks,), daemon=True).start()
    Thread(target=_write, args=(ready,), daemon=True).start()
    while task := tasks.get():
        try:
            with no_collection():
                for chunk in read_chunks(task):
                    ready.put(_framed(chunk))
            ready.put(_framed(None))
        except CreditGraphError as error:
            ready.put(_framed(error))


def _listen(tasks: Queue[Task | None]) -> None:
    stdin = sys.stdin.buffer
    while head := stdin.read(_LENGTH.size):
        tasks.put(pickle.loads(stdin.read(_LENGTH.unpack(head)[0])))
    tasks.put(None)


def _write(ready: Queue[bytes]) -> None:
    try:
        while True:
            sys.stdout.buffer.write(ready.get())
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        os._exit(0)  # whoever asked is gone


if __name__ == "__main__":
    _main()
