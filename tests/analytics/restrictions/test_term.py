"""Within a clause's term or not: known answers, and that the list of everybody and a candidate's hints agree."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.restrictions.befallen import inputs_with_texts
from analytics.restrictions.restricted import restricted
from analytics.restrictions.term import OWN, Cases, in_charge, term_ends
from analytics.rules.purposes import purpose_on
from analytics.rules.restrictions import restrictions
from analytics.screening.candidate import Candidate
from analytics.screening.people import screen_people
from graph.declaration import Disclosure
from graph.identity import PersonNumber, person_number
from graph.projection import GraphProjection
from graph.time import FOREVER, NO_DATE, Moment, add_months, months_after, to_date, to_day
from graph.usable import Use
from graph.view import View
from tests.conftest import Office, debtor, firm, number, penalty, uscc

CLAUSES = {clause.id: clause for clause in restrictions().clauses}
REPRESENTED = ("legal_representative", None, NO_DATE, FOREVER)


def d(text: str) -> int:
    return to_day(dt.date.fromisoformat(text))


def ends(clause: str, *case: Any) -> int:
    return int(term_ends(CLAUSES[clause], Cases.of([case]))[0])


REVOKED_THEN = ("licence_revoked", None, None, d("2023-05-10"), FOREVER)


# 公司法 art. 178 (4): three years from the day of the revocation; the issue: 2026-05-10 counts, 2026-05-11 does not
def test_a_term_of_three_years_stands_through_the_same_day() -> None:
    assert ends("REVOKED", *REVOKED_THEN, *REPRESENTED) == d("2026-05-11")
    assert to_date(int(months_after(np.array([d("2024-02-29")]), 36)[0])) == dt.date(2027, 3, 1)


@pytest.mark.parametrize(
    ("clause", "said", "was", "until"),
    [
        ("REVOKED", ("licence_revoked", None, None, d("2023-05-10"), FOREVER), ("post", "supervisor", NO_DATE, FOREVER), None),
        ("REVOKED", REVOKED_THEN, ("legal_representative", None, d("2023-05-10"), d("2023-05-11")), "2026-05-11"),
        ("REVOKED", REVOKED_THEN, ("legal_representative", None, NO_DATE, d("2023-05-10")), None),
        ("REVOKED", REVOKED_THEN, ("legal_representative", None, d("2023-05-11"), FOREVER), None),
        ("REVOKED", ("penalty", "fine,licence_revocation", None, d("2023-05-10"), d("2023-06-01")), REPRESENTED, "2026-05-11"),
        ("REVOKED", ("penalty", "closure", "责令关闭", d("2023-05-10"), d("2026-05-11")), REPRESENTED, "2026-05-11"),
        ("REVOKED", ("penalty", "closure", "责令停产停业整顿", d("2023-05-10"), d("2026-05-11")), REPRESENTED, None),
        ("REVOKED", ("penalty", None, None, d("2023-05-10"), d("2026-05-11")), REPRESENTED, None),
        ("REVOKED", ("contract_breach", "closure", "责令关闭", d("2023-05-10"), FOREVER), REPRESENTED, None),
        ("DEBTOR", ("dishonest_debtor", None, None, d("2023-05-10"), d("2025-05-11")), (OWN, None, NO_DATE, FOREVER), "2025-05-11"),
        ("DEBTOR", ("dishonest_debtor", None, None, d("2023-05-10"), d("2025-05-11")), REPRESENTED, None),
        ("SERIOUS", ("serious_violation", None, None, d("2023-05-10"), FOREVER), ("post", "investor", NO_DATE, FOREVER), "2026-05-11"),
        ("SERIOUS", ("serious_violation", None, None, d("2023-05-10"), FOREVER), ("executive_partner", None, NO_DATE, FOREVER), "2026-05-11"),
        ("SERIOUS", ("serious_violation", None, None, d("2023-05-10"), FOREVER), ("shareholder", None, NO_DATE, FOREVER), None),
        ("FRAUD", ("revoked_registration", "impersonation", None, d("2023-05-10"), FOREVER), REPRESENTED, "2026-05-11"),
        ("BAN", ("sector_ban", None, None, d("2023-05-10"), d("2028-01-01")), (OWN, None, NO_DATE, FOREVER), "2028-01-01"),
    ],
)  # fmt: skip
def test_until_when(clause: str, said: tuple[Any, ...], was: tuple[Any, ...], until: str | None) -> None:
    assert ends(clause, *said, *was) == (d(until) if until else NO_DATE)


def test_a_revocation_of_no_day_may_still_stand() -> None:
    assert ends("REVOKED", "licence_revoked", None, None, NO_DATE, FOREVER, *REPRESENTED) == FOREVER


def test_posts_are_those_of_the_register() -> None:
    """A principal is one in charge and a manager as well; a liaison is nothing."""
    tie = np.array(["legal_representative", "post", "post", "post", "shareholder"], object)
    post = np.array([None, "principal", "supervisor", "liaison", None], object)
    assert in_charge(["legal_representative", "principal"], tie, post).tolist() == [True, True, False, False, False]
    assert in_charge(["manages", "supervises"], tie, post).tolist() == [False, True, True, False, False]
    assert not in_charge([], tie, post).any()


@given(st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1)), st.integers(1, 120))
def test_a_term_ends_after_the_same_day(day: dt.date, months: int) -> None:
    assert to_date(int(months_after(np.array([to_day(day)]), months)[0])) == add_months(day, months) + dt.timedelta(1)


TODAY, LATE = dt.date(2026, 11, 23), "2026-11-20"


def revoked(desk: Office, day: str) -> None:
    desk.deliver("registrations", [firm(1, 登记状态="吊销", 核准日期=day), firm(2)], LATE)


def punished(desk: Office, day: str) -> None:
    desk.deliver("registrations", [firm(1), firm(2)], LATE)
    closed = {"处罚类别": "责令停产停业", "处罚内容": "责令关闭", "失信严重程度": "严重"}
    desk.deliver("penalties", [penalty(1, "罚1", day, **closed)], LATE)


def owes(desk: Office, day: str) -> None:
    desk.deliver("registrations", [firm(1), firm(2)], LATE)
    himself = {"被执行人姓名/名称": "张一", "统一社会信用代码": "", "身份证号码": number(1)}
    desk.deliver("dishonest_debtors", [debtor(1, "案1", day, **himself)], LATE, full=True)


@pytest.mark.parametrize("left", ["", "2023-11-23", "2023-11-24", "2026-01-01"])
@pytest.mark.parametrize("day", ["2023-11-22", "2023-11-23", "2026-08-01"])
@pytest.mark.parametrize("what", [revoked, punished, owes])
def test_the_list_and_a_candidates_hints_agree(desk: Office, what: Any, day: str, left: str) -> None:
    """The same clauses through the same days, whether he had left by then or not."""
    what(desk, day)
    represented = {"姓名": "张一", "证件号码": number(1), "职务": "法定代表人", "任职日期": "2020-01-01"}
    posts = [represented | {"统一社会信用代码": uscc(1), "免职日期": left}, represented | {"统一社会信用代码": uscc(2)}]
    desk.deliver("legal_representatives", posts, LATE)
    graph = GraphProjection.from_store(desk.store, Moment.on(TODAY), Use.ALERT)
    listed = restricted(inputs_with_texts(desk.store, graph))
    view = View(desk.store, Moment.on(TODAY), Use.VETTING, Disclosure.AUTHORISED)
    read = person_number(number(1), desk.keys, TODAY)
    assert isinstance(read, PersonNumber)
    (finding,) = screen_people(
        view, [Candidate("张一", read)], purpose_on("candidate_vetting", TODAY), company_post=True
    )
    stands = what is owes or (day >= "2023-11-23" and (not left or day < left))
    assert bool(finding.hints) is stands
    assert {(h.clause.id, h.until) for h in finding.hints} == {
        (listed.clauses[clause][0].id, until)
        for clause, until in zip(listed.clause.tolist(), listed.until.tolist(), strict=True)
    }
