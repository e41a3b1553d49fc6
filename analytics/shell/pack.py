"""The dated pack of signs of shell companies: prior, weights, settings, and whom they do not concern."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any

from pydantic import ConfigDict, Field, model_validator

from analytics.rules.entries import Entry, Pack, Packs, Text, in_force, known, once, read_pack, shipped
from analytics.shell.signs import SIGNS
from graph.fault import Fault


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


class ShellPack(Pack):
    """One dated pack; `guess` says that its numbers are experts' guesses, not estimates."""

    guess: bool
    prior: Annotated[float, Field(gt=0, lt=1)]
    greatest_lr: Annotated[float, Field(gt=1)]
    labels_needed: Annotated[int, Field(ge=1)]
    population: tuple[Text, ...]
    exempt: Exempt
    groups: Mapping[str, Mapping[str, Sign]]

    @property
    def signs(self) -> dict[str, tuple[str, Sign]]:
        """By name the group and settings of each sign, in the order of the pack."""
        return {name: (group, sign) for group, signs in self.groups.items() for name, sign in signs.items()}

    @model_validator(mode="after")
    def _each_sign_stands_once(self) -> ShellPack:
        stated = [(name, ("groups", group, name)) for group, signs in self.groups.items() for name in signs]
        known("sign", stated, SIGNS)
        once(stated)
        if lacking := [name for name in SIGNS if name not in self.signs]:
            raise Fault(
                f"{', '.join(lacking)} is missing",
                "Give each sign its weight.",
                f"缺少 {'、'.join(lacking)}。请为每个特征给出权重。",
                "groups",
            )
        return self

    @model_validator(mode="after")
    def _weights_are_in_range(self) -> ShellPack:
        for name, (group, sign) in self.signs.items():
            if not 1 / self.greatest_lr <= sign.lr <= self.greatest_lr:
                remedy = f"Between 1/{self.greatest_lr:g} and {self.greatest_lr:g}."
                raise Fault(
                    f"lr {sign.lr:g}",
                    remedy,
                    f"lr 为 {sign.lr:g}，超出范围。应在 1/{self.greatest_lr:g} 与 {self.greatest_lr:g} 之间。",
                    "groups",
                    group,
                    name,
                )
        return self


class ShellPacks(Entry):
    """All packs in order of time."""

    packs: Packs[ShellPack]


def read(where: str, text: str) -> tuple[ShellPack, ...]:
    """Packs from their YAML; PackError with the line, also for an unknown sign or a weight out of range.

    Each sign that there is stands in every pack, once.
    """
    return read_pack(where, text, ShellPacks).packs


@cache
def shell_packs() -> tuple[ShellPack, ...]:
    """The packs that are shipped."""
    return read("shell.yaml", shipped("shell.yaml"))


def shell_pack_on(day: dt.date) -> ShellPack:
    """The pack in force on a day; PackError before the first."""
    return in_force("shell", shell_packs(), day)
