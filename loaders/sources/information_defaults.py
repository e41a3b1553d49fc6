"""Instant information that firms had to publish and did not (即时信息未公示)."""

from __future__ import annotations

from graph.declaration import Disclosure
from graph.delivery import Coverage
from loaders.record_source import RecordSource
from loaders.source import CatalogueEntry


class InformationDefaults(RecordSource):
    """Instant information that firms had to publish and did not (即时信息未公示)."""

    name = "information_defaults"
    zh = "即时信息未公示信息"
    table = "InformationDefault"
    within = ("item",)
    columns = ("document_number", "item", "found_on", "ends_on", "authority")
    catalogue = CatalogueEntry(
        "市场监督管理局",
        "企业信息公示暂行条例 第十条",
        "经营(活动)异常名录(状态)信息",
        92,
        Disclosure.GOVERNMENT,
        Coverage.DELTA,
        5,
        "0503",
    )
    sample = (
        "企业名称,统一社会信用代码,未公示事项,发现日期,履行日期\n"
        "云津样例商贸有限公司,{uscc0},股东出资变更,2026-02-03,\n"
    )
