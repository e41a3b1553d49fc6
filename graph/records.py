"""Labels of records about a subject, and of what ends their use.

A record names the property that holds its own date (`dated`); how long it may be used stands in graph/publicity.
"""

from __future__ import annotations

from graph.declaration import Disclosure, Kind, Label, Property, prop

T, N, B, D, M = Kind.TEXT, Kind.INTEGER, Kind.BOOLEAN, Kind.DATE, Kind.MONEY

AUTHORITY = prop("authority", T, "作出机关", "authority that made or keeps the record", required=True)
SUBJECT_NAME = prop("subject_name", T, "主体名称", "the subject as the record names it", personal=True)


def _number(zh: str, en: str, *aliases: str) -> Property:
    return prop("document_number", T, zh, en, *aliases, indexed=True, searched=True)


def _record(
    name: str,
    zh: str,
    en: str,
    dated: str,
    *properties: Property,
    disclosure: Disclosure = Disclosure.PUBLIC,
    disclosure_person: Disclosure = Disclosure.AUTHORISED,
) -> Label:
    return Label(
        name,
        zh,
        en,
        (*properties, AUTHORITY, SUBJECT_NAME),
        disclosure,
        disclosure_person,
        dated=dated,
    )


CHANNEL = prop("channel", T, "公示渠道", "publicity channel: creditchina, gsxt")
PENALTY = Label(
    "AdministrativePenalty",
    "行政处罚",
    "An administrative penalty",
    (
        prop(
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
        prop("decided_on", D, "处罚决定日期", "date of the decision", "CF_JDRQ", "PENDECISSDATE", required=True),
        prop("published_on", D, "公示日期", "date of publication", "PUBLICDATE"),
        CHANNEL,
        prop("violation", T, "违法行为类型", "type of violation", "CF_WFXW", "ILLEGACTTYPE"),
        prop("facts", T, "违法事实", "facts found", "CF_SY"),
        prop("basis", T, "处罚依据", "legal basis", "CF_YJ"),
        prop("kinds", T, "处罚类别", "kinds of penalty, comma-separated codes", "CF_CFLB", "PENTYPE"),
        prop("content", T, "处罚内容", "text of the decision", "CF_NR", "PENCONTENT"),
        prop("fine", M, "罚款金额", "fine", "CF_NR_FK", "PENAM", unit="fen"),
        prop("confiscated", M, "没收金额", "amount confiscated", "CF_NR_WFFF", "FORFAM", unit="fen"),
        prop("severity", T, "失信程度", "slight, general or serious"),
        prop("severity_derived", B, "程度为推定", "the severity was derived, not stated"),
        prop("simple_procedure", B, "简易程序", "decided in simple procedure"),
        prop("domain", T, "领域", "food, drug, special_equipment, work_safety, fire"),
        prop("no_penalty", B, "不予处罚", "a decision not to punish"),
        prop(
            "publicity_ends_on",
            D,
            "公示截止期",
            "first day without publicity, as the file states it",
            "CF_GSJZQ",
            inclusive_end=True,
        ),
        prop("authority", T, "处罚机关", "authority", "CF_CFJG", "PENAUTH", required=True),
        prop("subject_name", T, "行政相对人名称", "the party as the document names it", "CF_XDR_MC", personal=True),
        prop("amount_conflict", B, "金额与决定书不符", "the amount contradicts the text of the decision"),
    ),
    Disclosure.PUBLIC,
    Disclosure.GOVERNMENT,
    dated="decided_on",
)
LIST_ENTRY = Label(
    "ListEntry",
    "名单记录",
    "An entry in a list: abnormal operation, dishonest judgment debtor and so on",
    (
        prop(
            "list_type",
            T,
            "名单类型",
            "type of list, as lists.yaml names them",
            required=True,
            indexed=True,
        ),
        prop("document_number", T, "文号或案号", "decision or case number", indexed=True, searched=True),
        prop("reasons", T, "列入原因", "reason codes, comma-separated", "SPECAUSE"),
        prop("listed_on", D, "列入日期", "date of entry", "ABNTIME", required=True),
        prop("published_on", D, "发布日期", "date of publication"),
        prop("removed_on", D, "移出日期", "date of removal", "REMDATE"),
        prop("removal_reason", T, "移出原因", "reason of removal", "REMEXCPRES"),
        prop("term_ends_on", D, "期限届满日", "first day after the term, as the court states it", inclusive_end=True),
        prop("extension_years", N, "延长年限", "years by which the term was extended", unit="years"),
        prop("authority", T, "作出机关", "authority or court", required=True),
        prop("enforcement_basis", T, "执行依据文号", "document enforced"),
        prop("duty", T, "生效法律文书确定的义务", "duty under the judgment"),
        prop("performance", T, "履行情况", "performance"),
        prop("subject_name", T, "主体名称", "the subject as the document names it", personal=True),
    ),
    Disclosure.PUBLIC,
    Disclosure.PUBLIC,
    dated="listed_on",
)
REPAIR = Label(
    "Repair",
    "信用修复",
    "A repair of a record, in one channel",
    (
        prop("document_number", T, "修复决定文号", "number of the repair decision", searched=True),
        CHANNEL,
        prop("effective_on", D, "修复日期", "date from which the record may not be used", required=True),
        prop("authority", T, "认定机关", "authority"),
    ),
    Disclosure.GOVERNMENT,
    Disclosure.AUTHORISED,
)
WITHDRAWAL = Label(
    "Withdrawal",
    "撤销",
    "A withdrawal or revocation of a decision",
    (
        prop("document_number", T, "撤销决定文号", "number of the decision that withdraws", searched=True),
        prop("effective_on", D, "撤销日期", "date of the withdrawal", required=True),
        prop("authority", T, "撤销机关", "authority"),
        prop("reason", T, "撤销原因", "reason"),
    ),
    Disclosure.GOVERNMENT,
    Disclosure.AUTHORISED,
)


PERMIT = _record(
    "Permit",
    "行政许可",
    "A permit or licence",
    "decided_on",
    _number("许可决定文书号", "number of the decision", "XK_WSH"),
    prop("document_name", T, "许可文书名称", "name of the document", "XK_XKWS"),
    prop("category", T, "许可类别", "kind: ordinary, franchise, recognition, approval, registration", "XK_XKLB"),
    prop("certificate", T, "许可证书名称", "name of the certificate", "XK_XKZS"),
    prop("certificate_number", T, "许可编号", "number of the certificate", "XK_XKBH", searched=True),
    prop("content", T, "许可内容", "what is permitted", "XK_NR"),
    prop("decided_on", D, "许可决定日期", "date of the decision", "XK_JDRQ", required=True),
    prop("starts_on", D, "有效期自", "first day of the permit", "XK_YXQZ"),
    prop("ends_on", D, "有效期至", "first day after the permit", "XK_YXQZI", inclusive_end=True),
    prop("state", T, "当前状态", "state: valid, invalid, revoked, cancelled", "XK_ZT"),
    disclosure_person=Disclosure.GOVERNMENT,
)
ADMINISTRATIVE_ACT = _record(
    "AdministrativeAct",
    "其他行政行为",
    "Another administrative act: compulsion, confirmation, levy, grant, ruling, compensation, award, supervision",
    "decided_on",
    _number("文书号", "number of the document"),
    prop("act", T, "行为类别", "kind of act", required=True),
    prop("content", T, "内容", "what was decided"),
    prop("decided_on", D, "作出日期", "date of the act", required=True),
    prop("published_on", D, "公示日期", "date of publication"),
    disclosure_person=Disclosure.GOVERNMENT,
)
REGISTRATION_CHANGE = _record(
    "RegistrationChange",
    "变更登记",
    "A change of a registered item",
    "changed_on",
    _number("准予文号", "number of the approval", "OPENO"),
    prop("item", T, "变更事项", "item changed", "ALTITEM", required=True),
    prop("changed_on", D, "变更日期", "date of the change", "ALTDATE", required=True),
    prop("before", T, "变更前内容", "before", "ALTBE", personal=True),
    prop("after", T, "变更后内容", "after", "ALTAF", personal=True),
)
ANNUAL_REPORT = _record(
    "AnnualReport",
    "年度报告",
    "An annual report as the firm published it",
    "reported_on",
    prop("year", N, "报告年度", "year reported", "ANCHEYEAR", required=True, unit="year"),
    prop("reported_on", D, "报送日期", "date of the report", "ANCHEDATE", required=True),
    prop("staff", N, "从业人数", "people employed", "EMPNUM", unit="people"),
    prop("insured_staff", N, "参保人数", "people insured", unit="people"),
    prop("assets", M, "资产总额", "total assets", "ASSGRO", unit="fen"),
    prop("liabilities", M, "负债总额", "total liabilities", "LIAGRO", unit="fen"),
    prop("revenue", M, "营业总收入", "total revenue", "VENDINC", unit="fen"),
    prop("profit", M, "利润总额", "total profit", "PROGRO", unit="fen"),
    prop("tax", M, "纳税总额", "taxes paid", "RATGRO", unit="fen"),
    disclosure=Disclosure.GOVERNMENT,
)
CONTACT_ATTEMPT = _record(
    "ContactAttempt",
    "联系核查",
    "An attempt to reach a firm at its registered address or telephone",
    "attempted_on",
    _number("核查编号", "number of the attempt"),
    prop("method", T, "核查方式", "way: letter, telephone, visit", required=True),
    prop("attempted_on", D, "核查日期", "date of the attempt", required=True),
    prop("reached", B, "是否联系上", "the firm was reached", required=True),
    disclosure=Disclosure.GOVERNMENT,
)
INSPECTION = _record(
    "Inspection",
    "抽查检查",
    "An inspection and its result",
    "inspected_on",
    _number("检查编号", "number of the inspection"),
    prop("plan", T, "抽查计划", "plan the inspection belongs to"),
    prop("item", T, "检查事项", "item inspected"),
    prop("inspected_on", D, "检查日期", "date of the inspection", required=True),
    prop("result", T, "检查结果", "result: no_problem, problem_mended, problem, refused, not_found", required=True),
    prop("published_on", D, "公示日期", "date of publication"),
)
SAMPLING_RESULT = _record(
    "SamplingResult",
    "抽检结果",
    "A product or food sample and its result",
    "sampled_on",
    _number("抽样单编号", "number of the sample"),
    prop("product", T, "产品名称", "product", required=True),
    prop("lot_number", T, "生产批号", "lot of production"),
    prop("role", T, "主体角色", "part of the firm: producer, seller"),
    prop("sampled_on", D, "抽样日期", "date of the sample", required=True),
    prop("qualified", B, "是否合格", "the sample passed", required=True),
    prop("defect", T, "不合格项目", "what failed"),
)
COMPLAINT = _record(
    "Complaint",
    "投诉举报",
    "A complaint or report about a firm",
    "received_on",
    _number("投诉编号", "number of the complaint"),
    prop("received_on", D, "登记日期", "date received", required=True),
    prop("category", T, "问题类别", "category of the problem"),
    prop("prepaid", B, "涉及预付卡", "about a prepaid card"),
    prop("accepted", B, "是否受理", "accepted"),
    prop("mediation", T, "调解结果", "result of the mediation: succeeded, failed, refused, withdrawn"),
    prop("closed_on", D, "办结日期", "date closed"),
    disclosure=Disclosure.GOVERNMENT,
)
COURT_CASE = _record(
    "CourtCase",
    "司法案件",
    "A party's part in a case and how it ended for that party",
    "decided_on",
    _number("案号", "case number"),
    prop("cause", T, "案由", "cause of action"),
    prop("role", T, "诉讼地位", "part in the case: plaintiff, defendant, third_party", required=True),
    prop("amount", M, "标的额", "amount in dispute", unit="fen"),
    prop("result", T, "裁判结果", "result for the party: won, lost, partly, settled, withdrawn, pending"),
    prop("decided_on", D, "裁判日期", "date of the decision", required=True),
    disclosure_person=Disclosure.GOVERNMENT,
)
EQUITY_FREEZE = _record(
    "EquityFreeze",
    "股权冻结",
    "A freeze of a holder's shares in a company; both are its subjects",
    "frozen_from",
    _number("执行裁定书文号", "number of the ruling", "FRODOCNO"),
    prop("notice_number", T, "协助执行通知书文号", "number of the notice", "EXECUTENO"),
    prop("role", T, "主体角色", "part of the subject: holder, company", required=True),
    prop("holding", T, "持股关系", "id of the holder and of the company: the holding frozen"),
    prop("amount", M, "冻结股权数额", "amount frozen", "FROAM", unit="minor units"),
    prop("currency", T, "币种", "ISO 4217 code"),
    prop("frozen_from", D, "冻结期限自", "first day", "FROFROM", required=True),
    prop("ends_on", D, "冻结期限至", "first day after the freeze", "FROTO", inclusive_end=True),
    prop("extent", T, "冻结范围", "extent: all, part, other", "FROZSIGN"),
    prop("lifted_on", D, "解冻日期", "date of the release", "THAWDATE"),
    prop("published_on", D, "公示日期", "date of publication: the freeze takes effect", "PUBLICDATE"),
)
EQUITY_PLEDGE = _record(
    "EquityPledge",
    "股权出质",
    "A pledge of shares in a company",
    "registered_on",
    _number("出质登记编号", "number of the registration"),
    prop("role", T, "主体角色", "part of the subject: pledgor, pledgee, company", required=True),
    prop("amount", M, "出质股权数额", "amount pledged", unit="minor units"),
    prop("currency", T, "币种", "ISO 4217 code"),
    prop("registered_on", D, "出质登记日期", "date of the registration", required=True),
    prop("ends_on", D, "注销日期", "date on which it was cancelled"),
)
CHATTEL_MORTGAGE = _record(
    "ChattelMortgage",
    "动产抵押",
    "A mortgage of movable property",
    "registered_on",
    _number("抵押登记编号", "number of the registration"),
    prop("role", T, "主体角色", "part of the subject: mortgagor, mortgagee", required=True),
    prop("amount", M, "被担保债权数额", "amount secured", unit="minor units"),
    prop("currency", T, "币种", "ISO 4217 code"),
    prop("registered_on", D, "登记日期", "date of the registration", required=True),
    prop("ends_on", D, "债务履行期限至", "first day after the term", inclusive_end=True),
)
TAX_RECORD = _record(
    "TaxRecord",
    "涉税失信信息",
    "Announced tax arrears, an abnormal household, or tax class D",
    "announced_on",
    _number("公告文号", "number of the announcement"),
    prop("kind", T, "信息类别", "kind: arrears, abnormal_household, class_d", required=True),
    prop("tax", T, "欠税税种", "kind of tax"),
    prop("amount", M, "欠税余额", "amount owed", unit="fen"),
    prop("announced_on", D, "公告日期", "date of the announcement", required=True),
    prop("ends_on", D, "解除日期", "date on which it was settled or lifted"),
)
SOCIAL_INSURANCE_ARREARS = _record(
    "SocialInsuranceArrears",
    "社保欠缴",
    "Social insurance not paid, or a violation of labour law",
    "announced_on",
    _number("文书号", "number of the document"),
    prop("kind", T, "信息类别", "kind: arrears, labour_violation", required=True),
    prop("amount", M, "欠缴金额", "amount owed", unit="fen"),
    prop("announced_on", D, "公告日期", "date of the announcement", required=True),
    prop("ends_on", D, "缴清日期", "date on which it was paid"),
    disclosure=Disclosure.GOVERNMENT,
)
HONOUR = _record(
    "Honour",
    "守信激励",
    "An honour: tax class A, certified exporter, an award",
    "awarded_on",
    _number("文号", "number of the document"),
    prop("kind", T, "荣誉类别", "kind: tax_class_a, aeo, contract_honour, award, other", required=True),
    prop("title", T, "荣誉名称", "title"),
    prop("awarded_on", D, "认定日期", "date of the award", required=True),
    prop("ends_on", D, "有效期至", "first day after its term", inclusive_end=True),
)
INFORMATION_DEFAULT = _record(
    "InformationDefault",
    "即时信息未公示",
    "Information that a firm had to publish and did not",
    "found_on",
    _number("责令文号", "number of the order"),
    prop("item", T, "未公示事项", "what was not published", required=True),
    prop("found_on", D, "发现日期", "date of the finding", required=True),
    prop("ends_on", D, "履行日期", "date on which it was published"),
    disclosure=Disclosure.GOVERNMENT,
)
MEDIA_REPORT = _record(
    "MediaReport",
    "经核实负面舆情",
    "An adverse media report that an authority has verified",
    "published_on",
    _number("核实编号", "number of the verification"),
    prop("medium", T, "媒体名称", "medium", required=True),
    prop("title", T, "标题", "title"),
    prop("published_on", D, "发布日期", "date of the report", required=True),
    prop("verified_on", D, "核实日期", "date of the verification", required=True),
    disclosure=Disclosure.GOVERNMENT,
)
SECTOR_RATING = _record(
    "SectorRating",
    "行业信用评价",
    "A sector authority's class of the firm",
    "rated_on",
    _number("文号", "number of the document"),
    prop("sector", T, "行业领域", "sector: environment, work_safety, construction, ...", required=True),
    prop("grade", T, "等级", "grade as the sector states it", required=True),
    prop("poor", B, "是否差评", "the lowest class or the one above", required=True),
    prop("rated_on", D, "评价日期", "date of the class", required=True),
    prop("ends_on", D, "有效期至", "first day after its term", inclusive_end=True),
    disclosure=Disclosure.GOVERNMENT,
)
CONTRACT_BREACH = _record(
    "ContractBreach",
    "合同履约失信",
    "A breach of a contract, or a violation in procurement or bidding",
    "decided_on",
    _number("文号", "number of the document"),
    prop("kind", T, "失信类别", "kind: contract, procurement, bidding", required=True),
    prop("contract", T, "合同或项目名称", "contract or project"),
    prop("decided_on", D, "认定日期", "date of the finding", required=True),
    prop("ends_on", D, "处理期限至", "first day after the measure", inclusive_end=True),
    disclosure=Disclosure.GOVERNMENT,
)
COMMITMENT = _record(
    "Commitment",
    "信用承诺",
    "A commitment and whether it was kept",
    "made_on",
    _number("承诺编号", "number of the commitment"),
    prop("kind", T, "承诺类型", "kind: approval, voluntary, repair, industry, other", required=True),
    prop("content", T, "承诺内容", "what was promised"),
    prop("made_on", D, "承诺日期", "date of the commitment", required=True),
    prop("due_on", D, "履行期限", "date by which it is due"),
    prop("fulfilment", T, "履行情况", "state: kept, broken, open"),
    prop("judged_on", D, "认定日期", "date on which that was found"),
)
VOLUNTARY_INFORMATION = _record(
    "VoluntaryInformation",
    "自愿注册信息",
    "What a firm declares about itself, verified or not",
    "declared_on",
    _number("登记编号", "number of the declaration"),
    prop("kind", T, "信息类别", "kind: certificate, operation, contract, charity, other", required=True),
    prop("content", T, "信息内容", "what is declared"),
    prop("declared_on", D, "填报日期", "date of the declaration", required=True),
    prop("verified_on", D, "核验日期", "date of the verification; none: not verified"),
    prop("verified_by", T, "核验单位", "who verified it"),
    disclosure=Disclosure.GOVERNMENT,
)
REVOKED_REGISTRATION = _record(
    "RevokedRegistration",
    "撤销登记",
    "A registration revoked because it was obtained by fraud",
    "decided_on",
    _number("撤销决定书文号", "number of the decision"),
    prop("reason", T, "撤销原因", "reason: impersonation, false_material, other", required=True),
    prop("decided_on", D, "撤销日期", "date of the decision", required=True),
)
EXTERNAL_EVALUATION = _record(
    "ExternalEvaluation",
    "公共信用综合评价",
    "Another system's evaluation, an attribute with its source: never part of our class",
    "evaluated_on",
    _number("评价编号", "number of the evaluation"),
    prop("system", T, "评价体系", "system that evaluates", required=True),
    prop("grade", T, "评价等级", "grade as that system states it", required=True),
    prop("evaluated_on", D, "评价日期", "date of the evaluation", required=True),
    disclosure=Disclosure.GOVERNMENT,
)

RECORDS: tuple[Label, ...] = (
    PENALTY,
    LIST_ENTRY,
    PERMIT,
    ADMINISTRATIVE_ACT,
    REGISTRATION_CHANGE,
    ANNUAL_REPORT,
    CONTACT_ATTEMPT,
    INSPECTION,
    SAMPLING_RESULT,
    COMPLAINT,
    COURT_CASE,
    EQUITY_FREEZE,
    EQUITY_PLEDGE,
    CHATTEL_MORTGAGE,
    TAX_RECORD,
    SOCIAL_INSURANCE_ARREARS,
    HONOUR,
    INFORMATION_DEFAULT,
    MEDIA_REPORT,
    SECTOR_RATING,
    CONTRACT_BREACH,
    COMMITMENT,
    VOLUNTARY_INFORMATION,
    REVOKED_REGISTRATION,
    EXTERNAL_EVALUATION,
)
