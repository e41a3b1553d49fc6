"""The firms of the city, living and gone: enterprises, individual businesses, cooperatives, branches, partnerships."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from loaders.synthetic import addresses
from loaders.synthetic.codes import uscc
from loaders.synthetic.columns import Bools, Columns, Int64
from loaders.synthetic.vocabulary import AREAS, BRAND, DISTRICTS, TRADES


class Kind(IntEnum):
    """Kinds of firms; the position of what a kind has in the tables below."""

    COMPANY = 0
    INDIVIDUAL = 1
    COOPERATIVE = 2
    BRANCH = 3
    PARTNERSHIP = 4
    STATE = 5
    FOREIGN = 6


class Status(IntEnum):
    """States of the register."""

    ACTIVE = 0
    DEREGISTERED = 1
    REVOKED = 2
    CANCELLED = 3


STATUS_WORDS = ("存续", "注销", "吊销", "撤销")
TYPE_WORDS = (
    "有限责任公司",
    "个体工商户",
    "农民专业合作社",
    "有限责任公司分支机构",
    "有限合伙企业",
    "有限责任公司（国有独资）",
    "有限责任公司（外商投资）",
)
POST_WORDS = ("法定代表人", "经营者", "法定代表人", "负责人", "执行事务合伙人", "法定代表人", "法定代表人")
_CLASSES = np.array([91, 92, 93, 91, 91, 91, 91])
_SUFFIXES = ("有限公司", "店", "专业合作社", "", "合伙企业（有限合伙）", "集团有限公司", "有限公司")
_BRANDS = len(BRAND) ** 3
_STEP = 49_979_687  # prime


class Firms:
    """A struct of arrays; `firms["risk"]` is a column, to be read and written at positions."""

    def __init__(self, seed: int) -> None:
        self._first = seed * 15_485_863 % 90_000_000
        self._names = 0
        self._columns = Columns(
            kind=np.int8,
            area=np.int8,  # where it was registered first: stands in its code for ever
            trade=np.int8,
            status=np.int8,
            name=np.int64,
            address=np.int64,
            established=np.int32,
            approved=np.int32,
            capital=np.int32,  # 10,000 yuan
            rep=np.int32,  # a person
            rep_since=np.int32,
            supervisor=np.int32,  # a person, or -1
            head=np.int32,  # of a branch, else -1
            telephone=np.int32,
            agent=np.int32,  # a firm, or -1
            staff=np.int32,
            permit_ends=np.int32,  # last day of the permit that its trade needs; 0: it has none
            permit_serial=np.int32,  # in its number; -1: revoked, and it gets no other
            permit_district=np.int8,  # whose office gave it
            shell=np.bool_,
            risk=np.float32,
        )

    def __len__(self) -> int:
        return len(self._columns)

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        return self._columns[name]

    def add(self, count: int, **values: Any) -> Int64:
        """Append firms with names of their own; returns their positions."""
        return self._columns.add(count, name=self.new_names(count), **values)

    def new_names(self, count: int) -> Int64:
        """Names that no firm has borne."""
        self._names += count
        return np.arange(self._names - count, self._names)

    def living(self) -> Bools:
        """Which firms are registered and neither revoked nor gone."""
        return np.asarray(self["status"] == Status.ACTIVE)

    def codes(self, at: Int64) -> list[str]:
        """Unified social credit codes."""
        return uscc(_CLASSES[self["kind"][at]], np.array(AREAS)[self["area"][at]], at + self._first)

    def names(self, at: Int64) -> list[str]:
        """Names; a branch is named after its head."""
        return self.named(at, self["name"][at])

    def named(self, at: Int64, names: Int64) -> list[str]:
        """The names that firms have, had or will have."""
        kind = self["kind"][at]
        mixed = names % _BRANDS * _STEP % _BRANDS
        brand = [mixed // len(BRAND) ** 2, mixed // len(BRAND) % len(BRAND), mixed % len(BRAND)]
        letters = np.array([*BRAND, ""], dtype=object)
        more = np.where(names < _BRANDS, len(BRAND), names // _BRANDS % len(BRAND))
        words = np.array([t.word for t in TRADES], dtype=object)[self["trade"][at]]
        words[kind == Kind.COOPERATIVE] = "种植"
        words[kind == Kind.PARTNERSHIP] = "股权投资"
        places = np.array(["", *DISTRICTS], dtype=object)[np.where(kind == Kind.INDIVIDUAL, self["area"][at] + 1, 0)]
        suffixes = np.array(_SUFFIXES, dtype=object)[kind]
        columns = (places, *(letters[b] for b in brand), letters[more], words, suffixes)
        out = ["云津" + "".join(parts) for parts in zip(*(c.tolist() for c in columns), strict=True)]
        branches = np.flatnonzero(kind == Kind.BRANCH)
        if len(branches):
            heads = self["head"][at[branches]].astype(np.int64)
            where = addresses.district(self["address"][at[branches]]).tolist()
            for i, head, place, serial in zip(
                branches.tolist(), self.names(heads), where, names[branches].tolist(), strict=True
            ):
                out[i] = f"{head}{DISTRICTS[place]}第{serial % 97 + 1}分公司"
        return out

    def addresses(self, at: Int64) -> list[str]:
        """Registered addresses."""
        return addresses.texts(self["address"][at])
