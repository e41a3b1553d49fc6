"""Social insurance not paid, and violations of labour law (社保欠缴、劳动保障违法)."""

from __future__ import annotations

from graph.declaration import Disclosure
from graph.delivery import Coverage
from loaders import normalize as n
from loaders.record_source import RecordSource
from loaders.source import CatalogueEntry

KINDS = {"社保欠缴": "arrears", "欠缴": "arrears", "劳动保障违法": "labour_violation"}


class SocialInsuranceArrearsSource(RecordSource):
    """Social insurance not paid, and violations of labour law (社保欠缴、劳动保障违法)."""

    name = "social_insurance_arrears"
    zh = "社保欠缴及劳动保障违法信息"
    table = "SocialInsuranceArrears"
    within = ("kind",)
    subject_title = "单位名称"
    columns = ("document_number", "kind", "amount", "announced_on", "ends_on", "authority")
    parsers = {"kind": n.choice(KINDS), "amount": n.money(1)}
    titles = {"authority": "公告机关"}
    catalogue = CatalogueEntry(
        "人力资源和社会保障局",
        "社会保险法 第八十四条; 重大劳动保障违法行为社会公布办法",
        "行政管理信息",
        100,
        Disclosure.GOVERNMENT,
        Coverage.FULL,
        10,
        "0307",
    )
    sample = (
        "单位名称,统一社会信用代码,信息类别,欠缴金额（元）,公告日期,缴清日期\n"
        "云津样例商贸有限公司,{uscc0},社保欠缴,12000,2026-04-20,\n"
    )
