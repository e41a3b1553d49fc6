"""Reading a labelled folder: whole, or refused with file, line and reason."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analytics.evaluation.sme.folder import read_folder
from graph.errors import FileRefused
from tests.analytics.evaluation.sme.folders import COMPANY, LAWSUIT, RELATION, write

FIRMS = [("C1", "批发业", "A1", "100", "", 1), ("C2", "", "A1", "0.5", "0.5", 0), ("C3", "批发业", "", "", "", "")]


def folder(path: Path) -> Path:
    write(path, "companies.csv", COMPANY, FIRMS)
    write(path, "relations.csv", RELATION, [("C1", "P1", "MANAGED_BY"), ("C1", "P1", "MANAGED_BY")])
    write(path, "lawsuits.csv", LAWSUIT, [("C1", "租赁", "基层", "plaintiff_won")])
    return path


def test_what_is_not_stated_is_not_made_up(tmp_path: Path) -> None:
    read = read_folder(folder(tmp_path / "f"))
    assert read.label.tolist() == [1, 0, -1] and read.labelled.tolist() == [True, True, False]
    assert np.isnan(read.companies["paid_in_capital_wan"].iloc[0])
    assert len(read.relations) == 1, "a relation that is repeated is one"
    assert "bankrupt" not in read.companies, "whoever makes features cannot see the label"


def test_labels_and_lawsuits_may_be_missing(tmp_path: Path) -> None:
    path = folder(tmp_path / "f")
    write(path, "companies.csv", COMPANY[:-1], [f[:-1] for f in FIRMS])
    (path / "lawsuits.csv").unlink()
    read = read_folder(path)
    assert not read.labelled.any() and not len(read.lawsuits)


def test_a_byte_order_mark_and_further_columns_are_passed_over(tmp_path: Path) -> None:
    path = folder(tmp_path / "f")
    (path / "relations.csv").write_text("﻿source,target,type,note\nC1,P1,MANAGED_BY,x\n", "utf-8")
    assert read_folder(path).relations.to_numpy().tolist() == [["C1", "P1", "MANAGED_BY"]]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("companies.csv", None, "companies.csv is missing"),
        ("relations.csv", None, "relations.csv is missing"),
        ("relations.csv", "", "relations.csv is empty"),
        ("relations.csv", "source,target\nC1,P1\n", "relations.csv lacks the columns type"),
        ("relations.csv", "source,target,type\nC1,,X\n", "relations.csv line 2: target"),
        ("relations.csv", "source,target,type\nC1,P1,X\nC1,C2,SAME_AS\n", "relations.csv line 3: type"),
        ("lawsuits.csv", "company,cause\n", "lawsuits.csv lacks the columns court_level, result"),
        ("companies.csv", ",".join(COMPANY) + "\nC1,a,b,1,1,1\nC1,a,b,1,1,0\n", "companies.csv line 3: id"),
        ("companies.csv", ",".join(COMPANY) + "\nC1,a,b,many,1,1\n", "line 2: registered_capital_wan"),
        ("companies.csv", ",".join(COMPANY) + "\nC1,a,b,-1,1,1\n", "line 2: registered_capital_wan"),
        ("companies.csv", ",".join(COMPANY) + "\nC1,a,b,1,inf,1\n", "line 2: paid_in_capital_wan"),
        ("companies.csv", ",".join(COMPANY) + "\nC1,a,b,1,1,yes\n", "line 2: bankrupt"),
        ("companies.csv", ",".join(COMPANY) + '\nC1,"a,b,1,1,1\n', "no CSV file in UTF-8"),
    ],
)
def test_a_bad_file_is_refused_with_its_line(tmp_path: Path, name: str, text: str | None, words: str) -> None:
    path = folder(tmp_path / "f")
    (path / name).unlink()
    if text is not None:
        (path / name).write_text(text, "utf-8")
    with pytest.raises(FileRefused, match=words):
        read_folder(path)


def test_another_encoding_or_no_folder_is_refused(tmp_path: Path) -> None:
    path = folder(tmp_path / "f")
    (path / "companies.csv").write_bytes((",".join(COMPANY) + "\nC1,批发业,b,1,1,1\n").encode("gb18030"))
    with pytest.raises(FileRefused, match="no CSV file in UTF-8"):
        read_folder(path)
    with pytest.raises(FileRefused, match="is no folder"):
        read_folder(tmp_path / "nothing")
