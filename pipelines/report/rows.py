"""Rows of an answer as records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def records(connection: Any, sql: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """One dictionary per row, by column name."""
    answer = connection.execute(sql, list(values))
    names = [column[0] for column in answer.description]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
