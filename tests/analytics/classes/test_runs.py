"""What a stored run keeps of each company."""

from __future__ import annotations

import json

from analytics.classes.runs import _parts_json
from tests.analytics.graded import graded


def test_parts_are_json_of_indicator_points_kind_and_key() -> None:
    projection, grades = graded([(1_500, "A", -7, "R5"), (0, "A", 2, 'B"1'), (1_500, "A", 3, "R5")])
    rows = [json.loads(text) for text in _parts_json(projection, grades)]
    assert rows == [
        [["R5", 1.5, "relationship", "-7"]],
        [['B"1', 0.0, "relationship", "2"]],
        [["R5", 1.5, "relationship", "3"]],
    ]
    assert list(_parts_json(*graded([]))) == []
