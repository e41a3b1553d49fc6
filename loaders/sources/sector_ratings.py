"""Sector authorities' own classes of firms (行业信用评价)."""

from __future__ import annotations

from graph.declaration import Disclosure
from graph.delivery import Coverage
from loaders.record_source import RecordSource
from loaders.source import CatalogueEntry


class SectorRatings(RecordSource):
    """Sector authorities' own classes of firms (行业信用评价)."""

    name = "sector_ratings"
    zh = "行业信用评价信息"
    table = "SectorRating"
    within = ("sector",)
    columns = ("document_number", "sector", "grade", "poor", "rated_on", "ends_on", "authority")
    titles = {"authority": "评价单位"}
    catalogue = CatalogueEntry(
        "行业主管部门", "国办发〔2019〕35号", "信用评价结果信息", 400, Disclosure.GOVERNMENT, Coverage.DELTA, 5, "0902"
    )
    sample = (
        "企业名称,统一社会信用代码,行业领域,等级,是否差评,评价日期,有效期至,评价单位\n"
        "云津样例商贸有限公司,{uscc0},环保,绿牌,否,2026-01-20,2027-01-19,云津市生态环境局\n"
    )
