"""Inspections drawn at random or for cause, and their results (双随机抽查)."""

from __future__ import annotations

from graph.declaration import Disclosure
from graph.delivery import Coverage
from loaders import normalize as n
from loaders.record_source import RecordSource
from loaders.source import CatalogueEntry

# The eight results of the national publicity system.
RESULTS = {
    "1": "no_problem",
    "2": "problem",
    "3": "problem",
    "4": "not_found",
    "5": "problem_mended",
    "6": "refused",
    "7": "no_activity",
    "8": "problem",
    "未发现问题": "no_problem",
    "未发现开展检查涉及的经营活动": "no_activity",
    "未发现开展": "no_activity",
    "通过登记的住所或者经营场所无法联系": "not_found",
    "无法联系": "not_found",
    "发现问题已责令改正": "problem_mended",
    "已责令改正": "problem_mended",
    "不配合检查": "refused",
    "拒绝检查": "refused",
    "发现问题待后续处理": "problem",
    "待后续处理": "problem",
    "未按规定公示": "problem",
    "隐瞒真实情况": "problem",
    "发现问题": "problem",
}


class Inspections(RecordSource):
    """Inspections drawn at random or for cause, and their results (双随机抽查)."""

    name = "inspections"
    zh = "抽查检查结果信息"
    table = "Inspection"
    within = ("item",)
    columns = ("document_number", "plan", "item", "inspected_on", "result", "published_on", "authority")
    parsers = {"result": n.choice(RESULTS)}
    titles = {"authority": "检查机关"}
    catalogue = CatalogueEntry(
        "各行政执法单位", "国发〔2019〕5号", "行政管理信息", 92, Disclosure.PUBLIC, Coverage.DELTA, 5, "0302"
    )
    sample = (
        "企业名称,统一社会信用代码,抽查计划,检查事项,检查日期,检查结果,检查机关\n"
        "云津样例商贸有限公司,{uscc0},2026年第一批,登记事项检查,2026-04-12,未发现问题,云津市市场监督管理局\n"
    )
