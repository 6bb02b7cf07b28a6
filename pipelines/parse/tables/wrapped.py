"""Labels that go over two rows of a table: the figures stand beside one half, the other half has a row of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from pipelines.parse.tables.parts import Line


def unwrapped(lines: Sequence[Line], is_known: Callable[[str], bool]) -> list[Line]:
    """Lines with both halves of a label in one, where only the whole is a known name."""
    made: list[Line] = []
    for line in lines:
        before = made[-1] if made else None
        if before is not None and _is_half(before) != _is_half(line) and before.label and line.label:
            whole = f"{before.label} {line.label}"
            if is_known(whole) and not is_known(before.label) and not is_known(line.label):
                made[-1] = _joined(before, line, whole)
                continue
        made.append(line)
    return made


def _is_half(line: Line) -> bool:
    """True for a row of a label alone."""
    return not line.values and not line.words


def _joined(before: Line, line: Line, label: str) -> Line:
    return replace(
        before,
        label=label,
        values=[*before.values, *line.values],
        words=[*before.words, *line.words],
        cells=[*before.cells, *line.cells],
    )
