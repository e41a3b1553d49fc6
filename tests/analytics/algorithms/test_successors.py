"""Successors: what must be common, within which months, and until when; exact updates."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings

from analytics.algorithm import Result
from analytics.algorithms.successors import Successors
from graph.projection import GraphProjection
from tests.analytics.algorithms.changing import Graph, follows_exactly, sequences
from tests.analytics.algorithms.drawing import drawn, names_of, rows_of

SUCCESSORS = Successors()
REP, POST, AT, USES = "LEGAL_REPRESENTATIVE_OF", "HOLDS_POST_IN", "REGISTERED_AT", "USES_CONTACT"
LABELS = {"P": "Person", "Q": "Person", "A": "Address", "T": "Contact"}
REVOKED = 18_000  # the day on which the register approved the seed's revocation


def successors(projection: GraphProjection, **params: Any) -> Result:
    return SUCCESSORS.compute(projection, SUCCESSORS.read_parameters(params))


def town(*edges: tuple[Any, ...], founded: int = REVOKED + 100, trade: str = "F51", **more: Any) -> GraphProjection:
    """`old`, revoked, and `new`."""
    return drawn(
        *edges,
        labels=LABELS,
        columns=("valid_from",),
        status={"old": "revoked", "new": "active"},
        approved_on={"old": REVOKED, "new": founded},
        established_on={"old": 15_000, "new": founded},
        industry={"old": "F51", "new": trade},
        **more,
    )


PERSON = ((REP, "P", "old"), (POST, "P", "new"))
ADDRESS = ((AT, "old", "A"), (AT, "new", "A"))
CONTACT = ((USES, "old", "T"), (USES, "new", "T"))


@pytest.mark.parametrize(
    ("edges", "trade", "common"),
    [
        ((*PERSON, *ADDRESS), "J66", (True, False, False)),
        ((*PERSON, *CONTACT), "J66", (False, True, False)),
        (PERSON, "F51", (False, False, True)),
        ((*PERSON, *ADDRESS, *CONTACT), "F51", (True, True, True)),
    ],
)
def test_the_same_person_and_an_address_contact_or_trade(
    edges: tuple[Any, ...], trade: str, common: tuple[bool, ...]
) -> None:
    projection = town(*edges, trade=trade)
    result = successors(projection)
    columns = ("firm", "seed", "reason", "event_on", "began_on", "people", "person", "address", "contact", "industry")
    assert rows_of(projection, result, *columns) == [("new", "old", "revoked", REVOKED, REVOKED + 100, 1, "P", *common)]


@pytest.mark.parametrize(
    "edges",
    [
        (*ADDRESS, *CONTACT, (REP, "P", "old"), (REP, "Q", "new")),  # another person
        (*PERSON, (AT, "old", "A"), (USES, "new", "T")),  # nothing but the person
    ],
)
def test_a_person_alone_or_a_place_alone_is_not_enough(edges: tuple[Any, ...]) -> None:
    assert len(successors(town(*edges, trade="J66"))) == 0


@pytest.mark.parametrize(("founded", "found"), [(0, 0), (1, 1), (365, 1), (366, 0), (-10, 0)])
def test_within_twelve_months(founded: int, found: int) -> None:
    """18,000 is 2019-04-14; twelve months later it is 18,366, a leap year's: 2020-04-14 still counts."""
    days = founded if founded < 365 else founded + 1
    assert len(successors(town(*PERSON, founded=REVOKED + days))) == found


def test_whoever_moved_in_later_may_succeed_too() -> None:
    """Founded long before, but registered at the seed's address a hundred days after."""
    moved = pd.Timestamp("1970-01-01") + pd.Timedelta(days=REVOKED + 100)
    edges = (*PERSON, (AT, "old", "A"), (AT, "new", "A", moved))
    projection = town(*edges, founded=16_000, trade="J66")
    assert rows_of(projection, successors(projection), "firm", "began_on") == [("new", REVOKED + 100)]
    assert len(successors(town(*PERSON, *ADDRESS, founded=16_000, trade="J66"))) == 0
    crowd = town(*edges, *((AT, f"c{i}", "A") for i in range(9)), founded=16_000, trade="J66")
    assert (len(successors(crowd, largest_hub=11)), len(successors(crowd, largest_hub=10))) == (1, 0)


def test_who_came_after_the_event_was_not_there() -> None:
    late = pd.Timestamp("1970-01-01") + pd.Timedelta(days=REVOKED + 1)
    assert len(successors(town((REP, "P", "old", late), (REP, "P", "new")))) == 0


def test_hosted_addresses_join_nobody() -> None:
    projection = town(*PERSON, *ADDRESS, trade="J66")
    projection.states["Address"] = {**projection.states["Address"], "kind": pd.Series(["hosted"]).to_numpy(object)}
    assert len(successors(projection)) == 0


def test_it_ends_when_the_seed_may_no_longer_be_used() -> None:
    projection = town(*PERSON)
    for day, found in (("2022-04-13", 1), ("2022-04-14", 0)):  # three years after 2019-04-14
        projection.manifest["as_of"] = day
        assert len(successors(projection)) == found


def test_a_hub_leads_nowhere_and_is_named() -> None:
    projection = town(*PERSON, *((REP, "P", f"c{i}") for i in range(5)))
    result = successors(projection, largest_hub=6)
    assert len(result) == 0 and [(w.code, len(w.nodes)) for w in result.warnings] == [("hub", 1)]


def test_its_parts_name_every_tie() -> None:
    projection = town(*PERSON, *ADDRESS, *CONTACT)
    names = names_of(projection)
    parts = successors(projection).parts(0)
    assert [(p.note, "-".join(names[k] for k in p.nodes), len(p.relationships)) for p in parts] == [
        ("revoked", "old", 0),
        ("person", "old-P-new", 2),
        ("address", "old-A-new", 2),
        ("contact", "old-T-new", 2),
        ("industry", "old-new", 0),
    ]


def test_bad_input() -> None:
    assert len(successors(drawn())) == 0 and len(successors(drawn(labels=LABELS))) == 0


@given(sequences(REP, POST, AT, USES, least=20))
@settings(max_examples=25)
def test_an_update_equals_a_full_run(changes: list[Graph]) -> None:
    follows_exactly(SUCCESSORS, changes, SUCCESSORS.read_parameters({"largest_hub": 3}))
