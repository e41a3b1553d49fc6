"""Attempts to reach firms at their registered address or telephone (联系核查)."""

from __future__ import annotations

from graph.declaration import Disclosure
from graph.delivery import Coverage
from loaders import normalize as n
from loaders.record_source import RecordSource
from loaders.source import CatalogueEntry

METHODS = {"信函": "letter", "邮寄": "letter", "电话": "telephone", "实地": "visit", "现场": "visit"}


class ContactAttempts(RecordSource):
    """Attempts to reach firms at their registered address or telephone (联系核查)."""

    name = "contact_attempts"
    zh = "联系核查信息"
    table = "ContactAttempt"
    within = ("method",)
    columns = ("document_number", "method", "attempted_on", "reached", "authority")
    parsers = {"method": n.choice(METHODS, open_ended=True)}
    titles = {"authority": "核查机关"}
    catalogue = CatalogueEntry(
        "市场监督管理局",
        "经营异常名录管理暂行办法 第九条",
        "经营(活动)异常名录(状态)信息",
        92,
        Disclosure.GOVERNMENT,
        Coverage.DELTA,
        5,
        "0502",
    )
    sample = (
        "企业名称,统一社会信用代码,核查方式,核查日期,是否联系上\n"
        "云津样例商贸有限公司,{uscc0},信函,2026-05-01,否\n"
        "云津样例商贸有限公司,{uscc0},实地,2026-06-01,否\n"
    )
