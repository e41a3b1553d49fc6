"""What supervisors see: inspections, samples, complaints, attempts to reach firms, defaults, permits."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graph.time import to_date
from loaders.synthetic import rates
from loaders.synthetic.cells import Block, chosen, days, same, years
from loaders.synthetic.city import City
from loaders.synthetic.columns import Int64
from loaders.synthetic.offices import agencies, bureau
from loaders.synthetic.span import Span
from loaders.synthetic.vocabulary import TRADES

_SUPERVISORS = "市场监督管理局"
_PREPAID = np.array([t.prepaid for t in TRADES])
_SAMPLED = np.array([bool(t.product) for t in TRADES])
_PERMITTED = np.array([bool(t.permit) for t in TRADES])
_MAKERS = np.array([t.industry.startswith("C") for t in TRADES])


def _numbered(city: City, kind: str, prefix: str, day: Int64) -> list[str]:
    serials = city.serials(kind, len(day)).tolist()
    return [f"{prefix}{y}{n:07d}" for y, n in zip(years(day), serials, strict=True)]


_INSPECTED = ("登记事项检查", "公示信息检查", "产品质量检查", "价格行为检查", "消防安全检查")
_RESULTS = ("未发现问题", "发现问题已责令改正", "发现问题待后续处理", "通过登记的住所无法联系", "不配合检查情节严重")


def inspections(city: City, span: Span) -> Iterator[Block]:
    """Inspections drawn at random and for cause; the riskier the firm, the more they find."""
    rng = city.rng("inspections", span.month)
    at = city.hits(rng, city.rate("inspections"), span.months, span.least)
    risk, count, day = city.firms["risk"][at], len(at), city.dates(rng, at, span, "inspections")
    bad = rng.random(count) < 0.04 + 0.8 * risk
    result = np.where(bad, rng.choice((1, 2, 3, 4), count, p=(0.35, 0.25, 0.32, 0.08)), 0)
    end = to_date(span.end)
    yield {
        "企业名称": city.firms.names(at),
        "统一社会信用代码": city.firms.codes(at),
        "检查编号": _numbered(city, "inspection", "JC", day),
        "抽查计划": same(f"{end.year}年第{(end.month + 2) // 3}批", count),
        "检查事项": chosen(_INSPECTED, rng.integers(len(_INSPECTED), size=count)),
        "检查日期": days(day),
        "检查结果": chosen(_RESULTS, result),
        "公示日期": days(np.where(day + 3 <= span.end, day + 3, 0)),
        "检查机关": agencies(rng.choice((0, 0, 0, 1, 3), count), city.districts(at)),
    }


_DEFECTS = ("标签", "微生物限量", "氨基酸态氮", "绝缘电阻", "甲醛含量")


def sampling_results(city: City, span: Span) -> Iterator[Block]:
    """Samples of what makers make and shops sell."""
    rng, firms = city.rng("sampling_results", span.month), city.firms
    at = city.hits(rng, city.rate("sampling_results", _SAMPLED[firms["trade"]]), span.months, span.least)
    count, day = len(at), city.dates(rng, at, span, "sampling_results")
    failed = rng.random(count) < 0.02 + 0.35 * firms["risk"][at]
    defects = chosen(_DEFECTS, rng.integers(len(_DEFECTS), size=count))
    yield {
        "企业名称": firms.names(at),
        "统一社会信用代码": firms.codes(at),
        "抽样单编号": _numbered(city, "sample", "CJ", day),
        "产品名称": chosen([t.product for t in TRADES], firms["trade"][at]),
        "生产批号": [d.replace("-", "") for d in days(day - 60)],
        "主体角色": chosen(("销售者", "生产者"), _MAKERS[firms["trade"][at]].astype(np.int64)),
        "抽样日期": days(day),
        "是否合格": chosen(("是", "否"), failed.astype(np.int64)),
        "不合格项目": [d if f else "" for f, d in zip(failed.tolist(), defects, strict=True)],
        "抽检机关": bureau(_SUPERVISORS, city.districts(at)),
    }


_CATEGORIES = ("售后服务", "商品质量", "虚假宣传", "价格", "合同", "预付式消费")
_MEDIATIONS = ("调解成功", "调解失败", "拒绝调解", "撤回")


def complaints(city: City, span: Span) -> Iterator[Block]:
    """Complaints; where a seller of prepaid cards is about to fail, dozens at once."""
    rng, firms = city.rng("complaints", span.month), city.firms
    prepaid = _PREPAID[firms["trade"]]
    rate = city.rate("complaints") * np.where(prepaid, 3, 1)
    single = city.hits(rng, rate, span.months, span.least)
    surged = np.unique(city.hits(rng, np.where(prepaid & firms.living(), rates.PREPAID_RUNS, 0), span.months))
    end = to_date(span.end)
    city.truth.tell("prepaid_runs", ((c, f"{end:%Y-%m}") for c in firms.codes(surged)))
    at = np.concatenate([single, np.repeat(surged, rng.integers(*rates.RUN_COMPLAINTS, size=len(surged)))])
    run = np.arange(len(at)) >= len(single)
    count, day = len(at), city.dates(rng, at, span, "complaints")
    about_cards = run | (prepaid[at] & (rng.random(count) < 0.4))
    failed = rng.random(count) < np.where(run, 0.8, 0.2 + 0.5 * firms["risk"][at])
    result = np.where(failed, rng.choice((1, 2), count, p=(0.6, 0.4)), np.where(rng.random(count) < 0.1, 3, 0))
    yield {
        "企业名称": firms.names(at),
        "统一社会信用代码": firms.codes(at),
        "投诉编号": _numbered(city, "complaint", "TS", day),
        "登记日期": days(day),
        "问题类别": chosen(_CATEGORIES, np.where(about_cards, 5, rng.integers(5, size=count))),
        "涉及预付卡": chosen(("否", "是"), about_cards.astype(np.int64)),
        "是否受理": chosen(("是", "否"), (rng.random(count) < 0.05).astype(np.int64)),
        "调解结果": chosen(_MEDIATIONS, result),
        "办结日期": days(np.where(day + 3 <= span.end, day + 3, 0)),
        "受理机关": bureau(_SUPERVISORS, city.districts(at)),
    }


def contact_attempts(city: City, span: Span) -> Iterator[Block]:
    """A letter, then a call, then a visit to those who did not answer; risky firms and shells are seldom found."""
    rng, firms = city.rng("contact_attempts", span.month), city.firms
    hit = np.unique(city.hits(rng, city.rate("contact_attempts"), span.months, span.least))
    lost = rng.random(len(hit)) < 0.05 + 1.2 * firms["risk"][hit] + 0.3 * firms["shell"][hit]
    at = np.concatenate([hit, hit[lost], hit[lost]])
    step = np.repeat([0, 1, 2], [len(hit), int(lost.sum()), int(lost.sum())])
    missed = np.concatenate([lost, lost[lost], lost[lost]])
    day = np.minimum(city.dates(rng, hit, span, "contact_attempts"), span.end - 2)
    day = np.maximum(np.concatenate([day, day[lost], day[lost]]) + step, firms["established"][at] + 1)
    yield {
        "企业名称": firms.names(at),
        "统一社会信用代码": firms.codes(at),
        "核查编号": _numbered(city, "attempt", "HC", day),
        "核查方式": chosen(("信函", "电话", "实地"), step),
        "核查日期": days(np.minimum(day, span.end)),
        "是否联系上": chosen(("是", "否"), missed.astype(np.int64)),
        "核查机关": bureau(_SUPERVISORS, city.districts(at)),
    }


_ITEMS = ("股东出资变更", "股权变更", "行政许可取得", "知识产权出质", "行政处罚信息")


def information_defaults(city: City, span: Span) -> Iterator[Block]:
    """What firms had to publish at once and did not."""
    rng = city.rng("information_defaults", span.month)
    at = city.hits(rng, city.rate("information_defaults"), span.months, span.least)
    day = city.dates(rng, at, span, "information_defaults")
    yield {
        "企业名称": city.firms.names(at),
        "统一社会信用代码": city.firms.codes(at),
        "责令文号": _numbered(city, "order", "ZL", day),
        "未公示事项": chosen(_ITEMS, rng.integers(len(_ITEMS), size=len(at))),
        "发现日期": days(day),
        "履行日期": same("", len(at)),
        "作出机关": bureau(_SUPERVISORS, city.districts(at)),
    }


_TERM = 5 * 365  # days for which a permit holds
_CHUNK = 20_000


def permits(city: City, span: Span) -> Iterator[Block]:
    """Permits of those whose scope needs one: at first all, then new firms' and renewals, and those revoked.

    Some firms never have one.
    """
    rng, firms = city.rng("permits", span.month), city.firms
    lacking = city.rng("without permit").random(len(firms)) < rates.UNPERMITTED.of(firms["risk"])
    due = _PERMITTED[firms["trade"]] & firms.living() & ~lacking & (firms["permit_ends"] < span.end + 20)
    due &= (firms["established"] < span.end - 10) & (firms["permit_serial"] >= 0)
    at = np.flatnonzero(due)
    if span.least and not len(at):
        at = np.flatnonzero(_PERMITTED[firms["trade"]])[:1]
    day = city.dates(rng, at, span, "permits")
    if span.first:
        day = np.maximum(firms["established"][at] + 5, span.end - rng.integers(_TERM - 30, size=len(at)))
    revoked = _revoked(city, rng, span)
    firms["permit_ends"][at] = day + _TERM
    firms["permit_serial"][at] = city.serials("permit", len(at))
    firms["permit_district"][at] = city.districts(at)
    for first in range(0, len(at), _CHUNK):
        yield _permits(city, at[first : first + _CHUNK], "有效")
    if len(revoked):
        yield _permits(city, revoked, "撤销")
        firms["permit_serial"][revoked] = -1


def _revoked(city: City, rng: np.random.Generator, span: Span) -> Int64:
    """Firms whose permit, delivered before, is revoked."""
    firms = city.firms
    held = firms.living() & (firms["permit_ends"] >= span.end + 20) & (firms["permit_serial"] > 0)
    chance = rates.PERMIT_REVOKED.of(firms["risk"]) * span.months
    return np.flatnonzero(held & (rng.random(len(firms)) < chance))


def _permits(city: City, at: Int64, state: str) -> Block:
    firms = city.firms
    day = firms["permit_ends"][at].astype(np.int64) - _TERM
    numbers = [f"{y}{n:07d}" for y, n in zip(years(day), firms["permit_serial"][at].tolist(), strict=True)]
    departments = chosen([t.department for t in TRADES], firms["trade"][at])
    places = bureau("", firms["permit_district"][at])
    return {
        "主体名称": firms.names(at),
        "统一社会信用代码": firms.codes(at),
        "许可决定文书号": [f"云津许〔{n[:4]}〕{int(n[4:])}号" for n in numbers],
        "许可类别": same("普通", len(at)),
        "许可证书名称": chosen([t.permit for t in TRADES], firms["trade"][at]),
        "许可编号": [f"XK99{n}" for n in numbers],
        "许可决定日期": days(day),
        "有效期自": days(day),
        "有效期至": days(day + _TERM),
        "当前状态": same(state, len(at)),
        "许可机关": [p + d for p, d in zip(places, departments, strict=True)],
    }
