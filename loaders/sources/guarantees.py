"""Guarantees that one party gives for another's debts (对外担保)."""

from __future__ import annotations

from graph.declaration import Disclosure
from graph.delivery import Coverage
from loaders import normalize as n
from loaders.emitter import Emitter
from loaders.rows import Rows
from loaders.source import CatalogueEntry, Field, Source

FORMS = {"连带": "joint_liability", "一般保证": "general", "抵押": "mortgage", "质押": "pledge"}


class Guarantees(Source):
    """Who guarantees whose debts, for how much and until when."""

    name = "guarantees"
    zh = "对外担保信息"
    table = "GUARANTEES"
    fields = (
        Field("guarantor_name", "担保人", n.firm_name, ("保证人",), required=True, filled=True, personal=True),
        Field("guarantor_code", "担保人统一社会信用代码", n.firm_code, ("保证人代码",)),
        Field("guarantor_number", "担保人证件号码", n.identity_number, personal=True),
        Field("borrower_name", "被担保人", n.firm_name, ("债务人",), required=True, filled=True, personal=True),
        Field("borrower_code", "被担保人统一社会信用代码", n.firm_code, ("债务人代码",)),
        Field("borrower_number", "被担保人证件号码", n.identity_number, personal=True),
        Field("document_number", "担保合同编号", n.document, ("合同编号",)),
        Field("amount", "担保金额", n.money()),
        Field("form", "担保方式", n.choice(FORMS, open_ended=True)),
        Field("valid_from", "担保起始日期", n.date(), ("担保期间自",)),
        Field("valid_to", "担保截止日期", n.date(end=True), ("担保期间至",)),
    )
    catalogue = CatalogueEntry(
        "市场监督管理局（年报）",
        "企业信息公示暂行条例 第九条",
        "登记注册基本信息",
        400,
        Disclosure.GOVERNMENT,
        Coverage.DELTA,
        10,
        "0107",
    )
    sample = (
        "担保人,担保人统一社会信用代码,被担保人,被担保人统一社会信用代码,担保合同编号,担保金额,担保方式,担保起始日期,担保截止日期\n"
        "云津样例控股有限公司,{uscc2},云津样例商贸有限公司,{uscc0},BZ2026001,500,连带责任保证,2026-01-01,2028-12-31\n"
    )

    def facts(self, rows: Rows, out: Emitter) -> None:
        """The guarantees; a party without a code is a mention of its name."""
        contract = [d or f"{b}" for d, b in zip(rows["document_number"], rows["borrower_name"], strict=True)]
        parties = []
        for role in ("guarantor", "borrower"):
            codes, numbers = rows[f"{role}_code"], rows[f"{role}_number"]
            human = [c is None and number is not None for c, number in zip(codes, numbers, strict=True)]
            party = out.parties(codes, numbers, rows[f"{role}_name"], role=role, record=contract, person=human)
            out.names_of(party, numbers)
            parties.append(party)
        out.relate(
            "GUARANTEES",
            parties[0].keys,
            parties[1].keys,
            number=rows["document_number"],
            valid_from=rows["valid_from"],
            valid_to=rows["valid_to"],
            document_number=rows["document_number"],
            amount=[a and a[0] for a in rows["amount"]],
            currency=[a and a[1] for a in rows["amount"]],
            form=rows["form"],
            stated_name=parties[0].names,
        )
