"""Codes of the schema for which no source has a list of words, in Chinese and English."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "male": ("男", "male"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "matching": ("同名比对", "matching"),
    "resident": ("居民身份证", "resident identity card"),
    "resident_15": ("居民身份证（15位）", "resident identity card of 15 digits"),
    "masked": ("证件号码不全", "a number known in part"),
    "telephone": ("电话", "telephone"),
    "email": ("电子邮箱", "e-mail"),
    "website": ("网站", "website"),
    "absent": ("全量数据中未再出现", "absent from a full list"),
    "stated": ("来源载明", "stated"),
    "replaced": ("被新值取代", "replaced"),
    "enterprise": ("企业", "enterprise"),
    "individual_business": ("个体工商户", "individual business"),
    "cooperative": ("农民专业合作社", "cooperative"),
    "representative_office": ("代表机构", "representative office"),
    "branch": ("分支机构", "branch"),
    "female": ("女", "female"),
}
