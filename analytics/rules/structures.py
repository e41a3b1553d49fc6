"""The dated pack of structures: what parameters are where nobody gives them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, TypeVar

import yaml

from analytics.algorithm import Parameters
from graph.errors import PackError
from graph.projection import GraphProjection

P = TypeVar("P", bound=Parameters)


@cache
def structure_packs() -> tuple[Mapping[str, Any], ...]:
    """The packs in order of time; PackError for a gap, an overlap, no source or an end."""
    text = resources.files("analytics").joinpath("rules/structures.yaml").read_text("utf-8")
    packs = yaml.safe_load(text)["packs"]
    for pack, following in zip(packs, [*packs[1:], None], strict=True):
        if not pack.get("source"):
            raise PackError(f"structures.yaml: {pack['pack']} names no source", "Every rule names its text.")
        if pack["valid_to"] != (following and following["valid_from"]):
            raise PackError(
                f"structures.yaml: {pack['pack']} and what follows leave a gap or overlap",
                "Let one end on the day the next begins, the last never.",
            )
    return tuple(packs)


def settings_on(projection: GraphProjection, name: str) -> Mapping[str, Any]:
    """What the pack in force on a projection's day says of an algorithm; a graph without a day takes the last."""
    stated = projection.manifest.get("as_of")
    return settings_of(dt.date.fromisoformat(stated) if stated else structure_packs()[-1]["valid_from"], name)


def settings_of(day: dt.date, name: str) -> Mapping[str, Any]:
    """What the pack in force on a day says of an algorithm."""
    packs = structure_packs()
    found = [p for p in packs if p["valid_from"] <= day]
    if not found:
        raise PackError(f"no structures pack is in force on {day}", "The first begins later.")
    return dict(found[-1][name])


def completed(projection: GraphProjection, name: str, params: P) -> P:
    """Parameters in which whatever is not given is as the pack of the projection's day says."""
    settings = settings_on(projection, name)
    lacking = {n: settings[n] for n, given in params if given is None and n in settings}
    return type(params).model_validate({**params.model_dump(), **lacking})
