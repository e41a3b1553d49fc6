"""Names as they are compared: three spellings of each, the last of which decides who is compared with whom."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import IntEnum
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from graph.identity import company_name, person_name

Int64 = npt.NDArray[np.int64]
Spell = Callable[[str], tuple[str, str, str]]


class NameLevel(IntEnum):
    """How two names agree: only by a variant character, by writing or company form, or character by character."""

    VARIANT = 1
    WRITING = 2
    EXACT = 3


# Marks in a name that registers set and leave out as they please: middle dots, spaces, variation selectors.
_MARKS = re.compile("[·\\s\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_BRACKETS = str.maketrans("", "", "()")
_BRANCH = re.compile(r"(分公司|分店|分厂|分部|分行|支行|分院|分校|分社|营业部|办事处|代表处)\)?(\(.*\))?$")


@cache
def characters(name: str) -> dict[int, str]:
    """A table for str.translate: `traditional` or `variants`."""
    text = resources.files("analytics").joinpath(f"matching/{name}.txt").read_text("utf-8")
    pairs = " ".join(line for line in text.splitlines() if not line.startswith("#")).split()
    return {ord(pair[0]): pair[1] for pair in pairs}


def spelt_person(name: str) -> tuple[str, str, str]:
    """(plain, in simplified characters, without variants). Dots, spaces and case do not count; order does."""
    plain = _MARKS.sub("", person_name(name)).upper()
    simplified = plain.translate(characters("traditional"))
    return plain, simplified, simplified.translate(characters("variants"))


def spelt_firm(name: str) -> tuple[str, str, str]:
    """(plain, simplified without brackets and with one form of limited company, without variants).

    What makes a branch of a name stays: it never becomes its head office's.
    """
    plain = _MARKS.sub("", company_name(name)).upper()
    simplified = plain.translate(characters("traditional")).translate(_BRACKETS).replace("有限责任公司", "有限公司")
    return plain, simplified, simplified.translate(characters("variants"))


def is_branch(name: str) -> bool:
    """Whether a firm's name says that it is a branch of another."""
    return _BRANCH.search(company_name(name).translate(characters("traditional"))) is not None


def spelt(names: Sequence[str], spell: Spell) -> Int64:
    """Shape (names, 3): codes of each name's spellings; codes of one column are equal where the spellings are.

    Codes follow the order of the spellings, so that they do not depend on the order of the names. O(n log n).
    """
    import pandas as pd

    at, different = pd.factorize(np.asarray(names, dtype=object), sort=False)
    table = [spell(name) for name in different]
    columns = [pd.factorize(np.array([row[c] for row in table], dtype=object), sort=True)[0][at] for c in range(3)]
    return np.stack(columns, axis=1).astype(np.int64) if len(names) else np.zeros((0, 3), dtype=np.int64)
