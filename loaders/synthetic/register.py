"""The registrar: founding and changes month by month, and what it delivers of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from loaders.synthetic import addresses, ownership, rates, shells, successors
from loaders.synthetic.cells import Block, chosen, days, integers, same, ten_thousands, years
from loaders.synthetic.city import City
from loaders.synthetic.columns import Bools, Int64
from loaders.synthetic.draws import sizes
from loaders.synthetic.firms import POST_WORDS, STATUS_WORDS, TYPE_WORDS, Kind, Status
from loaders.synthetic.ownership import BODY_CODES, BODY_NAMES, WHOLE, Holder
from loaders.synthetic.span import Span
from loaders.synthetic.vocabulary import AREAS, FOREIGN, TRADES

AUTHORITY = "云津市市场监督管理局"
_CHUNK = 20_000  # rows written at a time: memory stays flat
_SUPERVISOR = len(POST_WORDS)  # the post that follows those of the representatives
_POSTS = (*POST_WORDS, "监事")
_ITEMS = ("法定代表人变更", "住所变更", "名称变更", "注册资本变更", "股东变更")
_PERSON, _ADDRESS, _NAME, _CAPITAL = range(4)  # what a change's `before` and `after` are
_HOLDER_WORDS = ("自然人", "企业法人", "其他", "企业法人")
_SCOPES = tuple(t.scope for t in TRADES)
_INDUSTRIES = tuple(t.industry for t in TRADES)


def appoint_all(city: City, at: Int64) -> None:
    """Enter the posts of new firms, to be delivered."""
    firms = city.firms
    since = firms["rep_since"][at]
    city.posts.add(len(at), firm=at, person=firms["rep"][at], post=firms["kind"][at], since=since)
    supervised = at[firms["supervisor"][at] >= 0]
    since = firms["rep_since"][supervised]
    person = firms["supervisor"][supervised]
    city.posts.add(len(supervised), firm=supervised, person=person, post=_SUPERVISOR, since=since)


# --- a month ------------------------------------------------------------------------------------------


def advance(city: City, span: Span) -> None:
    """Let a month pass in the register."""
    before = len(city.firms)
    _found(city, span)
    rng = city.rng("changes", span.month)
    firms = city.firms
    day = _days(rng, before, span)
    quiet = firms.living()[:before] & (firms["approved"][:before] < span.begin)
    risk = firms["risk"][:before]

    def drawn(rate: rates.Rate, among: Bools | None = None) -> Int64:
        chance = rng.random(before) < rate.of(risk)
        return np.flatnonzero(chance & quiet if among is None else chance & quiet & among)

    restless = (np.arange(before) * 7_919 % 1_000 < rates.RESTLESS * 1_000) & (
        rng.random(before) < rates.RESTLESS_CHANGES
    )
    enterprise = np.isin(firms["kind"][:before], (Kind.COMPANY, Kind.STATE, Kind.FOREIGN))
    replaced = np.union1d(drawn(rates.REPRESENTATIVE), np.flatnonzero(restless & quiet & enterprise))
    touched = [
        _replace(city, rng, replaced, day[replaced]),
        _move(city, rng, at := drawn(rates.ADDRESS), day[at]),
        _rename(city, at := drawn(rates.NAME, firms["kind"][:before] != Kind.BRANCH), day[at]),
        _recapitalise(city, rng, at := drawn(rates.CAPITAL, enterprise), day[at]),
        _transfer(city, rng, at := drawn(rates.TRANSFER, firms["kind"][:before] == Kind.COMPANY), day[at]),
        _close(city, at := drawn(rates.REVOKED), day[at], Status.REVOKED),
    ]
    gone = np.setdiff1d(drawn(rates.DEREGISTERED), touched[-1])
    touched.append(_close(city, gone, day[gone], Status.DEREGISTERED))
    changed = np.unique(np.concatenate(touched))
    firms["approved"][changed] = day[changed]
    city.touched.append(changed)


def _days(rng: np.random.Generator, count: int, span: Span) -> Int64:
    """The day on which a firm's changes of the month are entered: most of them in its last week."""
    length = span.end - span.begin + 1
    return span.end - np.where(rng.random(count) < 0.25, rng.integers(length, size=count), rng.integers(6, size=count))


def _found(city: City, span: Span) -> None:
    rng = city.rng("founding", span.month)
    known = len(city.firms)
    count = max(1, int(rng.poisson(known * rates.FOUNDED)))
    established = np.sort(rng.integers(span.begin, span.end + 1, size=count))
    kinds = rng.choice(len(Kind), count, p=rates.KINDS)
    at = city.found(rng, established, kinds)
    ownership.ordinary(city, rng, at[(kinds != Kind.INDIVIDUAL) & (kinds != Kind.BRANCH)])
    batches = int(rng.poisson(known * rates.SHELL_BATCHES))
    if batches:
        counts = sizes(rng, 24 * batches, 8, 40, 2.2)
        shells.found(city, rng, counts, np.full(len(counts), span.begin - 2))
    successors.found(city, rng, span)
    new = np.arange(known, len(city.firms))
    appoint_all(city, new)
    city.touched.append(new)
    city.contact_rows.append(new)
    city.branch_rows.append(new[city.firms["kind"][new] == Kind.BRANCH])


def _replace(city: City, rng: np.random.Generator, at: Int64, day: Int64) -> Int64:
    """A new representative; shells turn to those who lend their names."""
    firms = city.firms
    old, since = firms["rep"][at].astype(np.int64), firms["rep_since"][at].copy()
    new = city.some_people(rng, len(at))
    lent = firms["shell"][at] & (rng.random(len(at)) < 0.5) & (len(city.careers) > 0)
    if lent.any():
        new[lent] = city.careers[rng.integers(len(city.careers), size=int(lent.sum()))]
        codes = firms.codes(at[lent])
        city.truth.tell("career_representatives", zip(city.people.numbers(new[lent]), codes, strict=True))
    other = new != old
    at, old, new, since, day = at[other], old[other], new[other], since[other], day[other]
    city.posts.add(len(at), firm=at, person=old, post=firms["kind"][at], since=since, until=day)
    city.posts.add(len(at), firm=at, person=new, post=firms["kind"][at], since=day)
    firms["rep"][at], firms["rep_since"][at] = new, day
    city.changes.add(len(at), firm=at, item=0, day=day, kind=_PERSON, before=old, after=new)
    return at


def _move(city: City, rng: np.random.Generator, at: Int64, day: Int64) -> Int64:
    """A new domicile, one time in ten in another district, one time in five where others are."""
    firms = city.firms
    old = firms["address"][at].copy()
    district = np.where(rng.random(len(at)) < 0.1, rng.integers(4, size=len(at)), addresses.district(old))
    new = city.new_addresses(rng, len(at), district)
    shared = rng.random(len(at)) < 0.2
    new[shared] = firms["address"][rng.integers(len(firms), size=int(shared.sum()))]
    firms["address"][at] = new
    city.changes.add(len(at), firm=at, item=1, day=day, kind=_ADDRESS, before=old, after=new)
    return at


def _rename(city: City, at: Int64, day: Int64) -> Int64:
    firms = city.firms
    old, new = firms["name"][at].copy(), firms.new_names(len(at))
    firms["name"][at] = new
    city.changes.add(len(at), firm=at, item=2, day=day, kind=_NAME, before=old, after=new)
    return at


def _recapitalise(city: City, rng: np.random.Generator, at: Int64, day: Int64) -> Int64:
    """More capital, or, the likelier the riskier the firm, much less."""
    firms = city.firms
    old = firms["capital"][at].astype(np.int64)
    cut = rng.random(len(at)) < 0.3 + firms["risk"][at]
    factor = np.where(cut, rng.choice((0.2, 0.5, 0.6), len(at)), rng.choice((1.5, 2.0, 5.0), len(at)))
    new = np.maximum((old * factor).astype(np.int64), 1)
    firms["capital"][at] = new
    city.changes.add(len(at), firm=at, item=3, day=day, kind=_CAPITAL, before=old, after=new)
    return at


def _transfer(city: City, rng: np.random.Generator, at: Int64, day: Int64) -> Int64:
    """All holders of a firm sell to one or two people, mostly new ones, who have paid nothing in."""
    days_of = np.zeros(len(city.firms), dtype=np.int64)
    days_of[at] = day
    firm = city.holdings["firm"].astype(np.int64)
    ended = np.flatnonzero((city.holdings["until"] == 0) & (days_of[firm] > 0))
    city.holdings["until"][ended] = days_of[firm[ended]]
    city.holding_rows.append(ended)
    at = np.intersect1d(at, firm[ended])
    two = rng.random(len(at)) < 0.3
    buyers, firm = city.some_people(rng, len(at)), np.concatenate([at, at[two]])
    second = city.people.add(rng, int(two.sum()))
    share = np.concatenate([np.where(two, 6_000, WHOLE), np.full(int(two.sum()), WHOLE - 6_000)])
    held = ownership.hold(city, rng, firm, np.concatenate([buyers, second]), Holder.PERSON, share, days_of[firm])
    city.holdings["paid"][held] = 0
    old = city.firms["rep"][at]
    city.changes.add(len(at), firm=at, item=4, day=days_of[at], kind=_PERSON, before=old, after=buyers)
    return at


def _close(city: City, at: Int64, day: Int64, status: Status) -> Int64:
    city.firms["status"][at] = status
    if status is Status.REVOKED:
        city.offenders += zip(at.tolist(), day.tolist(), strict=True)
    return at


# --- deliveries ---------------------------------------------------------------------------------------


def _waiting(rows: list[Int64]) -> Iterator[Int64]:
    """What waits for delivery, a chunk at a time; nothing waits afterwards."""
    at = np.unique(np.concatenate(rows)) if rows else np.zeros(0, dtype=np.int64)
    rows.clear()
    for first in range(0, len(at), _CHUNK):
        yield at[first : first + _CHUNK]


def registrations(city: City, span: Span) -> Iterator[Block]:  # noqa: ARG001 - every source has one signature
    """Register entries of new and changed firms."""
    firms = city.firms
    for at in _waiting(city.touched):
        kind, capital = firms["kind"][at], firms["capital"][at]
        yield {
            "统一社会信用代码": firms.codes(at),
            "企业名称": firms.names(at),
            "成立日期": days(firms["established"][at]),
            "企业类型": chosen(TYPE_WORDS, kind),
            "登记状态": chosen(STATUS_WORDS, firms["status"][at]),
            "核准日期": days(firms["approved"][at]),
            "注册资本": [f"{c:,}(万元人民币)" if c else "" for c in capital.tolist()],
            "经营范围": chosen(_SCOPES, firms["trade"][at]),
            "住所": firms.addresses(at),
            "行业代码": chosen(_INDUSTRIES, firms["trade"][at]),
            "营业期限至": same("长期", len(at)),
            "登记机关": same(AUTHORITY, len(at)),
            "行政区划": chosen([str(a) for a in AREAS], addresses.district(firms["address"][at])),
        }


def _unnumbered(firm: Int64, person: Int64) -> Bools:
    """Mentions without a number: the same ones in every delivery."""
    return np.asarray((firm.astype(np.int64) * 2_654_435_761 + person * 40_503) // 128 % rates.UNNUMBERED == 0)


def _numbers(city: City, firm: Int64, person: Int64, source: str, roles: list[str]) -> list[str]:
    """Identity numbers, but for the mentions without one, which go into the truth."""
    numbers, blank = city.people.numbers(person), _unnumbered(firm, person)
    lacking = np.flatnonzero(blank)
    if len(lacking):
        names, codes = city.people.names(person[lacking]), city.firms.codes(firm[lacking])
        rows = [
            (numbers[i], name, source, code, roles[i])
            for i, name, code in zip(lacking.tolist(), names, codes, strict=True)
        ]
        city.truth.tell("mentions", rows)
        for i in lacking.tolist():
            numbers[i] = ""
    return numbers


def legal_representatives(city: City, span: Span) -> Iterator[Block]:  # noqa: ARG001
    """Posts that began or ended."""
    posts = city.posts
    for first in range(0, len(posts), _CHUNK):
        part = {
            n: posts[n][first : first + _CHUNK].astype(np.int64) for n in ("firm", "person", "post", "since", "until")
        }
        words = chosen(_POSTS, part["post"])
        yield {
            "统一社会信用代码": city.firms.codes(part["firm"]),
            "企业名称": city.firms.names(part["firm"]),
            "姓名": city.people.names(part["person"]),
            "证件号码": _numbers(city, part["firm"], part["person"], "legal_representatives", words),
            "职务": words,
            "任职日期": days(part["since"]),
            "免职日期": days(part["until"]),
        }
    posts.clear()


def shareholders(city: City, span: Span) -> Iterator[Block]:  # noqa: ARG001
    """Holdings that began or ended."""
    held = city.holdings
    for at in _waiting(city.holding_rows):
        firm, kind = held["firm"][at].astype(np.int64), held["kind"][at]
        names, codes, numbers = _holders(city, firm, held["holder"][at].astype(np.int64), kind)
        yield {
            "统一社会信用代码": city.firms.codes(firm),
            "企业名称": city.firms.names(firm),
            "股东名称": names,
            "股东类型": chosen(_HOLDER_WORDS, kind),
            "股东统一社会信用代码": codes,
            "股东证件号码": numbers,
            "持股比例": [f"{s / 100:g}%" for s in held["share"][at].tolist()],
            "认缴出资额（万元）": ten_thousands(held["subscribed"][at]),
            "实缴出资额（万元）": ten_thousands(held["paid"][at]),
            "认缴出资日期": days(held["due"][at]),
            "出资方式": same("货币", len(at)),
            "取得日期": days(held["since"][at]),
            "退出日期": days(held["until"][at]),
        }


def _holders(city: City, firm: Int64, holder: Int64, kind: Int64) -> tuple[list[str], list[str], list[str]]:
    """Names, codes and identity numbers of holders of all kinds."""
    names, codes, numbers = (np.full(len(firm), "", dtype=object) for _ in range(3))
    is_person, is_firm, is_body, is_foreign = (kind == k for k in Holder)
    names[is_person] = city.people.names(holder[is_person])
    roles = ["股东"] * int(is_person.sum())
    numbers[is_person] = _numbers(city, firm[is_person], holder[is_person], "shareholders", roles)
    names[is_firm], codes[is_firm] = city.firms.names(holder[is_firm]), city.firms.codes(holder[is_firm])
    names[is_body], codes[is_body] = chosen(BODY_NAMES, holder[is_body]), chosen(BODY_CODES, holder[is_body])
    abroad = zip(chosen(FOREIGN, holder[is_foreign] % len(FOREIGN)), holder[is_foreign].tolist(), strict=True)
    names[is_foreign] = [name.replace("样例", f"样例{serial + 1}号", 1) for name, serial in abroad]
    return names.tolist(), codes.tolist(), numbers.tolist()


def changes(city: City, span: Span) -> Iterator[Block]:  # noqa: ARG001
    """What changed in the register, from what to what."""
    rows = {n: city.changes[n].astype(np.int64) for n in ("firm", "item", "day", "kind", "before", "after")}
    count = len(rows["firm"])
    yield {
        "企业名称": city.firms.names(rows["firm"]),
        "统一社会信用代码": city.firms.codes(rows["firm"]),
        "准予文号": [
            f"云津登记变字〔{y}〕第{n:07d}号"
            for y, n in zip(years(rows["day"]), city.serials("change", count).tolist(), strict=True)
        ],
        "变更事项": chosen(_ITEMS, rows["item"]),
        "变更日期": days(rows["day"]),
        "变更前内容": _told(city, rows["firm"], rows["kind"], rows["before"]),
        "变更后内容": _told(city, rows["firm"], rows["kind"], rows["after"]),
    }
    city.changes.clear()


def _told(city: City, firm: Int64, kind: Int64, value: Int64) -> list[str]:
    """A changed value in words."""
    out = np.full(len(firm), "", dtype=object)
    out[kind == _PERSON] = city.people.names(value[kind == _PERSON])
    out[kind == _ADDRESS] = addresses.texts(value[kind == _ADDRESS])
    out[kind == _NAME] = city.firms.named(firm[kind == _NAME], value[kind == _NAME])
    out[kind == _CAPITAL] = [f"{c}万元人民币" for c in value[kind == _CAPITAL].tolist()]
    return out.tolist()


def branches(city: City, span: Span) -> Iterator[Block]:  # noqa: ARG001
    """New branches with their heads."""
    firms = city.firms
    for at in _waiting(city.branch_rows):
        heads = firms["head"][at].astype(np.int64)
        yield {
            "隶属企业统一社会信用代码": firms.codes(heads),
            "隶属企业名称": firms.names(heads),
            "分支机构统一社会信用代码": firms.codes(at),
            "分支机构名称": firms.names(at),
            "设立日期": days(firms["established"][at]),
        }


def contacts(city: City, span: Span) -> Iterator[Block]:
    """Telephones, liaisons and agents of firms registered lately; one liaison in three without a number."""
    rng, firms = city.rng("contacts", span.month), city.firms
    for at in _waiting(city.contact_rows):
        agents = firms["agent"][at].astype(np.int64)
        through = agents >= 0
        agent = np.maximum(agents, 0)
        liaison = np.where(firms["supervisor"][at] >= 0, firms["supervisor"][at], firms["rep"][at]).astype(np.int64)
        names, numbers = city.people.names(liaison), city.people.numbers(liaison)
        codes, blank = firms.codes(at), rng.random(len(at)) < 1 / 3
        told = [(numbers[i], names[i], "contacts", codes[i], "联络员") for i in np.flatnonzero(blank).tolist()]
        city.truth.tell("mentions", told)
        telephone = integers(firms["telephone"][at])
        yield {
            "统一社会信用代码": codes,
            "企业名称": firms.names(at),
            "联系电话": [f"12{t.zfill(9)}" for t in telephone],  # no mobile number begins with 12
            "电子邮箱": [f"office{t}@example.invalid" for t in telephone],
            "联络员姓名": names,
            "联络员证件号码": ["" if b else n for b, n in zip(blank.tolist(), numbers, strict=True)],
            "登记代理机构": [n if y else "" for y, n in zip(through.tolist(), firms.names(agent), strict=True)],
            "代理机构统一社会信用代码": [
                n if y else "" for y, n in zip(through.tolist(), firms.codes(agent), strict=True)
            ],
            "登记日期": days(firms["established"][at]),
        }


def hosted_addresses(city: City, span: Span) -> Iterator[Block]:
    """The library of addresses where many may register, and of dwellings and what does not exist; the whole of it."""
    rng = city.rng("hosted_addresses")
    kinds = chosen(("托管地址", "集群注册地址", "产业园区"), np.arange(len(city.hosted)) % 3)
    some = city.firms["address"][: city.founders][rng.random(city.founders) < 0.006]
    some = np.setdiff1d(some, city.hosted)
    odd = chosen(("住宅", "虚假地址"), (np.arange(len(some)) % 40 == 7).astype(np.int64))
    texts = addresses.texts(np.concatenate([city.hosted, some]))
    if span.first:
        city.truth.tell("hosted_addresses", zip(texts, kinds, strict=False))
    yield {
        "登记地址": texts,
        "地址类型": kinds + odd,
        "启用日期": same("2018-01-01", len(texts)),
        "停用日期": same("", len(texts)),
    }


def permit_requirements(city: City, span: Span) -> Iterator[Block]:  # noqa: ARG001
    """Which words of a scope need which permit."""
    needed = [t for t in TRADES if t.permit]
    yield {
        "经营范围表述": [t.scope_words for t in needed],
        "后置许可事项": [t.permit for t in needed],
        "主管部门": [t.department for t in needed],
    }
