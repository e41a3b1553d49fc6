"""Penalty decisions, some sent again corrected; repairs and withdrawals; other administrative acts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from loaders.synthetic import rates
from loaders.synthetic.cells import Block, chosen, days, integers, same, ten_thousands, years
from loaders.synthetic.city import City
from loaders.synthetic.columns import Bools, Int64
from loaders.synthetic.firms import Kind
from loaders.synthetic.offices import agencies
from loaders.synthetic.span import Span
from loaders.synthetic.vocabulary import AGENCIES, AGENCY_SHARES, VIOLATIONS

_KINDS = ("警告", "罚款", "没收违法所得、罚款", "吊销许可证", "责令停产停业", "不予处罚")
_KIND_SHARES = (0.2, 0.62, 0.09, 0.025, 0.025, 0.04)
_FINES = (1, 2)  # positions of the kinds with a fine
_SEVERE = (3, 4)
_HEAVY = 40_000  # yuan: a heavy fine
_PERSONAL = 0.04  # of decisions are against the representative himself
_TAGS = ("市监", "消", "应急", "环", "城", "卫", "交", "建")
_ACTS = ("行政强制", "行政确认", "行政奖励", "行政监督检查", "行政征收")
_WITHDRAWABLE = {"dishonest_debtors": "失信被执行人", "abnormal_operations": "经营异常名录"}
_CREDIT_OFFICE = "云津市社会信用体系建设办公室"


def table(city: City, span: Span) -> Iterator[Block]:
    """New decisions, and old ones whose fine the authority has corrected."""
    rng, kept = city.rng("penalties", span.month), city.decisions
    known = len(kept)
    at = city.hits(rng, city.rate("penalties"), span.months, span.least)
    count, day = len(at), city.dates(rng, at, span, "penalties")
    kind = rng.choice(len(_KINDS), count, p=_KIND_SHARES)
    fine = np.where(np.isin(kind, _FINES), np.round(10 ** rng.uniform(3.0, 5.5, count), -2), 0).astype(np.int64)
    personal = rng.random(count) < _PERSONAL
    kept.add(
        count,
        firm=at,
        serial=city.serials("penalty", count),
        day=day,
        kind=kind,
        fine=fine,
        violation=_violations(rng, at),
        agency=rng.choice(len(AGENCIES), count, p=AGENCY_SHARES),
        district=city.districts(at),
        person=np.where(personal, city.firms["rep"][at], -1),
        published=np.where(day + 5 <= span.end, day + 5, 0),
        on_register=rng.random(count) < 0.3,
    )
    heavy = np.isin(kind, _SEVERE) | (fine > _HEAVY)
    city.offenders += zip(at[heavy].tolist(), day[heavy].tolist(), strict=True)
    again = np.flatnonzero(
        (rng.random(known) < rates.CORRECTED * span.months)
        & (kept["fine"][:known] > 0)
        & (kept["day"][:known] > span.begin - 92)
    )
    _correct(city, again)
    yield _rows(city, np.concatenate([again, np.arange(known, len(kept))]))


def _violations(rng: np.random.Generator, at: Int64) -> Int64:
    """Most of a firm's violations are of its own kind: who offends offends in the same way again."""
    return np.where(rng.random(len(at)) < 0.7, at % len(VIOLATIONS), rng.integers(len(VIOLATIONS), size=len(at)))


def _correct(city: City, at: Int64) -> None:
    kept = city.decisions
    before = kept["fine"][at].tolist()
    kept["fine"][at] = np.maximum(kept["fine"][at] // 1_000 * 500, 500)
    codes = city.firms.codes(kept["firm"][at].astype(np.int64))
    sources = same("penalties", len(at))
    rows = zip(codes, sources, _documents(city, at), before, kept["fine"][at].tolist(), strict=True)
    city.truth.tell("corrections", rows)


def _documents(city: City, at: Int64) -> list[str]:
    kept = city.decisions
    tags, serials = chosen(_TAGS, kept["agency"][at]), kept["serial"][at].tolist()
    return [f"云津{t}罚〔{y}〕{n}号" for t, y, n in zip(tags, years(kept["day"][at]), serials, strict=True)]


def _content(kinds: list[str], fines: list[int]) -> list[str]:
    return [f"{kind}{fine}元" if fine else kind for kind, fine in zip(kinds, fines, strict=True)]


def _rows(city: City, at: Int64) -> Block:
    kept = city.decisions
    firm, person = kept["firm"][at].astype(np.int64), kept["person"][at].astype(np.int64)
    personal = (person >= 0).tolist()
    who = np.maximum(person, 0)
    names, codes = city.firms.names(firm), city.firms.codes(firm)
    kinds, fines = chosen(_KINDS, kept["kind"][at]), kept["fine"][at]
    severe = np.isin(kept["kind"][at], _SEVERE) | (fines > _HEAVY)
    return {
        "CF_XDR_MC": [p if own else n for own, p, n in zip(personal, city.people.names(who), names, strict=True)],
        "CF_XDR_SHXYM": ["" if own else c for own, c in zip(personal, codes, strict=True)],
        "CF_XDR_ZJHM": [n if own else "" for own, n in zip(personal, city.people.numbers(who), strict=True)],
        "CF_WSH": _documents(city, at),
        "CF_WFXW": chosen(VIOLATIONS, kept["violation"][at]),
        "CF_CFLB": kinds,
        "CF_NR": _content(kinds, fines.tolist()),
        "CF_NR_FK": ["" if f == "0" else f for f in ten_thousands(fines)],
        "CF_JDRQ": days(kept["day"][at]),
        "CF_GSJZQ": same("", len(at)),
        "失信严重程度": chosen(("", "一般", "严重"), np.where(severe, 2, (fines > 2_000).astype(np.int64))),
        "公示渠道": chosen(("信用中国", "公示系统"), kept["on_register"][at].astype(np.int64)),
        "公示日期": days(kept["published"][at]),
        "CF_CFJG": agencies(kept["agency"][at], kept["district"][at]),
    }


# --- repairs and withdrawals --------------------------------------------------------------------------


def repairs(city: City, span: Span) -> Iterator[Block]:
    """Penalties repaired after their least period or withdrawn; list entries repaired after a year or withdrawn."""
    rng, kept = city.rng("repairs", span.month), city.decisions
    count = len(kept)
    withdrawn = (rng.random(count) < rates.WITHDRAWN) & (kept["day"] >= span.begin - 31)
    ripe = kept["day"] < span.end - rates.REPAIR_AFTER_DAYS
    repaired = ripe & (rng.random(count) < rates.REPAIRED * span.months)
    over = (withdrawn | repaired) & ~kept["ended"]
    at = np.flatnonzero(over)
    if span.least and not len(at):
        at = np.arange(min(count, 1))
    kept["ended"][at] = True
    firm = kept["firm"][at].astype(np.int64)
    person = kept["person"][at].astype(np.int64)
    numbers = [
        "" if p < 0 else n for p, n in zip(person.tolist(), city.people.numbers(np.maximum(person, 0)), strict=True)
    ]
    codes = ["" if p >= 0 else c for p, c in zip(person.tolist(), city.firms.codes(firm), strict=True)]
    gone = at[withdrawn[at]]
    _tell_withdrawn(city, "penalties", kept["firm"][gone].astype(np.int64), _documents(city, gone), kept["day"][gone])
    yield _ends(
        city,
        rng,
        span,
        firm,
        withdrawn[at],
        same("行政处罚", len(at)),
        (codes, numbers, _documents(city, at)),
        agencies(kept["agency"][at], kept["district"][at]),
    )
    roll = city.rolls["serious_violations"]
    listed = np.flatnonzero(
        roll.open() & (roll["listed"] < span.end - 365) & (rng.random(len(roll)) < rates.REPAIRED * span.months)
    )
    if len(listed):
        roll.remove(listed, span.end)
        firm = roll["firm"][listed].astype(np.int64)
        identity = (city.firms.codes(firm), same("", len(firm)), roll.documents(listed))
        none = np.zeros(len(firm), dtype=bool)
        yield _ends(
            city, rng, span, firm, none, same("严重违法失信名单", len(firm)), identity, roll.authorities(listed)
        )
    for name, target in _WITHDRAWABLE.items():
        yield from _entries_withdrawn(city, rng, span, name, target)


def objections(city: City, span: Span) -> Iterator[Block]:
    """Objections to penalties that stand: those received before are decided now, against the objection, new ones wait.

    The objections that are upheld are the withdrawals of `repairs`.
    """
    rng, kept = city.rng("objections", span.month), city.decisions
    waiting = np.flatnonzero(kept["objection"] > 0)
    fresh = ~kept["ended"] & (kept["objection"] == 0) & (kept["day"] >= span.begin - 62)
    new = np.flatnonzero(fresh & (rng.random(len(kept)) < rates.OBJECTED))
    if span.least and not len(new):
        new = np.flatnonzero(fresh)[:1]
    kept["objection"][new] = city.serials("objection", len(new))
    kept["objected"][new] = np.maximum(span.end - 1 - rng.integers(0, 10, len(new)), kept["day"][new])
    at = np.concatenate([waiting, new])
    firm, person = kept["firm"][at].astype(np.int64), kept["person"][at].astype(np.int64)
    people = zip(person.tolist(), city.people.numbers(np.maximum(person, 0)), strict=True)
    numbers = ["" if p < 0 else n for p, n in people]
    received, over = kept["objected"][at], np.arange(len(at)) < len(waiting)
    serials = kept["objection"][at].tolist()
    yield {
        "记录类型": same("行政处罚", len(at)),
        "主体名称": ["" if n else name for n, name in zip(numbers, city.firms.names(firm), strict=True)],
        "主体代码": ["" if p >= 0 else c for p, c in zip(person.tolist(), city.firms.codes(firm), strict=True)],
        "主体证件号码": numbers,
        "原文书号": _documents(city, at),
        "原列入日期": same("", len(at)),
        "原作出机关": agencies(kept["agency"][at], kept["district"][at]),
        "异议受理编号": [f"云津信异〔{y}〕{n}号" for y, n in zip(years(received), serials, strict=True)],
        "受理日期": days(received),
        "处理日期": [d if o else "" for o, d in zip(over.tolist(), days(received + 5), strict=True)],
        "处理结果": ["异议不成立" if o else "" for o in over.tolist()],
        "受理机关": same(_CREDIT_OFFICE, len(at)),
    }
    kept["objection"][waiting] *= -1


def _entries_withdrawn(city: City, rng: np.random.Generator, span: Span, name: str, target: str) -> Iterator[Block]:
    """Entries of firms that should never have been made: withdrawn soon, and gone from the next list."""
    roll = city.rolls[name]
    recent = roll.open() & (roll["person"] < 0) & (roll["listed"] >= span.begin - 31)
    at = np.flatnonzero(recent & (rng.random(len(roll)) < rates.ENTRIES_WITHDRAWN))
    if not len(at):
        return
    roll.remove(at, span.end)
    firm, documents = roll["firm"][at].astype(np.int64), roll.documents(at)
    _tell_withdrawn(city, name, firm, documents, roll["listed"][at])
    identity = (city.firms.codes(firm), same("", len(at)), documents)
    over = np.ones(len(at), dtype=bool)
    block = _ends(city, rng, span, firm, over, same(target, len(at)), identity, roll.authorities(at))
    yield block | {"原列入日期": days(roll["listed"][at])}


def _tell_withdrawn(city: City, source: str, firm: Int64, documents: list[str], recorded: Int64) -> None:
    rows = zip(city.firms.codes(firm), same(source, len(firm)), documents, days(recorded), strict=True)
    city.truth.tell("withdrawals", rows)


def _ends(
    city: City,
    rng: np.random.Generator,
    span: Span,
    firm: Int64,
    withdrawn: Bools,
    targets: list[str],
    identity: tuple[list[str], list[str], list[str]],
    authorities: list[str],
) -> Block:
    codes, numbers, documents = identity
    serials, ends = city.serials("repair", len(firm)).tolist(), withdrawn.tolist()
    day = city.dates(rng, firm, span, "repairs")
    return {
        "事项类型": chosen(("信用修复", "撤销"), withdrawn.astype(np.int64)),
        "记录类型": targets,
        "主体名称": ["" if n else name for n, name in zip(numbers, city.firms.names(firm), strict=True)],
        "主体代码": codes,
        "主体证件号码": numbers,
        "原文书号": documents,
        "原列入日期": same("", len(firm)),
        "原作出机关": authorities,
        "修复决定文号": [
            f"云津{'撤' if w else '信修'}〔{y}〕{n}号" for w, y, n in zip(ends, years(day), serials, strict=True)
        ],
        "生效日期": days(day),
        "修复渠道": ["" if w else "信用中国" for w in ends],
        "认定机关": [a if w else _CREDIT_OFFICE for w, a in zip(ends, authorities, strict=True)],
    }


def administrative_acts(city: City, span: Span) -> Iterator[Block]:
    """Compulsion, confirmation, award and so on."""
    rng = city.rng("administrative_acts", span.month)
    at = city.hits(rng, city.rate("administrative_acts"), span.months, span.least)
    act = chosen(_ACTS, rng.choice(len(_ACTS), len(at), p=(0.3, 0.15, 0.1, 0.4, 0.05)))
    day = city.dates(rng, at, span, "administrative_acts")
    yield {
        "主体名称": city.firms.names(at),
        "统一社会信用代码": city.firms.codes(at),
        "文书号": [
            f"云津行〔{y}〕{n}号" for y, n in zip(years(day), integers(city.serials("act", len(at))), strict=True)
        ],
        "行为类别": act,
        "内容": [f"{a}决定" for a in act],
        "作出日期": days(day),
        "作出机关": agencies(rng.choice(len(AGENCIES), len(at), p=AGENCY_SHARES), city.districts(at)),
    }


def revoked_registrations(city: City, span: Span) -> Iterator[Block]:
    """Registrations obtained by fraud and revoked: mostly shells; the firm is gone with it."""
    rng = city.rng("revoked_registrations", span.month)
    rate = rates.RECORDS["revoked_registrations"].of(city.firms["risk"])
    company = city.firms.living() & (city.firms["kind"] == Kind.COMPANY)
    at = np.unique(city.hits(rng, np.where(company, rate * (1 + 9 * city.firms["shell"]), 0), span.months, span.least))
    day = city.dates(rng, at, span, "revoked_registrations")
    yield {
        "企业名称": city.firms.names(at),
        "统一社会信用代码": city.firms.codes(at),
        "撤销决定书文号": [
            f"云津撤登〔{y}〕{n}号"
            for y, n in zip(years(day), integers(city.serials("revocation", len(at))), strict=True)
        ],
        "撤销原因": chosen(("冒用他人身份", "提交虚假材料"), rng.integers(2, size=len(at))),
        "撤销日期": days(day),
        "作出机关": agencies(np.zeros(len(at), dtype=np.int64), city.districts(at)),
    }
