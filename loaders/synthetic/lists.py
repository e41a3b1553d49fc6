"""Lists delivered whole, as their keepers have them: abnormal operation, debtors, serious lists, tax and the like."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from loaders.synthetic import rates, reports
from loaders.synthetic.cells import Block, chosen, days, integers, same
from loaders.synthetic.city import City
from loaders.synthetic.columns import Floats, Int64
from loaders.synthetic.roll import Roll
from loaders.synthetic.span import Span

_SHOWN_REMOVED = 90  # days for which an entry stays in the list with the date of its removal


def _entrants(city: City, rng: np.random.Generator, span: Span, name: str, rate: Floats) -> tuple[Int64, Int64]:
    """Firms that enter a list, none that stands in it, with their days; the first time those of some years past."""
    roll = city.rolls[name]
    rate = rate.copy()
    rate[roll["firm"][roll.open()]] = 0
    at = np.unique(city.hits(rng, rate, rates.HISTORY[name] if span.first else span.months, span.least))
    day = city.dates(rng, at, span, name)
    if span.first:
        earlier = day - rng.integers(rates.HISTORY[name] * 30, size=len(at))
        day = np.maximum(earlier, city.firms["established"][at] + 1)
    return at, day


def _leave(city: City, rng: np.random.Generator, span: Span, name: str, *, shown: bool = True) -> None:
    """Remove some of the entries that were there before; without a date where the list does not show them then."""
    roll = city.rolls[name]
    leaves = roll.open() & (roll["listed"] < span.begin) & (rng.random(len(roll)) < rates.REMOVED[name] * span.months)
    if shown:
        at = np.flatnonzero(leaves)
        roll.remove(at, np.maximum(span.end - rng.integers(6, size=len(at)), roll["listed"][at] + 1))
        leaves = (roll["removed"] > 0) & (roll["removed"] < span.end - _SHOWN_REMOVED)
    else:
        leaves |= roll["removed"] > 0  # withdrawn
    if not span.first:
        roll.drop(leaves)


def _advance(city: City, span: Span, name: str) -> tuple[np.random.Generator, Roll]:
    """A plain list moved on: entrants by the rate of its name, and leavers."""
    rng, roll = city.rng(name, span.month), city.rolls[name]
    at, day = _entrants(city, rng, span, name, city.rate(name))
    amount = np.round(np.exp(rng.normal(11.5, 1.4, len(at))), 0).astype(np.int64) + 1_000
    roll.enter(at, day, city.districts(at), reason=rng.integers(12, size=len(at)), amount=amount)
    _leave(city, rng, span, name)
    return rng, roll


# --- the supervisors' lists ---------------------------------------------------------------------------

_ABNORMAL = (
    "未依照规定期限公示年度报告",
    "未在责令的期限内公示有关企业信息",
    "公示企业信息隐瞒真实情况、弄虚作假",
    "通过登记的住所或者经营场所无法联系",
)
_ABNORMAL_SHARES = (0.15, 0.12, 0.13, 0.6)  # besides those of July, who did not report
_ABNORMAL_ENDS = ("已补报年度报告", "已履行公示义务", "已更正公示信息", "已重新取得联系")


def abnormal_operations(city: City, span: Span) -> Iterator[Block]:
    """The list of abnormal operation; in July those come in who did not report."""
    name = "abnormal_operations"
    rng, roll = city.rng(name, span.month), city.rolls[name]
    at, day = _entrants(city, rng, span, name, city.rate(name))
    roll.enter(at, day, city.districts(at), reason=rng.choice(4, len(at), p=_ABNORMAL_SHARES))
    late = reports.unreported(city, span) if not span.first else np.zeros(0, dtype=np.int64)
    late = np.setdiff1d(late[rng.random(len(late)) < rates.LISTED_UNREPORTED], roll["firm"][roll.open()])
    roll.enter(late, city.dates(rng, late, span, name), city.districts(late))
    _leave(city, rng, span, name)
    shown = roll.shown()
    firm, removed = roll["firm"][shown].astype(np.int64), roll["removed"][shown]
    ends = chosen(_ABNORMAL_ENDS, roll["reason"][shown])
    yield {
        "企业名称": city.firms.names(firm),
        "统一社会信用代码": city.firms.codes(firm),
        "列入经营异常名录原因": chosen(_ABNORMAL, roll["reason"][shown]),
        "列入日期": days(roll["listed"][shown]),
        "作出决定机关": roll.authorities(shown),
        "移出日期": days(removed),
        "移出原因": [e if r else "" for e, r in zip(ends, removed.tolist(), strict=True)],
    }


_VIOLATIONS = ("生产销售不合格食品情节严重", "无证生产药品", "发布虚假广告情节严重", "拒不履行行政处罚决定")


def serious_violations(city: City, span: Span) -> Iterator[Block]:
    """The supervisors' list of serious violations."""
    _, roll = _advance(city, span, "serious_violations")
    shown = roll.shown()
    yield _entries(city, roll, shown, "企业名称") | {
        "列入严重违法失信名单原因": chosen(_VIOLATIONS, roll["reason"][shown] % len(_VIOLATIONS)),
        "列入日期": days(roll["listed"][shown]),
        "列入决定书文号": roll.documents(shown),
        "移出日期": days(roll["removed"][shown]),
        "列入机关": roll.authorities(shown),
    }


def _entries(city: City, roll: Roll, shown: Int64, title: str) -> Block:
    """Name and code of the firms listed."""
    firm = roll["firm"][shown].astype(np.int64)
    return {title: city.firms.names(firm), "统一社会信用代码": city.firms.codes(firm)}


_SERIOUS = (
    ("重大税收违法", "虚开增值税专用发票", "国家税务总局云津市税务局"),
    ("拖欠农民工工资", "拖欠工资拒不支付", "云津市人力资源和社会保障局"),
    ("安全生产", "发生生产安全责任事故", "云津市应急管理局"),
    ("政府采购", "提供虚假材料谋取中标", "云津市财政局"),
)


def serious_lists(city: City, span: Span) -> Iterator[Block]:
    """Lists of serious dishonesty that other authorities keep."""
    _, roll = _advance(city, span, "serious_lists")
    shown = roll.shown()
    which = np.array([0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 3])[roll["reason"][shown]]
    lists, reasons, authorities = zip(*_SERIOUS, strict=True)
    yield _entries(city, roll, shown, "主体名称") | {
        "名单类型": chosen(lists, which),
        "认定文书号": roll.documents(shown),
        "认定日期": days(roll["listed"][shown]),
        "失信事由": chosen(reasons, which),
        "移出日期": days(roll["removed"][shown]),
        "认定机关": chosen(authorities, which),
    }


# --- courts -------------------------------------------------------------------------------------------

_DEBTOR_REASONS = (
    "有履行能力而拒不履行生效法律文书确定义务",
    "违反财产报告制度",
    "违反限制消费令",
    "以虚假诉讼、虚假仲裁或者以隐匿、转移财产等方法规避执行",
)
_PERSONAL = 0.2  # of the debtors listed are representatives themselves


def dishonest_debtors(city: City, span: Span) -> Iterator[Block]:
    """Debtors; people with their number masked, as courts print it. Who performed is no longer in the list."""
    name = "dishonest_debtors"
    rng, roll = city.rng(name, span.month), city.rolls[name]
    at, day = _entrants(city, rng, span, name, city.rate(name))
    person = np.where(rng.random(len(at)) < _PERSONAL, city.firms["rep"][at], -1)
    known = len(roll)
    roll.enter(at, day, city.districts(at), person=person, reason=rng.choice(4, len(at), p=(0.45, 0.35, 0.15, 0.05)))
    _leave(city, rng, span, name, shown=False)
    _tell_masked(city, roll, known + np.flatnonzero(person >= 0))
    shown = roll.shown()
    who = roll["person"][shown].astype(np.int64)
    personal, people = (who >= 0).tolist(), np.maximum(who, 0)
    entries = _entries(city, roll, shown, "firm")
    yield {
        "被执行人姓名/名称": _either(personal, city.people.names(people), entries["firm"]),
        "统一社会信用代码": _either(personal, [""] * len(shown), entries["统一社会信用代码"]),
        "身份证号码": _either(personal, city.people.masked(people), [""] * len(shown)),
        "案号": roll.documents(shown),
        "执行法院": roll.authorities(shown),
        "失信被执行人行为具体情形": chosen(_DEBTOR_REASONS, roll["reason"][shown]),
        "立案时间": days(roll["listed"][shown]),
        "发布时间": days(roll["listed"][shown]),
    }


def _either(choice: Sequence[bool], yes: list[str], no: list[str]) -> list[str]:
    return [y if c else n for c, y, n in zip(choice, yes, no, strict=True)]


def _tell_masked(city: City, roll: Roll, at: Int64) -> None:
    people, firms = roll["person"][at].astype(np.int64), city.firms.codes(roll["firm"][at].astype(np.int64))
    rows = zip(
        city.people.numbers(people),
        city.people.names(people),
        [roll.name] * len(at),
        firms,
        roll.documents(at),
        strict=True,
    )
    city.truth.tell("mentions", rows)


_RESTRICTED = 0.35  # of those under enforcement


def enforcement_subjects(city: City, span: Span) -> Iterator[Block]:
    """Who is under enforcement; part of them may soon not consume."""
    known = len(city.rolls["enforcement_subjects"])
    rng, roll = _advance(city, span, "enforcement_subjects")
    new = roll["firm"][known:].astype(np.int64)
    city.restricted.append(new[rng.random(len(new)) < _RESTRICTED])
    shown = roll.shown()
    yield _entries(city, roll, shown, "被执行人姓名或名称") | {
        "证件号码": [""] * len(shown),
        "案号": roll.documents(shown),
        "立案日期": days(roll["listed"][shown]),
        "执行标的（元）": integers(roll["amount"][shown]),
        "结案日期": days(roll["removed"][shown]),
        "执行法院": roll.authorities(shown),
    }


def consumption_restrictions(city: City, span: Span) -> Iterator[Block]:
    """Orders against firms under enforcement and their representatives."""
    name = "consumption_restrictions"
    rng, roll = city.rng(name, span.month), city.rolls[name]
    at = np.unique(np.concatenate(city.restricted))
    city.restricted.clear()
    at = np.setdiff1d(at, roll["firm"][roll.open()])
    if span.least and not len(at):
        at = city.hits(rng, city.rate("enforcement_subjects"), 1, 1)
    day = city.dates(rng, at, span, name)
    person = np.concatenate([np.full(len(at), -1), city.firms["rep"][at]])
    serial = np.tile(city.serials(name, len(at)), 2)  # one order against both
    at, day = np.tile(at, 2), np.tile(day, 2)
    roll.enter(at, day, city.districts(at), person=person, serial=serial)
    _leave(city, rng, span, name)
    shown = roll.shown()
    who = roll["person"][shown].astype(np.int64)
    personal, people = (who >= 0).tolist(), np.maximum(who, 0)
    entries = _entries(city, roll, shown, "firm")
    yield {
        "被限制消费人": _either(personal, city.people.names(people), entries["firm"]),
        "统一社会信用代码": _either(personal, [""] * len(shown), entries["统一社会信用代码"]),
        "证件号码": _either(personal, city.people.numbers(people), [""] * len(shown)),
        "案号": roll.documents(shown),
        "限制消费令发出日期": days(roll["listed"][shown]),
        "解除日期": days(roll["removed"][shown]),
        "执行法院": roll.authorities(shown),
    }


def false_litigation(city: City, span: Span) -> Iterator[Block]:
    """Who litigated falsely."""
    _, roll = _advance(city, span, "false_litigation")
    shown = roll.shown()
    yield _entries(city, roll, shown, "虚假诉讼失信人") | {
        "证件号码": [""] * len(shown),
        "认定文书号": roll.documents(shown),
        "虚假诉讼认定日期": days(roll["listed"][shown]),
        "移出日期": days(roll["removed"][shown]),
        "认定法院": roll.authorities(shown),
    }


_BANS = ("食品生产经营", "药品经营", "招标投标", "担任企业高级管理人员")


def sector_bans(city: City, span: Span) -> Iterator[Block]:
    """People banned from a sector or from posts: representatives of the firms that the rate hits."""
    _, roll = _advance(city, span, "sector_bans")
    shown = roll.shown()
    roll["person"][:] = np.where(roll["person"] < 0, city.firms["rep"][roll["firm"]], roll["person"])
    people, listed = roll["person"][shown].astype(np.int64), roll["listed"][shown]
    yield {
        "被禁入主体": city.people.names(people),
        "统一社会信用代码": [""] * len(shown),
        "证件号码": city.people.numbers(people),
        "禁入决定文号": roll.documents(shown),
        "禁入范围": chosen(_BANS, roll["reason"][shown] % len(_BANS)),
        "禁入起始日期": days(listed),
        "禁入截止日期": days(listed + 5 * 365),
        "移出日期": days(roll["removed"][shown]),
        "决定机关": roll.authorities(shown),
    }


# --- tax and social insurance -------------------------------------------------------------------------


_TAX_KINDS = np.array([0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2])  # by reason


def tax_arrears(city: City, span: Span) -> Iterator[Block]:
    """Announced arrears, some with a balance corrected since; abnormal households, class D."""
    rng, roll = _advance(city, span, "tax_arrears")
    _correct_balances(city, rng, span, roll)
    shown = roll.shown()
    kind = _TAX_KINDS[roll["reason"][shown]]
    owed = zip(kind.tolist(), integers(roll["amount"][shown]), strict=True)
    yield _entries(city, roll, shown, "纳税人名称") | {
        "公告文号": roll.documents(shown),
        "信息类别": chosen(("欠税", "非正常户", "纳税信用D级"), kind),
        "欠税税种": chosen(("增值税", "", ""), kind),
        "欠税余额（元）": [a if k == 0 else "" for k, a in owed],
        "公告日期": days(roll["listed"][shown]),
        "解除日期": days(roll["removed"][shown]),
        "主管税务机关": roll.authorities(shown),
    }


def _correct_balances(city: City, rng: np.random.Generator, span: Span, roll: Roll) -> None:
    """Halve some balances that stood in the last list."""
    told = roll.open() & (roll["listed"] < span.begin) & (_TAX_KINDS[roll["reason"]] == 0)
    wrong = rng.random(len(roll)) < rates.BALANCES_CORRECTED * span.months
    at = np.flatnonzero(told & wrong) if not span.first else np.zeros(0, dtype=np.int64)
    before = roll["amount"][at].tolist()
    roll["amount"][at] //= 2
    codes, after = city.firms.codes(roll["firm"][at].astype(np.int64)), roll["amount"][at].tolist()
    rows = zip(codes, same(roll.name, len(at)), roll.documents(at), before, after, strict=True)
    city.truth.tell("corrections", rows)


def social_insurance_arrears(city: City, span: Span) -> Iterator[Block]:
    """Social insurance not paid, and violations of labour law."""
    _, roll = _advance(city, span, "social_insurance_arrears")
    shown = roll.shown()
    kind = (roll["reason"][shown] > 8).astype(np.int64)
    owed = zip(kind.tolist(), integers(roll["amount"][shown]), strict=True)
    yield _entries(city, roll, shown, "单位名称") | {
        "文书号": roll.documents(shown),
        "信息类别": chosen(("社保欠缴", "劳动保障违法"), kind),
        "欠缴金额（元）": [a if k == 0 else "" for k, a in owed],
        "公告日期": days(roll["listed"][shown]),
        "缴清日期": days(roll["removed"][shown]),
        "公告机关": roll.authorities(shown),
    }
