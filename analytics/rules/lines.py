"""YAML whose mappings know the line they begin on, so that a pack is refused with the line."""

from __future__ import annotations

from typing import Any

import yaml

LINE = "line"


class _Numbered(yaml.SafeLoader):
    """A loader that adds to each mapping the line it begins on."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        return {**super().construct_mapping(node, deep), LINE: node.start_mark.line + 1}


def read_numbered(text: str) -> Any:
    """The YAML of a text, each mapping with its `line`, from 1."""
    return yaml.load(text, _Numbered)  # noqa: S506 - a safe loader
