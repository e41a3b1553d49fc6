"""The dated pack of signs of shell companies: prior, weights, settings, and whom they do not concern."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from functools import cache
from importlib import resources
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from analytics.rules.entries import LINE, Entry, Text, dated, on, read_entries
from graph.errors import PackError


class Sign(Entry):
    """One sign: its likelihood ratio; what else is given are the settings of its function."""

    model_config = ConfigDict(frozen=True, extra="allow", allow_inf_nan=False)
    lr: Annotated[float, Field(gt=0)]

    @property
    def settings(self) -> Mapping[str, Any]:
        """What the function is given."""
        return self.model_extra or {}


class Exempt(Entry):
    """Firms that are not scored, and kinds of addresses that make no sign."""

    industries: tuple[Text, ...]
    state_platforms: bool
    address_kinds: tuple[Text, ...]


class ShellPack(Entry):
    """One dated pack; `guess` says that its numbers are experts' guesses, not estimates."""

    pack: Text
    valid_from: dt.date
    valid_to: dt.date | None
    guess: bool
    source: Text
    prior: Annotated[float, Field(gt=0, lt=1)]
    greatest_lr: Annotated[float, Field(gt=1)]
    labels_needed: Annotated[int, Field(ge=1)]
    population: tuple[Text, ...]
    exempt: Exempt
    groups: Mapping[str, Any]

    @property
    def signs(self) -> dict[str, tuple[str, Sign]]:
        """By name the group and settings of each sign, in the order of the pack."""
        return {
            name: (group, Sign.model_validate(sign))
            for group, signs in self.groups.items()
            if group != LINE
            for name, sign in signs.items()
            if name != LINE
        }


class ShellPacks(Entry):
    """All packs in order of time."""

    packs: Annotated[tuple[ShellPack, ...], Field(min_length=1)]


def read_shell_packs(where: str, text: str, known: Collection[str]) -> tuple[ShellPack, ...]:
    """Packs from their YAML; PackError with the line for a gap, an overlap, an unknown sign, a weight out of range.

    known: the names of the signs that there are; each stands in every pack, once.
    """
    packs = read_entries(where, text, ShellPacks).packs
    dated(where, [("packs", packs)])
    if packs[-1].valid_to is not None:
        raise PackError(f"{where}, line {packs[-1].line}: nothing follows", "Set its valid_to to null.")
    for pack in packs:
        _lint(where, pack, known)
    return packs


def _lint(where: str, pack: ShellPack, known: Collection[str]) -> None:
    found: dict[str, str] = {}
    for group, signs in pack.groups.items():
        if group == LINE:
            continue
        for name, given in signs.items():
            if name == LINE:
                continue
            place = f"{where}, line {given[LINE] if isinstance(given, dict) else signs[LINE]}: {group}.{name}"
            if name not in known:
                raise PackError(f"{place}: there is no such sign", f"There are {', '.join(known)}.")
            if name in found:
                raise PackError(f"{place}: stands in {found[name]} too", "A sign is of one group.")
            found[name] = group
            ratio = given.get("lr") if isinstance(given, dict) else None
            if not isinstance(ratio, int | float) or not 1 / pack.greatest_lr <= ratio <= pack.greatest_lr:
                raise PackError(f"{place}: lr {ratio}", f"Between 1/{pack.greatest_lr:g} and {pack.greatest_lr:g}.")
    if lacking := [name for name in known if name not in found]:
        raise PackError(f"{where}, line {pack.line}: {', '.join(lacking)} is missing", "Give each sign its weight.")


@cache
def shell_packs(known: tuple[str, ...]) -> tuple[ShellPack, ...]:
    """The packs that are shipped."""
    text = resources.files("analytics").joinpath("rules/shell.yaml").read_text("utf-8")
    return read_shell_packs("shell.yaml", text, known)


def shell_pack_on(day: dt.date, known: tuple[str, ...]) -> ShellPack:
    """The pack in force on a day; PackError before the first."""
    found = on(shell_packs(known), day)
    if found is None:
        raise PackError(f"no shell pack is in force on {day}", "The first begins later.")
    return found
