"""Declarations of beneficial ownership (受益所有人申报), as tables and as statements of BODS 0.4."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from graph.declaration import Disclosure
from graph.delivery import Coverage
from graph.identity import (
    Code,
    PersonNumber,
    coded_id,
    identifier_id,
    label_of_uscc,
    mention_id,
    nids,
    person_properties,
)
from graph.interchange.bods import ENTITIES, NAMELESS, PEOPLE, UNSPECIFIED
from loaders import interests as d
from loaders import normalize as n
from loaders.emitter import Emitter, Parties, code_properties
from loaders.rows import Rows
from loaders.source import CatalogueEntry, Field, Source

Int64 = npt.NDArray[np.int64]

STATE = ("state", "stateBody")
# What is no Company where no identifier proves it to be one; a party of no stated type is nobody known.
OTHER = ("arrangement", "anonymousEntity", "unknownEntity", *STATE)
REASONS = {x: x for x in UNSPECIFIED}
BASIS = {"Person": "person", "Company": "company", "Organisation": "other"}
SHARES, VOTES, BOARD = "shareholding", "votingRights", "appointmentOfBoard"
NONE = (None, None, None)


class BeneficialOwnership(Source):
    """Who owns or controls a firm, as declared: shares and votes as intervals, and every other kind of interest.

    A file of BODS 0.4 statements is read as such a table. A party that no identifier proves stays apart: one node a
    publisher's record. Indirect interests are not read as holdings: their chain may be declared beside them.
    """

    name = "beneficial_ownership"
    zh = "受益所有人申报信息"
    table = "HOLDS_INTEREST_IN"
    fields = (
        Field("record", "申报记录号", n.text, required=True, filled=True),
        Field("subject_record", "企业记录号", n.text),
        Field("subject_type", "企业类别", d.party_type),
        Field("subject_code", "企业统一社会信用代码或标识", d.code, required=True),
        Field("subject_name", "企业名称", n.firm_name),
        Field("subject_identifiers", "企业其他标识", d.identifiers),
        Field("subject_jurisdiction", "企业注册国家或地区", n.text),
        Field("established_on", "成立日期", n.date()),
        Field("dissolved_on", "解散日期", n.date()),
        Field("subject_unspecified", "企业未指明原因", n.choice(REASONS)),
        Field("party_record", "受益人记录号", n.text, personal=True),
        Field("party_type", "受益人类别", d.party_type),
        Field("party_code", "受益人统一社会信用代码或标识", d.code),
        Field("party_number", "受益人证件号码", n.identity_number, personal=True),
        Field("party_name", "受益人名称", n.firm_name, personal=True),
        Field("nationality", "受益人国籍或注册地", n.text, personal=True),
        Field("birth_year", "受益人出生年份", n.integer, personal=True),
        Field("party_unspecified", "受益人未指明原因", n.choice(REASONS)),
        Field("interests", "受益权益", d.interests, required=True),
        Field("directness", "持有方式", n.choice(d.DIRECTNESS)),
        Field("beneficial", "是否受益所有人", n.yes_no),
        Field("valid_from", "权益取得日期", n.date()),
        Field("valid_to", "权益终止日期", d.ended),
        Field("details", "权益说明", n.text),
        Field("fault", "数据问题", d.fault),
        Field("statement", "原声明编号", n.text),
    )
    catalogue = CatalogueEntry(
        "市场监督管理局",
        "受益所有人信息管理办法（中国人民银行、市场监管总局令〔2024〕第3号）",
        "登记注册基本信息",
        400,
        Disclosure.GOVERNMENT,
        Coverage.DELTA,
        10,
        "0114",
    )
    sample = (
        "申报记录号,企业统一社会信用代码或标识,企业名称,受益人类别,受益人统一社会信用代码或标识,受益人证件号码,受益人名称,受益人国籍或注册地,受益权益,持有方式,是否受益所有人,权益取得日期\n"
        "SY1,{uscc0},云津样例商贸有限公司,自然人,,{id0},样例甲,CN,持股 =60；表决权 =60；任免董事,直接,是,2024-11-01\n"
        "SY2,{uscc0},云津样例商贸有限公司,企业,GB-COH:01234567,,Sample Ltd,GB,持股 =30,直接,否,2024-11-01\n"
    )

    def check(self, rows: Rows) -> dict[int, tuple[str, str]]:
        """Interests of nobody or in nothing, a row about nobody, and a type that contradicts what identifies."""
        out: dict[int, tuple[str, str]] = {}
        subjects, parties = _named(rows, "subject"), _named(rows, "party")
        types = [(kind or "").partition(":")[0] for kind in rows["party_type"]]
        columns = (rows["interests"], rows["subject_type"], rows["party_code"], rows["party_number"])
        for i, (found, subject_type, code, number) in enumerate(zip(*columns, strict=True)):
            if not (subjects[i] and parties[i] if found else subjects[i] or parties[i]):
                out[i] = ("interests", "one_of")
            elif subject_type in PEOPLE:
                out[i] = ("subject_type", "choice")
            elif (types[i] in PEOPLE and code) or (types[i] in ENTITIES and number):
                out[i] = ("party_type", "holder_kind_contradicts")
        return out

    def facts(self, rows: Rows, out: Emitter) -> None:
        """The parties, their identifiers, and a relationship of each interest."""
        subjects, holders = _parties(rows, out, "subject"), _parties(rows, out, "party")
        for i in ((holders.keys == subjects.keys) & (holders.keys != 0)).nonzero()[0].tolist():
            out.finding(i, "self_holding", subjects.ids[i])
        _relate(rows, out, subjects, holders)


# --- parties ------------------------------------------------------------------------------------------


def _named(rows: Rows, role: str) -> list[bool]:
    """Whether each row says in any way who has a role."""
    columns = [rows[f"{role}_{what}"] for what in ("code", "number", "record", "name", "unspecified")]
    return [any(values) for values in zip(*columns, strict=True)]


def _parties(rows: Rows, out: Emitter, role: str) -> Parties:
    """The party of each row in a role, with what the row says of it."""
    columns = ("code", "number", "record", "name", "unspecified", "type")
    given = list(zip(*(rows[f"{role}_{c}"] for c in columns), rows["record"], strict=True))
    known = [_party(*values) for values in given]
    parties = Parties([i for i, _ in known], [label for _, label in known], np.zeros(0, np.int64), rows[f"{role}_name"])
    parties.keys = out.register(parties.ids, parties.labels)
    stated = [bool(g[3] or g[4] or not interests) for g, interests in zip(given, rows["interests"], strict=True)]
    _state(rows, out, role, parties, np.array(stated, dtype=bool) & (parties.keys != 0))
    return parties


def _party(
    code: Code | None,
    number: Any,
    record: str | None,
    name: str | None,
    unspecified: str | None,
    kind: str | None,
    declaration: str,
) -> tuple[str | None, str]:
    """(id, label); without what proves an identity one node a record, else a name in a declaration."""
    if code is not None:
        return coded_id(*code), label_of_uscc(code[1]) if code[0] == "CN-USCC" else "Company"
    if number is not None and number.identified:
        return coded_id("CN-ID15" if number.candidate_hash else "CN-ID", number.number_hash), "Person"
    if not (record or name or unspecified):
        return None, ""
    if kind in PEOPLE or number is not None:
        label = "Person"
    else:
        label = "Organisation" if (kind or "").partition(":")[0] in OTHER or unspecified else "Company"
    mention = (record, "") if record else (declaration, name or unspecified or "")
    return mention_id(BeneficialOwnership.name, mention[0], label, mention[1]), label


def _state(rows: Rows, out: Emitter, role: str, parties: Parties, stated: npt.NDArray[np.bool_]) -> None:
    """What rows say of the parties themselves."""
    place = rows["subject_jurisdiction" if role == "subject" else "nationality"]
    founded = rows["established_on"] if role == "subject" else [None] * len(rows)
    dissolved = rows["dissolved_on"] if role == "subject" else [None] * len(rows)
    kinds, reasons = rows[f"{role}_type"], rows[f"{role}_unspecified"]
    for label in ("Company", "Organisation"):
        at = np.flatnonzero(stated & parties.where(label))
        pick = at.tolist()
        more = code_properties(label, [(parties.ids[i] or "").split(":", 1) for i in pick])
        if label == "Organisation":
            more["state_body"] = [kinds[i] in STATE or b for i, b in zip(pick, more["state_body"], strict=True)]
        out.state(
            label,
            parties.keys,
            at,
            name=[parties.names[i] or NAMELESS for i in pick],
            jurisdiction=[place[i] for i in pick],
            entity_type=[kinds[i] for i in pick],
            unspecified=[reasons[i] for i in pick],
            established_on=[founded[i] for i in pick],
            dissolved_on=[dissolved[i] for i in pick],
            **more,
        )
    _people(rows, out, parties, np.flatnonzero(stated & parties.where("Person")))
    _identify(rows, out, role, parties, stated & ~parties.where("Person"))


def _people(rows: Rows, out: Emitter, parties: Parties, at: Int64) -> None:
    pick = at.tolist()
    numbers = [rows["party_number"][i] for i in pick]
    known = [person_properties(number, out.keys) if number else {} for number in numbers]
    names = [parties.names[i] or NAMELESS for i in pick]
    columns: dict[str, Any] = {
        c: [k.get(c) for k in known] for c in person_properties(PersonNumber("", None), out.keys)
    }
    columns["birth_year"] = [k.get("birth_year") or rows["birth_year"][i] for i, k in zip(pick, known, strict=True)]
    out.state(
        "Person",
        parties.keys,
        at,
        within=nids(name if number else "" for name, number in zip(names, numbers, strict=True)),
        name=names,
        nationality=[rows["nationality"][i] for i in pick],
        unspecified=[rows["party_unspecified"][i] for i in pick],
        **columns,
    )


def _identify(rows: Rows, out: Emitter, role: str, parties: Parties, stated: npt.NDArray[np.bool_]) -> None:
    """The identifiers of organisations, national codes apart: those are properties of their own."""
    stated_codes = rows[f"{role}_identifiers"]
    found = [_foreign(c, i) if s else [] for c, i, s in zip(rows[f"{role}_code"], stated_codes, stated, strict=True)]
    for rank in range(max(map(len, found), default=0)):
        codes = [f[rank] if rank < len(f) else None for f in found]
        keys = out.register([c and identifier_id(*c) for c in codes], "Identifier")
        at = np.flatnonzero(keys)
        kept = [c for c in codes if c]
        out.state("Identifier", keys, at, scheme=[c[0] for c in kept], value=[c[1] for c in kept])
        out.relate("IDENTIFIED_BY", parties.keys, keys)


def _foreign(code: Code | None, others: tuple[Code, ...] | None) -> list[Code]:
    found = list(others or ())
    if code and code[0] not in {scheme for scheme, _ in found}:
        found.append(code)
    return sorted({c for c in found if c[0] not in ("CN-USCC", "CN-REGNO", "CN-ORG")})


# --- interests ----------------------------------------------------------------------------------------


def _relate(rows: Rows, out: Emitter, subjects: Parties, holders: Parties) -> None:
    """Direct shares and votes as one holding, board appointments, and every other or indirect interest by its kind."""
    found = [{i.kind: i for i in interests or ()} for interests in rows["interests"]]
    indirect = [x == "indirect" for x in rows["directness"]]
    common: dict[str, Any] = {
        "number": rows["record"],
        "valid_from": rows["valid_from"],
        "valid_to": rows["valid_to"],
        "directness": rows["directness"],
        "beneficial": [None if b is None else int(b) for b in rows["beneficial"]],
        "stated_name": holders.names,
    }

    def starts(*kinds: str, others: bool = False) -> Int64:
        has = [any(k in f for k in kinds) and (others or not i) for f, i in zip(found, indirect, strict=True)]
        return np.where(np.array(has, dtype=bool), holders.keys, 0)

    def bounds(kind: str, prefix: str) -> dict[str, Any]:
        least, greatest, interval = zip(*(f[kind][1:] if kind in f else NONE for f in found), strict=True)
        return {f"{prefix}_min": least, f"{prefix}_max": greatest, f"{prefix}_interval": interval}

    basis = [BASIS.get(label) for label in holders.labels]
    both = bounds(SHARES, "share") | bounds(VOTES, "votes")
    out.relate("HOLDS_SHARES_IN", starts(SHARES, VOTES), subjects.keys, basis=basis, **both, **common)
    out.relate("APPOINTS_BOARD_OF", starts(BOARD), subjects.keys, **bounds(BOARD, "share"), **common)
    details = [None if label == "Person" else d for label, d in zip(holders.labels, rows["details"], strict=True)]
    for kind in sorted({kind for f in found for kind in f}):
        start = starts(kind, others=True)
        if kind in (SHARES, VOTES, BOARD):
            start = np.where(np.array(indirect, dtype=bool), start, 0)
        kinds = [kind] * len(rows)
        more = bounds(kind, "share") | {"interest": kinds, "details": details}
        out.relate("HOLDS_INTEREST_IN", start, subjects.keys, kind=kinds, **more, **common)
