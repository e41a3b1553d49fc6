"""What firms promise, earn and say of themselves, and what others say of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from loaders.synthetic.cells import Block, chosen, days, integers, same, years
from loaders.synthetic.city import City
from loaders.synthetic.columns import Int64
from loaders.synthetic.offices import bureau
from loaders.synthetic.span import Span

_HISTORY = 12  # months of honours, ratings and evaluations in the first delivery


def _party(city: City, at: Int64) -> Block:
    return {"企业名称": city.firms.names(at), "统一社会信用代码": city.firms.codes(at)}


def _documents(city: City, kind: str, form: str, day: Int64) -> list[str]:
    """Numbers by a pattern of year {y} and serial {n}."""
    return [form.format(y=y, n=n) for y, n in zip(years(day), integers(city.serials(kind, len(day))), strict=True)]


def _good(city: City, rng: np.random.Generator, span: Span, name: str) -> Int64:
    """Firms by the rate of a kind of record, none twice; the first time those of a year."""
    return np.unique(city.hits(rng, city.rate(name), _HISTORY if span.first else span.months, span.least))


def commitments(city: City, span: Span) -> Iterator[Block]:
    """Commitments made, and what was found of those kept or broken."""
    rng = city.rng("commitments", span.month)
    at = city.hits(rng, city.rate("commitments"), span.months, span.least)
    day, count = city.dates(rng, at, span, "commitments"), len(at)
    broken = rng.random(count) < 0.01 + 0.4 * city.firms["risk"][at]
    state = np.where(broken, 1, np.where(rng.random(count) < 0.3, 2, 0))
    kinds = chosen(("主动型", "审批替代型", "信用修复型", "行业自律型"), rng.choice(4, count, p=(0.6, 0.25, 0.1, 0.05)))
    yield _party(city, at) | {
        "承诺编号": _documents(city, "commitment", "CN{y}{n:0>7}", day),
        "承诺类型": kinds,
        "承诺内容": same("守法诚信经营，按期补齐材料", count),
        "承诺日期": days(day - 60),
        "履行期限": days(day - 1),
        "履行情况": chosen(("已履行", "未履行", "履行中"), state),
        "认定日期": days(np.where(state == 2, 0, day)),
        "受理单位": bureau("行政审批局", city.districts(at)),
    }


def contract_breaches(city: City, span: Span) -> Iterator[Block]:
    """Breaches of contracts, violations in procurement and bidding."""
    rng = city.rng("contract_breaches", span.month)
    at = city.hits(rng, city.rate("contract_breaches"), span.months, span.least)
    day = city.dates(rng, at, span, "contract_breaches")
    kinds = chosen(("合同", "政府采购", "招投标"), rng.choice(3, len(at), p=(0.5, 0.3, 0.2)))
    yield _party(city, at) | {
        "文号": _documents(city, "breach", "云津采〔{y}〕{n}号", day),
        "失信类别": kinds,
        "合同或项目名称": [f"样例{k}项目" for k in kinds],
        "认定日期": days(day),
        "处理期限至": days(day + 365),
        "认定单位": bureau("财政局", city.districts(at)),
    }


_TITLES = (
    ("纳税信用A级", "纳税信用A级纳税人", "税务局"),
    ("守合同重信用", "守合同重信用企业", "市场监督管理局"),
    ("高级认证企业", "海关高级认证企业", "海关"),
    ("荣誉称号", "云津市优秀企业", "人民政府"),
)


def honours(city: City, span: Span) -> Iterator[Block]:
    """Tax class A, certificates, awards: seldom to the risky."""
    rng = city.rng("honours", span.month)
    at = _good(city, rng, span, "honours")
    at = at[(city.firms["risk"][at] < 0.15) | (np.arange(len(at)) == 0)]
    day, count = city.dates(rng, at, span, "honours"), len(at)
    which = rng.choice(4, count, p=(0.75, 0.12, 0.03, 0.1))
    kinds, titles, offices = zip(*_TITLES, strict=True)
    places = bureau("", city.districts(at))
    yield _party(city, at) | {
        "荣誉类别": chosen(kinds, which),
        "荣誉名称": [f"{y - 1}年度{t}" for y, t in zip(years(day), chosen(titles, which), strict=True)],
        "认定日期": days(day),
        "有效期至": days(day + 364),
        "认定单位": [p + o for p, o in zip(places, chosen(offices, which), strict=True)],
    }


_SECTORS = ("环保", "安全生产", "建筑", "教育", "社会保险")
_SECTOR_OFFICES = ("生态环境局", "应急管理局", "住房和城乡建设局", "教育局", "人力资源和社会保障局")
_GRADES = ("绿牌", "蓝牌", "黄牌", "红牌")


def sector_ratings(city: City, span: Span) -> Iterator[Block]:
    """Classes that sector authorities give."""
    rng = city.rng("sector_ratings", span.month)
    at = _good(city, rng, span, "sector_ratings")
    day, count = city.dates(rng, at, span, "sector_ratings"), len(at)
    grade = np.minimum(((city.firms["risk"][at] + rng.random(count) * 0.5) * 4).astype(np.int64), 3)
    sector = rng.integers(len(_SECTORS), size=count)
    places = bureau("", city.districts(at))
    yield _party(city, at) | {
        "行业领域": chosen(_SECTORS, sector),
        "等级": chosen(_GRADES, grade),
        "是否差评": chosen(("否", "是"), (grade >= 2).astype(np.int64)),
        "评价日期": days(day),
        "有效期至": days(day + 364),
        "评价单位": [p + o for p, o in zip(places, chosen(_SECTOR_OFFICES, sector), strict=True)],
    }


def external_evaluations(city: City, span: Span) -> Iterator[Block]:
    """Another system's grades, only loosely tied to the latent risk."""
    rng = city.rng("external_evaluations", span.month)
    at = _good(city, rng, span, "external_evaluations")
    day, count = city.dates(rng, at, span, "external_evaluations"), len(at)
    grade = np.minimum((city.firms["risk"][at] * 2 + rng.random(count) * 2).astype(np.int64), 3)
    yield _party(city, at) | {
        "评价编号": _documents(city, "evaluation", "PJ{y}{n:0>7}", day),
        "评价体系": same("公共信用综合评价", count),
        "评价等级": chosen(("优", "良", "中", "差"), grade),
        "评价日期": days(day),
        "评价机构": same("云津市社会信用体系建设办公室", count),
    }


_DECLARED = ("ISO9001质量管理体系认证", "年度经营情况说明", "重大合同履行情况", "慈善捐赠")


def voluntary_information(city: City, span: Span) -> Iterator[Block]:
    """What firms declare, part of it verified."""
    rng = city.rng("voluntary_information", span.month)
    at = city.hits(rng, city.rate("voluntary_information"), span.months, span.least)
    day, count = city.dates(rng, at, span, "voluntary_information"), len(at)
    what = rng.choice(4, count, p=(0.4, 0.3, 0.2, 0.1))
    verified = (rng.random(count) < 0.5) & (day + 2 <= span.end)
    yield _party(city, at) | {
        "登记编号": _documents(city, "declaration", "ZY{y}{n:0>7}", day),
        "信息类别": chosen(("资质证书", "经营信息", "合同履约", "公益慈善"), what),
        "信息内容": chosen(_DECLARED, what),
        "填报日期": days(day),
        "核验日期": days(np.where(verified, day + 2, 0)),
        "核验单位": chosen(("", "云津市社会信用体系建设办公室"), verified.astype(np.int64)),
    }


def media_reports(city: City, span: Span) -> Iterator[Block]:
    """Adverse reports that an authority verified."""
    rng = city.rng("media_reports", span.month)
    at = city.hits(rng, city.rate("media_reports"), span.months, span.least)
    day = city.dates(rng, at, span, "media_reports")
    yield _party(city, at) | {
        "核实编号": _documents(city, "report", "YQ{y}{n:0>6}", day),
        "媒体名称": chosen(("云津日报", "云津晚报", "云津电视台"), rng.integers(3, size=len(at))),
        "标题": chosen(("预付卡难退", "产品质量被曝光", "拖欠工资引发讨薪"), rng.integers(3, size=len(at))),
        "发布日期": days(day),
        "核实日期": days(np.minimum(day + 3, span.end)),
        "核实单位": bureau("市场监督管理局", city.districts(at)),
    }
