"""The library of hosted and other special addresses: many firms there mean nothing by themselves (托管地址库)."""

from __future__ import annotations

from typing import Any

from graph.declaration import Disclosure
from graph.delivery import Coverage
from graph.identity import address_id
from loaders import normalize as n
from loaders.emitter import Emitter
from loaders.rows import Rows
from loaders.source import CatalogueEntry, Field, Source

KINDS = {
    "托管": "hosted",
    "集群": "cluster",
    "商务秘书": "hosted",
    "孵化": "park",
    "园区": "park",
    "住宅": "residential",
    "虚假": "nonexistent",
    "不存在": "nonexistent",
}


class HostedAddresses(Source):
    """An address, as the register normalises it, with its kind."""

    name = "hosted_addresses"
    zh = "托管及集群注册地址库"
    table = "Address"
    fields = (
        Field("address", "登记地址", n.text, ("托管地址", "地址"), required=True, filled=True),
        Field("kind", "地址类型", n.choice(KINDS), required=True, filled=True),
        Field("valid_from", "启用日期", n.date(), required=True),
        Field("valid_to", "停用日期", n.date(end=True, inclusive=False)),
    )
    catalogue = CatalogueEntry(
        "市场监督管理局",
        "市场主体登记管理条例 第十一条",
        "登记注册基本信息",
        92,
        Disclosure.PUBLIC,
        Coverage.FULL,
        30,
        "0108",
    )
    sample = "登记地址,地址类型,启用日期,停用日期\n云津市临江区样例路8号1室,托管地址,2020-01-01,\n"

    def facts(self, rows: Rows, out: Emitter) -> None:
        """Addresses with their kinds."""
        read = [n.read_address(a) for a in rows["address"]]
        keys = out.register([address_id(r[0]) for r in read], "Address")
        names = ("province", "city", "district", "road", "number", "room")
        parts: dict[str, Any] = {name: [r[1][k] for r in read] for k, name in enumerate(names)}
        out.state("Address", keys, text=[r[0] for r in read], kind=rows["kind"], **parts)
