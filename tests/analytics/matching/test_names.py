"""Spellings of one name: 5-users E2, name errors."""

from __future__ import annotations

import pytest

from analytics.matching.names import NameLevel, characters, is_branch, spelt, spelt_firm, spelt_person

DOTS = "•・．‧●∙⋅‐・."


def level(one: str, other: str, spell: object) -> int:
    """3 exact, 2 by writing, 1 by a variant, 0 not the same."""
    (a, b) = spelt([one, other], spell)  # type: ignore[arg-type]
    return int((a == b).sum()) if a[2] == b[2] else 0


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        ("张伟", "张 伟", NameLevel.EXACT),
        ("张三丰", "张　三丰", NameLevel.EXACT),
        ("阿卜杜拉·买买提", "阿卜杜拉买买提", NameLevel.EXACT),
        *((f"阿卜杜拉{dot}买买提", "阿卜杜拉·买买提", NameLevel.EXACT) for dot in DOTS if dot != "‐"),
        ("张偉", "张伟", NameLevel.WRITING),
        ("陳麗華", "陈丽华", NameLevel.WRITING),
        ("王喆", "王哲", NameLevel.VARIANT),
        ("李㛃", "李洁", NameLevel.VARIANT),
        ("李㛃", "李㛃", NameLevel.EXACT),
        ("杨䶮", "杨䶮", NameLevel.EXACT),
        ("王喆", "王吉", 0),
        ("买买提·阿卜杜拉", "阿卜杜拉·买买提", 0),  # order is kept
        ("\U0002a6a5某", "\U0002a6a5某", NameLevel.EXACT),  # extension B
        ("葛\U000e0100某", "葛某", NameLevel.EXACT),  # a variation selector
        ("John Smith", "JOHN  SMITH", NameLevel.EXACT),
    ],
)
def test_persons(one: str, other: str, how: int) -> None:
    assert level(one, other, spelt_person) == level(other, one, spelt_person) == how


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        ("云津样例（集团）有限公司", "云津样例(集团)有限公司", NameLevel.EXACT),
        ("云津样例(集团)有限公司", "云津样例集团有限公司", NameLevel.WRITING),
        ("云津样例有限公司", "云津样例有限责任公司", NameLevel.WRITING),
        ("雲津樣例有限公司", "云津样例有限公司", NameLevel.WRITING),
        ("云津样例有限公司", "云津样例股份有限公司", 0),
        ("云津样例有限公司", "云津样例有限公司临江分公司", 0),  # head office and branch
        ("云津样例有限公司", "云津样例商贸有限公司", 0),
    ],
)
def test_firms(one: str, other: str, how: int) -> None:
    assert level(one, other, spelt_firm) == level(other, one, spelt_firm) == how


@pytest.mark.parametrize(
    ("name", "branch"),
    [
        ("云津样例有限公司临江分公司", True),
        ("云津样例有限公司(临江分公司)", True),
        ("云津样例銀行股份有限公司南屏支行", True),
        ("云津样例有限公司第二分公司（筹）", True),
        ("云津样例有限公司", False),
        ("云津分店管理有限公司", False),
    ],
)
def test_a_branch_says_so(name: str, branch: bool) -> None:
    assert is_branch(name) is branch


def test_codes_do_not_depend_on_the_order_of_names() -> None:
    names = ["张伟", "王喆", "張伟", "王哲", "张伟"]
    codes = spelt(names, spelt_person)
    assert (codes[[4, 3, 2, 1, 0]] == spelt(names[::-1], spelt_person)).all()
    assert spelt([], spelt_person).shape == (0, 3)


def test_the_tables_map_each_character_once_and_to_its_end() -> None:
    traditional, variants = characters("traditional"), characters("variants")
    assert len(traditional) > 4_000 and traditional[ord("偉")] == "伟"
    for table in (traditional, variants):
        assert all(ord(target) not in table for target in table.values())
    assert all(ord(target) not in traditional for target in variants.values())
