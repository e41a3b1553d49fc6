"""The real command line, end to end, on both stores; what it says when something is wrong."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from api.cli import main
from api.render import said
from api.settings import SETTINGS
from tests.conftest import debtor, firm, fresh_neo4j, masked, number, penalty, repair, require, to_csv, uscc

ROOT = Path(__file__).parent.parent.parent


def run(*arguments: str, code: Any = 0, **environment: str) -> str:
    """Run creditgraph as its entry point does, in this process; its standard output, or error where it must fail."""
    ended, out, err = run_to_its_end(*arguments, **environment)
    assert ended == code, err + out
    return out if code == 0 else err


def run_to_its_end(*arguments: str, **environment: str) -> tuple[Any, str, str]:
    """The same, however it ends: exit code, standard output, standard error."""
    out, err = io.StringIO(), io.StringIO()
    there = {**os.environ, "CREDITGRAPH_CLOCK": "2026-11-23", **environment}
    with (
        mock.patch.dict(os.environ, there, clear=True),
        mock.patch.object(sys, "argv", ["creditgraph", *arguments]),
        redirect_stdout(out),
        redirect_stderr(err),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    return ended.value.code or 0, out.getvalue(), err.getvalue()


def test_the_program_runs_by_itself() -> None:
    """The one test in which the interpreter starts anew: all the others call the entry point."""
    done = subprocess.run(
        [sys.executable, "-m", "api.cli", "sources"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert (done.returncode, done.stderr) == (0, "") and "行政处罚" in done.stdout


def office(folder: Path) -> None:
    """Five small files as departments send them."""
    files = {
        "registrations": [firm(1), firm(2), firm(3, 统一社会信用代码="123")],
        "legal_representatives": [
            {
                "统一社会信用代码": uscc(i),
                "姓名": "张伟",
                "证件号码": number(i),
                "职务": "法定代表人",
                "任职日期": "2020-01-01",
            }
            for i in (1, 2)
        ],
        "penalties": [penalty(1, "云津罚〔2026〕1号", "2026-10-01"), penalty(2, "云津罚〔2026〕2号", "2026-10-02")],
        "dishonest_debtors": [
            debtor(2, "案1", "2026-10-05"),
            debtor(
                1, "案2", "2026-10-05", **{"被执行人姓名/名称": "张伟", "统一社会信用代码": "", "身份证号码": masked(1)}
            ),
        ],
        "repairs": [repair(1, "云津罚〔2026〕1号", "2026-11-01")],
    }
    rows = [("file", "source", "coverage", "dated", "received_at")]
    for source, table in files.items():
        (folder / f"{source}.csv").write_bytes(to_csv(table))
        rows.append(
            (
                f"{source}.csv",
                source,
                "full" if source in ("registrations", "dishonest_debtors") else "delta",
                "2026-11-20",
                "2026-11-21T09:00:00+08:00",
            )
        )
    with (folder / "manifest.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)


@pytest.fixture(params=["sqlite", "neo4j"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/city.db"
    address: str = request.getfixturevalue("neo4j_url")
    fresh_neo4j(address).close()
    return address


@pytest.mark.parametrize(
    ("label", "name", "value", "zh", "en"),
    [
        ("ContactAttempt", "method", "letter", "信函", "letter"),
        ("ListEntry", "reasons", "other,unreachable", "其他、通过登记的住所或者经营场所无法联系", "other, unreachable"),
        ("TaxRecord", "kind", "abnormal_household", "非正常户", "abnormal household"),
        ("AdministrativePenalty", "violation", "虚假宣传,误导", "虚假宣传,误导", "虚假宣传,误导"),
        ("RegistrationChange", "item", "某其他事项", "某其他事项", "某其他事项"),
        ("ListEntry", "list_type", "sector_ban", "市场或行业禁入", "sector ban"),
        ("EquityPledge", "role", "pledgee", "质权人", "pledgee"),
        ("Permit", None, None, None, None),
    ],
)
def test_what_a_record_says_is_in_words(label: str, name: str | None, value: object, zh: object, en: object) -> None:
    assert (said(label, name, value, "zh"), said(label, name, value, "en")) == (zh, en)


def test_a_day_at_the_command_line(url: str, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    office(folder)
    at = {"CREDITGRAPH_STORE": url, "CREDITGRAPH_KEY": str(tmp_path / "key")}
    assert "check value" in run("key", "create", str(tmp_path / "key"))
    assert oct((tmp_path / "key").stat().st_mode)[-3:] == "600"
    loaded = run("load", str(folder), **at)
    assert "代码格式错误" in loaded
    assert "fits" in run("key", "check", **at)
    assert json.loads(run("load", str(folder), "--format", "json", **at)) == [], "what is sealed is not loaded again"
    listed = json.loads(run("batches", "--format", "json", **at))
    assert [b["state"] for b in listed] == ["sealed"] * 5
    assert {"class": "D", "companies": 1} in json.loads(
        run("grade", "--format", "json", "--out", str(tmp_path / "g.csv"), **at)
    )
    assert len((tmp_path / "g.csv").read_text("utf-8-sig").splitlines()) == 3
    told = run("explain", uscc(2), "--lang", "en", **at)
    assert "案1" in told and "red line" in told and "not a credit rating" in told
    assert "able but refuses" in told and "able_but_refuses" not in told
    assert "有履行能力而拒不履行生效法律文书确定义务" in "".join(run("explain", uscc(2), **at).split())
    found = json.loads(run("search", "云津罚", "--format", "json", **at))
    assert [f["name"] for f in found] == ["云津罚〔2026〕2号"], "the repaired one is not found"
    shown = run("show", uscc(2), **at)
    assert "需 --purpose" in shown and "张伟" not in shown
    assert "张伟" in run("show", uscc(2), "--purpose", "case_investigation:案件1", **at)
    assert "--purpose" in run("search", "张伟", "--people", code=2, **at)
    assert (
        len(
            json.loads(
                run("search", "张伟", "--people", "--purpose", "case_investigation:案件1", "--format", "json", **at)
            )
        )
        == 3
    ), "three people, however like"
    log = [json.loads(line) for line in Path("creditgraph-audit.jsonl").read_text().splitlines()]
    assert [(line["purpose"], line.get("reference")) for line in log if "refused" not in line] == [
        ("case_investigation", "案件1")
    ] * 2 and "张伟" not in json.dumps(log, ensure_ascii=False)
    run("export", "--out", str(tmp_path / "out"), **at)
    exported = (tmp_path / "out" / "Company.csv").read_text("utf-8-sig")
    assert uscc(1) in exported and not (tmp_path / "out" / "Person.csv").exists()
    assert "云津罚〔2026〕1号" not in "".join(p.read_text("utf-8-sig") for p in (tmp_path / "out").iterdir())
    run("copy", f"sqlite:///{tmp_path}/copy.db", **at)
    assert json.loads(run("batches", "--format", "json", CREDITGRAPH_STORE=f"sqlite:///{tmp_path}/copy.db")) == listed
    assert "removed" in run("unload", "5", **at)
    assert len(json.loads(run("search", "云津罚", "--format", "json", **at))) == 2, "without the repair"


def test_nothing_written_anywhere_holds_a_number(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    office(folder)
    out = tmp_path / "out"
    out.mkdir()
    at = {
        "CREDITGRAPH_STORE": f"sqlite:///{out}/city.db",
        "CREDITGRAPH_KEY": str(out / "key"),
        "CREDITGRAPH_AUDIT": str(out / "audit"),
    }
    run("key", "create", str(out / "key"))
    said = (
        run("load", str(folder), **at)
        + run("grade", "--out", str(out / "g.csv"), **at)
        + run("search", "张伟", "--people", "--purpose", "supervision:核查 2026-11", **at)
    )
    said += run(
        "show",
        uscc(1),
        "--purpose",
        "supervision:核查 2026-11",
        "--history",
        "--format",
        "json",
        "--picture",
        str(out / "p.html"),
        **at,
    )
    said += run("explain", uscc(1), "--format", "json", **at) + run(
        "export", "--out", str(out / "e"), "--purpose", "supervision:核查 2026-11", **at
    )
    said += run("show", number(1), code=8, **at)
    written = said.encode() + b"".join(p.read_bytes() for p in out.rglob("*") if p.is_file())
    for text in (number(1), number(2), masked(1), "19850312"):
        assert text.encode() not in written, text


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["load", "nothing.csv"], 2, "there is no nothing.csv"),
        (["load", "."], 2, "manifest.csv"),
        (["grade", "--as-of", "gestern"], 2, "is no day"),
        (["show", "某公司"], 2, "no store city.db"),
        (["--store", "x"], 2, "No such option"),
        (["grade", "--store", "mysql://x"], 2, "no store for"),
        (["grade", "--store", "sqlite:///nowhere/x.db"], 2, "no store nowhere/x.db"),
        (["grade", "--store", "sqlite:///typo.db"], 2, "no store typo.db"),
        (["grade", "--store", "sqlite://typo.db"], 2, "no store for"),
        (["grade", "--store", "neo4j://"], 2, "no store for"),
        (["grade", "--store", "bolt://localhost:99999"], 2, "no store for"),
        (["grade", "--format", "xml"], 2, "xml"),
        (["grade", "--lang", "fr"], 2, "fr"),
        (["grade", "--store", "bolt://127.0.0.1:1"], 5, "127.0.0.1:1"),
        (["unload", "7"], 2, "no store city.db"),
        (["generate", "--out", "taken"], 2, "taken"),
        (["key", "create", "taken"], 2, "exists already"),
        (["nonsense"], 2, "No such command"),
    ],
)
def test_errors_are_clear_and_have_their_exit_code(arguments: list[str], code: int, message: str) -> None:
    Path("taken").write_text("x")
    Path("creditgraph.key").write_text("x")
    assert message in run(*arguments, code=code)


def test_what_cannot_be_written_or_read_is_told(tmp_path: Path) -> None:
    run("key", "create")
    (tmp_path / "a.csv").write_bytes(to_csv([firm(1), firm(2, 成立日期="2024-02-30", 企业名称=r"\[/x] :heart:")]))
    assert "2024-02-30" in run("load", "a.csv")
    assert "nodir" in run("grade", "--out", "nodir/g.csv", code=2)
    assert "nodir" in run("show", uscc(1), "--picture", "nodir/x.html", "--purpose", "supervision:核查 2026-11", code=2)
    assert "no loaded batch 7" in run("unload", "7", code=2)
    assert "nothing visible" in run("show", "某公司", code=8)
    assert "no source" in run("load", "a.csv", "--source", "nix", code=2)
    assert "later day" in run("load", "a.csv", "--dated", "2027-01-01", code=2)
    for text in ("[]", '{"source": "registrations", "columns": []}', '{"source": [], "columns": {}}'):
        (tmp_path / "m.json").write_text(text)
        assert "no mapping" in run("load", "a.csv", "--mapping", "m.json", code=2)
    (tmp_path / "folder").mkdir()
    for text in ("", "file,source,coverage,dated,received_at\n", "file,source\na,b\n", "\0"):
        (tmp_path / "folder" / "manifest.csv").write_text(text)
        assert "manifest.csv" in run("load", "folder", code=2)


def test_everything_found_in_a_batch_can_be_listed(tmp_path: Path) -> None:
    run("key", "create")
    bad = [firm(i, 成立日期="2024-02-30") for i in range(1, 31)]
    (tmp_path / "a.csv").write_bytes(to_csv([*bad, *(firm(i) for i in range(31, 99)), firm(99, 成立日期="1985.3")]))
    said = run("load", "a.csv", "--lang", "en")
    assert "+10: creditgraph problems 1" in said and "there is no such day: correct the date" in said
    assert "known to the month only" in said
    rows = json.loads(run("problems", "1", "--format", "json"))
    assert [r["code"] for r in rows] == ["date_invalid"] * 30 + ["month_precision"]
    assert "no batch 9" in run("problems", "9", code=2)


def test_first_data_gives_a_picture(tmp_path: Path) -> None:
    """The commands of docs/first-data.md."""
    page = (ROOT / "docs" / "first-data.md").read_text()
    commands = re.findall(r"^    creditgraph (.+)$", page, re.MULTILINE)
    assert len(commands) == 4
    for command in commands:
        said = run(*shlex.split(command.replace("docs/first-data/", f"{ROOT}/docs/first-data/")))
    assert "云津市监罚〔2026〕11号" in said
    picture = (tmp_path / "food.html").read_text(encoding="utf-8")
    number = json.dumps("云津市监罚〔2026〕23")[1:-1]
    assert "云津样例食品有限公司" in picture and number in picture and json.dumps("不罚")[1:-1] not in picture


def test_a_folder_is_loaded_again_after_a_file_of_it_was_unloaded(tmp_path: Path) -> None:
    run("key", "create")
    (tmp_path / "in").mkdir()
    office(tmp_path / "in")
    run("load", "in")
    run("unload", "1")
    assert "as received today" in run("load", "in", code=2), "it is not passed over in silence"
    again = ("load", "in/dishonest_debtors.csv", "--coverage", "full", "--dated", "2026-11-20", "--format", "json")
    assert json.loads(run(*again))[0]["loaded"] == 2
    assert json.loads(run("load", "in", "--format", "json")) == []


def test_a_wrong_or_missing_key_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(to_csv([firm(1)]))
    assert "key create" in run("load", "a.csv", code=2)
    for text in ("{}", "[1]", '{"key_id": "a", "identity": "00", "encryption": "x", "erasure": "00"}'):
        (tmp_path / "creditgraph.key").write_text(text)
        assert "not a key file" in run("load", "a.csv", code=2)
    (tmp_path / "creditgraph.key").unlink()
    run("key", "create")
    run("load", "a.csv")
    run("key", "create", "other.key")
    assert "was made with key" in run("load", "a.csv", "--key", "other.key", code=6)


def test_the_readme_names_every_setting() -> None:
    for readme in ("README.md", "README.zh-CN.md"):
        text = (ROOT / readme).read_text()
        for name, _, _ in SETTINGS:
            assert name in text, (readme, name)


def test_generate_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        run("generate", "--out", str(tmp_path / folder), "--companies", "60", "--months", "3", "--seed", "9")
    files = sorted(p.relative_to(tmp_path / "a") for p in (tmp_path / "a").rglob("*") if p.is_file())
    assert len(files) > 10
    for file in files:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes(), file
    assert "is not empty" in run("generate", "--out", str(tmp_path / "a"), code=2)


def test_the_picture_opens_offline_in_a_browser(tmp_path: Path) -> None:
    """Headless Chromium without a network draws the canvas; a name that is a tag stays text."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if not browser:
        require("Chromium", "apt-get install -y chromium")
        return
    (tmp_path / "a.csv").write_bytes(to_csv([firm(1, 企业名称='<b>云津</b>"=样例公司')]))
    run("key", "create")
    run("load", "a.csv", "--source", "registrations")
    run("show", uscc(1), "--picture", "p.html", "--purpose", "supervision:核查 2026-11")
    page = (tmp_path / "p.html").read_text("utf-8")
    assert not re.search(r"<(?:link|script)[^>]*(?:href|src)\s*=\s*[\"']", page), "nothing is fetched"
    assert "<b>云津</b>" not in re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--no-first-run",
        "--virtual-time-budget=5000",
        "--host-resolver-rules=MAP * ~NOTFOUND",
    ]
    done = subprocess.run(
        [browser, *flags, f"--user-data-dir={tmp_path}/profile", "--dump-dom", f"file://{tmp_path}/p.html"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "vis-network" in done.stdout and "<canvas" in done.stdout


@pytest.mark.parametrize("arguments", [("template", "penalties"), ("receipt", "1")])
@pytest.mark.parametrize("name", ["t.csv", "t.xls", "t"])
def test_a_workbook_is_not_written_under_another_ending(arguments: tuple[str, ...], name: str) -> None:
    said = run(*arguments, "--xlsx", name, code=2)
    assert ".xlsx" in said and "不是 .xlsx" in said and not Path(name).exists()
