"""Mortgages of movable property (动产抵押)."""

from __future__ import annotations

from graph.declaration import Disclosure
from graph.delivery import Coverage
from loaders import normalize as n
from loaders.emitter import Emitter
from loaders.record_source import RecordSource, subjects
from loaders.rows import Rows
from loaders.source import CatalogueEntry, Field


class ChattelMortgages(RecordSource):
    """Mortgages of movable property (动产抵押)."""

    name = "chattel_mortgages"
    zh = "动产抵押登记信息"
    table = "ChattelMortgage"
    columns = ("document_number", "amount", "registered_on", "ends_on", "authority")
    catalogue = CatalogueEntry(
        "动产融资统一登记公示系统",
        "国发〔2020〕18号",
        "登记注册基本信息",
        31,
        Disclosure.PUBLIC,
        Coverage.DELTA,
        30,
        "0104",
    )
    sample = (
        "抵押人,抵押人代码,抵押权人,抵押权人代码,抵押登记编号,被担保债权数额,登记日期,债务履行期限至\n"
        "云津样例商贸有限公司,{uscc0},云津样例控股有限公司,{uscc2},D20260001,300,2026-03-02,2027-03-01\n"
    )

    @classmethod
    def subject_fields(cls) -> tuple[Field, ...]:
        """Every party has a name and a code or number."""
        return (
            Field("party_name", "抵押人", n.firm_name, personal=True, required=True),
            Field("code", "抵押人代码", n.firm_code),
            Field("number", "抵押人证件号码", n.identity_number, personal=True),
            Field("mortgagee_party_name", "抵押权人", n.firm_name, personal=True, required=True),
            Field("mortgagee_code", "抵押权人代码", n.firm_code),
            Field("mortgagee_number", "抵押权人证件号码", n.identity_number, personal=True),
        )

    def facts(self, rows: Rows, out: Emitter) -> None:
        """One record for each party."""
        self.assert_records(rows, out, subjects(rows, out, "", "mortgagor"), role="mortgagor")
        self.assert_records(rows, out, subjects(rows, out, "mortgagee_", "mortgagee"), role="mortgagee")
