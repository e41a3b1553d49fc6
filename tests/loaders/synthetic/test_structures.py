"""The truth agrees with what the departments deliver."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from decimal import Decimal

import pytest

from loaders.synthetic import generate
from tests.loaders.synthetic.conftest import Rows, Written


def grouped(rows: Rows, key: str, value: str) -> dict[str, list[str]]:
    out = defaultdict(list)
    for row in rows:
        out[row[key]].append(row[value])
    return dict(out)


@pytest.fixture(scope="session")
def register(city: Written) -> dict[str, dict[str, str]]:
    """The first entry of each firm."""
    out: dict[str, dict[str, str]] = {}
    for row in city.rows("registrations"):
        out.setdefault(row["统一社会信用代码"], row)
    return out


@pytest.fixture(scope="session")
def holdings(city: Written) -> Rows:
    return city.rows("shareholders")


def test_the_holders_of_a_firm_hold_all_of_it_and_nobody_twice(holdings: Rows) -> None:
    def holding(row: dict[str, str]) -> tuple[str, str, str]:
        holder = row["股东统一社会信用代码"] or row["股东证件号码"] or row["股东名称"]
        return row["统一社会信用代码"], holder, row["取得日期"]

    ended = {holding(row) for row in holdings if row["退出日期"]}
    current = [row for row in holdings if holding(row) not in ended]
    assert len({holding(row) for row in current}) == len(current)
    total: dict[str, Decimal] = defaultdict(Decimal)
    for row in current:
        total[row["统一社会信用代码"]] += Decimal(row["持股比例"].rstrip("%"))
    assert len(total) > 1_000 and set(total.values()) == {Decimal(100)}


def test_shells_share_a_room_an_agent_and_a_month(city: Written, register: dict[str, dict[str, str]]) -> None:
    contacts = {r["统一社会信用代码"]: r for r in city.rows("contacts")}
    batches = grouped(city.truth("shells"), "batch", "uscc")
    assert batches
    for codes in batches.values():
        assert 8 <= len(codes) <= 40
        entries = [register[c] for c in codes]
        days = [dt.date.fromisoformat(e["成立日期"]) for e in entries]
        assert (max(days) - min(days)).days <= 30 and len({e["住所"] for e in entries}) == 1
        known = [contacts[c] for c in codes if c in contacts]
        assert len({c["登记代理机构"] for c in known}) == 1 and len({c["联系电话"] for c in known}) <= 2


def test_each_member_of_a_group_is_controlled_by_another_but_the_root(city: Written, holdings: Rows) -> None:
    groups = grouped([r for r in city.truth("groups") if r["kind"] != "family"], "group", "member")
    assert {name.partition("-")[0] for name in groups} == {"state", "private"}
    controllers: dict[str, set[str]] = defaultdict(set)
    for row in holdings:
        if float(row["持股比例"].rstrip("%")) > 50:
            controllers[row["统一社会信用代码"]].add(row["股东统一社会信用代码"])
    for name, members in groups.items():
        roots = [m for m in members if not controllers[m] & set(members)]
        assert len(roots) == 1, name
        assert name.startswith("private") or any(code.startswith("11") for code in controllers[roots[0]])


def test_a_family_bears_one_surname(city: Written, holdings: Rows) -> None:
    holders = grouped(holdings, "统一社会信用代码", "股东名称")
    families = [r["member"] for r in city.truth("groups") if r["kind"] == "family"]
    alike = [len({name[0] for name in holders[f]}) == 1 and len(holders[f]) > 1 for f in families]
    assert sum(alike) > 0.9 * len(alike) > 0  # some have sold since


@pytest.mark.parametrize("kind", ["circle", "chain"])
def test_guarantees_run_round_a_circle_and_along_a_chain(city: Written, kind: str) -> None:
    given = {(r["担保人统一社会信用代码"], r["被担保人统一社会信用代码"]) for r in city.rows("guarantees")}
    circles = grouped([r for r in city.truth("guarantee_circles") if r["kind"] == kind], "circle", "uscc")
    assert circles
    for firms in circles.values():
        following = [*zip(firms, firms[1:], strict=False)]
        assert given.issuperset(following)
        assert ((firms[-1], firms[0]) in given) == (kind == "circle")


def test_holdings_run_round_a_ring(city: Written, holdings: Rows) -> None:
    held = {(r["股东统一社会信用代码"], r["统一社会信用代码"]) for r in holdings}
    rings = grouped(city.truth("circular_holdings"), "ring", "uscc")
    assert rings and all(held.issuperset(zip(r, [*r[1:], r[0]], strict=True)) for r in rings.values())


def test_a_successor_follows_within_a_year_of_a_fine_or_revocation(
    city: Written, register: dict[str, dict[str, str]]
) -> None:
    adverse: dict[str, list[dt.date]] = defaultdict(list)
    for row in city.rows("penalties"):
        adverse[row["CF_XDR_SHXYM"] or row["CF_XDR_ZJHM"]].append(dt.date.fromisoformat(row["CF_JDRQ"]))
    for row in city.rows("registrations"):
        if row["登记状态"] == "吊销":
            adverse[row["统一社会信用代码"]].append(dt.date.fromisoformat(row["核准日期"]))
    people = grouped(city.rows("legal_representatives"), "统一社会信用代码", "姓名")
    rows = city.truth("successors")
    assert rows
    for row in rows:
        before = adverse[row["before"]] + [d for n in people[row["before"]] for d in adverse.get(n, [])]
        founded = dt.date.fromisoformat(row["founded_on"])
        assert register[row["after"]]["成立日期"] == row["founded_on"]
        assert set(people[row["after"]]) & set(people[row["before"]])
        if before:  # a decision against the representative himself names no firm
            assert any(0 <= (founded - day).days <= 366 for day in before)


def test_career_representatives_run_ten_firms_and_more(city: Written) -> None:
    posts = {(r["证件号码"], r["统一社会信用代码"]) for r in city.rows("legal_representatives")}
    unnumbered = {r["uscc"] for r in city.truth("mentions") if r["source"] == "legal_representatives"}
    rows = city.truth("career_representatives")
    assert max(Counter(r["number"] for r in rows).values()) >= 10
    assert all((r["number"], r["uscc"]) in posts or r["uscc"] in unnumbered for r in rows)


def test_a_mention_without_a_number_is_told_whose_it_is(city: Written) -> None:
    names = {r["number"]: r["name"] for r in city.truth("people")}
    mentions = city.truth("mentions")
    assert all(names[m["number"]] == m["name"] for m in mentions)
    bare = {(r["统一社会信用代码"], r["姓名"]) for r in city.rows("legal_representatives") if not r["证件号码"]}
    assert bare == {(m["uscc"], m["name"]) for m in mentions if m["source"] == "legal_representatives"}
    masked = {(r["案号"], r["被执行人姓名/名称"]) for r in city.rows("dishonest_debtors") if "*" in r["身份证号码"]}
    assert masked == {(m["role"], m["name"]) for m in mentions if m["source"] == "dishonest_debtors"}


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Enough firms for what is rare."""
    folder = tmp_path_factory.mktemp("large") / "city"
    generate(folder, 8_000, seed=3, months=12, dirt=0)
    return Written(folder)


def test_a_correction_comes_again_with_another_amount(large: Written) -> None:
    fines = grouped(large.rows("penalties"), "CF_WSH", "CF_NR_FK")
    told = {d: [round(float(f) * 10_000) for f in values if f] for d, values in fines.items()}
    told |= {
        d: [int(a) for a in values if a]
        for d, values in grouped(large.rows("tax_arrears"), "公告文号", "欠税余额（元）").items()
    }
    rows = large.truth("corrections")
    assert {row["source"] for row in rows} == {"penalties", "tax_arrears"}
    for row in rows:
        assert {int(row["before"]), int(row["after"])} <= set(told[row["document_number"]])


def test_what_is_withdrawn_was_there(large: Written) -> None:
    rows = large.truth("withdrawals")
    assert {row["source"] for row in rows} == {"penalties", "dishonest_debtors", "abnormal_operations"}
    there = {(r["统一社会信用代码"], r["案号"]) for r in large.rows("dishonest_debtors")}
    there |= {(r["统一社会信用代码"], r["列入日期"]) for r in large.rows("abnormal_operations")}
    ended = {
        (r["主体代码"], r["原文书号"] or r["原列入日期"]) for r in large.rows("repairs") if r["事项类型"] == "撤销"
    }
    for row in rows:
        if row["source"] != "penalties":  # a decision against a person names no firm
            assert (row["uscc"], row["document_number"] or row["recorded_on"]) in there & ended


def test_a_permit_revoked_was_valid_before(large: Written) -> None:
    states = defaultdict(list)
    for row in large.rows("permits"):
        states[row["统一社会信用代码"], row["许可决定文书号"], row["许可机关"]].append(row["当前状态"])
    revoked = [found for found in states.values() if "撤销" in found]
    assert revoked and all(found == ["有效", "撤销"] for found in revoked)


def test_most_records_are_of_the_last_days_and_some_are_late(city: Written) -> None:
    """Seven working days are nine civil days at least; the file comes three days after the month's end."""
    late = Counter[bool]()
    ends = [dt.date.fromisoformat(m["dated"]) for m in city.manifest() if m["source"] == "penalties"]
    for row in city.rows("penalties"):
        day = dt.date.fromisoformat(row["CF_JDRQ"])
        late[min(end for end in ends if end >= day) - day > dt.timedelta(6)] += 1
    assert 0.7 < late[False] / late.total() < 0.98
