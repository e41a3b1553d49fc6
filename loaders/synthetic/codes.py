"""Codes of firms and numbers of people, by the thousand: valid, never twice, and nobody's (area codes 99....)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from graph.identity import USCC_ALPHABET
from loaders.synthetic.columns import Int64

Text = npt.NDArray[np.uint32]  # one row a code, one code point a cell

_USCC_WEIGHTS = np.array([pow(3, i, 31) for i in range(17)])
_ORGANISATION_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2])
_NUMBER_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_USCC = np.array([ord(c) for c in USCC_ALPHABET], dtype=np.uint32)
_USCC_VALUE = np.zeros(128, dtype=np.int64)
_USCC_VALUE[_USCC] = np.arange(31)
_ORGANISATION_CHECK = np.array([ord(c) for c in "0X987654321"], dtype=np.uint32)
_NUMBER_CHECK = np.array([ord(c) for c in "10X98765432"], dtype=np.uint32)

_ORGANISATIONS, _STEP = 100_000_000, 7_919_317  # without a common divisor: every serial has a code of its own
FIRST_BIRTH = int(np.datetime64("1955-01-01").astype(np.int64))
_BIRTHS, _SEQUENCES = 16_000, 999
_NUMBER_STEP = 39_916_801


def _digits(values: Int64, width: int) -> Int64:
    return values[:, None] // 10 ** np.arange(width - 1, -1, -1) % 10


def uscc(classes: Int64, areas: Int64, serials: Int64) -> list[str]:
    """Unified social credit codes: two digits of class (91, 92, 93, 11), an area code, the code of a serial."""
    organisation = _digits((serials * _STEP + 12_345_678) % _ORGANISATIONS, 8)
    text = np.empty((len(serials), 18), dtype=np.uint32)
    text[:, :16] = np.concatenate([_digits(classes, 2), _digits(areas, 6), organisation], axis=1) + ord("0")
    text[:, 16] = _ORGANISATION_CHECK[organisation @ _ORGANISATION_WEIGHTS % 11]
    text[:, 17] = _USCC[(31 - _USCC_VALUE[text[:, :17]] @ _USCC_WEIGHTS % 31) % 31]
    return _strings(text)


def identity_numbers(areas: Int64, serials: Int64) -> list[str]:
    """Identity numbers of residents: a serial is a birth date of 1955 to 1998 and a sequence number."""
    mixed = serials * _NUMBER_STEP % (_BIRTHS * _SEQUENCES)
    births = (FIRST_BIRTH + mixed // _SEQUENCES).astype("datetime64[D]")
    years = births.astype("datetime64[Y]")
    months = births.astype("datetime64[M]")
    year = years.astype(np.int64) + 1970
    month = (months - years.astype("datetime64[M]")).astype(np.int64) + 1
    day = (births - months.astype("datetime64[D]")).astype(np.int64) + 1
    first = np.concatenate(
        [_digits(areas, 6), _digits(year * 10_000 + month * 100 + day, 8), _digits(mixed % _SEQUENCES + 1, 3)], axis=1
    )
    text = np.empty((len(serials), 18), dtype=np.uint32)
    text[:, :17] = first + ord("0")
    text[:, 17] = _NUMBER_CHECK[first @ _NUMBER_WEIGHTS % 11]
    return _strings(text)


def _strings(text: Text) -> list[str]:
    return np.ascontiguousarray(text).view("<U18").ravel().tolist() if len(text) else []
