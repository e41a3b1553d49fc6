"""The one rule on the use of a record: periods of 2-rules B6 and B7, repairs, withdrawals, time travel."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.approval import ArchiveApproval
from graph.errors import PackError, UsageError
from graph.schema import SCHEMA
from graph.time import FOREVER, NO_DATE, Moment, add_months, to_day
from graph.usable import Use, chain_of, list_packs, needed, penalty_packs, record_packs, usable


def d(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def columns(label: str, **values: Any) -> dict[str, np.ndarray[Any, Any]]:
    """One record; dates as ISO text."""
    out = {}
    for name in needed(label):
        value = values.get(name)
        text = name in {p.name for p in SCHEMA.properties(label) if p.kind == "text"}
        if not text:
            value = NO_DATE if value is None else to_day(d(value)) if isinstance(value, str) else value
        out[name] = np.array([value], dtype=object if text else np.int64)
    return out


def penalty(**values: Any) -> dict[str, Any]:
    return columns(
        "AdministrativePenalty", **({"channel": "creditchina", "kinds": "fine", "severity": "general"} | values)
    )


def debtor(**values: Any) -> dict[str, Any]:
    return columns("ListEntry", **({"list_type": "dishonest_debtor"} | values))


def last_day(label: str, record: dict[str, Any]) -> dt.date | None:
    """The last day on which a record may be used, found by asking the rule itself."""
    found = usable(label, record, Use.GRADE, Moment.on(d("2020-01-01")), np.array([FOREVER]))
    until = int(found.until[0])
    return (
        None
        if until == FOREVER
        else dt.date.min
        if until == NO_DATE
        else d("1970-01-01") + dt.timedelta(days=until - 1)
    )


def may(
    label: str,
    record: dict[str, Any],
    as_of: str,
    used_on: str | None = None,
    ended: str | None = None,
    use: Use = Use.GRADE,
) -> bool:
    moment = Moment(d(as_of), d(used_on or as_of), d(used_on or as_of))
    return bool(usable(label, record, use, moment, np.array([to_day(d(ended)) if ended else FOREVER])).usable[0])


def test_a_serious_penalty_of_three_years() -> None:
    """design.md, periods: usable up to and including 2026-05-10."""
    assert last_day("AdministrativePenalty", penalty(decided_on="2023-05-10", severity="serious")) == d("2026-05-10")


@pytest.mark.parametrize(
    ("decided", "severity", "last"),
    [
        ("2018-03-01", "general", "2019-03-01"),
        ("2018-03-01", "serious", "2021-03-01"),
        ("2022-06-30", "general", "2023-06-30"),
        ("2026-04-01", "general", "2027-04-01"),
        ("2026-04-01", "serious", "2029-04-01"),
        # Order 58 gave three years; from 2026-04-01 Order 36's one year applies where it is shorter (2-rules B7, default)
        ("2024-08-31", "general", "2026-03-31"),
        ("2025-08-31", "general", "2026-08-31"),
    ],
)
def test_periods_by_the_pack_of_the_decision_date(decided: str, severity: str, last: str) -> None:
    assert last_day("AdministrativePenalty", penalty(decided_on=decided, severity=severity)) == d(last)


def test_decisions_before_the_first_pack_and_slight_ones_are_not_used() -> None:
    """2-rules B14: decisions from before 2017-07-31 are not usable; B7: slight ones are in principle not published."""
    assert last_day("AdministrativePenalty", penalty(decided_on="2017-07-30")) == dt.date.min
    assert last_day("AdministrativePenalty", penalty(decided_on="2026-05-01", severity="slight")) == dt.date.min


def test_a_decision_not_to_punish_is_never_used() -> None:
    assert last_day("AdministrativePenalty", penalty(decided_on="2026-05-01", no_penalty=1)) == dt.date.min


def test_gsxt_runs_from_publication() -> None:
    """SAMR Order 45: the clock starts on publication; a warning alone is never published."""
    record = penalty(channel="gsxt", decided_on="2022-01-10", published_on="2022-02-01")
    assert last_day("AdministrativePenalty", record) == d("2025-02-01")
    assert (
        last_day(
            "AdministrativePenalty",
            penalty(channel="gsxt", decided_on="2022-01-10", kinds="warning", severity="slight"),
        )
        == dt.date.min
    )


def test_a_stated_end_that_is_earlier_counts() -> None:
    assert last_day("AdministrativePenalty", penalty(decided_on="2026-05-01", publicity_ends_on="2026-09-01")) == d(
        "2026-08-31"
    )
    assert last_day("AdministrativePenalty", penalty(decided_on="2026-05-01", publicity_ends_on="2030-09-01")) == d(
        "2027-05-01"
    )


# 2-rules B6: reasons (2) to (6) two years, reason (1) no fixed term, extensions of one to three years, the court's date wins
@pytest.mark.parametrize(
    ("more", "last"),
    [
        ({"reasons": "able_but_refuses"}, None),
        ({"reasons": "violates_property_report"}, "2026-03-15"),
        ({"reasons": "violates_property_report", "extension_years": 1}, "2027-03-15"),
        ({"reasons": "violates_property_report,able_but_refuses"}, None),
        ({"reasons": "able_but_refuses", "term_ends_on": "2025-01-01"}, "2024-12-31"),
        ({"reasons": "able_but_refuses", "removed_on": "2024-06-01"}, "2024-05-31"),
    ],
)
def test_terms_of_debtors(more: dict[str, Any], last: str | None) -> None:
    assert last_day("ListEntry", debtor(listed_on="2024-03-15", **more)) == (d(last) if last else None)


def test_tomorrow_needs_no_new_data() -> None:
    record = penalty(decided_on="2025-11-23")
    assert may("AdministrativePenalty", record, "2026-11-23") and not may("AdministrativePenalty", record, "2026-11-24")


def test_time_travel_brings_nothing_back() -> None:
    record = penalty(decided_on="2025-06-01")
    assert may("AdministrativePenalty", record, "2025-07-01", used_on="2026-06-01")
    assert not may("AdministrativePenalty", record, "2025-07-01", used_on="2026-06-02"), (
        "its period is over on the day of use"
    )
    assert not may("AdministrativePenalty", record, "2025-07-01", used_on="2025-09-01", ended="2025-09-01"), (
        "repaired since"
    )
    assert may("AdministrativePenalty", record, "2025-07-01", used_on="2025-08-31", ended="2025-09-01")


def test_a_record_without_a_rule_is_refused_and_so_is_the_archive() -> None:
    with pytest.raises(UsageError, match="no rule"):
        usable("Repair", {}, Use.GRADE, Moment.on(d("2026-01-01")), np.array([FOREVER]))
    with pytest.raises(UsageError, match="archive"):
        may("AdministrativePenalty", penalty(decided_on="2026-05-01"), "2026-06-01", use=Use.ARCHIVE)


APPROVED = ArchiveApproval("案件2026-17", "复议需要", "经办甲", "审批乙", d("2026-06-01"))


@pytest.mark.parametrize(("as_of", "seen"), [("2026-06-01", True), ("2023-05-09", False)])
def test_an_approval_opens_the_archive_to_what_had_begun(as_of: str, seen: bool) -> None:
    """Expired since 2026-05-11, and repaired on top of it."""
    record = penalty(decided_on="2023-05-10", severity="serious")
    ended, moment = np.array([to_day(d("2024-01-01"))]), Moment(d(as_of), d("2026-06-01"), d("2026-06-01"))
    found = usable("AdministrativePenalty", record, Use.ARCHIVE, moment, ended, approval=APPROVED)
    assert bool(found.usable[0]) is seen
    assert not usable("AdministrativePenalty", record, Use.GRADE, moment, ended, approval=APPROVED).usable[0]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"expires_on": d("2026-05-31")}, "ended on 2026-05-31"),
        ({"approved_by": "经办甲"}, "whoever asked"),
        ({"case": " "}, "names case"),
    ],
)
def test_an_approval_that_does_not_count_opens_nothing(more: dict[str, Any], says: str) -> None:
    moment = Moment.on(d("2026-06-01"))
    with pytest.raises(UsageError, match=says):
        usable(
            "AdministrativePenalty",
            penalty(decided_on="2023-05-10"),
            Use.ARCHIVE,
            moment,
            np.array([FOREVER]),
            approval=replace(APPROVED, **more),
        )


def test_an_unknown_channel_or_list_is_never_usable() -> None:
    assert last_day("AdministrativePenalty", penalty(decided_on="2026-05-01", channel="elsewhere")) == dt.date.min
    assert (
        last_day("ListEntry", columns("ListEntry", list_type="local_black_list", listed_on="2024-01-01")) == dt.date.min
    )


@given(
    st.dates(dt.date(2017, 1, 1), dt.date(2026, 12, 31)),
    st.sampled_from(["slight", "general", "serious"]),
    st.dates(dt.date(2017, 1, 1), dt.date(2032, 1, 1)),
    st.dates(dt.date(2017, 1, 1), dt.date(2032, 1, 1)),
)
def test_use_is_a_period_and_never_grows_with_the_day_of_use(
    decided: dt.date, severity: str, as_of: dt.date, later: dt.date
) -> None:
    record = penalty(decided_on=decided.isoformat(), severity=severity)
    first, second = sorted((max(as_of, decided), max(later, decided)))
    assert may("AdministrativePenalty", record, as_of.isoformat(), first.isoformat()) >= may(
        "AdministrativePenalty", record, as_of.isoformat(), second.isoformat()
    )
    assert not may("AdministrativePenalty", record, (decided - dt.timedelta(days=1)).isoformat(), decided.isoformat())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"valid_to": dt.date(2020, 1, 1)}, "a gap"),
        ({"valid_to": dt.date(2022, 1, 1)}, "an overlap"),
        ({"source": ""}, "no source"),
        ({"clock": "founded_on"}, "which no record has"),
    ],
)
def test_packs_are_linted(change: dict[str, Any], message: str) -> None:
    first = {
        "pack": "one",
        "valid_from": dt.date(2018, 1, 1),
        "valid_to": dt.date(2021, 1, 1),
        "clock": "decided_on",
        "months": {"general": 12},
        "source": "text",
    }
    second = first | {"pack": "two", "valid_from": dt.date(2021, 1, 1), "valid_to": None}
    assert [p.name for p in chain_of("test", [first, second])] == ["one", "two"]
    with pytest.raises(PackError, match=message):
        chain_of("test", [first | change, second])


def test_the_shipped_packs_hold_together() -> None:
    assert set(penalty_packs()) == {"creditchina", "gsxt"}
    assert {"dishonest_debtor", "abnormal_operation", "serious_violation"} <= set(list_packs())
    ruled = {"AdministrativePenalty", "ListEntry", *record_packs()}
    assert ruled == set(SCHEMA.record_labels()), "every record type has a rule"
    for label in ruled:
        assert set(needed(label)) <= {"valid_from", "valid_to"} | {p.name for p in SCHEMA.properties(label)}


@pytest.mark.parametrize("label", sorted(record_packs()))
def test_a_record_is_used_from_its_date_to_the_end_of_its_term_or_its_stated_end(label: str) -> None:
    """The last day is the same day of the month (design, Periods), and a stated end that is earlier counts."""
    own = SCHEMA.labels[label].dated or ""
    (pack,) = record_packs()[label]
    record = columns(label, **{own: "2024-05-10"})
    months = pack.months["any"]
    expected = None if months is None else add_months(d("2024-05-10"), months)
    assert last_day(label, record) == expected
    for name in pack.ends:
        assert last_day(label, columns(label, **{own: "2024-05-10", name: "2024-06-11"})) == d("2024-06-10")
