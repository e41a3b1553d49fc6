"""What typer says of a command line that it cannot read, in Chinese."""

from __future__ import annotations

import re

_NO_OPTION = r"No such option:? '?([^\s']+?)'?\.?"
_INVALID = r"Invalid value for '(.+?)'(?: \(env var: '.+?'\))?: (?:Value error, )?"
# Typer's sentence, in older and newer spellings, and ours; the first that fits.
_SENTENCES: tuple[tuple[str, str], ...] = (
    (r"Missing (?:argument|option|parameter) '?([^'.]+)'?\..*", r"缺少 \1。"),
    (r"Missing command\.?", "缺少命令。"),
    (_NO_OPTION, r"没有选项 \1。"),
    (_NO_OPTION + r" \(?(?:Possible options:|Did you mean(?: one of:)?) (.+?)\??\)?", r"没有选项 \1，相近的有 \2。"),
    (r"No such command '(.+?)'\..*", r"没有命令 \1。"),
    (r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", r"多余的参数：\1。"),
    (r"Option '(.+?)' requires .*", r"选项 \1 须填值。"),
    (r"Option '(.+?)' does not take a value.*", r"选项 \1 不能填值。"),
    (_INVALID + r"'(.*)' is not one of (.+?)\.?", r"\1 的值 \2 不可用，应为 \3 之一。"),
    (_INVALID + r".*valid integer.*", r"\1 应为整数。"),
    (_INVALID + r".*valid (?:number|float).*", r"\1 应为数字。"),
    (_INVALID + r".*greater than or equal to (\S+)", r"\1 不得小于 \2。"),
    (_INVALID + r".*less than or equal to (\S+)", r"\1 不得大于 \2。"),
    (_INVALID + r"(.+)", r"\1 的值不符合要求（\2）。"),
)


def usage_error(message: str) -> str:
    """A sentence of typer's with what to do; empty for one that is not known, such as a command's help."""
    for pattern, ours in _SENTENCES:
        if found := re.fullmatch(pattern, message):
            said = found.expand(ours).replace("'", "").replace(", ", "、")
            return f"{said}请用 --help 查看用法。"
    return ""
