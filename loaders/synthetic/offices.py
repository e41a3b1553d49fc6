"""Authorities and courts by district."""

from __future__ import annotations

from typing import Any

import numpy as np

from loaders.synthetic.cells import chosen
from loaders.synthetic.vocabulary import AGENCIES, DISTRICTS

_AGENCIES = np.array([[f"云津市{d}{a}" for d in DISTRICTS] for a in AGENCIES], dtype=object)


def agencies(agency: Any, district: Any) -> list[str]:
    """Names of agencies of a district, by their positions in AGENCIES and DISTRICTS."""
    return _AGENCIES[agency, district].tolist()  # type: ignore[no-any-return]


def bureau(kind: str, district: Any) -> list[str]:
    """Names of one kind of authority by district."""
    return chosen([f"云津市{d}{kind}" for d in DISTRICTS], district)


def court_codes(district: Any) -> list[str]:
    """What stands for a court in its case numbers."""
    return chosen(("云0101", "云0102", "云0103", "云0104"), district)
