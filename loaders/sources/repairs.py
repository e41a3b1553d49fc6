"""Repairs and withdrawals of records (信用修复、撤销): what ends the use of a record for good."""

from __future__ import annotations

from typing import Any

import numpy as np

from graph.declaration import Disclosure
from graph.delivery import Coverage
from graph.identity import record_id
from loaders import normalize as n
from loaders.emitter import Emitter
from loaders.named_records import TARGETS, named_records
from loaders.rows import Rows
from loaders.source import CatalogueEntry, Field, Source
from loaders.sources.penalties import CHANNELS

ACTIONS = {"修复": "repair", "信用修复": "repair", "撤销": "withdrawal", "撤回": "withdrawal"}


class Repairs(Source):
    """A repair or withdrawal names its record by kind, authority, document number and subject."""

    name = "repairs"
    zh = "信用修复与撤销信息"
    table = "Repair"
    fields = (
        Field("action", "事项类型", n.choice(ACTIONS), ("处理类型",), required=True, filled=True),
        Field("target", "记录类型", n.choice(TARGETS), ("目标记录类型",), required=True, filled=True),
        Field("party_name", "主体名称", n.firm_name, ("行政相对人名称",), personal=True),
        Field("code", "主体代码", n.firm_code, ("统一社会信用代码", "行政相对人代码")),
        Field("number", "主体证件号码", n.identity_number, ("身份证号",), personal=True),
        Field("target_number", "原文书号", n.document, ("原决定书文号", "案号")),
        Field("target_listed_on", "原列入日期", n.date(future=False)),
        Field("target_authority", "原作出机关", n.firm_name, ("原决定机关",), required=True, filled=True),
        Field("document_number", "修复决定文号", n.document, ("撤销决定文号", "处理文号")),
        Field("effective_on", "生效日期", n.date(), ("修复日期", "撤销日期"), required=True, filled=True),
        Field("channel", "修复渠道", n.choice(CHANNELS), ("公示渠道",)),
        Field("reason", "原因", n.text, ("撤销原因",)),
        Field("authority", "认定机关", n.firm_name, ("处理机关",)),
    )
    one_of = (("code", "number", "party_name"), ("target_number", "target_listed_on"))
    catalogue = CatalogueEntry(
        "社会信用主管部门", "国办发〔2025〕22号", "行政管理信息", 31, Disclosure.GOVERNMENT, Coverage.DELTA, 10, "0305"
    )
    sample = (
        "事项类型,记录类型,主体名称,主体代码,原文书号,原作出机关,修复决定文号,生效日期,修复渠道\n"
        "信用修复,行政处罚,云津样例商贸有限公司,{uscc0},云津市监罚〔2026〕1号,云津市市场监督管理局,云津信修〔2026〕5号,2026-09-01,信用中国\n"
        "撤销,行政处罚,云津样例餐饮店,{uscc1},云津市监罚〔2026〕2号,云津市市场监督管理局,云津市监撤〔2026〕1号,2026-09-02,\n"
    )

    def facts(self, rows: Rows, out: Emitter) -> None:
        """The decisions, tied to the records they end; the record itself may still be on its way."""
        targets = named_records(rows, out)
        for action, label, table in (("repair", "Repair", "REPAIRED_BY"), ("withdrawal", "Withdrawal", "WITHDRAWN_BY")):
            here = np.array([a == action for a in rows["action"]], dtype=bool)
            ids = [
                record_id(label, a or "", d or "", f"{t}:{e}") if h else None
                for a, d, t, e, h in zip(
                    rows["authority"],
                    rows["document_number"],
                    targets.tolist(),
                    rows["effective_on"],
                    here.tolist(),
                    strict=True,
                )
            ]
            keys = out.register(ids, label)
            at = np.flatnonzero(here)
            extra = "channel" if label == "Repair" else "reason"
            names = ("document_number", "effective_on", "authority", extra)
            columns: dict[str, Any] = {name: [rows[name][i] for i in at.tolist()] for name in names}
            out.state(label, keys, at, **columns)
            out.relate(table, np.where(here, targets, 0), keys)
