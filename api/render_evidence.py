"""What a part of a class rests on as text: its record or relationship, and the ways to it, a line each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from api.render import said, word
from api.render_steps import amounts, line, money
from graph.schema import SCHEMA

SHOWN_FURTHER = 2  # records or relationships that a part follows from beside the one that it names


def evidence(part: dict[str, Any], lang: str) -> str:
    """The evidence of a part, then each way to what it rests on."""
    marks = [word(f, lang) for f in ("red_line", "floor_c") if part[f]]
    paths = part.get("paths", ())
    on_the_way = any(step["key"] == part["evidence"].get("key") for way in paths for step in way["steps"])
    lines = [" ".join([*([] if on_the_way else [rests_on(part["evidence"], lang)]), *marks]).strip()]
    lines += _further(part["evidence"].get("further", ()), lang)
    lines += [decision(part["decision"], lang)] if part["decision"] else []
    for way in paths:
        points = f"{way['points']:.3f} " if len(paths) > 1 or part["other_paths"] else ""
        end = way["end"]
        new = end is not None and end.get("id", "") != part["evidence"].get("id")
        steps = [s for s in way["steps"] if not (new and s["type"] == "SUBJECT_OF")]
        told = "：".join(x for x in (line(steps, lang), _end(end, lang) if new else "") if x)
        lines += [points + told] if told else []
    if part.get("other_paths"):
        lines.append(f"{part['other_paths']:.3f} {'经其他路径' if lang == 'zh' else 'over other ways'}")
    return "\n".join(x for x in lines if x)


def decision(made: dict[str, Any], lang: str) -> str:
    """What an officer decided: the verdict, who, when and why."""
    what = f"{word(made['verdict'], lang)}{word('left out', lang) if made['verdict'] == 'refuted' else ''}"
    return f"{'人工认定' if lang == 'zh' else 'decided'} {what} {made['by']} {made['on']} {made['reason']}"


def _further(others: Sequence[dict[str, Any]], lang: str) -> list[str]:
    """What a part follows from beside what it names, a line each, the rest as a number."""
    zh = lang == "zh"
    lines = [f"{'另据' if zh else 'with'} {rests_on(one, lang)}" for one in others[:SHOWN_FURTHER]]
    if more := len(others[SHOWN_FURTHER:]):
        lines.append(f"另据其余 {more} 条（--format json）" if zh else f"with {more} more (--format json)")
    return lines


def _end(end: dict[str, Any], lang: str) -> str:
    """What is at the end of a way: a record, a status of the registration, unknown owners, how many firms."""
    if end["kind"] == "record":
        return _record(end, lang)
    if end["kind"] == "status":
        return f"{word('status', lang)} {said('Company', 'status', end['status'], lang)} {end['date']}"
    if end["kind"] == "unknown_owners":
        share = f"{end['share']:.2%}"
        return f"{share} 的股权持有人不明" if lang == "zh" else f"nobody known holds {share} of it"
    if burst := end.get("burst"):
        zh, en = "{on} 止 {days} 日内集中登记 {firms} 户以上", "{firms} or more registered in the {days} days to {on}"
        told = (zh if lang == "zh" else en).format(**burst)
        return ("，" if lang == "zh" else ", ").join([firms_there(end["firms"], lang), told])
    return firms_there(end["firms"], lang)


def firms_there(count: int, lang: str) -> str:
    """How many firms a person, an address, a contact or an agent has."""
    return f"有 {count} 户企业" if lang == "zh" else f"has {count} firms"


def rests_on(e: dict[str, Any], lang: str) -> str:
    """A record, a relationship or the registration, with the values that count of it."""
    told = values(e.get("told", {}), lang)
    if e["kind"] == "record":
        return " ".join([_record(e, lang), *told])
    if e["kind"] == "relationship":
        return " ".join(x for x in (_relationship(e, lang), *told) if x)
    return " ".join([word("registration", lang), *told])


def _relationship(e: dict[str, Any], lang: str) -> str:
    """A relationship with its ends and amounts; of one that has ended its kind and days."""
    if "from" in e:
        return " ".join(x for x in (line([e], lang), amounts(e, lang)) if x)
    what = e["zh"] if lang == "zh" and "zh" in e else word(e["type"], lang).replace("_", " ").lower()
    days = f"{e.get('valid_from') or ''}{'～' if e.get('valid_to') else ''}{e.get('valid_to') or ''}"
    return " ".join(x for x in (what, days) if x)


def values(told: dict[str, Any], lang: str) -> list[str]:
    """The values of a registration, and what ought to be there and is not."""
    zh = lang == "zh"
    out = [
        f"{SCHEMA.labels['Company'][n].zh if zh else SCHEMA.labels['Company'][n].en} {_value(n, v, lang)}"
        for n, v in told.items()
        if n in _OF_COMPANY and v is not None
    ]
    if years := told.get("years_missing"):
        out.append(f"未报年度 {'、'.join(map(str, years))}" if zh else f"no report for {', '.join(map(str, years))}")
    if permits := told.get("permits_missing"):
        out.append(f"缺许可 {'、'.join(permits)}" if zh else f"without {', '.join(permits)}")
    if told.get("paid") == 0:
        out.append("实缴 0" if zh else "nothing paid in")
    if staff := told.get("staff"):
        out.append(f"从业 {staff} 人" if zh else f"{staff} employed")
    for change in (*told.get("capital_cuts", ()), *told.get("capital_raised", ())):
        before, after = (_value("registered_capital", change[n], lang) for n in ("before", "after"))
        to = "减至" if change["after"] < change["before"] else "增至"
        out.append(f"{change['on']} 由 {before} {to} {after}" if zh else f"{change['on']} from {before} to {after}")
    if items := told.get("scope_items"):
        out.append(f"经营范围 {items} 项" if zh else f"{items} items of scope")
    if alike := told.get("alike"):
        out.append(f"同名异号企业 {alike} 户" if zh else f"{alike} firms of that name")
    return out + _counts(told, lang)


def _counts(told: dict[str, Any], lang: str) -> list[str]:
    """The counts that a part follows from."""
    zh, out = lang == "zh", []
    if tried := told.get("mediations"):
        failed = told["mediations_failed"]
        out.append(f"调解 {tried} 次，未成 {failed} 次" if zh else f"{failed} of {tried} mediations failed")
    if now := told.get("complaints"):
        year, days = told["complaints_of_year"], told["days"]
        out.append(f"近 {days} 日 {now} 件，一年内 {year} 件" if zh else f"{now} in {days} days, {year} in a year")
    if size := told.get("group"):
        bad = told["group_listed"]
        other = f"{bad} of {size} other firms under one control are listed"
        out.append(f"同一控制下其他企业 {size} 户，{bad} 户在名单" if zh else other)
    if given := told.get("guaranteed"):
        amount = _value("registered_capital", given, lang)
        out.append(f"圈链内担保 {amount}" if zh else f"guarantees {amount} in it")
    return out


_OF_COMPANY = ("established_on", "registered_capital", "currency", "industry")


def _value(name: str, value: Any, lang: str) -> str:
    if name == "registered_capital":  # kept in fen
        return money(value, lang)
    return str(value)


def _record(e: dict[str, Any], lang: str) -> str:
    derived = ("（程度为推定）" if lang == "zh" else "(severity derived)") if e["severity_derived"] else ""
    dated = ("usable_until", "not_confirmed_since", "objected_since")
    texts = (
        e["document_number"] or e["id"] or word("personal", lang),
        e["authority"],
        e["date"],
        said(e["label"], e["what_property"], e["what"], lang),
        derived,
        *(f"{word(name, lang)} {e[name]}" for name in dated if e[name]),
    )
    return " ".join(str(x) for x in texts if x)
