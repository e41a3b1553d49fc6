"""Answers of cross-checks in words: cells of the reply, lines of a page, and plain values for JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from analytics.rules.post_restrictions import RestrictionPack
from analytics.screening.fact import Fact
from analytics.screening.finding import Entry, Finding, Hint, Outcome
from analytics.screening.firms import Tie
from analytics.screening.record_types import RECORD_TYPES
from analytics.screening.role import Role
from analytics.screening.searched import Freshness, Searched
from api.render import said, word
from api.screening import FirmsReport, PeopleReport, Report
from graph.schema import SCHEMA
from graph.time import FOREVER, NO_DATE, iso
from graph.visualization import title_of
from loaders.checklist import Listed
from loaders.reasons import explain
from loaders.source import sources

WORDS: dict[str, tuple[str, str]] = {
    # reasons why nothing can be said
    "number_absent": ("没有证件号码，不作核查", "no identity number"),
    "number_masked": ("证件号码不完整，不作核查", "only a part of the number"),
    "name_absent": ("没有姓名", "no name"),
    "number_two_names": ("名单中同一证件号码对应两个姓名，请核实后重报", "two names on one number in the list"),
    "number_set_aside": (
        "该证件号码在库中对应三个以上姓名，已停用",
        "the number carries three or more names, set aside",
    ),
    "no_authorisation": ("没有本人授权书", "no authorisation of the person"),
    "several_names": (
        "一个单元格中有几个姓名：请每人一行，或确认后用 --split 拆分",
        "several names in a cell; --split",
    ),
    "code_unknown": ("库中没有该代码", "the code is not in the store"),
    "name_unknown": ("库中没有该名称的唯一全称", "no firm bears that full name"),
    "several_firms": ("该名称对应多家企业，请补充代码", "several firms bear that name; give the code"),
    # doubts
    "masked_number": ("同名且公开名单的掩码证件号相符", "same name, and a masked number that fits"),
    "other_name": ("证件号（代码）相同但名称不同", "the same number under another name"),
    "fifteen_digits": ("十五位与十八位证件号可能为同一人", "15 and 18 digits of one number"),
    "linked": ("疑似同一人", "possibly the same person"),
    "office_unknown": ("任职起止日期不足以判断是否在任", "the dates do not tell whether in office"),
    "date_unknown": ("日期不详", "date unknown"),
    "name_only": ("仅名称相同", "by name only"),
    # notes on the list
    "number_normalised": ("证件号已规范书写", "number put into its normal form"),
    "name_normalised": ("姓名已规范书写", "name put into its normal form"),
    "other_document": ("非居民身份证", "another document than the identity card"),
    "sex_contradicts": ("性别与证件号不符", "sex contradicts the number"),
    "born_contradicts": ("出生日期与证件号不符", "birth date contradicts the number"),
    "born_unreadable": ("出生日期无法识别", "birth date unreadable"),
    "same_name_other_number": ("名单中另有同名不同号者", "another of this name in the list"),
    # oddities of the workbook
    "hidden_sheet": ("有隐藏的工作表，已一并读取", "hidden sheets were read as well"),
    "hidden_rows": ("有隐藏的行，已一并读取", "hidden rows were read as well"),
    "filter": ("有筛选，全部行已读取", "there is a filter; all rows were read"),
    "pictures": ("图片（如印章）不保留在回复中", "pictures are not kept in the reply"),
    # ties
    "legal_representative": ("法定代表人", "legal representative"),
    "executive_partner": ("执行事务合伙人", "executive partner"),
    "shareholder": ("股东", "shareholder"),
    "controller": ("实际控制人（申报）", "controller, as declared"),
    # headings
    "checked": ("核查", "checked"),
    "result": ("核查结果", "result"),
    "own": ("本人记录", "own records"),
    "own_firm": ("本企业记录", "own records"),
    "in_office": ("关联企业记录（任职期间）", "related companies, in office"),
    "not_in_office": ("关联企业记录（非任职期间）", "related companies, not in office"),
    "to_verify": ("待核实", "to be verified"),
    "hints": ("任职限制提示", "hints on posts"),
    "status": ("登记状态", "status"),
    "ties": ("相互关联（线索）", "ties among them (a lead)"),
    "notes": ("说明", "notes"),
    "searched": ("检索来源及数据日期", "sources searched and the day of their data"),
    "freshness": ("状态", "state"),
    "type": ("记录类别", "kind of record"),
    "authority": ("认定机关", "authority"),
    "document_number": ("文号", "document"),
    "date": ("日期", "date"),
    "last_day": ("可用至（含）", "last day of use"),
    "data_date": ("数据日期", "data of"),
    "doubts": ("存疑", "doubts"),
    "what": ("内容", "what"),
    "not_found_in": ("未发现记录的来源", "nothing found in"),
    Outcome.NOTHING.value: ("未发现", "nothing found"),
    Outcome.FOUND.value: ("发现", "found"),
    Outcome.TO_VERIFY.value: ("待核实", "to be verified"),
    Outcome.NOT_CHECKED.value: ("无法核查", "not checked"),
    Freshness.CURRENT.value: ("按期", "current"),
    Freshness.LATE.value: ("逾期", "late"),
    Freshness.MISSING.value: ("缺失", "missing"),
}
PEOPLE_COLUMNS = ("result", "own", "in_office", "not_in_office", "to_verify", "hints", "notes", "searched")
FIRM_COLUMNS = ("result", "status", "own_firm", "to_verify", "ties", "notes", "searched")
CONFIRM = ("记录须经认定单位会签确认", "records are to be confirmed by whoever issued them")


class Speaker:
    """Puts a report into one language."""

    def __init__(self, report: Report, lang: str) -> None:
        self.report, self.lang = report, lang

    def word(self, code: str) -> str:
        """A term of this page, else of the others."""
        return self.pick(*WORDS[code]) if code in WORDS else word(code, self.lang)

    def pick(self, zh: str, en: str) -> str:
        """One of two wordings."""
        return zh if self.lang == "zh" else en

    @property
    def colon(self) -> str:
        """What stands between a heading and what it is about."""
        return self.pick("：", ": ")

    @property
    def semicolon(self) -> str:
        """What stands between parts of a line."""
        return self.pick("；", "; ")

    def reason(self, code: str) -> str:
        """Why nothing can be said, with what to do about it where that is known."""
        return self.word(code) if code in WORDS else explain(code, self.lang)

    def firm(self, key: int) -> str:
        """A node by name and code, or id."""
        node = self.report.nodes.get(key)
        if node is None:
            return "?"
        if node.label == "Person":
            return title_of(node)
        return f"{node.properties.get('name') or ''}（{node.id.partition(':')[2]}）"

    # --- parts of an answer -----------------------------------------------------------------------------

    def outcome(self, finding: Finding) -> str:
        """One of the four, with its counts: own and related records apart, by time in office."""
        said = self.word(finding.outcome.value)
        verify = len(finding.to_verify)
        if finding.reason:
            return self.pick(f"{said}（{self.reason(finding.reason)}）", f"{said} ({self.reason(finding.reason)})")
        if finding.outcome is Outcome.TO_VERIFY:
            return self.pick(f"{said} {verify} 条", f"{said}: {verify}")
        if finding.outcome is Outcome.NOTHING:
            return said
        own = sum(not e.doubts for e in finding.own)
        related = [e for e in finding.related if not e.doubts]
        office = sum(bool(e.in_office) for e in related)
        rest, total = len(related) - office, own + len(related)
        zh = f"{said} {total} 条（本人 {own} 条；关联企业任职期间 {office} 条、非任职期间 {rest} 条）"
        en = f"{said}: {total} (own {own}; related companies: in office {office}, not in office {rest})"
        more = self.pick(f"；另待核实 {verify} 条", f"; to be verified: {verify}") if verify else ""
        return self.pick(zh, en) + more

    def fact(self, fact: Fact) -> str:
        """Kind, authority, number, date, content, and how long it stands."""
        until = _last_day(fact.until)
        standing = (
            self.pick(f"在有效期内，至 {until}", f"in force until {until}") if until else self.pick("有效", "in force")
        )
        told = [
            self.kind(fact),
            fact.authority,
            fact.document_number,
            iso(fact.date) or self.word("date_unknown"),
            self.what(fact),
            fact.performance,
            standing,
        ]
        return self.pick("，", ", ").join(str(t) for t in told if t)

    def kind(self, fact: Fact) -> str:
        """The kind of record."""
        kind = RECORD_TYPES[fact.type]
        return self.pick(kind.zh, kind.en)

    def what(self, fact: Fact) -> str:
        """The codes of what was done, in words."""
        label = RECORD_TYPES[fact.type].label
        name = {"AdministrativePenalty": "kinds", "ListEntry": "reasons", "RevokedRegistration": "reason"}.get(
            label, "kind"
        )
        return str(said(label, name, fact.what, self.lang) or "")

    def role(self, role: Role) -> str:
        """A tie with its days."""
        title = role.tie if role.tie != "post" else role.post or "post"
        named = said("HOLDS_POST_IN", "post", title, self.lang) if role.tie == "post" else self.word(title)
        since = iso(role.since) or self.pick("起始日期未载", "?")
        until = iso(role.until) or self.pick("至今", "now")
        return f"{named} {since} – {until}"

    def entry(self, entry: Entry) -> str:
        """A fact with the company, the roles in it, whether in office on its date, and every doubt."""
        parts = [self.fact(entry.fact)]
        if entry.roles:
            office = {
                True: ("当日在任（持股）", "held on that date"),
                False: ("当日不在任（不持股）", "not held on that date"),
            }
            parts.append(self.firm(entry.fact.subject))
            parts.append(self.pick("、", ", ").join(self.role(r) for r in entry.roles))
            parts += [self.pick(*office[entry.in_office])] if entry.in_office is not None else []
        doubts = self.semicolon.join(self.word(d) for d in entry.doubts)
        line = self.semicolon.join(parts)
        return line + (f"【{doubts}】" if doubts else "")

    def hint(self, hint: Hint) -> str:
        """A clause with its days, and the element that no record settles."""
        fact, clause = hint.entry.fact, hint.clause
        until = _last_day(hint.until)
        span = f"{iso(fact.date) or '?'} – {until or ''}".strip()
        unknown = self.pick(f"待查明：{clause.unknown_zh}", f"unknown: {clause.unknown_en}")
        firm = [self.firm(fact.subject)] if hint.entry.roles else []
        head = self.pick("疑似任职限制 - 待核实：", "suspected restriction, to be verified: ")
        return head + self.semicolon.join([clause.basis, self.kind(fact), *firm, span, unknown])

    def searched(self, found: Sequence[Searched]) -> str:
        """Each source with the day of its data; those that are late, and those that are missing, by themselves."""
        groups = []
        for state in Freshness:
            named = [f"{self.source(s.source)} {_day(s) or ''}".strip() for s in found if s.freshness is state]
            head = "" if state is Freshness.CURRENT else self.word(state.value) + self.colon
            groups += [head + self.pick("、", ", ").join(named)] if named else []
        return self.semicolon.join(groups)

    def source(self, name: str) -> str:
        """A source's name."""
        return self.pick(sources()[name].zh, name)

    # --- cells of a reply -------------------------------------------------------------------------------

    def people_cells(self, report: PeopleReport) -> dict[tuple[str, int], list[str]]:
        """By sheet and row the cells under PEOPLE_COLUMNS; several people of one cell follow one another."""
        return self._cells(report.listed, report.findings, lambda i: self._person(report, i))

    def firm_cells(self, report: FirmsReport) -> dict[tuple[str, int], list[str]]:
        """By sheet and row the cells under FIRM_COLUMNS."""
        lines = self._ties(report)
        return self._cells(report.listed, report.findings, lambda i: self._firm(report, i, lines))

    def _cells(
        self, listed: Sequence[Listed], findings: Sequence[Finding], of: Callable[[int], list[str]]
    ) -> dict[tuple[str, int], list[str]]:
        shared = Counter((one.sheet, one.row) for one in listed)
        out: dict[tuple[str, int], list[str]] = {}
        for i, (one, _) in enumerate(zip(listed, findings, strict=True)):
            place, cells = (one.sheet, one.row), of(i)
            if shared[place] > 1:
                cells = [f"{one.name}{self.colon}{c}" if c else "" for c in cells]
            before = out.get(place)
            out[place] = [_joined(a, b) for a, b in zip(before, cells, strict=True)] if before else cells
        return out

    def _person(self, report: PeopleReport, i: int) -> list[str]:
        one, finding = report.listed[i], report.findings[i]
        certain = [e for e in finding.related if not e.doubts]
        sections = (
            [e for e in finding.own if not e.doubts],
            [e for e in certain if e.in_office],
            [e for e in certain if not e.in_office],
            list(finding.to_verify),
        )
        notes = self._notes(one, finding)
        if one.problem == "number_absent" and one.name:
            count = report.namesakes.get(one.name, 0)
            notes.append(self.pick(f"库中同名 {count} 人（节点），不作为发现", f"{count} of that name, none a hit"))
        return [
            self.outcome(finding),
            *(self._numbered(map(self.entry, section)) for section in sections),
            self._numbered(map(self.hint, finding.hints)),
            self.semicolon.join(notes),
            "" if finding.reason else self._all_searched,
        ]

    def _firm(self, report: FirmsReport, i: int, ties: dict[int, list[str]]) -> list[str]:
        one, finding, key = report.listed[i], report.findings[i], report.keys[i]
        node = report.nodes.get(key) if key is not None else None
        status = node.properties.get("status") if node else None
        certain = [e for e in finding.own if not e.doubts]
        return [
            self.outcome_of_firm(finding),
            str(said("Company", "status", status, self.lang) or ""),
            self._numbered(map(self.entry, certain)),
            self._numbered(map(self.entry, finding.to_verify)),
            self._numbered(ties.get(key, ()) if key is not None else ()),
            self.semicolon.join(self._notes(one, finding)),
            "" if finding.reason else self._all_searched,
        ]

    def outcome_of_firm(self, finding: Finding) -> str:
        """One of the four, with its counts."""
        if finding.outcome is not Outcome.FOUND:
            return self.outcome(finding)
        hits, verify = len(finding.hits), len(finding.to_verify)
        more = self.pick(f"；另待核实 {verify} 条", f"; to be verified: {verify}") if verify else ""
        return self.pick(f"发现 {hits} 条", f"found: {hits}") + more

    @property
    def _all_searched(self) -> str:
        return self.searched(self.report.searched)

    def remarks(self, one: Listed, finding: Finding) -> list[str]:
        """What is wrong with a row of a list, or worth telling of it."""
        notes = [self.reason(finding.reason)] if finding.reason else []
        return notes + self._notes(one, finding)

    def _notes(self, one: Listed, finding: Finding) -> list[str]:
        notes = [self.word(code) for code in one.notes]
        if one.same_as:
            sheet, row = one.same_as
            notes.insert(0, self.pick(f"重复：同 {sheet} 第 {row} 行", f"the same as row {row} of {sheet}"))
        return notes + ([self.pick(*CONFIRM)] if finding.hits or finding.to_verify else [])

    def _numbered(self, lines: Iterable[str]) -> str:
        return "\n".join(f"{i}. {line}" for i, line in enumerate(lines, 1))

    def _ties(self, report: FirmsReport) -> dict[int, list[str]]:
        """Of each firm a line for each other party and what they have in common."""
        at: dict[int, list[Tie]] = {}
        for tie in report.ties:
            at.setdefault(tie.node, []).append(tie)
        out: dict[int, list[str]] = {}
        for node, ties in at.items():
            for mine in ties:
                others = list(dict.fromkeys(t.firm for t in ties if t.firm != mine.firm))
                direct = node in report.keys or node == report.buyer
                if direct:
                    out.setdefault(mine.firm, []).append(self._party(report, node) + self.colon + self._kind(mine))
                elif others:
                    with_whom = "、".join(self._party(report, o) for o in others)
                    theirs = " / ".join(dict.fromkeys(self._kind(t) for t in ties if t.firm != mine.firm))
                    out.setdefault(mine.firm, []).append(
                        f"{with_whom}{self.colon}{self.firm(node)}（{self._kind(mine)} / {theirs}）"
                    )
        return {firm: list(dict.fromkeys(lines)) for firm, lines in out.items()}

    def _party(self, report: FirmsReport, key: int) -> str:
        buyer = self.pick("采购人 ", "buyer ") if key == report.buyer else ""
        return buyer + self.firm(key)

    def _kind(self, tie: Tie) -> str:
        known = SCHEMA.types[tie.type]
        days = f" {iso(tie.since) or '?'} – {iso(tie.until) or ''}".rstrip(" –") if tie.since != NO_DATE else ""
        return self.pick(known.zh, known.en) + days

    # --- plain values -----------------------------------------------------------------------------------

    def told(self, entry: Entry) -> dict[str, Any]:
        """An entry for JSON."""
        fact = entry.fact
        return {
            "type": fact.type,
            "authority": fact.authority,
            "document_number": fact.document_number,
            "date": iso(fact.date),
            "last_day": _last_day(fact.until),
            "source": fact.source,
            "data_date": next((_day(s) for s in self.report.searched if s.source == fact.source), None),
            "what": fact.what,
            "performance": fact.performance,
            "company": self._company(fact.subject) if entry.roles else None,
            "roles": [
                {"tie": r.tie, "post": r.post, "since": iso(r.since), "until": iso(r.until), "source": r.source}
                for r in entry.roles
            ],
            "in_office": entry.in_office,
            "doubts": list(entry.doubts),
        }

    def _company(self, key: int) -> dict[str, Any] | None:
        node = self.report.nodes.get(key)
        if node is None:
            return None
        return {"id": node.id, "name": node.properties.get("name"), "status": node.properties.get("status")}

    def told_finding(self, finding: Finding) -> dict[str, Any]:
        """A finding for JSON, its sections and counts apart."""
        certain = [e for e in finding.related if not e.doubts]
        sections = {
            "own": [e for e in finding.own if not e.doubts],
            "related_in_office": [e for e in certain if e.in_office],
            "related_not_in_office": [e for e in certain if not e.in_office],
            "to_verify": list(finding.to_verify),
        }
        return {
            "outcome": finding.outcome.value,
            "reason": finding.reason,
            **{name: [self.told(e) for e in entries] for name, entries in sections.items()},
            "hints": [
                {
                    "clause": h.clause.basis,
                    "because": self.told(h.entry),
                    "last_day": _last_day(h.until),
                    "unknown": self.pick(h.clause.unknown_zh, h.clause.unknown_en),
                }
                for h in finding.hints
            ],
        }

    def told_searched(self) -> list[dict[str, Any]]:
        """The sources for JSON."""
        return [
            {"source": s.source, "data_date": _day(s), "freshness": s.freshness.value} for s in self.report.searched
        ]


def not_covered(pack: RestrictionPack, lang: str) -> str:
    """What no data here can tell of restrictions on posts."""
    listed = pack.not_covered_zh if lang == "zh" else pack.not_covered_en
    return ("任职限制中未涵盖：" if lang == "zh" else "Not covered of restrictions on posts: ") + "、".join(listed)


def _day(one: Searched) -> str | None:
    return one.data_date.isoformat() if one.data_date else None


def _last_day(until: int) -> str | None:
    """The last day before a half-open end; None where there is none."""
    return None if until in (NO_DATE, FOREVER) else iso(until - 1)


def _joined(before: str, more: str) -> str:
    return "\n".join(x for x in (before, more) if x)
