"""Announced tax arrears, abnormal households and tax class D (涉税失信)."""

from __future__ import annotations

from graph.declaration import Disclosure
from graph.delivery import Coverage
from loaders import normalize as n
from loaders.record_source import RecordSource
from loaders.source import CatalogueEntry

KINDS = {
    "欠税": "arrears",
    "非正常户": "abnormal_household",
    "纳税信用D级": "class_d",
    "D级": "class_d",
    "纳税信用D": "class_d",
    "D": "class_d",
}


class TaxArrears(RecordSource):
    """Announced tax arrears, abnormal households and tax class D (涉税失信)."""

    name = "tax_arrears"
    zh = "欠税公告、非正常户及纳税信用D级信息"
    table = "TaxRecord"
    within = ("kind", "tax")
    subject_title = "纳税人名称"
    columns = ("document_number", "kind", "tax", "amount", "announced_on", "ends_on", "authority")
    parsers = {"kind": n.choice(KINDS), "amount": n.money(1)}
    titles = {"authority": "主管税务机关"}
    catalogue = CatalogueEntry(
        "税务局", "欠税公告办法; 纳税信用管理办法", "行政管理信息", 100, Disclosure.PUBLIC, Coverage.FULL, 10, "0308"
    )
    sample = (
        "纳税人名称,统一社会信用代码,信息类别,欠税税种,欠税余额（元）,公告日期,解除日期\n"
        "云津样例商贸有限公司,{uscc0},欠税,增值税,35000,2026-04-15,\n"
    )
