"""Holds the deliverables and numbered paragraphs of Word documents, as another reader gives them, against ours.

Usage: python benches/word_rows.py [PATH...] [--missed]
PATH is a Word file or a folder of them; the default is every fascicle under FASCICLE_SHARED (../shared beside the
repository). The reader here is python-docx and the few rules below: tables headed "Category and subcategory", each
figure with its line and the head above it; paragraphs whose number is typed, with their words, letter by letter.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
from docx.oxml.ns import qn

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benches.mandate_lists import documents, words_of  # noqa: E402
from pipelines.run.document import read_and_judge  # noqa: E402

_HEAD = re.compile(r"(20\d\d) \(?(planned|actual)")
_NUMBERED = re.compile(r"^(\d+[A-Z]?\.(?:[IVXLC]+\.)?\d+)\s+(\S.*)$")
_NIL = frozenset("—–‒-_−")
Figure = tuple[str, str, Decimal]


def _plain(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()


def _cells(row: Any) -> list[tuple[int, int, str]]:
    """Cells of a row with the grid columns they cover: first, one past the last, words."""
    before = row.find(f"{qn('w:trPr')}/{qn('w:gridBefore')}")
    place = int(before.get(qn("w:val"))) if before is not None else 0
    found = []
    for cell in row.iter(qn("w:tc")):
        span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
        width = int(span.get(qn("w:val"))) if span is not None else 1
        found.append((place, place + width, words_of(cell)))
        place += width
    return found


def _value(text: str) -> Decimal | None:
    """A figure as a reader takes it; what an earlier edition printed in square brackets is left out."""
    bare = re.sub(r"\[.*\]$", "", text).replace(" ", "").replace("\u00a0", "").replace(",", "").replace("l", "1")
    if bare in _NIL and bare:
        return Decimal(0)
    return Decimal(bare) if re.fullmatch(r"\d+(\.\d+)?", bare) else None


def printed_figures(body: Any) -> Iterator[Figure]:
    """Figures of the tables of deliverables: line, year and measure, value."""
    for table in body.iter(qn("w:tbl")):
        rows = list(table.iter(qn("w:tr")))
        head = _cells(rows[0]) if rows else []
        if not head or not head[0][2].startswith("Category and subcategory"):
            continue
        heads = [(first, last, found) for first, last, text in head if (found := _HEAD.match(text))]
        for row in rows[1:]:
            cells = _cells(row)
            for first, last, text in cells[1:]:
                value = _value(text)
                over = [found for start, end, found in heads if start < last and first < end]
                if value is not None and len(over) == 1:
                    yield _plain(cells[0][2]), f"{over[0][1]} {over[0][2]}", value


def printed_paragraphs(body: Any) -> Iterator[tuple[str, str]]:
    """Numbers and words of paragraphs whose number is typed."""
    for paragraph in body.iter(qn("w:p")):
        if any(parent.tag == qn("w:tbl") for parent in paragraph.iterancestors()):
            continue
        found = _NUMBERED.match(words_of(paragraph))
        if found is not None:
            yield found[1], _plain(found[2])


def main() -> None:
    """Compare, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--missed", action="store_true")
    given = parser.parse_args()
    totals: Counter[str] = Counter()
    for path in documents(given.paths):
        body = docx.Document(str(path)).element.body
        rows = read_and_judge(path.read_bytes(), "docx", {}, "0" * 64)
        figures = Counter(printed_figures(body))
        read = Counter(
            (_plain(row["label"]), f"{row['fiscal_year']} {row['measure']}", row["quantity"])
            for row in rows.get("mart_deliverable", [])
            if row.get("quantity") is not None
        )
        paragraphs = Counter(printed_paragraphs(body))
        said = Counter(
            (row["paragraph_number"], _plain(row["text"].split("\n")[0])) for row in rows.get("mart_paragraph", [])
        )
        totals.update(figures=figures.total(), figures_equal=(figures & read).total(), figures_read=read.total())
        totals.update(paragraphs=paragraphs.total(), paragraphs_equal=(paragraphs & said).total())
        if given.missed:
            for sign, missed in (("-", figures - read), ("+", read - figures), ("p", paragraphs - said)):
                for one in missed:
                    print(path.name, sign, *(str(part)[:90] for part in one))
    print(dict(totals))


if __name__ == "__main__":
    main()
