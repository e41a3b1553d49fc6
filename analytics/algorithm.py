"""What a graph algorithm is: pure, on a projection, with documented parameters and a result that shows its parts."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, ValidationError

from graph.changes import ChangeSet
from graph.errors import UsageError
from graph.fault import Fault
from graph.progress import Reporter, Silent
from graph.projection import GraphProjection

if TYPE_CHECKING:  # takes half of every command's start
    import pandas as pd

Column = npt.NDArray[Any]


class Parameters(BaseModel):
    """Parameters of an algorithm: each with a default, limits and a description."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Update(StrEnum):
    """How an algorithm follows a change: exactly, on what the change can reach, or by a full run."""

    EXACT = "exact"
    FULL = "full"


@dataclass(frozen=True)
class Part:
    """One part of a number: an amount, the nodes on its way, and the relationships and records that made it (keys)."""

    amount: float
    nodes: tuple[int, ...] = ()
    relationships: tuple[tuple[str, int], ...] = ()
    records: tuple[int, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Notice:
    """Something a reader of the numbers must know: a data fault, a budget cut short, what is not resolved.

    whole: the nodes are one thing, such as a loop; otherwise each has it for itself.
    """

    code: str
    nodes: tuple[int, ...] = ()
    detail: str = ""
    whole: bool = False


@dataclass(frozen=True)
class Result:
    """Aligned columns, ordered by the first; columns named in `node_columns` hold node keys.

    `parts` gives the parts of a row on demand. `restriction` is the disclosure of the most restricted input. Warnings
    are ordered by code and nodes, each once.
    """

    algorithm: str
    params: Parameters
    columns: Mapping[str, Column]
    node_columns: tuple[str, ...]
    parts: Callable[[int], list[Part]]
    warnings: tuple[Notice, ...] = ()
    restriction: int = 0
    timings: Mapping[str, float] = field(default_factory=dict)
    state: Any = None  # what an exact update goes on from; not part of the result

    def __post_init__(self) -> None:
        object.__setattr__(self, "warnings", tuple(sorted(set(self.warnings), key=lambda w: (w.code, w.nodes))))

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def rows_of(self, column: str, key: int) -> npt.NDArray[np.int64]:
        """Rows in which a node column holds a key."""
        return np.flatnonzero(self.columns[column] == key)

    def to_pandas(self) -> pd.DataFrame:
        """The columns as a table."""
        import pandas as pd

        return pd.DataFrame(dict(self.columns))

    def same_as(self, other: Result) -> bool:
        """Whether every column is equal, value by value, and the warnings are."""
        return (
            self.columns.keys() == other.columns.keys()
            and all(np.array_equal(c, other.columns[n], equal_nan=c.dtype.kind == "f") for n, c in self.columns.items())
            and self.warnings == other.warnings
        )


P = TypeVar("P", bound=Parameters)


class Algorithm(ABC, Generic[P]):
    """One algorithm of analytics/algorithms/: found by discovery, offered by `creditgraph run` by its name.

    The class docstring is its page in docs/algorithms.md: definition, units, complexity, source, limits.
    """

    name: ClassVar[str]
    zh: ClassVar[str]
    parameters: ClassVar[type[Parameters]]
    follows: ClassVar[Update] = Update.FULL
    upstream: ClassVar[bool] = False  # a company's numbers follow from what lies above it
    tie: ClassVar[tuple[str, str, str] | None] = None  # written back as relationships: type, column of start, of end

    @abstractmethod
    def compute(self, projection: GraphProjection, params: P, progress: Reporter = Silent()) -> Result:  # noqa: B008
        """The numbers of a projection; the projection is left as it is."""

    def update(self, before: Result, projection: GraphProjection, changes: ChangeSet, params: P) -> Result:  # noqa: ARG002
        """The numbers of a changed projection from those before the change; equal to those of a full run."""
        return self.compute(projection, params)

    def read_parameters(self, given: Mapping[str, Any]) -> P:
        """Parameters from plain values; UsageError names the one that is wrong and what it takes."""
        try:
            return self.parameters.model_validate(given)  # type: ignore[return-value]
        except ValidationError as error:
            fields = self.parameters.model_fields
            takes = ", ".join(f"{n}: {f.description}" for n, f in fields.items())
            takes_zh = f"可用参数：{'、'.join(fields)}，说明见 docs/algorithms.md。"
            fault = Fault.of(error.errors()[0], f"It takes {takes}.", takes_zh)
            where = ".".join(map(str, fault.place)) or "parameters"
            raise UsageError(
                f"{self.name}: {where}: {fault}", fault.remedy, f"{self.name} 的参数 {where}：{fault.zh}"
            ) from None


def run(
    algorithm: Algorithm[Any],
    projection: GraphProjection,
    params: Parameters,
    progress: Reporter = Silent(),  # noqa: B008
) -> Result:
    """Compute and time an algorithm; what it read is as restricted as the projection."""
    began = time.perf_counter()
    result = algorithm.compute(projection, params, progress)
    taken = {**result.timings, "total": time.perf_counter() - began}
    return replace(result, timings=taken, restriction=int(projection.manifest.get("disclosure", 0)))


@contextmanager
def timed(into: dict[str, float], name: str) -> Iterator[None]:
    """Add the seconds of a block to a table of timings."""
    began = time.perf_counter()
    yield
    into[name] = into.get(name, 0.0) + time.perf_counter() - began
