from __future__ import annotations

import datetime as dt

from analytics.ownership.holdings import holdings
from graph.declaration import SHARE_ONE
from graph.projection import GraphProjection
from graph.time import Moment
from tests.conftest import Office, declared, firm, uscc


def test_of_a_company_the_first_source_counts_alone(desk: Office) -> None:
    """The register names a holder by name only, a declaration the same person by number: he is not counted twice."""
    desk.deliver("registrations", [firm(1), firm(2)], full=True)
    desk.deliver(
        "shareholders",
        [{"统一社会信用代码": uscc(1), "股东名称": "样例甲", "股东类型": "自然人", "持股比例": "100%"}],
    )
    desk.deliver("beneficial_ownership", [declared(i, 1, "样例甲") for i in (1, 2)])
    projection = GraphProjection.from_store(desk.store, Moment.on(dt.date(2026, 2, 1)))
    assert len(projection.types["HOLDS_SHARES_IN"]) == 3
    held = holdings(projection)
    assert held.low.tolist() == [SHARE_ONE, SHARE_ONE] and len(set(held.company.tolist())) == 2
    assert [(w.code, len(w.nodes)) for w in held.warnings] == [("several_sources", 1)]
