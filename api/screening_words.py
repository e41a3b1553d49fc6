"""The words of cross-checks in Chinese and English, and the columns that a reply adds to a list."""

from __future__ import annotations

from analytics.screening.finding import Outcome
from analytics.screening.searched import Freshness

WORDS: dict[str, tuple[str, str]] = {
    # reasons why nothing can be said
    "number_absent": ("没有证件号码，不作核查：请补填号码", "no identity number: fill it in"),
    "number_masked": ("证件号码不完整，不作核查：请填写完整号码", "only a part of the number: give the whole"),
    "name_absent": ("没有姓名：请补填", "no name: fill it in"),
    "number_two_names": ("名单中同一证件号码对应两个姓名，请核实后重报", "two names on one number in the list"),
    "number_set_aside": (
        "该证件号码在库中对应三个以上姓名，已停用",
        "the number carries three or more names, set aside",
    ),
    "no_authorisation": (
        "没有本人授权书：请在“授权书编号”列填写编号",
        "no authorisation of the person: give its number under 授权书编号",
    ),
    "several_names": (
        "一个单元格中有几个姓名：请每人一行；姓名与号码一样多时，确认后可用 --split 拆分",
        "several names in a cell: one a row, or --split where names and numbers are as many",
    ),
    "formula_unsaved": (
        "单元格是公式且没有保存结果，请粘贴为数值",
        "a cell is a formula without a stored result: paste it as a value",
    ),
    "code_unknown": ("库中没有该代码：请核对", "the code is not in the store: compare it with the licence"),
    "name_unknown": ("库中没有以此为全称的企业：请补填统一社会信用代码", "no firm bears that full name: give its code"),
    "several_firms": ("该名称对应多家企业，请补充代码", "several firms bear that name; give the code"),
    # doubts
    "masked_number": ("同名且公开名单的掩码证件号相符", "same name, and a masked number that fits"),
    "other_name": ("证件号（代码）相同但名称不同", "the same number under another name"),
    "fifteen_digits": ("十五位与十八位证件号可能为同一人", "15 and 18 digits of one number"),
    "linked": ("疑似同一人", "possibly the same person"),
    "office_unknown": ("任职起止日期不足以判断是否在任", "the dates do not tell whether in office"),
    "date_unknown": ("日期不详", "date unknown"),
    "name_differs": (
        "名称与代码不符：该代码登记在其他名称下，请核对",
        "the code is registered under another name: compare both",
    ),
    "companies_not_searched": (
        "本核查只查本人记录；其任职、持股企业的记录未检索，请用 screen",
        "own records only; those of the person's companies were not searched: screen does",
    ),
    "name_only": ("仅名称相同", "by name only"),
    # notes on the list
    "number_normalised": ("证件号中的空格、全角字符等已规范，无需处理", "number put into its normal form"),
    "name_normalised": ("姓名中的空格、全角字符等已规范，无需处理", "name put into its normal form"),
    "private_characters": (
        "姓名含造字区字符，他处显示和比对可能不同，请改用国家标准字",
        "the name has a character of an office's own font: others see another",
    ),
    "name_marks": (
        "姓名栏含姓名以外的字符（括号、星号、数字等），按原样比对会对不上，请只填姓名",
        "the name's cell holds more than a name (brackets, digits ...), which will not be found: give the name alone",
    ),
    "other_document": ("非居民身份证", "another document than the identity card"),
    "sex_contradicts": ("性别与证件号不符，请核对", "sex contradicts the number: compare both"),
    "born_contradicts": ("出生日期与证件号不符，请核对", "birth date contradicts the number: compare both"),
    "born_unreadable": ("出生日期无法识别，未与证件号比对", "birth date unreadable, not compared with the number"),
    "same_name_other_number": (
        "名单中另有同名不同号者，请确认不是同一人",
        "another of this name in the list: make sure that it is somebody else",
    ),
    # oddities of the workbook
    "hidden_sheet": ("工作表“{sheet}”是隐藏的，已一并读取", "sheet {sheet!r} is hidden; it was read as well"),
    "hidden_rows": (
        "工作表“{sheet}”有隐藏的行，已一并读取：第 {places} 行",
        "sheet {sheet!r} has hidden rows, read as well: {places}",
    ),
    "hidden_columns": (
        "工作表“{sheet}”有隐藏的列，已一并读取：{places} 列",
        "sheet {sheet!r} has hidden columns, read as well: {places}",
    ),
    "filter": ("工作表“{sheet}”设有筛选，全部行均已读取", "sheet {sheet!r} has a filter; all rows were read"),
    "sheet_not_read": (
        "工作表“{sheet}”中没有名单，未读取",
        "sheet {sheet!r} holds no list and was not read",
    ),
    "no_authorisation_column": (
        "工作表“{sheet}”没有“授权书编号”列：本目的须每人填写授权书编号",
        "sheet {sheet!r} has no column 授权书编号: for this purpose everybody's authorisation is needed",
    ),
    "rewritten": (
        "原文件不是 .xlsx：回复为单元格内容相同的新工作簿，不含原格式和图片",
        "the list is no .xlsx: the reply is a new workbook of the same cells, without formats and pictures",
    ),
    "signature": ("原工作簿的电子签名因增加列而失效", "the workbook's digital signature does not cover added columns"),
    "nothing_wrong": ("逐行检查未发现问题", "no row has a problem"),
    "authorisation_not_checked": (
        "未检查授权书编号：请加 --purpose 目的代码 或 --task 任务文件",
        "authorisations were not looked at: add --purpose CODE or --task FILE",
    ),
    # ties
    "the_buyer": ("即采购人", "the buyer itself"),
    "legal_representative": ("法定代表人", "legal representative"),
    "executive_partner": ("执行事务合伙人", "executive partner"),
    "shareholder": ("股东", "shareholder"),
    "controller": ("实际控制人（申报）", "controller, as declared"),
    # headings
    "checked": ("核查", "checked"),
    "to_note": ("提示", "note"),
    "checkable": ("可核查", "can be checked"),
    "reply": ("回复", "reply"),
    "result": ("核查结果", "result"),
    "own": ("本人记录", "own records"),
    "own_firm": ("本企业记录", "own records"),
    "in_office": ("关联企业记录（任职或持股期间）", "related companies, in office or holding shares"),
    "not_in_office": ("关联企业记录（其他期间）", "related companies, at other times"),
    "to_verify": ("待核实", "to be verified"),
    "hints": ("任职限制提示", "hints on posts"),
    "status": ("登记状态", "status"),
    "approved_on": ("核准日期", "last approval"),
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
    "nothing_searched": ("未检索任何来源", "no source was searched"),
    # the page of one person
    "page": ("信用联查结果单", "Result of a credit check"),
    "of_list": ("名单中的位置", "place in the list"),
    "person": ("姓名", "name"),
    "serial": ("序号", "No."),
    "last_four": ("证件号末四位", "last four of the number"),
    "request": ("函号", "request"),
    "unit": ("来函单位", "asked by"),
    "purpose": ("目的", "purpose"),
    "basis": ("依据", "basis"),
    "officers": ("经办 / 审批", "officer / approved by"),
    "day_of": ("查询时点", "as of"),
    "company": ("企业", "company"),
    "role": ("职务（持股）、期间，记录当日是否在任", "role, its days, whether held that day"),
    "fact_status": ("履行、有效状态", "status"),
    "confirmation": ("会签确认", "Confirmation by whoever issued the records"),
    "opinion": ("确认意见", "confirmed as"),
    "signed": ("签名（盖章）、日期", "signature, date"),
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
PAGE_NOTE = (
    "本单只列登记、公示的事实，不含评价和结论；记录须经认定单位会签确认后方可使用。本人可以要求查阅、更正。",
    "Facts on record only, no judgement; not to be used before whoever issued them has confirmed. "
    "The person may ask for access and correction.",
)
# What a style sheet puts below each sheet of paper.
SHEET_OF = (
    '"第 " counter(page) " 页，共 " counter(pages) " 页"',
    '"page " counter(page) " of " counter(pages)',
)
CONFIRM = ("记录须经认定单位会签确认", "records are to be confirmed by whoever issued them")
