"""Why a row was refused or noted, in both languages, with what to do about it."""

from __future__ import annotations

from typing import NamedTuple


class Reason(NamedTuple):
    """What is wrong, and what puts it right; a note needs nothing done."""

    zh: str
    en: str
    remedy_zh: str = ""
    remedy_en: str = ""


REFUSALS: dict[str, Reason] = {
    "required": Reason("必填项为空", "a required cell is empty", "补填该单元格", "fill the cell in"),
    "field_count": Reason(
        "列数与表头不符",
        "the number of cells differs from the header's",
        "核对分隔符与引号，按表头补齐各列",
        "check separators and quotes; give every column a cell",
    ),
    "erased": Reason(
        "涉及的主体或记录已依规删除，不再接收",
        "about somebody or something that was erased; it is not taken again",
        "无需更正；如有疑问请与数据主管部门联系",
        "nothing to correct; ask the data office if in doubt",
    ),
    "row_shifted": Reason(
        "内容与列不符，疑似整行错位",
        "the content does not fit its column; the row seems shifted",
        "把各值移回所属列",
        "move the values back to their columns",
    ),
    "code_check": Reason(
        "代码校验位错误",
        "the code's check character is wrong",
        "按营业执照核对代码",
        "compare the code with the licence",
    ),
    "code_form": Reason(
        "代码格式错误",
        "this is no code of a firm",
        "填18位统一社会信用代码",
        "give the unified social credit code of 18 characters",
    ),
    "code_truncated": Reason(
        "代码被电子表格截断",
        "a spreadsheet cut the code",
        "将该列设为文本格式后重新填写",
        "set the column to text and type the code again",
    ),
    "code_is_number": Reason(
        "代码栏可能填了身份证号码",
        "an identity number, it seems, in a column of codes",
        "证件号码填入证件号码列",
        "put it into the column of identity numbers",
    ),
    "number_check": Reason(
        "证件号校验位错误",
        "the identity number's check character is wrong",
        "按证件核对号码",
        "compare the number with the document",
    ),
    "number_truncated": Reason(
        "号码少位，或被电子表格截断",
        "digits are missing, or a spreadsheet cut the number",
        "将该列设为文本格式后重新填写完整号码",
        "set the column to text and type the whole number again",
    ),
    "number_birth_date": Reason(
        "证件号中的出生日期不存在",
        "the birth date in the number does not exist",
        "按证件核对号码",
        "compare the number with the document",
    ),
    "number_form": Reason(
        "证件号或数值格式错误",
        "this is no number of a known form",
        "按证件或原始记录核对",
        "compare it with the document",
    ),
    "number_in_name": Reason(
        "名称或文号中含证件号码",
        "an identity number inside a name or document number",
        "删除该号码，证件号码填入证件号码列",
        "take it out; numbers have a column of their own",
    ),
    "several_names": Reason(
        "一个单元格中有几个姓名", "several names in one cell", "每人填一行", "give each person a row"
    ),
    "date_invalid": Reason("日期不存在", "there is no such day", "核对日期", "correct the date"),
    "date_form": Reason("日期格式无法识别", "this is no date", "按 2026-11-24 的格式填写", "write it as 2026-11-24"),
    "date_future": Reason(
        "日期晚于数据日期", "the date lies after the day the data are of", "核对日期", "correct the date"
    ),
    "amount_form": Reason(
        "金额格式错误", "this is no amount", "只填数字，单位见表头", "give a number in the header's unit"
    ),
    "currency_unknown": Reason(
        "币种无法识别",
        "unknown currency",
        "填人民币、美元等币种名称或三位字母代码",
        "name the currency or give its three-letter code",
    ),
    "share_over_100": Reason(
        "持股比例超过100%", "a share over 100 %", "核对比例，单位为百分之一", "correct it; it is in per cent"
    ),
    "share_form": Reason("比例格式错误", "this is no share", "填 0 至 100 的数字", "give a number from 0 to 100"),
    "choice": Reason(
        "取值不在代码表内",
        "the value is not in the code list",
        "从模板的代码表中选取",
        "choose one of the template's values",
    ),
    "holder_kind_contradicts": Reason(
        "股东类型与证件类型矛盾",
        "the kind of holder contradicts its code or number",
        "核对股东类型与证件",
        "correct the kind or the number",
    ),
    "concert_partner": Reason(
        "一致行动须且仅须填写对方",
        "acting in concert names the other party, no other tie does",
        "一致行动填写一致行动人，其他关系类型留空",
        "name whom he acts with, or leave it empty",
    ),
    "share_reversed": Reason(
        "比例下限大于上限", "the least share is over the greatest", "核对比例上下限", "correct the bounds"
    ),
    "interest_unknown": Reason(
        "权益类型不在代码表内",
        "no type of interest of the standard",
        "按受益所有权数据标准（BODS 0.4）填写",
        "use an interest type of BODS 0.4",
    ),
    "interest_twice": Reason(
        "同一权益在一行中出现两次", "one kind of interest twice in a row", "每项填一行", "give each a row"
    ),
    "interest_absent": Reason(
        "声明的关系没有任何权益", "a relationship without any interest", "补充权益类型", "say which interest it is"
    ),
    "identifier_form": Reason(
        "标识格式错误", "this is no identifier", "按“体系:代码”填写，以分号分隔", "write scheme:value; scheme:value"
    ),
    "code_unproven": Reason(
        "该标识不足以确认主体，或校验位错误",
        "this identifier proves no identity, or its check digits are wrong",
        "填统一社会信用代码、全国性注册号或 LEI；其他标识填入其他标识列",
        "give a national register's code or an LEI here; others belong in the column of further identifiers",
    ),
    "bods_json": Reason("该行不是 JSON 对象", "this line is no JSON object", "请发布方重新导出", "export it again"),
    "bods_version": Reason(
        "声明不是 BODS 0.4 版", "a statement of another version than BODS 0.4", "转换为 0.4 版", "convert it to 0.4"
    ),
    "bods_form": Reason(
        "声明不符合 BODS 0.4 结构",
        "a statement that is not made as BODS 0.4 says",
        "按 BODS 0.4 校验后重新导出",
        "validate it against BODS 0.4",
    ),
    "bods_reference": Reason(
        "所指的主体或人员不在文件中",
        "it refers to an entity or person that the file lacks, or that was refused",
        "将所指声明放入同一文件",
        "put the statement that it refers to into the same file",
    ),
    "not_in_receipt": Reason(
        "行号不在该回执的退回行中，或重复",
        "no refused row of that receipt, or brought twice",
        "只保留回执中的行，不改动原工作表与原行号",
        "keep the receipt's rows and their numbers as they are",
    ),
    "one_of": Reason(
        "缺少主体标识",
        "nothing says whom the row is about",
        "补填代码、证件号码或名称",
        "give a code, a number or a name",
    ),
}
NOTES: dict[str, Reason] = {
    "amount_absent": Reason("只有币种没有金额", "a currency without an amount"),
    "number_removed": Reason("文字中的证件号码已删除", "an identity number in the text was removed"),
    "month_ambiguous": Reason(
        "日期可能是1月或10月，已存范围", "January or October, a spreadsheet drops the 0; kept with its bounds"
    ),
    "month_precision": Reason("日期只到月，已按整月保存", "known to the month only; kept with its bounds"),
    "year_precision": Reason("日期只到年，已按整年保存", "known to the year only; kept with its bounds"),
    "date_serial": Reason("电子表格日期序号，已换算", "a spreadsheet's date serial, converted"),
    "unknown_code": Reason("代码表外取值，按原文保存", "not in the code list, kept as it is"),
    "registration_number_form": Reason("注册号格式错误，未采用", "no registration number; left out"),
    "telephone_form": Reason("电话格式错误，未采用", "no telephone number; left out"),
    "email_form": Reason("邮箱格式错误，未采用", "no e-mail address; left out"),
    "self_holding": Reason("企业持有自身股权", "the firm holds its own shares"),
    "amount_contradicts_decision": Reason(
        "金额与决定书文字不符，疑似单位错误", "the amount contradicts the decision's text"
    ),
    "unattached": Reason("仅有名称，未归属", "known by name only, attached to nobody"),
    "code_two_names": Reason("一个代码对应多个名称", "one code with several names"),
    "number_two_names": Reason("一个证件号对应两个姓名", "one number with two names"),
    "number_set_aside": Reason("一个证件号对应三个以上姓名，停用", "one number with three or more names, set aside"),
    "shares_over_100": Reason("同一来源持股比例合计超过100%", "the holders' shares sum to over 100 % in one source"),
    "sheet_ignored": Reason("工作表没有可识别的表头，未读取", "a sheet without a header, not read"),
    "kept_despite_rejection": Reason(
        "退回的行涉及该主体，未按缺失终止", "a rejected row is about it, so the list does not end it"
    ),
    "columns_ignored": Reason("目录外的列，未保存", "columns outside the catalogue, stored nowhere"),
    "columns_forbidden": Reason(
        "禁止归集的列，未保存",
        "columns that may never be collected, stored nowhere",
        "今后请勿报送该列",
        "leave them out from now on",
    ),
}


def explain(code: str, lang: str) -> str:
    """A reason in words, with its remedy."""
    reason = (REFUSALS | NOTES).get(code, Reason(code, code))
    words, remedy = (reason.zh, reason.remedy_zh) if lang == "zh" else (reason.en, reason.remedy_en)
    return f"{words}：{remedy}" if remedy and lang == "zh" else f"{words}: {remedy}" if remedy else words
