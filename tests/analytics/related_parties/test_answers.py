"""Related parties: the known answers, levels, evidence and dates, on graphs drawn by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.related_parties.answers import Answer, relations_among, relations_of
from analytics.rules.related_parties import Level
from graph.errors import PackError
from graph.projection import GraphProjection
from graph.time import iso, to_day
from tests.analytics.algorithms.graphs import Edge, graph, key, names

TODAY = to_day(dt.date(2026, 11, 23))
CHAIR, SEAT = "HOLDS_POST_IN:chairman", "HOLDS_POST_IN:director"


def among(edges: list[Edge], *parties: str, day: int = TODAY, kin: Any = (), **more: Any) -> set[tuple[str, str]]:
    """(level, rule) of every relation, the rules that bind listed companies only marked."""
    drawn = graph(edges, **more)
    found = relations_among(
        drawn, day, [key(drawn, p) for p in parties], [(key(drawn, a), key(drawn, b)) for a, b in kin]
    )
    return {(r.level.value, r.rule + ("*" if r.listed else "")) for r in found.relations}


def unconditional(found: set[tuple[str, str]], level: Level = Level.STATUTORY) -> set[str]:
    return {rule for at, rule in found if at == level.value and not rule.endswith("*")}


# --- known answers: algorithms.md section 4, and the issue --------------------------------------------


def test_sixty_and_fifty_five_per_cent_under_one_person_are_related() -> None:
    # P -60%-> X, P -55%-> Y
    found = among([("P", "X", 0.6), ("P", "Y", 0.55)], "X", "Y")
    assert unconditional(found) == {"CAS36-4-10", "CL-COMMON"}


def test_twenty_and_twenty_per_cent_are_not() -> None:
    # P -20%-> X, P -20%-> Y and nothing else; excluded by 解释第13号, which says why
    assert among([("P", "X", 0.2), ("P", "Y", 0.2)], "X", "Y") == {("excluded", "CAS36-INT13-2")}


def test_twenty_and_twenty_were_before_2020() -> None:
    # CAS 36 art. 3 as it read before 解释第13号 (财会〔2019〕21号), in force from 2020-01-01
    edges: list[Edge] = [("P", "X", 0.2), ("P", "Y", 0.2)]
    assert unconditional(among(edges, "X", "Y", day=to_day(dt.date(2019, 12, 31)))) == {"CAS36-3-INFLUENCE"}
    assert not unconditional(among(edges, "X", "Y", day=to_day(dt.date(2020, 1, 1))))


def test_twenty_and_fifty_one_per_cent_are_related() -> None:
    assert "CAS36-4-10" in unconditional(among([("P", "X", 0.2), ("P", "Y", 0.51)], "X", "Y"))


def test_state_firms_are_not_related_through_the_state_but_through_a_chairman() -> None:
    # S (State body) -100%-> X, Y; then Q chairs both
    edges: list[Edge] = [("S", "X", 1.0), ("S", "Y", 1.0)]
    assert among(edges, "X", "Y", states="S") == {("excluded", "CAS36-6")}
    found = among([*edges, ("Q", "X", CHAIR), ("Q", "Y", CHAIR)], "X", "Y", states="S")
    assert unconditional(found) == {"CAS36-4-10"} and ("excluded", "CAS36-6") in found


def test_state_groups_are_related_inside_and_not_across() -> None:
    # S -100%-> G -100%-> X, Z; S -100%-> Y
    edges: list[Edge] = [("S", "G", 1.0), ("G", "X", 1.0), ("G", "Z", 1.0), ("S", "Y", 1.0)]
    assert unconditional(among(edges, "X", "Z", states="S")) == {"CAS36-4-3", "CL-COMMON"}
    assert not unconditional(among(edges, "X", "Y", states="S"))


def test_a_directors_other_firm_is_related() -> None:
    # Q is a director of X and holds 51 % of Z
    assert unconditional(among([("Q", "X", SEAT), ("Q", "Z", 0.51)], "X", "Z")) == {"CAS36-4-10", "CL-COMMON"}


def test_a_supervisors_firm_is_related_by_company_law_only() -> None:
    # CAS 36 does not count supervisors among key managers; 公司法 art. 265 names them
    edges: list[Edge] = [("Q", "X", "HOLDS_POST_IN:supervisor"), ("Q", "Z", 0.51)]
    assert unconditional(among(edges, "X", "Z")) == {"CL-COMMON"}


def test_a_common_telephone_is_soft_and_two_kinds_a_presumption() -> None:
    # X, Y use telephone C; then both are registered at A
    shared: list[Edge] = [("X", "C", "USES_CONTACT"), ("Y", "C", "USES_CONTACT")]
    assert among(shared, "X", "Y") == {("soft", "SOFT-CONTACT")}
    at = [*shared, ("X", "A", "REGISTERED_AT"), ("Y", "A", "REGISTERED_AT")]
    assert among(at, "X", "Y") == {("soft", "SOFT-CONTACT"), ("soft", "SOFT-ADDRESS"), ("presumed", "PRESUMED-SOFT")}


def test_two_telephones_are_one_kind() -> None:
    twice: list[Edge] = [(f, c, "USES_CONTACT") for f in "XY" for c in ("C", "D")]
    assert among(twice, "X", "Y") == {("soft", "SOFT-CONTACT")}


def test_a_crowded_agent_presumes_nothing() -> None:
    many: list[Edge] = [(f"F{i}", "G", "FILED_BY_AGENT") for i in range(30)]
    at: list[Edge] = [("F1", "A", "REGISTERED_AT"), ("F2", "A", "REGISTERED_AT")]
    assert among([*many, *at], "F1", "F2") == {("soft", "SOFT-AGENT"), ("soft", "SOFT-ADDRESS")}


def test_a_venture_is_related_to_its_parents_and_they_not_by_that_alone() -> None:
    # M -50%-> J <-50%- N
    edges: list[Edge] = [("M", "J", 0.5), ("N", "J", 0.5)]
    assert unconditional(among(edges, "M", "J")) == unconditional(among(edges, "N", "J")) == {"CAS36-4-4"}
    assert among(edges, "M", "N") == {("excluded", "CAS36-5-3")}


def test_a_joint_venture_and_an_associate_of_one_firm_are_related_since_2020() -> None:
    # M -50%-> J <-50%- N; M -30%-> A (解释第13号)
    edges: list[Edge] = [("M", "J", 0.5), ("N", "J", 0.5), ("M", "A", 0.3)]
    assert unconditional(among(edges, "J", "A")) == {"CAS36-INT13-1"}
    assert not unconditional(among(edges, "J", "A", day=to_day(dt.date(2019, 6, 1)))) - {"CAS36-3-INFLUENCE"}


def test_an_associates_subsidiary_counts_as_the_associate_since_2020() -> None:
    # M -30%-> A -100%-> B
    edges: list[Edge] = [("M", "A", 0.3), ("A", "B", 1.0)]
    assert unconditional(among(edges, "M", "B")) == {"CAS36-4-5"}
    assert not unconditional(among(edges, "M", "B", day=to_day(dt.date(2019, 6, 1))))


def test_influence_through_what_one_controls_is_added_up() -> None:
    # M -60%-> H -12%-> X and M -8%-> X: 20 % of the votes together, exactly
    assert unconditional(among([("M", "H", 0.6), ("H", "X", 0.12), ("M", "X", 0.08)], "M", "X")) == {"CAS36-4-5"}
    assert not unconditional(among([("M", "H", 0.6), ("H", "X", 0.12), ("M", "X", 0.0799)], "M", "X"))


def test_a_limited_partners_votes_influence_nothing() -> None:
    # E executive partner of F, L 40 % of F
    assert not unconditional(among([("E", "F", "EXECUTIVE_PARTNER_OF"), ("L", "F", 0.4)], "L", "F"))
    assert unconditional(among([("E", "F", "EXECUTIVE_PARTNER_OF"), ("L", "F", 0.4)], "E", "F")) == {
        "CAS36-4-1",
        "CL-CONTROL",
    }


def test_control_by_concert_is_seen() -> None:
    # P 30 % and Q 30 % of X act in concert; both hold 30 % of Y as well: joint control of both
    edges: list[Edge] = [(p, f, 0.3) for p in "PQ" for f in "XY"] + [("P", "Q", "ACTS_IN_CONCERT_WITH")]
    assert "CAS36-4-10" in unconditional(among(edges, "X", "Y"))
    assert "CAS36-4-10" not in unconditional(among(edges[:-1], "X", "Y"))


def test_nearest_parent_and_no_sister_of_its_own_parent() -> None:
    # P -100%-> G -100%-> H -100%-> X, Y: X and Y through H, not through G as well; H and X are parent and subsidiary
    edges: list[Edge] = [("P", "G", 1.0), ("G", "H", 1.0), ("H", "X", 1.0), ("H", "Y", 1.0)]
    drawn = graph(edges)
    found = relations_among(drawn, TODAY, [key(drawn, p) for p in "XYH"])
    sisters = [r for r in found.between(key(drawn, "X"), key(drawn, "Y")) if r.rule == "CAS36-4-3"]
    assert [names(drawn)[v] for r in sisters for v in r.via] == ["H"]
    assert "CAS36-4-3" not in {r.rule for r in found.between(key(drawn, "H"), key(drawn, "X"))}


# --- kin ----------------------------------------------------------------------------------------------


def test_kin_count_only_where_they_are_handed_in() -> None:
    # P 60 % of X, R 60 % of Y: strangers, or husband and wife
    edges: list[Edge] = [("P", "X", 0.6), ("R", "Y", 0.6)]
    assert not among(edges, "X", "Y")
    married = among(edges, "X", "Y", kin=[("P", "R")])
    assert unconditional(married) == {"CAS36-4-10"}, "company law does not name families"
    assert unconditional(among(edges, "R", "X", kin=[("P", "R")])) == {"CAS36-4-8"}


def test_no_chain_of_families() -> None:
    # P - R and R - O are close family; P and O are not
    edges: list[Edge] = [("P", "X", 0.6), ("O", "Y", 0.6), ("R", "Z", 0.6)]
    assert not unconditional(among(edges, "X", "Y", kin=[("P", "R"), ("R", "O")]))


# --- dates --------------------------------------------------------------------------------------------


def dated(rows: Sequence[tuple[str, str, str, Any, str | None, str | None]]) -> GraphProjection:
    """Ties with dates: (from, to, type, share or post, since, until)."""
    nodes = sorted({n for row in rows for n in row[:2]})
    frame = pd.DataFrame(
        [
            {
                "source": a,
                "target": b,
                "type": kind,
                "share_min": what if isinstance(what, float) else None,
                "share_max": what if isinstance(what, float) else None,
                "post": what if isinstance(what, str) else None,
                "valid_from": since,
                "valid_to": until,
            }
            for a, b, kind, what, since, until in rows
        ]
    )
    return GraphProjection.from_pandas(
        pd.DataFrame({"id": nodes, "label": ["Person" if n in "PQR" else "Company" for n in nodes]}), frame
    )


def rules_on(window: GraphProjection, day: str, *parties: str) -> dict[str, str | None]:
    """By rule the day on which it held."""
    at = to_day(dt.date.fromisoformat(day))
    found = relations_among(window, at, [key(window, p) for p in parties])
    return {r.rule: iso(r.held_on) for r in found.relations if r.level is not Level.EXCLUDED}


@pytest.mark.parametrize(
    ("edges", "parties", "rule"),
    [
        ([("G", "X", 0.6)], ("G", "X"), "EX-CONTROL"),  # G -60%-> X
        ([("G", "X", 0.6), ("G", "Y", 0.7)], ("X", "Y"), "EX-SISTER"),  # G -60%-> X, G -70%-> Y
        ([("H", "X", 0.05)], ("H", "X"), "EX-HOLDER"),  # H -5%-> X
        ([("P", "X", SEAT)], ("P", "X"), "EX-OFFICER"),  # P a director of X
    ],
)
def test_each_exchange_rule_has_its_case(edges: list[Edge], parties: tuple[str, str], rule: str) -> None:
    """上交所股票上市规则 6.3.3: they bind listed companies only, and are marked so."""
    assert ("statutory", f"{rule}*") in among(edges, *parties)
    assert ("statutory", f"{rule}*") not in among([("P", "Z", 0.04), ("Z", "Y", 0.04)], "Z", "Y")


def test_exchange_rules_look_twelve_months_back_and_forward() -> None:
    # Q was a director of X until 2026-01-31; Q holds 60 % of Z
    window = dated(
        [
            ("Q", "X", "HOLDS_POST_IN", "director", "2020-01-01", "2026-01-31"),
            ("Q", "Z", "HOLDS_SHARES_IN", 0.6, "2019-01-01", None),
        ]
    )
    assert set(rules_on(window, "2026-01-30", "X", "Z")) == {"CAS36-4-10", "CL-COMMON", "EX-PERSON"}
    after = rules_on(window, "2026-11-23", "X", "Z")
    assert set(after) == {"EX-PERSON"} and after["EX-PERSON"] < "2026-01-31"  # type: ignore[operator]
    assert rules_on(window, "2027-01-30", "X", "Z"), "he was a director twelve months before"
    assert not rules_on(window, "2027-01-31", "X", "Z")
    assert set(rules_on(window, "2019-01-01", "X", "Z")) == {"EX-PERSON"}, "he is to be one within twelve months"
    assert not rules_on(window, "2018-12-31", "X", "Z")


def test_shares_bought_and_sold_never_add_up_across_days() -> None:
    # P held 3 % of X until June and 3 % (bought anew, under another number) since: never 5 %
    window = dated(
        [
            ("P", "X", "HOLDS_SHARES_IN", 0.03, "2020-01-01", "2026-06-01"),
            ("P", "X", "HOLDS_SHARES_IN", 0.03, "2026-06-01", None),
        ]
    )
    assert not rules_on(window, "2026-11-23", "P", "X")


# --- evidence -----------------------------------------------------------------------------------------


def test_every_answer_names_its_relationships_and_their_dates() -> None:
    # P -60%-> H -60%-> X (2020-), P represents Y (2021-): the whole chain is named
    window = dated(
        [
            ("P", "H", "HOLDS_SHARES_IN", 0.6, "2019-01-01", None),
            ("H", "X", "HOLDS_SHARES_IN", 0.6, "2020-01-01", "2030-01-01"),
            ("P", "Y", "LEGAL_REPRESENTATIVE_OF", None, "2021-01-01", None),
        ]
    )
    found = relations_among(window, TODAY, [key(window, "X"), key(window, "Y")])
    (relation,) = [r for r in found.relations if r.rule == "CAS36-4-10"]
    name = names(window)
    links = {(name[x.start], x.type, name[x.end], iso(x.valid_from), iso(x.valid_to)) for x in relation.links}
    assert links == {
        ("P", "HOLDS_SHARES_IN", "H", "2019-01-01", None),
        ("H", "HOLDS_SHARES_IN", "X", "2020-01-01", "2030-01-01"),
        ("P", "LEGAL_REPRESENTATIVE_OF", "Y", "2021-01-01", None),
    }
    assert {x.told().get("share_min") for x in relation.links} == {0.6, None}
    way = [(name[x.first], name[x.last]) for x in relation.links]
    assert way in ([("X", "H"), ("H", "P"), ("P", "Y")], [("Y", "P"), ("P", "H"), ("H", "X")]), "one step after another"
    assert (way[0][0], way[-1][1]) == (name[relation.one], name[relation.other])
    assert "第四条（十）" in relation.article and relation.source


def test_two_ways_of_control_are_told_one_after_the_other() -> None:
    # P -100%-> A, B; A -30%-> X, B -30%-> X; X is a branch's head office: Z
    window = dated(
        [
            ("P", "A", "HOLDS_SHARES_IN", 1.0, "2020-01-01", None),
            ("P", "B", "HOLDS_SHARES_IN", 1.0, "2020-01-01", None),
            ("A", "X", "HOLDS_SHARES_IN", 0.3, "2020-01-01", None),
            ("B", "X", "HOLDS_SHARES_IN", 0.3, "2020-01-01", None),
            ("Z", "X", "BRANCH_OF", None, "2021-01-01", None),
        ]
    )
    found = relations_among(window, TODAY, [key(window, "P"), key(window, "Z")])
    (relation,) = [r for r in found.relations if r.rule == "CL-CONTROL"]
    name = names(window)
    way = [(name[x.first], name[x.last]) for x in relation.links]
    first, second = ([("P", n), (n, "X")] for n in "AB")
    ways = [*first, ("X", "Z"), *second], [*second, ("X", "Z"), *first]
    assert way in ways, "from the controller down, the branch from its head office"
    assert [x.backward for x in relation.links if x.type == "BRANCH_OF"] == [True]


# --- identity -----------------------------------------------------------------------------------------


def test_one_person_only_probably_makes_a_presumption() -> None:
    # P 60 % of X, P2 60 % of Y; P and P2 are one with .97, with 1, with .9
    def level(probability: float) -> set[Level]:
        rows = [
            ("P", "X", "HOLDS_SHARES_IN", 0.6, None),
            ("P2", "Y", "HOLDS_SHARES_IN", 0.6, None),
            ("P", "P2", "SAME_AS", None, probability),
        ]
        frame = pd.DataFrame(rows, columns=["source", "target", "type", "share_min", "probability"])
        frame["share_max"] = frame["share_min"]
        nodes = pd.DataFrame({"id": ["P", "P2", "X", "Y"], "label": ["Person", "Person", "Company", "Company"]})
        drawn = GraphProjection.from_pandas(nodes, frame)
        found = relations_among(drawn, TODAY, [key(drawn, "X"), key(drawn, "Y")])
        if probability == 0.97:
            assert all("SAME_AS" in {link.type for link in r.links} for r in found.relations)
        return {r.level for r in found.relations}

    assert level(0.97) == {Level.PRESUMED}
    assert level(1.0) == {Level.STATUTORY}
    assert level(0.9) == set()


# --- all related parties of one, and many -------------------------------------------------------------


def all_of(drawn: GraphProjection, party: str) -> dict[str, set[str]]:
    found = relations_of(drawn, TODAY, key(drawn, party))
    name, out = names(drawn), dict[str, set[str]]()
    for r in found.relations:
        assert key(drawn, party) in (r.one, r.other)
        other = r.other if r.one == key(drawn, party) else r.one
        out.setdefault(name[other], set()).add(r.rule)
    return out


def test_all_related_parties_of_one_firm() -> None:
    # P -60%-> H -60%-> A -30%-> B; H -60%-> C; Q director of H; D shares A's telephone; P -60%-> E
    edges: list[Edge] = [
        ("P", "H", 0.6),
        ("H", "A", 0.6),
        ("A", "B", 0.3),
        ("H", "C", 0.6),
        ("Q", "H", SEAT),
        ("P", "E", 0.6),
        ("A", "T", "USES_CONTACT"),
        ("D", "T", "USES_CONTACT"),
    ]
    found = all_of(graph(edges), "A")
    assert set(found) == {"P", "H", "B", "C", "Q", "D", "E"}
    assert "CAS36-4-1" in found["H"] and "CAS36-4-5" in found["B"] and "CAS36-4-3" in found["C"]
    assert "CAS36-4-9" in found["Q"] and found["D"] == {"SOFT-CONTACT"} and "CAS36-4-10" in found["E"]


@given(
    st.lists(
        st.tuples(st.sampled_from("PQABC"), st.sampled_from("ABCDE"), st.sampled_from([0.05, 0.2, 0.3, 0.5, 0.6])),
        max_size=9,
        unique_by=lambda e: e[:2],
    )
)
def test_asking_all_at_once_asks_each_pair(edges: list[Edge]) -> None:
    """The relations among all are those of each pair alone, and those that each has of all."""
    drawn = graph([e for e in edges if e[0] != e[1]], nodes="ABCDE")
    parties = [key(drawn, p) for p in "ABCDE"]

    def plain(answer: Answer, excluded: bool) -> set[Any]:
        kept = (r for r in answer.relations if excluded or r.level is not Level.EXCLUDED)
        return {(frozenset((r.one, r.other)), r.rule, r.level, r.via, r.links) for r in kept}

    together = relations_among(drawn, TODAY, parties)
    pairs = [(a, b) for i, a in enumerate(parties) for b in parties[:i]]
    alone: set[Any] = set().union(*(plain(relations_among(drawn, TODAY, pair), True) for pair in pairs))
    assert plain(together, True) == alone
    singly: set[Any] = set().union(*(plain(relations_of(drawn, TODAY, p), False) for p in parties))
    assert plain(together, False) == {row for row in singly if row[0] <= set(parties)}
    for r in together.relations:
        assert r.links and r.article, "no answer without its relationships and its text"
        assert r.level in (Level.STATUTORY, Level.EXCLUDED), "nothing soft is here"


def test_nobody_is_related_in_an_empty_graph_and_strangers_are_no_error() -> None:
    drawn = graph([("A", "B", 0.1)])
    assert relations_among(drawn, TODAY, [key(drawn, "A"), 12345]).relations == ()
    assert relations_among(graph([], nodes="AB"), TODAY, []).relations == ()


def test_before_the_first_rules_there_is_no_answer() -> None:
    drawn = graph([("A", "B", 0.6)])
    with pytest.raises(PackError, match="no measures"):
        relations_among(drawn, to_day(dt.date(2000, 1, 1)), [key(drawn, "A"), key(drawn, "B")])


DAYS = st.sampled_from(["2025-06-01", "2026-01-01", "2026-06-01", "2027-03-01", "2028-06-01"])


@given(
    st.lists(
        st.tuples(
            st.sampled_from("PQAB"),
            st.sampled_from("ABCD"),
            st.sampled_from([("HOLDS_SHARES_IN", 0.06), ("HOLDS_SHARES_IN", 0.6), ("HOLDS_POST_IN", "director")]),
            DAYS,
            DAYS,
        ),
        max_size=7,
        unique_by=lambda e: e[:2],
    )
)
def test_the_term_holds_what_some_day_of_it_held(rows: list[Any]) -> None:
    """Rules that look back and forward find exactly what the graphs of the single days of the term hold."""
    ties = [
        (a, b, kind, what, min(s, u), max(s, u))
        for a, b, (kind, what), s, u in rows
        if a != b and s != u and (kind == "HOLDS_SHARES_IN" or a in "PQ")
    ]
    if not ties:
        return
    window = dated(ties)
    parties = [k for k, n in names(window).items() if n]

    def of_listed(answer: Answer) -> set[Any]:
        return {(frozenset((r.one, r.other)), r.rule) for r in answer.relations if r.listed}

    day_by_day: set[Any] = set()
    for day in ["2025-11-23", *(d for row in ties for d in row[4:] if "2025-11-23" < d <= "2027-11-23")]:
        held = [(a, b, kind, what, None, None) for a, b, kind, what, s, u in ties if s <= day < u]
        if held:
            graph_then = dated(held)
            there = [k for k in parties if k in set(graph_then.nodes.tolist())]
            day_by_day |= of_listed(relations_among(graph_then, TODAY, there))
    assert of_listed(relations_among(window, TODAY, parties)) == day_by_day
    assert set().union(*(of_listed(relations_of(window, TODAY, p)) for p in parties)) == day_by_day


SOFT_TIES = st.sampled_from(["USES_CONTACT", "REGISTERED_AT", "FILED_BY_AGENT"])


@given(st.lists(st.tuples(st.sampled_from("ABCD"), st.sampled_from("WXYZ"), SOFT_TIES), max_size=24, unique=True))
def test_however_many_soft_links_make_nothing_statutory(edges: list[Edge]) -> None:
    drawn = graph(edges, nodes="ABCD")
    found = relations_among(drawn, TODAY, [key(drawn, p) for p in "ABCD"])
    assert {r.level for r in found.relations} <= {Level.SOFT, Level.PRESUMED}
    for r in found.relations:
        kinds = {x.rule for x in found.between(r.one, r.other) if x.level is Level.SOFT}
        assert r.level is Level.SOFT or len(kinds) >= 2
