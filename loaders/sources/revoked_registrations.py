"""Registrations revoked because they were obtained by fraud (撤销虚假登记)."""

from __future__ import annotations

from graph.declaration import Disclosure
from graph.delivery import Coverage
from loaders import normalize as n
from loaders.record_source import RecordSource
from loaders.source import CatalogueEntry

REASONS = {"冒用": "impersonation", "冒名": "impersonation", "虚假材料": "false_material"}


class RevokedRegistrations(RecordSource):
    """Registrations revoked because they were obtained by fraud (撤销虚假登记)."""

    name = "revoked_registrations"
    zh = "撤销虚假登记信息"
    table = "RevokedRegistration"
    columns = ("document_number", "reason", "decided_on", "authority")
    parsers = {"reason": n.choice(REASONS, open_ended=True)}
    catalogue = CatalogueEntry(
        "市场监督管理局",
        "市场主体登记管理条例 第四十条",
        "登记注册基本信息",
        92,
        Disclosure.PUBLIC,
        Coverage.DELTA,
        10,
        "0112",
    )
    sample = (
        "企业名称,统一社会信用代码,撤销决定书文号,撤销原因,撤销日期\n"
        "云津样例商贸有限公司,{uscc0},云津撤登〔2026〕1号,冒用身份,2026-06-30\n"
    )
