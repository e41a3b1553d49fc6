"""Other systems' evaluations, kept with their source and never mixed with the class (公共信用综合评价)."""

from __future__ import annotations

from graph.declaration import Disclosure
from graph.delivery import Coverage
from loaders.record_source import RecordSource
from loaders.source import CatalogueEntry


class ExternalEvaluations(RecordSource):
    """Other systems' evaluations, kept with their source and never mixed with the class (公共信用综合评价)."""

    name = "external_evaluations"
    zh = "公共信用综合评价信息"
    table = "ExternalEvaluation"
    within = ("system",)
    columns = ("document_number", "system", "grade", "evaluated_on", "authority")
    titles = {"authority": "评价机构"}
    catalogue = CatalogueEntry(
        "社会信用主管部门", "GB/T 45255-2025", "信用评价结果信息", 400, Disclosure.GOVERNMENT, Coverage.DELTA, 3, "0901"
    )
    sample = (
        "企业名称,统一社会信用代码,评价体系,评价等级,评价日期\n"
        "云津样例商贸有限公司,{uscc0},公共信用综合评价,良,2026-03-01\n"
    )
