"""How a class follows from the points, in words: cut-offs, caps, association, floors, red lines; or why none does."""

from __future__ import annotations

from typing import Any

from analytics.classes.grades import CLASSES, Outcome
from api.render import word
from api.render_node import source_title

SHOWN_SOURCES = 6  # on the page; all are in JSON


def reckoning(found: dict[str, Any], lang: str) -> list[str]:
    """The lines by which a class is recomputed by hand from the points of its parts."""
    zh, steps = lang == "zh", found["reckoning"]
    if found["model"]["kind"] == "warning":
        lines = [_listed(found, zh)]
    elif found["class"] in CLASSES:
        lines = [_cut_offs(found["cut_offs"], zh), _steps(steps, zh)]
    else:
        lines = [_why_none(found, zh)]
    more = (*_capped(steps, lang), _deducted(steps["deducted"], zh), _uncovered(found["uncovered"], lang))
    return [line for line in (*lines, *more) if line]


def _cut_offs(cut_offs: dict[str, float], zh: bool) -> str:
    bounds = [f"{letter} ≤ {cut_offs[letter]:g}" for letter in "ABC"]
    return f"分界：{'，'.join(bounds)}，以上为 D" if zh else f"cut-offs: {', '.join(bounds)}, D above"


def _steps(steps: dict[str, Any], zh: bool) -> str:
    own, every, raised = steps["own"], steps["with_association"], steps["association_raises_to"]
    told = [f"{'自身' if zh else 'own'} {own['points']:.3f} → {own['class']}"]
    if own["points"] != every["points"]:
        told.append(f"{'加关联' if zh else 'with association'} {every['points']:.3f} → {every['class']}")
    if raised != every["class"]:
        limit = "关联最多提高一级且不至 D" if zh else "association raises by one step at most and never to D"
        told.append(f"{limit} → {raised}")
    if steps["floor_c"]:
        told.append("底线：至少 C" if zh else "floor: at least C")
    if steps["red_line"]:
        told.append("红线 → D" if zh else "red line → D")
    return f"推算：{'；'.join(told)}" if zh else f"reckoning: {'; '.join(told)}"


def _capped(steps: dict[str, Any], lang: str) -> list[str]:
    return [
        f"封顶：{c['indicator']} {c['zh']} 各项合计 {c['points']:.3f}，按满分 {c['most']} 折算"
        if lang == "zh"
        else f"capped: the parts of {c['indicator']} {c['en']} come to {c['points']:.3f}, scaled to {c['most']}"
        for c in steps["capped"]
    ]


def _deducted(deducted: dict[str, Any] | None, zh: bool) -> str:
    if deducted is None:
        return ""
    stated, counted, most = f"{deducted['points']:.3f}", f"{deducted['counted']:.3f}", deducted["most"]
    if zh:
        return f"抵减：守信各项合计 {stated}，计入 {counted}（上限 {most}，且总分不低于 0）"
    return f"deducted: good marks come to {stated}, {counted} count (at most {most}, and never below 0)"


def _uncovered(lacking: list[dict[str, Any]], lang: str) -> str:
    """The sources without which a class was made, most indicators first, with the day of the last delivery of each."""
    if not lacking:
        return ""
    zh, told = lang == "zh", []
    for one in sorted(lacking, key=lambda x: -len(x["indicators"]))[:SHOWN_SOURCES]:
        last, until = one["last"], one["held_until"]
        if one["source"] is None:
            what = "总体基线（未建立）" if zh else "a baseline (none made)"
        elif last is None:
            what = f"{source_title(one['source'], lang)}{'（无报送）' if zh else ' (nothing delivered)'}"
        else:
            held = f"（{last} 报送，有效至 {until}）" if zh else f" (of {last}, good until {until})"
            what = source_title(one["source"], lang) + held
        told.append(f"{what} {'、'.join(one['indicators']) if zh else ', '.join(one['indicators'])}")
    rest = len(lacking) - len(told)
    told += [f"另有 {rest} 个来源（--format json）" if zh else f"{rest} more sources (--format json)"] if rest else []
    return f"未覆盖：{'；'.join(told)}" if zh else f"not covered: {'; '.join(told)}"


def _listed(found: dict[str, Any], zh: bool) -> str:
    least, there = f"{found['cut_offs']['A']:g}", found["listed"]
    if zh:
        return f"超过 {least} 分或有红线的列入名单；本企业{'列入' if there else '未列入'}"
    return f"listed above {least} points or with a red line; this firm is {'' if there else 'not '}listed"


def _why_none(found: dict[str, Any], zh: bool) -> str:
    """Why a company has no class, where more is to be said than the word for it."""
    if found["class"] == Outcome.OTHER_SECTOR.value:
        wanted, industry = ", ".join(found["population"]["sectors"]), found["company"]["industry"]
        trade = industry or word("unknown", "zh" if zh else "en")
        if zh:
            return f"本模型只用于行业 {wanted}，该企业行业代码 {trade}，不予分类；以下各项仅供参考"
        return (
            f"the model is for the sector {wanted}, this firm's is {trade}: no class; its parts are told all the same"
        )
    needed = found["coverage_needed"]
    if found["class"] == Outcome.NOT_ENOUGH_DATA.value and found["coverage"] < needed:
        return f"数据覆盖低于所需的 {needed:.0%}，不予分类" if zh else f"the coverage is below {needed:.0%}: no class"
    return "不予分类；以下各项仅供参考" if zh else "no class; its parts are told all the same"
