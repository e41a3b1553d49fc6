"""Complaints and reports received on 12315 (投诉举报)."""

from __future__ import annotations

from graph.declaration import Disclosure
from graph.delivery import Coverage
from loaders import normalize as n
from loaders.record_source import RecordSource
from loaders.source import CatalogueEntry

MEDIATIONS = {
    "调解成功": "succeeded",
    "达成": "succeeded",
    "调解失败": "failed",
    "未达成": "failed",
    "拒绝调解": "refused",
    "撤回": "withdrawn",
}


class Complaints(RecordSource):
    """Complaints and reports received on 12315 (投诉举报)."""

    name = "complaints"
    zh = "消费投诉举报信息"
    table = "Complaint"
    columns = (
        "document_number",
        "received_on",
        "category",
        "prepaid",
        "accepted",
        "mediation",
        "closed_on",
        "authority",
    )
    parsers = {"mediation": n.choice(MEDIATIONS, open_ended=True)}
    titles = {"authority": "受理机关"}
    catalogue = CatalogueEntry(
        "市场监督管理局",
        "市场监督管理投诉举报处理暂行办法",
        "遵守法律法规情况信息",
        31,
        Disclosure.GOVERNMENT,
        Coverage.DELTA,
        3,
        "1001",
    )
    sample = (
        "企业名称,统一社会信用代码,投诉编号,登记日期,问题类别,涉及预付卡,是否受理,调解结果,办结日期\n"
        "云津样例商贸有限公司,{uscc0},TS20260001,2026-07-01,售后服务,否,是,调解成功,2026-07-20\n"
    )
