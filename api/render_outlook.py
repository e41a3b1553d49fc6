"""When and by what a company would come to a class, as it is told."""

from __future__ import annotations

import re
from typing import Any

from analytics.classes.what_if import Outlook
from analytics.rules.record_types import RECORD_TYPES
from api.render import table, word


def outlook(
    company: dict[str, Any], found: Outlook, to: str, months: int, records: list[dict[str, Any]] | None, lang: str
) -> None:
    """When and by what a company would come to a class."""
    zh = lang == "zh"
    print(f"{company['name'] or word('unnamed', lang)}  {company['id']}")
    print(f"{'现为' if zh else 'now'} {word(found.now, lang)}")
    if found.turns:
        table(("date", "class", "score"), [(t.on, t.grade, f"{t.score:.3f}") for t in found.turns], "table", lang)
    if found.on:
        print(
            f"无新增记录时，{found.on} 起为 {to} 或更好"
            if zh
            else f"with no new records {to} or better from {found.on}"
        )
    elif found.now in ("A", "B", "C", "D"):
        print(
            f"{months} 个月内单凭时间不能达到 {to}" if zh else f"time alone does not bring {to} within {months} months"
        )
    if records:
        table(("record", "number", "authority", "date"), [_row(r, lang) for r in records], "table", lang)
        print(
            "以上记录如不再计入即可达到；能否修复、撤销以法定程序为准。"
            if zh
            else "Without these records it would be there; which of them can be repaired or withdrawn the law says."
        )
    elif records is None:
        print("单凭记录修复不能达到。" if zh else "Repairing its records alone does not bring it there.")


def _row(record: dict[str, Any], lang: str) -> tuple[Any, ...]:
    """What a record is, its number, authority and date."""
    listed = RECORD_TYPES.get(record["list_type"])
    if listed is not None:
        what = listed.zh if lang == "zh" else listed.en
    else:
        what = record["zh"] if lang == "zh" else re.sub("(?<=[a-z])(?=[A-Z])", " ", record["label"]).lower()
    number = record["document_number"] or record["id"] or word("personal", lang)
    return what, number, record["authority"], record["date"]
