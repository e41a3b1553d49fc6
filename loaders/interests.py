"""Columns of declared interests: intervals of shares, identifiers of any country, days that are not quite known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from graph.declaration import SHARE_ONE
from graph.identifiers import parsed, proves
from graph.identity import Code
from graph.interchange.bods import ENTITIES, INTERESTS, PEOPLE
from graph.time import to_day
from loaders import normalize as n
from loaders.normalize import Column, Context, Unreadable

TYPES = {
    "自然人": "knownPerson",
    "企业": "registeredEntity",
    "其他法人": "legalEntity",
    "信托或合同安排": "arrangement",
    "国家机关": "stateBody",
    "国家": "state",
    "未披露组织": "anonymousEntity",
    "不明组织": "unknownEntity",
    "未披露自然人": "anonymousPerson",
    "不明自然人": "unknownPerson",
} | {kind: kind for kind in (*ENTITIES, *PEOPLE)}
KINDS = {
    "持股": "shareholding",
    "表决权": "votingRights",
    "任免董事": "appointmentOfBoard",
    "其他控制": "otherInfluenceOrControl",
    "高级管理人员": "seniorManagingOfficial",
    "委托人": "settlor",
    "受托人": "trustee",
    "监察人": "protector",
    "受益人": "beneficiaryOfLegalArrangement",
    "剩余财产": "rightsToSurplusAssetsOnDissolution",
    "收益权": "rightsToProfitOrIncome",
    "合同权利": "rightsGrantedByContract",
    "名义持有": "nominee",
    "委托持有": "nominator",
} | {kind: kind for kind in INTERESTS}
DIRECTNESS = {"直接": "direct", "间接": "indirect", "不明": "unknown"} | {
    x: x for x in ("direct", "indirect", "unknown")
}

_INTERVAL = re.compile(r"^(\S+?)\s*(?:([=\[(])\s*([^,\s]*)\s*(?:,\s*([^,\s]*?)\s*([\])]))?)?$")
_SCHEMED = re.compile(r"^[^:;；]{2,200}:[^;；]*[^;；\s]$")


class Interest(NamedTuple):
    """One interest: its BODS type, its bounds in units of 1e-10 (None: not stated), and what the bounds are."""

    kind: str
    least: int | None = None
    greatest: int | None = None
    interval: str = "unstated"  # or exact, or a pair of brackets


def _bound(text: str) -> int | None:
    if not text:
        return None
    try:
        value = Decimal(text.rstrip("%"))
    except InvalidOperation:
        raise Unreadable("share_form") from None
    if not value.is_finite() or value < 0:
        raise Unreadable("share_form")
    if value > 100:
        raise Unreadable("share_over_100")
    return int((value * SHARE_ONE / 100).to_integral_value())


def _interest(words: str) -> Interest:
    match = _INTERVAL.match(words)
    if not match:
        raise Unreadable("share_form")
    kind, opened, closed = KINDS.get(match[1]), match[2], match[5]
    if kind is None:
        raise Unreadable("interest_unknown")
    if opened is None:
        return Interest(kind)
    if (opened == "=") is not (closed is None):
        raise Unreadable("share_form")
    least = _bound(match[3])
    if closed is None:
        if least is None:
            raise Unreadable("share_form")
        return Interest(kind, least, least, "exact")
    greatest = _bound(match[4])
    if least is not None and greatest is not None and least > greatest:
        raise Unreadable("share_reversed")
    return Interest(kind, least, greatest, opened + closed)


@n.by_cell
def interests(cell: str) -> tuple[tuple[Interest, ...] | None, str | None]:
    """Interests with their shares in per cent, `; ` between: `shareholding [25,50]; votingRights =30`."""
    cell = "" if cell in n.BLANK else cell.translate(n.WIDE)
    found = tuple(_interest(words.strip()) for words in cell.split(";") if words.strip())
    if len({i.kind for i in found}) < len(found):
        raise Unreadable("interest_twice")
    return found or None, None


@n.by_cell
def party_type(cell: str) -> tuple[str | None, str | None]:
    """BODS personType or entityType, of entities with the subtype after a colon."""
    if cell in n.BLANK:
        return None, None
    kind, _, subtype = cell.partition(":")
    if kind not in TYPES:
        raise Unreadable("choice")
    return TYPES[kind] + (f":{subtype}" if subtype else ""), None


@n.by_cell
def identifiers(cell: str) -> tuple[tuple[Code, ...] | None, str | None]:
    """Identifiers as `scheme:value`, `; ` between."""
    try:
        return tuple(parsed("" if cell in n.BLANK else cell)) or None, None
    except ValueError:
        raise Unreadable("identifier_form") from None


def code(cells: Sequence[str], context: Context) -> Column:
    """The code that proves which organisation it is: a national one, or `scheme:value` of a register or the LEI."""
    schemed = [_SCHEMED.match(cell.strip()) is not None for cell in cells]
    column = n.firm_code(["" if s else cell for s, cell in zip(schemed, cells, strict=True)], context)
    for i, cell in enumerate(cells):
        if schemed[i]:
            column.values[i] = proves(*parsed(cell)[0])
            if column.values[i] is None:
                column.problems[i] = "code_unproven"
    return column


def ended(cells: Sequence[str], context: Context) -> Column:
    """The day from which an interest was no more; of one that ended between two days `first/last`, `..` for any."""
    spans = [cell.strip().partition("/") for cell in cells]
    column = n.date(end=True, inclusive=False)([last if slash else first for first, slash, last in spans], context)
    starts = n.date()([first if slash and first != ".." else "" for first, slash, _ in spans], context)
    column.problems |= starts.problems
    for i, (_, slash, _) in enumerate(spans):
        if slash and column.values[i] is None:
            column.problems.setdefault(i, "date_form")
        elif slash:
            first = to_day(n.EARLIEST) if starts.values[i] is None else starts.values[i]
            column.bounds[i] = (min(first, column.values[i]), column.values[i])
    return column


def fault(cells: Sequence[str], _: Context) -> Column:
    """What the reader of statements found wrong with one: a reason code."""
    return Column([None] * len(cells), {i: cell for i, cell in enumerate(cells) if cell})
