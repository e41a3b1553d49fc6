"""An explanation without people, for who has stated no purpose, and the people that it names otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_NAMELESS = {"id": None, "name": None}
_UNSAID: dict[str, Any] = {
    "id": None,
    "document_number": None,
    "authority": None,
    "date": None,
    "what": None,
    "usable_until": None,
    "objected_since": None,
    "people": [],
}


def people_in(found: dict[str, Any]) -> list[str]:
    """Ids of the people whom an explanation's evidence, ways and decisions name, and whose records they are."""
    told = list(_told(found))
    ends = [one[end] for one in told for end in ("from", "to") if end in one]
    named = {end["id"] for end in ends if end["label"] == "Person"}
    return sorted(named.union(*(one.get("people", ()) for one in told)))


def _told(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every relationship and record that an explanation tells."""
    for part in [*found["parts"], *(moved["part"] for moved in _moved(found))]:
        yield from (part["evidence"], *part["evidence"].get("further", ()))
        for way in part.get("paths", ()):
            yield from way["steps"]
            yield from [way["end"]] if way["end"] else []
    yield from (made["evidence"] for made in found["decisions"] if made["evidence"])


def unnamed(record: dict[str, Any]) -> dict[str, Any]:
    """A record of nobody but people that is not named; any other as it is."""
    return record | _UNSAID if record.get("people") else record


def without_people(found: dict[str, Any]) -> dict[str, Any]:
    """An explanation that names no person and no record of one."""
    hidden = found | {"parts": [_part(part) for part in found["parts"]]}
    hidden["decisions"] = [
        made | {"evidence": made["evidence"] and _one(made["evidence"])} for made in found["decisions"]
    ]
    if "what_if" in found:
        moved = [one | {"part": _part(one["part"])} for one in _moved(found)]
        hidden["what_if"] = found["what_if"] | {"parts": moved}
    return hidden


def _moved(found: dict[str, Any]) -> list[dict[str, Any]]:
    """The parts that a what-if changes."""
    return list(found.get("what_if", {}).get("parts", ()))


def _part(part: dict[str, Any]) -> dict[str, Any]:
    shown = _one(part["evidence"])
    if "further" in shown:
        shown["further"] = [_one(one) for one in shown["further"]]
    ways = {"paths": [_way(way) for way in part["paths"]]} if "paths" in part else {}
    return part | {"evidence": shown} | ways


def _one(told: dict[str, Any]) -> dict[str, Any]:
    """A relationship without the names of people, a record of people unnamed; anything else as it is."""
    people = [end for end in ("from", "to") if end in told and told[end]["label"] == "Person"]
    return unnamed(told) | {end: told[end] | _NAMELESS for end in people}


def _way(way: dict[str, Any]) -> dict[str, Any]:
    """A way whose people and whose record at the end, if it is one of people, are not named."""
    steps, end = [_one(step) for step in way["steps"]], way["end"]
    if end and end.get("people") and steps and steps[-1]["type"] == "SUBJECT_OF":
        steps[-1]["to"] = steps[-1]["to"] | _NAMELESS
    return way | {"steps": steps, "end": end and unnamed(end)}
