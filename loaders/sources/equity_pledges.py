"""Pledges of shares, with pledgor, pledgee and company (股权出质)."""

from __future__ import annotations

from graph.declaration import Disclosure
from graph.delivery import Coverage
from loaders import normalize as n
from loaders.emitter import Emitter
from loaders.record_source import RecordSource, subjects
from loaders.rows import Rows
from loaders.source import CatalogueEntry, Field


class EquityPledges(RecordSource):
    """Pledges of shares, with pledgor, pledgee and company (股权出质)."""

    name = "equity_pledges"
    zh = "股权出质登记信息"
    table = "EquityPledge"
    columns = ("document_number", "amount", "registered_on", "ends_on", "authority")
    catalogue = CatalogueEntry(
        "市场监督管理局", "股权出质登记办法", "登记注册基本信息", 31, Disclosure.PUBLIC, Coverage.DELTA, 30, "0106"
    )
    sample = (
        "出质人,出质人代码,质权人,质权人代码,出质股权所在公司,出质股权所在公司代码,出质登记编号,出质股权数额,出质登记日期,注销日期\n"
        "云津样例控股有限公司,{uscc2},云津样例餐饮店,{uscc1},云津样例商贸有限公司,{uscc0},A20260001,400,2026-03-01,\n"
    )

    @classmethod
    def subject_fields(cls) -> tuple[Field, ...]:
        """Every party has a name and a code or number."""
        return (
            Field("party_name", "出质人", n.firm_name, personal=True, required=True),
            Field("code", "出质人代码", n.firm_code),
            Field("number", "出质人证件号码", n.identity_number, personal=True),
            Field("pledgee_party_name", "质权人", n.firm_name, personal=True, required=True),
            Field("pledgee_code", "质权人代码", n.firm_code),
            Field("pledgee_number", "质权人证件号码", n.identity_number, personal=True),
            Field("company_party_name", "出质股权所在公司", n.firm_name, personal=True, required=True),
            Field("company_code", "出质股权所在公司代码", n.firm_code),
            Field("company_number", "出质股权所在公司证件号码", n.identity_number, personal=True),
        )

    def facts(self, rows: Rows, out: Emitter) -> None:
        """One record for each party."""
        self.assert_records(rows, out, subjects(rows, out, "", "pledgor"), role="pledgor")
        self.assert_records(rows, out, subjects(rows, out, "pledgee_", "pledgee"), role="pledgee")
        self.assert_records(rows, out, subjects(rows, out, "company_", "company"), role="company")
