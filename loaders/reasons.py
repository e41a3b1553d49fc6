"""Why a row was refused or noted, in both languages, with what to do about it."""

from __future__ import annotations

REASONS: dict[str, tuple[str, str]] = {
    "required": ("必填项为空", "a required cell is empty"),
    "field_count": ("列数与表头不符，疑似分隔符缺失", "the number of cells differs from the header's"),
    "row_shifted": ("内容与列不符，疑似整行错位", "the content does not fit its column; the row seems shifted"),
    "amount_absent": ("只有币种没有金额", "a currency without an amount"),
    "code_check": ("代码校验位错误", "the code's check character is wrong"),
    "code_form": ("代码格式错误", "this is no code of a firm"),
    "code_truncated": ("代码被电子表格截断，需重新提供", "a spreadsheet cut the code; send it again as text"),
    "number_check": ("证件号校验位错误", "the identity number's check character is wrong"),
    "number_truncated": ("号码被 Excel 截断，需重新提供", "a spreadsheet cut the number; send it again as text"),
    "number_birth_date": ("证件号中的出生日期不存在", "the birth date in the number does not exist"),
    "number_form": ("证件号或数值格式错误", "this is no number of a known form"),
    "date_invalid": ("日期不存在", "there is no such day"),
    "date_form": ("日期格式无法识别", "this is no date"),
    "date_future": ("日期晚于报送日期", "the date lies after the delivery"),
    "amount_form": ("金额格式错误", "this is no amount"),
    "currency_unknown": ("币种无法识别", "unknown currency"),
    "share_over_100": ("持股比例超过100%", "a share over 100 %"),
    "share_form": ("比例格式错误", "this is no share"),
    "choice": ("取值不在代码表内", "the value is not in the code list"),
    "holder_kind_contradicts": ("股东类型与证件类型矛盾", "the kind of holder contradicts its code or number"),
    "one_of": ("缺少主体标识", "nothing says whom the row is about"),
    "month_precision": ("日期只到月，已按整月保存", "known to the month only; kept with its bounds"),
    "year_precision": ("日期只到年，已按整年保存", "known to the year only; kept with its bounds"),
    "date_serial": ("电子表格日期序号，已换算", "a spreadsheet's date serial, converted"),
    "unknown_code": ("代码表外取值，按原文保存", "not in the code list, kept as it is"),
    "registration_number_form": ("注册号格式错误，未采用", "no registration number; left out"),
    "self_holding": ("企业持有自身股权", "the firm holds its own shares"),
    "amount_contradicts_decision": ("金额与决定书文字不符，疑似单位错误", "the amount contradicts the decision's text"),
    "unattached": ("仅有名称，未归属", "known by name only, attached to nobody"),
    "code_two_names": ("一个代码对应多个名称", "one code with several names"),
    "number_two_names": ("一个证件号对应两个姓名", "one number with two names"),
    "number_set_aside": ("一个证件号对应三个以上姓名，停用", "one number with three or more names, set aside"),
    "columns_ignored": ("目录外的列，未保存", "columns outside the catalogue, stored nowhere"),
}


def explain(code: str, lang: str) -> str:
    """A reason in words."""
    zh, en = REASONS.get(code, (code, code))
    return zh if lang == "zh" else en
