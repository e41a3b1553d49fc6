"""Declarations of actual controllers and of parties that act in concert (实际控制人及一致行动人申报)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from graph.declaration import Disclosure
from graph.delivery import Coverage
from loaders import normalize as n
from loaders.emitter import Emitter, Parties
from loaders.rows import Rows
from loaders.source import CatalogueEntry, Field, Source

Int64 = npt.NDArray[np.int64]

KINDS = {"自然人": "person", "企业": "company", "法人": "company", "国家机关": "other", "其他": "other"}
TIES = {
    "共同控制": "joint_control",
    "实际控制": "control",
    "一致行动": "concert",
    "执行事务合伙人": "executive_partner",
    "董事任免权": "board",
}
BASES = {
    "协议": "agreement",
    "表决权": "votes",
    "任免": "appointment",
    "亲属": "kinship",
    "其他": "other",
}


class ControlDeclarations(Source):
    """Who controls a firm otherwise than by its shares alone, with whom he acts, and on what ground."""

    name = "control_declarations"
    zh = "实际控制人及一致行动人申报"
    table = "CONTROLS"
    fields = (
        Field("code", "统一社会信用代码", n.firm_code, ("uscc", "UNISCID"), required=True, filled=True),
        Field("company_name", "企业名称", n.firm_name, ("ENTNAME",)),
        Field(
            "controller_name",
            "控制人名称",
            n.firm_name,
            ("实际控制人",),
            required=True,
            filled=True,
            personal=True,
        ),
        Field("controller_kind", "控制人类型", n.choice(KINDS), required=True, filled=True),
        Field("controller_code", "控制人统一社会信用代码", n.firm_code, ("控制人代码",)),
        Field("controller_number", "控制人证件号码", n.identity_number, ("控制人身份证号",), personal=True),
        Field("tie", "关系类型", n.choice(TIES), ("控制关系",), required=True, filled=True),
        Field("basis", "控制依据", n.choice(BASES)),
        Field("partner_name", "一致行动人名称", n.firm_name, personal=True),
        Field("partner_code", "一致行动人统一社会信用代码", n.firm_code),
        Field("partner_number", "一致行动人证件号码", n.identity_number, personal=True),
        Field("valid_from", "起始日期", n.date(), ("生效日期",)),
        Field("valid_to", "终止日期", n.date(end=True, inclusive=False)),
        Field("number", "申报编号", n.text),
    )
    catalogue = CatalogueEntry(
        "市场监督管理局",
        "公司法 第二百六十五条；受益所有人信息管理办法",
        "登记注册基本信息",
        400,
        Disclosure.PUBLIC,
        Coverage.DELTA,
        30,
        "0115",
    )
    sample = (
        "统一社会信用代码,企业名称,控制人名称,控制人类型,控制人统一社会信用代码,控制人证件号码,关系类型,控制依据,一致行动人名称,一致行动人统一社会信用代码,一致行动人证件号码,起始日期,终止日期,申报编号\n"
        "{uscc0},云津样例商贸有限公司,样例甲,自然人,,{id0},实际控制,协议,,,,2020-03-01,,KZ001\n"
        "{uscc0},云津样例商贸有限公司,样例甲,自然人,,{id0},一致行动,,云津样例控股有限公司,{uscc2},,2020-03-01,,KZ002\n"
        "{uscc1},云津样例合伙企业,云津样例控股有限公司,企业,{uscc2},,执行事务合伙人,,,,,2020-03-01,,KZ003\n"
        "{uscc0},云津样例商贸有限公司,云津样例控股有限公司,企业,{uscc2},,董事任免权,,,,,2020-03-01,2024-03-01,KZ004\n"
    )

    def check(self, rows: Rows) -> dict[int, tuple[str, str]]:
        """Acting in concert takes two; a kind that contradicts what identifies the controller."""
        out: dict[int, tuple[str, str]] = {}
        for i, (tie, kind) in enumerate(zip(rows["tie"], rows["controller_kind"], strict=True)):
            if (tie == "concert") != any(rows[f"partner_{what}"][i] for what in ("name", "code", "number")):
                out[i] = ("partner_name", "concert_partner")
            elif rows["controller_number" if kind == "company" else "controller_code"][i] and kind != "other":
                out[i] = ("controller_kind", "holder_kind_contradicts")
        return out

    def facts(self, rows: Rows, out: Emitter) -> None:
        """The firm, its controllers and their partners, and what ties them."""
        firms = out.firms(rows["code"], rows["company_name"], role="company")
        out.names_of(firms)
        human = [k == "person" for k in rows["controller_kind"]]
        controllers = _parties(rows, out, "controller", firms, human)
        partners = _parties(rows, out, "partner", firms, [c is None for c in rows["partner_code"]])
        common = {
            "number": rows["number"],
            "valid_from": rows["valid_from"],
            "valid_to": rows["valid_to"],
            "stated_name": controllers.names,
        }

        def starts(*ties: str) -> Int64:
            return np.where(np.isin(np.array(rows["tie"]), ties), controllers.keys, 0)

        joint = [int(tie == "joint_control") for tie in rows["tie"]]
        controls = starts("control", "joint_control")
        out.relate("CONTROLS", controls, firms.keys, basis=rows["basis"], joint=joint, **common)
        out.relate("EXECUTIVE_PARTNER_OF", starts("executive_partner"), firms.keys, **common)
        out.relate("APPOINTS_BOARD_OF", starts("board"), firms.keys, **common)
        out.relate(
            "ACTS_IN_CONCERT_WITH", starts("concert"), partners.keys, kind=firms.ids, concerning=firms.ids, **common
        )


def _parties(rows: Rows, out: Emitter, role: str, firms: Parties, human: list[bool]) -> Parties:
    """Who is named in a role; by name alone a mention in the firm's declaration."""
    codes, numbers, names = (rows[f"{role}_{what}"] for what in ("code", "number", "name"))
    parties = out.parties(codes, numbers, names, role=role, record=firms.ids, person=human)
    out.names_of(parties, numbers)
    return parties
