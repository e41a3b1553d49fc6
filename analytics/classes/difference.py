"""What a what-if changes of an explanation: the class and score before and after, and the parts that differ."""

from __future__ import annotations

from typing import Any

from analytics.classes.explanation import rests_on

_HEAD = ("class", "colour", "score", "coverage")
_OF_PART = ("points", "floor_c", "red_line")


def difference(before: dict[str, Any] | None, after: dict[str, Any]) -> dict[str, Any]:
    """Two explanations of a company compared, as plain values: the parts that differ most first.

    before: None where the company was not there.
    """
    there, then = _by_name(before), _by_name(after)
    pairs = ((there.get(n), then.get(n)) for n in sorted({*there, *then}))
    moved = [_moved(*pair) for pair in pairs if _told(pair[0]) != _told(pair[1])]
    return {
        "before": before and {n: before[n] for n in _HEAD},
        "after": {n: after[n] for n in _HEAD},
        "parts": sorted(moved, key=lambda m: -abs(_by(m))),
    }


def _by_name(found: dict[str, Any] | None) -> dict[tuple[str, str, int], dict[str, Any]]:
    """The parts by indicator and what they rest on, numbered where several rest on the same."""
    out: dict[tuple[str, str, int], dict[str, Any]] = {}
    for part in found["parts"] if found else ():
        name = (part["indicator"], rests_on(part))
        out[(*name, sum(n[:2] == name for n in out))] = part
    return out


def _told(part: dict[str, Any] | None) -> dict[str, Any] | None:
    return part and {n: part[n] for n in _OF_PART}


def _moved(old: dict[str, Any] | None, new: dict[str, Any] | None) -> dict[str, Any]:
    """`part`: as it is after, or was where it is gone."""
    return {"part": new or old, "before": _told(old), "after": _told(new)}


def _by(moved: dict[str, Any]) -> float:
    before, after = ((moved[n] or {"points": 0.0})["points"] for n in ("before", "after"))
    return float(after - before)
