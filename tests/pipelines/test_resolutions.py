"""Resolutions through the same entrance as fascicles: told by content, judged, joined into one release."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipelines.blocks import UnreadableDocument
from pipelines.derive import derived_tables
from pipelines.document import Refused, read_and_judge
from pipelines.join import join_stages
from pipelines.stage import write_stage
from tests.parse.test_resolutions import NEW, OLD, TEXTS, needs_texts
from tests.shared import BUNDLED, judged
from warehouse.declare import Rows


def rows_of(text: str, **given: Any) -> Rows:
    return read_and_judge(text.encode(), "txt", given, "0" * 64)


def test_content_tells_a_resolution_from_a_decision() -> None:
    assert [row["kind"] for row in rows_of(NEW)["mart_document"]] == ["resolution"]
    assert [row["kind"] for row in rows_of(OLD.replace("Resolution", "Decision"))["mart_document"]] == ["decision"]
    assert judged(BUNDLED)["mart_document"][0]["kind"] == "fascicle"


def test_what_the_user_says_goes_before_the_content() -> None:
    rows = rows_of(OLD, symbol="A/RES/57/1")
    assert rows["mart_document"][0]["symbol"] == rows["mart_resolution"][0]["symbol"] == "A/RES/57/1"
    with pytest.raises(UnreadableDocument):
        rows_of(OLD.replace("Resolution adopted", "Matter adopted"), symbol="A/RES/57/1")


def test_a_resolution_is_judged_and_a_gap_in_it_found() -> None:
    assert rows_of(NEW)["mart_finding"] == []
    gap = rows_of(NEW.replace("2.\tRequests", "3.\tRequests"))["mart_finding"]
    assert [(one["class"], one["message"].split(" (")[0]) for one in gap] == [
        ("structure", "Paragraph 2 is missing before paragraph 3")
    ]


def test_points_stand_under_their_paragraph() -> None:
    points = rows_of(NEW)["mart_paragraph_point"]
    assert [(p["paragraph_id"], p["point_label"], p["line_first"]) for p in points] == [
        ("A/RES/76/998.en.txt#p1", "(a)", 23),
        ("A/RES/76/998.en.txt#p1", "(b)", 25),
    ]


@pytest.mark.parametrize("cut", ["1.\tDecides noth", "1.\tDecides nothing,"])
def test_a_text_that_ends_within_a_paragraph_is_refused(cut: str) -> None:
    with pytest.raises(Refused, match="cut off"):
        rows_of(OLD[: OLD.index("1.\tDecides")] + cut)


def joined(tmp_path: Path, *documents: Rows) -> dict[str, Any]:
    paths = []
    for number, rows in enumerate(documents):
        path = tmp_path / f"{number}.stage"
        write_stage(path, {}, rows)
        paths.append(path)
    tables = join_stages(paths, {})
    return {**tables, **derived_tables(tables)}


def test_texts_and_known_facts_make_one_row_each(tmp_path: Path) -> None:
    text = OLD.replace("56/999.\tInvented matters", "56/227.\tMatters as printed")
    rows = joined(tmp_path, judged(BUNDLED), rows_of(text))["mart_resolution"].to_pylist()
    by_symbol = {row["symbol"]: row for row in rows}
    assert len(by_symbol) == len(rows)
    assert (by_symbol["A/RES/56/227"]["text_status"], by_symbol["A/RES/56/227"]["title"]) == (
        "text",
        "Matters as printed",
    )
    assert by_symbol["A/RES/76/217"]["text_status"] == "metadata"


def test_resolutions_alone_bring_in_nothing_else(tmp_path: Path) -> None:
    assert [row["symbol"] for row in joined(tmp_path, rows_of(NEW))["mart_resolution"].to_pylist()] == ["A/RES/76/998"]


def test_mandates_of_the_bundled_edition_find_their_resolutions(tmp_path: Path) -> None:
    tables = joined(tmp_path, judged(BUNDLED))
    known = {row["symbol"] for row in tables["mart_resolution"].to_pylist()}
    unknown = [row["symbol"] for row in tables["mart_mandate"].to_pylist() if row["symbol"] not in known]
    assert unknown == ["A/RES/74/232 B", "A/RES/76/XXX"]


@needs_texts
@pytest.mark.parametrize("path", sorted(TEXTS.glob("*.txt")), ids=lambda path: path.stem)
def test_texts_have_no_findings(path: Path) -> None:
    rows = read_and_judge(path.read_bytes(), "txt", {}, "0" * 64)
    assert rows["mart_finding"] == []
    assert rows["mart_document"][0]["kind"] == "resolution"
