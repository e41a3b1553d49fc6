"""THE declaration of what the graph holds; constraints, tables, validation and docs derive from it.

Standard English terms are the names (one word everywhere: Python, column, Cypher, JSON); the national
Chinese term is the title; national field names (gsxt, double-publicity) are aliases.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any


class Kind(StrEnum):
    """What a property's value is, and its unit in the store."""

    TEXT = "text"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATE = "date"  # civil date, Asia/Shanghai; integer days since 1970-01-01 outside Neo4j
    MONEY = "money"  # integer minor units of the row's currency (fen for CNY)
    SHARE = "share"  # integer multiples of 1e-10; 1 = 10_000_000_000


SHARE_ONE = 10_000_000_000


class Disclosure(IntEnum):
    """Who may see a fact: everybody, government departments, or only whom a task authorises."""

    PUBLIC = 0
    GOVERNMENT = 1
    AUTHORISED = 2


@dataclass(frozen=True)
class Property:
    """One property of a label or relationship type."""

    name: str
    kind: Kind
    zh: str
    en: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    personal: bool = False
    indexed: bool = False
    searched: bool = False
    identifier: str | None = None  # the identifier scheme whose value this property carries
    inclusive_end: bool = False  # the national field states the last day, we store the day after
    unit: str = ""


@dataclass(frozen=True)
class Label:
    """A node label. `evolves`: a changed value ends the old one in valid time, else it corrects it."""

    name: str
    zh: str
    en: str
    properties: tuple[Property, ...]
    disclosure: Disclosure
    disclosure_person: Disclosure = Disclosure.AUTHORISED
    evolves: bool = False
    record: bool = False

    def __getitem__(self, name: str) -> Property:
        return next(p for p in self.properties if p.name == name)


@dataclass(frozen=True)
class RelationshipType:
    """A relationship type with the labels it may join."""

    name: str
    zh: str
    en: str
    start: tuple[str, ...]
    end: tuple[str, ...]
    disclosure: Disclosure
    properties: tuple[Property, ...] = ()
    colour: str = "#8a8f98"
    evolves: bool = False  # one at a time a start node: another end node ends the old one in valid time


@dataclass(frozen=True)
class Ledger:
    """An append-only list of rows kept beside the graph: what was refused, found out, or computed."""

    name: str
    en: str
    columns: tuple[Property, ...]


def _p(name: str, kind: Kind, zh: str, en: str, *aliases: str, **more: Any) -> Property:
    return Property(name, kind, zh, en, aliases, **more)


T, N, B, D, M, S = Kind.TEXT, Kind.INTEGER, Kind.BOOLEAN, Kind.DATE, Kind.MONEY, Kind.SHARE

NAME = _p("name", T, "名称", "name", "ENTNAME", searched=True, required=True)

COMPANY = Label(
    "Company",
    "经营主体",
    "Enterprise, individual business or cooperative",
    (
        _p(
            "uscc",
            T,
            "统一社会信用代码",
            "unified social credit code",
            "UNISCID",
            indexed=True,
            searched=True,
            identifier="CN-USCC",
        ),
        _p(
            "registration_number",
            T,
            "注册号",
            "registration number",
            "REGNO",
            indexed=True,
            searched=True,
            identifier="CN-REGNO",
        ),
        _p(
            "organisation_code", T, "组织机构代码", "organisation code (in the USCC)", indexed=True, identifier="CN-ORG"
        ),
        NAME,
        _p("company_type", T, "企业类型", "type of enterprise", "ENTTYPE"),
        _p(
            "subject_class",
            T,
            "主体类别",
            "subject class: enterprise, individual_business, cooperative, representative_office, branch, unknown",
            required=True,
        ),
        _p("established_on", D, "成立日期", "date of establishment", "ESTDATE"),
        _p("approved_on", D, "核准日期", "date of the last approval", "APPRDATE"),
        _p(
            "status",
            T,
            "登记状态",
            "registration status: active, suspended, revoked, deregistered, cancelled, moved_out",
            "REGSTATE",
        ),
        _p("registered_capital", M, "注册资本", "registered capital", "REGCAP", unit="minor units"),
        _p("currency", T, "币种", "ISO 4217 code of the capital", "REGCAPCUR"),
        _p("industry", T, "行业代码", "industry (GB/T 4754)", "INDUSTRYCO"),
        _p("scope", T, "经营范围", "business scope", "OPSCOPE"),
        _p("operates_until", D, "营业期限至", "end of the term of operation", "OPTO", inclusive_end=True),
        _p("registration_authority", T, "登记机关", "registration authority", "REGORG"),
        _p("area", T, "行政区划", "area code of the domicile (GB/T 2260)", "LOCALADM"),
    ),
    Disclosure.PUBLIC,
    evolves=True,
)
ORGANISATION = Label(
    "Organisation",
    "机关、事业单位、社会组织",
    "Agency, institution, social organisation or State body",
    (
        _p(
            "uscc",
            T,
            "统一社会信用代码",
            "unified social credit code",
            indexed=True,
            searched=True,
            identifier="CN-USCC",
        ),
        _p(
            "organisation_code", T, "组织机构代码", "organisation code (in the USCC)", indexed=True, identifier="CN-ORG"
        ),
        NAME,
        _p("state_body", B, "是否履行出资人职责的机关", "exercises State ownership"),
        _p("area", T, "行政区划", "area code"),
    ),
    Disclosure.PUBLIC,
    evolves=True,
)
PERSON = Label(
    "Person",
    "自然人",
    "Natural person; the identity number is never kept",
    (
        _p("name", T, "姓名", "name", searched=True, required=True, personal=True),
        _p("document_type", T, "证件类型", "type of identity document", "CERTYPE"),
        _p(
            "number_hash",
            T,
            "证件号摘要",
            "keyed hash of the identity number",
            personal=True,
            indexed=True,
            identifier="CN-ID",
        ),
        _p(
            "candidate_hash",
            T,
            "十五位证件号升位摘要",
            "keyed hash of the 18-digit form of a 15-digit number",
            personal=True,
            indexed=True,
        ),
        _p("mask_hash", T, "掩码摘要", "keyed hash of a number printed with a mask", personal=True, indexed=True),
        _p("hash_algorithm", T, "摘要算法", "algorithm of the hashes"),
        _p("key_id", T, "密钥编号", "key of the hashes"),
        _p("last_four", T, "证件号后四位", "last four of the number", personal=True),
        _p("birth_year", N, "出生年份", "year of birth", personal=True, unit="year"),
        _p("sex", T, "性别", "sex: male, female", personal=True),
    ),
    Disclosure.AUTHORISED,
    evolves=False,
)
ADDRESS = Label(
    "Address",
    "地址",
    "A normalised address",
    (
        _p("text", T, "地址", "normalised address", "DOM", searched=True, required=True),
        _p("province", T, "省", "province"),
        _p("city", T, "市", "city"),
        _p("district", T, "区县", "district or county"),
        _p("road", T, "路街巷村", "road, street or village"),
        _p("number", T, "门牌号", "house number"),
        _p("room", T, "室", "room"),
    ),
    Disclosure.PUBLIC,
)
CHANNEL = _p("channel", T, "公示渠道", "publicity channel: creditchina, gsxt")
PENALTY = Label(
    "AdministrativePenalty",
    "行政处罚",
    "An administrative penalty",
    (
        _p(
            "document_number",
            T,
            "决定书文号",
            "number of the decision",
            "CF_WSH",
            "PENDECNO",
            indexed=True,
            searched=True,
            required=True,
        ),
        _p("decided_on", D, "处罚决定日期", "date of the decision", "CF_JDRQ", "PENDECISSDATE", required=True),
        _p("published_on", D, "公示日期", "date of publication", "PUBLICDATE"),
        CHANNEL,
        _p("violation", T, "违法行为类型", "type of violation", "CF_WFXW", "ILLEGACTTYPE"),
        _p("facts", T, "违法事实", "facts found", "CF_SY"),
        _p("basis", T, "处罚依据", "legal basis", "CF_YJ"),
        _p("kinds", T, "处罚类别", "kinds of penalty, comma-separated codes", "CF_CFLB", "PENTYPE"),
        _p("content", T, "处罚内容", "text of the decision", "CF_NR", "PENCONTENT"),
        _p("fine", M, "罚款金额", "fine", "CF_NR_FK", "PENAM", unit="fen"),
        _p("confiscated", M, "没收金额", "amount confiscated", "CF_NR_WFFF", "FORFAM", unit="fen"),
        _p("severity", T, "失信程度", "slight, general or serious"),
        _p("severity_derived", B, "程度为推定", "the severity was derived, not stated"),
        _p("simple_procedure", B, "简易程序", "decided in simple procedure"),
        _p("domain", T, "领域", "food, drug, special_equipment, work_safety, fire"),
        _p("no_penalty", B, "不予处罚", "a decision not to punish"),
        _p(
            "publicity_ends_on",
            D,
            "公示截止期",
            "first day without publicity, as the file states it",
            "CF_GSJZQ",
            inclusive_end=True,
        ),
        _p("authority", T, "处罚机关", "authority", "CF_CFJG", "PENAUTH", required=True),
        _p("subject_name", T, "行政相对人名称", "the party as the document names it", "CF_XDR_MC", personal=True),
        _p("amount_conflict", B, "金额与决定书不符", "the amount contradicts the text of the decision"),
    ),
    Disclosure.PUBLIC,
    Disclosure.GOVERNMENT,
    record=True,
)
LIST_ENTRY = Label(
    "ListEntry",
    "名单记录",
    "An entry in a list: abnormal operation, dishonest judgment debtor and so on",
    (
        _p(
            "list_type",
            T,
            "名单类型",
            "abnormal_operation, dishonest_debtor, serious_violation",
            required=True,
            indexed=True,
        ),
        _p("document_number", T, "文号或案号", "decision or case number", indexed=True, searched=True),
        _p("reasons", T, "列入原因", "reason codes, comma-separated", "SPECAUSE"),
        _p("listed_on", D, "列入日期", "date of entry", "ABNTIME", required=True),
        _p("published_on", D, "发布日期", "date of publication"),
        _p("removed_on", D, "移出日期", "date of removal", "REMDATE"),
        _p("removal_reason", T, "移出原因", "reason of removal", "REMEXCPRES"),
        _p("term_ends_on", D, "期限届满日", "first day after the term, as the court states it", inclusive_end=True),
        _p("extension_years", N, "延长年限", "years by which the term was extended", unit="years"),
        _p("authority", T, "作出机关", "authority or court", required=True),
        _p("enforcement_basis", T, "执行依据文号", "document enforced"),
        _p("duty", T, "生效法律文书确定的义务", "duty under the judgment"),
        _p("performance", T, "履行情况", "performance"),
        _p("subject_name", T, "主体名称", "the subject as the document names it", personal=True),
    ),
    Disclosure.PUBLIC,
    Disclosure.PUBLIC,
    record=True,
)
REPAIR = Label(
    "Repair",
    "信用修复",
    "A repair of a record, in one channel",
    (
        _p("document_number", T, "修复决定文号", "number of the repair decision", searched=True),
        CHANNEL,
        _p("effective_on", D, "修复日期", "date from which the record may not be used", required=True),
        _p("authority", T, "认定机关", "authority"),
    ),
    Disclosure.GOVERNMENT,
    Disclosure.AUTHORISED,
)
WITHDRAWAL = Label(
    "Withdrawal",
    "撤销",
    "A withdrawal or revocation of a decision",
    (
        _p("document_number", T, "撤销决定文号", "number of the decision that withdraws", searched=True),
        _p("effective_on", D, "撤销日期", "date of the withdrawal", required=True),
        _p("authority", T, "撤销机关", "authority"),
        _p("reason", T, "撤销原因", "reason"),
    ),
    Disclosure.GOVERNMENT,
    Disclosure.AUTHORISED,
)

STATED_NAME = _p("stated_name", T, "登记姓名", "the party's name as this source states it", personal=True)
PARTY = ("Company", "Organisation", "Person")
FIRM = ("Company", "Organisation")

TYPES: tuple[RelationshipType, ...] = (
    RelationshipType(
        "LEGAL_REPRESENTATIVE_OF",
        "法定代表人",
        "legal representative of",
        ("Person",),
        FIRM,
        Disclosure.PUBLIC,
        (STATED_NAME,),
        "#2f6fde",
    ),
    RelationshipType(
        "HOLDS_SHARES_IN",
        "出资/持股",
        "holds shares in",
        PARTY,
        FIRM,
        Disclosure.PUBLIC,
        (
            _p("share_min", S, "持股比例下限", "least share held", "SUBCONPROP"),
            _p("share_max", S, "持股比例上限", "greatest share held"),
            _p("votes_min", S, "表决权下限", "least share of votes"),
            _p("votes_max", S, "表决权上限", "greatest share of votes"),
            _p("subscribed", M, "认缴出资额", "capital subscribed", "SUBCONAM", unit="minor units"),
            _p("paid", M, "实缴出资额", "capital paid in", "ACCONAM", unit="minor units"),
            _p("currency", T, "币种", "ISO 4217 code", "CURRENCY"),
            _p("contribution_due_on", D, "出资期限", "date by which the capital is due", "CONDATE"),
            _p("contribution_form", T, "出资方式", "form of contribution", "CONFORM"),
            _p("basis", T, "股东类型", "class of the holder", "INVTYPE"),
            STATED_NAME,
        ),
        "#0a9a6c",
    ),
    RelationshipType(
        "HOLDS_POST_IN",
        "董事、监事、高管",
        "holds a post in",
        ("Person",),
        FIRM,
        Disclosure.PUBLIC,
        (_p("post", T, "职务", "post", "POSITION"), STATED_NAME),
        "#6a5acd",
    ),
    RelationshipType(
        "REGISTERED_AT",
        "住所",
        "registered at",
        FIRM,
        ("Address",),
        Disclosure.PUBLIC,
        (_p("stated_address", T, "原始地址", "the address as stated"),),
        "#b7791f",
        evolves=True,
    ),
    RelationshipType(
        "SUBJECT_OF",
        "记录归属",
        "subject of",
        PARTY,
        ("AdministrativePenalty", "ListEntry"),
        Disclosure.PUBLIC,
        (STATED_NAME,),
        "#d64545",
    ),
    RelationshipType(
        "REPAIRED_BY",
        "已修复",
        "repaired by",
        ("AdministrativePenalty", "ListEntry"),
        ("Repair",),
        Disclosure.GOVERNMENT,
    ),
    RelationshipType(
        "WITHDRAWN_BY",
        "已撤销",
        "withdrawn by",
        ("AdministrativePenalty", "ListEntry"),
        ("Withdrawal",),
        Disclosure.GOVERNMENT,
    ),
    RelationshipType(
        "SAME_AS",
        "同一主体",
        "the same party as",
        PARTY,
        PARTY,
        Disclosure.AUTHORISED,
        (
            _p("probability", S, "概率", "probability that both are one", required=True),
            _p("method", T, "方法", "how the link was made"),
        ),
        "#444444",
    ),
    RelationshipType(
        "POSSIBLY_SAME",
        "疑似同一主体",
        "possibly the same party as; never collapsed",
        PARTY,
        PARTY,
        Disclosure.AUTHORISED,
        (
            _p("probability", S, "概率", "probability that both are one", required=True),
            _p("method", T, "方法", "how the link was made"),
        ),
        "#999999",
    ),
)

LABELS: tuple[Label, ...] = (
    COMPANY,
    ORGANISATION,
    PERSON,
    ADDRESS,
    PENALTY,
    LIST_ENTRY,
    REPAIR,
    WITHDRAWAL,
)

LEDGERS: tuple[Ledger, ...] = (
    Ledger(
        "quarantine",
        "rows that could not be taken, with their reason; the row itself is encrypted",
        (
            _p("source", T, "来源", "source"),
            _p("file", T, "文件", "file"),
            _p("sheet", T, "工作表", "sheet"),
            _p("row", N, "行号", "row number in the sheet"),
            _p("field", T, "字段", "field"),
            _p("code", T, "原因代码", "reason code"),
            _p("value", T, "值", "offending value, scrubbed"),
            _p("sealed_row", T, "原始行", "the row, encrypted"),
            _p("expires_on", D, "删除日期", "day by which the encrypted row is deleted"),
        ),
    ),
    Ledger(
        "finding",
        "what a load noticed: notes and quality findings",
        (
            _p("source", T, "来源", "source"),
            _p("file", T, "文件", "file"),
            _p("row", N, "行号", "row"),
            _p("code", T, "代码", "finding code"),
            _p("subject", T, "主体", "node id"),
            _p("detail", T, "说明", "detail without personal data"),
        ),
    ),
    Ledger(
        "run",
        "stored runs with all that made them",
        (
            _p("run_id", T, "运行编号", "run id"),
            _p("kind", T, "类型", "kind"),
            _p("manifest", T, "清单", "JSON of parameters, packs, clocks, input hash"),
            _p("result", T, "结果", "JSON of the result, canonical"),
        ),
    ),
)

# The columns that every version carries; valid time is half-open, known time is batch numbers.
CLOCKS: tuple[Property, ...] = (
    _p("source", T, "来源", "source that asserts the fact"),
    _p("valid_from", D, "生效日期", "first day on which it was true"),
    _p("valid_to", D, "失效日期", "first day on which it was no longer true"),
    _p("recorded_seq", N, "入库批次", "batch that brought it"),
    _p("superseded_seq", N, "取代批次", "batch that replaced it"),
    _p("end_basis", T, "终止依据", "stated, absent or replaced"),
    _p("bounds", T, "日期范围", "JSON: [first, last] of each date known only to the month or year"),
)


@dataclass(frozen=True)
class Schema:
    """All labels and types, with the look-ups that everything else derives from."""

    labels: dict[str, Label] = field(default_factory=lambda: {x.name: x for x in LABELS})
    types: dict[str, RelationshipType] = field(default_factory=lambda: {x.name: x for x in TYPES})
    ledgers: dict[str, Ledger] = field(default_factory=lambda: {x.name: x for x in LEDGERS})

    def properties(self, table: str) -> tuple[Property, ...]:
        """Properties of a label or relationship type; KeyError if there is none of that name."""
        return self.labels[table].properties if table in self.labels else self.types[table].properties

    def fact_columns(self, table: str) -> list[str]:
        """Columns of a table of facts, in order: keys, clocks, then its own properties."""
        end = ["end"] if table in self.types else []
        return [
            "owner",
            *end,
            "grp",
            "lot",
            "digest",
            *(c.name for c in CLOCKS),
            *(p.name for p in self.properties(table)),
        ]

    def evolves(self, table: str) -> bool:
        """Whether a changed fact of a table ends the old one in valid time, rather than correcting it."""
        return self.labels[table].evolves if table in self.labels else self.types[table].evolves

    def record_labels(self) -> list[str]:
        """Labels of records about a subject, in declared order."""
        return [x.name for x in self.labels.values() if x.record]

    def tables(self) -> list[str]:
        """Every label, then every relationship type, in declared order."""
        return [*self.labels, *self.types]


SCHEMA = Schema()
SCHEMA_VERSION = 1
