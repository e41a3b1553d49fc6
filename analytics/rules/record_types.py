"""The kinds of record that a check looks for, with the source that delivers each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RecordType:
    """One kind: the label that holds it, of a list entry the list, and the source it comes from."""

    code: str
    zh: str
    en: str
    label: str
    source: str
    list_type: str | None = None
    of_people: bool = True  # whether people are subjects of such records, or firms alone


def _list(code: str, zh: str, en: str, source: str, *, of_people: bool = True) -> RecordType:
    return RecordType(code, zh, en, "ListEntry", source, code, of_people)


LICENCE_REVOKED = RecordType(
    "licence_revoked",
    "吊销营业执照（登记状态）",
    "licence revoked, as the register states",
    "Company",
    "registrations",
    of_people=False,
)
_TYPES = (
    _list("dishonest_debtor", "失信被执行人", "dishonest judgment debtor", "dishonest_debtors"),
    _list("consumption_restriction", "限制消费", "restriction of consumption", "consumption_restrictions"),
    _list("subject_to_enforcement", "被执行人", "subject to enforcement", "enforcement_subjects"),
    _list("false_litigation", "虚假诉讼失信人", "false litigation", "false_litigation"),
    _list("sector_ban", "市场或行业禁入", "ban from a market or sector", "sector_bans"),
    _list("serious_violation", "严重违法失信名单", "list of serious violations", "serious_violations"),
    _list("abnormal_operation", "经营异常名录", "list of abnormal operations", "abnormal_operations", of_people=False),
    _list("serious_tax", "重大税收违法失信主体", "serious tax violations", "serious_lists"),
    _list("wage_arrears", "拖欠农民工工资失信主体", "wage arrears", "serious_lists"),
    _list("work_safety", "安全生产严重失信主体", "serious violations of work safety", "serious_lists"),
    _list("other_serious", "其他严重失信主体名单", "other lists of serious dishonesty", "serious_lists"),
    RecordType("penalty", "行政处罚", "administrative penalty", "AdministrativePenalty", "penalties"),
    RecordType(
        "revoked_registration",
        "撤销登记",
        "registration revoked",
        "RevokedRegistration",
        "revoked_registrations",
        of_people=False,
    ),
    RecordType("tax_record", "涉税失信信息", "tax arrears and the like", "TaxRecord", "tax_arrears"),
    RecordType(
        "social_insurance",
        "社保欠缴",
        "social insurance arrears",
        "SocialInsuranceArrears",
        "social_insurance_arrears",
        of_people=False,
    ),
    RecordType("contract_breach", "合同履约失信", "breach of contract", "ContractBreach", "contract_breaches"),
    LICENCE_REVOKED,
)
RECORD_TYPES: dict[str, RecordType] = {t.code: t for t in _TYPES}
