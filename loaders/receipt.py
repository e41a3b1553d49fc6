"""The receipt (回执) of a file: totals, and its refused rows in the sender's layout, to be corrected and sent again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from graph.delivery import Batch
from graph.errors import UsageError
from graph.identity import looks_like_number, scrub
from graph.keys import KeyRing
from graph.store import GraphStore
from loaders.chunks import REASON_TITLES, RECEIPT_SHEET, ROW_TITLE, SHEET_TITLE, first_rows
from loaders.literal import write_literal
from loaders.normalize import identity_number
from loaders.pipeline import outstanding
from loaders.reasons import explain
from loaders.source import Source, match, source_named

TOTALS = {"read": "读取", "loaded": "入库", "unchanged": "未变", "rejected": "退回", "duplicate": "重复"}
_FIRST_CELL = "请在“退回行”中改正后报送：creditgraph load 本文件 --corrects"


def corrected_batch(path: Path) -> int | None:
    """The batch whose receipt a file is, as its first line says; None for any other file."""
    if path.suffix.lower() != ".xlsx":
        return None
    _, cells = next(iter(first_rows(path)), (0, []))
    return int(cells[1]) if len(cells) > 1 and cells[0] == _FIRST_CELL and cells[1].isdigit() else None


def write_receipt(store: GraphStore, seq: int, keys: KeyRing, path: Path) -> int:
    """Write the receipt of a batch as XLSX; returns how many refused rows it holds.

    Identity numbers show their last four only: whoever corrects the row types the number again. Left out are rows that
    have come again since, corrected, and rows whose encrypted copy is past its day. UsageError for no such batch.
    """
    batch = next((b for b in store.batches() if b.seq == seq and b.sealed), None)
    if batch is None:
        raise UsageError(
            f"there is no sealed batch {seq}",
            "creditgraph batches lists them.",
            f"没有已完成的批次 {seq}。批次见 creditgraph batches。",
        )
    book = Workbook()
    sheet: Worksheet = book.active  # type: ignore[assignment]
    _totals(sheet, store, batch)
    rows = _refused(store, batch, keys)
    _rows(book.create_sheet("退回行"), source_named(batch.delivery.source), rows)
    book.save(path)
    return len(rows)


def _totals(sheet: Worksheet, store: GraphStore, batch: Batch) -> None:
    sheet.title = RECEIPT_SHEET
    delivery = batch.delivery
    lines: list[tuple[Any, ...]] = [
        (_FIRST_CELL, batch.seq),
        ("批次", batch.seq),
        ("文件", delivery.file),
        ("来源", source_named(delivery.source).zh),
        ("数据日期", delivery.dated.isoformat()),
        ("收到", f"{delivery.received_at:%Y-%m-%d}"),
        *((zh, batch.totals.get(name, 0)) for name, zh in TOTALS.items()),
        *(
            (explain(name.removeprefix("reason:"), "zh"), count)
            for name, count in sorted(batch.totals.items())
            if name.startswith("reason:")
        ),
    ]
    found: dict[str, int] = {}
    for finding in store.ledger("finding", batch.seq):
        found[finding["code"]] = found.get(finding["code"], 0) + 1
    lines += [(explain(code, "zh"), count) for code, count in found.items()]
    for line in lines:
        sheet.append(list(line))
    sheet.column_dimensions["A"].width = 60


def _refused(store: GraphStore, batch: Batch, keys: KeyRing) -> list[tuple[dict[str, Any], list[str], list[str]]]:
    """(quarantine row, titles, cells) of each refused row that has not come again."""
    open_ones = outstanding(store, batch.seq)
    return [
        (row, *json.loads(keys.unseal(row["sealed_row"])))
        for row in store.ledger("quarantine", batch.seq)
        if (row["sheet"], row["row"]) in open_ones and row["sealed_row"]
    ]


def _rows(sheet: Worksheet, source: Source, rows: list[tuple[dict[str, Any], list[str], list[str]]]) -> None:
    titles: list[str] = list(dict.fromkeys(t for _, header, _ in rows for t in header if t))
    for at, title in enumerate([SHEET_TITLE, ROW_TITLE, *REASON_TITLES, *titles], 1):
        cell: Any = sheet.cell(1, at, title)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", start_color="FFE8B0")
    numbers = {titles[i] for name, i in match(source, titles).items() if _is_number(source, name)}
    for line, (row, header, cells) in enumerate(rows, 2):
        values = dict(zip(header, cells, strict=False))
        told = [row["sheet"], str(row["row"]), row["field"] or "", explain(row["code"], "zh")]
        shown = [_last_four(values.get(t, "")) if t in numbers else scrub(values.get(t, "")) for t in titles]
        for at, value in enumerate([*told, *shown], 1):
            write_literal(sheet.cell(line, at), value)  # type: ignore[arg-type]


def _is_number(source: Source, name: str) -> bool:
    return any(f.name == name and f.parse is identity_number for f in source.fields)


def _last_four(text: str) -> str:
    digits = text.strip()
    return "*" * max(0, len(digits) - 4) + digits[-4:] if len(digits) > 8 or looks_like_number(digits) else digits
