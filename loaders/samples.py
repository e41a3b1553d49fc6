"""Codes and numbers of nobody, for samples and templates: area code 990101 is not assigned."""

from __future__ import annotations

from graph.identity import number_check_character, organisation_check_character, uscc_check_character


def uscc(serial: int, kind: str = "1", area: str = "990101") -> str:
    """A valid code of a fictional company."""
    organisation = f"{serial:08d}"
    first = f"9{kind}{area}{organisation}{organisation_check_character(organisation)}"
    return first + uscc_check_character(first)


def number(serial: int, birth: str = "19850312", area: str = "990101") -> str:
    """A valid identity number of nobody."""
    first = f"{area}{birth}{serial:03d}"
    return first + number_check_character(first)


def masked(serial: int, birth: str = "19850312") -> str:
    """The same number as courts print it."""
    whole = number(serial, birth)
    return f"{whole[:10]}****{whole[14:]}"


SAMPLE = (
    {f"uscc{i}": uscc(i + 1, "2" if i == 1 else "1") for i in range(3)}
    | {f"id{i}": number(i) for i in range(3)}
    | {"mask2": masked(2)}
)
