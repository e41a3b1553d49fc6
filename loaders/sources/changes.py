"""Changes of registered items (变更登记)."""

from __future__ import annotations

from graph.declaration import Disclosure
from graph.delivery import Coverage
from loaders import normalize as n
from loaders.record_source import RecordSource
from loaders.source import CatalogueEntry

ITEMS = {
    "法定代表人": "legal_representative",
    "负责人": "legal_representative",
    "住所": "domicile",
    "经营场所": "domicile",
    "股东": "shareholders",
    "投资人": "shareholders",
    "注册资本": "capital",
    "企业名称": "name",
    "名称变更": "name",
    "经营范围": "scope",
    "主要人员": "officers",
    "高级管理人员": "officers",
}


class Changes(RecordSource):
    """Changes of registered items (变更登记)."""

    name = "changes"
    zh = "变更登记信息"
    table = "RegistrationChange"
    within = ("item",)
    columns = ("document_number", "item", "changed_on", "before", "after", "authority")
    parsers = {"item": n.choice(ITEMS, open_ended=True)}
    aliases = {"document_number": ("OPENO",)}
    catalogue = CatalogueEntry(
        "市场监督管理局",
        "市场主体登记管理条例 第二十四条",
        "登记注册基本信息",
        31,
        Disclosure.PUBLIC,
        Coverage.DELTA,
        30,
        "0103",
    )
    sample = (
        "企业名称,统一社会信用代码,变更事项,变更日期,变更前内容,变更后内容\n"
        "云津样例商贸有限公司,{uscc0},住所,2025-06-01,云津市临江区样例路8号,云津市望湖区听雨街2号\n"
        "云津样例商贸有限公司,{uscc0},法定代表人,2025-06-01,样例甲,样例乙\n"
    )
