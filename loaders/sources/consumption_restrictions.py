"""Orders that restrict consumption; not the same as the debtors' list (限制消费)."""

from __future__ import annotations

from graph.declaration import Disclosure
from graph.delivery import Coverage
from loaders.record_source import RecordSource
from loaders.source import CatalogueEntry


class ConsumptionRestrictions(RecordSource):
    """Orders that restrict consumption; not the same as the debtors' list (限制消费)."""

    name = "consumption_restrictions"
    zh = "限制消费人员信息"
    table = "ListEntry"
    list_type = "consumption_restriction"
    people = True
    subject_title = "被限制消费人"
    columns = ("document_number", "listed_on", "published_on", "removed_on", "authority")
    titles = {
        "document_number": "案号",
        "listed_on": "限制消费令发出日期",
        "authority": "执行法院",
        "removed_on": "解除日期",
    }
    catalogue = CatalogueEntry(
        "人民法院", "法释〔2015〕17号", "司法裁判及执行信息", 31, Disclosure.PUBLIC, Coverage.FULL, 10, "0201"
    )
    sample = (
        "被限制消费人,统一社会信用代码,证件号码,案号,限制消费令发出日期,执行法院\n"
        "云津样例商贸有限公司,{uscc0},,(2026)云0101执11号,2026-04-20,云津市临江区人民法院\n"
        "样例甲,,{id0},(2026)云0101执11号,2026-04-20,云津市临江区人民法院\n"
    )
