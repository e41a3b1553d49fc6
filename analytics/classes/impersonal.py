"""An explanation without people, for who has stated no purpose, and the people that it names otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_NAMELESS = {"id": None, "name": None}
_UNSAID = {"id": None, "document_number": None, "what": None}


def people_in(found: dict[str, Any]) -> list[str]:
    """Ids of the people whom an explanation's evidence, ways and decisions name."""
    ends = [step[end] for step in _steps(found) for end in ("from", "to") if end in step]
    return sorted({end["id"] for end in ends if end["label"] == "Person"})


def _steps(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every relationship and record that an explanation tells."""
    for part in [*found["parts"], *(moved["part"] for moved in _moved(found))]:
        yield from (part["evidence"], *part["evidence"].get("further", ()))
        yield from (step for way in part.get("paths", ()) for step in way["steps"])
    yield from (made["evidence"] for made in found["decisions"] if made["evidence"])


def unnamed(record: dict[str, Any]) -> dict[str, Any]:
    """A record of a person that is not named."""
    return record | _UNSAID


def without_people(found: dict[str, Any]) -> dict[str, Any]:
    """An explanation that names no person and no record of one."""
    hidden = found | {"parts": [_part(part) for part in found["parts"]]}
    hidden["decisions"] = [_decision(decision) for decision in found["decisions"]]
    if "what_if" in found:
        moved = [one | {"part": _part(one["part"])} for one in _moved(found)]
        hidden["what_if"] = found["what_if"] | {"parts": moved}
    return hidden


def _moved(found: dict[str, Any]) -> list[dict[str, Any]]:
    """The parts that a what-if changes."""
    return list(found.get("what_if", {}).get("parts", ()))


def _decision(decision: dict[str, Any]) -> dict[str, Any]:
    """Whose record it was about is not known any more, so none is named."""
    about = decision["evidence"]
    if not about:
        return decision
    return decision | {"evidence": unnamed(about) if about["kind"] == "record" else _step(about)}


def _part(part: dict[str, Any]) -> dict[str, Any]:
    shown = _step(part["evidence"])
    if "further" in shown:
        shown["further"] = [_step(one) for one in shown["further"]]
    hidden = part | {"evidence": shown}
    if "paths" not in part:
        return hidden
    if any(_of_person(way) and way["end"]["id"] == part["evidence"].get("id") for way in part["paths"]):
        hidden["evidence"] = unnamed(shown)
    return hidden | {"paths": [_way(way) for way in part["paths"]]}


def _step(step: dict[str, Any]) -> dict[str, Any]:
    """A relationship without the names of people; anything else as it is."""
    people = [end for end in ("from", "to") if end in step and step[end]["label"] == "Person"]
    return step | {end: step[end] | _NAMELESS for end in people}


def _way(way: dict[str, Any]) -> dict[str, Any]:
    steps = [_step(step) for step in way["steps"]]
    if not _of_person(way):
        return way | {"steps": steps}
    steps[-1]["to"] = steps[-1]["to"] | _NAMELESS
    return way | {"steps": steps, "end": unnamed(way["end"])}


def _of_person(way: dict[str, Any]) -> bool:
    """Whether a way ends at a record of a person."""
    last = way["steps"][-1] if way["steps"] else None
    return last is not None and last["type"] == "SUBJECT_OF" and last["from"]["label"] == "Person"
