"""The lists that a catalogue sorts its sources by: the 13 national classes, Xiamen's 18, Nanchang's 6."""

from __future__ import annotations

from functools import cache
from importlib import resources

import yaml
from pydantic import BaseModel, ConfigDict, model_validator

UNVERIFIED = "[unverified]"


class Classification(BaseModel):
    """One list, from loaders/classes. It names no kinds where its wording could not be read anywhere."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: str
    en: str
    list: str  # what it is called, where it was published
    source: str  # where the names were read
    stated: int  # how many kinds the list is said to have
    kinds: tuple[str, ...]
    unverified: frozenset[str] = frozenset()
    sources: dict[str, str] = {}

    @model_validator(mode="after")
    def _consistent(self) -> Classification:
        if not self.unverified | set(self.sources.values()) <= set(self.kinds) or len(self.kinds) not in (
            0,
            self.stated,
        ):
            raise ValueError(f"{self.en}: kinds that are not in the list, or not as many as stated")
        return self

    def of(self, source: str) -> str:
        """The kind of a source; UNVERIFIED where the list's wording is not known."""
        return self.sources.get(source, UNVERIFIED)


@cache
def classification(name: str) -> Classification:
    """A list by name: national, xiamen, nanchang."""
    text = resources.files("loaders").joinpath(f"classes/{name}.yaml").read_text("utf-8")
    return Classification.model_validate(yaml.safe_load(text))
