"""The market supervisors' list of serious violations (严重违法失信名单)."""

from __future__ import annotations

from graph.declaration import Disclosure
from graph.delivery import Coverage
from loaders.record_source import RecordSource
from loaders.source import CatalogueEntry


class SeriousViolations(RecordSource):
    """The market supervisors' list of serious violations (严重违法失信名单)."""

    name = "serious_violations"
    zh = "严重违法失信名单信息"
    table = "ListEntry"
    list_type = "serious_violation"
    people = True
    columns = ("document_number", "reasons", "listed_on", "removed_on", "removal_reason", "authority")
    titles = {"reasons": "列入严重违法失信名单原因", "document_number": "列入决定书文号", "authority": "列入机关"}
    catalogue = CatalogueEntry(
        "市场监督管理局",
        "市场监督管理严重违法失信名单管理办法 (第44号令)",
        "严重失信主体名单信息",
        31,
        Disclosure.PUBLIC,
        Coverage.FULL,
        10,
        "0603",
    )
    sample = (
        "企业名称,统一社会信用代码,列入严重违法失信名单原因,列入日期,列入决定书文号,移出日期,列入机关\n"
        "云津样例商贸有限公司,{uscc0},生产销售不合格食品情节严重,2025-05-10,云津严〔2025〕1号,,云津市市场监督管理局\n"
    )
