"""The list of abnormal operation (经营异常名录) and the marks of individual businesses."""

from __future__ import annotations

from graph.declaration import Disclosure
from graph.delivery import Coverage
from graph.identity import record_id
from loaders import normalize as n
from loaders.emitter import Emitter
from loaders.record_source import attach, discriminator, subjects
from loaders.rows import Rows
from loaders.source import CatalogueEntry, Field, Source

REASONS = {
    "1": "no_annual_report",
    "2": "no_instant_information",
    "3": "concealed_or_false",
    "4": "unreachable",
    "未依照规定期限公示年度报告": "no_annual_report",
    "未在责令的期限内公示有关企业信息": "no_instant_information",
    "公示企业信息隐瞒真实情况、弄虚作假": "concealed_or_false",
    "通过登记的住所或者经营场所无法联系": "unreachable",
    "年度报告": "no_annual_report",
    "年报": "no_annual_report",
    "责令的期限": "no_instant_information",
    "隐瞒真实情况": "concealed_or_false",
    "弄虚作假": "concealed_or_false",
    "无法联系": "unreachable",
    "无法取得联系": "unreachable",
}
REMOVALS = {
    "1": "report_supplied",
    "2": "information_published",
    "3": "corrected",
    "4": "domicile_changed",
    "5": "contact_restored",
    "6": "moved_to_serious_list",
    "7": "deregistered",
    "补报": "report_supplied",
    "履行公示": "information_published",
    "更正": "corrected",
    "变更": "domicile_changed",
    "重新取得联系": "contact_restored",
}


class AbnormalOperations(Source):
    """Entries with their reason, entry and removal."""

    name = "abnormal_operations"
    zh = "经营异常名录信息"
    table = "ListEntry"
    fields = (
        Field("party_name", "企业名称", n.firm_name, ("ENTNAME", "名称"), required=True, filled=True),
        Field("code", "统一社会信用代码", n.firm_code, ("UNISCID", "uscc", "注册号"), required=True),
        Field("reasons", "列入经营异常名录原因", n.several(REASONS), ("列入原因",), required=True, filled=True),
        Field("listed_on", "列入日期", n.date(future=False), required=True, filled=True),
        Field("document_number", "列入决定书文号", n.document, ("列入文号",)),
        Field("authority", "作出决定机关", n.firm_name, ("DECORG", "列入机关"), required=True, filled=True),
        Field("removed_on", "移出日期", n.date(future=False)),
        Field("removal_reason", "移出原因", n.choice(REMOVALS, open_ended=True), ("移出经营异常名录原因",)),
    )
    catalogue = CatalogueEntry(
        "市场监督管理局",
        "企业信息公示暂行条例 第十七条",
        "经营(活动)异常名录(状态)信息",
        31,
        Disclosure.PUBLIC,
        Coverage.FULL,
        10,
        "0501",
    )
    sample = (
        "企业名称,统一社会信用代码,列入经营异常名录原因,列入日期,作出决定机关,移出日期,移出原因\n"
        "云津样例商贸有限公司,{uscc0},通过登记的住所或者经营场所无法联系,2026-03-02,云津市市场监督管理局,,\n"
    )

    def facts(self, rows: Rows, out: Emitter) -> None:
        """The entries, attached by code."""
        parties = subjects(rows, out)
        ids = [
            record_id("ListEntry", a, d or "", p or f"name:{name}", discriminator("abnormal_operation", d, day))
            for a, d, p, name, day in zip(
                rows["authority"], rows["document_number"], parties.ids, parties.names, rows["listed_on"], strict=True
            )
        ]
        keys = attach(out, "ListEntry", parties, ids)
        out.state(
            "ListEntry",
            keys,
            list_type=["abnormal_operation"] * len(rows),
            document_number=rows["document_number"],
            reasons=rows["reasons"],
            listed_on=rows["listed_on"],
            removed_on=rows["removed_on"],
            removal_reason=rows["removal_reason"],
            authority=rows["authority"],
            subject_name=parties.names,
        )
