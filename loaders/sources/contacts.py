"""Telephones, e-mail addresses, liaisons and agents of firms (联系方式、联络员与登记代理)."""

from __future__ import annotations

import numpy as np

from graph.declaration import Disclosure
from graph.delivery import Coverage
from graph.identity import contact_id
from loaders import normalize as n
from loaders.emitter import Emitter
from loaders.rows import Rows
from loaders.source import CatalogueEntry, Field, Source


class Contacts(Source):
    """How a firm is reached, through whom, and who filed for it."""

    name = "contacts"
    zh = "联系方式、联络员及登记代理信息"
    table = "USES_CONTACT"
    fields = (
        Field("code", "统一社会信用代码", n.firm_code, ("UNISCID",), required=True, filled=True),
        Field("company_name", "企业名称", n.firm_name, ("ENTNAME",)),
        Field("telephone", "联系电话", n.telephone, ("TEL",), required=True, personal=True),
        Field("email", "电子邮箱", n.email, ("EMAIL",), personal=True),
        Field("liaison_name", "联络员姓名", n.human_name, personal=True),
        Field("liaison_number", "联络员证件号码", n.identity_number, personal=True),
        Field("liaison_telephone", "联络员电话", n.telephone, personal=True),
        Field("agent_name", "登记代理机构", n.firm_name, ("代理人",), personal=True),
        Field("agent_code", "代理机构统一社会信用代码", n.firm_code),
        Field("valid_from", "登记日期", n.date(), ("信息日期",)),
    )
    catalogue = CatalogueEntry(
        "市场监督管理局",
        "市场主体登记管理条例 第九条",
        "登记注册基本信息",
        92,
        Disclosure.GOVERNMENT,
        Coverage.DELTA,
        10,
        "0105",
    )
    sample = (
        "统一社会信用代码,企业名称,联系电话,电子邮箱,联络员姓名,联络员证件号码,联络员电话,登记代理机构,代理机构统一社会信用代码,登记日期\n"
        "{uscc0},云津样例商贸有限公司,0999-8000001,office@example.invalid,样例乙,{id1},19900000001,云津样例控股有限公司,{uscc2},2015-03-02\n"
    )

    def facts(self, rows: Rows, out: Emitter) -> None:
        """Contacts of the firm and of its liaison, the liaison's post, and the agent."""
        firms = out.firms(rows["code"], rows["company_name"], role="company")
        record = [f"{firm}:liaison" for firm in firms.ids]
        people = out.people(rows["liaison_number"], rows["liaison_name"], role="officer", record=record)
        for column, kind, use in (
            ("telephone", "telephone", "firm"),
            ("email", "email", "firm"),
            ("liaison_telephone", "telephone", "liaison"),
        ):
            values = rows[column]
            keys = out.register([contact_id(kind, v) if v else None for v in values], "Contact")
            at = np.flatnonzero(keys)
            out.state("Contact", keys, at, kind=[kind] * len(at), value=[values[i] for i in at.tolist()])
            out.relate("USES_CONTACT", firms.keys, keys, kind=[use] * len(rows), use=[use] * len(rows))
            if use == "liaison":
                own = ["own"] * len(rows)
                out.relate("USES_CONTACT", people.keys, keys, kind=own, use=own)
        out.names_of(people, rows["liaison_number"])
        posts = ["liaison"] * len(rows)
        out.relate("HOLDS_POST_IN", people.keys, firms.keys, kind=posts, post=posts, stated_name=people.names)
        agents = out.firms(rows["agent_code"], rows["agent_name"], role="agent", record=firms.ids)
        out.names_of(agents)
        out.relate("FILED_BY_AGENT", firms.keys, agents.keys, valid_from=rows["valid_from"], stated_name=agents.names)
