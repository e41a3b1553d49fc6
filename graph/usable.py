"""The one rule on the use of a record: whether it may be used for a purpose, on a date, as known on a date.

A record is usable while it is inside its period both on `as_of` and on `used_on` and neither repaired nor
withdrawn as the latest sealed batch knows it. Everything that shows, counts, exports or grades a record asks
`usable`; a record type without a rule is refused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from graph.approval import ArchiveApproval
from graph.errors import PackError, UsageError
from graph.schema import SCHEMA
from graph.time import FOREVER, NO_DATE, Moment, add_months_array, to_day

Int64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Columns = Mapping[str, npt.NDArray[Any]]


class Use(StrEnum):
    """What a record is wanted for."""

    DISPLAY = "display"
    SHARE = "share"
    GRADE = "grade"
    VETTING = "vetting"
    ALERT = "alert"
    ARCHIVE = "archive"


@dataclass(frozen=True)
class Usability:
    """By record: whether it may be used, and the half-open period [since, until) in which it can be."""

    usable: Bools
    since: Int64
    until: Int64


@dataclass(frozen=True)
class Pack:
    """One dated rule: how many months a record of a class may be used, from which of its dates."""

    name: str
    valid_from: int
    valid_to: int
    clock: str
    months: Mapping[str, int | None]
    never: frozenset[str]
    source: str
    ends: tuple[str, ...] = ()  # properties that state an earlier end


def usable(
    label: str,
    records: Columns,
    use: Use,
    moment: Moment,
    ended_on: Int64,
    latest: Columns | None = None,
    approval: ArchiveApproval | None = None,
) -> Usability:
    """Which records may be used (the one rule).

    records: columns `needed(label)` as known at moment.known_at. latest: the same as the latest sealed batch
    knows them (the same rows), where it differs. ended_on: the day of the first repair or withdrawal that the
    latest batch knows, FOREVER for none. O(n). The archive has every record that had begun on as_of, whatever ended its
    use since. Raises UsageError for a label without a rule, and for the archive without an approval that counts.
    """
    if label not in _rules():
        raise UsageError(
            f"{label} has no rule of use",
            "A record type without a rule is refused; add one to graph/publicity.",
            f"{label} 没有使用规则。没有规则的记录类型一律不得使用；请在 graph/publicity 中增加规则。",
        )
    if use is Use.ARCHIVE:
        if approval is None:
            raise UsageError(
                "the archive is closed without an approval",
                "Have another officer approve the case.",
                "未经档案授权，不得查阅停用的记录。请由另一人就该案审批。",
            )
        approval.require(moment.used_on)
    since, until = _period(label, records)
    if latest is not None:
        until = np.minimum(until, _period(label, latest)[1])
    until = np.minimum(until, ended_on)
    begun = since <= moment.as_of_day
    if use is Use.ARCHIVE:
        return Usability(begun, since, until)
    return Usability(begun & (moment.as_of_day < until) & (moment.used_day < until), since, until)


@cache
def needed(label: str) -> tuple[str, ...]:
    """Columns of a record that its rule reads."""
    return ("valid_from", "valid_to", *_rules()[label])


@cache
def _rules() -> dict[str, tuple[str, ...]]:
    """Labels that have a rule, with the properties it reads."""
    plain = {
        label: tuple(dict.fromkeys((SCHEMA.labels[label].dated or "", *(p.clock for p in chain), *chain[0].ends)))
        for label, chain in record_packs().items()
    }
    return plain | {
        "AdministrativePenalty": (
            "decided_on",
            "published_on",
            "channel",
            "kinds",
            "severity",
            "no_penalty",
            "publicity_ends_on",
        ),
        "ListEntry": ("list_type", "reasons", "listed_on", "removed_on", "term_ends_on", "extension_years"),
    }


def _period(label: str, records: Columns) -> tuple[Int64, Int64]:
    if label == "AdministrativePenalty":
        return _penalty_period(records)
    return _list_period(records) if label == "ListEntry" else _record_period(label, records)


def _record_period(label: str, records: Columns) -> tuple[Int64, Int64]:
    """From the record's own date to the end of its pack's term, or to the day on which it is stated to end."""
    own = records[SCHEMA.labels[label].dated or ""]
    until = np.full(len(own), NO_DATE, dtype=np.int64)
    for pack in (chain := record_packs()[label]):
        here = (own >= pack.valid_from) & (own < pack.valid_to)
        start = np.where(records[pack.clock] == NO_DATE, own, records[pack.clock])
        months = pack.months["any"]
        until[here] = FOREVER if months is None else (add_months_array(start, months) + 1)[here]
    for name in chain[0].ends:
        stated = records[name]
        until = np.where(stated != NO_DATE, np.minimum(until, stated), until)
    return own, _within_validity(records, until)


def _penalty_period(records: Columns) -> tuple[Int64, Int64]:
    decided = records["decided_on"]
    until = np.full(len(decided), NO_DATE, dtype=np.int64)  # a channel or date without a pack: never usable
    severity = _text(records["severity"], "general")
    for channel, chain in penalty_packs().items():
        of_channel = records["channel"] == channel
        for pack in chain:
            here = of_channel & (decided >= pack.valid_from) & (decided < pack.valid_to)
            end = _pack_end(pack, records, severity)
            if _transition() == "favourable" and pack is not chain[-1]:  # from the day the newest pack is in force
                newest = chain[-1]
                end = np.minimum(end, np.maximum(_pack_end(newest, records, severity), newest.valid_from))
            until[here] = end[here]
    stated = records["publicity_ends_on"]
    until = np.where(stated != NO_DATE, np.minimum(until, stated), until)
    until = np.where(records["no_penalty"] == 1, NO_DATE, until)
    return decided, _within_validity(records, until)


def _pack_end(pack: Pack, records: Columns, severity: npt.NDArray[Any]) -> Int64:
    start = records[pack.clock]
    start = np.where(start == NO_DATE, records["decided_on"], start)  # not published yet, as far as is known
    end = np.full(len(start), NO_DATE, dtype=np.int64)
    for name, months in pack.months.items():
        here = severity == name
        if months:
            end[here] = add_months_array(start[here], months) + 1
    if pack.never:
        kinds = _text(records["kinds"], "")
        end[np.isin(kinds, list(pack.never))] = NO_DATE
    return end


def _list_period(records: Columns) -> tuple[Int64, Int64]:
    listed = records["listed_on"]
    until = np.full(len(listed), NO_DATE, dtype=np.int64)
    reasons = _text(records["reasons"], "")
    for list_type, chain in list_packs().items():
        of_type = records["list_type"] == list_type
        for pack in chain:
            here = of_type & (listed >= pack.valid_from) & (listed < pack.valid_to)
            until[here] = _term(pack, records, reasons)[here]
    stated = records["term_ends_on"]
    until = np.where((stated != NO_DATE) & (until != NO_DATE), stated, until)  # the court's own date wins
    removed = records["removed_on"]
    until = np.where(removed != NO_DATE, np.minimum(until, removed), until)
    return listed, _within_validity(records, until)


def _term(pack: Pack, records: Columns, reasons: npt.NDArray[Any]) -> Int64:
    """The end of the longest term of an entry's reasons; a reason without a fixed term has none."""
    months = {cell: _longest(pack, cell) for cell in set(reasons.tolist())}
    extension = np.where(records["extension_years"] == NO_DATE, 0, records["extension_years"] * 12)
    term = np.array([months[cell] for cell in reasons], dtype=np.int64).reshape(len(reasons))
    return np.where(term < 0, FOREVER, add_months_array(records["listed_on"], np.maximum(term, 0) + extension) + 1)


def _longest(pack: Pack, reasons: str) -> int:
    terms = [pack.months.get(reason, pack.months.get("any")) for reason in reasons.split(",")]
    return -1 if any(term is None for term in terms) else max(t for t in terms if t is not None)


def _within_validity(records: Columns, until: Int64) -> Int64:
    stated = records["valid_to"]
    return np.where(stated != NO_DATE, np.minimum(until, stated), until)


def _text(column: npt.NDArray[Any], missing: str) -> npt.NDArray[Any]:
    return np.array([missing if v is None else v for v in column], dtype=object)


# --- packs --------------------------------------------------------------------------------------------


@cache
def _file(name: str) -> Any:
    return yaml.safe_load(resources.files("graph").joinpath(f"publicity/{name}").read_text("utf-8"))


@cache
def penalty_packs() -> dict[str, list[Pack]]:
    """Packs of penalties by channel, in order of time."""
    return {
        channel: chain_of(f"penalties.yaml, {channel}", entries)
        for channel, entries in _file("penalties.yaml")["channels"].items()
    }


@cache
def list_packs() -> dict[str, list[Pack]]:
    """Packs of lists by list type, in order of time."""
    return {name: chain_of(f"lists.yaml, {name}", entries) for name, entries in _file("lists.yaml")["lists"].items()}


@cache
def record_packs() -> dict[str, list[Pack]]:
    """Packs of every other label of records, in order of time."""
    return {
        label: chain_of(f"records.yaml, {label}", entries)
        for label, entries in _file("records.yaml")["records"].items()
    }


def _transition() -> str:
    return str(_file("penalties.yaml")["transition"])


def chain_of(where: str, entries: Sequence[Mapping[str, Any]]) -> list[Pack]:
    """Packs of one channel; PackError where there is a gap, an overlap or no source."""
    packs = [_pack(where, entry) for entry in entries]
    for before, after in zip(packs, packs[1:], strict=False):
        if before.valid_to != after.valid_from:
            gap = before.valid_to < after.valid_from
            kind, kind_zh = ("a gap", "有间断") if gap else ("an overlap", "有重叠")
            raise PackError(
                f"{where}: {kind} between {before.name} and {after.name}",
                "Let one end on the day the next begins.",
                f"{where}：{before.name} 与 {after.name} 之间{kind_zh}。请使前者的止日等于后者的起日。",
            )
    if packs and packs[-1].valid_to != FOREVER:
        raise PackError(
            f"{where}: {packs[-1].name} ends and nothing follows",
            "Set its valid_to to null or add its successor.",
            f"{where}：{packs[-1].name} 到期后没有接续。请将 valid_to 改为 null，或增加后续规则。",
        )
    return packs


def _pack(where: str, entry: Mapping[str, Any]) -> Pack:
    if not entry.get("source"):
        raise PackError(
            f"{where}: {entry.get('pack')} names no source",
            "Every rule names the text it comes from.",
            f"{where}：{entry.get('pack')} 没有写明来源。每条规则都须写明所依据的文本。",
        )
    end: dt.date | None = entry["valid_to"]
    if entry["clock"] not in {p.name for label in SCHEMA.record_labels() for p in SCHEMA.properties(label)}:
        raise PackError(
            f"{where}: {entry['pack']} runs from {entry['clock']}, which no record has",
            "Name a date of the record.",
            f"{where}：{entry['pack']} 以 {entry['clock']} 起算，而记录没有该日期。请填记录所具有的日期。",
        )
    return Pack(
        entry["pack"],
        to_day(entry["valid_from"]),
        FOREVER if end is None else to_day(end),
        entry["clock"],
        dict(entry["months"]),
        frozenset(entry.get("never", ())),
        entry["source"],
        tuple(entry.get("ends", ())),
    )
