"""Court cases for each party, and freezes of holdings."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from loaders.synthetic.cells import Block, chosen, days, integers, same, ten_thousands, years
from loaders.synthetic.city import City
from loaders.synthetic.columns import Int64
from loaders.synthetic.offices import bureau, court_codes
from loaders.synthetic.ownership import Holder
from loaders.synthetic.span import Span
from loaders.synthetic.vocabulary import CAUSES

_PERSONAL = 0.5  # of the plaintiffs are people
_RESULTS = ("败诉", "部分支持", "调解", "撤诉", "胜诉")
_COUNTERPARTS = ("胜诉", "部分支持", "调解", "撤诉", "败诉")


def court_cases(city: City, span: Span) -> Iterator[Block]:
    """Two rows a case: the defendant's and the plaintiff's."""
    rng, firms = city.rng("court_cases", span.month), city.firms
    at = city.hits(rng, city.rate("court_cases"), span.months, span.least)
    count, day = len(at), city.dates(rng, at, span, "court_cases")
    personal = rng.random(count) < _PERSONAL
    living = np.flatnonzero(firms.living())
    opponent = living[rng.integers(len(living), size=count)]
    plaintiff = city.existing_people(rng, count)
    result = rng.choice(len(_RESULTS), count, p=(0.45, 0.2, 0.15, 0.12, 0.08))
    courts = city.districts(at)
    numbers = city.serials("case", count).tolist()
    cases = [f"({y}){c}民初{n}号" for y, c, n in zip(years(day), court_codes(courts), numbers, strict=True)]

    def either(people: list[str], companies: list[str]) -> list[str]:
        return [p if own else c for own, p, c in zip(personal.tolist(), people, companies, strict=True)]

    blank = same("", count)
    yield {
        "当事人名称": firms.names(at) + either(city.people.names(plaintiff), firms.names(opponent)),
        "统一社会信用代码": firms.codes(at) + either(blank, firms.codes(opponent)),
        "证件号码": blank + either(city.people.numbers(plaintiff), blank),
        "案号": cases * 2,
        "案由": chosen(CAUSES, rng.integers(len(CAUSES), size=count)) * 2,
        "诉讼地位": same("被告", count) + same("原告", count),
        "标的额（万元）": ten_thousands(np.round(np.exp(rng.normal(11.8, 1.5, count)), -2).astype(np.int64)) * 2,
        "裁判结果": chosen(_RESULTS, result) + chosen(_COUNTERPARTS, result),
        "裁判日期": days(day) * 2,
        "审理法院": bureau("人民法院", courts) * 2,
    }


def holdings_of(city: City, at: Int64) -> Int64:
    """One current holding by a person or a firm in each of these companies that has one."""
    held = city.holdings
    current = np.flatnonzero((held["until"] == 0) & np.isin(held["kind"], (Holder.PERSON, Holder.FIRM)))
    firm, first = np.unique(held["firm"][current], return_index=True)
    place = np.minimum(np.searchsorted(firm, at), len(firm) - 1)
    found: Int64 = current[first[place[firm[place] == at]]]
    return found


def equity_freezes(city: City, span: Span) -> Iterator[Block]:
    """Holdings frozen for a creditor of the holder."""
    rng = city.rng("equity_freezes", span.month)
    hit = np.unique(city.hits(rng, city.rate("equity_freezes"), span.months, 8 * span.least))
    held = holdings_of(city, hit)
    company = city.holdings["firm"][held].astype(np.int64)
    day, courts, count = city.dates(rng, company, span, "equity_freezes"), city.districts(company), len(held)
    names, codes, numbers = holders(city, held)
    parts = zip(years(day), court_codes(courts), integers(city.serials("freeze", count)), strict=True)
    yield {
        "被执行人": names,
        "统一社会信用代码": codes,
        "证件号码": numbers,
        "标的企业名称": city.firms.names(company),
        "标的企业统一社会信用代码": city.firms.codes(company),
        "执行裁定书文号": [f"({y}){c}执保{n}号" for y, c, n in parts],
        "冻结股权数额（万元）": ten_thousands(city.holdings["subscribed"][held]),
        "冻结范围": chosen(("全部", "部分"), (rng.random(count) < 0.2).astype(np.int64)),
        "冻结期限自": days(day),
        "冻结期限至": days(day + 3 * 365),
        "公示日期": days(np.minimum(day + 2, span.end)),
        "执行法院": bureau("人民法院", courts),
    }


def holders(city: City, held: Int64) -> tuple[list[str], list[str], list[str]]:
    """Names, codes and identity numbers of the people and firms that have these holdings."""
    holder, personal = city.holdings["holder"][held].astype(np.int64), city.holdings["kind"][held] == Holder.PERSON
    names, codes, numbers = (np.full(len(held), "", dtype=object) for _ in range(3))
    names[personal], numbers[personal] = city.people.names(holder[personal]), city.people.numbers(holder[personal])
    names[~personal], codes[~personal] = city.firms.names(holder[~personal]), city.firms.codes(holder[~personal])
    return names.tolist(), codes.tolist(), numbers.tolist()
