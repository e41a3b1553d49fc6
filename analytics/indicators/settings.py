"""What a model states of each indicator: points, and what its function reads beside them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any

from pydantic import AfterValidator, Field, Strict, create_model

from analytics.rules.entries import Entry, Text
from graph.fault import Fault

Count = Annotated[int, Strict(), Field(ge=0)]
Some = Annotated[int, Strict(), Field(ge=1)]
Amount = Annotated[float, Field(ge=0)]
Weights = Mapping[Text, Amount]
Names = tuple[Text, ...]


def _weights_with(name: str) -> Any:
    """Weights by kind of which one is read whatever is found."""

    def holds(given: Weights) -> Weights:
        if name not in given:
            raise Fault(f"{name} is missing", "Give it a weight.", f"缺少 {name}。请为其给出权重。")
        return given

    return Annotated[Weights, AfterValidator(holds)]


class IndicatorSettings(Entry):
    """Of every indicator: its most points; whether it lowers the score, is a red line or a floor; its half-life in
    months."""

    points: Count
    positive: bool = False
    red_line: bool = False
    floor_c: bool = False
    half_life: Some | None = None


class Crowd(Entry):
    """From how many on sharing counts, and how much."""

    least: Count
    weight: Amount


_BESIDE: dict[str, dict[str, Any]] = {
    "B2": {"capital_from_yuan": Count, "staffed": Amount},
    "B3": {"sectors": Weights},
    "B4": {"years": Some},
    "B5": {"kinds": Weights},
    "B6": {"months": Count, "each": Amount},
    "D1": {"years": Some, "lost_from": Some, "steps": tuple[Amount, ...]},
    "D2": {"each": Amount},
    "D3": {"changes": Some, "window_months": Some},
    "D4": {"window_months": Some},
    "D5": {"window_months": Some},
    "D6": {"window_months": Some, "drop": Amount},
    "D7": {"contradictory": Amount},
    "D8": {"lost_from": Some, "steps": tuple[Amount, ...]},
    "R3": {"lists": Names},
    "R4": {"floor_c_after_months": Count, "reasons": Weights},
    "R5": {"severity": Weights},
    "R6": {"window_months": Some},
    "R8": {"results": Weights},
    "R9": {"roles": _weights_with("other")},
    "R10": {"kinds": Weights},
    "R11": {"kinds": Weights},
    "R12": {"each": Amount},
    "R13": {"lists": Weights},
    "R14": {"each": Amount},
    "G1": {"each": Amount, "confirmed_floor": bool},
    "G2": {
        "confirmed_floor": bool,
        "months": Some,
        "lists": Names,
        "kinds": Names,
        "severities": Names,
        "fine_from": Amount | None,
        "statuses": Names,
        "status_years": Count,
    },
    "G3": {"lists": Names, "prior": Amount, "weight": Amount},
    "G4": {"least": Count},
    "G5": {"least": Count, "days": Some, "enough": Some, "window_months": Some},
    "G6": {"contacts": Crowd, "agents": Crowd},
    "G7": {"address": Amount, "contact": Amount, "industry": Amount},
    "G8": {"unresolved": Amount, "depth": Count, "budget": Some},
    "G9": {"each": Amount},
    "G10": {"circle": Amount, "chain": Amount, "unknown": Amount},
    "G11": {"steps": tuple[tuple[Amount, Amount], ...]},
    "S1": {"each": Amount, "window_months": Some},
    "S2": {"enough": Some, "outcomes": Weights},
    "S3": {"days": Some, "enough": Some, "ratio": Amount},
    "S4": {"large_yuan": Count, "results": _weights_with("pending")},
    "S5": {"kinds": Weights},
    "S6": {"each": Amount},
    "P1": {"kinds": _weights_with("other")},
    "P2": {"kept": Amount, "verified": Amount},
    "P3": {"enough": Some},
    "W1": {"by_month": tuple[Amount, ...]},
}


@cache
def settings_model(indicator: str) -> type[IndicatorSettings]:
    """What is stated of an indicator; all of it is needed but what every indicator has."""
    beside = {name: (kind, ...) for name, kind in _BESIDE.get(indicator, {}).items()}
    return create_model(indicator, __base__=IndicatorSettings, **beside)  # type: ignore[call-overload,no-any-return]
