"""Other authorities' lists of serious dishonesty: tax, wages, work safety and so on (其他严重失信主体名单)."""

from __future__ import annotations

from graph.declaration import Disclosure
from graph.delivery import Coverage
from loaders import normalize as n
from loaders.record_source import RecordSource
from loaders.source import CatalogueEntry

LISTS = {
    "重大税收违法": "serious_tax",
    "拖欠农民工工资": "wage_arrears",
    "安全生产": "work_safety",
    "其他": "other_serious",
    "政府采购": "other_serious",
    "统计": "other_serious",
    "海关": "other_serious",
    "食品药品": "other_serious",
}


class SeriousLists(RecordSource):
    """Other authorities' lists of serious dishonesty: tax, wages, work safety and so on (其他严重失信主体名单)."""

    name = "serious_lists"
    zh = "其他严重失信主体名单信息"
    table = "ListEntry"
    people = True
    columns = (
        "list_type",
        "document_number",
        "reasons",
        "listed_on",
        "term_ends_on",
        "removed_on",
        "removal_reason",
        "authority",
    )
    parsers = {"list_type": n.choice(LISTS)}
    titles = {"document_number": "认定文书号", "listed_on": "认定日期", "reasons": "失信事由", "authority": "认定机关"}
    catalogue = CatalogueEntry(
        "各认定单位", "国办发〔2020〕49号", "严重失信主体名单信息", 31, Disclosure.PUBLIC, Coverage.FULL, 10, "0602"
    )
    sample = (
        "主体名称,统一社会信用代码,名单类型,认定文书号,认定日期,失信事由,移出日期,认定机关\n"
        "云津样例商贸有限公司,{uscc0},拖欠农民工工资,云津人社〔2026〕1号,2026-01-11,拖欠工资拒不支付,,云津市人力资源和社会保障局\n"
    )
