"""Permits and licences under the double-publicity rules (行政许可, XK_ fields)."""

from __future__ import annotations

from graph.declaration import Disclosure
from graph.delivery import Coverage
from loaders import normalize as n
from loaders.record_source import RecordSource
from loaders.source import CatalogueEntry

CATEGORIES = {
    "01": "ordinary",
    "02": "franchise",
    "03": "recognition",
    "04": "approval",
    "05": "registration",
    "普通": "ordinary",
    "特许": "franchise",
    "认可": "recognition",
    "核准": "approval",
    "登记": "registration",
}
STATES = {
    "1": "valid",
    "有效": "valid",
    "2": "invalid",
    "无效": "invalid",
    "撤销": "revoked",
    "吊销": "revoked",
    "注销": "cancelled",
}


class Permits(RecordSource):
    """Permits and licences under the double-publicity rules (行政许可, XK_ fields)."""

    name = "permits"
    zh = "行政许可信息"
    table = "Permit"
    people = True
    subject_title = "行政相对人名称"
    columns = (
        "document_number",
        "document_name",
        "category",
        "certificate",
        "certificate_number",
        "content",
        "decided_on",
        "starts_on",
        "ends_on",
        "state",
        "authority",
    )
    parsers = {"category": n.choice(CATEGORIES, open_ended=True), "state": n.choice(STATES)}
    titles = {"authority": "许可机关"}
    aliases = {"authority": ("XK_XKJG",), "document_number": ("XK_WSH", "行政许可决定文书号")}
    catalogue = CatalogueEntry(
        "各行政许可机关", "行政许可法 第四十条", "行政管理信息", 31, Disclosure.PUBLIC, Coverage.DELTA, 10, "0304"
    )
    sample = (
        "主体名称,统一社会信用代码,许可决定文书号,许可类别,许可证书名称,许可编号,许可决定日期,有效期自,有效期至,许可机关\n"
        "云津样例商贸有限公司,{uscc0},云津食许〔2024〕1号,普通,食品经营许可证,JY19901010000001,2024-03-01,2024-03-01,2029-02-28,云津市市场监督管理局\n"
    )
