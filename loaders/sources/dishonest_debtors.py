"""Dishonest judgment debtors (失信被执行人), as the courts publish them."""

from __future__ import annotations

from graph.declaration import Disclosure
from graph.delivery import Coverage
from graph.identity import record_id
from loaders import normalize as n
from loaders.emitter import Emitter
from loaders.record_source import attach, subjects
from loaders.rows import Rows
from loaders.source import CatalogueEntry, Field, Source

# Reasons (1) to (6) of the Supreme People's Court's rules, 法释〔2017〕7号, article 1.
REASONS = {
    "1": "able_but_refuses",
    "2": "obstructs_by_force_or_forgery",
    "3": "evades_by_false_litigation",
    "4": "violates_property_report",
    "5": "violates_consumption_restriction",
    "6": "breaks_settlement",
    "有履行能力而拒不履行生效法律文书确定义务": "able_but_refuses",
    "以伪造证据、暴力、威胁等方法妨碍、抗拒执行": "obstructs_by_force_or_forgery",
    "以虚假诉讼、虚假仲裁或者以隐匿、转移财产等方法规避执行": "evades_by_false_litigation",
    "违反财产报告制度": "violates_property_report",
    "违反限制消费令": "violates_consumption_restriction",
    "无正当理由拒不履行执行和解协议": "breaks_settlement",
    "有履行能力而": "able_but_refuses",
    "有能力履行": "able_but_refuses",
    "伪造证据": "obstructs_by_force_or_forgery",
    "暴力": "obstructs_by_force_or_forgery",
    "威胁": "obstructs_by_force_or_forgery",
    "抗拒执行": "obstructs_by_force_or_forgery",
    "虚假诉讼": "evades_by_false_litigation",
    "虚假仲裁": "evades_by_false_litigation",
    "隐匿、转移财产": "evades_by_false_litigation",
    "规避执行": "evades_by_false_litigation",
    "财产报告制度": "violates_property_report",
    "限制消费": "violates_consumption_restriction",
    "限制高消费": "violates_consumption_restriction",
    "执行和解协议": "breaks_settlement",
}


class DishonestDebtors(Source):
    """Entries against firms and people; public rows print a person's number with a mask."""

    name = "dishonest_debtors"
    zh = "失信被执行人信息"
    table = "ListEntry"
    fields = (
        Field(
            "party_name",
            "被执行人姓名/名称",
            n.firm_name,
            ("被执行人", "失信被执行人名称", "姓名/名称", "失信被执行人姓名"),
            required=True,
            filled=True,
            personal=True,
        ),
        Field("code", "统一社会信用代码", n.firm_code, ("组织机构代码", "统一社会信用代码/组织机构代码")),
        Field("number", "身份证号码", n.identity_number, ("证件号码", "身份证号"), personal=True),
        Field("document_number", "案号", n.document, (), required=True, filled=True),
        Field("court", "执行法院", n.firm_name, ("法院",), required=True, filled=True),
        Field("basis", "执行依据文号", n.document),
        Field("duty", "生效法律文书确定的义务", n.text, ("法律文书确定的义务",)),
        Field("performance", "被执行人的履行情况", n.text, ("履行情况",)),
        Field(
            "reasons",
            "失信被执行人行为具体情形",
            n.several(REASONS),
            ("失信行为具体情形", "失信情形"),
            required=True,
            filled=True,
        ),
        Field("listed_on", "立案时间", n.date(future=False), ("列入日期", "列入时间"), required=True, filled=True),
        Field("published_on", "发布时间", n.date(future=False), ("发布日期",)),
        Field("term_ends_on", "纳入期限届满日", n.date(end=True), ("失信期限",)),
        Field("extension_years", "延长年限", n.integer),
        Field("removed_on", "删除日期", n.date(future=False), ("屏蔽日期",)),
        Field("removal_reason", "删除原因", n.text),
    )
    one_of = (("code", "number", "party_name"),)
    catalogue = CatalogueEntry(
        "人民法院", "法释〔2017〕7号", "司法裁判及执行信息", 31, Disclosure.PUBLIC, Coverage.FULL, 10, "0203"
    )
    sample = (
        "被执行人姓名/名称,统一社会信用代码,身份证号码,案号,执行法院,失信被执行人行为具体情形,立案时间,发布时间\n"
        "云津样例商贸有限公司,{uscc0},,(2026)云0101执11号,云津市临江区人民法院,有履行能力而拒不履行生效法律文书确定义务,2026-04-01,2026-05-01\n"
        "样例丙,,{mask2},(2026)云0101执12号,云津市临江区人民法院,违反财产报告制度,2026-04-01,2026-05-01\n"
    )

    def facts(self, rows: Rows, out: Emitter) -> None:
        """The entries: by code or number; by a masked number as a mention of the person; by name, unattached."""
        parties = subjects(rows, out)
        ids = [
            record_id("ListEntry", c, case, p or f"name:{name}", "dishonest_debtor")
            for c, case, p, name in zip(rows["court"], rows["document_number"], parties.ids, parties.names, strict=True)
        ]
        keys = attach(out, "ListEntry", parties, ids)
        out.state(
            "ListEntry",
            keys,
            list_type=["dishonest_debtor"] * len(rows),
            document_number=rows["document_number"],
            reasons=rows["reasons"],
            listed_on=[p or day for p, day in zip(rows["published_on"], rows["listed_on"], strict=True)],
            published_on=rows["published_on"],
            removed_on=rows["removed_on"],
            removal_reason=rows["removal_reason"],
            term_ends_on=rows["term_ends_on"],
            extension_years=rows["extension_years"],
            authority=rows["court"],
            enforcement_basis=rows["basis"],
            duty=rows["duty"],
            performance=rows["performance"],
            subject_name=parties.names,
        )
