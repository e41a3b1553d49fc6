"""What each department sends, how often, and as what kind of file."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from graph.delivery import Coverage
from loaders.source import sources
from loaders.synthetic import (
    conduct,
    courts,
    declarations,
    guarantees,
    lists,
    penalties,
    register,
    reports,
    securities,
    supervision,
)
from loaders.synthetic.cells import Block
from loaders.synthetic.city import City
from loaders.synthetic.dirt import Dirt
from loaders.synthetic.span import Span

Table = Callable[[City, Span], Iterator[Block]]


@dataclass(frozen=True)
class Sender:
    """A source's table, and after how many months it comes in a small city."""

    table: Table
    months: int
    stock: bool = False  # what is there already comes with the first delivery


# In the order in which a month is made: a list may use what one above it has brought.
SENDERS: dict[str, Sender] = {
    "registrations": Sender(register.registrations, 1, stock=True),
    "legal_representatives": Sender(register.legal_representatives, 1, stock=True),
    "shareholders": Sender(register.shareholders, 1, stock=True),
    "control_declarations": Sender(declarations.controllers, 12, stock=True),
    "beneficial_ownership": Sender(declarations.beneficial_owners, 12, stock=True),
    "changes": Sender(register.changes, 1),
    "branches": Sender(register.branches, 12, stock=True),
    "contacts": Sender(register.contacts, 6, stock=True),
    "hosted_addresses": Sender(register.hosted_addresses, 12, stock=True),
    "permit_requirements": Sender(register.permit_requirements, 12, stock=True),
    "permits": Sender(supervision.permits, 3, stock=True),
    "annual_reports": Sender(reports.table, 3, stock=True),
    "penalties": Sender(penalties.table, 1),
    "repairs": Sender(penalties.repairs, 3),
    "objections": Sender(penalties.objections, 12),
    "administrative_acts": Sender(penalties.administrative_acts, 6),
    "revoked_registrations": Sender(penalties.revoked_registrations, 12),
    "abnormal_operations": Sender(lists.abnormal_operations, 1, stock=True),
    "serious_violations": Sender(lists.serious_violations, 3, stock=True),
    "serious_lists": Sender(lists.serious_lists, 3, stock=True),
    "dishonest_debtors": Sender(lists.dishonest_debtors, 1, stock=True),
    "enforcement_subjects": Sender(lists.enforcement_subjects, 3, stock=True),
    "consumption_restrictions": Sender(lists.consumption_restrictions, 6),
    "false_litigation": Sender(lists.false_litigation, 12),
    "sector_bans": Sender(lists.sector_bans, 6),
    "court_cases": Sender(courts.court_cases, 3),
    "equity_freezes": Sender(courts.equity_freezes, 6),
    "equity_pledges": Sender(securities.equity_pledges, 6, stock=True),
    "chattel_mortgages": Sender(securities.chattel_mortgages, 6, stock=True),
    "guarantees": Sender(guarantees.table, 12, stock=True),
    "inspections": Sender(supervision.inspections, 3),
    "sampling_results": Sender(supervision.sampling_results, 6),
    "complaints": Sender(supervision.complaints, 1),
    "contact_attempts": Sender(supervision.contact_attempts, 6),
    "information_defaults": Sender(supervision.information_defaults, 6),
    "tax_arrears": Sender(lists.tax_arrears, 6),
    "social_insurance_arrears": Sender(lists.social_insurance_arrears, 6),
    "commitments": Sender(conduct.commitments, 6),
    "contract_breaches": Sender(conduct.contract_breaches, 6),
    "honours": Sender(conduct.honours, 12, stock=True),
    "sector_ratings": Sender(conduct.sector_ratings, 12, stock=True),
    "external_evaluations": Sender(conduct.external_evaluations, 12, stock=True),
    "voluntary_information": Sender(conduct.voluntary_information, 6),
    "media_reports": Sender(conduct.media_reports, 6),
}
_LARGE = 20_000  # firms from which on everybody delivers every month: many small files instead of few large ones
_REGISTER = {"registrations", "legal_representatives", "shareholders", "branches"}
_ENCODINGS = {"shareholders": "gb18030", "penalties": "utf-8-sig", "court_cases": "gb18030", "permits": "utf-8-sig"}
_TITLES = {"dishonest_debtors": "云津市失信被执行人名单"}  # such a file ends with a line of totals
_PACKED = {"registrations"}


class Department:
    """Sends one source's files, when they are due."""

    def __init__(self, source: str, companies: int) -> None:
        self.source, self._sender = source, SENDERS[source]
        self._entry = sources()[source].catalogue
        self._every, self._last, self._sent = 1 if companies >= _LARGE else self._sender.months, -1, False

    def due(self, month: int, months: int) -> bool:
        """Whether a file is due; everybody delivers in the last month."""
        return (months - 1 - month) % self._every == 0 or (month == 0 and self._sender.stock)

    def coverage(self, month: int) -> Coverage:
        """The register comes whole, then what changed; the others are what their catalogue entry says."""
        if self.source in _REGISTER:
            return Coverage.FULL if month == 0 else Coverage.DELTA
        return self._entry.coverage

    def blocks(self, city: City, month: int, begins: list[int], end: int) -> Iterator[Block]:
        """The rows due, a block at a time."""
        span = Span(month, month - self._last, begins[self._last + 1], end, self._last < 0, 0 if self._sent else 1)
        self._last = month
        for block in self._sender.table(city, span):
            if any(block.values()):
                self._sent = True
                yield block


def write(folder: Path, file: str, source: str, blocks: Iterator[Block], dirt: Dirt, rng: np.random.Generator) -> bool:
    """Write a file as its department sends it: GB18030, BOM, gz, a title and totals; False where there is no row."""
    first = next(blocks, None)
    if first is None:
        return False
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    header, title = list(first), _TITLES.get(source)
    with _opened(path, source) as text:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerows([[title]] if title else [])
        writer.writerow(header)
        line = 2 + bool(title)
        for part in chain([first], blocks):
            rows = dirt.spoil(rng, file, header, list(zip(*part.values(), strict=True)), line)
            writer.writerows(rows)
            line += len(rows)
        writer.writerows([["合计", line - 3]] if title else [])
    return True


@contextmanager
def _opened(path: Path, source: str) -> Iterator[Any]:
    encoding = _ENCODINGS.get(source, "utf-8")
    with path.open("wb") as raw:
        if source in _PACKED:
            with (
                gzip.GzipFile("", "wb", 3, raw, mtime=0) as packed,
                io.TextIOWrapper(packed, encoding, newline="") as text,
            ):
                yield text
        else:
            with io.TextIOWrapper(raw, encoding, newline="") as text:
                yield text
