"""Company registrations (登记注册): the State of the register, and the layout of public registry lists."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from graph.declaration import Disclosure
from graph.delivery import Coverage
from graph.identity import address_id, subject_class
from loaders import normalize as n
from loaders.emitter import Emitter, code_properties
from loaders.rows import Rows
from loaders.source import CatalogueEntry, Field, Source

STATUS = {
    "存续": "active",
    "在业": "active",
    "开业": "active",
    "正常": "active",
    "歇业": "suspended",
    "吊销": "revoked",
    "注销": "deregistered",
    "撤销": "cancelled",
    "迁出": "moved_out",
}


class Registrations(Source):
    """Firms with their state, domicile and, where a list has no numbers, the name of the representative."""

    name = "registrations"
    zh = "企业登记注册信息"
    table = "Company"
    fields = (
        Field("code", "统一社会信用代码", n.firm_code, ("uscc", "UNISCID", "信用代码", "社会信用代码"), required=True),
        Field("registration_number", "注册号", n.registration_number),
        Field(
            "name",
            "企业名称",
            n.firm_name,
            ("名称", "市场主体名称", "经营主体名称"),
            required=True,
            filled=True,
        ),
        Field("established_on", "成立日期", n.date(future=False), ("reg_date", "注册日期"), required=True),
        Field("company_type", "企业类型", n.text, ("type", "市场主体类型")),
        Field("status", "登记状态", n.choice(STATUS), ("经营状态", "企业状态")),
        Field("approved_on", "核准日期", n.date(future=False)),
        Field("legal_representative", "法定代表人", n.human_name, ("legal_rep", "NAME", "负责人"), personal=True),
        Field("capital", "注册资本", n.money(), ("REGCAP", "capital", "注册资金")),
        Field("scope", "经营范围", n.text),
        Field("province", "省份", n.place),
        Field("city", "城市", n.place),
        Field("address", "住所", n.text, ("DOM", "地址", "注册地址", "经营场所")),
        Field("industry", "行业代码", n.text),
        Field("operates_until", "营业期限至", n.date(end=True)),
        Field("authority", "登记机关", n.text, ("REGORG",)),
        Field("area", "行政区划", n.text, ("区划代码",)),
    )
    one_of = (("code", "registration_number"),)
    catalogue = CatalogueEntry(
        "市场监督管理局",
        "企业信息公示暂行条例 第六条",
        "登记注册基本信息",
        31,
        Disclosure.PUBLIC,
        Coverage.FULL,
        30,
        "0111",
    )
    sample = (
        "统一社会信用代码,企业名称,成立日期,企业类型,登记状态,注册资本,住所,行业代码,行政区划\n"
        '{uscc0},云津样例商贸有限公司,2015-03-02,有限责任公司,存续,"1,000(万元人民币)",云津市临江区样例路8号1室,F51,990101\n'
        "{uscc1},云津样例餐饮店,2020-11-11,个体工商户,存续,,云津市临江区样例路9号,H62,990101\n"
    )

    def facts(self, rows: Rows, out: Emitter) -> None:
        """Companies, their domiciles, and representatives known by name only."""
        codes = [
            c or (("CN-REGNO", r) if r else None)
            for c, r in zip(rows["code"], rows["registration_number"], strict=True)
        ]
        firms = out.firms(codes, rows["name"], role="subject")
        companies = firms.where("Company").nonzero()[0]
        pairs = [codes[i] or ("", "") for i in companies.tolist()]

        def of(name: str) -> Any:
            column = rows[name]
            return [column[i] for i in companies.tolist()]

        identifiers = code_properties("Company", pairs)
        identifiers["registration_number"] = [
            r or i for r, i in zip(of("registration_number"), identifiers["registration_number"], strict=True)
        ]
        identifiers["subject_class"] = [
            _class(c, t, name) for c, t, name in zip(pairs, of("company_type"), of("name"), strict=True)
        ]
        out.state(
            "Company",
            firms.keys,
            companies,
            valid_from=of("approved_on"),
            name=of("name"),
            company_type=of("company_type"),
            established_on=of("established_on"),
            approved_on=of("approved_on"),
            status=of("status"),
            registered_capital=[c and c[0] for c in of("capital")],
            currency=[c and c[1] for c in of("capital")],
            industry=of("industry"),
            scope=of("scope"),
            operates_until=of("operates_until"),
            registration_authority=of("authority"),
            area=[a or (c[1][2:8] if c[0] == "CN-USCC" else None) for a, c in zip(of("area"), pairs, strict=True)],
            **identifiers,
        )
        _organisations(rows, out, firms.keys, firms.where("Organisation").nonzero()[0].tolist(), codes)
        self._domiciles(rows, out, firms.keys)
        if any(rows["legal_representative"]):
            people = out.people(
                [None] * len(rows), rows["legal_representative"], role="legal_representative", record=firms.ids
            )
            out.names_of(people)
            out.relate("LEGAL_REPRESENTATIVE_OF", people.keys, firms.keys, stated_name=people.names)

    def _domiciles(self, rows: Rows, out: Emitter, firms: Any) -> None:
        read = [
            n.read_address(a, p or "", c or "") if a else None
            for a, p, c in zip(rows["address"], rows["province"], rows["city"], strict=True)
        ]
        keys = out.register([address_id(r[0]) if r else None for r in read], "Address")
        at = keys.nonzero()[0]
        found = [read[i] or ("", (None,) * 6) for i in at.tolist()]
        names = ("province", "city", "district", "road", "number", "room")
        parts: dict[str, Any] = {name: [r[1][k] for r in found] for k, name in enumerate(names)}
        out.state("Address", keys, at, text=[r[0] for r in found], **parts)
        stated = [a if r and a != r[0] else None for a, r in zip(rows["address"], read, strict=True)]
        out.relate("REGISTERED_AT", firms, keys, valid_from=rows["approved_on"], stated_address=stated)


def _class(code: tuple[str, str], company_type: str | None, name: str | None) -> str:
    by_code = subject_class(code[1]) if code[0] == "CN-USCC" else "unknown"
    words = company_type or ""
    if "代表机构" in words:
        return "representative_office"
    if "分支机构" in words or re.search(r"(分公司|分店|营业部|办事处|分支机构|分行|支行)$", name or ""):
        return "branch"
    if "个体" in words:
        return "individual_business"
    return by_code


def _organisations(rows: Rows, out: Emitter, keys: Any, at: list[int], codes: list[Any]) -> None:
    if not at:
        return
    out.state(
        "Organisation",
        keys,
        np.array(at),
        name=[rows["name"][i] for i in at],
        area=[rows["area"][i] for i in at],
        **code_properties("Organisation", [codes[i] for i in at]),
    )
