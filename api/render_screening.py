"""Answers of cross-checks in words: cells of the reply, lines of a page, and plain values for JSON."""

from __future__ import annotations

from collections.abc import Sequence

from analytics.rules.record_types import RECORD_TYPES
from analytics.rules.restrictions import Restrictions
from analytics.screening.candidate import Namesakes
from analytics.screening.fact import Fact
from analytics.screening.finding import Entry, Finding, Hint, Outcome
from analytics.screening.firms import Tie
from analytics.screening.role import Role, held
from analytics.screening.searched import OF_TIES, REGISTER, Freshness, Searched
from api.render import said, word
from api.screening import Report
from api.screening_values import Values, day_of, last_day
from api.screening_words import CONFIRM, WORDS
from graph.current import Node
from graph.schema import SCHEMA
from graph.time import NO_DATE, iso
from graph.visualization import title_of
from loaders.checklist import Listed
from loaders.oddities import Oddity
from loaders.reasons import explain
from loaders.source import sources


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
    def comma(self) -> str:
        """What stands between parts of a part."""
        return self.pick("，", ", ")

    @property
    def semicolon(self) -> str:
        """What stands between parts of a line."""
        return self.pick("；", "; ")

    @property
    def enumeration(self) -> str:
        """What stands between members of an enumeration."""
        return self.pick("、", ", ")

    def brackets(self, text: str) -> str:
        """An aside, after what it belongs to."""
        return self.pick(f"（{text}）", f" ({text})")

    def reason(self, code: str) -> str:
        """Why nothing can be said, with what to do about it where that is known."""
        return self.word(code) if code in WORDS else explain(code, self.lang)

    def firm(self, key: int) -> str:
        """A node by name and code, or id."""
        node = self.report.nodes.get(key)
        if node is None:
            return "?"
        if node.label not in ("Company", "Organisation"):
            return title_of(node)
        return f"{node.properties.get('name') or ''}{self.brackets(node.id.partition(':')[2])}"

    # --- parts of an answer -----------------------------------------------------------------------------

    def outcome(self, finding: Finding) -> str:
        """One of the four, with its counts: own and related records apart, by time in office."""
        said = self.word(finding.outcome.value)
        verify = len(finding.to_verify)
        if finding.reason:
            return said + self.brackets(self.reason(finding.reason))
        if finding.outcome is Outcome.TO_VERIFY:
            return self.pick(f"{said} {verify} 条", f"{said}: {verify}")
        if finding.outcome is Outcome.NOTHING:
            return said
        own, office, rest = (len(x) for x in list(finding.sections.values())[:3])
        total = own + office + rest
        zh = f"{said} {total} 条（本人 {own} 条；关联企业任职或持股期间 {office} 条、其他期间 {rest} 条）"
        en = f"{said}: {total} (own {own}; related companies: in office or holding {office}, at other times {rest})"
        more = self.pick(f"；另待核实 {verify} 条", f"; to be verified: {verify}") if verify else ""
        return self.pick(zh, en) + more

    def fact(self, fact: Fact) -> str:
        """Kind, authority, number, date, content, and how long it stands."""
        told = [
            self.kind(fact),
            fact.authority,
            fact.document_number,
            iso(fact.date) or self.word("date_unknown"),
            self.what(fact),
            self.about(fact),
            self.status(fact),
        ]
        return self.comma.join(str(t) for t in told if t)

    def status(self, fact: Fact) -> str:
        """Whether it was performed, how long it stands, and the mark of an objection that is not decided."""
        until = last_day(fact.until)
        if fact.out_of_use:
            zh, en = (
                f"已停止使用（至 {until}），凭档案授权查阅",
                f"out of use since {until}, seen under an archive approval",
            )
            return self.comma.join(filter(None, (fact.performance, self.pick(zh, en))))
        standing = (
            self.pick(f"在有效期内，至 {until}", f"in force until {until}") if until else self.pick("有效", "in force")
        )
        return self.comma.join(t for t in (fact.performance, standing, self.objection(fact)) if t)

    def objection(self, fact: Fact) -> str:
        """The mark of a record with an objection that is not decided."""
        since = iso(fact.objected_since)
        return self.pick(f"异议处理中（{since} 受理）", f"objected to, received {since}") if since else ""

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

    def about(self, fact: Fact) -> str:
        """What a penalty is for, or what an entry forbids."""
        return str(said(RECORD_TYPES[fact.type].label, "violation", fact.about, self.lang) or "") if fact.about else ""

    def role(self, role: Role) -> str:
        """A tie with its days, and its source where that is a declaration and no register."""
        title = role.tie if role.tie != "post" else role.post or "post"
        named = said("HOLDS_POST_IN", "post", title, self.lang) if role.tie == "post" else self.word(title)
        since = iso(role.since) or self.pick("起始日期未载", "?")
        until = iso(role.until) or self.pick("至今", "now")
        declared = role.source not in (OF_TIES[role.tie], REGISTER)
        source = self.word("source") + self.colon + self.source(role.source)
        return f"{named} {since} – {until}" + (self.brackets(source) if declared else "")

    def entry(self, entry: Entry) -> str:
        """A fact with the company, the roles in it, whether in office on its date, and every doubt."""
        parts = [self.fact(entry.fact)]
        if entry.roles:
            parts += [self.firm(entry.fact.subject), self.roles(entry), self.office(entry)]
        doubts = self.semicolon.join(self.word(d) for d in entry.doubts)
        line = self.semicolon.join(filter(None, parts))
        return line + (self.pick(f"【{doubts}】", f" [{doubts}]") if doubts else "")

    def roles(self, entry: Entry) -> str:
        """What the subject is or was in the company, with days."""
        return self.enumeration.join(dict.fromkeys(map(self.role, entry.roles)))

    def office(self, entry: Entry) -> str:
        """Whether a post, or else a holding, was held on the fact's date; nothing where that is not known."""
        if entry.in_office is None:
            return ""
        if not entry.in_office:
            return self.pick("当日不在任、不持股", "neither in office nor a holder that day")
        posts = [r for r in entry.roles if r.tie != "shareholder"]
        if held(posts, entry.fact.date):
            return self.pick("当日在任", "in office that day")
        return self.pick("当日未任职，持股", "not in office that day, a holder")

    def hint(self, hint: Hint) -> str:
        """A clause with its days, and the element that no record settles."""
        fact, clause = hint.entry.fact, hint.clause
        until = last_day(hint.until)
        since = iso(fact.date) or "?"
        span = f"{since} – {until}" if until else self.pick(f"自 {since} 起", f"since {since}")
        unknown = self.pick(f"待查明：{clause.unknown_zh}", f"unknown: {clause.unknown_en}")
        firm = [self.firm(fact.subject)] if hint.entry.roles else []
        head = self.pick("疑似任职限制 - 待核实：", "suspected restriction, to be verified: ")
        only = [self.pick("仅限制登记企业", "bars from registering firms only")] if not clause.barred else []
        return head + self.semicolon.join([hint.period.article, *only, self.kind(fact), *firm, span, unknown])

    def searched(self, found: Sequence[Searched]) -> str:
        """Each source with the day of its data; those that are late, and those that are missing, by themselves."""
        groups = []
        for state in Freshness:
            named = [f"{self.source(s.source)} {day_of(s) or ''}".strip() for s in found if s.freshness is state]
            head = "" if state is Freshness.CURRENT else self.word(state.value) + self.colon
            groups += [head + self.enumeration.join(named)] if named else []
        return self.semicolon.join(groups)

    def oddity(self, one: Oddity) -> str:
        """What is worth telling of a list's file, and where."""
        return self.word(one.what).format(
            sheet=one.sheet or self.pick("名单", "list"), places=self.enumeration.join(one.places)
        )

    def source(self, name: str) -> str:
        """A source's name."""
        return self.pick(sources()[name].zh, name.replace("_", " "))

    def outcome_of_firm(self, finding: Finding) -> str:
        """One of the four, with its counts."""
        if finding.outcome is not Outcome.FOUND:
            return self.outcome(finding)
        hits, verify = len(finding.hits), len(finding.to_verify)
        more = self.pick(f"；另待核实 {verify} 条", f"; to be verified: {verify}") if verify else ""
        return self.pick(f"发现 {hits} 条", f"found: {hits}") + more

    def registration(self, node: Node) -> str:
        """A firm's status in the register, the day of the last approval, and which source says so as of when."""
        told = Values(self.report, self.lang).registration(node)
        status = said("Company", "status", told["status"], self.lang) or self.word("unknown")
        source = told["source"] and self.word("source") + self.colon + self.source(told["source"])
        parts = [
            told["approved_on"] and f"{self.word('approved_on')} {told['approved_on']}",
            self.comma.join(filter(None, (source, told["data_date"]))),
        ]
        more = self.semicolon.join(filter(None, parts))
        return self.word("status") + self.colon + str(status) + (self.brackets(more) if more else "")

    def remarks(self, one: Listed, finding: Finding) -> list[str]:
        """What is worth telling of a row of a list: which row it repeats, what was read how, who confirms."""
        notes = [self.word(code) for code in (*one.notes, *finding.notes)]
        if one.same_as:
            sheet, row = one.same_as
            notes.insert(0, self.pick(f"重复：同 {sheet} 第 {row} 行", f"the same as row {row} of {sheet}"))
        if one.see:
            places = self.enumeration.join(self.pick(f"{s} 第 {r} 行", f"row {r} of {s}") for s, r in one.see)
            notes.append(self.pick(f"另见 {places}", f"see {places}"))
        return notes + ([self.pick(*CONFIRM)] if finding.hits or finding.to_verify else [])

    def namesakes(self, found: Namesakes) -> str:
        """How many bear the name of somebody without a number: never more than that."""
        if not any(found):
            return self.pick("库中没有同名的人", "nobody on record bears that name")
        counts = [
            self.pick(f"有证件号码的 {found.people} 人", f"people with a number: {found.people}"),
            self.pick(f"身份不明的记载 {found.mentions} 处", f"mentions without one: {found.mentions}"),
        ]
        told = self.enumeration.join(c for c, n in zip(counts, found, strict=True) if n)
        zh = f"库中同名：{told}；仅姓名相同不能认定，请补充证件号码"
        return self.pick(zh, f"of that name on record: {told}, which proves nothing: add the number")

    def tie(self, tie: Tie) -> str:
        """What joins a firm to a node, with its day."""
        known = SCHEMA.types[tie.type]
        days = f" {iso(tie.since) or '?'} – {iso(tie.until) or ''}".rstrip(" –") if tie.since != NO_DATE else ""
        return self.pick(known.zh, known.en) + days


def not_covered(pack: Restrictions, lang: str) -> str:
    """What no data here can tell of restrictions on posts."""
    listed = [one.zh if lang == "zh" else one.en for one in pack.not_covered]
    head, between = ("任职限制中未涵盖：", "、") if lang == "zh" else ("Not covered of restrictions on posts: ", ", ")
    return head + between.join(listed)
