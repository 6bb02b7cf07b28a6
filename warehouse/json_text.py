"""JSON to be read by people too: a line for each entry of the outer levels, and what is within an entry on its line.

``json.dumps`` indents in Python, all levels: of thousands of documents that takes ten times as long.
"""

from __future__ import annotations

import json
from typing import Any


def in_lines(value: Any, levels: int = 2, sort_keys: bool = False, margin: str = "") -> str:
    """The value as JSON, its outer ``levels`` with a line for each entry."""
    if not levels or not value or not isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, sort_keys=sort_keys)
    inner = margin + " "
    if isinstance(value, dict):
        items = sorted(value.items()) if sort_keys else value.items()
        entries = [f"{_key(key)}: {in_lines(one, levels - 1, sort_keys, inner)}" for key, one in items]
        start, end = "{", "}"
    else:
        entries = [in_lines(one, levels - 1, sort_keys, inner) for one in value]
        start, end = "[", "]"
    return f"{start}\n{inner}" + f",\n{inner}".join(entries) + f"\n{margin}{end}"


def _key(key: str) -> str:
    return json.dumps(str(key), ensure_ascii=False)
