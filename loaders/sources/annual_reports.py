"""Annual reports as firms publish them (年报)."""

from __future__ import annotations

from graph.declaration import Disclosure
from graph.delivery import Coverage
from loaders import normalize as n
from loaders.record_source import RecordSource
from loaders.source import CatalogueEntry


class AnnualReports(RecordSource):
    """Annual reports as firms publish them (年报)."""

    name = "annual_reports"
    zh = "企业年度报告信息"
    table = "AnnualReport"
    within = ("year",)
    dated_key = False
    columns = (
        "year",
        "reported_on",
        "staff",
        "insured_staff",
        "assets",
        "liabilities",
        "revenue",
        "profit",
        "tax",
        "authority",
    )
    parsers = {"profit": n.money(signed=True)}
    titles = {"authority": "接收机关"}
    catalogue = CatalogueEntry(
        "市场监督管理局",
        "企业信息公示暂行条例 第八条",
        "登记注册基本信息",
        400,
        Disclosure.GOVERNMENT,
        Coverage.DELTA,
        10,
        "0101",
    )
    sample = (
        "企业名称,统一社会信用代码,报告年度,报送日期,从业人数,参保人数,资产总额,负债总额,营业总收入,利润总额,纳税总额\n"
        "云津样例商贸有限公司,{uscc0},2025,2026-03-01,12,10,800,300,1200,90,60\n"
    )
