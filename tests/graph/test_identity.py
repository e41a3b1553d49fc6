"""Identifiers: known answers of 2-rules B1 and B2, and what may be kept of a number."""

from __future__ import annotations

import datetime as dt
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.identity import (
    USCC_ALPHABET,
    PersonNumber,
    born_between,
    clean_code,
    company_name,
    document_number,
    mask_hashes,
    mix,
    nid,
    number_check_character,
    numbered_id,
    person_name,
    person_number,
    record_id,
    scrub,
    uscc_check_character,
    uscc_suggestion,
    valid_organisation_codes,
    valid_uscc,
)
from graph.keys import KeyRing
from tests.conftest import masked, number, uscc

KEYS = KeyRing.derived("tests")
TODAY = dt.date(2026, 11, 23)
# 2-rules B1: test vectors that pass both check characters
VECTORS = [
    "91110000600037341L",
    "11500227009344547D",
    "91340000711771143J",
    "91310000132215150M",
    "91320100748204660Q",
    "91370400728618604X",
]


def test_published_codes_are_valid() -> None:
    assert valid_uscc(VECTORS).all()
    assert valid_organisation_codes([v[8:17] for v in VECTORS]).all()


@given(st.sampled_from(VECTORS), st.integers(0, 17), st.sampled_from(USCC_ALPHABET))
def test_one_wrong_character_is_noticed(code: str, at: int, letter: str) -> None:
    changed = code[:at] + letter + code[at + 1 :]
    assert valid_uscc([changed])[0] == (changed == code)


@pytest.mark.parametrize("first", ["N2990101", "A1990101", "Y1990101"])
def test_codes_of_other_authorities_are_valid(first: str) -> None:
    """python-stdnum refuses codes whose first eight characters are not digits."""
    organisation = "123456788"
    assert valid_organisation_codes([organisation])[0]
    body = first + organisation
    assert valid_uscc([body + uscc_check_character(body)])[0]


def test_a_look_alike_letter_is_only_suggested() -> None:
    code = next(c for c in (uscc(i) for i in range(1, 500)) if "0" in c[8:])
    at = code.index("0", 8)
    assert uscc_suggestion(code[:at] + "O" + code[at + 1 :]) == code
    assert not valid_uscc([code[:at] + "O" + code[at + 1 :]])[0]


def test_codes_are_cleaned_before_they_are_read() -> None:
    code = VECTORS[0]
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code.lower())
    assert clean_code(f" '{wide[:4]}\u200b-{wide[4:]}\u3000") == code


# 2-rules B2: vectors
@pytest.mark.parametrize(
    ("text", "birth_year", "sex"),
    [
        ("360426199101010071", 1991, "male"),
        ("11010519491231002X", 1949, "female"),
        ("11010519491231002x", 1949, "female"),
        ("'１１０１０５１９４９１２３１００２Ｘ", 1949, "female"),
    ],
)
def test_published_numbers(text: str, birth_year: int, sex: str) -> None:
    found = person_number(text, KEYS, TODAY)
    assert not isinstance(found, str)
    assert (found.birth_year, found.sex, found.identified) == (birth_year, sex, True)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "number_absent"),
        ("无", "number_absent"),
        ("待补", "number_absent"),
        ("3.71002E+17", "number_truncated"),
        ("371002198503120000", "number_truncated"),
        ("360426199101010072", "number_check"),
        ("990101198513120017", "number_check"),
        ("12345", "number_form"),
        ("3710021985031200", "number_truncated"),
    ],
)
def test_numbers_without_a_safe_reading(text: str, reason: str) -> None:
    assert person_number(text, KEYS, TODAY) == reason


def test_a_birth_date_must_exist() -> None:
    first = "99010119850230" + "001"
    assert person_number(first + number_check_character(first), KEYS, TODAY) == "number_birth_date"
    assert person_number(number(1, "20991231"), KEYS, TODAY) == "number_birth_date"


def test_fifteen_digits_are_a_candidate_only() -> None:
    """2-rules B2: 110105491231002 is the old form of 11010519491231002X."""
    old, new = person_number("110105491231002", KEYS, TODAY), person_number("11010519491231002X", KEYS, TODAY)
    assert not isinstance(old, str) and not isinstance(new, str)
    assert old.candidate_hash == new.number_hash and old.number_hash != new.number_hash


def test_a_mask_keeps_year_and_last_four() -> None:
    found = person_number("5135211957****5090", KEYS, TODAY)
    assert not isinstance(found, str)
    assert (found.birth_year, found.last_four, found.identified) == (1957, "5090", False)
    assert found.mask_hash == person_number("5135211957＊＊＊＊5090", KEYS, TODAY).mask_hash  # type: ignore[union-attr]


def test_what_is_kept_leaves_at_least_a_thousand_numbers_open() -> None:
    """Enumerates the numbers of one area that agree with birth year, sex and last four."""
    kept = person_number(number(7), KEYS, TODAY)
    assert not isinstance(kept, str) and kept.last_four and kept.birth_year
    days = [dt.date(kept.birth_year, 1, 1) + dt.timedelta(days=d) for d in range(365)]
    areas = [
        f"{province}{city:02d}{county:02d}"
        for province, city, county in itertools.product(("11", "35", "50"), range(1, 4), range(1, 9))
    ]
    consistent = sum(
        number_check_character(f"{area}{day:%Y%m%d}{kept.last_four[:3]}") == kept.last_four[3]
        for area in areas
        for day in days
    )
    assert consistent >= 1_000


def test_another_key_gives_another_hash() -> None:
    other = person_number(number(7), KeyRing.derived("other"), TODAY)
    assert other != person_number(number(7), KEYS, TODAY)


@pytest.mark.parametrize("text", [number(3), masked(3), f"证件{number(3)}号", "110105491231002"])
def test_numbers_are_scrubbed_from_texts(text: str) -> None:
    assert "[number removed]" in scrub(text) and "19850312" not in scrub(text)


def test_names_and_document_numbers_are_normalised() -> None:
    assert person_name("张　三") == person_name("张 三") == "张三"
    assert len({person_name(f"阿卜杜拉{dot}买买提") for dot in "•・．‧●·"}) == 1
    assert company_name("云津（样例） 有限公司") == company_name("云津(样例)有限公司")
    assert len({document_number(f"云津市监罚{a}2024{b} 1号") for a, b in ("〔〕", "[]", "()", "（）", "【】")}) == 1


def test_a_record_is_one_whatever_its_brackets_and_two_for_two_parties() -> None:
    one = record_id("AdministrativePenalty", "云津市局", "罚〔2024〕1号", "CN-USCC:X")
    assert one == record_id("AdministrativePenalty", "云津市局", "罚(2024)1号", "CN-USCC:X")
    assert one != record_id("AdministrativePenalty", "云津市局", "罚(2024)1号", "CN-USCC:Y")


@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=50, unique=True))
def test_mixed_keys_tell_rows_and_columns_apart(values: list[int]) -> None:
    column = np.array(values, dtype=np.int64)
    assert len(set(mix(column, 1).tolist())) == len(values)
    assert not np.array_equal(mix(column, 1), mix(np.full(len(values), 1), column)) or values == [1]


def test_an_id_has_one_key_on_every_machine() -> None:
    """Stored data depend on it: BLAKE2b with eight bytes, big-endian, signed."""
    assert nid("CN-USCC:91110000600037341L") == -8724699274433657781


@given(st.integers(6, 14), st.integers(1, 4), st.sampled_from(["*", "●", "＊"]))
def test_every_mask_of_a_number_is_known_by_its_hash(head: int, tail: int, sign: str) -> None:
    """Whatever a list shows of a number, the number typed later gives the same hash (design.md, identity)."""
    whole = number(1)
    shown = whole[:head] + sign * max(18 - head - tail, 1) + whole[18 - tail :]
    read = person_number(shown, KEYS, TODAY)
    assert isinstance(read, PersonNumber) and read.mask_hash is not None
    hidden = 18 - head - tail
    assert (read.mask_hash in mask_hashes(whole, KEYS)) is (hidden > 0)
    assert read.mask_hash not in mask_hashes(number(3, "19900101"), KEYS)
    assert numbered_id(read) is None


def test_the_bearer_of_a_number_has_its_id() -> None:
    ids = [
        numbered_id(n)
        for n in (person_number(t, KEYS, TODAY) for t in (number(1), number(1)[:6] + number(1)[8:17]))
        if isinstance(n, PersonNumber)
    ]
    assert [str(i).partition(":")[0] for i in ids] == ["CN-ID", "CN-ID15"]


@pytest.mark.parametrize(
    ("typed", "first", "last", "fits"),
    [
        (number(1), "1985-03-01", "1985-03-31", True),
        (number(1).lower(), "1985-03-12", "1985-03-12", True),
        (number(1), "1985-03-13", "1985-03-31", False),
        (number(1)[:6] + number(1)[8:17], "1985-03-01", "1985-03-31", True),
        ("E12345678", "1985-03-01", "1985-03-31", None),
    ],
)
def test_whether_a_number_fits_a_birth_date(typed: str, first: str, last: str, fits: bool | None) -> None:
    assert born_between(typed, dt.date.fromisoformat(first), dt.date.fromisoformat(last)) is fits
