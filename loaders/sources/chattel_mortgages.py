"""Mortgages of movable property (动产抵押)."""

from __future__ import annotations

from graph.declaration import Disclosure
from graph.delivery import Coverage
from loaders.record_source import RecordSource
from loaders.source import CatalogueEntry


class ChattelMortgages(RecordSource):
    """Mortgages of movable property (动产抵押)."""

    name = "chattel_mortgages"
    zh = "动产抵押登记信息"
    table = "ChattelMortgage"
    roles = {"mortgagor": "抵押人", "mortgagee": "抵押权人"}
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
