"""Text shaped like a symbol: what is left unread is listed, in a document's rows and over the whole corpus."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.run.document import read_and_judge
from pipelines.symbols import find_symbols, read_list, unread_symbols
from pipelines.symbols.unread import reading_of
from tests.kept import blocks_kept
from tests.parse.resolutions.test_resolutions import NEW
from tests.shared import SEED, SHARED, judged

CORPUS = SHARED / "corpus"
DOCUMENTS = [*sorted(CORPUS.rglob("*.docx")), *sorted(CORPUS.rglob("*.txt")), *([SEED] if SEED.exists() else [])]

# What the corpus leaves unread, each once, and why it is no symbol or none that can be known.
EXPLAINED = {
    "50/50": "a ratio",
    "2025/26": "a period of two years",
    "14/1": "a decision of a working group that has no series of its own",
    "982 (LIV)": "a resolution of a conference that its sentence names",
    "27/2": "a decision of a governing council that is not said to be which",
}


def test_what_is_left_unread_is_listed_with_its_place() -> None:
    text = NEW.replace("To go on;", "To go on in 2025/26 with QQQ/12/7 and decision 14/1 of a working group, 50/50;")
    rows = read_and_judge(text.encode(), "txt", {}, "0" * 64)["mart_unread_symbol"]
    assert [(row["printed_text"], row["reading"]) for row in rows] == [
        ("2025/26", "period"),
        ("QQQ/12/7", "unknown"),
        ("14/1", "organ_unknown"),
        ("50/50", "ratio"),
    ]
    assert {row["line_first"] for row in rows} == {25}
    assert all(row["printed_text"] in row["context"] for row in rows)


@pytest.mark.parametrize(
    ("printed", "reading"),
    [("2025/26", "period"), ("1999/2000", "period"), ("2025/27", "unknown"), ("50/50", "ratio"), ("14/1", "unknown")],
)
def test_readings(printed: str, reading: str) -> None:
    assert reading_of(printed, "in the words before ", "en") == reading


def test_lists_and_citations_of_a_fascicle_claim_their_symbols() -> None:
    path = SEED if SEED.exists() else None
    if path is None:
        pytest.skip("the shared Chinese fascicle is not here")
    assert judged(path)["mart_unread_symbol"] == []


def _texts(path: Path) -> Iterator[str]:
    """Words of paragraphs and cells; cells of mandate lists that are read whole are left out."""
    for block in blocks_kept(path).blocks:
        yield block.text
        for row in block.grid.rows if block.grid is not None else ():
            for cell in row:
                if cell is not None and not _is_list(cell.text):
                    yield cell.text


def _is_list(text: str) -> bool:
    readings = (read_list(text, organ) for organ in ("A", "S", "E", "A/HRC", "UNEP/GC"))
    return any(reading.mentions and not re.sub(r"[\W]|[Aa]nnex", "", reading.leftover) for reading in readings)


@pytest.mark.skipif(not DOCUMENTS, reason=f"no documents in {CORPUS}")
@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_nothing_of_the_corpus_is_left_unread_without_being_listed(path: Path) -> None:
    own = path.name.split(".")[0].rpartition("RES_")[2].replace("_", "/")
    left: set[str] = set()
    language = "zh" if path == SEED else "en"
    for text in _texts(path):
        left |= {printed for _, printed in unread_symbols(text, find_symbols(text, language))}
    assert left - EXPLAINED.keys() - {own} == set()
