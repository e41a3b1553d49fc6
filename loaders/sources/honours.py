"""Honours: tax class A, certified exporters, awards (守信激励)."""

from __future__ import annotations

from graph.declaration import Disclosure
from graph.delivery import Coverage
from loaders import normalize as n
from loaders.record_source import RecordSource
from loaders.source import CatalogueEntry

KINDS = {
    "纳税信用A级": "tax_class_a",
    "纳税信用A": "tax_class_a",
    "海关高级认证": "aeo",
    "AEO": "aeo",
    "高级认证": "aeo",
    "守合同重信用": "contract_honour",
    "表彰": "award",
    "荣誉称号": "award",
}


class Honours(RecordSource):
    """Honours: tax class A, certified exporters, awards (守信激励)."""

    name = "honours"
    zh = "守信激励及荣誉信息"
    table = "Honour"
    within = ("kind", "title")
    columns = ("document_number", "kind", "title", "awarded_on", "ends_on", "authority")
    parsers = {"kind": n.choice(KINDS, open_ended=True)}
    titles = {"authority": "认定单位"}
    catalogue = CatalogueEntry(
        "各授予单位", "国发〔2016〕33号", "诚实守信相关荣誉信息", 400, Disclosure.PUBLIC, Coverage.DELTA, 5, "1101"
    )
    sample = (
        "企业名称,统一社会信用代码,荣誉类别,荣誉名称,认定日期,有效期至,认定单位\n"
        "云津样例商贸有限公司,{uscc0},纳税信用A级,2025年度纳税信用A级纳税人,2026-04-30,2027-04-29,云津市税务局\n"
    )
