"""What firms declare of themselves: their actual controllers, who acts with whom, and their beneficial owners."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from loaders.synthetic.cells import Block, chosen, days, same
from loaders.synthetic.city import City
from loaders.synthetic.ownership import Holder
from loaders.synthetic.span import Span

_TIES = ("实际控制", "共同控制", "一致行动", "董事任免权")
_BASES = ("协议", "表决权", "任免", "亲属")
_CONCERT = 2
_HISTORY = 24  # months of declarations in the first delivery
_QUARTER = 2_500  # of 10,000: from that share on a holder is a beneficial owner


def controllers(city: City, span: Span) -> Iterator[Block]:
    """The representatives of some firms control them, alone or with their supervisors, or act with somebody else."""
    rng, firms = city.rng("control_declarations", span.month), city.firms
    rate = city.rate("control_declarations")
    firm = np.unique(city.hits(rng, rate, _HISTORY if span.first else span.months, span.least))
    rep, tie = firms["rep"][firm].astype(np.int64), rng.choice(len(_TIES), len(firm), p=(0.5, 0.1, 0.3, 0.1))
    other = city.existing_people(rng, len(firm))
    tie[(tie == _CONCERT) & (other == rep)] = 0
    concert = (tie == _CONCERT).tolist()

    def partner(cells: list[str]) -> list[str]:
        return [cell if acts else "" for cell, acts in zip(cells, concert, strict=True)]

    yield {
        "统一社会信用代码": firms.codes(firm),
        "企业名称": firms.names(firm),
        "控制人名称": city.people.names(rep),
        "控制人类型": same("自然人", len(firm)),
        "控制人证件号码": city.people.numbers(rep),
        "关系类型": chosen(_TIES, tie),
        "控制依据": chosen(_BASES, rng.choice(len(_BASES), len(firm), p=(0.5, 0.3, 0.1, 0.1))),
        "一致行动人名称": partner(city.people.names(other)),
        "一致行动人证件号码": partner(city.people.numbers(other)),
        "起始日期": days(city.dates(rng, firm, span, "control_declarations")),
        "申报编号": [f"KZ{n:08d}" for n in city.serials("control", len(firm)).tolist()],
    }


def beneficial_owners(city: City, span: Span) -> Iterator[Block]:
    """Some of the people who hold a quarter or more, with what the register says of them."""
    rng, held = city.rng("beneficial_ownership", span.month), city.holdings
    large = (held["kind"] == Holder.PERSON) & (held["until"] == 0) & (held["share"] >= _QUARTER)
    at = np.flatnonzero(large & city.firms.living()[held["firm"].astype(np.int64)])
    months = _HISTORY if span.first else span.months
    at = at[rng.random(len(at)) < city.rate("beneficial_ownership")[held["firm"][at].astype(np.int64)] * months]
    firm, holder = held["firm"][at].astype(np.int64), held["holder"][at].astype(np.int64)
    shares = [f"{s / 100:g}" for s in held["share"][at].tolist()]
    yield {
        "申报记录号": [f"SY{n:08d}" for n in city.serials("beneficial", len(at)).tolist()],
        "企业统一社会信用代码或标识": city.firms.codes(firm),
        "企业名称": city.firms.names(firm),
        "受益人类别": same("自然人", len(at)),
        "受益人证件号码": city.people.numbers(holder),
        "受益人名称": city.people.names(holder),
        "受益权益": [f"持股 ={share}；表决权 ={share}" for share in shares],
        "持有方式": same("直接", len(at)),
        "是否受益所有人": same("是", len(at)),
        "权益取得日期": days(held["since"][at]),
    }
