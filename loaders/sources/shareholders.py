"""Shareholders and their contributions (股东及出资信息)."""

from __future__ import annotations

from graph.declaration import Disclosure
from graph.delivery import Coverage
from loaders import normalize as n
from loaders.emitter import Emitter
from loaders.rows import Rows
from loaders.source import CatalogueEntry, Field, Source

HOLDERS = {
    "企业法人": "company",
    "法人股东": "company",
    "自然人": "person",
    "自然人股东": "person",
    "其他": "other",
    "1": "company",
    "2": "person",
    "3": "other",
}
FORMS = {
    "货币": "cash",
    "实物": "in_kind",
    "知识产权": "intellectual_property",
    "土地使用权": "land_use_right",
    "股权": "equity",
    "债权": "claim",
    "其他": "other",
}


class Shareholders(Source):
    """Who holds how much of a firm: subscribed, paid in, until when it is due."""

    name = "shareholders"
    zh = "股东及出资信息"
    table = "HOLDS_SHARES_IN"
    fields = (
        Field(
            "code",
            "统一社会信用代码",
            n.firm_code,
            ("uscc", "UNISCID", "被投资企业统一社会信用代码"),
            required=True,
            filled=True,
        ),
        Field("company_name", "企业名称", n.firm_name, ("ENTNAME",)),
        Field(
            "holder_name",
            "股东名称",
            n.firm_name,
            ("INV", "股东", "出资人", "投资人名称"),
            required=True,
            filled=True,
            personal=True,
        ),
        Field("holder_kind", "股东类型", n.choice(HOLDERS), ("INVTYPE",), required=True, filled=True),
        Field("holder_code", "股东统一社会信用代码", n.firm_code, ("股东代码",)),
        Field("holder_number", "股东证件号码", n.identity_number, ("CERNO", "股东身份证号"), personal=True),
        Field("share", "持股比例", n.share, ("SUBCONPROP", "出资比例")),
        Field("subscribed", "认缴出资额", n.money()),
        Field("paid", "实缴出资额", n.money()),
        Field("due_on", "认缴出资日期", n.date(), ("CONDATE", "出资时间")),
        Field("form", "出资方式", n.choice(FORMS, open_ended=True), ("CONFORM",)),
        Field("valid_from", "取得日期", n.date(), ("入股日期",)),
        Field("valid_to", "退出日期", n.date(end=True, inclusive=False)),
        Field("number", "出资记录号", n.text, ("记录编号",)),
    )
    catalogue = CatalogueEntry(
        "市场监督管理局",
        "企业信息公示暂行条例 第十条",
        "登记注册基本信息",
        31,
        Disclosure.PUBLIC,
        Coverage.DELTA,
        30,
        "0113",
    )
    sample = (
        "统一社会信用代码,企业名称,股东名称,股东类型,股东统一社会信用代码,股东证件号码,持股比例,认缴出资额,实缴出资额,认缴出资日期,出资方式,取得日期,退出日期\n"
        "{uscc0},云津样例商贸有限公司,样例甲,自然人,,{id0},60%,600,600,2018-03-02,货币,2015-03-02,\n"
        "{uscc0},云津样例商贸有限公司,云津样例控股有限公司,企业法人,{uscc2},,40%,400,0,2018-03-02,货币,2015-03-02,\n"
    )

    def check(self, rows: Rows) -> dict[int, tuple[str, str]]:
        """A number that only an identity number can be in a row that says the holder is a company."""
        return {
            i: ("holder_kind", "holder_kind_contradicts")
            for i, (kind, code, number) in enumerate(
                zip(rows["holder_kind"], rows["holder_code"], rows["holder_number"], strict=True)
            )
            if (kind == "company" and number is not None) or (kind == "person" and code is not None)
        }

    def facts(self, rows: Rows, out: Emitter) -> None:
        """Holders, and what they hold."""
        firms = out.firms(rows["code"], rows["company_name"], role="company")
        holders = out.parties(
            rows["holder_code"],
            rows["holder_number"],
            rows["holder_name"],
            role="holder",
            record=firms.ids,
            person=[k == "person" for k in rows["holder_kind"]],
        )
        out.names_of(holders, rows["holder_number"])
        for i in (holders.keys == firms.keys).nonzero()[0].tolist():
            out.finding(i, "self_holding", firms.ids[i])
        currency = [(s or p or (None, None))[1] for s, p in zip(rows["subscribed"], rows["paid"], strict=True)]
        out.relate(
            "HOLDS_SHARES_IN",
            holders.keys,
            firms.keys,
            number=rows["number"],
            valid_from=rows["valid_from"],
            valid_to=rows["valid_to"],
            share_min=rows["share"],
            share_max=rows["share"],
            subscribed=[s and s[0] for s in rows["subscribed"]],
            paid=[p and p[0] for p in rows["paid"]],
            currency=currency,
            contribution_due_on=rows["due_on"],
            contribution_form=rows["form"],
            basis=rows["holder_kind"],
            stated_name=holders.names,
        )
