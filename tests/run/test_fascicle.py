"""The Chinese fascicle, whole: golden cells, counts, places and findings, on the document and on the bundled edition."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from pipelines.run.document import Refused, read_and_judge
from tests.shared import BUNDLED, EITHER, ROOT, judged

GOLDEN = ROOT / "tests" / "golden" / "cells_77_6_sect_10.json"
CELL_COLUMNS = (
    "table_number",
    "table_part",
    "row_label",
    "row_role",
    "measure",
    "fiscal_year",
    "printed_text",
    "value",
    "unit",
    "page_number",
)


@EITHER
def test_every_printed_value_is_a_cell(path: Path) -> None:
    """Label, role, measure, year, printed text, value, unit and page of each of the 822 values."""
    golden = [tuple(row) for row in json.loads(GOLDEN.read_text(encoding="utf-8"))]
    found = [
        tuple(str(cell[c]) if c == "value" else cell[c] for c in CELL_COLUMNS) for cell in judged(path)["mart_cell"]
    ]
    assert found == golden


@EITHER
def test_each_cell_is_at_the_place_it_states(path: Path) -> None:
    """The printed text is found on the lines named."""
    lines = path.read_text(encoding="utf-8").split("\n")
    for cell in judged(path)["mart_cell"]:
        held = " ".join(lines[cell["line_first"] - 1 : cell["line_last"]])
        assert cell["printed_text"] in held, cell["cell_id"]


@EITHER
@pytest.mark.parametrize(
    ("table", "count"),
    [
        ("mart_paragraph", 76),
        ("mart_mandate", 27),
        ("mart_citation", 18),
        ("mart_chart_value", 78),
        ("mart_org_unit_post", 26),
        ("mart_performance_measure", 51),
        ("mart_stated_amount", 30),
        ("mart_recommendation", 1),
        ("mart_link", 41),
        ("mart_finding", 13),
    ],
)
def test_nothing_is_missing(path: Path, table: str, count: int) -> None:
    assert len(judged(path)[table]) == count


@EITHER
def test_no_line_is_left_unclaimed(path: Path) -> None:
    rows = judged(path)
    document = rows["mart_document"][0]
    assert document["unclaimed_line_count"] == document["unclaimed_table_line_count"] == 0
    assert document["unreadable_cell_count"] == 0
    assert document["page_count"] == 34
    assert not [line for line in rows["mart_source_line"] if line["role"].startswith("unclaimed")]


@EITHER
def test_symbol_is_inferred_from_the_content(path: Path) -> None:
    document = judged(path)["mart_document"][0]
    told = (document["symbol"], document["language"], document["edition_year"], document["section_code"])
    assert told == ("A/77/6 (Sect. 10)", "zh", 2023, "10")
    assert document["session_number"] == 77


@EITHER
def test_findings_are_the_misprints_and_nothing_else(path: Path) -> None:
    """Beyond citations: the lost sign, the nils for values, the absent cell, the amounts in prose."""
    found = {
        (f["class"], f["table_number"], f["paragraph_number"], f.get("measure"), str(f["implied_value"]))
        for f in judged(path)["mart_finding"]
        if f["class"] not in {"citation", "structure"}
    }
    assert found == {
        ("sign", "10.23", None, "percent_change", "-0.9"),
        ("material", "10.26", None, "total_change", "83.5"),
        ("material", "10.26", None, "percent_change", "8.7"),
        ("missing", "10.16", None, "other_change", "0"),
        ("restated", None, "10.70", "estimate", "1568300"),
        ("restated", None, "10.70", "total_change", "66200"),
        ("restated", None, "10.72", "total_change", "395600"),
    }
    assert all(f["is_unique"] for f in judged(path)["mart_finding"] if f["class"] in {"sign", "material", "missing"})


@EITHER
def test_rounding_is_a_verdict_and_no_finding(path: Path) -> None:
    rows = judged(path)
    assert Counter(r["verdict"] for r in rows["mart_relation"])["rounding"] == 26
    sums = [r for r in rows["mart_relation"] if r["table_number"] == "10.16" and r["verdict"] == "rounding"]
    assert sums and all(abs(r["residual"]) <= r["bound"] for r in sums)


@EITHER
def test_lists_of_symbols_are_mandates_each(path: Path) -> None:
    mandates = judged(path)["mart_mandate"]
    assert {"A/RES/74/232", "A/RES/74/232 B", "A/RES/75/227", "A/RES/76/216"} <= {m["symbol"] for m in mandates}
    assert [m["symbol"] for m in mandates if m["is_pending"]] == ["A/RES/76/XXX"]
    by_subprogramme = Counter(m["subprogramme_code"] for m in mandates)
    assert by_subprogramme == {None: 2, "1": 10, "2": 6, "3": 9}


@EITHER
def test_words_of_results_are_put_back_together(path: Path) -> None:
    measures = judged(path)["mart_performance_measure"]
    by_table = Counter(m["table_number"] for m in measures)
    assert by_table["10.2"] == by_table["10.7"] == 3
    assert all(by_table[f"10.{n}"] == 5 for n in (3, 4, 5, 8, 9, 10, 12, 13, 14))
    assert sum(m["is_nil"] for m in measures) == 5


@EITHER
def test_section_totals_come_out_once(path: Path) -> None:
    totals = {
        (t["funding_source_code"], t["measure"], t["fiscal_year"]): int(t["amount_usd"])
        for t in judged(path)["mart_section_total"]
    }
    assert totals["RB", "expenditure", 2021] == 6_488_300
    assert totals["RB", "appropriation", 2022] == 7_320_200
    assert totals["RB", "estimate", 2023] == 7_469_900
    assert totals["XB", "estimate", 2023] == 2_376_100


def test_a_changed_figure_is_found() -> None:
    """One digit of one cell changed: the cell is named, and what it should be."""
    text = BUNDLED.read_text(encoding="utf-8")
    planted = text.replace("工作人员差旅 85.0 209.1 —", "工作人员差旅 85.0 290.1 —", 1)
    assert planted != text
    found = [
        f
        for f in read_and_judge(planted.encode(), "txt", {}, "0" * 64)["mart_finding"]
        if f["class"] == "material" and f["table_number"] == "10.16"
    ]
    assert [(f["printed_text"], str(f["implied_value"])) for f in found] == [("290.1", "209.1")]


def test_text_cut_off_in_a_table_is_refused() -> None:
    text = BUNDLED.read_text(encoding="utf-8")
    cut = text[: text.index("工作人员差旅 85.0")]
    with pytest.raises(Refused, match="cut off"):
        read_and_judge(cut.encode(), "txt", {}, "0" * 64)
