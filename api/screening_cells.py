"""The cells that a reply adds to each row of a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from analytics.screening.firms import Tie
from api.render import said
from api.render_screening import Speaker
from api.screening import FirmsReport, PeopleReport
from loaders.checklist import Listed

Cells = dict[tuple[str, int], list[str]]  # by sheet and row


def people_cells(speaker: Speaker, report: PeopleReport) -> Cells:
    """What stands under PEOPLE_COLUMNS; several people of one cell follow one another."""
    searched = speaker.searched(report.searched)
    return _cells(speaker, report.listed, lambda i: _person(speaker, report, i, searched))


def firm_cells(speaker: Speaker, report: FirmsReport) -> Cells:
    """What stands under FIRM_COLUMNS."""
    searched, ties = speaker.searched(report.searched), tie_lines(speaker, report)
    return _cells(speaker, report.listed, lambda i: _firm(speaker, report, i, searched, ties))


def tie_lines(speaker: Speaker, report: FirmsReport) -> dict[int, list[str]]:
    """Of each firm a line for each node that ties it to others of the list, or to the buyer; of all the same."""
    at: dict[int, list[Tie]] = {}
    for tie in report.ties:
        at.setdefault(tie.node, []).append(tie)
    out: dict[int, list[str]] = {}
    if report.buyer is not None and report.buyer in report.keys:
        out[report.buyer] = [speaker.word("the_buyer")]
    for node, ties in at.items():
        by_firm: dict[int, list[Tie]] = {}
        for tie in ties:
            by_firm.setdefault(tie.firm, []).append(tie)
            if node in report.keys or node == report.buyer:
                out.setdefault(tie.firm, []).append(_direct(speaker, report, tie))
        if len(by_firm) > 1:
            line = _common(speaker, report, node, by_firm)
            for firm in by_firm:
                out.setdefault(firm, []).append(line)
    return {firm: list(dict.fromkeys(lines)) for firm, lines in out.items()}


def _direct(speaker: Speaker, report: FirmsReport, tie: Tie) -> str:
    """One firm of the list tied to another, from which to which."""
    ends = (tie.firm, tie.node) if tie.starts else (tie.node, tie.firm)
    return " → ".join(_party(speaker, report, end) for end in ends) + speaker.colon + speaker.tie(tie)


def _common(speaker: Speaker, report: FirmsReport, node: int, by_firm: Mapping[int, Sequence[Tie]]) -> str:
    """What several firms are tied to, and what it is to each."""
    parties = [
        _party(speaker, report, firm) + speaker.brackets(" / ".join(dict.fromkeys(map(speaker.tie, ties))))
        for firm, ties in by_firm.items()
    ]
    return speaker.firm(node) + speaker.colon + speaker.enumeration.join(parties)


def _cells(speaker: Speaker, listed: Sequence[Listed], of: Callable[[int], list[str]]) -> Cells:
    shared = Counter((one.sheet, one.row) for one in listed)
    out: Cells = {}
    for i, one in enumerate(listed):
        place, cells = (one.sheet, one.row), of(i)
        if shared[place] > 1:
            cells = [f"{one.name}{speaker.colon}{c}" if c else "" for c in cells]
        before = out.get(place)
        out[place] = ["\n".join(filter(None, pair)) for pair in zip(before, cells, strict=True)] if before else cells
    return out


def _person(speaker: Speaker, report: PeopleReport, i: int, searched: str) -> list[str]:
    one, finding = report.listed[i], report.findings[i]
    notes = speaker.remarks(one, finding)
    if one.problem == "number_absent" and one.name:
        notes.append(speaker.namesakes(report.namesakes[one.name]))
    return [
        speaker.outcome(finding),
        *(_numbered(map(speaker.entry, section)) for section in finding.sections.values()),
        _numbered(map(speaker.hint, finding.hints)),
        speaker.semicolon.join(notes),
        "" if finding.reason else searched,
    ]


def _firm(speaker: Speaker, report: FirmsReport, i: int, searched: str, ties: dict[int, list[str]]) -> list[str]:
    one, finding, key = report.listed[i], report.findings[i], report.keys[i]
    node = report.nodes.get(key) if key is not None else None
    status = node.properties.get("status") if node else None
    return [
        speaker.outcome_of_firm(finding),
        str(said("Company", "status", status, speaker.lang) or ""),
        _numbered(map(speaker.entry, finding.sections["own"])),
        _numbered(map(speaker.entry, finding.to_verify)),
        _numbered(ties.get(key, ()) if key is not None else ()),
        speaker.semicolon.join(speaker.remarks(one, finding)),
        "" if finding.reason else searched,
    ]


def _party(speaker: Speaker, report: FirmsReport, key: int) -> str:
    return (speaker.pick("采购人 ", "buyer ") if key == report.buyer else "") + speaker.firm(key)


def _numbered(lines: Iterable[str]) -> str:
    return "\n".join(f"{i}. {line}" for i, line in enumerate(lines, 1))
