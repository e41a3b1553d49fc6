"""One firm or one person, exactly: what is in force on record, and in which sources there is nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from analytics.rules.purposes import Purpose
from analytics.rules.record_types import RECORD_TYPES
from analytics.screening.candidate import Candidate
from analytics.screening.firms import Listed, screen_firms
from analytics.screening.people import screen_people
from analytics.screening.searched import searched, sources_of
from api.screening import Report
from graph.errors import UsageError
from graph.identity import PersonNumber, mask_hashes, person_name, person_number
from graph.keys import KeyRing
from graph.view import View
from loaders.normalize import Context, firm_code
from loaders.reasons import explain


def read_firm(text: str, keys: KeyRing, latest: dt.date) -> Listed:
    """A firm by its code; UsageError for anything else, which proves no identity."""
    column = firm_code([text], Context(keys, latest))
    code = column.values[0]
    if code is None:
        problem = column.problems.get(0, "code_form")
        raise UsageError(
            f"that is no code of a firm ({explain(problem, 'en')})",
            "A firm is checked by its code, not by its name: creditgraph search NAME tells the code. "
            "A person is checked by name and number: creditgraph check NAME --number -",
            f"这不是企业代码（{explain(problem, 'zh')}）。核查企业须用统一社会信用代码，不能用名称："
            "用 creditgraph search 企业名称 查代码。核查自然人须用姓名和证件号码："
            "creditgraph check 姓名 --number -（号码由键盘输入）。",
        )
    return Listed(None, code)


def read_person(name: str, number: str, keys: KeyRing, latest: dt.date) -> Candidate:
    """A person by name and whole number; UsageError, without the number, where it has no safe reading."""
    read = person_number(number, keys, latest)
    if not isinstance(read, PersonNumber) or not read.identified:
        reason = read if isinstance(read, str) else "number_form"
        raise UsageError(
            f"the number cannot be read: {explain(reason, 'en')}",
            "Type the whole number again.",
            f"证件号码无法识别：{explain(reason, 'zh')}。请重新输入完整号码。",
        )
    return Candidate(person_name(name), read, mask_hashes(number, keys))


def check_firm(view: View, firm: Listed, purpose: Purpose) -> Report:
    """The firm's own entries that may be used on the view's day."""
    (found,) = screen_firms(view, [firm], purpose)
    sources = () if found.finding.reason else sources_of(purpose, people=False)
    nodes = {found.node.key: found.node} if found.node else {}
    return Report((found.finding,), searched(view, sources), nodes, {})


def check_person(view: View, person: Candidate, purpose: Purpose) -> Report:
    """The person's own entries; companies are looked up in a list or on a page of their own."""
    mine = tuple(code for code in purpose.own if RECORD_TYPES[code].of_people)
    own = purpose.model_copy(update={"own": mine, "related": ()})
    (found,) = screen_people(view, [person], own)
    sources = () if found.reason else sources_of(own, people=True)
    return Report((replace(found, notes=("companies_not_searched",)),), searched(view, sources), {}, {})
