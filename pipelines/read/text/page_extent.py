"""Where tables and charts end in a text that keeps the look of its pages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from pipelines.model.blocks import Place, Remark
from pipelines.read.text.lines import Line
from pipelines.read.text.page_heads import pieces_of
from pipelines.read.text.page_lines import begins_note, figures_at_end, flat, has_figures, head_end, is_figure, repeats
from pipelines.vocabulary import Vocabulary, normalised

_PARAGRAPH = re.compile(r"\d+[A-Z]?(?:\.[IVXLC]+)?\.\d+\s+[^\W\d]")
_AHEAD = 3  # lines below words over the first rows
_SET_IN = 8
"""Signs by which what no longer belongs to a table is set in from it."""
_WORDS = frozenset({"paragraph", "heading", "unclaimed"})
_FEWEST_ROWS = 3
_SAME_TABLE = 6  # lines from one row to the next
_APART = 2
"""Blank lines below a table."""


def starts_block(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a line is the caption of a table, figure or annex, or begins a note."""
    return any(vocabulary.pattern("caption", kind).match(text) for kind in ("table", "figure", "annex", "note"))


def names_funding(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a line is the caption of a part of a table, as one for each source of funding."""
    part = vocabulary.pattern("caption", "part").match(text)
    return bool(part and vocabulary.meaning("funding_sources", part["words"]))


def chart_lines(lines: Sequence[Line], at: int, vocabulary: Vocabulary) -> list[Line]:
    """The lines of a chart from one on: figures, labels with a figure, and what the vocabulary knows of charts.

    Those of a label and its figure keep the gap between them.
    """
    found: list[Line] = []
    for line in lines[at:]:
        text, pieces = flat(line), pieces_of(line)
        if starts_block(text, vocabulary) or not (_is_of_chart(text, vocabulary) or is_figure(pieces[-1][2])):
            break
        if len(pieces) > 2 and not all(is_figure(words) for _, _, words in pieces):
            break
        found.append(Line(line.number, line.raw if len(pieces) == 2 else text + " ", line.page, line.role))
    return found


def _is_of_chart(text: str, vocabulary: Vocabulary) -> bool:
    is_total = vocabulary.pattern("chart", "posts_total").match(text) is not None
    return is_total or vocabulary.meaning("chart", text) is not None


def extent(lines: Sequence[Line], at: int, vocabulary: Vocabulary) -> tuple[int, list[list[Line]]]:
    """Where a table ends, and its lines by page: it goes on over a page where its heads are printed again."""
    parts: list[list[Line]] = [[]]
    end = at
    for index in range(at, len(lines)):
        line = lines[index]
        if line.role != "unclaimed":
            continue
        text = flat(line)
        own = parts[-1]
        if starts_block(text, vocabulary) or _PARAGRAPH.match(text) or names_funding(text, vocabulary):
            break
        if own and line.page != own[-1].page:
            heads = parts[0][: head_end(parts[0], vocabulary)]
            if not repeats(line, heads) and not has_figures(line):
                break
            parts.append([])
        elif len(parts) > 1 and all(repeats(above, parts[0]) for above in own):
            pass  # what follows heads that are printed again is of their table
        elif own and (
            _is_left(line, own, lines[index + 1 : index + 1 + _AHEAD], vocabulary)
            or (begins_note(line) and _is_at_left(line, own))
        ):
            break
        parts[-1].append(line)
        end = index + 1
    return end, [part for part in parts if part]


def _is_at_left(line: Line, own: Sequence[Line]) -> bool:
    return line.leading_spaces <= min(above.leading_spaces for above in own) + _SET_IN


def _is_left(line: Line, own: Sequence[Line], below: Sequence[Line], vocabulary: Vocabulary) -> bool:
    """Whether a line after a blank one is no longer of the table above: it stands apart and has one piece."""
    gap = line.number - own[-1].number - 1
    if not gap or len(pieces_of(line)) > 1:
        return False
    # what is apart from its heads is their table
    is_first = all(b.number - a.number == 1 for a, b in pairwise(own)) or (
        not any(map(has_figures, own)) and any(map(has_figures, below))
    )
    set_in = line.leading_spaces > min(above.leading_spaces for above in own) + _SET_IN
    is_heading = any(pattern.search(normalised(line.raw)) for pattern, _ in vocabulary.heading_levels)
    return set_in or is_heading or (gap >= _APART and not is_first)


def rows_among_words(lines: Sequence[Line], roles: Mapping[int, str]) -> list[Remark]:
    """A remark for each run of lines that look like rows of a table but were read as words: nothing called it a table.

    ``roles`` is what each line was taken for, by its number.
    """
    runs: list[list[Line]] = []
    for line in lines:
        if roles.get(line.number) not in _WORDS or not 1 < len(figures_at_end(line)) < len(pieces_of(line)):
            continue
        if runs and line.number - runs[-1][-1].number <= _SAME_TABLE:
            runs[-1].append(line)
        else:
            runs.append([line])
    return [
        Remark(
            "incomplete",
            f"lines {run[0].number} to {run[-1].number}: {len(run)} of them look like rows of a table that has no caption; "
            "their figures are read as words; give the Word file or the PDF",
            Place(page=run[0].page, line_first=run[0].number, line_last=run[-1].number),
        )
        for run in runs
        if len(run) >= _FEWEST_ROWS
    ]
