"""What is wrong with a value that a model does not take, in our own words and both languages."""

from __future__ import annotations

from pydantic_core import ErrorDetails

# By pydantic's kind of error, or what it begins with; what is in brackets is of its context.
_WORDS: dict[str, tuple[str, str]] = {
    "missing": ("it is missing", "缺少该项"),
    "extra_forbidden": ("there is no such entry", "没有这一项"),
    "string_too_short": ("it is shorter than {min_length}", "长度不得小于 {min_length}"),
    "too_short": ("it is shorter than {min_length}", "长度不得小于 {min_length}"),
    "string_pattern_mismatch": ("it is not of the form {pattern}", "应符合 {pattern}"),
    "literal_error": ("it is not {expected}", "应为 {expected}"),
    "enum": ("it is not {expected}", "应为 {expected}"),
    "greater_than": ("it is not greater than {gt:.12g}", "应大于 {gt:.12g}"),
    "greater_than_equal": ("it is less than {ge:.12g}", "不得小于 {ge:.12g}"),
    "less_than": ("it is not less than {lt:.12g}", "应小于 {lt:.12g}"),
    "less_than_equal": ("it is greater than {le:.12g}", "不得大于 {le:.12g}"),
    "finite": ("it is no finite number", "应为有限的数字"),
    "string": ("it is no text", "应为文字"),
    "int": ("it is no whole number", "应为整数"),
    "float": ("it is no number", "应为数字"),
    "bool": ("it is neither true nor false", "应为 true 或 false"),
    "date": ("it is no day such as 2026-11-24", "应为日期，如 2026-11-24"),
    "list": ("it is no list", "应为列表"),
    "tuple": ("it is no list", "应为列表"),
    "dict": ("it is no mapping", "应为“键: 值”形式"),
    "mapping": ("it is no mapping", "应为“键: 值”形式"),
    "model": ("it is no mapping", "应为“键: 值”形式"),
}


class Fault(ValueError):
    """What is wrong with a value, what to do, both in Chinese, and where it is: the keys and items below the value."""

    def __init__(self, what: str, remedy: str, zh: str, *place: str | int) -> None:
        super().__init__(what)
        self.remedy, self.zh, self.place = remedy, zh, place

    @classmethod
    def of(cls, error: ErrorDetails, remedy: str, remedy_zh: str) -> Fault:
        """The fault that a validator raised, else the one that pydantic found, whose remedies are given."""
        raised = error.get("ctx", {}).get("error")
        if isinstance(raised, Fault):
            return raised.below(*error["loc"])
        what, zh = _told(error)
        return cls(what, remedy, f"{zh}。{remedy_zh}", *error["loc"])

    def below(self, *place: str | int) -> Fault:
        """The same of a value that stands at a place itself."""
        return Fault(str(self), self.remedy, self.zh, *place, *self.place)


def _told(error: ErrorDetails) -> tuple[str, str]:
    """An error in both languages; one of a kind that is not in the table keeps pydantic's text."""
    kind, context = error["type"], error.get("ctx", {})
    words = _WORDS.get(kind) or _WORDS.get(kind.partition("_")[0])
    if words is None:
        return error["msg"], f"不符合要求（{error['msg']}）"
    return words[0].format(**context), words[1].format(**context).replace(" or ", " 或 ")
