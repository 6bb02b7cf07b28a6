"""Facts of the real documents: how many blocks of a kind, numbers in order, chosen cells with their places."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import docx
import pytest

from pipelines.model.blocks import Block, Document
from tests.read.word.files import EACH_DOCUMENT, NEEDS_CORPUS, PATHS, cell_at, corpus, real
from tests.shared import ROOT

GOLDEN = ROOT / "tests" / "golden" / "word_documents.json"
NUMBER = re.compile(r"(?:[A-Z0-9]+\.)?(?:[IVX]+\.)?\d+\.?")


def in_runs(numbers: list[str]) -> list[str]:
    """Numbers that follow each other as one run: "10.1-88"."""
    runs: list[tuple[str, int, int]] = []
    for number in numbers:
        before, _, last = number.rpartition(".")
        if runs and runs[-1][0] == before and runs[-1][2] + 1 == int(last):
            runs[-1] = (before, runs[-1][1], int(last))
        else:
            runs.append((before, int(last), int(last)))
    return [f"{before}.{first}-{last}".lstrip(".") for before, first, last in runs]


def facts(document: Document) -> dict[str, Any]:
    """What is counted of a document."""
    numbers = [
        block.number.rstrip(".")
        for block in document.blocks
        if block.kind == "paragraph" and NUMBER.fullmatch(block.number)
    ]
    grids = [block.grid for block in document.blocks if block.kind == "table" and block.grid is not None]
    cells = [one for grid in grids for line in grid.rows for one in line if one is not None]
    return {
        "kinds": dict(sorted(Counter(block.kind for block in document.blocks).items())),
        "numbers": in_runs(numbers),
        "cells": len(cells),
        "marked_cells": sum(bool(one.notes) for one in cells),
        "merged_cells": sum(one.row_span * one.column_span > 1 for one in cells),
        "points": sum(bool(value) for block in document.blocks for one in block.series for _, value in one.points),
        "links": len(document.links),
        "pages": document.page_count,
        "is_paged": any(block.place.page for block in document.blocks),
        "symbol": next((line for line in document.furniture if line.startswith("A/")), None),
    }


@EACH_DOCUMENT
def test_facts_of_each_document(path: Path) -> None:
    golden = json.loads(GOLDEN.read_text("utf-8"))
    assert facts(real(path)) == golden[path.name.removesuffix(".en.docx")]


def value_of(numeral: str) -> int:
    if numeral.isdigit():
        return int(numeral)
    values = {"I": 1, "V": 5, "X": 10, "L": 50}
    pairs = zip(numeral, numeral[1:] + "I", strict=True)
    return sum(-values[one] if values[one] < values[after] else values[one] for one, after in pairs)


@EACH_DOCUMENT
def test_captions_count_up_without_a_gap(path: Path) -> None:
    counted: dict[tuple[str, str], list[int]] = {}
    for block in real(path).blocks:
        found = re.fullmatch(r"(Table|Figure) (.*?)(\d+|[IVXL]+)(?: \(.*\))?", block.text)
        if block.kind == "caption" and found:
            counted.setdefault((found[1], found[2]), []).append(value_of(found[3]))
    for numbers in counted.values():
        assert sorted(set(numbers)) == list(range(1, max(numbers) + 1))


@EACH_DOCUMENT
def test_places_lead_to_blocks_and_lines(path: Path) -> None:
    document = real(path)
    assert [block.place.line_first for block in document.blocks] == list(range(1, len(document.blocks) + 1))
    assert [line.role for line in document.lines] == [block.kind for block in document.blocks]
    ordinals = [block.place.table_ordinal for block in document.blocks if block.kind == "table"]
    assert ordinals == list(range(1, len(ordinals) + 1))
    pages = [block.place.page for block in document.blocks if block.place.page is not None]
    assert pages == sorted(pages)
    assert not pages or (pages[0], pages[-1]) == (1, document.page_count)


SMALL = [path for path in PATHS if path.stat().st_size < 420_000]  # python-docx takes seconds for the large ones


@NEEDS_CORPUS
@pytest.mark.parametrize("path", SMALL, ids=[path.name.removesuffix(".en.docx") for path in SMALL])
def test_tables_agree_with_python_docx(path: Path) -> None:
    found = {
        block.place.table_ordinal: block.grid for block in real(path).blocks if block.kind == "table" and block.grid
    }
    grids = [grid for _, grid in sorted(found.items())]
    tables = [one for one in docx.Document(str(path)).tables if one.rows]
    assert len(tables) == len(grids)
    for theirs, ours in zip(tables, grids, strict=True):
        assert (len(theirs.rows), len(theirs.columns)) == (len(ours.rows), len(ours.rows[0]))
        for line, row in zip(theirs.rows, ours.rows, strict=True):
            shown = [(one.grid_span, plain(one.text)) for one in line.cells if one._tc.getparent() is line._tr]
            for one in (one for one in row if one is not None and one.row_span == 1):
                words = plain(one.text)
                if not one.notes and not re.match(r"\w+\.|•", words):  # marks and automatic numbers are not theirs
                    assert (one.column_span, words) in shown


def plain(text: str) -> str:
    return "".join(re.sub("[\u00ad\u200d\u2060\ufeff]", "", text).split())


@NEEDS_CORPUS
@pytest.mark.parametrize(
    ("name", "place", "text", "notes", "span"),
    [
        ("A_80_6_Sect.10", (8, 4, 2), "3", (), (1, 1)),
        ("A_80_6_Sect.10", (31, 5, 9), "1 934.0", (), (1, 1)),
        ("A_80_6_Sect.10", (36, 3, 1), "Executive direction and management", (), (3, 1)),
        ("A_80_6_Sect.13", (7, 4, 1), "Grants and contributions", ("a",), (1, 1)),
        ("A_80_6_Sect.29", (1, 1, 6), "Other assessed", (), (1, 3)),
        ("A_80_6_Sect.32", (12, 53, 3), "1 021 729", ("b",), (1, 1)),
        ("A_80_6_Sect.36", (1, 1, 4), "Changes", (), (1, 5)),
        ("A_80_6_Sect.36", (1, 4, 8), "(0.8)", (), (1, 1)),
        ("A_80_6_Sect.3_Add.5", (18, 5, 7), "1", ("b",), (1, 1)),
        ("A_81_6_Sect.13", (7, 24, 4), "24 [26]", ("a",), (1, 1)),
        ("A_81_6_Sect.29A", (38, 5, 4), "11", ("a",), (1, 1)),
    ],
)
def test_chosen_cells(
    name: str, place: tuple[int, int, int], text: str, notes: tuple[str, ...], span: tuple[int, int]
) -> None:
    one = cell_at(corpus(name), *place)
    assert (one.text, one.notes, (one.row_span, one.column_span)) == (text, notes, span)
    assert (one.place.table_ordinal, one.place.row, one.place.column) == place


@NEEDS_CORPUS
def test_a_tracked_change_is_read_as_accepted() -> None:
    heads = [
        one.text
        for block in corpus("A_80_6_Sect.3_Add.5").blocks
        if block.grid
        for line in block.grid.rows
        for one in line
        if one
    ]
    assert "Proposed 2026" in heads
    assert not any("Proposed 20252026" in one for one in heads)


@NEEDS_CORPUS
def test_numbers_that_word_counts_are_those_of_the_body_and_of_the_contents() -> None:
    """Section 1 numbers its bodies automatically in the contents, and by hand where they begin."""
    document = corpus("A_80_6_Sect.1")
    body = [block.number for block in document.blocks if block.kind == "heading" and block.level == 2]
    numerals = [number for number in body if re.fullmatch(r"[IVX]+\.", number)]
    contents = [block.grid for block in document.blocks if block.grid is not None][:2]
    lines = [line[0].text for grid in contents for line in grid.rows if line[0] is not None]
    listed = [found[0] for one in lines if (found := re.match(r"[IVX]+\.", one))]
    assert listed[:16] == numerals[:16]
    assert numerals[15] == "XVI."


@NEEDS_CORPUS
def test_values_of_a_chart_are_those_on_its_labels() -> None:
    charts = [block for block in corpus("A_81_6_Sect.10").blocks if block.kind == "chart"]
    planned, actual = charts[1].series
    assert planned.points == (
        ("2023", "–"),
        ("2024", "19 146"),
        ("2025", "19 721"),
        ("2026", "20 312"),
        ("2027", "23 651"),
    )
    assert actual.points[:3] == (("2023", "25 257"), ("2024", "22 748"), ("2025", "22 239"))
    assert charts[1].notes == ("a", "a", "b")
    pies = [block for block in corpus("A_80_6_Sect.3_Add.2").blocks if block.kind == "chart"]
    assert pies[0].series[0].points == (("Posts", "38 146.5"), ("Non-post", "13 992.3"))


def unit(name: str, words: str, nth: int = -1) -> Block:
    return [block for block in corpus(name).blocks if block.kind == "org_unit" and words in block.text][nth]


@NEEDS_CORPUS
def test_units_of_the_organization_charts() -> None:
    assert unit("A_80_6_Sect.10", "Advocacy, Outreach and Analysis Section").text.split("\n") == [
        "Advocacy, Outreach and Analysis Section (subprogramme 4)", "RB:", "1 P-5", "1 P-4", "2 P-3", "1 P-2/1", "Total: 5",
    ]  # fmt: skip
    assert unit("A_80_6_Sect.14", "Law Division").text.split("\n")[2:] == [
        "RB:\tXB:", "1 D-2\t5 D-1", "2 P-5\t5 P-5", "1 P-4\t19 P-4", "2 LL\t22 P-3", "\t6 P-2", "\t38 LL", "6\t95", "Total: 101",
    ]  # fmt: skip
    assert unit("A_80_6_Sect.3", "Director (Capacity-building)").text.split("\n") == [
        "Director (Capacity-building)", "RB:\tXB:", "1 D-2\t1 GS (OL)", "1 P-4\tTotal: 1", "Total: 2",
    ]  # fmt: skip
    assert unit("A_80_6_Sect.11", "Policy and Monitoring Branch", 0).text.split("\n")[-1] == "Total: 9"


GRADE = r"(?:USG|ASG|DSG|D-?[12]|P-?[1-5](?:/1)?|GS\s?\((?:OL|PL)\)|LL|NPO|NO[ABC]|FS|i?UNV|nUNV)"


@NEEDS_CORPUS
def test_posts_in_the_boxes_add_up_to_their_printed_totals() -> None:
    """Boxes that are whole add up; what does not is a box of other grades, or a slip of the print."""
    adds_up = total = 0
    for path in PATHS:
        for block in real(path).blocks:
            totals = [int(one) for one in re.findall(r"Total\s*:\s*(\d+)", block.text)]
            if block.kind == "org_unit" and totals:
                posts = sum(int(one) for one in re.findall(rf"(\d+)\s?{GRADE}(?![\w-])", block.text))
                total += 1
                adds_up += posts in (sum(totals), totals[-1])
    assert total >= 370
    assert adds_up / total > 0.92


@NEEDS_CORPUS
def test_first_page_furniture_comes_first() -> None:
    assert corpus("A_80_6_Sect.24_Corr.1").furniture[:6] == [
        "United Nations", "A/80/6 (Sect. 24)/Corr.1", "General Assembly", "Distr.: General", "21 May 2025", "Original: English",
    ]  # fmt: skip


@NEEDS_CORPUS
def test_warnings_name_what_cannot_be_read() -> None:
    assert corpus("A_81_6_Sect.10").warnings == []
    assert corpus("A_80_6_Sect.10").warnings == [
        "6 picture(s) hold no text that can be read: look at the document, "
        "Figure 10.V, Figure 10.VI, Figure 10.VII, Figure 10.VIII, Figure 10.IX, Figure 10.X"
    ]
    assert corpus("A_80_6_Sect.16").warnings[0].endswith('"Division for Treaty Affairs"')
