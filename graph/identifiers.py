"""Identifiers of organisations of any country: which of them prove who it is, and how several are written as one text.

A list's code proves an identity only where one register numbers a whole country (German HRB numbers are a court's,
US file numbers a State's, and data bear both under one scheme) or where it is a legal entity identifier.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import unquote

from graph.identity import Code, clean_code, valid_uscc

USCC_SCHEMES = ("CN-USCC", "CN-SAIC")
LEI = "XI-LEI"
# org-id.guide codes of registers that number the companies of a whole country, each once.
REGISTERS = frozenset(
    (
        *("BE-BCE_KBO", "CZ-ICO", "DK-CVR", "EE-KMKR", "FI-PRO", "FR-RCS", "GB-COH", "IE-CRO", "IN-MCA", "JP-JCN"),
        *("LT-RC", "LU-RCS", "LV-RE", "MT-MBR", "NL-KVK", "NO-BRC", "PL-KRS", "SE-BLV", "SE-ON", "SG-ACRA"),
        *("SI-PRS", "SK-ORSR", "UA-EDR"),
    )
)

_ESCAPED = {"%": "%25", ";": "%3B", "；": "%EF%BC%9B"}


def proves(scheme: str, value: str) -> Code | None:
    """The identity (scheme, value) that an identifier proves, in the form that ids are made of; None for none."""
    code = clean_code(value)
    if scheme in USCC_SCHEMES:
        return ("CN-USCC", code) if valid_uscc([code])[0] else None
    if scheme == LEI:
        return (scheme, code) if valid_lei(code) else None
    return (scheme, code) if scheme in REGISTERS and code else None


def strongest(identifiers: Iterable[Code]) -> Code | None:
    """The identity that several identifiers prove: the national code, else a register's (by scheme), else the LEI."""
    proven = [p for scheme, value in identifiers if (p := proves(scheme, value))]
    return min(proven, key=lambda p: (p[0] == LEI, p[0] != "CN-USCC", p), default=None)


def valid_lei(code: str) -> bool:
    """Whether 20 characters are a legal entity identifier: ISO 17442, check digits by ISO 7064 MOD 97-10."""
    if not re.fullmatch(r"[0-9A-Z]{18}\d{2}", code):
        return False
    return int("".join(str(int(c, 36)) for c in code)) % 97 == 1


def written(identifiers: Sequence[Code]) -> str:
    """Identifiers as one text: `scheme:value` each, `; ` between, in order."""
    return "; ".join(f"{_escaped(s).replace(':', '%3A')}:{_escaped(v)}" for s, v in sorted(set(identifiers)))


def parsed(text: str) -> list[Code]:
    """What `written` wrote; ValueError where a part has no scheme or no value."""
    out: list[Code] = []
    for part in filter(None, (p.strip() for p in re.split("[;；]", text))):
        scheme, _, value = part.partition(":")
        if not scheme.strip() or not value.strip():
            raise ValueError(part)
        out.append((unquote(scheme.strip()), unquote(value.strip())))
    return out


def _escaped(text: str) -> str:
    return "".join(_ESCAPED.get(c, c) for c in text.strip())
