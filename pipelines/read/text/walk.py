"""A walk over the lines of a text: the next one looked at, taken, and what was taken made a block."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from pipelines.model.blocks import Block, Place, Remark
from pipelines.read.text.lines import ChartDump, Line
from pipelines.read.text.page_tables import LaidTable
from pipelines.symbols.place_numbers import PARAGRAPH
from pipelines.vocabulary import Vocabulary, normalised

NUMBERED = re.compile(rf"^\s*(?P<number>{PARAGRAPH})(?:\s+|(?=\([^\W\d_]\)))(?P<rest>\S.*)$")


class Walk:
    """The lines that nothing has claimed yet, one after another; each is taken once, for a role.

    ``blocks`` is what became of them so far, ``warnings`` what a person should look at, a line each.
    """

    def __init__(
        self,
        lines: Sequence[Line],
        blanks: dict[int, str],
        dumps: dict[int, ChartDump],
        vocabulary: Vocabulary,
        laid: Mapping[int, LaidTable | None],
    ) -> None:
        first_of_page: set[int] = set()
        seen: set[int] = set()
        for line in lines:
            if line.page not in seen:
                seen.add(line.page)
                first_of_page.add(line.number)
        self._first_of_page = first_of_page
        self._lines = [line for line in lines if line.role == "unclaimed"]
        self._blanks = blanks
        self._dumps = dumps
        self._laid = laid
        self._vocabulary = vocabulary
        self._at = 0
        self._in_annex = False
        self.blocks: list[Block] = []
        self.warnings: list[str | Remark] = []

    def _peek(self, ahead: int = 0) -> Line | None:
        index = self._at + ahead
        return self._lines[index] if index < len(self._lines) else None

    def _take(self, role: str) -> Line:
        line = self._lines[self._at]
        line.role = role
        self._at += 1
        return line

    def _indent(self, line: Line) -> int:
        """Leading spaces, less the one that marks the first line of a page."""
        return max(0, line.leading_spaces - (1 if line.number in self._first_of_page else 0))

    def _add(self, kind: str, lines: Sequence[Line], text: str, **more: object) -> None:
        place = Place(page=lines[0].page, line_first=lines[0].number, line_last=lines[-1].number)
        self.blocks.append(Block(kind=kind, text=text, place=place, **more))  # type: ignore[arg-type]

    def _collect(self, role: str, stop: Callable[[Line], bool] | None = None) -> list[Line]:
        """Take lines to the end of the paragraph or cell (a trailing space), or to where ``stop`` says."""
        taken = [self._take(role)]
        while not taken[-1].ends_cell and (line := self._peek()) is not None:
            if self._starts_block(line) or (stop and stop(line)):
                break
            taken.append(self._take(role))
        return taken

    def _follows_furniture(self, line: Line) -> bool:
        previous = self._lines[self._at - 1] if self._at else None
        return previous is None or previous.page != line.page

    def _starts_block(self, line: Line) -> bool:
        pattern = self._vocabulary.pattern
        return bool(
            pattern("caption", "table").match(line.raw)
            or pattern("caption", "figure").match(line.raw)
            or pattern("caption", "annex").match(line.raw)
        )

    def _is_standard_heading(self, text: str) -> bool:
        flat = normalised(text)
        return any(p.search(flat) for p, _ in self._vocabulary.heading_levels)
