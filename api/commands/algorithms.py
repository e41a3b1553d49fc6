"""Graph algorithms: run by name on the whole graph, and asked about one party."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api import render, render_steps
from api.algorithm_words import NOTICES
from api.commands.options import STORE, AsOf, Form, Format, KnownAt, Lang, Language, Purpose, Store, existing
from api.file_clearance import clearance
from api.outputs import note_output
from api.settings import moment
from graph.errors import UsageError
from graph.progress import Bar
from graph.store import GraphStore
from graph.time import Moment
from graph.usable import Use

if TYPE_CHECKING:  # algorithms, and what they stand on, are imported by the commands that run them
    from analytics.algorithm import Algorithm, Notice, Result
    from api.asking import Asking

Party = Annotated[str, typer.Argument(help="code, id or exact name")]
Given = Annotated[list[str] | None, typer.Option("--set", help="a parameter as name=value; may be repeated")]
PATHS = 3  # shown with each row


def run(
    name: Annotated[str, typer.Argument(help="an algorithm; without one they are listed")] = "",
    store: Store = STORE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    given: Given = None,
    write: Annotated[bool, typer.Option("--write", help="write the result to the store")] = False,
    out: Annotated[Path | None, typer.Option("--out", help="write all rows as CSV")] = None,
    limit: Annotated[int, typer.Option("--limit", help="rows shown")] = 20,
    page: Annotated[bool, typer.Option("--page", help="print docs/algorithms.md")] = False,
    purpose: Purpose = None,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """Run a graph algorithm on the whole graph and show its first rows; --write keeps the result in the store."""
    from analytics.algorithm import run as run_algorithm
    from analytics.algorithm_page import algorithm_page
    from analytics.algorithms import algorithm, algorithms
    from analytics.writing import write_back

    if page:
        print(algorithm_page(), end="")
        return
    if not name:
        found = [(n, a.zh if lang == "zh" else (a.__doc__ or "").partition("\n")[0]) for n, a in algorithms().items()]
        render.table(("algorithm", "name"), found, form, lang)
        return
    kind = algorithm(name)
    params = kind.read_parameters(_parameters(given or [], kind))
    with existing(store) as opened, Bar(name) as bar:
        asking = _asking(opened, moment(as_of, known_at), "run", purpose, form, lang, Use.GRADE)
        result = run_algorithm(kind, asking.projection, params, bar)
        written = write_back(opened, asking.projection, kind, result) if write else 0
        if out:
            clearance().shown("run", purpose, ["*"])
            rows = [_cells(row, lang) for row in asking.told(result, range(len(result)))]
            out.write_text(render.to_csv(list(result.columns), rows), encoding="utf-8-sig")
            note_output(opened, out, "export")
        told = asking.told(result, range(min(max(limit, 0), len(result))))
    if form == "json":
        _print_json({"rows": told, "count": len(result), "warnings": _warnings(list(dict.fromkeys(result.warnings)))})
        return
    render.table(list(result.columns), [_cells(row, lang) for row in told], form, lang)
    print(f"{len(result):,}" + (f", {written:,} written" if write else "") + (f", {out}" if out else ""))
    _say_warnings(list(dict.fromkeys(result.warnings)), lang)


def owners(
    company: Party,
    store: Store = STORE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    least: Annotated[float, typer.Option("--least", help="least share shown")] = 0.0,
    limit: int = 50,
    purpose: Purpose = None,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """Who owns a company, directly and through others, all paths summed: shares as intervals where some is unknown."""
    with existing(store) as opened:
        asking = _asking(opened, moment(as_of, known_at), "owners", purpose, form, lang)
        key = asking.party(company)
        result = asking.compute("integrated_ownership", key, of=key, threshold=least)
        _tell(asking, result, _greatest(result, "share_min", limit), ("owner", *SHARES), form, lang)


def holdings(
    party: Party,
    store: Store = STORE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    least: Annotated[float, typer.Option("--least", help="least share shown")] = 0.0,
    limit: int = 50,
    purpose: Purpose = None,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """What a party owns, directly and through others, all paths summed."""
    with existing(store) as opened:
        asking = _asking(opened, moment(as_of, known_at), "holdings", purpose, form, lang)
        key = asking.party(party)
        result = asking.compute("integrated_ownership", key, below=True, by=key, threshold=least)
        _tell(asking, result, _greatest(result, "share_min", limit), ("company", *SHARES), form, lang)


def controller(
    party: Party,
    store: Store = STORE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    limit: int = 50,
    purpose: Purpose = None,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """Who controls a company in the end, by which chain of command; and what the party itself controls."""
    with existing(store) as opened:
        asking = _asking(opened, moment(as_of, known_at), "controller", purpose, form, lang)
        key = asking.party(party)
        result = asking.compute("control", key, below=True)
        rows = asking.rows_about(result, key, "company") + asking.rows_about(result, key, "controller")[:limit]
        _tell(asking, result, rows, (*result.columns, CHAIN), form, lang)


def beneficial_owners(
    company: Party,
    store: Store = STORE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    purpose: Purpose = None,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """The natural persons behind a company and the test that each passes: computed, not filed (测算，非备案)."""
    with existing(store) as opened:
        asking = _asking(opened, moment(as_of, known_at), "beneficial-owners", purpose, form, lang)
        key = asking.party(company)
        result = asking.compute("beneficial_owners", key)
        _tell(asking, result, asking.rows_about(result, key, "company"), tuple(result.columns)[1:], form, lang)
    if form == "table":
        print("测算，非备案" if lang == "zh" else "computed, not filed")


def propagate(
    party: Party,
    store: Store = STORE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    purpose: Purpose = None,
    form: Format = Form.TABLE,
    lang: Lang = Language.ZH,
) -> None:
    """Risk that reaches a party through its relationships, split among the records that made it: a lead."""
    with existing(store) as opened:
        explained(opened, moment(as_of, known_at), "propagate", purpose, "risk_propagation", party, form, lang)
    if form == "table":
        print("关联为线索，不是结论" if lang == "zh" else "association is a lead, not a finding")


def _asking(
    store: GraphStore, at: Moment, command: str, purpose: str | None, form: Form, lang: Language, use: Use = Use.DISPLAY
) -> Asking:
    from api.asking import Asking

    return Asking(store, at, command, purpose, form, lang, use)


def explained(
    store: GraphStore,
    at: Moment,
    command: str,
    purpose: str | None,
    name: str,
    party: str,
    form: Form,
    lang: Language,
) -> None:
    """All parts of an algorithm's numbers about a party, as a command tells them."""
    asking = _asking(store, at, command, purpose, form, lang)
    key = asking.party(party)
    result = asking.compute(name, key, below=True)
    rows = asking.rows_about(result, key, *result.node_columns)
    _tell(asking, result, rows, tuple(result.columns), form, lang, most_parts=50)


CHAIN = "control_chain"
MONEY = ("given", "total")  # in minor units
LEAST = 0.0001  # what is less would read as nothing
SHARES = ("share_min", "share_max", "share_possible", "direct", "ultimate", "frozen")


def _greatest(result: Result, column: str, limit: int) -> list[int]:
    """The first rows by a column, greatest first."""
    return sorted(range(len(result)), key=lambda r: (-float(result.columns[column][r]), r))[:limit]


def _tell(
    asking: Asking,
    result: Result,
    rows: Sequence[int],
    columns: Sequence[str],
    form: Form,
    lang: Language,
    most_parts: int = PATHS,
) -> None:
    told = asking.told(result, rows, most_parts)
    if form == "json":
        _print_json({"rows": told, "warnings": _warnings(asking.warnings_about(result, rows))})
        return
    if form == "table" and not rows:
        print(render.word("no_result", lang))
        _say_warnings(list(result.warnings), lang)
        return
    chains = [{CHAIN: _chain(row["parts"], lang)} if CHAIN in columns else {} for row in told]
    cells = [_cells({n: (row | chain)[n] for n in columns}, lang) for row, chain in zip(told, chains, strict=True)]
    render.table(columns, cells, form, lang)
    if form == "table":
        for part in (part for row in told for part in row["parts"] if CHAIN not in columns):
            print("  " + "  ".join(x for x in _said(part, lang) if x))
        _say_warnings(asking.warnings_about(result, rows), lang)


def _chain(parts: Sequence[dict[str, Any]], lang: Language) -> str:
    """From a company up to whoever controls it, a relationship a line; a chain for each holder that counts."""
    return "\n".join(render_steps.lines(render_steps.back(part["relationships"]), lang) for part in parts)


def _said(part: dict[str, Any], lang: Language) -> tuple[str, ...]:
    """A part of a number: its amount, its records, its way."""
    steps = part["relationships"]
    way = render_steps.line(steps, lang) if steps else " → ".join(render_steps.name(n, lang) for n in part["way"])
    records = "、".join(render_steps.name(r, lang) for r in part["records"] if r)
    note = render.word(part["note"], lang)
    return f"{part['amount']:.4%}", records, way or note, note if way else ""


def _cells(row: dict[str, Any], lang: Language) -> list[Any]:
    return [_cell(name, value, lang) for name, value in row.items()]


def _cell(name: str, value: Any, lang: Language) -> Any:
    if isinstance(value, dict):
        return " ".join(x for x in (render_steps.name(value, lang), value["id"]) if x)
    if isinstance(value, bool):
        return "✓" if value else ""
    if name in MONEY and value is not None:
        return render_steps.money(value, lang)
    return (
        (f"{value:.4f}" if not value or abs(value) >= LEAST else f"{value:.2e}") if isinstance(value, float) else value
    )


def _warnings(notices: list[Notice]) -> list[dict[str, Any]]:
    return [{"code": n.code, "nodes": len(n.nodes), "detail": n.detail} for n in notices]


def _say_warnings(notices: list[Notice], lang: Language) -> None:
    for notice in notices:
        said = NOTICES.get(notice.code, notice.detail) if lang == "zh" else notice.detail
        print(f"! {notice.code} ({len(notice.nodes)}): {said}")


def _print_json(told: dict[str, Any]) -> None:
    print(json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True))


def _parameters(given: list[str], kind: Algorithm[Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError(
                f"--set {text}: not name=value",
                f"It takes {', '.join(kind.parameters.model_fields)}.",
                f"--set {text}：格式应为 参数=值。可用参数：{'、'.join(kind.parameters.model_fields)}。",
            )
        try:
            out[name] = json.loads(value)
        except ValueError:
            out[name] = value
    return out


COMMANDS = (
    run,
    owners,
    holdings,
    controller,
    beneficial_owners,
    propagate,
)
