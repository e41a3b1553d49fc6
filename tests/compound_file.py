"""The smallest compound file (MS-CFB, version 3) that holds some streams: what Office encrypts a workbook into."""

from __future__ import annotations

import struct

_SECTOR, _LEAST = 512, 4_096  # a stream of fewer bytes would stand in the mini stream
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def compound_file(*streams: str) -> bytes:
    """Up to three streams of zero bytes, by name; the table of sectors is sector 0, the directory sector 1."""
    length = _LEAST // _SECTOR
    table, entries = [_FAT, _END], []
    for name in streams:
        entries.append(_entry(name, 2, len(table), _LEAST))
        table += [*range(len(table) + 1, len(table) + length), _END]
    root = _entry("Root Entry", 5, _END, 0, child=1)
    linked = [
        e[:72] + struct.pack("<I", i + 2 if i + 1 < len(entries) else _FREE) + e[76:] for i, e in enumerate(entries)
    ]
    directory = b"".join([root, *linked]).ljust(_SECTOR, b"\0")
    fat = struct.pack(f"<{len(table)}I", *table).ljust(_SECTOR, b"\xff")
    return _header() + fat + directory + bytes(_LEAST * len(streams))


def _header() -> bytes:
    start = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    start += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    start += struct.pack("<IIIIIIIIII", 0, 1, 1, 0, _LEAST, _END, 0, _END, 0, 0)
    return start.ljust(_SECTOR, b"\xff")


def _entry(name: str, kind: int, first: int, size: int, child: int = _FREE) -> bytes:
    """128 bytes: name, its length, kind, colour, left, right, child, class, state, times, first sector, size."""
    text = name.encode("utf-16-le")
    said = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text) + 2, kind, 1, _FREE, _FREE, child)
    return said + bytes(36) + struct.pack("<IQ", first, size)
