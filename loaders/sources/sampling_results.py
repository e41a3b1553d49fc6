"""Samples of products and food (监督抽检)."""

from __future__ import annotations

from graph.declaration import Disclosure
from graph.delivery import Coverage
from loaders import normalize as n
from loaders.record_source import RecordSource
from loaders.source import CatalogueEntry

ROLES = {"生产者": "producer", "生产企业": "producer", "销售者": "seller", "经营者": "seller"}


class SamplingResults(RecordSource):
    """Samples of products and food (监督抽检)."""

    name = "sampling_results"
    zh = "产品及食品抽检结果信息"
    table = "SamplingResult"
    within = ("product", "lot_number", "role")
    columns = ("document_number", "product", "lot_number", "role", "sampled_on", "qualified", "defect", "authority")
    parsers = {"role": n.choice(ROLES)}
    titles = {"authority": "抽检机关"}
    catalogue = CatalogueEntry(
        "市场监督管理局",
        "食品安全法 第八十七条; 产品质量法 第十五条",
        "行政管理信息",
        92,
        Disclosure.PUBLIC,
        Coverage.DELTA,
        5,
        "0306",
    )
    sample = (
        "企业名称,统一社会信用代码,抽样单编号,产品名称,生产批号,主体角色,抽样日期,是否合格,不合格项目\n"
        "云津样例商贸有限公司,{uscc0},CJ202605001,样例酱油,20260301,生产者,2026-05-03,否,氨基酸态氮\n"
    )
