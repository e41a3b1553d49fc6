"""Errors on the command line: in Chinese with the English below, or in English alone, as is asked for."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from unittest import mock

import pytest

from api.settings import language
from graph.system_error import system_error
from tests.api.test_cli import run
from tests.conftest import firm, number, to_csv, uscc

TYPICAL = [
    (["load", "nothing.csv"], 2, "没有 nothing.csv。请指定文件", "there is no nothing.csv"),
    (["load", "folder"], 2, "folder 中没有 manifest.csv", "folder has no manifest.csv"),
    (["load", "a.csv", "--source", "nix"], 2, "没有来源 'nix'。可用：", "there is no source 'nix'"),
    (["load", "a.csv", "--dated", "2027-01-01"], 2, "晚于收到日期 2026-11-23", "received on 2026-11-23"),
    (
        ["load", "a.csv", "--key", "nokey"],
        2,
        "没有密钥文件 nokey。请生成：creditgraph key create",
        "no key file at nokey",
    ),
    (["load", "empty.csv"], 3, "empty.csv：空文件", "empty.csv: empty file"),
    (["show", "某公司"], 8, "没有可见的主体或记录与 某公司 相符", "nothing visible answers"),
    (["unload", "7"], 2, "没有已加载的批次 7。批次见 creditgraph batches。", "no loaded batch 7"),
    (["grade", "--as-of", "gestern"], 2, "'gestern' 不是日期。请写作 2026-11-23。", "is no day"),
    (["grade", "--store", "mysql://x"], 2, "无法识别图库地址", "no store for"),
    (["grade", "--model", "hotels"], 7, "没有模型 'hotels'。可用：", "there is no model"),
    (
        ["grade", "--model", "own.yaml"],
        7,
        "own.yaml 第 1 行：packs：缺少该项。",
        "own.yaml, line 1: packs: it is missing",
    ),
    (
        ["run", "pagerank", "--set", "damping=x"],
        2,
        "pagerank 的参数 damping：应为数字",
        "pagerank: damping: it is no number",
    ),
    (["owners", uscc(1), "--purpose", "curiosity"], 2, "该目的不在目的表内", "not in the table of purposes"),
    (
        ["check", uscc(1), "--task", "task.yaml"],
        2,
        "task.yaml：purpose：缺少该项。任务文件须写明",
        "task.yaml: purpose: it is missing",
    ),
    (["explain"], 2, "缺少 company。", "Missing argument 'company'."),
    (["grade", "--colour", "red"], 2, "没有选项 --colour", "No such option"),
    (["grade", "--format", "xml"], 2, "--format 的值 xml 不可用，应为 table、json、csv 之一", "xml"),
    (["nonsense"], 2, "没有命令 nonsense。请用 --help 查看用法。", "No such command"),
    (["grade", "--out", "nodir/g.csv"], 2, "nodir/g.csv：文件或文件夹不存在", "nodir/g.csv: No such file or directory"),
]


@pytest.fixture
def loaded(tmp_path: Path) -> None:
    run("key", "create")
    (tmp_path / "a.csv").write_bytes(to_csv([firm(1)]))
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "own.yaml").write_text("models: []")
    (tmp_path / "task.yaml").write_text("number: 函 1")
    (tmp_path / "folder").mkdir()
    run("load", "a.csv")


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(("command", "code", "zh", "en"), TYPICAL, ids=[" ".join(case[0][:3]) for case in TYPICAL])
def test_a_typical_error_in_both_languages(command: list[str], code: int, zh: str, en: str) -> None:
    chinese, _, english = run(*command, code=code).partition("\n")
    assert chinese.startswith("错误：") and zh in chinese and en in english
    alone = run(*command, code=code, CREDITGRAPH_LANG="en")
    assert en in alone and "错误" not in alone


def test_the_language_of_a_command_goes_before_the_setting() -> None:
    assert "错误" not in run("batches", "--lang", "en", code=2)
    assert "错误：没有图库" in run("batches", "--lang", "zh", code=2, CREDITGRAPH_LANG="en")
    with mock.patch.dict(os.environ, CREDITGRAPH_LANG="zh"):
        assert language(["creditgraph", "load", "--lang=en"]) == "en"
        assert language(["creditgraph", "load", "--lang", "en", "--lang", "zh"]) == "zh"
        assert language(["creditgraph", "load", "--lang", "fr"]) == "zh", "which is refused in the setting's"
        assert language(["creditgraph", "load", "--lang"]) == "zh"
    with mock.patch.dict(os.environ, CREDITGRAPH_LANG="en"):
        assert language(["creditgraph", "load"]) == "en"


def test_no_identity_number_is_repeated() -> None:
    assert number(1) not in run("explain", "甲公司", number(1), code=2)


@pytest.mark.parametrize(
    ("code", "zh"),
    [
        (errno.ENOENT, "文件或文件夹不存在"),
        (errno.EACCES, "没有权限"),
        (errno.ENOSPC, "磁盘已满"),
        (errno.ELOOP, "系统错误（Too many levels of symbolic links）"),
    ],
)
def test_what_the_system_says(code: int, zh: str) -> None:
    assert system_error(OSError(code, os.strerror(code))) == zh


def test_a_disk_error_without_a_file_is_told() -> None:
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with mock.patch("api.cli.app", side_effect=full):
        assert run("sources", code=2) == "错误：磁盘已满。请处理后重新执行。\nNo space left on device\n"
