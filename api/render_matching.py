"""How matching is told: counts, estimates and the queue, in Chinese or English."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from api import apart, render
from api.apart import Apart
from api.commands.options import Form, Language
from graph.declaration import SHARE_ONE

if TYPE_CHECKING:  # what is compiled takes long to import
    from analytics.matching.review import Case
    from analytics.matching.run import Matched

Parties = dict[int, Apart | None]  # None: a person, and no purpose is stated

WORDS: dict[str, tuple[str, str]] = {
    "persons": ("自然人", "persons"),
    "firms": ("单位", "firms"),
    "parties": ("参与比对的主体", "parties compared"),
    "identified": ("其中有证件号或代码", "of them with a number or code"),
    "set_aside": ("一号多名、搁置", "set aside: too many names on one number"),
    "pairs_compared": ("已比对（对）", "pairs compared"),
    "pairs_not_compared": (
        "未比对（高频姓名、无其他共同点，对）",
        "pairs not compared: a frequent name, nothing else shared",
    ),
    "most_not_compared": ("未比对者概率上限", "the most that a pair not compared can reach"),
    "joined": ("合并（概率不低于0.95）", "joined (.95 and more)"),
    "decided": ("经人工认定合并", "joined by decision"),
    "possible": ("疑似同一（0.5至0.95）", "possible (.5 to .95)"),
    "forbidden": ("高概率但有冲突，未合并", "probable, but something forbids it"),
    "contradicted": ("与证件号等矛盾的认定（未采用）", "decisions that a number or code contradicts, not followed"),
    "kind": ("类别", "kind"),
    "comparison": ("比较项", "comparison"),
    "level": ("程度", "level"),
    "bits": ("权重（比特）", "bits"),
    "why": ("原因", "why"),
    "unsure": ("经办人存疑", "left unsure"),
    "probability": ("概率", "probability"),
    "evidence": ("依据（比特）", "evidence (bits)"),
    "records": ("涉及记录", "records"),
    "ties": ("关联", "ties"),
    "prior": ("先验", "prior"),
    "name": ("姓名或名称", "name"),
    "birth_year": ("出生年份", "birth year"),
    "sex": ("性别", "sex"),
    "last_four": ("证件号后四位", "last four"),
    "rivals": ("同名竞争者", "rivals"),
    "limited": ("仅名称，封顶", "name alone, limited"),
    "nothing": ("无", "nothing"),
    "area": ("同区县", "area"),
    "address": ("同地址", "address"),
    "contact": ("同联系方式", "contact"),
    "people": ("共同人员或单位", "people or parties in common"),
    "record": ("同一文书", "record"),
    "firm": ("同一单位", "firm"),
    "same": ("一致", "same"),
    "differs": ("不一致", "differs"),
    "decision": ("人工认定", "decision"),
}


def word(text: str, lang: Language) -> str:
    """A word of this module in a language; others as they are."""
    return WORDS[text][lang is not Language.ZH] if text in WORDS else text


def evidence(text: str, lang: Language) -> str:
    """Evidence with its fields named in a language."""
    return re.sub(r"[a-z_]+", lambda m: word(m[0], lang), text)


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], form: Form, lang: Language) -> None:
    """A table whose columns are named in a language where people read it."""
    named = [word(c, lang) for c in columns] if form is Form.TABLE else columns
    render.table(named, list(rows), form, lang)


def pair(number: int, case: Case, parties: Parties, lang: Language) -> list[tuple[Any, ...]]:
    """A row for each of two parties, with what tells them apart; why they may be one beside the first."""
    one, other = (_party(parties[key], lang) for key in (case.one, case.other))
    at_stake = f"{word('records', lang)} {case.records}, {word('ties', lang)} {case.ties}"
    why = [f"{_probability(case)} {word(case.why, lang)}".strip(), at_stake, evidence(case.evidence, lang)]
    return [(number, *one, "\n".join(filter(None, why))), ("", *other, "")]


def _party(told: Apart | None, lang: Language) -> tuple[str, str, str, str]:
    if told is None:
        return "", render.word("personal", lang), "", ""
    return told["id"], told["name"], apart.identity(told, lang), apart.ties(told, lang)


def told(case: Case, parties: Parties) -> dict[str, Any]:
    """A pair as plain values; of people for whom no purpose is stated neither name nor id."""
    one, other = parties[case.one], parties[case.other]
    return {
        "one": one and one["name"],
        "other": other and other["name"],
        "probability": _probability(case),
        "why": case.why.value,
        "records": case.records,
        "ties": case.ties,
        "evidence": case.evidence,
        "one_id": one and one["id"],
        "other_id": other and other["id"],
        "parties": [one, other],
    }


def _probability(case: Case) -> str:
    return "" if case.share is None else f"{case.share / SHARE_ONE:.4f}"


def found(matched: Sequence[Matched], form: Form, lang: Language) -> None:
    """What a run counted and estimated."""
    counts = [(word(name, lang), *(_plain(m.counts[name]) for m in matched)) for name in matched[0].counts] + [
        (word("contradicted", lang), *(len(m.contradicted) for m in matched))
    ]
    table(("", *(m.kind for m in matched)), counts, form, lang)
    estimates = [
        (word(m.kind, lang), word(name, lang), word(level, lang), f"{p:.6f}", f"{q:.6f}", f"{bits:+.2f}")
        for m in matched
        for name, levels in m.model.told()["m"].items()
        for (level, p), q, bits in zip(levels.items(), m.model.u[name], m.model.bits(name)[1:].tolist(), strict=True)
    ]
    table(("kind", "comparison", "level", "m", "u", "bits"), estimates, form, lang)


def _plain(value: int | float) -> str:
    return f"{value:.4f}" if isinstance(value, float) else f"{value:,}"
