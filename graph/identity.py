"""The only place where identities are made: codes, numbers, names, node ids and fact keys.

An id is a pure function of what a row says, so that files and rows in any order give the same graph.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.keys import ALGORITHM, KeyRing

Int64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Code = tuple[str, str]  # an identifier's scheme and value

_FULL_WIDTH = {c: c - 0xFEE0 for c in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_INVISIBLE = dict.fromkeys((8203, 8204, 8205, 8288, 65279, 173))
_NARROW = _FULL_WIDTH | _INVISIBLE
_DOTS = {ord(c): "·" for c in "•・．‧●∙⋅‐・."}

# --- codes of organisations -------------------------------------------------------------------------

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUE = np.full(128, -1, dtype=np.int64)
_USCC_VALUE[[ord(c) for c in USCC_ALPHABET]] = range(31)
_USCC_WEIGHTS = np.array([pow(3, i, 31) for i in range(17)])
_ORG_VALUE = np.full(128, -1000, dtype=np.int64)
_ORG_VALUE[[ord(c) for c in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"]] = range(36)
_ORG_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2])
_ORG_CHECK = np.frombuffer(b"0X987654321", dtype=np.uint8)  # by (sum mod 11): 0 -> 0, 1 -> X, 2 -> 9 ...
_FORBIDDEN = str.maketrans("IOZSV", "1025U")


def clean_code(text: str) -> str:
    """A code as typed, to upper-case half-width without spaces, hyphens, quotes and invisible characters."""
    if text.isalnum() and text.isascii():
        return text.upper()
    return re.sub(r"[\s\-‐‑‒–—−'’‘`_]", "", text.translate(_NARROW)).upper()


def _matrix(codes: Sequence[str], width: int) -> npt.NDArray[np.uint8]:
    joined = "".join(c if len(c) == width and c.isascii() else "\0" * width for c in codes)
    return np.frombuffer(joined.encode(), dtype=np.uint8).reshape(len(codes), width)


def valid_uscc(codes: Sequence[str]) -> Bools:
    """Which codes pass both check characters (GB 32100-2015; GB 11714 inside). Vectorised, O(n)."""
    if not codes:
        return np.zeros(0, dtype=bool)
    chars = _matrix(codes, 18)
    value = _USCC_VALUE[chars]
    check = (31 - value[:, :17] @ _USCC_WEIGHTS % 31) % 31
    return np.asarray((value >= 0).all(axis=1) & (check == value[:, 17]) & _valid_organisation(chars[:, 8:17]))


def _valid_organisation(chars: npt.NDArray[np.uint8]) -> Bools:
    total = _ORG_VALUE[chars[:, :8]] @ _ORG_WEIGHTS
    return np.asarray((total >= 0) & (_ORG_CHECK[total % 11] == chars[:, 8]))


def valid_organisation_codes(codes: Sequence[str]) -> Bools:
    """Which 9-character organisation codes (GB 11714) pass their check character."""
    return _valid_organisation(_matrix(codes, 9)) if codes else np.zeros(0, dtype=bool)


def uscc_check_character(first17: str) -> str:
    """The 18th character for 17 given ones."""
    total = sum(USCC_ALPHABET.index(c) * int(w) for c, w in zip(first17, _USCC_WEIGHTS, strict=True))
    return USCC_ALPHABET[(31 - total % 31) % 31]


def organisation_check_character(first8: str) -> str:
    """The ninth character of an organisation code."""
    total = sum(int(c, 36) * int(w) for c, w in zip(first8, _ORG_WEIGHTS, strict=True))
    return chr(_ORG_CHECK[total % 11])


def uscc_suggestion(code: str) -> str | None:
    """The code with letters that GB 32100 forbids read as their look-alikes, if that is valid; never applied."""
    mended = code.translate(_FORBIDDEN)
    return mended if mended != code and valid_uscc([mended])[0] else None


def subject_class(uscc: str) -> str:
    """Kind of subject by the first two characters of its code (2-rules B1)."""
    return {"91": "enterprise", "92": "individual_business", "93": "cooperative"}.get(uscc[:2], "unknown")


# --- identity numbers of persons --------------------------------------------------------------------

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_VALUE = np.full(128, -10_000, dtype=np.int64)
_ID_VALUE[[ord(c) for c in "0123456789"]] = range(10)
_ID_CHECK = np.frombuffer(b"10X98765432", dtype=np.uint8)
_MASK = re.compile(r"^(\d{6,14})(\*+|[xX]{4,}|●+|＊+)([\dX]{1,4})$")
# Passports and permits: letters and digits (Hong Kong and Macao, with or without the number of the renewal; their own
# identity cards with the check character in brackets), Taiwan's of today, which begin with 0 as no date does, and of
# before 2015, foreigners' permanent residence of before 2023.
_PERMIT = re.compile(r"[A-Z]{1,2}\d{6,10}(\(\d\))?|0\d{7}|\d{10}\([A-Z]\)|[A-Z]{3}\d{12}")
_SCIENTIFIC = re.compile(r"^\d(\.\d+)?E\+?\d+$")
_NUMBER_LIKE = re.compile(
    r"(?<![0-9A-Za-z])(?:\d{6,14}[*＊]{2,}[\dXx]{1,4}|\d(?:[ \-]?\d){13,16}(?:[ \-]?[\dXx])?)(?![0-9A-Za-z])"
)

# Documents that prove who a person is, of any country (ISO 3166-1 alpha-3), as the ownership standard names them.
DOCUMENT = re.compile(r"^[A-Z]{3}-(?:PASSPORT|TAXID|IDCARD)$")
RESIDENT = "CHN-IDCARD"
NUMBER_ABSENT = {"", "无", "待补", "不详", "无身份证", "-", "—", "/", "未知", "NULL"}


@dataclass(frozen=True)
class PersonNumber:
    """What may be kept of an identity number (design.md, decision 6). Never the number itself."""

    document_type: str
    number_hash: str | None
    candidate_hash: str | None = None
    mask_hash: str | None = None
    last_four: str | None = None
    birth_year: int | None = None
    sex: str | None = None

    @property
    def identified(self) -> bool:
        """Whether the whole number was given."""
        return self.number_hash is not None


def number_check_character(first17: str) -> str:
    """The 18th character of a resident identity number (GB 11643-1999)."""
    return chr(_ID_CHECK[sum(int(c) * w for c, w in zip(first17, _ID_WEIGHTS, strict=True)) % 11])


def person_numbers(cells: Sequence[str], keys: KeyRing, latest: dt.date) -> list[PersonNumber | str]:
    """Read identity numbers and keep only what may be kept; a reason code where one has no safe reading.

    `latest` bounds the birth date. Area codes are not checked: abolished ones stay valid for life. Reason
    codes: number_absent, number_truncated, number_check, number_birth_date, number_form.
    """
    numbers = [clean_code(c) for c in cells]
    resident = _valid_resident(numbers)
    return [
        _resident(n, keys, latest) if good else _odd_number(cell, n, keys, latest)
        for cell, n, good in zip(cells, numbers, resident.tolist(), strict=True)
    ]


def person_number(text: str, keys: KeyRing, latest: dt.date) -> PersonNumber | str:
    """`person_numbers` of one."""
    return person_numbers([text], keys, latest)[0]


def foreign_number(scheme: str, number: str, keys: KeyRing) -> PersonNumber:
    """What may be kept of the number of a document of another country."""
    plain = re.sub(r"[\W_]", "", number).upper()
    return PersonNumber(scheme, keys.digest(f"{scheme}:{plain}"), last_four=plain[-4:])


def _valid_resident(numbers: Sequence[str]) -> Bools:
    """Which numbers have 18 characters and the right check character; any birth date."""
    chars = _matrix(numbers, 18)
    total = _ID_VALUE[chars[:, :17]] @ np.array(_ID_WEIGHTS)
    return np.asarray((total >= 0) & (_ID_CHECK[total % 11] == chars[:, 17]))


def _odd_number(text: str, number: str, keys: KeyRing, latest: dt.date) -> PersonNumber | str:
    if text.strip() in NUMBER_ABSENT or number in NUMBER_ABSENT:
        return "number_absent"
    if len(number) == 18 and number[:17].isdigit():
        return "number_truncated" if number.endswith("000") else "number_check"
    if len(number) == 15 and number.isdigit():
        return _fifteen(number, keys, latest)
    if masked := _MASK.match(text.strip().translate(_NARROW).upper().replace(" ", "")):
        return _masked(masked, len(number), keys)
    if _SCIENTIFIC.match(number) or (number.isdigit() and len(number) in (16, 17)):
        return "number_truncated"
    if _PERMIT.fullmatch(number):
        return PersonNumber("passport_or_permit", keys.digest(f"passport:{number}"), last_four=number[-4:])
    return "number_form"


def _resident(number: str, keys: KeyRing, latest: dt.date) -> PersonNumber | str:
    if not _birth_date(number[6:14], latest):
        return "number_birth_date"
    sex = "male" if int(number[16]) % 2 else "female"
    return PersonNumber("resident", keys.digest(number), None, None, number[-4:], int(number[6:10]), sex)


def _fifteen(number: str, keys: KeyRing, latest: dt.date) -> PersonNumber | str:
    upgraded = f"{number[:6]}19{number[6:]}"
    upgraded += number_check_character(upgraded)
    if not _birth_date(upgraded[6:14], latest):
        return "number_birth_date"
    return PersonNumber(
        "resident_15",
        keys.digest(number),
        candidate_hash=keys.digest(upgraded),
        last_four=number[-4:],
        birth_year=int(upgraded[6:10]),
        sex="male" if int(number[14]) % 2 else "female",
    )


def _masked(match: re.Match[str], length: int, keys: KeyRing) -> PersonNumber:
    head, _, tail = match.groups()
    year = int(head[6:10]) if length == 18 and len(head) >= 10 else None
    return PersonNumber(
        "masked",
        None,
        mask_hash=keys.digest(mask_text(head, tail)),
        last_four=tail if len(tail) == 4 else None,
        birth_year=year,
    )


def mask_text(head: str, tail: str) -> str:
    """The canonical form of a masked number, whatever sign masks it: hashed, never stored."""
    return f"mask:{head}*{tail}"


def mask_hashes(text: str, keys: KeyRing) -> tuple[str, ...]:
    """The `mask_hash` of every way in which a list may print a number with a mask: 35 of an 18-digit one."""
    number = clean_code(text)
    return tuple(
        keys.digest(mask_text(number[:head], number[-tail:]))
        for head in range(6, 15)
        for tail in range(1, 5)
        if head + tail < len(number)
    )


def numbered_id(number: PersonNumber) -> str | None:
    """Id of the bearer of a whole number; None where only a part of it was given."""
    if number.number_hash is None:
        return None
    return coded_id("CN-ID15" if number.candidate_hash else "CN-ID", number.number_hash)


def born_between(text: str, first: dt.date, last: dt.date) -> bool | None:
    """Whether the bearer of a resident's number was born in a span of days; None where the number does not tell."""
    number = clean_code(text)
    digits = number[6:14] if len(number) == 18 else f"19{number[6:12]}" if len(number) == 15 else ""
    if not _birth_date(digits, _ANY_DAY):
        return None
    return f"{first:%Y%m%d}" <= digits <= f"{last:%Y%m%d}"


@lru_cache(maxsize=100_000)
def _birth_date(digits: str, latest: dt.date) -> bool:
    try:
        day = dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return dt.date(1900, 1, 1) <= day <= latest


def person_properties(number: PersonNumber, keys: KeyRing) -> dict[str, str | int | None]:
    """The properties of a Person node that derive from the number."""
    return {
        "document_type": number.document_type,
        "number_hash": number.number_hash,
        "candidate_hash": number.candidate_hash,
        "mask_hash": number.mask_hash,
        "hash_algorithm": ALGORITHM,
        "key_id": keys.key_id,
        "last_four": number.last_four,
        "birth_year": number.birth_year,
        "sex": number.sex,
    }


def scrub(text: str) -> str:
    """A text with everything in it that can be an identity number, masked, spaced out or not, blotted out.

    Other long numbers stay: a number counts where its birth date exists, whatever its check character.
    """
    narrow = text.translate(_FULL_WIDTH)
    clean = _NUMBER_LIKE.sub(_blotted, narrow)
    return text if clean == narrow else clean


def _blotted(match: re.Match[str]) -> str:
    number = re.sub(r"[ \-]", "", match[0])
    return "[number removed]" if "*" in number or "＊" in number or looks_like_number(number) else match[0]


_ANY_DAY = dt.date(2100, 1, 1)


def looks_like_number(digits: str) -> bool:
    """Whether 15 or 18 characters have a birth date where an identity number has one."""
    born = digits[6:14] if len(digits) == 18 else f"19{digits[6:12]}" if len(digits) == 15 else ""
    return bool(born) and _birth_date(born, _ANY_DAY)


def valid_numbers(codes: Sequence[str]) -> Bools:
    """Which 18 characters are a resident identity number: check character and birth date both fit."""
    return np.asarray(_valid_resident(codes) & np.array([looks_like_number(c) for c in codes], dtype=bool))


# --- names and document numbers ---------------------------------------------------------------------

_NORMAL = re.compile(r"[0-9A-Za-z()\u4e00-\u9fff]+")  # what no form of a name changes: nearly all of them


@lru_cache(maxsize=200_000)
def person_name(text: str) -> str:
    """A person's name for comparing: NFC, middle dots to U+00B7, spaces out of 2 to 4 Han characters."""
    if _NORMAL.fullmatch(text):
        return text
    name = unicodedata.normalize("NFC", text).translate(_NARROW).strip()
    if not name.isascii():
        name = re.sub(r"\s+", "", name).translate(_DOTS)
    return " ".join(name.split())


@lru_cache(maxsize=200_000)
def company_name(text: str) -> str:
    """A company's name for comparing: half-width, one kind of brackets, no spaces between Han characters."""
    if _NORMAL.fullmatch(text):
        return text
    name = unicodedata.normalize("NFC", text).translate(_NARROW).strip()
    name = name.translate(
        {ord("【"): "(", ord("】"): ")", ord("〔"): "(", ord("〕"): ")", ord("["): "(", ord("]"): ")"}
    )
    return re.sub(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])", "", " ".join(name.split()))


def firm_key(text: str) -> str:
    """A firm's name for comparing: 有限责任公司 and 有限公司 are one form."""
    return company_name(text).replace("有限责任公司", "有限公司")


@lru_cache(maxsize=100_000)
def document_number(text: str) -> str:
    """A document number in one form: 〔2024〕, [2024], (2024) and （2024） are one; no spaces.

    As documents print it: 〔2024〕 inside, and (2024) where a court's case number begins with it.
    """
    number = unicodedata.normalize("NFKC", text).translate(_INVISIBLE)
    number = number.translate({ord(c): "(" for c in "〔[【﹝{"} | {ord(c): ")" for c in "〕]】﹞}"})
    return re.sub(r"(?<=.)\((\d{4})\)", r"〔\1〕", re.sub(r"\s+", "", number).upper())


# --- ids and keys -----------------------------------------------------------------------------------


def _short(*parts: object) -> str:
    return hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=16).hexdigest()


def coded_id(scheme: str, value: str) -> str:
    """Id of a party known by an identifier of a scheme (CN-USCC, CN-REGNO, CN-ORG, CN-ID ...)."""
    return f"{scheme}:{value}"


def label_of_uscc(uscc: str) -> str:
    """Label of the bearer of a code: Company for the registrars' and the farmers' codes, else Organisation."""
    return "Company" if uscc[0] in "9N" else "Organisation"


def is_weak(node_id: str) -> bool:
    """Whether an id was made from something weaker than the party's own code or number."""
    return node_id.startswith(("CN-ORG:", "CN-REGNO:", "CN-ID15:"))


_NUMBERED = re.compile(r"CN-ID(?:15)?:[0-9a-f]{32}")
_MENTION = re.compile(r"M:[0-9a-f]{32}")


def is_persons_id(text: str) -> bool:
    """Whether a text has the form of an id that only the bearer of a number has, known to a graph or not."""
    return _NUMBERED.fullmatch(text) is not None


def may_be_persons_id(text: str) -> bool:
    """Whether a text has the form of an id that a person may have: a number's, or a mention's by name."""
    return is_persons_id(text) or _MENTION.fullmatch(text) is not None


def mention_id(source: str, record_key: str, role: str, name: str, ordinal: int = 0) -> str:
    """Id of a party known only by its name in one row: never a row number, never a file's name."""
    return f"M:{_short(source, record_key, role, name, ordinal)}"


def address_id(text: str) -> str:
    """Id of a normalised address."""
    return f"A:{_short(text)}"


def identifier_id(scheme: str, value: str) -> str:
    """Id of an identifier that a register gave, however it is spaced."""
    return f"I:{_short(scheme, clean_code(value))}"


def contact_id(kind: str, value: str) -> str:
    """Id of a telephone number, e-mail address or website in its normal form."""
    return f"C:{_short(kind, value)}"


def record_id(label: str, authority: str, number: str, subject: str, discriminator: str = "") -> str:
    """Id of a record: its kind, authority, normalised document number and subject (an id or `name:...`)."""
    return f"R:{_short(label, company_name(authority), document_number(number), subject, discriminator)}"


def nid(node_id: str) -> int:
    """The 64-bit key of an id. Stores refuse two ids with one key, so a collision is never silent."""
    return int.from_bytes(hashlib.blake2b(node_id.encode(), digest_size=8).digest(), "big", signed=True)


def nids(ids: Iterable[str]) -> Int64:
    """`nid` of each id."""
    blake, read = hashlib.blake2b, int.from_bytes
    return np.array([read(blake(i.encode(), digest_size=8).digest(), "big", signed=True) for i in ids], dtype=np.int64)


def digests(rows: Iterable[tuple[object, ...]]) -> Int64:
    """64-bit content digest of each tuple of plain values; never 0, which marks versions stores make."""
    blake, read = hashlib.blake2b, int.from_bytes
    return np.array(
        [read(blake(repr(r).encode(), digest_size=8).digest(), "big", signed=True) or 1 for r in rows], dtype=np.int64
    )


def mix(*columns: Int64 | int) -> Int64:
    """Combine 64-bit keys into one, column-wise (splitmix64 finaliser); order of the columns matters."""
    with np.errstate(over="ignore"):
        state: Any = np.uint64(0x9E3779B97F4A7C15)
        for column in columns:
            value = np.asarray(column, dtype=np.int64).view(np.uint64)
            state = (state ^ value) * np.uint64(0xBF58476D1CE4E5B9)
            state = (state ^ (state >> np.uint64(30))) * np.uint64(0x94D049BB133111EB)
            state = state ^ (state >> np.uint64(31))
        return np.asarray(state).view(np.int64)
