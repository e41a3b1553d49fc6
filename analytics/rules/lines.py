"""Where in a YAML text something stands, so that an error can say it."""

from __future__ import annotations

from typing import Any

import yaml


class Lines:
    """Lines of the keys and items of a YAML text, by their path."""

    def __init__(self, text: str) -> None:
        self._root = yaml.compose(text, Loader=yaml.SafeLoader)

    def of(self, *path: str | int) -> int:
        """The line of the key or item at a path; steps that are not there are passed over; 1 for an empty text."""
        node: Any = self._root
        line = 1
        for step in path:
            line, node = self._below(node, step) or (line, node)
        return line

    @staticmethod
    def _below(node: Any, step: str | int) -> tuple[int, Any] | None:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            return node.value[step].start_mark.line + 1, node.value[step]
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == step:
                    return key.start_mark.line + 1, value
        return None
