"""How often things happen in the city: THE table to calibrate. What it rests on stands in docs/synthetic-city.md."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from loaders.synthetic.columns import Floats


@dataclass(frozen=True)
class Rate:
    """Events a firm and month: base + slope * risk ** power, of a latent risk from 0 to 1."""

    base: float
    slope: float = 0.0
    power: int = 2

    def of(self, risk: Floats) -> Floats:
        """The rate of each firm."""
        return self.base + self.slope * np.asarray(risk, dtype=np.float64) ** self.power


# --- what firms are -----------------------------------------------------------------------------------
KINDS = (0.635, 0.30, 0.01, 0.025, 0.015, 0.0, 0.015)  # in the order of firms.Kind; State firms come in groups
# The latent risk: shares of firms, each with the beta distribution that theirs is drawn from.
RISKS = ((0.69, (0.5, 14.0)), (0.04, (12.0, 8.0)), (0.27, (12.0, 3.0)))
# Trades (GB/T 4754) that draw the risky, and who is in one because of it.
RISKY_TRADES, DRAWN = ("C14", "C27", "H62", "P83", "R89"), Rate(0.0, 1.1, 1)
AGE_DAYS = 2_200  # mean age
RISK_FOLLOWS = 0.5  # whoever founds again: chance that the firm is as risky as his other one
# Representatives, other people, addresses and investors that are new; the rest copies: heavy tails.
FRESH_REPRESENTATIVE, FRESH_PERSON, FRESH_ADDRESS, FRESH_INVESTOR = 0.66, 0.55, 0.70, 0.60
UNPAID = Rate(0.25, 0.7, 1)  # of holdings: nothing paid in
PERSONAL_HOLDER, CORPORATE_HOLDER, FOREIGN_HOLDER = 0.8, 0.12, 0.004
SUPERVISED, SUPERVISOR_HOLDS = 0.5, 0.7  # companies with a supervisor; of these, whose second holder he is

# --- structures planted, as shares of all companies ---------------------------------------------------
PRIVATE_GROUPS, STATE_GROUPS, FAMILY_FIRMS, RING_HOLDINGS = 0.05, 0.012, 0.04, 0.003
SHELLS, HOSTED, CAREER_FIRMS, GUARANTEE_RINGS, GUARANTEE_CHAINS = 0.012, 0.05, 0.006, 0.006, 0.004
SHELL_RISK = (2.0, 4.0)  # beta distribution

# --- what the registrar sees, a firm and month --------------------------------------------------------
FOUNDED = 0.005
REPRESENTATIVE = Rate(0.0006, 0.012)
ADDRESS = Rate(0.0008, 0.010)
NAME = Rate(0.0003, 0.002)
CAPITAL = Rate(0.0005, 0.006)
TRANSFER = Rate(0.0005, 0.007)
DEREGISTERED = Rate(0.0020, 0.004)
REVOKED = Rate(0.00001, 0.004)
RESTLESS = 0.002  # firms that change their representative again and again
RESTLESS_CHANGES = 0.35
SHELL_BATCHES = 0.00002  # new batches a firm and month
SUCCESSORS = 0.15  # of firms heavily fined or revoked: founded again within twelve months

# --- records, a firm and month ------------------------------------------------------------------------
INDIVIDUALS = 0.4  # of the others' rates: those of individual businesses
RECORDS: dict[str, Rate] = {
    "penalties": Rate(0.0004, 0.09),
    "administrative_acts": Rate(0.0003, 0.006),
    "abnormal_operations": Rate(0.0001, 0.004, 1),
    "dishonest_debtors": Rate(0.00003, 0.005),
    "enforcement_subjects": Rate(0.00005, 0.0015),
    "serious_violations": Rate(0.000002, 0.0008),
    "serious_lists": Rate(0.000003, 0.0008),
    "false_litigation": Rate(0.0, 0.0004),
    "sector_bans": Rate(0.0, 0.0006),
    "court_cases": Rate(0.0005, 0.005, 1),
    "equity_freezes": Rate(0.0001, 0.005),
    "equity_pledges": Rate(0.0004),
    "chattel_mortgages": Rate(0.0004),
    "guarantees": Rate(0.0004, 0.002),
    "control_declarations": Rate(0.0008),
    "beneficial_ownership": Rate(0.004),
    "inspections": Rate(0.0012, 0.045),
    "sampling_results": Rate(0.0018, 0.008, 1),  # of firms that make or sell what is sampled
    "complaints": Rate(0.0005, 0.005, 1),
    "contact_attempts": Rate(0.0002, 0.025),
    "tax_arrears": Rate(0.0001, 0.0095),
    "social_insurance_arrears": Rate(0.00005, 0.002),
    "information_defaults": Rate(0.0002, 0.009),
    "commitments": Rate(0.001, 0.005),
    "contract_breaches": Rate(0.00002, 0.005),
    "honours": Rate(0.0012),
    "sector_ratings": Rate(0.0006),
    "external_evaluations": Rate(0.0007),
    "voluntary_information": Rate(0.0008),
    "media_reports": Rate(0.00001, 0.0015),
    "revoked_registrations": Rate(0.000002, 0.0008),
}
PREPAID_RUNS = 0.00015  # a prepaid-card firm and month: complaints by the dozen
RUN_COMPLAINTS = (20, 100)
WITHDRAWN, CORRECTED, REPAIRED = 0.003, 0.004, 0.02  # of penalties: withdrawn, sent again corrected; repaired a month
ENTRIES_WITHDRAWN = 0.03  # of the entries of the last months in the lists of debtors and of abnormal operation
BALANCES_CORRECTED = 0.01  # of announced tax arrears, a month
REPAIR_AFTER_DAYS = 95
OBJECTED = (
    0.02  # of the penalties of the last months, while they stand; decided, against the objection, by the next delivery
)

# --- lists: months of history in the first one, and the share of entries removed a month --------------
HISTORY = {
    "abnormal_operations": 24,
    "dishonest_debtors": 24,
    "enforcement_subjects": 18,
    "serious_violations": 20,
    "serious_lists": 20,
    "false_litigation": 24,
    "sector_bans": 24,
    "tax_arrears": 18,
    "social_insurance_arrears": 9,
}
REMOVED = {
    "abnormal_operations": 0.035,
    "dishonest_debtors": 0.03,
    "enforcement_subjects": 0.04,
    "consumption_restrictions": 0.03,
    "serious_violations": 0.01,
    "serious_lists": 0.015,
    "false_litigation": 0.01,
    "sector_bans": 0.01,
    "tax_arrears": 0.02,
    "social_insurance_arrears": 0.05,
}

# --- annual reports -----------------------------------------------------------------------------------
UNREPORTED, ALL_ZERO, CONTRADICTORY = Rate(0.012, 2.0), Rate(0.006, 1.3), Rate(0.003, 0.9)
REPORT_MONTHS = (0.06, 0.05, 0.14, 0.20, 0.20, 0.35)  # January to June
LISTED_UNREPORTED = 0.10  # of firms that did not report, listed in July

# --- permits ------------------------------------------------------------------------------------------
PERMIT_REVOKED = Rate(0.0003, 0.001)  # a month, of firms that have one
UNPERMITTED = Rate(0.01, 1.2, 1)  # of firms whose scope needs a permit: without one

# --- deliveries ---------------------------------------------------------------------------------------
LATE = 0.06  # of records: later than seven working days
LATE_SOURCES = {
    "court_cases": 0.25,
    "administrative_acts": 0.3,
    "sector_bans": 0.3,
    "inspections": 0.12,
    "media_reports": 0.4,
}
LATE_DISTRICT = 3.0  # times as often late: the county
LATE_DAYS = 14.0  # mean delay of what is late, beyond the first week
UNNUMBERED = 40  # one in so many people stands in the register without a number
