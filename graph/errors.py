"""One tree of errors: everything a caller may have to handle derives from CreditGraphError."""

from __future__ import annotations


class CreditGraphError(Exception):
    """An error a person can act on: `message` says what happened, `remedy` what to do about it; `zh` says both."""

    exit_code = 1

    def __init__(self, message: str, remedy: str = "", zh: str = "") -> None:
        super().__init__(f"{message}\n  {remedy}" if remedy else message)
        self.message = message
        self.remedy = remedy
        self.zh = zh

    def __reduce__(self) -> tuple[type[CreditGraphError], tuple[str, ...]]:
        return type(self), (self.message, self.remedy, self.zh)


class UsageError(CreditGraphError):
    """The request itself cannot be carried out as worded."""

    exit_code = 2


class FileRefused(CreditGraphError):
    """A file was refused whole; nothing of it is in the store. Its sender is told `zh`."""

    exit_code = 3


class UnknownHeader(FileRefused):
    """A file without the header of any source, or of the one that it was said to be."""


class BatchHeld(CreditGraphError):
    """A batch is complete but waits, unsealed, for a person's decision."""

    exit_code = 4


class StoreUnavailable(CreditGraphError):
    """The store cannot be reached or written; what was sealed is intact."""

    exit_code = 5


class StoreBusy(CreditGraphError):
    """Another process holds the store's write lease."""

    exit_code = 5


class KeyMismatch(CreditGraphError):
    """The key given is not the one the store's identities were made with."""

    exit_code = 6


class PackError(CreditGraphError):
    """A rule pack is incomplete or contradicts itself."""

    exit_code = 7


class NotFound(CreditGraphError):
    """Nothing visible answers to that id, code or name."""

    exit_code = 8
