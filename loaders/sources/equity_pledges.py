"""Pledges of shares, with pledgor, pledgee and company (股权出质)."""

from __future__ import annotations

from graph.declaration import Disclosure
from graph.delivery import Coverage
from loaders.record_source import RecordSource
from loaders.source import CatalogueEntry


class EquityPledges(RecordSource):
    """Pledges of shares, with pledgor, pledgee and company (股权出质)."""

    name = "equity_pledges"
    zh = "股权出质登记信息"
    table = "EquityPledge"
    roles = {"pledgor": "出质人", "pledgee": "质权人", "company": "出质股权所在公司"}
    columns = ("document_number", "amount", "registered_on", "ends_on", "authority")
    catalogue = CatalogueEntry(
        "市场监督管理局", "股权出质登记办法", "登记注册基本信息", 31, Disclosure.PUBLIC, Coverage.DELTA, 30, "0106"
    )
    sample = (
        "出质人,出质人代码,质权人,质权人代码,出质股权所在公司,出质股权所在公司代码,出质登记编号,出质股权数额,出质登记日期,注销日期\n"
        "云津样例控股有限公司,{uscc2},云津样例餐饮店,{uscc1},云津样例商贸有限公司,{uscc0},A20260001,400,2026-03-01,\n"
    )
