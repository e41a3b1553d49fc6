"""The way to what a part from association rests on, and nothing of people without a purpose."""

from __future__ import annotations

import json

from analytics.classes.explanation import rests_on
from analytics.classes.impersonal import people_in, without_people
from tests.analytics.conftest import deliver_all, explained
from tests.conftest import Office, debtor, number


def test_the_way_to_a_debtor_in_charge(covered: Office) -> None:
    """Firm 1 <- represented by 张伟 -> his entry: shown with names, and without any for who states no purpose."""
    person = {"被执行人姓名/名称": "张伟", "统一社会信用代码": "", "身份证号码": number(1)}
    deliver_all(covered, debtors=[debtor(9, "案9", "2026-09-01"), debtor(1, "案1", "2026-09-02") | person])
    found = explained(covered)
    (part,) = [p for p in found["parts"] if p["indicator"] == "G1"]
    assert [(s["type"], s["from"]["name"], s["to"]["name"]) for s in part["paths"][0]["steps"]] == [
        ("LEGAL_REPRESENTATIVE_OF", "云津样例1商贸有限公司", "张伟"),
        ("SUBJECT_OF", "张伟", part["paths"][0]["steps"][1]["to"]["name"]),
    ]
    assert part["evidence"]["document_number"] == "案1"
    (who,) = people_in(found)
    hidden = json.dumps(without_people(found), ensure_ascii=False)
    assert not any(text in hidden for text in ("张伟", "案1", who))
    assert "张伟" in json.dumps(found, ensure_ascii=False), "what was given is left as it was"
    assert without_people(found)["score"] == found["score"]


def test_a_persons_record_is_hidden_wherever_it_is_evidence(covered: Office) -> None:
    """With no way to it told, too; its authority and days as well as its number. A firm's own record stays."""
    person = {"被执行人姓名/名称": "张伟", "统一社会信用代码": "", "身份证号码": number(1)}
    deliver_all(covered, debtors=[debtor(1, "案0", "2026-09-01"), debtor(1, "案1", "2026-09-02") | person])
    found = explained(covered)
    parts = [p | {"paths": []} for p in found["parts"]]
    assert len(people_in({"parts": parts, "decisions": []})) == 1
    hidden = without_people(found | {"parts": parts})["parts"]
    (his,) = [p["evidence"] for p in hidden if p["indicator"] == "G1"]
    assert not any(his[n] for n in ("id", "document_number", "authority", "date", "usable_until", "people"))
    numbers = [p["evidence"].get("document_number") for p in hidden]
    assert "案0" in numbers and "案1" not in numbers


def test_what_a_part_rests_on_is_named() -> None:
    assert rests_on({"evidence": {"kind": "registration"}}) == "registration"
    assert rests_on({"evidence": {"kind": "record", "id": None}}) == ""
    assert rests_on({"evidence": {"kind": "relationship", "key": "7"}}) == "#7"
