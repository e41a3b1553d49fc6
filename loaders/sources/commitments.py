"""Credit commitments and whether they were kept (信用承诺)."""

from __future__ import annotations

from graph.declaration import Disclosure
from graph.delivery import Coverage
from loaders import normalize as n
from loaders.record_source import RecordSource
from loaders.source import CatalogueEntry

KINDS = {
    "审批替代型": "approval",
    "主动型": "voluntary",
    "信用修复型": "repair",
    "行业自律型": "industry",
    "审批替代": "approval",
    "主动": "voluntary",
    "信用修复": "repair",
    "行业自律": "industry",
}
STATES = {
    "已履行": "kept",
    "全部履行": "kept",
    "未履行": "broken",
    "违背承诺": "broken",
    "违诺": "broken",
    "履行中": "open",
}


class Commitments(RecordSource):
    """Credit commitments and whether they were kept (信用承诺)."""

    name = "commitments"
    zh = "信用承诺及履行信息"
    table = "Commitment"
    columns = ("document_number", "kind", "content", "made_on", "due_on", "fulfilment", "judged_on", "authority")
    parsers = {"kind": n.choice(KINDS, open_ended=True), "fulfilment": n.choice(STATES)}
    titles = {"authority": "受理单位"}
    catalogue = CatalogueEntry(
        "各受理单位", "国办发〔2020〕42号", "信用承诺及履行情况信息", 92, Disclosure.PUBLIC, Coverage.DELTA, 10, "0801"
    )
    sample = (
        "企业名称,统一社会信用代码,承诺编号,承诺类型,承诺内容,承诺日期,履行期限,履行情况,认定日期,受理单位\n"
        "云津样例商贸有限公司,{uscc0},CN2026001,审批替代型,补交材料,2026-01-05,2026-03-05,已履行,2026-03-06,云津市行政审批局\n"
    )
