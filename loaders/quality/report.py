"""The quality report: everything that is known of the deliveries at a moment, as tables."""

from __future__ import annotations

from graph.store import GraphStore
from graph.time import Calendar, Moment
from loaders.chunks import no_collection
from loaders.local_catalogue import LocalCatalogue
from loaders.quality.codes import Codes, code_errors
from loaders.quality.companies import Companies
from loaders.quality.coverage import coverage
from loaders.quality.deliveries import deliveries, findings, reasons, refused
from loaders.quality.history import history
from loaders.quality.known import Known, Table
from loaders.quality.timeliness import Timeliness

EXAMPLES = 20


@no_collection()
def quality(store: GraphStore, moment: Moment, catalogue: LocalCatalogue, months: int) -> dict[str, Table]:
    """Tables by name: deliveries, reasons, timeliness, authorities, findings, mismatches, codes, coverage, history.

    As known on `known_at`; true on `as_of` where it is of companies. O(facts + months * versions of companies).
    """
    known = Known(store, moment)
    seq, day = known.seq, moment.as_of_day
    timeliness = Timeliness(known, catalogue, Calendar.load())
    companies = Companies(known)
    codes, covered = Codes(companies), coverage(companies)
    return {
        "deliveries": deliveries(known, catalogue, timeliness.unattached, covered.shares()),
        "reasons": reasons(known),
        "timeliness": timeliness.by_source(),
        "authorities": timeliness.by_authority(),
        "findings": findings(known),
        "mismatches": codes.mismatched(seq, day),
        "codes": code_errors(codes, seq, day),
        "coverage": covered.table(),
        "history": history(known, timeliness, codes, months),
    }


@no_collection()
def source_quality(store: GraphStore, moment: Moment, catalogue: LocalCatalogue, source: str) -> dict[str, Table]:
    """What is behind the numbers of one source: the tables' lines about it, refused rows and the latest records."""
    known = Known(store, moment)
    timeliness = Timeliness(known, catalogue, Calendar.load())
    companies = Companies(known)
    whole = {
        "deliveries": deliveries(known, catalogue, timeliness.unattached, coverage(companies).shares()),
        "reasons": reasons(known),
        "timeliness": timeliness.by_source(),
        "authorities": timeliness.by_authority(),
        "findings": findings(known),
        "mismatches": Codes(companies).mismatched(known.seq, moment.as_of_day),
    }
    mine = {name: t._replace(rows=[row for row in t.rows if row[0] == source]) for name, t in whole.items()}
    return mine | {
        "refused": refused(known, source, EXAMPLES),
        "latest": timeliness.latest(source, EXAMPLES),
    }
