"""Administrative penalties as published under the double-publicity rules (行政处罚, CF_ fields)."""

from __future__ import annotations

import re

from graph.declaration import Disclosure
from graph.delivery import Coverage
from graph.identity import record_id
from loaders import normalize as n
from loaders.emitter import Emitter, Parties
from loaders.record_source import attach
from loaders.rows import Rows
from loaders.source import CatalogueEntry, Field, Source

KINDS = {
    "警告": "warning",
    "通报批评": "criticism",
    "罚款": "fine",
    "没收违法所得": "confiscation",
    "没收非法财物": "confiscation",
    "暂扣许可证": "permit_suspension",
    "暂扣": "permit_suspension",
    "吊销许可证": "permit_revocation",
    "吊销营业执照": "licence_revocation",
    "吊销": "permit_revocation",
    "降低资质等级": "qualification_cut",
    "责令停产停业": "closure",
    "责令关闭": "closure",
    "限制开展生产经营活动": "restriction",
    "限制从业": "practice_ban",
    "行政拘留": "detention",
    "不予处罚": "none",
}
DOMAINS = {
    "食品": "food",
    "药品": "drug",
    "特种设备": "special_equipment",
    "安全生产": "work_safety",
    "消防": "fire",
    "其他": "other",
}
SEVERITY = {"轻微": "slight", "一般": "general", "严重": "serious"}
CHANNELS = {"信用中国": "creditchina", "双公示": "creditchina", "国家企业信用信息公示系统": "gsxt", "公示系统": "gsxt"}
_SERIOUS = {"permit_revocation", "licence_revocation", "closure", "practice_ban", "restriction"}
_FINE = re.compile(r"罚款(?:人民币)?([\d,.]+)(万?)元")


class Penalties(Source):
    """Penalty decisions against firms and people; a decision not to punish is kept and counts for nothing."""

    name = "penalties"
    zh = "行政处罚信息"
    table = "AdministrativePenalty"
    fields = (
        Field("party_name", "行政相对人名称", n.firm_name, ("CF_XDR_MC",), required=True, filled=True, personal=True),
        Field(
            "code",
            "行政相对人代码",
            n.firm_code,
            ("CF_XDR_SHXYM", "行政相对人统一社会信用代码", "统一社会信用代码"),
            required=True,
        ),
        Field("organisation_code", "组织机构代码", n.firm_code, ("CF_XDR_ZZJG", "行政相对人组织机构代码")),
        Field("registration_number", "工商注册号", n.firm_code, ("CF_XDR_GSZC", "行政相对人工商注册号")),
        Field("number", "行政相对人证件号码", n.identity_number, ("CF_XDR_ZJHM", "身份证号"), personal=True),
        Field(
            "document_number",
            "行政处罚决定书文号",
            n.document,
            ("决定书文号",),
            required=True,
            filled=True,
        ),
        Field("violation", "违法行为类型", n.text),
        Field("facts", "违法事实", n.text),
        Field("basis", "处罚依据", n.text),
        Field("kinds", "处罚类别", n.several(KINDS), required=True, filled=True),
        Field("content", "处罚内容", n.text),
        Field("fine", "罚款金额", n.money()),
        Field("confiscated", "没收金额", n.money()),
        Field("decided_on", "处罚决定日期", n.date(future=False), required=True, filled=True),
        Field("published_on", "公示日期", n.date(future=False)),
        Field("publicity_ends_on", "公示截止期", n.date(end=True)),
        Field("severity", "失信严重程度", n.choice(SEVERITY), ("失信程度",)),
        Field("simple_procedure", "简易程序", n.yes_no),
        Field("domain", "处罚领域", n.choice(DOMAINS), ("领域",)),
        Field("channel", "公示渠道", n.choice(CHANNELS)),
        Field("authority", "处罚机关", n.firm_name, required=True, filled=True),
    )
    one_of = (("code", "organisation_code", "registration_number", "number", "party_name"),)
    catalogue = CatalogueEntry(
        "各行政执法单位", "行政处罚法 第四十八条", "行政管理信息", 31, Disclosure.PUBLIC, Coverage.DELTA, 10, "0303"
    )
    sample = (
        "行政相对人名称,行政相对人代码,行政处罚决定书文号,违法行为类型,处罚类别,处罚内容,罚款金额（万元）,处罚决定日期,公示截止期,处罚机关\n"
        "云津样例商贸有限公司,{uscc0},云津市监罚〔2026〕1号,虚假宣传,罚款,罚款20000元,2,2026-05-10,,云津市市场监督管理局\n"
        "云津样例餐饮店,{uscc1},云津市监罚〔2026〕2号,未亮照经营,警告,警告,,2026-06-10,,云津市市场监督管理局\n"
    )

    def facts(self, rows: Rows, out: Emitter) -> None:
        """The decisions, attached to whom they name by a code or number; by a name only, unattached."""
        codes = [
            c or o or r
            for c, o, r in zip(rows["code"], rows["organisation_code"], rows["registration_number"], strict=True)
        ]
        human = [c is None and num is not None for c, num in zip(codes, rows["number"], strict=True)]
        known = [
            name if c is not None or h else None for c, h, name in zip(codes, human, rows["party_name"], strict=True)
        ]
        parties = out.parties(codes, rows["number"], known, role="party", record=rows["document_number"], person=human)
        out.names_of(parties, rows["number"])
        parties = Parties(parties.ids, parties.labels, parties.keys, rows["party_name"])
        keys = attach(
            out,
            "AdministrativePenalty",
            parties,
            [
                record_id("AdministrativePenalty", a, d, p or f"name:{name}")
                for a, d, p, name in zip(
                    rows["authority"], rows["document_number"], parties.ids, rows["party_name"], strict=True
                )
            ],
        )
        conflict = [_conflict(f, c) for f, c in zip(rows["fine"], rows["content"], strict=True)]
        for i in (i for i, c in enumerate(conflict) if c):
            out.finding(i, "amount_contradicts_decision", parties.ids[i])
        simple = [bool(s) for s in rows["simple_procedure"]]
        severity = [
            s or (None if c else derived_severity(k or "", q))
            for s, c, k, q in zip(rows["severity"], conflict, rows["kinds"], simple, strict=True)
        ]
        out.state(
            "AdministrativePenalty",
            keys,
            document_number=rows["document_number"],
            decided_on=rows["decided_on"],
            published_on=rows["published_on"],
            channel=[c or "creditchina" for c in rows["channel"]],
            violation=rows["violation"],
            facts=rows["facts"],
            basis=rows["basis"],
            kinds=rows["kinds"],
            content=rows["content"],
            fine=[f and f[0] for f in rows["fine"]],
            confiscated=[f and f[0] for f in rows["confiscated"]],
            severity=severity,
            severity_derived=[
                int(s is None and d is not None) for s, d in zip(rows["severity"], severity, strict=True)
            ],
            simple_procedure=[int(s) for s in simple],
            domain=rows["domain"],
            no_penalty=[int(k == "none") for k in rows["kinds"]],
            publicity_ends_on=rows["publicity_ends_on"],
            authority=rows["authority"],
            subject_name=rows["party_name"],
            amount_conflict=[int(c) for c in conflict],
        )


def derived_severity(kinds: str, simple: bool) -> str:
    """Severity where the decision-maker states none (2-rules B7); marked as derived wherever it is kept."""
    found = set(kinds.split(","))
    if found & _SERIOUS:
        return "serious"
    return "slight" if simple or found <= {"warning", "criticism", "none"} else "general"


def _conflict(fine: tuple[int, str] | None, content: str | None) -> bool:
    """Whether the amount contradicts the decision's own text: yuan typed into a column of 10,000 yuan."""
    match = _FINE.search(content or "")
    if fine is None or not match:
        return False
    stated = float(match[1].replace(",", "").rstrip(".")) * (10_000 if match[2] else 1) * 100
    return abs(stated - fine[0]) > 0.5
