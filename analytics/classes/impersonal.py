"""An explanation without people, for who has stated no purpose, and the people that it names otherwise."""

from __future__ import annotations

from typing import Any

_NAMELESS = {"id": None, "name": None}
_UNSAID = {"id": None, "document_number": None, "what": None}


def people_in(found: dict[str, Any]) -> list[str]:
    """Ids of the people whom an explanation's ways lead over."""
    parts = [*found["parts"], *(moved["part"] for moved in _moved(found))]
    steps = [step for part in parts for way in part.get("paths", ()) for step in way["steps"]]
    return sorted({end["id"] for s in steps for end in (s["from"], s["to"]) if end["label"] == "Person"})


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
    return decision | ({"evidence": unnamed(about)} if about and about["kind"] == "record" else {})


def _part(part: dict[str, Any]) -> dict[str, Any]:
    if "paths" not in part:
        return part
    hidden = part | {"paths": [_way(way) for way in part["paths"]]}
    if any(_of_person(way) and way["end"]["id"] == part["evidence"].get("id") for way in part["paths"]):
        hidden["evidence"] = unnamed(part["evidence"])
    return hidden


def _way(way: dict[str, Any]) -> dict[str, Any]:
    steps = [dict(step) for step in way["steps"]]
    for step in steps:
        for end in ("from", "to"):
            if step[end]["label"] == "Person":
                step[end] = step[end] | _NAMELESS
    if not _of_person(way):
        return way | {"steps": steps}
    steps[-1]["to"] = steps[-1]["to"] | _NAMELESS
    return way | {"steps": steps, "end": unnamed(way["end"])}


def _of_person(way: dict[str, Any]) -> bool:
    """Whether a way ends at a record of a person."""
    last = way["steps"][-1] if way["steps"] else None
    return last is not None and last["type"] == "SUBJECT_OF" and last["from"]["label"] == "Person"
