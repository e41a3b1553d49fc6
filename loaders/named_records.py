"""Records that a row is about and names by kind, authority, document number or day of listing, and subject."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from graph.identity import coded_id, record_id
from graph.schema import SCHEMA
from loaders.emitter import Emitter
from loaders.record_source import discriminator
from loaders.rows import Rows

# What can be repaired, withdrawn or objected to: labels, and types of lists.
TARGETS = {
    "行政处罚": "AdministrativePenalty",
    "合同履约失信": "ContractBreach",
    "信用承诺": "Commitment",
    "撤销登记": "RevokedRegistration",
    "经营异常名录": "abnormal_operation",
    "失信被执行人": "dishonest_debtor",
    "严重违法失信名单": "serious_violation",
    "重大税收违法": "serious_tax",
    "拖欠农民工工资": "wage_arrears",
    "安全生产": "work_safety",
    "限制消费": "consumption_restriction",
    "被执行人": "subject_to_enforcement",
    "虚假诉讼": "false_litigation",
    "禁入": "sector_ban",
    "其他严重失信": "other_serious",
}


def named_records(rows: Rows, out: Emitter) -> npt.NDArray[np.int64]:
    """The key of the record of each row, which may still be on its way."""
    subjects = [
        coded_id(*c)
        if c
        else coded_id("CN-ID", num.number_hash)
        if num is not None and num.identified
        else f"name:{name}"
        for c, num, name in zip(rows["code"], rows["number"], rows["party_name"], strict=True)
    ]
    labels = [t if t in SCHEMA.labels else "ListEntry" for t in rows["target"]]
    return out.register(
        [
            record_id(label, a, d or "", s, discriminator(t if label == "ListEntry" else None, d, day))
            for label, a, d, s, t, day in zip(
                labels,
                rows["target_authority"],
                rows["target_number"],
                subjects,
                rows["target"],
                rows["target_listed_on"],
                strict=True,
            )
        ],
        labels,
    )
