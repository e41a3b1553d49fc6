"""Objections to records (信用异议): a mark that travels with the record until it is decided."""

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

RESULTS = {
    "异议成立": "upheld",
    "成立": "upheld",
    "异议不成立": "rejected",
    "不成立": "rejected",
    "撤回异议": "dropped",
}


class Objections(Source):
    """An objection names its record by kind, authority, document number and subject; an upheld one ends its use."""

    name = "objections"
    zh = "信用异议信息"
    table = "Objection"
    fields = (
        Field("target", "记录类型", n.choice(TARGETS), ("目标记录类型",), required=True, filled=True),
        Field("party_name", "主体名称", n.firm_name, ("异议申请人",), personal=True),
        Field("code", "主体代码", n.firm_code, ("统一社会信用代码",)),
        Field("number", "主体证件号码", n.identity_number, ("身份证号",), personal=True),
        Field("target_number", "原文书号", n.document, ("原决定书文号", "案号")),
        Field("target_listed_on", "原列入日期", n.date(future=False)),
        Field("target_authority", "原作出机关", n.firm_name, ("原决定机关",), required=True, filled=True),
        Field("document_number", "异议受理编号", n.document, ("异议编号",), required=True, filled=True),
        Field("received_on", "受理日期", n.date(future=False), ("异议受理日期",), required=True, filled=True),
        Field("decided_on", "处理日期", n.date(future=False), ("异议处理日期",)),
        Field("result", "处理结果", n.choice(RESULTS), ("异议处理结果",)),
        Field("authority", "受理机关", n.firm_name, ("异议受理机关",)),
    )
    one_of = (("code", "number", "party_name"), ("target_number", "target_listed_on"))
    catalogue = CatalogueEntry(
        "社会信用主管部门", "国办发〔2025〕22号", "行政管理信息", 31, Disclosure.GOVERNMENT, Coverage.DELTA, 10, "0309"
    )
    sample = (
        "记录类型,主体名称,主体代码,原文书号,原作出机关,异议受理编号,受理日期,处理日期,处理结果,受理机关\n"
        "行政处罚,云津样例商贸有限公司,{uscc0},云津市监罚〔2026〕1号,云津市市场监督管理局,云津信异〔2026〕1号,2026-09-01,,,云津市信用中心\n"
        "行政处罚,云津样例餐饮店,{uscc1},云津市监罚〔2026〕2号,云津市市场监督管理局,云津信异〔2026〕2号,2026-09-02,2026-09-08,异议不成立,云津市信用中心\n"
    )

    def facts(self, rows: Rows, out: Emitter) -> None:
        """The objections, tied to the records that they are about; the record itself may still be on its way."""
        targets, at = named_records(rows, out), np.arange(len(rows["target"]))
        named = zip(rows["authority"], rows["document_number"], targets.tolist(), strict=True)
        keys = out.register([record_id("Objection", a or "", d, str(t)) for a, d, t in named], "Objection")
        names = ("document_number", "received_on", "decided_on", "result", "authority")
        columns: dict[str, Any] = {name: rows[name] for name in names}
        out.state("Objection", keys, at, **columns)
        out.relate("OBJECTED_BY", targets, keys)
