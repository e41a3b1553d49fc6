"""Which words of a business scope need which permit after the business licence (经营范围与后置许可对照)."""

from __future__ import annotations

from graph.declaration import Disclosure
from graph.delivery import Coverage
from graph.identity import record_id
from loaders import normalize as n
from loaders.emitter import Emitter
from loaders.rows import Rows
from loaders.source import CatalogueEntry, Field, Source


class PermitRequirements(Source):
    """A table of the registrar's: words of the scope, the permit, the department."""

    name = "permit_requirements"
    zh = "经营范围与后置许可对照表"
    table = "PermitRequirement"
    fields = (
        Field("words", "经营范围表述", n.text, required=True, filled=True),
        Field("permit", "后置许可事项", n.text, ("许可事项",), required=True, filled=True),
        Field("department", "主管部门", n.text),
    )
    catalogue = CatalogueEntry(
        "市场监督管理局", "国发〔2015〕62号", "登记注册基本信息", 400, Disclosure.PUBLIC, Coverage.FULL, 30, "0110"
    )
    sample = "经营范围表述,后置许可事项,主管部门\n食品经营,食品经营许可证,市场监督管理局\n"

    def facts(self, rows: Rows, out: Emitter) -> None:
        """The rules, by words and permit."""
        ids = [record_id(self.table, w, p, "") for w, p in zip(rows["words"], rows["permit"], strict=True)]
        keys = out.register(ids, self.table)
        out.state(self.table, keys, words=rows["words"], permit=rows["permit"], department=rows["department"])
