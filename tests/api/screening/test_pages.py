"""One page for each hit: what stands on it, what never does, and that it is one sheet of paper."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.api.screening.lists import COMPANY_POST, HEADER, TASK, post, row, screened, task, workbook
from tests.api.test_cli import run
from tests.conftest import firm, number, penalty, require, to_csv, uscc

PEOPLE = [
    row(11, "张一", number(1)),  # own, and a company's in office
    row(12, "李二", number(2)),  # a company's, out of office
    row(13, "赵四", number(4)),  # nothing
    row(14, "孙五", number(5)),  # to be verified
    row(15, "周七", ""),  # not checked
    row(16, "张一", number(1)),  # again
]


def pages(at: dict[str, str], folder: Path, *options: str, **more: object) -> dict[str, str]:
    """The pages of a list by name, as text without tags."""
    list_ = workbook(folder / "a.xlsx", [HEADER, *PEOPLE], [HEADER, row(1, "王三", number(3))])
    screened(folder, at, list_, "--pages", str(folder / "pages"), *options, **more)
    return {p.name: _text(p.read_text("utf-8")) for p in sorted((folder / "pages").iterdir())}


def _text(page: str) -> str:
    body = re.sub(r"</?span[^>]*>", "", page.partition("<body")[2])
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))


def test_whoever_has_a_hit_or_something_to_verify_has_a_page(at: dict[str, str], tmp_path: Path) -> None:
    found = pages(at, tmp_path)
    assert list(found) == ["1-3.html", "1-4.html", "1-6.html"], "by sheet and row, named after nobody"
    first = found["1-3.html"]
    for said in (
        TASK["number"], TASK["unit"], TASK["basis"], "拟任人选信用联查互证", "经办甲 / 审批乙", "第1镇 第 3 行", "序号 11",
        "发现 3 条（本人 1 条；关联企业任职或持股期间 2 条、其他期间 0 条）", "2026-11-23（依 2026-11-23 所知）",
        "失信被执行人", "云津市临江区人民法院", "(2026)云0101执1号", "2026-09-01",
        f"云津样例1商贸有限公司（{uscc(1)}）", "法定代表人 2020-01-01 – 至今", "当日在任", "云津罚〔2026〕1号", "在有效期内，至 2027-10-10",
        "行政处罚信息 2026-11-20", "缺失：", "会签确认", "认定机关", "记录须经认定单位会签确认",
    ):  # fmt: skip
        assert str(said) in first, said
    assert (
        first.index("本人记录 (1)")
        < first.index("(2026)云0101执1号")
        < first.index("关联企业记录（任职或持股期间） (2)")
    )
    assert first.index("关联企业记录（任职或持股期间） (2)") < first.index("云津罚〔2026〕1号")
    second = found["1-4.html"]
    assert second.index("关联企业记录（其他期间） (1)") < second.index("云津罚〔2026〕1号") and "当日不在任" in second
    third = found["1-6.html"]
    assert third.index("待核实 (1)") < third.index("同名且公开名单的掩码证件号相符") and "待核实 1 条" in third


def test_what_never_stands_on_a_page(at: dict[str, str], tmp_path: Path) -> None:
    pages(at, tmp_path)
    whole = "".join(p.read_text("utf-8") for p in (tmp_path / "pages").iterdir())
    for person in range(1, 10):
        assert number(person) not in whole and number(person)[6:14] not in whole, "the last four is all of a number"
    assert number(1)[-4:] in whole
    assert not any(word in whole for word in ("合格", "得分", "评分", "配偶", "亲属", "云津罚〔2026〕2号")), (
        "2 is repaired"
    )
    assert set(re.findall(r"#[0-9a-fA-F]{3,6}\b", whole)) == {"#000", "#eee"}, "black on white"
    assert not re.search(r"(?:src|href)\s*=|url\(|@import|<script", whole), "nothing is fetched, nothing runs"


def test_hints_and_english(at: dict[str, str], tmp_path: Path) -> None:
    first = pages(at, tmp_path, "--lang", "en", **COMPANY_POST)["1-3.html"]
    assert "hints on posts" in first and "suspected restriction, to be verified" in first
    assert "own records (1)" in first and "Confirmation by whoever issued" in first and "核查结果" not in first


def test_what_is_typed_stays_text(at: dict[str, str], tmp_path: Path) -> None:
    list_ = workbook(tmp_path / "a.xlsx", [HEADER, row("<i>1", "王<b>强", number(1))])
    screened(tmp_path, at, list_, "--pages", "p", unit="<script>alert(1)</script>")
    page = Path("p/1-3.html").read_text("utf-8")
    assert "<script" not in page and "<b>" not in page and "<i>" not in page and "王&lt;b&gt;强" in page


def test_several_people_of_a_cell_have_a_page_each(at: dict[str, str], tmp_path: Path) -> None:
    list_ = workbook(tmp_path / "a.xlsx", [HEADER, row(1, "张一、李二", f"{number(1)}、{number(2)}")])
    screened(tmp_path, at, list_, "--pages", "p", "--split")
    assert sorted(p.name for p in Path("p").iterdir()) == ["1-3-2.html", "1-3.html"]


def test_pages_are_never_written_into_a_folder_that_is_there(at: dict[str, str], tmp_path: Path) -> None:
    list_ = workbook(tmp_path / "a.xlsx", [HEADER, *PEOPLE])
    Path("p").mkdir()
    options = ("--task", task(tmp_path / "t.yaml"), "--out", "r.xlsx", "--pages")
    assert "p exists" in run("screen", str(list_), *options, "p", code=2, **at)
    assert not Path("r.xlsx").exists()
    assert "3 页" in run("screen", str(list_), *options, "q", **at)


MANY = [row(21, "冯七十", number(70)), row(22, "卫八十", number(80))]  # 14 facts, and 60


def browse(folder: Path, *options: str) -> str:
    """What Chromium says of a page; without it the test is skipped or, where everything must run, fails."""
    browser = shutil.which("chromium") or shutil.which("google-chrome") or ""
    if not browser:
        require("Chromium", "apt-get install -y chromium")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--no-pdf-header-footer"]
    flags += ["--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={folder}/profile", *options]
    return subprocess.run([browser, *flags], capture_output=True, check=True, timeout=120).stdout.decode()


def many(at: dict[str, str], folder: Path, lang: str) -> Path:
    """The folder with the pages of those who have many facts."""
    list_ = workbook(folder / "a.xlsx", [HEADER, *MANY])
    screened(folder, at, list_, "--pages", str(folder / "pages"), "--lang", lang, **COMPANY_POST)
    return folder / "pages"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_fourteen_facts_are_one_sheet_of_a4_and_sixty_flow_over(at: dict[str, str], tmp_path: Path, lang: str) -> None:
    pages = many(at, tmp_path, lang)
    sheets = {}
    for name in ("1-3", "1-4"):
        sheets[name] = sheets_of(tmp_path, pages / f"{name}.html")
        pdf = Path("page.pdf").read_bytes()
        sizes = set(re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf))
        assert {(round(float(w)), round(float(h))) for w, h in sizes} == {(595, 842)}, "A4 in points"
    assert sheets["1-3"] == 1 and sheets["1-4"] >= 2
    page = (pages / "1-4.html").read_text("utf-8")
    assert page.count("<tr>") > 60 and page.count("<thead>") == 2, (
        "the heads of facts and signatures, repeated by print"
    )
    mark, of = ("第1镇\\20 第\\20 4\\20 行", " 页，共 ") if lang == "zh" else ("第1镇\\20 row\\20 4", " of ")
    assert mark in page and f'counter(page) "{of}" counter(pages)' in page, "a sheet by itself says where it belongs"


def sheets_of(folder: Path, page: Path) -> int:
    """How many sheets of paper a page takes."""
    browse(folder, f"--print-to-pdf={folder}/page.pdf", f"file://{page}")
    return len(re.findall(rb"/Type\s*/Page\b", (folder / "page.pdf").read_bytes()))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_fact_of_an_authority_of_its_own(tmp_path: Path, lang: str) -> None:
    """Firm i has so many facts of so many authorities; person i represents it."""
    cases = ((7, 4), (14, 14), (20, 6))
    there = {"CREDITGRAPH_STORE": f"sqlite:///{tmp_path}/c.db", "CREDITGRAPH_KEY": f"{tmp_path}/key"}
    fines = [
        penalty(
            i,
            f"云津市北岭区市监罚〔2026〕{i}{k:02d}号",
            f"2026-10-{k + 1:02d}",
            处罚机关=f"云津市北岭区第{k % of}市场监督管理局",
        )
        for i, (count, of) in enumerate(cases)
        for k in range(count)
    ]
    posts = [post(i, 40 + i, "张样") for i in range(len(cases))]
    run("key", "create", f"{tmp_path}/key")
    firms = [firm(i) for i in range(len(cases))]
    for source, table in {"registrations": firms, "legal_representatives": posts, "penalties": fines}.items():
        Path(f"{source}.csv").write_bytes(to_csv(table))
        run("load", f"{source}.csv", "--source", source, "--dated", "2026-11-20", **there)
    list_ = workbook(tmp_path / "a.xlsx", [HEADER, *(row(i, "张样", number(40 + i)) for i in range(len(cases)))])
    screened(tmp_path, there, list_, "--pages", str(tmp_path / "p"), "--lang", lang, **COMPANY_POST)
    pages = [tmp_path / "p" / f"1-{i + 3}.html" for i in range(len(cases))]
    assert [sheets_of(tmp_path, page) for page in pages] == [1, 1, 2]
    for (_, of), page in zip(cases, pages, strict=True):
        text = page.read_text("utf-8")
        whole = re.findall(r'(?s)<section class="whole">.*?</section>', text)
        assert ".whole { break-inside: avoid }" in text and [w.count("<tr><th>云") for w in whole] == [of // 2]
        assert [w.count("<th>云津市北岭区第") for w in whole] == [of], "all signatures stand together"
        _measure(tmp_path, text, 14)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_date_is_broken_and_no_column_overflows(at: dict[str, str], tmp_path: Path, lang: str) -> None:
    """Measured in the browser at the width of the paper: lines of each date, and cells wider than their column."""
    people = [row(21, "冯七十", number(70)), row(22, "张一", number(1))]
    list_ = workbook(
        tmp_path / "a.xlsx", [HEADER, *people], [HEADER, row(1, "钱某", number(8)), row(2, "孙五", number(5))]
    )
    screened(tmp_path, at, list_, "--pages", "pages", "--lang", lang, **COMPANY_POST)
    for name, least in (("1-3", 28), ("1-4", 8), ("2-3", 5), ("2-4", 2)):  # many facts, few, under doubt
        _measure(tmp_path, Path(f"pages/{name}.html").read_text("utf-8"), least)


def _measure(folder: Path, page: str, least: int) -> None:
    script = """<script>
    const days = [...document.querySelectorAll(".day")];
    const broken = days.filter(e => e.getClientRects().length > 1).length;
    const wide = [...document.querySelectorAll("td, th")].filter(e => e.scrollWidth > e.clientWidth + 1).length;
    document.title = `${days.length} days, ${broken} broken, ${wide} wide`;
    </script>"""
    (folder / "measured.html").write_text(page.replace("</body>", f"{script}</body>"), encoding="utf-8")
    whole = browse(folder, "--dump-dom", f"file://{folder}/measured.html")
    (title,) = re.findall(r"<title>(.*?)</title>", whole)
    in_spans = len(re.findall(r'<span class="day">', page))
    assert title == f"{in_spans} days, 0 broken, 0 wide" and in_spans >= least
    outside = re.sub(r'<span class="day">.*?</span>', "", page.partition("<body")[2].partition("<footer")[0])
    assert not re.search(r"\d{4}-\d\d-\d\d", outside)
