"""Freezes of shares by courts; the holder and the company are both subjects (股权冻结)."""

from __future__ import annotations

from graph.declaration import Disclosure
from graph.delivery import Coverage
from loaders import normalize as n
from loaders.emitter import Emitter
from loaders.record_source import RecordSource, subjects
from loaders.rows import Rows
from loaders.source import CatalogueEntry, Field

EXTENTS = {"1": "all", "2": "part", "9": "other", "全部": "all", "部分": "part"}


class EquityFreezes(RecordSource):
    """The ruling, whose shares in which company, and for how long."""

    name = "equity_freezes"
    zh = "股权冻结信息"
    table = "EquityFreeze"
    subject_title = "被执行人"
    people = True
    columns = (
        "document_number",
        "notice_number",
        "amount",
        "frozen_from",
        "ends_on",
        "extent",
        "lifted_on",
        "published_on",
        "authority",
    )
    parsers = {"extent": n.choice(EXTENTS)}
    titles = {"authority": "执行法院"}
    catalogue = CatalogueEntry(
        "人民法院", "法释〔2021〕20号", "司法裁判及执行信息", 31, Disclosure.PUBLIC, Coverage.DELTA, 10, "0205"
    )
    sample = (
        "被执行人,统一社会信用代码,证件号码,标的企业名称,标的企业统一社会信用代码,执行裁定书文号,冻结股权数额,冻结期限自,冻结期限至,公示日期,执行法院\n"
        "样例甲,,{id0},云津样例商贸有限公司,{uscc0},(2026)云0101执11号之一,600,2026-05-01,2029-04-30,2026-05-06,云津市临江区人民法院\n"
    )

    @classmethod
    def subject_fields(cls) -> tuple[Field, ...]:
        """The holder and the company whose shares are frozen."""
        return (
            *super().subject_fields(),
            Field("company_party_name", "标的企业名称", n.firm_name, ("股权所在企业",)),
            Field("company_code", "标的企业统一社会信用代码", n.firm_code, required=True, filled=True),
        )

    def facts(self, rows: Rows, out: Emitter) -> None:
        """One record for the holder and one for the company, with the holding that both are about."""
        holder, company = subjects(rows, out, role="holder"), subjects(rows, out, "company_", "company")
        rows = rows.with_column(
            "holding", [f"{h or ''}|{c or ''}" for h, c in zip(holder.ids, company.ids, strict=True)]
        )
        self.assert_records(rows, out, holder, role="holder")
        self.assert_records(rows, out, company, role="company")
