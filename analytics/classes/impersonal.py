"""An explanation without people, for who has stated no purpose, and the people that it names otherwise."""

from __future__ import annotations

from typing import Any

_NAMELESS = {"id": None, "name": None}
_UNSAID = {"id": None, "document_number": None, "what": None}


def people_in(found: dict[str, Any]) -> list[str]:
    """Ids of the people whom an explanation's evidence and ways name."""
    steps = [step for part in found["parts"] for way in part.get("paths", ()) for step in way["steps"]]
    steps += [part["evidence"] for part in found["parts"]]
    ends = [s[end] for s in steps for end in ("from", "to") if end in s]
    return sorted({end["id"] for end in ends if end["label"] == "Person"})


def without_people(found: dict[str, Any]) -> dict[str, Any]:
    """An explanation that names no person and no record of one."""
    return found | {"parts": [_part(part) for part in found["parts"]]}


def _part(part: dict[str, Any]) -> dict[str, Any]:
    hidden = part | {"evidence": _step(part["evidence"])}
    if "paths" not in part:
        return hidden
    if any(_of_person(way) and way["end"]["id"] == part["evidence"].get("id") for way in part["paths"]):
        hidden["evidence"] = part["evidence"] | _UNSAID
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
    return way | {"steps": steps, "end": way["end"] | _UNSAID}


def _of_person(way: dict[str, Any]) -> bool:
    """Whether a way ends at a record of a person."""
    last = way["steps"][-1] if way["steps"] else None
    return last is not None and last["type"] == "SUBJECT_OF" and last["from"]["label"] == "Person"
