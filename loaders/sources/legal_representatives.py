"""Legal representatives, directors, supervisors and senior managers (法定代表人及主要人员)."""

from __future__ import annotations

import numpy as np

from graph.declaration import Disclosure
from graph.delivery import Coverage
from loaders import normalize as n
from loaders.emitter import Emitter
from loaders.rows import Rows
from loaders.source import CatalogueEntry, Field, Source

POSTS = {
    "法定代表人": "legal_representative",
    "执行董事": "executive_director",
    "董事长": "chairman",
    "董事": "director",
    "监事": "supervisor",
    "总经理": "manager",
    "经理": "manager",
    "财务负责人": "chief_financial_officer",
    "负责人": "principal",
    "经营者": "operator",
    "投资人": "investor",
    "执行事务合伙人": "executive_partner",
    "清算组成员": "liquidator",
    "联络员": "liaison",
}


class LegalRepresentatives(Source):
    """Who represents and runs a firm, from when to when."""

    name = "legal_representatives"
    zh = "法定代表人及主要人员信息"
    table = "HOLDS_POST_IN"
    fields = (
        Field(
            "code",
            "统一社会信用代码",
            n.firm_code,
            ("uscc", "UNISCID", "企业统一社会信用代码"),
            required=True,
            filled=True,
        ),
        Field("company_name", "企业名称", n.firm_name, ("ENTNAME",)),
        Field("name", "姓名", n.human_name, ("人员姓名", "PERNAME"), required=True, filled=True, personal=True),
        Field("number", "证件号码", n.identity_number, ("身份证号", "身份证号码", "CERNO"), personal=True),
        Field("post", "职务", n.choice(POSTS, open_ended=True), ("职位",), required=True, filled=True),
        Field("valid_from", "任职日期", n.date(), ("任职起始日期", "任职开始日期")),
        Field("valid_to", "免职日期", n.date(end=True, inclusive=False), ("任职截止日期", "离任日期")),
    )
    catalogue = CatalogueEntry(
        "市场监督管理局",
        "企业信息公示暂行条例 第六条",
        "登记注册基本信息",
        31,
        Disclosure.PUBLIC,
        Coverage.DELTA,
        30,
        "0109",
    )
    sample = (
        "统一社会信用代码,企业名称,姓名,证件号码,职务,任职日期,免职日期\n"
        "{uscc0},云津样例商贸有限公司,样例甲,{id0},法定代表人,2015-03-02,\n"
        "{uscc0},云津样例商贸有限公司,样例乙,{id1},监事,2015-03-02,\n"
        "{uscc1},云津样例餐饮店,样例甲,{id0},经营者,2020-11-11,\n"
    )

    def facts(self, rows: Rows, out: Emitter) -> None:
        """People and the posts they hold."""
        firms = out.firms(rows["code"], rows["company_name"], role="company")
        record = [f"{firm}:{post}" for firm, post in zip(firms.ids, rows["post"], strict=True)]
        people = out.people(rows["number"], rows["name"], role="officer", record=record)
        out.names_of(people, rows["number"])
        represents = np.array([p == "legal_representative" for p in rows["post"]], dtype=bool)
        manages = np.array([p == "executive_partner" for p in rows["post"]], dtype=bool)
        dates = {"valid_from": rows["valid_from"], "valid_to": rows["valid_to"]}
        out.relate(
            "LEGAL_REPRESENTATIVE_OF",
            np.where(represents, people.keys, 0),
            firms.keys,
            stated_name=people.names,
            **dates,
        )
        out.relate(
            "EXECUTIVE_PARTNER_OF",
            np.where(manages, people.keys, 0),
            firms.keys,
            stated_name=people.names,
            **dates,
        )
        out.relate(
            "HOLDS_POST_IN",
            np.where(represents | manages, 0, people.keys),
            firms.keys,
            kind=rows["post"],
            post=rows["post"],
            stated_name=people.names,
            **dates,
        )
