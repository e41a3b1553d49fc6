"""Breaches of contracts, and violations in procurement and bidding (合同履约)."""

from __future__ import annotations

from graph.declaration import Disclosure
from graph.delivery import Coverage
from loaders import normalize as n
from loaders.record_source import RecordSource
from loaders.source import CatalogueEntry

KINDS = {
    "合同违约": "contract",
    "合同": "contract",
    "政府采购": "procurement",
    "招投标": "bidding",
    "招标投标": "bidding",
}


class ContractBreaches(RecordSource):
    """Breaches of contracts, and violations in procurement and bidding (合同履约)."""

    name = "contract_breaches"
    zh = "合同履约及招投标、政府采购失信信息"
    table = "ContractBreach"
    columns = ("document_number", "kind", "contract", "decided_on", "ends_on", "authority")
    parsers = {"kind": n.choice(KINDS)}
    titles = {"authority": "认定单位"}
    catalogue = CatalogueEntry(
        "各采购及监管单位",
        "政府采购法 第七十七条; 招标投标法",
        "合同履行信息",
        92,
        Disclosure.GOVERNMENT,
        Coverage.DELTA,
        5,
        "0701",
    )
    sample = (
        "企业名称,统一社会信用代码,文号,失信类别,合同或项目名称,认定日期,处理期限至,认定单位\n"
        "云津样例商贸有限公司,{uscc0},云津采〔2026〕2号,政府采购,样例项目,2026-02-10,2027-02-09,云津市财政局\n"
    )
