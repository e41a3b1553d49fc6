"""What typer says of a command line, in Chinese: the sentences of this version and of older ones."""

from __future__ import annotations

import pytest

from api.usage_error import usage_error


@pytest.mark.parametrize(
    ("said", "zh"),
    [
        ("Missing argument 'company'.", "缺少 company。"),
        ("Missing option '--verdict'. Choose from: same, different", "缺少 --verdict。"),
        ("Missing command.", "缺少命令。"),
        ("No such option: --nosuch", "没有选项 --nosuch。"),
        (
            "No such option: --sourc (Possible options: --source, --scope)",
            "没有选项 --sourc，相近的有 --source、--scope。",
        ),
        ("No such option: --sourc Did you mean --source?", "没有选项 --sourc，相近的有 --source。"),
        (
            "No such option '--sourc'. (Did you mean one of: '--scope', '--source'?)",
            "没有选项 --sourc，相近的有 --scope、--source。",
        ),
        ("No such option '--nosuch'.", "没有选项 --nosuch。"),
        ("No such command 'nosuch'.", "没有命令 nosuch。"),
        ("No such command 'grad'. Did you mean 'grade'?", "没有命令 grad。"),
        ("Got unexpected extra argument (z)", "多余的参数：z。"),
        ("Got unexpected extra argument(s) (y z)", "多余的参数：y z。"),
        ("Option '--lang' requires an argument.", "选项 --lang 须填值。"),
        ("Option '--once' does not take a value.", "选项 --once 不能填值。"),
        (
            "Invalid value for '--format': 'pdf' is not one of 'table', 'json'.",
            "--format 的值 pdf 不可用，应为 table、json 之一。",
        ),
        (
            "Invalid value for '--lang' (env var: 'CREDITGRAPH_LANG'): Value error, 'fr' is not one of 'zh', 'en'.",
            "--lang 的值 fr 不可用，应为 zh、en 之一。",
        ),
        ("Invalid value for 'batch': 'x' is not a valid integer.", "batch 应为整数。"),
        (
            "Invalid value for 'batch': Input should be a valid integer, unable to parse string as an integer",
            "batch 应为整数。",
        ),
        ("Invalid value for '--every': 'x' is not a valid float.", "--every 应为数字。"),
        ("Invalid value for '--budget': Input should be greater than or equal to 1", "--budget 不得小于 1。"),
        (
            "Invalid value for '--budget': 0 is not in the range x>=1.",
            "--budget 的值不符合要求（0 is not in the range x>=1.）。",
        ),
        ("Usage: creditgraph key [OPTIONS]\n\n  The keys.", ""),
    ],
)
def test_a_sentence_is_told_in_chinese(said: str, zh: str) -> None:
    assert usage_error(said) == (f"{zh}请用 --help 查看用法。" if zh else "")
