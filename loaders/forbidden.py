"""What may never be collected, whatever a catalogue says (个人信息保护法, 征信业管理条例 第十四条; 2-rules B3).

A table of words in headers. The first kinds are forbidden of anybody; the others are only where rows may be about
people: a firm's tax amount or income is not personal.
"""

from __future__ import annotations

import re

from loaders.normalize import identity_number
from loaders.source import Source, header_key

ALWAYS: dict[str, tuple[str, ...]] = {
    "religion": ("宗教", "信仰", "religion"),
    "genes": ("基因", "遗传", "genetic"),
    "fingerprints": ("指纹", "fingerprint"),
    "blood type": ("血型", "bloodtype"),
    "disease and medical history": ("疾病", "病史", "病历", "病种", "诊断结果", "disease", "medicalhistory"),
}
OF_PEOPLE: dict[str, tuple[str, ...]] = {
    "income": ("收入", "工资", "薪酬", "salary", "income"),
    "deposits": ("存款", "deposits"),
    "securities": ("有价证券", "股票账户", "持有证券", "securities"),
    "insurance": ("商业保险", "保险金额", "保单", "insurance"),
    "real estate": ("不动产", "房产", "房屋产权", "realestate"),
    "tax amounts": ("纳税数额", "纳税额", "个人所得税", "缴税金额", "taxamount"),
}


def _pattern(table: dict[str, tuple[str, ...]]) -> re.Pattern[str]:
    return re.compile("|".join(word for words in table.values() for word in words))


_ALWAYS, _OF_PEOPLE = _pattern(ALWAYS), _pattern(OF_PEOPLE)
_PERSONAL = re.compile("个人|本人|家庭|配偶|personal")


def forbidden(source: Source, header: str) -> bool:
    """Whether a column under this header may not be collected; the source's own columns may."""
    key = header_key(header)
    if any(key in column.headers(source.table) for column in source.fields):
        return False
    people = any(column.parse is identity_number for column in source.fields) or _PERSONAL.search(key)
    return bool(_ALWAYS.search(key) or (people and _OF_PEOPLE.search(key)))
