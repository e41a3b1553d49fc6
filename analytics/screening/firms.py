"""Lists of firms, as suppliers and bidders: status, records, and what ties them to one another or to a buyer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analytics.algorithms.common_links import KINDS
from analytics.restrictions.offices import NO_OFFICE
from analytics.rules.purposes import Purpose
from analytics.screening.fact import facts_of
from analytics.screening.finding import Entry, Finding
from analytics.screening.first_source import counted
from analytics.screening.same_firms import key_array, same_firms
from graph.current import Node
from graph.identity import Code, coded_id, company_name, firm_key, nid
from graph.store import Slice
from graph.time import NO_DATE
from graph.view import View

# Relationships that may tie firms to one another.
TIED_BY = (
    "LEGAL_REPRESENTATIVE_OF",
    "HOLDS_POST_IN",
    "EXECUTIVE_PARTNER_OF",
    "HOLDS_SHARES_IN",
    "CONTROLS",
    "BRANCH_OF",
    "REGISTERED_AT",
    "USES_CONTACT",
)


@dataclass(frozen=True)
class Listed:
    """A firm of a list: a code as (scheme, value), a name, or both."""

    name: str | None
    code: Code | None


@dataclass(frozen=True)
class FirmFinding:
    """What was found of a listed firm: which node it is, and its records."""

    node: Node | None
    finding: Finding


@dataclass(frozen=True)
class Tie:
    """One relationship that joins a listed firm, or the buyer, to a node that another of them is joined to as well."""

    kind: str  # what the node is to the firm: shareholder, officer, address ...
    node: int
    firm: int
    type: str
    starts: bool  # whether the relationship starts at the firm
    since: int
    until: int


def screen_firms(view: View, listed: Sequence[Listed], purpose: Purpose) -> list[FirmFinding]:
    """What is on record about each firm, in force on the view's day. By index, all together.

    A firm is found by its code; under a name that it neither bears nor bore its facts are to be verified, and so are
    those of a firm known by its full name only, of which there is one. Nothing else is checked.
    """
    keys, doubts, reasons = _resolved(view, listed)
    same = same_firms(view, key_array(k for k in keys if k))
    nodes = {n.key: n for n in view.nodes(sorted(same))}
    names = _names(view, [k for group in same.values() for k in group])
    facts = facts_of(view, key_array(k for group in same.values() for k in group), purpose.own)
    out = []
    for one, key, doubt, reason in zip(listed, keys, doubts, reasons, strict=True):
        if key is None:
            out.append(FirmFinding(None, Finding(reason=reason)))
            continue
        known = {name for k in same[key] for name in names.get(k, ())}
        other = bool(one.name and one.code and known and firm_key(one.name) not in known)
        doubt = "other_name" if other else doubt
        entries = [
            Entry(fact, doubts=((doubt,) if doubt else ()) + (("date_unknown",) if fact.date == NO_DATE else ()))
            for k in same[key]
            for fact in facts.get(k, ())
        ]
        entries.sort(key=lambda e: (bool(e.doubts), e.fact.date, e.fact.type, e.fact.record))
        out.append(FirmFinding(nodes.get(key), Finding(tuple(entries), notes=("name_differs",) if other else ())))
    return out


def ties_among(view: View, firms: Iterable[int]) -> list[Tie]:
    """Who or what two or more of these firms are tied to on the view's day, one of them included. By index.

    A lead only: many firms share an address or a telephone for no other reason. Order: by node, firm, kind and type.
    """
    same = same_firms(view, key_array(firms))
    whose = {node: firm for firm, nodes in same.items() for node in nodes}
    parties = key_array(whose)
    found: set[Tie] = set()
    for table in TIED_BY:
        names = ["owner", "end", "valid_from", "valid_to", "source", *(["post"] if table == "HOLDS_POST_IN" else [])]
        for side, mine, other in (("owners", "owner", "end"), ("ends", "end", "owner")):
            columns = view.store.columns(table, names, view.slice, **{side: parties})
            kind = KINDS.get((table, side == "ends"), table)
            counts = counted(view, table, columns["end"], columns["source"])
            columns = {name: column[counts] for name, column in columns.items()}
            posts = columns["post"].tolist() if "post" in columns else [None] * len(columns["owner"])
            rows = zip(*(columns[n].tolist() for n in (mine, other, "valid_from", "valid_to")), posts, strict=True)
            found |= {
                Tie(kind, whose.get(node, node), whose[firm], table, side == "owners", since, until)
                for firm, node, since, until, post in rows
                if post not in NO_OFFICE
            }
    firms_of: dict[int, set[int]] = defaultdict(set)
    for tie in found:
        firms_of[tie.node].add(tie.firm)
    among = set(same)
    kept = [t for t in found if t.node != t.firm and (len(firms_of[t.node]) > 1 or t.node in among)]
    return sorted(kept, key=lambda t: (t.node, t.firm, t.kind, t.type, t.since))


def _resolved(view: View, listed: Sequence[Listed]) -> tuple[list[int | None], list[str | None], list[str | None]]:
    """Of each firm its node, why that is doubtful, and why there is none."""
    coded = [nid(coded_id(*one.code)) if one.code else None for one in listed]
    known = view.store.nodes(sorted({k for k in coded if k is not None}), view.seq)
    named = _bearers(view, {one.name for one in listed if one.name and not one.code})
    keys: list[int | None] = []
    doubts: list[str | None] = []
    reasons: list[str | None] = []
    for one, key in zip(listed, coded, strict=True):
        bearers = named.get(firm_key(one.name or ""), []) if key is None else [key] if key in known else []
        sole = bearers[0] if len(bearers) == 1 else None
        lacking = "code_unknown" if one.code else "several_firms" if bearers else "name_unknown"
        keys.append(sole)
        doubts.append("name_only" if sole is not None and not one.code else None)
        reasons.append(None if sole is not None else lacking)
    return keys, doubts, reasons


def _bearers(view: View, names: Iterable[str]) -> dict[str, list[int]]:
    """By name for comparing the firms with a code of their own that bear or bore it, in full."""
    found = {
        name: {
            k for form in _forms(name) for k in view.store.search(form, ["Company", "Organisation"], view.seq, 1_000)
        }
        for name in sorted(names)
    }
    every = sorted({k for keys in found.values() for k in keys})
    borne = _names(view, every)
    ids = view.store.nodes(every, view.seq)
    out = {}
    for name, keys in found.items():
        exact = {k for k in keys if firm_key(name) in borne.get(k, ()) and not ids[k][0].startswith("M:")}
        out[firm_key(name)] = sorted(exact)
    return out


def _forms(name: str) -> set[str]:
    """A name as it may be registered: lists write one form of company for the other."""
    short = firm_key(name)
    return {company_name(name), short, short.replace("有限公司", "有限责任公司")}


def _names(view: View, firms: Sequence[int]) -> dict[int, set[str]]:
    """Every name that firms bear or bore, for comparing."""
    out: dict[int, set[str]] = defaultdict(set)
    for label in ("Company", "Organisation"):
        states = view.store.columns(label, ["owner", "name"], Slice(view.seq), owners=key_array(firms))
        for key, name in zip(states["owner"].tolist(), states["name"].tolist(), strict=True):
            if name:
                out[key].add(firm_key(name))
    return out
