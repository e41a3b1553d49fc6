"""Other administrative acts: compulsion, confirmation, levy, grant, ruling, compensation, award, supervision."""

from __future__ import annotations

from graph.declaration import Disclosure
from graph.delivery import Coverage
from loaders import normalize as n
from loaders.record_source import RecordSource
from loaders.source import CatalogueEntry

ACTS = {
    "行政强制": "compulsion",
    "行政确认": "confirmation",
    "行政征收": "levy",
    "行政给付": "grant",
    "行政裁决": "ruling",
    "行政补偿": "compensation",
    "行政奖励": "award",
    "行政监督检查": "supervision",
}


class AdministrativeActs(RecordSource):
    """Other administrative acts: compulsion, confirmation, levy, grant, ruling, compensation, award, supervision."""

    name = "administrative_acts"
    zh = "其他行政行为信息"
    table = "AdministrativeAct"
    people = True
    columns = ("document_number", "act", "content", "decided_on", "published_on", "authority")
    parsers = {"act": n.choice(ACTS, open_ended=True)}
    catalogue = CatalogueEntry(
        "各行政机关", "全国公共信用信息基础目录", "行政管理信息", 31, Disclosure.PUBLIC, Coverage.DELTA, 10, "0301"
    )
    sample = (
        "主体名称,统一社会信用代码,文书号,行为类别,内容,作出日期,作出机关\n"
        "云津样例商贸有限公司,{uscc0},云津强〔2026〕3号,行政强制,查封场所,2026-05-06,云津市市场监督管理局\n"
    )
