"""Bans from a sector, a market or posts (市场和行业禁入)."""

from __future__ import annotations

from graph.declaration import Disclosure
from graph.delivery import Coverage
from loaders.record_source import RecordSource
from loaders.source import CatalogueEntry


class SectorBans(RecordSource):
    """Bans from a sector, a market or posts (市场和行业禁入)."""

    name = "sector_bans"
    zh = "市场和行业禁入信息"
    table = "ListEntry"
    list_type = "sector_ban"
    people = True
    subject_title = "被禁入主体"
    columns = ("document_number", "scope", "listed_on", "term_ends_on", "removed_on", "authority")
    titles = {
        "document_number": "禁入决定文号",
        "scope": "禁入范围",
        "listed_on": "禁入起始日期",
        "term_ends_on": "禁入截止日期",
        "authority": "决定机关",
    }
    catalogue = CatalogueEntry(
        "各行政机关",
        "各领域法律法规, 全国失信惩戒措施基础清单",
        "严重失信主体名单信息",
        31,
        Disclosure.PUBLIC,
        Coverage.FULL,
        10,
        "0601",
    )
    sample = (
        "被禁入主体,统一社会信用代码,证件号码,禁入决定文号,禁入范围,禁入起始日期,禁入截止日期,决定机关\n"
        "样例甲,,{id0},云津禁〔2026〕1号,食品生产经营,2026-02-01,2031-01-31,云津市市场监督管理局\n"
    )
