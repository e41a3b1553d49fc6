"""Branches and the firms that they belong to (分支机构)."""

from __future__ import annotations

from graph.declaration import Disclosure
from graph.delivery import Coverage
from loaders import normalize as n
from loaders.emitter import Emitter
from loaders.rows import Rows
from loaders.source import CatalogueEntry, Field, Source


class Branches(Source):
    """A branch is never the firm itself: its records stay its own."""

    name = "branches"
    zh = "分支机构信息"
    table = "BRANCH_OF"
    fields = (
        Field(
            "head_code",
            "隶属企业统一社会信用代码",
            n.firm_code,
            ("总公司统一社会信用代码",),
            required=True,
            filled=True,
        ),
        Field("head_name", "隶属企业名称", n.firm_name, ("总公司名称",)),
        Field("code", "分支机构统一社会信用代码", n.firm_code, required=True, filled=True),
        Field("name", "分支机构名称", n.firm_name, ("BRNAME",), required=True, filled=True),
        Field("valid_from", "设立日期", n.date()),
        Field("valid_to", "注销日期", n.date(end=True, inclusive=False)),
    )
    catalogue = CatalogueEntry(
        "市场监督管理局",
        "企业信息公示暂行条例 第六条",
        "登记注册基本信息",
        92,
        Disclosure.PUBLIC,
        Coverage.DELTA,
        30,
        "0102",
    )
    sample = (
        "隶属企业统一社会信用代码,隶属企业名称,分支机构统一社会信用代码,分支机构名称,设立日期\n"
        "{uscc0},云津样例商贸有限公司,{uscc2},云津样例商贸有限公司望湖分公司,2021-05-01\n"
    )

    def facts(self, rows: Rows, out: Emitter) -> None:
        """Both firms and the tie between them."""
        branches = out.firms(rows["code"], rows["name"], role="branch")
        heads = out.firms(rows["head_code"], rows["head_name"], role="head")
        out.names_of(branches)
        out.relate("BRANCH_OF", branches.keys, heads.keys, valid_from=rows["valid_from"], valid_to=rows["valid_to"])
