"""THE declaration of what the graph holds; constraints, tables, validation and docs derive from it.

Standard English terms are the names (one word everywhere: Python, column, Cypher, JSON); the national
Chinese term is the title; national field names (gsxt, double-publicity) are aliases. Records about a subject
are declared in graph/records.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from graph.declaration import Disclosure, Kind, Label, Ledger, Property, RelationshipType, prop
from graph.records import OBJECTION, RECORDS, REPAIR, WITHDRAWAL

T, N, B, D, M, S = Kind.TEXT, Kind.INTEGER, Kind.BOOLEAN, Kind.DATE, Kind.MONEY, Kind.SHARE

NAME = prop("name", T, "名称", "name", "ENTNAME", searched=True, required=True)

# What the Beneficial Ownership Data Standard says of parties, in the words of its code lists.
UNSPECIFIED = prop("unspecified", T, "未指明原因", "why nobody is named: BODS unspecifiedReason", coded=True)
ABROAD = (
    prop("jurisdiction", T, "注册国家或地区", "ISO 3166 code, or the name where none is given", coded=True),
    prop("entity_type", T, "组织类别", "BODS entityType, and its subtype after a colon", coded=True),
    prop("dissolved_on", D, "解散日期", "date of dissolution"),
    UNSPECIFIED,
)

COMPANY = Label(
    "Company",
    "经营主体",
    "Enterprise, individual business or cooperative",
    (
        prop(
            "uscc",
            T,
            "统一社会信用代码",
            "unified social credit code",
            "UNISCID",
            indexed=True,
            searched=True,
            identifier="CN-USCC",
        ),
        prop(
            "registration_number",
            T,
            "注册号",
            "registration number",
            "REGNO",
            indexed=True,
            looked_up=True,
            searched=True,
            identifier="CN-REGNO",
        ),
        prop(
            "organisation_code",
            T,
            "组织机构代码",
            "organisation code (in the USCC)",
            indexed=True,
            looked_up=True,
            identifier="CN-ORG",
        ),
        NAME,
        prop("company_type", T, "企业类型", "type of enterprise", "ENTTYPE"),
        prop(
            "subject_class",
            T,
            "主体类别",
            "subject class: enterprise, individual_business, cooperative, representative_office, branch, unknown",
            required=True,
            coded=True,
        ),
        prop("established_on", D, "成立日期", "date of establishment", "ESTDATE"),
        prop("approved_on", D, "核准日期", "date of the last approval", "APPRDATE"),
        prop(
            "status",
            T,
            "登记状态",
            "registration status: active, suspended, revoked, deregistered, cancelled, moved_out",
            "REGSTATE",
            coded=True,
        ),
        prop("registered_capital", M, "注册资本", "registered capital", "REGCAP", unit="minor units"),
        prop("currency", T, "币种", "ISO 4217 code of the capital", "REGCAPCUR", coded=True),
        prop("industry", T, "行业代码", "industry (GB/T 4754)", "INDUSTRYCO", coded=True),
        prop("scope", T, "经营范围", "business scope", "OPSCOPE"),
        prop("operates_until", D, "营业期限至", "end of the term of operation", "OPTO", inclusive_end=True),
        prop("registration_authority", T, "登记机关", "registration authority", "REGORG"),
        prop("area", T, "行政区划", "area code of the domicile (GB/T 2260)", "LOCALADM", coded=True),
        *ABROAD,
    ),
    Disclosure.PUBLIC,
    evolves=True,
)
ORGANISATION = Label(
    "Organisation",
    "机关、事业单位、社会组织",
    "Agency, institution, social organisation or State body",
    (
        prop(
            "uscc",
            T,
            "统一社会信用代码",
            "unified social credit code",
            indexed=True,
            searched=True,
            identifier="CN-USCC",
        ),
        prop(
            "organisation_code",
            T,
            "组织机构代码",
            "organisation code (in the USCC)",
            indexed=True,
            looked_up=True,
            identifier="CN-ORG",
        ),
        NAME,
        prop("state_body", B, "是否履行出资人职责的机关", "exercises State ownership"),
        prop("area", T, "行政区划", "area code", coded=True),
        prop("established_on", D, "成立日期", "date of establishment"),
        *ABROAD,
    ),
    Disclosure.PUBLIC,
    evolves=True,
)
PERSON = Label(
    "Person",
    "自然人",
    "Natural person; the identity number is never kept",
    (
        prop("name", T, "姓名", "name", searched=True, required=True, personal=True),
        prop("document_type", T, "证件类型", "type of identity document", "CERTYPE"),
        prop(
            "number_hash",
            T,
            "证件号摘要",
            "keyed hash of the identity number",
            personal=True,
            indexed=True,
            identifier="CN-ID",
        ),
        prop(
            "candidate_hash",
            T,
            "十五位证件号升位摘要",
            "keyed hash of the 18-digit form of a 15-digit number",
            personal=True,
            indexed=True,
            looked_up=True,
        ),
        prop(
            "mask_hash",
            T,
            "掩码摘要",
            "keyed hash of a number printed with a mask",
            personal=True,
            indexed=True,
            looked_up=True,
        ),
        prop("hash_algorithm", T, "摘要算法", "algorithm of the hashes"),
        prop("key_id", T, "密钥编号", "key of the hashes"),
        prop("last_four", T, "证件号后四位", "last four of the number", personal=True),
        prop("birth_year", N, "出生年份", "year of birth", personal=True, unit="year"),
        prop("sex", T, "性别", "sex: male, female", personal=True),
        prop("nationality", T, "国籍", "ISO 3166 codes, comma-separated", personal=True),
        UNSPECIFIED,
    ),
    Disclosure.AUTHORISED,
    evolves=False,
)
ADDRESS = Label(
    "Address",
    "地址",
    "A normalised address",
    (
        prop("text", T, "地址", "normalised address", "DOM", searched=True, required=True),
        prop("province", T, "省", "province"),
        prop("city", T, "市", "city"),
        prop("district", T, "区县", "district or county"),
        prop("road", T, "路街巷村", "road, street or village"),
        prop("number", T, "门牌号", "house number"),
        prop("room", T, "室", "room"),
        prop("kind", T, "地址类型", "kind: hosted, cluster, residential, park, nonexistent", coded=True),
    ),
    Disclosure.PUBLIC,
)
CONTACT = Label(
    "Contact",
    "联系方式",
    "A telephone number, e-mail address or website",
    (
        prop("kind", T, "类型", "kind: telephone, email, website", required=True, coded=True),
        prop("value", T, "号码或地址", "the number or address", searched=True, required=True, personal=True),
    ),
    Disclosure.GOVERNMENT,
)
IDENTIFIER = Label(
    "Identifier",
    "机构标识",
    "A code that a register, of any country, gave an organisation",
    (
        prop(
            "scheme", T, "标识体系", "list that the code is of: an org-id.guide code, else the list's name", coded=True
        ),
        prop("value", T, "标识代码", "the code as stated", indexed=True, searched=True, required=True),
    ),
    Disclosure.PUBLIC,
)
PERMIT_REQUIREMENT = Label(
    "PermitRequirement",
    "许可事项对照",
    "Words of a business scope that need a permit after the business licence",
    (
        prop("words", T, "经营范围表述", "words of the scope", required=True),
        prop("permit", T, "许可事项", "permit needed", required=True),
        prop("department", T, "主管部门", "competent department"),
    ),
    Disclosure.PUBLIC,
    evolves=True,
)

# How an interest is held, in the words of the Beneficial Ownership Data Standard.
INTERVAL = "what is declared: unstated, exact, or brackets, round where the bound itself is left out"
DIRECTNESS = prop("directness", T, "持有方式", "how it is held: direct, indirect, unknown", coded=True)
BENEFICIAL = prop("beneficial", B, "是否受益所有", "makes the holder a beneficial owner, as declared")

STATED_NAME = prop("stated_name", T, "登记姓名", "the party's name as this source states it", personal=True)
EVIDENCE = prop("evidence", T, "依据", "what agreed and by how many bits it counts; names of fields, no values")
PARTY = ("Company", "Organisation", "Person")
FIRM = ("Company", "Organisation")
RECORD = tuple(label.name for label in RECORDS)

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
            prop("share_min", S, "持股比例下限", "least share held", "SUBCONPROP"),
            prop("share_max", S, "持股比例上限", "greatest share held"),
            prop("votes_min", S, "表决权下限", "least share of votes"),
            prop("votes_max", S, "表决权上限", "greatest share of votes"),
            prop("subscribed", M, "认缴出资额", "capital subscribed", "SUBCONAM", unit="minor units"),
            prop("paid", M, "实缴出资额", "capital paid in", "ACCONAM", unit="minor units"),
            prop("currency", T, "币种", "ISO 4217 code", "CURRENCY"),
            prop("contribution_due_on", D, "出资期限", "date by which the capital is due", "CONDATE"),
            prop("contribution_form", T, "出资方式", "form of contribution", "CONFORM"),
            prop("basis", T, "股东类型", "class of the holder", "INVTYPE"),
            prop("share_interval", T, "持股区间类型", INTERVAL, coded=True),
            prop("votes_interval", T, "表决权区间类型", INTERVAL, coded=True),
            DIRECTNESS,
            BENEFICIAL,
            STATED_NAME,
        ),
        "#0a9a6c",
        several_sources=True,
    ),
    RelationshipType(
        "EXECUTIVE_PARTNER_OF",
        "执行事务合伙人",
        "executive partner of",
        PARTY,
        FIRM,
        Disclosure.PUBLIC,
        (STATED_NAME,),
        "#0a9a6c",
    ),
    RelationshipType(
        "CONTROLS",
        "实际控制（申报）",
        "controls, as declared",
        PARTY,
        FIRM,
        Disclosure.PUBLIC,
        (
            prop("basis", T, "依据", "how: agreement, votes, appointment, kinship, other", coded=True),
            prop("joint", B, "是否共同控制", "only together with the other controllers declared"),
            STATED_NAME,
        ),
        "#0a9a6c",
    ),
    RelationshipType(
        "APPOINTS_BOARD_OF",
        "有权任免董事",
        "appoints and removes directors of",
        PARTY,
        FIRM,
        Disclosure.PUBLIC,
        (
            prop("share_min", S, "董事席位下限", "least share of the board"),
            prop("share_max", S, "董事席位上限", "greatest share of the board"),
            prop("share_interval", T, "席位区间类型", INTERVAL, coded=True),
            DIRECTNESS,
            BENEFICIAL,
            STATED_NAME,
        ),
        "#0a9a6c",
    ),
    RelationshipType(
        "HOLDS_INTEREST_IN",
        "其他受益权益（申报）",
        "holds another interest in, or an indirect one",
        PARTY,
        FIRM,
        Disclosure.PUBLIC,
        (
            prop("interest", T, "权益类型", "BODS interestType", required=True, coded=True),
            prop("share_min", S, "比例下限", "least share"),
            prop("share_max", S, "比例上限", "greatest share"),
            prop("share_interval", T, "区间类型", INTERVAL, coded=True),
            DIRECTNESS,
            BENEFICIAL,
            prop("details", T, "说明", "the declaration's own words, where no person holds it"),
            STATED_NAME,
        ),
        "#0a9a6c",
    ),
    RelationshipType(
        "IDENTIFIED_BY",
        "机构标识",
        "is identified by",
        FIRM,
        ("Identifier",),
        Disclosure.PUBLIC,
        (),
        "#9aa5b1",
    ),
    RelationshipType(
        "ACTS_IN_CONCERT_WITH",
        "一致行动",
        "acts in concert with",
        PARTY,
        PARTY,
        Disclosure.PUBLIC,
        (
            prop("concerning", T, "所涉企业", "id of the firm that it is declared for; none: any", coded=True),
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
        (prop("post", T, "职务", "post", "POSITION", coded=True), STATED_NAME),
        "#6a5acd",
    ),
    RelationshipType(
        "REGISTERED_AT",
        "住所",
        "registered at",
        FIRM,
        ("Address",),
        Disclosure.PUBLIC,
        (prop("stated_address", T, "原始地址", "the address as stated"),),
        "#b7791f",
        evolves=True,
    ),
    RelationshipType(
        "BRANCH_OF",
        "分支机构",
        "branch of",
        FIRM,
        FIRM,
        Disclosure.PUBLIC,
        (),
        "#7a869a",
    ),
    RelationshipType(
        "GUARANTEES",
        "担保",
        "guarantees the debts of",
        PARTY,
        PARTY,
        Disclosure.GOVERNMENT,
        (
            prop("document_number", T, "合同编号", "number of the contract"),
            prop("amount", M, "担保金额", "amount guaranteed", unit="minor units"),
            prop("currency", T, "币种", "ISO 4217 code", coded=True),
            prop("form", T, "担保方式", "form: joint_liability, general, mortgage, pledge"),
            STATED_NAME,
        ),
        "#b0413e",
    ),
    RelationshipType(
        "USES_CONTACT",
        "使用联系方式",
        "uses a contact",
        PARTY,
        ("Contact",),
        Disclosure.GOVERNMENT,
        (prop("use", T, "用途", "whose it is: firm, liaison (a firm reaches it through him), own"),),
        "#9aa5b1",
    ),
    RelationshipType(
        "FILED_BY_AGENT",
        "登记代理",
        "filed by the agent",
        FIRM,
        PARTY,
        Disclosure.GOVERNMENT,
        (STATED_NAME,),
        "#c0a16b",
    ),
    RelationshipType(
        "SUBJECT_OF",
        "记录归属",
        "subject of",
        PARTY,
        RECORD,
        Disclosure.PUBLIC,
        (STATED_NAME,),
        "#d64545",
    ),
    RelationshipType(
        "REPAIRED_BY",
        "已修复",
        "repaired by",
        RECORD,
        ("Repair",),
        Disclosure.GOVERNMENT,
    ),
    RelationshipType(
        "WITHDRAWN_BY",
        "已撤销",
        "withdrawn by",
        RECORD,
        ("Withdrawal",),
        Disclosure.GOVERNMENT,
    ),
    RelationshipType(
        "OBJECTED_BY",
        "已提异议",
        "objected to by",
        RECORD,
        ("Objection",),
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
            prop("probability", S, "概率", "probability that both are one", required=True),
            prop("method", T, "方法", "how the link was made"),
            EVIDENCE,
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
            prop("probability", S, "概率", "probability that both are one", required=True),
            prop("method", T, "方法", "how the link was made"),
            EVIDENCE,
        ),
        "#999999",
    ),
)

# What hangs on a record: by relationship type the label at its end. None of it is shown by itself.
ON_RECORDS = {"REPAIRED_BY": "Repair", "WITHDRAWN_BY": "Withdrawal", "OBJECTED_BY": "Objection"}

LABELS: tuple[Label, ...] = (
    COMPANY,
    ORGANISATION,
    PERSON,
    ADDRESS,
    CONTACT,
    IDENTIFIER,
    PERMIT_REQUIREMENT,
    *RECORDS,
    REPAIR,
    WITHDRAWAL,
    OBJECTION,
)

LEDGERS: tuple[Ledger, ...] = (
    Ledger(
        "quarantine",
        "rows that could not be taken, with their reason; the row itself is encrypted",
        (
            prop("source", T, "来源", "source"),
            prop("file", T, "文件", "file"),
            prop("sheet", T, "工作表", "sheet"),
            prop("row", N, "行号", "row number in the sheet"),
            prop("field", T, "字段", "field"),
            prop("code", T, "原因代码", "reason code"),
            prop("value", T, "值", "offending value, scrubbed"),
            prop("sealed_row", T, "原始行", "the row, encrypted"),
            prop("expires_on", D, "删除日期", "day by which the encrypted row is deleted"),
        ),
    ),
    Ledger(
        "finding",
        "what a load noticed: notes and quality findings",
        (
            prop("source", T, "来源", "source"),
            prop("file", T, "文件", "file"),
            prop("row", N, "行号", "row"),
            prop("code", T, "代码", "finding code"),
            prop("subject", T, "主体", "node id"),
            prop("detail", T, "说明", "detail without personal data"),
        ),
    ),
    Ledger(
        "correction",
        "refused rows that a later file brought again, corrected",
        (
            prop("corrects", N, "原批次", "batch that refused the row"),
            prop("sheet", T, "工作表", "sheet"),
            prop("row", N, "行号", "row number in the refused file"),
        ),
    ),
    Ledger(
        "tombstone",
        "what was really erased: a keyed hash of the id or text, why and when",
        (
            prop("mark", T, "墓碑", "HMAC of the id, or of node, column and text, under the erasure key"),
            prop("kind", T, "类别", "node or text"),
            prop("table", T, "表", "label or type of the fact"),
            prop("column", T, "字段", "property in which a text was removed"),
            prop("spans", T, "位置", "characters removed, as from:to"),
            prop("reason", T, "原因", "reason: retention, order, request"),
            prop("erased_on", D, "删除日期", "day of the erasure"),
        ),
    ),
    Ledger(
        "sweep",
        "cleansing: what was proposed, approved and removed, one row an item, the first of a state without one",
        (
            prop("sweep", N, "清理编号", "number of the sweep"),
            prop("state", T, "状态", "state: proposed, approved, applied"),
            prop("kind", T, "类型", "kind: duplicate, invalid, past_retention, retired"),
            prop("label", T, "记录类别", "label of the record"),
            prop("node", T, "记录", "id of the record"),
            prop("other", T, "保留记录", "of a duplicate the record that stays"),
            prop("by", T, "经办人", "who proposed, approved or applied"),
            prop("on", D, "日期", "day"),
        ),
    ),
    Ledger(
        "decision",
        "what officers decided about a finding; of several about one thing the last counts",
        (
            prop("kind", T, "事项", "what was decided: match, association, shell"),
            prop("one", T, "对象", "id of the node"),
            prop("other", T, "对方", "id of the other node or of the record; empty where there is none"),
            prop("verdict", T, "结论", "verdict, in the words of its kind"),
            prop("reason", T, "理由", "why, without personal data"),
            prop("by", T, "经办人", "who decided"),
            prop("on", D, "日期", "day"),
        ),
    ),
    Ledger(
        "output",
        "files written that may hold people: an erasure looks through them",
        (
            prop("path", T, "路径", "absolute path"),
            prop("kind", T, "类型", "kind: receipt, export, picture, classes, projection"),
            prop("written_on", D, "写出日期", "day on which it was written"),
        ),
    ),
    Ledger(
        "run",
        "stored runs with all that made them",
        (
            prop("run_id", T, "运行编号", "run id"),
            prop("kind", T, "类型", "kind"),
            prop("manifest", T, "清单", "JSON of parameters, packs, clocks, input hash"),
            prop("result", T, "结果", "JSON of the result, canonical"),
        ),
    ),
)

# The columns that every version carries; valid time is half-open, known time is batch numbers.
CLOCKS: tuple[Property, ...] = (
    prop("source", T, "来源", "source that asserts the fact"),
    prop("valid_from", D, "生效日期", "first day on which it was true"),
    prop("valid_to", D, "失效日期", "first day on which it was no longer true"),
    prop("recorded_seq", N, "入库批次", "batch that brought it"),
    prop("superseded_seq", N, "取代批次", "batch that replaced it"),
    prop("end_basis", T, "终止依据", "stated, absent or replaced"),
    prop("bounds", T, "日期范围", "JSON: [first, last] of each date that is known only to lie between two days"),
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
SCHEMA_VERSION = 7
