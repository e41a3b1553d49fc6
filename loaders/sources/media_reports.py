"""Adverse media reports that an authority has verified (经核实舆情)."""

from __future__ import annotations

from graph.declaration import Disclosure
from graph.delivery import Coverage
from loaders.record_source import RecordSource
from loaders.source import CatalogueEntry


class MediaReports(RecordSource):
    """Adverse media reports that an authority has verified (经核实舆情)."""

    name = "media_reports"
    zh = "经核实负面舆情信息"
    table = "MediaReport"
    within = ("medium",)
    columns = ("document_number", "medium", "title", "published_on", "verified_on", "authority")
    titles = {"authority": "核实单位"}
    catalogue = CatalogueEntry(
        "网信及行业主管部门",
        "地方补充目录",
        "遵守法律法规情况信息",
        92,
        Disclosure.GOVERNMENT,
        Coverage.DELTA,
        2,
        "1002",
    )
    sample = (
        "企业名称,统一社会信用代码,媒体名称,标题,发布日期,核实日期,核实单位\n"
        "云津样例商贸有限公司,{uscc0},云津日报,预付卡难退,2026-06-05,2026-06-20,云津市市场监督管理局\n"
    )
