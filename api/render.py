"""Tables, JSON and CSV on standard output, in Chinese or English."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from analytics.classes.grades import Outcome
from analytics.rules.record_types import RECORD_TYPES
from api import algorithm_words, code_words
from graph.schema import SCHEMA
from loaders.normalize import Coded
from loaders.record_source import RecordSource
from loaders.source import sources

WORDS: dict[str, tuple[str, str]] = {
    Outcome.NOT_ENOUGH_DATA.value: ("数据不足", "not enough data"),
    Outcome.NOT_LIVING.value: ("非存续", "not living"),
    Outcome.OTHER_SUBJECT.value: ("不分类（主体类型）", "not in the population"),
    Outcome.OTHER_SECTOR.value: ("不属本行业", "not in the sector"),
    Outcome.NOT_ESTABLISHED.value: ("尚未成立", "not established yet"),
    Outcome.NO_REGISTRATION.value: ("无登记信息", "no registration"),
    "green": ("绿", "green"),
    "yellow": ("黄", "yellow"),
    "orange": ("橙", "orange"),
    "red": ("红", "red"),
    "class": ("分类", "class"),
    "algorithm": ("算法", "algorithm"),
    "owner": ("所有者", "owner"),
    "company": ("企业", "company"),
    "controller": ("实际控制人", "controller"),
    "person": ("自然人", "person"),
    "direct": ("直接持股", "direct share"),
    "share_min": ("持股（至少）", "share (least)"),
    "share_max": ("持股（申报上限）", "share (most stated)"),
    "share_possible": ("持股（最大可能）", "share (most possible)"),
    "baldone": ("持股（循环修正）", "share (Baldone)"),
    "ultimate": ("最终", "ultimate"),
    "frozen": ("冻结", "frozen"),
    "basis": ("依据", "basis"),
    "joint": ("共同", "joint"),
    "votes": ("表决权", "votes"),
    "test": ("标准", "test"),
    "certain": ("确定", "certain"),
    "unresolved": ("未穿透部分", "unresolved"),
    "commitment": ("可承诺免报", "commitment possible"),
    "risk": ("传导后风险", "risk"),
    "own": ("自身风险", "own risk"),
    "lambda": ("强度", "lambda"),
    "percentile": ("百分位", "percentile"),
    "node": ("主体", "party"),
    "head": ("群首", "head"),
    "size": ("户数", "size"),
    "equity": ("股权", "equity"),
    "management": ("日常经营管理", "daily management"),
    "exempt": ("无需备案", "exempt"),
    "unknown": ("未知", "unknown"),
    "control": ("实际控制", "control"),
    "executive_partner": ("执行事务合伙人", "executive partner"),
    "sole_proprietor": ("投资人或经营者", "sole proprietor"),
    "head_office": ("总公司", "head office"),
    "declared": ("申报", "declared"),
    "board": ("董事任免权", "board"),
    "concert": ("一致行动", "concert"),
    "loop": ("循环控制", "loop"),
    "other evidence": ("其余", "other evidence"),
    "personal": ("（自然人，需 --purpose）", "(a person: --purpose)"),
    "may_name_people": ("（可能涉及自然人，需 --purpose）", "(may name people: --purpose)"),
    "no_result": ("现有数据中没有结果。", "Nothing in the data at hand."),
    "further paths and loops": ("其余路径及循环", "further paths and loops"),
    "companies": ("户数", "companies"),
    "source": ("来源", "source"),
    "files": ("文件", "files"),
    "read": ("读取", "read"),
    "loaded": ("入库", "loaded"),
    "unchanged": ("未变", "unchanged"),
    "rejected": ("退回", "rejected"),
    "date": ("日期", "date"),
    "model": ("模型", "model"),
    "visits": ("每年检查次数", "visits a year"),
    "duplicate": ("重复", "duplicate"),
    "id": ("标识", "id"),
    "label": ("类型", "label"),
    "name": ("名称", "name"),
    "indicator": ("指标", "indicator"),
    "points": ("分值", "points"),
    "most": ("满分", "most"),
    "evidence": ("依据", "evidence"),
    "next_change_on": ("变化日期", "changes on"),
    "score": ("风险分", "score"),
    "colour": ("颜色", "colour"),
    "coverage": ("数据覆盖", "coverage"),
    "total": ("合计", "total"),
    "red_line": ("红线", "red line"),
    "floor_c": ("底线C", "floor C"),
    "type": ("关系", "relationship"),
    "other": ("另一端", "other end"),
    "valid_from": ("起", "from"),
    "valid_to": ("止", "to"),
    "degree": ("数量", "count"),
    "property": ("属性", "property"),
    "value": ("值", "value"),
    "usable_until": ("可用至", "usable until"),
    "objected_since": ("异议处理中，受理于", "objected to, received"),
    "not_confirmed_since": ("此后未再确认", "not confirmed since"),
    "registration": ("登记信息", "registration"),
    "former": ("已终止的关系", "former relationship"),
    "batch": ("批次", "batch"),
    "file": ("文件", "file"),
    "dated": ("数据日期", "dated"),
    "received": ("收到", "received"),
    "state": ("状态", "state"),
    "reason": ("原因", "reason"),
    "rows": ("行数", "rows"),
    "row": ("行号", "row"),
    "column": ("列", "column"),
    "header": ("表头", "header"),
    "sheet": ("工作表", "sheet"),
    "field": ("字段", "field"),
    "national_class": ("国家目录类别", "national class"),
    "xiamen": ("厦门18类", "Xiamen's 18"),
    "nanchang": ("南昌6类", "Nanchang's 6"),
    "[unverified]": ("未核实", "[unverified]"),
    "item": ("事项编码", "item"),
    "timeliness_days": ("时限（工作日）", "due (working days)"),
    "disclosure": ("公开属性", "disclosure"),
    "period_days": ("周期（天）", "period (days)"),
    "retention_years": ("保存年限", "years kept"),
    "unit": ("提供单位", "unit"),
    "required": ("必填列", "required"),
    "finding": ("发现", "finding"),
    "kind": ("类型", "kind"),
    "stays": ("保留", "stays"),
    "sweep": ("清理", "sweep"),
    "by": ("经办人", "by"),
    "on": ("日期", "on"),
    "erased": ("已删除", "erased"),
    "due": ("到期内容", "past retention"),
    "table": ("类别", "table"),
    "baseline": ("基线", "baseline"),
    "count": ("次数", "count"),
    "first": ("首次出现", "first"),
    "recorded_seq": ("入库批次", "recorded in"),
    "superseded_seq": ("取代批次", "superseded in"),
    "end_basis": ("终止依据", "end basis"),
    "status": ("登记状态", "status"),
    "deliveries": ("各来源报送", "Deliveries by source"),
    "reasons": ("退回原因", "Why rows were refused"),
    "timeliness": ("及时性（工作日）", "Timeliness (working days)"),
    "authorities": ("各单位及时性", "Timeliness by authority"),
    "findings": ("装载中的发现", "Found while loading"),
    "mismatches": ("名称与登记不符", "Named otherwise than in the register"),
    "codes": ("统一社会信用代码重错码", "Errors of unified social credit codes"),
    "history": ("按收到月份", "By month of receipt"),
    "examples": ("实例", "examples"),
    "refused": ("最近退回的行", "Rows refused last"),
    "why_refused": ("拒绝理由", "why it was refused"),
    "asked_about": ("涉及人（户）数", "people or firms"),
    "latest": ("最迟的记录", "The latest records"),
    "rejected_share": ("退回率", "% rejected"),
    "unattached": ("未归属", "unattached"),
    "covered": ("覆盖存续主体", "covered"),
    "overdue_days": ("逾期天数", "days"),
    "current": ("按期", "current"),
    "overdue": ("逾期", "overdue"),
    "never": ("从未报送", "never"),
    "retired": ("已停用", "retired"),
    "not_in_catalogue": ("不在目录", "not in the catalogue"),
    "code": ("原因", "reason"),
    "subjects": ("涉及主体", "parties"),
    "limit": ("时限", "limit"),
    "purpose": ("目的代码", "purpose"),
    "about": ("对象", "about"),
    "roles": ("职能", "roles"),
    "authorisation": ("须本人授权", "each person signs"),
    "exploring": ("可浏览图谱", "opens the graph"),
    "most_asked": ("人数上限", "most in one list"),
    "records": ("记录", "records"),
    "late": ("迟报", "late"),
    "late_share": ("迟报率", "% late"),
    "median_lag": ("中位数", "median"),
    "greatest_lag": ("最长", "greatest"),
    "lag": ("工作日", "working days"),
    "authority": ("单位", "authority"),
    "record": ("记录", "record"),
    "own_date": ("记录日期", "own date"),
    "component": ("构成", "component"),
    "several_names": ("一码多名", "one code, several names"),
    "several_codes": ("一主体多码", "one entity, several codes"),
    "check_failed": ("校验不通过（批次:行）", "check failed (batch:row)"),
    "name_mismatch": ("名称与代码不符", "name and code do not match"),
    "living": ("存续主体", "living entities"),
    "per_10_000": ("每万户（限值1）", "per 10,000 (limit 1)"),
    "within_limit": ("达标", "within the limit"),
    "over_limit": ("超标", "over the limit"),
    "having": ("具备", "having"),
    "share": ("比例", "share"),
    "legal_representative": ("法定代表人", "legal representative"),
    "holders": ("股东", "holders"),
    "address": ("住所", "address"),
    "industry": ("行业", "industry"),
    "month": ("月份", "month"),
    "trend": ("趋势", "trend"),
    "trend_late": ("趋势", "trend"),
    "code_errors": ("每万户重错码", "code errors per 10,000"),
    "trend_codes": ("趋势", "trend"),
    "coverage_kind": ("全量/增量", "full/delta"),
    "path": ("路径", "path"),
    "relation": ("关系", "relation"),
    "strength": ("强度", "strength"),
    "dates": ("起止", "from and to"),
    "parties": ("与各方的关系", "to the parties"),
    "neighbours": ("关系总数", "ties in all"),
    "shareholder": ("共同股东", "common shareholder"),
    "holding": ("共同投资", "common holding"),
    "officer": ("共同任职人员", "common officer"),
    "common_address": ("共同住所", "common address"),
    "contact": ("联系方式", "contact"),
    "common_contact": ("共同联系方式", "common contact"),
    "common_agent": ("共同登记代理", "common agent"),
    "common_record": ("共同记录", "common record"),
    "level": ("层级", "level"),
    "probability": ("概率", "probability"),
    "established_on": ("成立日期", "established on"),
    "signs_found": ("特征数", "signs found"),
    "signs": ("特征及依据", "signs and evidence"),
    "rule": ("规则", "rule"),
    "via": ("通过", "through"),
    "post": ("职务", "post"),
    "firm": ("企业", "firm"),
    "began": ("任职日期", "since"),
    "taken": ("任职时点", "taken"),
    "clause": ("条款", "clause"),
    "befell": ("事由", "what befell"),
    "term": ("期限（止日不含）", "term (without its end)"),
    "unknown_element": ("未知要素（待核实）", "unknown, to be verified"),
    "key": ("关系编号", "relationship"),
    "at": ("时间", "at"),
    "command": ("命令", "command"),
    "task": ("任务", "task"),
    "reference": ("案件或文书", "case or document"),
    "sectors": ("适用行业", "sectors"),
    "indicators": ("指标数", "indicators"),
    "warning": ("预警", "warning"),
    "pair": ("对", "pair"),
    "assessment": ("概率及依据（比特）", "probability and evidence (bits)"),
    "identity": ("身份特征", "identity"),
    "firms_and_posts": ("企业及职务", "firms and posts"),
    "number": ("文号", "number"),
    "before": ("之前", "before"),
    "after": ("之后", "after"),
    "unnamed": ("（名称不明）", "(no name known)"),
    "confirmed": ("属实", "confirmed"),
    "refuted": ("不实", "refuted"),
    "unsure": ("存疑", "unsure"),
    "left out": ("（不再计入）", " (left out)"),
}


TYPED = ("id", "algorithm", "model", "purpose", "baseline")  # what a reader types again: whole, as it is
OTHERS = algorithm_words.WORDS | code_words.WORDS


def word(text: Any, lang: str) -> str:
    """A term in the reader's language; what is no term stays as it is."""
    zh_en = WORDS.get(str(text)) or OTHERS.get(str(text)) or _of_schema().get(str(text))
    return ("" if text is None else str(text)) if zh_en is None else zh_en[lang != "zh"]


@cache
def _of_schema() -> dict[str, tuple[str, str]]:
    """Relationship types, labels, and the codes by which a computation says what befell a firm."""
    declared = {x.name: (x.zh, x.en) for x in SCHEMA.types.values()}
    declared |= {x.name: (x.zh, x.name) for x in SCHEMA.labels.values()}
    codes = {**_titles("Company", "status"), **_titles("ListEntry", "list_type")}
    return {code: (zh, code.replace("_", " ")) for code, zh in codes.items()} | declared


@cache
def _titles(label: str, name: str) -> dict[str, str]:
    """The Chinese word for each code of a property, from the code lists of the sources that fill it."""
    mine = [s for s in sources().values() if s.table == label]
    coded = [f.parse.titles for s in mine for f in s.fields if f.name == name and isinstance(f.parse, Coded)]
    if name == "role":
        coded += [s.roles for s in mine if isinstance(s, RecordSource) and s.roles]
    if (label, name) == ("ListEntry", "list_type"):  # most sources send one list, and no file names it
        coded.insert(0, {t.list_type: t.zh for t in RECORD_TYPES.values() if t.list_type})
    return {"other": "其他"} | {code: zh for titles in coded for code, zh in titles.items()} if coded else {}


def said(label: str, name: str | None, value: Any, lang: str) -> Any:
    """What a record says, in the reader's language: the words for its codes; what is no code stays as it is."""
    titles = _titles(label, name) if name else {}
    parts = str(value).split(",") if value else []
    if not titles or not all(part in titles for part in parts):
        return value
    return "、".join(titles[p] for p in parts) if lang == "zh" else ", ".join(p.replace("_", " ") for p in parts)


def table(columns: Sequence[str], rows: Sequence[Sequence[Any]], form: str, lang: str) -> None:
    """Print rows under columns as a table, JSON or CSV."""
    if form == "json":
        dump([dict(zip(columns, row, strict=True)) for row in rows])
    elif form == "csv":
        sys.stdout.write(to_csv(columns, rows))
    else:
        out = Table(*(Column(word(c, lang), no_wrap=c in TYPED, overflow="fold") for c in columns))
        for row in rows:
            cells = zip(columns, row, strict=True)
            out.add_row(*(plain(str(v) if c in TYPED and v is not None else word(v, lang)) for c, v in cells))
        Console(width=None if sys.stdout.isatty() else 160, soft_wrap=False).print(out)


def dump(told: Sequence[Mapping[str, Any]]) -> None:
    """Print rows as JSON."""
    print(json.dumps(told, ensure_ascii=False, indent=1))


def plain(text: str) -> Text:
    """Text that rich takes literally, without what a terminal would act on; every kind of space is a space."""
    return Text("".join(c if c.isprintable() or c == "\n" else " " if c.isspace() else "\ufffd" for c in text))


def to_csv(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """CSV whose cells no spreadsheet takes for a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([harmless(v) for v in row] for row in rows)
    return buffer.getvalue()


def harmless(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    return "'" + value if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
