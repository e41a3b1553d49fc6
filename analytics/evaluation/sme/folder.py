"""A folder of companies, relations and lawsuits: read whole or refused with file, line and reason."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from graph.errors import FileRefused

if TYPE_CHECKING:  # takes half of every command's start
    import pandas as pd

FILES = {
    "companies.csv": ("id", "industry", "area", "registered_capital_wan", "paid_in_capital_wan"),
    "relations.csv": ("source", "target", "type"),
    "lawsuits.csv": ("company", "cause", "court_level", "result"),
}
LABEL = "bankrupt"
IDENTITY = ("SAME_AS", "POSSIBLY_SAME")  # say who somebody is, not whom he is related to
CAPITAL = ("registered_capital_wan", "paid_in_capital_wan")


@dataclass(frozen=True)
class Folder:
    """What one folder holds, row by row as in its files.

    companies: id, industry, area (text, empty where not stated), both capitals (10,000 yuan, NaN where not stated).
    relations: source, target, type, each once. lawsuits: company, cause, court_level, result.
    label: by company 1 bankrupt, 0 not, -1 not stated.
    """

    path: Path
    companies: pd.DataFrame
    relations: pd.DataFrame
    lawsuits: pd.DataFrame
    label: npt.NDArray[np.int64]

    @property
    def labelled(self) -> npt.NDArray[np.bool_]:
        """Which companies say whether they went bankrupt."""
        return np.asarray(self.label >= 0)

    def part(self, rows: npt.NDArray[np.int64]) -> Folder:
        """The folder as if it held these companies only: relations to its other companies are not in it."""
        mine = self.companies["id"].iloc[rows]
        others = self.companies["id"][~self.companies["id"].isin(mine)]
        ends = self.relations[["source", "target"]]
        kept = ends.isin(set(mine)).any(axis=1) & ~ends.isin(set(others)).any(axis=1)
        return Folder(
            self.path,
            self.companies.iloc[rows].reset_index(drop=True),
            self.relations[kept].reset_index(drop=True),
            self.lawsuits[self.lawsuits["company"].isin(set(mine))].reset_index(drop=True),
            self.label[rows],
        )


def read_folder(path: Path) -> Folder:
    """Read a folder of the layout of `FILES`; FileRefused names file, line and what to do.

    companies.csv and relations.csv have to be there; without lawsuits.csv nobody has lawsuits. Without the column
    `bankrupt`, or where it is empty, a company has no label. Further columns are left alone.
    """
    import pandas as pd

    if not path.is_dir():
        raise FileRefused(
            f"{path} is no folder",
            f"It holds {', '.join(FILES)}.",
            f"{path} 不是文件夹。其中应有：{'、'.join(FILES)}。",
        )
    companies = _table(path / "companies.csv")
    _unique(path / "companies.csv", companies["id"])
    relations = _table(path / "relations.csv")
    for name in FILES["relations.csv"]:
        _stated(path / "relations.csv", relations[name], name)
    _sound(
        path / "relations.csv",
        relations["type"].isin(IDENTITY).to_numpy(),
        "type",
        "one party has one id",
        "同一主体只用一个标识",
    )
    there = (path / "lawsuits.csv").exists()
    lawsuits = _table(path / "lawsuits.csv") if there else pd.DataFrame(columns=list(FILES["lawsuits.csv"]), dtype=str)
    for name in CAPITAL:
        companies[name] = _amounts(path / "companies.csv", companies[name], name)
    return Folder(path, companies, relations.drop_duplicates(ignore_index=True), lawsuits, _labels(path, companies))


def _table(file: Path) -> pd.DataFrame:
    """The file's needed columns as text, and `bankrupt` where it is there."""
    import pandas as pd

    needed = FILES[file.name]
    try:
        table = pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except FileNotFoundError:
        raise FileRefused(
            f"{file} is missing",
            f"Give a CSV file with {', '.join(needed)}.",
            f"缺少文件 {file}。请给含 {'、'.join(needed)} 的 CSV 文件。",
        ) from None
    except pd.errors.EmptyDataError:
        raise FileRefused(
            f"{file} is empty",
            f"Its first line names {', '.join(needed)}.",
            f"{file} 是空文件。首行应为 {'、'.join(needed)}。",
        ) from None
    except (UnicodeDecodeError, pd.errors.ParserError) as error:
        raise FileRefused(
            f"{file} is no CSV file in UTF-8: {str(error).strip()}",
            "Save it as CSV in UTF-8.",
            f"{file} 不是 UTF-8 编码的 CSV 文件。请存为 UTF-8 编码的 CSV。",
        ) from None
    table.columns = table.columns.str.strip()
    if lacking := [name for name in needed if name not in table]:
        raise FileRefused(
            f"{file} lacks the columns {', '.join(lacking)}",
            f"Needed: {', '.join(needed)}.",
            f"{file} 缺少列 {'、'.join(lacking)}。须有：{'、'.join(needed)}。",
        )
    kept = [*needed, *({LABEL} & set(table.columns) if file.name == "companies.csv" else ())]
    return pd.DataFrame({name: table[name].str.strip() for name in kept})


def _labels(path: Path, companies: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Labels by company, the column taken out of the table: whoever computes features cannot see it."""
    if LABEL not in companies:
        return np.full(len(companies), -1, dtype=np.int64)
    stated = companies.pop(LABEL)
    codes = stated.map({"1": 1, "0": 0, "1.0": 1, "0.0": 0, "": -1})
    _sound(
        path / "companies.csv",
        codes.isna().to_numpy(),
        LABEL,
        "1 for bankrupt, 0 for not, or nothing",
        "破产填 1，未破产填 0，不明留空",
    )
    return np.asarray(codes, dtype=np.int64)


def _amounts(file: Path, column: pd.Series, name: str) -> npt.NDArray[np.float64]:
    import pandas as pd

    amount = pd.to_numeric(column.where(column != ""), errors="coerce").to_numpy(dtype=float)
    odd = (np.isnan(amount) & (column != "").to_numpy()) | np.isinf(amount) | (amount < 0)
    _sound(file, odd, name, "an amount in 10,000 yuan, or nothing", "填以万元为单位的金额，或留空")
    return amount


def _unique(file: Path, ids: pd.Series) -> None:
    _stated(file, ids, "id")
    _sound(file, ids.duplicated().to_numpy(), "id", "each company once", "每家企业只列一次")


def _stated(file: Path, column: pd.Series, name: str) -> None:
    _sound(file, (column == "").to_numpy(), name, "something in every line", "每行都须填写")


def _sound(file: Path, odd: npt.NDArray[np.bool_], name: str, wanted: str, wanted_zh: str) -> None:
    if odd.any():
        first = int(np.flatnonzero(odd)[0]) + 2  # the first line holds the names
        raise FileRefused(
            f"{file} line {first}: {name} is not as it should be ({int(odd.sum())} lines)",
            f"{wanted}.",
            f"{file} 第 {first} 行：{name} 不符合要求（共 {int(odd.sum())} 行）。{wanted_zh}。",
        )
