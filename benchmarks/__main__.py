"""`make bench`: everything at 100,000 companies; `BENCH="--companies 1000000"` for the million, `--neo4j` for Neo4j only."""

from __future__ import annotations

import argparse
import os
import platform
from pathlib import Path
from typing import Any

from benchmarks import (
    classes,
    load,
    matching,
    neo4j_load,
    ownership,
    projecting,
    propagation,
    quality,
    relations,
    screening,
    suspicions,
    whole_city,
)

PARTS = (
    "load",
    "projection",
    "quality",
    "ownership",
    "propagation",
    "relations",
    "matching",
    "screening",
    "suspicions",
    "neo4j",
    "classes",
    "city",
)


def main() -> None:
    """Run the parts asked for and print their ratios."""
    parser = argparse.ArgumentParser()
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], default=list(PARTS))
    parser.add_argument("--companies", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, default=Path("build/bench"))
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {options.companies:,} companies"
    )
    for part in options.parts:
        tell(
            part,
            {
                "load": load.run,
                "projection": projecting.run,
                "quality": quality.run,
                "ownership": ownership.run,
                "propagation": propagation.run,
                "neo4j": neo4j_load.run,
                "relations": relations.run,
                "matching": matching.run,
                "screening": screening.run,
                "suspicions": suspicions.run,
                "classes": classes.run,
                "city": whole_city.run,
            }[part](options.folder, options.companies),
        )


def tell(part: str, found: dict[str, Any]) -> None:
    """One part's figures, the ratio to its floor first."""
    print(f"\n{part}")
    if part == "load":
        print(
            f"  load / bare insert      {found['load_s'] / found['bare_s']:6.2f}   (floor {found['facts'] / found['bare_s']:,.0f} rows/s)"
        )
        print(f"  reload / load           {found['reload_s'] / found['load_s']:6.2f}")
    if part == "neo4j":
        print(
            f"  load / bare UNWIND      {found['load_s'] / found['bare_s']:6.2f}   (floor {found['written'] / found['bare_s']:,.0f} nodes and relationships/s)"
        )
    if part == "projection":
        print(
            f"  columns / plain fetch   {found['columns_s_per_million'] / found['fetch_s_per_million']:6.2f}   (floor {1e6 / found['fetch_s_per_million']:,.0f} rows/s)"
        )
    if part == "quality":
        print(f"  quality / plain fetch   {found['quality_s'] / found['fetch_s']:6.2f}")
    if part == "ownership":
        print(f"  splu / same owners      {found['lu_s'] / found['few_s']:6.2f}   (of {ownership.SAMPLE} companies)")
        print(f"  with a core / without   {found['core_three_s'] / found['three_s']:6.2f}")
        print(f"  with a dense core       {found['dense_three_s'] / found['three_s']:6.2f}")
    if part == "propagation":
        print(
            f"  kernel / plain kernel   {found['kernel_s'] / found['floor_s']:6.2f}   (floor {3 * found['arcs'] / found['floor_s']:,.0f} messages/s;"
            f" {found['kernel_of_bandwidth']:.0%} of what a copy moves)"
        )
        print(f"  networkx / kernel       {found['networkx_s'] / found['small_kernel_s']:6.0f}")
    if part == "relations":
        print(f"  igraph / two parties    {found['igraph, two, p50 ms'] / found['two, p50 ms']:6.2f}")
        print(f"  igraph / five paths     {found['igraph, five paths, p50 ms'] / found['five paths, p50 ms']:6.2f}")
    if part == "matching":
        print(
            f"  pandas / ours           {found['sample_pandas_s'] / found['sample_s']:6.2f}   (of {matching.SAMPLE:,} mentions)"
        )
    if part == "screening":
        print(f"  one by one / together   {found['plain_ms_each'] / (found['5000_s'] / 5):6.1f}   (the reply included)")
    if part == "suspicions":
        print(
            f"  one by one / at once    {found['66 pairs one by one_s'] / found['66 pairs at once_s']:6.2f}   (of 66 pairs)"
        )
    if part == "classes":
        print(f"  everybody / one firm    {found['all_of_one_firm']:6.0f}")
    if part == "city" and "bare_s" in found:
        print(
            f"  load / bare insert      {(found['first_s'] + found['months_s'] + found['delta_s']) / found['bare_s']:6.2f}"
        )
    for name, value in found.items():
        print(f"  {name:24}{value:,.3f}" if isinstance(value, float) else f"  {name:24}{value:,}")


if __name__ == "__main__":
    main()
