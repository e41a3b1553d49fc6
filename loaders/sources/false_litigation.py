"""Persons found to have litigated falsely (虚假诉讼失信人)."""

from __future__ import annotations

from graph.declaration import Disclosure
from graph.delivery import Coverage
from loaders.record_source import RecordSource
from loaders.source import CatalogueEntry


class FalseLitigation(RecordSource):
    """Persons found to have litigated falsely (虚假诉讼失信人)."""

    name = "false_litigation"
    zh = "虚假诉讼失信人信息"
    table = "ListEntry"
    list_type = "false_litigation"
    people = True
    subject_title = "虚假诉讼失信人"
    columns = ("document_number", "listed_on", "term_ends_on", "removed_on", "authority")
    titles = {"document_number": "认定文书号", "listed_on": "虚假诉讼认定日期", "authority": "认定法院"}
    catalogue = CatalogueEntry(
        "人民法院", "法发〔2016〕13号", "司法裁判及执行信息", 92, Disclosure.PUBLIC, Coverage.FULL, 10, "0206"
    )
    sample = (
        "虚假诉讼失信人,统一社会信用代码,证件号码,认定文书号,虚假诉讼认定日期,认定法院\n"
        "云津样例商贸有限公司,{uscc0},,(2026)云0101民初9号,2026-05-20,云津市临江区人民法院\n"
    )
