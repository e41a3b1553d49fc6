"""Persons subject to enforcement (被执行人)."""

from __future__ import annotations

from graph.declaration import Disclosure
from graph.delivery import Coverage
from loaders import normalize as n
from loaders.record_source import RecordSource
from loaders.source import CatalogueEntry


class EnforcementSubjects(RecordSource):
    """Persons subject to enforcement (被执行人)."""

    name = "enforcement_subjects"
    zh = "被执行人信息"
    table = "ListEntry"
    list_type = "subject_to_enforcement"
    people = True
    subject_title = "被执行人姓名或名称"
    columns = ("document_number", "listed_on", "amount", "performance", "removed_on", "authority")
    parsers = {"amount": n.money(1)}
    titles = {
        "document_number": "案号",
        "listed_on": "立案日期",
        "amount": "执行标的",
        "authority": "执行法院",
        "removed_on": "结案日期",
    }
    catalogue = CatalogueEntry(
        "人民法院",
        "最高人民法院关于公布被执行人信息的规定",
        "司法裁判及执行信息",
        31,
        Disclosure.PUBLIC,
        Coverage.FULL,
        10,
        "0204",
    )
    sample = (
        "被执行人姓名或名称,统一社会信用代码,证件号码,案号,立案日期,执行标的（元）,执行法院\n"
        "云津样例商贸有限公司,{uscc0},,(2026)云0101执21号,2026-03-20,150000,云津市临江区人民法院\n"
    )
