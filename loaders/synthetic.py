"""A synthetic city: monthly deliveries as departments send them, dirt included, and the truth beside them.

The city of 云津 does not exist, its area codes (99....) are not assigned, so no code or number is anybody's.
Same seed, same bytes.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from graph.errors import UsageError
from graph.identity import number_check_character, organisation_check_character, uscc_check_character
from graph.progress import Reporter, Silent
from graph.time import add_months

DISTRICTS = {"990101": "临江区", "990102": "望湖区", "990103": "北岭区", "990104": "南屏县"}
ROADS = ("样例路", "虚舟路", "听雨街", "归云大道", "望山路", "拾光巷", "长亭路", "镜湖街", "松涛路", "新桥路")
BRANDS = "云晨启恒瑞泽景诚安远博创嘉禾鼎拓锦程海岚星宇明德正和信义宏图天成万象百川千帆"
TRADES = (
    ("商贸", "F51"),
    ("建材", "F51"),
    ("餐饮管理", "H62"),
    ("食品", "C14"),
    ("医药", "C27"),
    ("科技", "I65"),
    ("物流", "G54"),
    ("装饰工程", "E50"),
    ("教育咨询", "P83"),
    ("投资管理", "J69"),
    ("机械制造", "C34"),
    ("物业服务", "K70"),
    ("健身服务", "R89"),
)
SURNAMES, SURNAME_SHARES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗",
    (7.3, 7.2, 6.8, 5.4, 4.5, 3.1, 2.3, 2.2, 2.1, 2, 1.5, 1.5, 1.3, 1.2, 1.2, 1.1, 1, 1, 0.9, 0.9),
)
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰涛明超秀霞平刚桂英华玉兰建国志红梅鑫宇浩然子涵欣怡"
VIOLATIONS = (
    "虚假宣传",
    "未按规定公示信息",
    "销售不合格产品",
    "无证经营",
    "超范围经营",
    "消防设施不合格",
    "食品标签不合格",
)
COURT, AUTHORITY, CREDIT_OFFICE = "云津市临江区人民法院", "云津市市场监督管理局", "云津市信用办"
DEBTOR_REASONS = (
    "有履行能力而拒不履行生效法律文书确定义务",
    "违反财产报告制度",
    "违反限制消费令",
    "以虚假诉讼、虚假仲裁或者以隐匿、转移财产等方法规避执行",
)
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")

HEADERS: dict[str, tuple[str, ...]] = {
    "registrations": (
        "统一社会信用代码",
        "企业名称",
        "成立日期",
        "企业类型",
        "登记状态",
        "核准日期",
        "注册资本",
        "经营范围",
        "住所",
        "行业代码",
        "营业期限至",
        "登记机关",
        "行政区划",
    ),
    "legal_representatives": ("统一社会信用代码", "企业名称", "姓名", "证件号码", "职务", "任职日期", "免职日期"),
    "shareholders": (
        "统一社会信用代码",
        "企业名称",
        "股东名称",
        "股东类型",
        "股东统一社会信用代码",
        "股东证件号码",
        "持股比例",
        "认缴出资额（万元）",
        "实缴出资额（万元）",
        "认缴出资日期",
        "出资方式",
        "取得日期",
        "退出日期",
    ),
    "penalties": (
        "CF_XDR_MC",
        "CF_XDR_SHXYM",
        "CF_WSH",
        "CF_WFXW",
        "CF_CFLB",
        "CF_NR",
        "CF_NR_FK",
        "CF_JDRQ",
        "CF_GSJZQ",
        "失信严重程度",
        "公示渠道",
        "公示日期",
        "CF_CFJG",
    ),
    "abnormal_operations": (
        "企业名称",
        "统一社会信用代码",
        "列入经营异常名录原因",
        "列入日期",
        "作出决定机关",
        "移出日期",
        "移出原因",
    ),
    "dishonest_debtors": (
        "被执行人姓名/名称",
        "统一社会信用代码",
        "身份证号码",
        "案号",
        "执行法院",
        "失信被执行人行为具体情形",
        "立案时间",
        "发布时间",
    ),
    "repairs": (
        "事项类型",
        "记录类型",
        "主体名称",
        "主体代码",
        "原文书号",
        "原作出机关",
        "修复决定文号",
        "生效日期",
        "修复渠道",
        "认定机关",
    ),
}


@dataclass
class _Person:
    name: str
    number: str


@dataclass
class _Holding:
    firm: int | None  # the holder, a firm or
    person: int | None  # a person
    share: int  # per cent
    subscribed: int  # 10,000 yuan
    paid: int
    due: dt.date
    since: dt.date


@dataclass
class _Decision:
    firm: int
    number: str
    day: dt.date
    done: bool = False  # repaired or withdrawn


@dataclass
class _Debtor:
    firm: int
    case: str
    reason: str
    day: dt.date


@dataclass
class _Firm:
    code: str
    name: str
    kind: str
    industry: str
    district: str
    address: str
    established: dt.date
    approved: dt.date
    capital: int  # 10,000 yuan
    risk: float
    status: str = "存续"
    representative: int = 0
    represents_since: dt.date = dt.date.min
    holders: list[_Holding] = field(default_factory=list)
    restless: bool = False  # changes its representative again and again


Row = Sequence[object]


class City:
    """The state of the city, moved on month by month; `generate` writes what departments would deliver."""

    def __init__(self, companies: int, seed: int, start: dt.date) -> None:
        self.rng = np.random.default_rng(seed)
        self.firms: list[_Firm] = []
        self.people: list[_Person] = []
        self.month = start
        self.truth: list[Row] = []
        self.listed: dict[int, tuple[dt.date, str]] = {}
        self.removed: list[tuple[int, dt.date, str, dt.date]] = []  # kept in the list for a year, with the date
        self.debtors: list[_Debtor] = []
        self.decisions: list[_Decision] = []
        self._serial = self._cases = 0
        for _ in range(companies):
            self._found(start - dt.timedelta(days=int(self.rng.exponential(2200)) + 30))

    # --- making things up -----------------------------------------------------------------------------

    def _pick(self, options: Sequence[str]) -> str:
        return options[int(self.rng.integers(len(options)))]

    def _chance(self, probability: float) -> bool:
        return bool(self.rng.random() < probability)

    def _person(self) -> int:
        if self.people and self._chance(0.35):
            return int(self.rng.integers(len(self.people)))
        shares = np.array(SURNAME_SHARES) / sum(SURNAME_SHARES)
        name = SURNAMES[int(self.rng.choice(len(SURNAMES), p=shares))] + "".join(
            self._pick(GIVEN) for _ in range(1 + self._chance(0.75))
        )
        birth = dt.date(1950, 1, 1) + dt.timedelta(days=int(self.rng.integers(19_000)))
        first = f"{self._pick(list(DISTRICTS))}{birth:%Y%m%d}{int(self.rng.integers(1000)):03d}"
        self.people.append(_Person(name, first + number_check_character(first)))
        return len(self.people) - 1

    def _code(self, district: str, kind: str) -> str:
        self._serial += 1
        organisation = f"{(self._serial * 7_919_317 + 12_345_678) % 100_000_000:08d}"
        organisation += organisation_check_character(organisation)
        first = f"9{'2' if kind == '个体工商户' else '1'}{district}{organisation}"
        return first + uscc_check_character(first)

    def _address(self, district: str) -> str:
        number, room = int(self.rng.integers(1, 900)), int(self.rng.integers(1, 40))
        return f"云津市{DISTRICTS[district]}{self._pick(ROADS)}{number}号{room}室"

    def _found(self, day: dt.date) -> int:
        district, kind = self._pick(list(DISTRICTS)), "个体工商户" if self._chance(0.08) else "有限责任公司"
        trade, industry = TRADES[int(self.rng.integers(len(TRADES)))]
        brand = "".join(self._pick(BRANDS) for _ in range(3))
        name = f"云津{brand}{trade}" + ("店" if kind == "个体工商户" else "有限公司")
        capital = int(10 ** self.rng.uniform(1, 3.4)) if not self._chance(0.01) else 20_000
        firm = _Firm(
            self._code(district, kind),
            name,
            kind,
            industry,
            district,
            self._address(district),
            day,
            day,
            capital,
            float(self.rng.beta(0.6, 5)),
        )
        firm.restless = self._chance(0.003)
        firm.representative, firm.represents_since = self._person(), day
        if kind != "个体工商户":
            self._hold(firm, day)
        self.firms.append(firm)
        return len(self.firms) - 1

    def _hold(self, firm: _Firm, day: dt.date) -> None:
        cuts = sorted(
            {0, 100, *(int(x) for x in self.rng.integers(1, 100, int(self.rng.choice(3, p=(0.45, 0.4, 0.15)))))}
        )
        for low, high in zip(cuts, cuts[1:], strict=False):
            corporate = bool(self.firms) and self._chance(0.15)
            who = (
                int(self.rng.integers(len(self.firms)))
                if corporate
                else firm.representative
                if low == 0
                else self._person()
            )
            subscribed = firm.capital * (high - low) // 100
            paid = 0 if self._chance(0.35) or firm.capital >= 20_000 else subscribed
            due = add_months(day, int(self.rng.choice((24, 36, 60, 120, 240))))
            firm.holders.append(
                _Holding(who if corporate else None, None if corporate else who, high - low, subscribed, paid, due, day)
            )

    # --- one month ------------------------------------------------------------------------------------

    def advance(self, first: bool) -> dict[str, list[Row]]:
        """What every source delivers at the end of the month; everything, the first time."""
        rows: dict[str, list[Row]] = {name: [] for name in HEADERS}
        end = add_months(self.month, 1) - dt.timedelta(days=1)
        touched = set(range(len(self.firms))) if first else self._changes(rows, end)
        for i in sorted(touched):
            rows["registrations"].append(self._registration(self.firms[i]))
        if first:
            for firm in self.firms:
                rows["legal_representatives"].append(self._office(firm, ""))
                rows["shareholders"] += [self._holding(firm, h, "") for h in firm.holders]
        self._records(rows, end)
        self.month = add_months(self.month, 1)
        return rows

    def _day(self, end: dt.date) -> dt.date:
        return self.month + dt.timedelta(days=int(self.rng.integers((end - self.month).days + 1)))

    def _changes(self, rows: dict[str, list[Row]], end: dt.date) -> set[int]:
        touched: set[int] = set()
        for _ in range(max(1, len(self.firms) // 150)):
            i = self._found(self._day(end))
            touched.add(i)
            rows["legal_representatives"].append(self._office(self.firms[i], ""))
            rows["shareholders"] += [self._holding(self.firms[i], h, "") for h in self.firms[i].holders]
        draws = self.rng.random((len(self.firms), 5))
        for i in np.flatnonzero((draws < 0.02).any(axis=1) | np.array([f.restless for f in self.firms])).tolist():
            firm = self.firms[i]
            if firm.status != "存续" or firm.approved >= self.month:
                continue
            risk = 0.25 + 3 * firm.risk
            day = self._day(end)
            if draws[i, 0] < 0.004 * risk or (firm.restless and self._chance(0.9)):
                self._replace_representative(rows, firm, day)
            if draws[i, 1] < 0.005 * risk:
                firm.address = self._address(firm.district)
            if draws[i, 2] < 0.002 * risk:
                firm.capital = max(1, firm.capital // 2)
            if draws[i, 3] < 0.003:
                firm.status = "吊销" if self._chance(firm.risk) else "注销"
            if draws[i, 4] < 0.002 * risk and firm.holders:
                self._transfer(rows, firm, day)
            firm.approved = day
            touched.add(i)
        return touched

    def _replace_representative(self, rows: dict[str, list[Row]], firm: _Firm, day: dt.date) -> None:
        rows["legal_representatives"].append(self._office(firm, day.isoformat()))
        firm.representative, firm.represents_since = self._person(), day
        rows["legal_representatives"].append(self._office(firm, ""))

    def _transfer(self, rows: dict[str, list[Row]], firm: _Firm, day: dt.date) -> None:
        rows["shareholders"] += [self._holding(firm, h, day.isoformat()) for h in firm.holders]
        firm.holders = [_Holding(None, self._person(), 100, firm.capital, 0, add_months(day, 60), day)]
        rows["shareholders"] += [self._holding(firm, h, "") for h in firm.holders]

    def _registration(self, firm: _Firm) -> Row:
        capital = "" if firm.kind == "个体工商户" else f"{firm.capital:,}(万元人民币)"
        return (
            firm.code,
            firm.name,
            firm.established.isoformat(),
            firm.kind,
            firm.status,
            firm.approved.isoformat(),
            capital,
            "一般项目。",
            firm.address,
            firm.industry,
            "长期",
            AUTHORITY,
            firm.district,
        )

    def _office(self, firm: _Firm, until: str) -> Row:
        person = self.people[firm.representative]
        post = "经营者" if firm.kind == "个体工商户" else "法定代表人"
        return (firm.code, firm.name, person.name, person.number, post, firm.represents_since.isoformat(), until)

    def _holding(self, firm: _Firm, h: _Holding, until: str) -> Row:
        rest = (f"{h.share}%", h.subscribed, h.paid, h.due, "货币", h.since, until)
        if h.firm is not None:
            other = self.firms[h.firm]
            return (firm.code, firm.name, other.name, "企业法人", other.code, "", *rest)
        person = self.people[h.person or 0]
        return (firm.code, firm.name, person.name, "自然人", "", person.number, *rest)

    # --- records --------------------------------------------------------------------------------------

    def _records(self, rows: dict[str, list[Row]], end: dt.date) -> None:
        alive = [i for i, f in enumerate(self.firms) if f.status == "存续"]
        risk = np.array([self.firms[i].risk for i in alive])
        draws = self.rng.random((len(alive), 3))
        for k, i in enumerate(alive):
            if draws[k, 0] < 0.09 * risk[k]:
                rows["penalties"].append(self._penalty(i, end))
            if draws[k, 1] < 0.025 * risk[k] and i not in self.listed:
                reason = "通过登记的住所或者经营场所无法联系" if self._chance(0.5) else "未在规定期限公示年度报告"
                self.listed[i] = (self._day(end), reason)
            if draws[k, 2] < 0.008 * risk[k]:
                self._cases += 1
                case = f"({end.year})云0101执{self._cases}号"
                self.debtors.append(_Debtor(i, case, self._pick(DEBTOR_REASONS), self._day(end)))
        for i in [i for i, (day, _) in self.listed.items() if day < self.month and self._chance(0.06)]:
            self.removed.append((i, *self.listed.pop(i), self._day(end)))
        self.removed = [r for r in self.removed if (end - r[3]).days < 365]
        self.debtors = [d for d in self.debtors if not self._chance(0.02)]
        rows["abnormal_operations"] = [
            (self.firms[i].name, self.firms[i].code, reason, day, AUTHORITY, out or "", "已重新取得联系" if out else "")
            for i, day, reason, out in [*((i, *entry, None) for i, entry in sorted(self.listed.items())), *self.removed]
        ]
        rows["dishonest_debtors"] = [self._debtor(d) for d in self.debtors]
        self._repairs(rows, end)

    def _penalty(self, i: int, end: dt.date) -> Row:
        firm, day = self.firms[i], self._day(end)
        kind = str(
            self.rng.choice(
                ["警告", "罚款", "罚款", "罚款", "吊销许可证", "责令停产停业", "不予处罚"],
                p=[0.2, 0.3, 0.2, 0.2, 0.03, 0.03, 0.04],
            )
        )
        fine = round(float(10 ** self.rng.uniform(-1, 1.3)), 2) if kind == "罚款" else 0
        number = f"云津市监罚〔{day.year}〕{len(self.decisions) + 1}号"
        severity = "严重" if kind in ("吊销许可证", "责令停产停业") or fine > 12 else "一般" if kind == "罚款" else ""
        content = f"罚款{round(fine * 10_000)}元" if fine else kind
        self.decisions.append(_Decision(i, number, day))
        return (
            firm.name,
            firm.code,
            number,
            self._pick(VIOLATIONS),
            kind,
            content,
            fine or "",
            day,
            "",
            severity,
            "公示系统" if self._chance(0.3) else "信用中国",
            day + dt.timedelta(days=5) if (end - day).days > 5 else "",
            AUTHORITY,
        )

    def _debtor(self, debtor: _Debtor) -> Row:
        firm = self.firms[debtor.firm]
        rest = (debtor.case, COURT, debtor.reason, debtor.day, debtor.day)
        if debtor.firm % 5:
            return (firm.name, firm.code, "", *rest)
        # The person instead of the firm, with the number masked as courts print it.
        person = self.people[firm.representative]
        return (person.name, "", f"{person.number[:10]}****{person.number[14:]}", *rest)

    def _repairs(self, rows: dict[str, list[Row]], end: dt.date) -> None:
        for decision in self.decisions:
            if decision.done or decision.day > end:
                continue
            withdrawn = self._chance(0.002)
            if withdrawn or ((end - decision.day).days > 95 and self._chance(0.05)):
                decision.done = True
                rows["repairs"].append(self._repair(decision, withdrawn, end))

    def _repair(self, decision: _Decision, withdrawn: bool, end: dt.date) -> Row:
        firm, tail = self.firms[decision.firm], decision.number[-5:]
        what = ("撤销", "", AUTHORITY) if withdrawn else ("信用修复", "信用中国", CREDIT_OFFICE)
        number = f"云津市监撤〔{end.year}〕{tail}" if withdrawn else f"云津信修〔{end.year}〕{tail}"
        return (
            what[0],
            "行政处罚",
            firm.name,
            firm.code,
            decision.number,
            AUTHORITY,
            number,
            self._day(end),
            *what[1:],
        )


# --- dirt ---------------------------------------------------------------------------------------------


class _Dirt:
    """Spoils cells as offices do, and writes down what it did."""

    def __init__(self, city: City, rate: float) -> None:
        self.city, self.rate = city, rate

    def spoil(self, source: str, file: str, rows: list[Row]) -> list[Row]:
        header = HEADERS[source]
        out: list[Row] = []
        for row in rows:
            cells = ["" if c is None else str(c) for c in row]
            if self.city._chance(self.rate):
                kind = self._spoil(header, cells)
                self.city.truth.append((file, len(out) + 1, kind))
            out.append(cells)
            if self.city._chance(self.rate / 4):
                self.city.truth.append((file, len(out) + 1, "duplicate"))
                out.append(list(cells))
        return out

    def _spoil(self, header: Sequence[str], cells: list[str]) -> str:
        kind = self.city._pick(
            ("full_width", "lower_case", "spaces", "serial", "month", "check", "no_such_day", "float")
        )
        code = next(
            (i for i, h in enumerate(header) if ("代码" in h or "SHXYM" in h) and cells[i][:2] in ("91", "92")), None
        )
        day = next(
            (
                i
                for i, h in enumerate(header)
                if ("日期" in h or "时间" in h or "RQ" in h) and cells[i][:2] in ("19", "20")
            ),
            None,
        )
        if kind == "full_width" and code is not None:
            cells[code] = cells[code].translate(FULL_WIDTH)
        elif kind == "lower_case" and code is not None:
            cells[code] = cells[code].lower()
        elif kind == "spaces":
            cells[1] = f" {cells[1]} "
        elif kind == "serial" and day is not None:
            cells[day] = str((dt.date.fromisoformat(cells[day]) - dt.date(1899, 12, 30)).days)
        elif kind == "month" and day is not None and "成立" in header[day]:
            cells[day] = f"{int(cells[day][:4])}.{int(cells[day][5:7])}"
        elif kind == "check" and code is not None:
            cells[code] = cells[code][:-1] + ("0" if cells[code][-1] != "0" else "1")
        elif kind == "no_such_day" and day is not None:
            cells[day] = f"{cells[day][:4]}-02-30"
        elif kind == "float" and code is not None:
            cells[code] = "9.19901E+17"
        else:
            return "none"
        return kind


def generate(
    out: Path,
    companies: int,
    seed: int,
    months: int = 24,
    start: dt.date = dt.date(2024, 12, 1),
    dirt: float = 0.004,
    progress: Reporter | None = None,
) -> Path:
    """Write `months` of deliveries to a new folder, with manifest.csv and, apart, truth/; returns the manifest.

    Linear in companies and months. UsageError if the folder holds anything.
    """
    if out.exists() and any(out.iterdir()):
        raise UsageError(f"{out} is not empty", "Name a new folder.")
    out.mkdir(parents=True, exist_ok=True)
    city = City(companies, seed, start)
    spoiler = _Dirt(city, dirt)
    manifest: list[Row] = []
    for month in range(months):
        end = add_months(city.month, 1) - dt.timedelta(days=1)
        for source, rows in city.advance(month == 0).items():
            full = source in ("abnormal_operations", "dishonest_debtors") or (
                month == 0 and source not in ("penalties", "repairs")
            )
            file = f"{end:%Y-%m}/{source}-{end:%Y%m}.csv" + (".gz" if source == "registrations" else "")
            if rows:
                _write(out / file, source, spoiler.spoil(source, file, rows))
                received = dt.datetime.combine(end + dt.timedelta(days=3), dt.time(9), tzinfo=dt.UTC)
                manifest.append((file, source, "full" if full else "delta", end, received.isoformat()))
        (progress or Silent()).advance(month + 1, months)
    _write_truth(out / "truth", city)
    path = out / "manifest.csv"
    path.write_text(_csv([("file", "source", "coverage", "dated", "received_at"), *manifest]), encoding="utf-8")
    return path


def _csv(rows: Iterable[Row]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue()


def _write(path: Path, source: str, rows: list[Row]) -> None:
    """A file as its department would send it: GB18030, BOM, gz, a title and a note, as the case may be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = _csv([HEADERS[source], *rows])
    if source == "dishonest_debtors":
        text = f"云津市失信被执行人名单\n{text}合计,{len(rows)}\n"
    if source == "registrations":
        with path.open("wb") as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
            packed.write(text.encode())
    else:
        path.write_bytes(text.encode({"shareholders": "gb18030", "penalties": "utf-8-sig"}.get(source, "utf-8")))


def _write_truth(folder: Path, city: City) -> None:
    folder.mkdir()
    (folder / "dirt.csv").write_text(_csv([("file", "row", "kind"), *city.truth]), encoding="utf-8")
    (folder / "companies.csv").write_text(
        _csv([("uscc", "latent_risk"), *((f.code, round(f.risk, 6)) for f in city.firms)]), encoding="utf-8"
    )
    (folder / "people.csv").write_text(
        _csv([("name", "number"), *((p.name, p.number) for p in city.people)]), encoding="utf-8"
    )
    (folder / "README.json").write_text(json.dumps({"read_by": "tests and evaluation only"}) + "\n", encoding="utf-8")
