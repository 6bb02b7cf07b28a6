"""Resolutions as rows: header facts of old and new layouts, paragraphs, citations, facts without text."""

from __future__ import annotations

import csv
import datetime
import json
import os
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from pipelines.model.blocks import UnreadableDocument
from pipelines.parse.resolutions.document import is_resolution, looks_like_resolution
from pipelines.parse.resolutions.rows import bundled_resolutions, one_per_symbol, parse_resolution
from pipelines.read.plain import read_plain
from tests.kept import blocks_kept
from warehouse.schema.declare import Rows
from warehouse.tables import TABLE_BY_NAME

SHARED = Path(os.environ.get("FASCICLE_SHARED", Path(__file__).parents[3] / "../shared"))
TEXTS = SHARED / "corpus" / "resolutions"
DOCUMENTS = sorted([*TEXTS.glob("*.txt"), *TEXTS.glob("*.pdf")])
GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "resolutions.json").read_text(encoding="utf-8"))
needs_texts = pytest.mark.skipif(not TEXTS.exists(), reason="the shared texts of resolutions are not here")

NEW = """Seventy-sixth session

Agenda item 23 (a)

Matters of invention

Resolution adopted by the General Assembly on 1 April 2022

[on the report of the Second Committee (A/76/999/Add.1, para. 7)]

76/998.\tInvented matters and

their follow-up

The General Assembly,

Recalling its resolutions 74/997 A of 19 December 2019 and 75/996 of 21 December 20202,

Noting the report,3

1.\tDecides as follows:

(a)\tTo begin, in line with Economic and Social Council resolution 2021/19;

(b)\tTo go on;

2.\tRequests a report.

66th plenary meeting
1 April 2022

Annex II

Rules of invention

1.\tThe rules are few.
"""
OLD = """Resolution adopted by the General Assembly

[without reference to a Main Committee (A/56/L.99 and Add.1)]

56/999.\tInvented matters

The General Assembly,

Having considered them,

1.\tDecides nothing.

92nd plenary meeting
24 December 2001
"""


def rows_of(text: str) -> dict[str, list[dict[str, object]]]:
    return parse_resolution(read_plain(text), source_sha256="0" * 64)


def test_a_new_layout_gives_every_header_fact() -> None:
    facts = rows_of(NEW)["mart_resolution"][0]
    assert facts == {
        "header_gaps": None,
        "symbol": "A/RES/76/998",
        "organ": "General Assembly",
        "session_number": 76,
        "session": "Seventy-sixth session",
        "title": "Invented matters and their follow-up",
        "adopted_on": datetime.date(2022, 4, 1),
        "agenda_item": "23 (a)",
        "agenda_title": "Matters of invention",
        "source_document": "on the report of the Second Committee (A/76/999/Add.1, para. 7)",
        "draft_symbol": "A/76/999/Add.1",
        "meeting": "66th plenary meeting",
        "distributed_on": None,
        "operative_count": 2,
        "preambular_count": 2,
        "text_status": "text",
        "document_id": "A/RES/76/998.en.txt",
    }


def test_an_old_layout_prints_the_date_below_and_lacks_the_agenda() -> None:
    facts = rows_of(OLD)["mart_resolution"][0]
    assert facts["adopted_on"] == datetime.date(2001, 12, 24)
    assert facts["meeting"] == "92nd plenary meeting"
    assert facts["draft_symbol"] == "A/56/L.99"
    assert (facts["agenda_item"], facts["agenda_title"], facts["distributed_on"]) == (None, None, None)


def test_a_text_of_the_silence_procedure_has_a_date_and_no_meeting() -> None:
    facts = rows_of(OLD.replace("92nd plenary meeting\n", ""))["mart_resolution"][0]
    assert (facts["adopted_on"], facts["meeting"], facts["operative_count"]) == (datetime.date(2001, 12, 24), None, 1)


def test_organs_and_forms() -> None:
    council = OLD.replace("General Assembly", "Economic and Social Council").replace("56/999.", "2021/99.")
    assert rows_of(council)["mart_resolution"][0]["symbol"] == "E/RES/2021/99"
    assert rows_of(council)["mart_resolution"][0]["session_number"] is None
    security = OLD.replace("General Assembly", "Security Council").replace("56/999.", "2999 (2001).")
    assert rows_of(security)["mart_resolution"][0]["symbol"] == "S/RES/2999 (2001)"
    old = OLD.replace("56/999.", "3999 B (XXX).")
    assert rows_of(old)["mart_resolution"][0]["symbol"] == "A/RES/3999 B (XXX)"
    decision = rows_of(OLD.replace("Resolution adopted", "Decision adopted"))
    assert (decision["mart_resolution"][0]["symbol"], decision["mart_document"][0]["kind"]) == (
        "A/DEC/56/999",
        "decision",
    )


def test_paragraphs_keep_their_numbers_and_hold_their_points() -> None:
    paragraphs = rows_of(NEW)["mart_paragraph"]
    assert [(p["paragraph_number"], p["kind"]) for p in paragraphs] == [
        ("p1", "preambular"),
        ("p2", "preambular"),
        ("1", "operative"),
        ("2", "operative"),
        ("annex II.1", "annex"),
    ]
    first = paragraphs[2]
    assert str(first["text"]).split("\n")[1].startswith("(a) To begin")
    assert str(first["text"]).count("\n") == 2
    assert paragraphs[4]["heading_path"] == "Annex II > Rules of invention"


def test_citations_name_paragraph_and_line_despite_glued_footnotes() -> None:
    lines = NEW.splitlines()
    cited = rows_of(NEW)["mart_citation"]
    assert [(c["symbol"], c["paragraph_number"]) for c in cited] == [
        ("A/76/999/Add.1", None),
        ("A/RES/74/997 A", "p1"),
        ("A/RES/75/996", "p1"),
        ("E/RES/2021/19", "1"),
    ]
    for one in cited[1:]:
        assert str(one["printed_text"]) in lines[int(str(one["line_first"])) - 1]


def test_numbers_that_restart_are_distinguished_by_their_section() -> None:
    parts = ("I", "First matter", "Recalling it,", "1.\tDecides;", "II", "Second", "Recalling that,", "1.\tDecides.")
    sections = "\n\n".join(parts)
    text = OLD.replace("1.\tDecides nothing.", sections)
    paragraphs = rows_of(text)["mart_paragraph"]
    assert [p["paragraph_number"] for p in paragraphs] == ["p1", "I.p2", "I.1", "II.p3", "II.1"]
    assert [p["kind"] for p in paragraphs] == ["preambular", "preambular", "operative", "preambular", "operative"]
    assert paragraphs[2]["heading_path"] == "I First matter"


def test_an_adopted_text_is_distinguished_from_the_clause_that_adopts_it() -> None:
    text = OLD.replace(
        "The General Assembly,\n\nHaving considered them,",
        "The General Assembly\n\nAdopts the following:\n\nGreat plan",
    )
    paragraphs = rows_of(text)["mart_paragraph"]
    assert [(p["paragraph_number"], p["kind"], p["heading_path"]) for p in paragraphs] == [
        ("o1", "operative", None),
        ("1", "annex", "Great plan"),
    ]


def test_lines_of_the_heading_that_no_rule_knows_are_unclaimed() -> None:
    rows = rows_of("Stamped by the clerk\n\n" + OLD)
    assert rows["mart_document"][0]["unclaimed_line_count"] == 1
    assert [line["text"] for line in rows["mart_source_line"] if line["role"] == "unclaimed"] == [
        "Stamped by the clerk"
    ]


def test_rows_have_declared_columns_and_unique_keys() -> None:
    for name, rows in rows_of(NEW).items():
        table = TABLE_BY_NAME[name]
        assert all(set(row) <= set(table.column_names) for row in rows)
        keys = [tuple(row[column] for column in table.key) for row in rows]
        assert len(keys) == len(set(keys))


def test_other_texts_are_not_taken_for_resolutions() -> None:
    assert looks_like_resolution(NEW) and looks_like_resolution(OLD)
    assert is_resolution(read_plain(OLD))
    fascicle = "Proposed programme budget for 2026\n\nGeneral Assembly resolutions\n\n76/245 Questions\n"
    assert not looks_like_resolution(fascicle)
    with pytest.raises(UnreadableDocument, match="opens its text"):
        rows_of(fascicle)
    with pytest.raises(UnreadableDocument, match="number and the organ"):
        rows_of(OLD.replace("56/999.\t", ""))


def test_bundled_facts_are_complete_and_yield_to_texts() -> None:
    known = bundled_resolutions()
    assert len(known) == 29
    assert all(row["title"] and row["adopted_on"] and row["organ"] for row in known)
    assert {row["symbol"]: row["session_number"] for row in known}["E/RES/2021/19"] is None
    read = [{"symbol": "A/RES/56/227", "title": "read", "text_status": "text"}]
    merged = {row["symbol"]: row for row in one_per_symbol([*known, *read])}
    assert len(merged) == 29
    assert merged["A/RES/56/227"]["title"] == "read"
    assert merged["A/RES/76/258"]["text_status"] == "metadata"


@cache
def read(path: Path) -> Rows:
    return parse_resolution(blocks_kept(path))


@needs_texts
@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_header_facts_of_the_documents(path: Path) -> None:
    rows = read(path)
    facts = dict(rows["mart_resolution"][0])
    golden = dict(GOLDEN[facts["symbol"]])
    assert facts.pop("text_status") == "text"
    facts.pop("document_id")
    facts |= {name: value.isoformat() for name, value in facts.items() if isinstance(value, datetime.date)}
    facts["annex_count"] = sum(row["kind"] == "annex" for row in rows["mart_paragraph"])
    facts["citation_count"] = len(rows["mart_citation"])
    if rows["mart_table"]:
        facts["tables"] = {
            row["table_id"].split("#")[1]: [row["kind"], row["row_count"], row["cell_count"]]
            for row in rows["mart_table"]
        }
    assert facts == golden
    assert rows["mart_document"][0]["unclaimed_line_count"] == 0


MORE = SHARED / "more"
HEADERS = json.loads((Path(__file__).parents[2] / "golden" / "resolution_headers.json").read_text(encoding="utf-8"))


@pytest.mark.skipif(not MORE.exists(), reason="the shared drafts and resolutions are not here")
@pytest.mark.parametrize("symbol", HEADERS)
def test_header_facts_of_drafts_and_of_headings_with_a_slip(symbol: str) -> None:
    folder = MORE / ("resolutions" if "/RES/" in symbol else "drafts")
    facts = read(folder / f"{symbol.replace('/', '_')}.en.pdf")["mart_resolution"][0]
    plain = {name: value.isoformat() if isinstance(value, datetime.date) else value for name, value in facts.items()}
    assert {name: plain[name] for name in HEADERS[symbol]} == HEADERS[symbol]


@pytest.mark.skipif(not MORE.exists(), reason="the shared drafts and resolutions are not here")
def test_every_draft_and_further_resolution_has_its_golden_facts() -> None:
    """Headings of five resolutions and seven drafts."""
    files = [*(MORE / "resolutions").glob("*.pdf"), *(MORE / "drafts").glob("*.pdf")]
    assert {file.name for file in files} == {f"{symbol.replace('/', '_')}.en.pdf" for symbol in HEADERS}
    assert len(files) == 12


@pytest.mark.skipif(not MORE.exists(), reason="the shared drafts and resolutions are not here")
@pytest.mark.parametrize(
    ("symbol", "tables", "amounts"),
    [
        (
            "A/RES/80/243",
            [
                (
                    "adopted_post_changes",
                    "Total new posts",
                    3,
                    ["Establishment", "Reclassification", "Total new posts"],
                ),
                (
                    "adopted_post_changes",
                    "Total new posts",
                    3,
                    ["Establishment", "Reclassification", "Redeployment", "Total new posts"],
                ),
            ],
            44,
        ),
        ("A/RES/79/258", [], 59),
        ("A/RES/78/295", [], 6),
    ],
)
def test_tables_and_amounts_of_resolutions_that_stopped_a_release(
    symbol: str, tables: list[tuple[str, str, int, list[str]]], amounts: int
) -> None:
    """80/243 prints two tables of posts, of 8 and 10 rows; 79/258 and 78/295 print none."""
    rows = read(MORE / "resolutions" / f"{symbol.replace('/', '_')}.en.pdf")
    assert [row["kind"] for row in rows["mart_table"]] == [kind for kind, *_ in tables]
    for printed, (_, total, number, labels) in zip(rows["mart_table"], tables, strict=True):
        cells = [cell for cell in rows["mart_cell"] if cell["table_id"] == printed["table_id"]]
        assert [int(cell["value"]) for cell in cells if cell["row_label"] == total] == [number]
        assert sorted({cell["row_label"].partition(" from ")[0] for cell in cells}) == labels
    assert len(rows["mart_stated_amount"]) == amounts


@needs_texts
def test_every_document_has_its_golden_facts() -> None:
    assert len(DOCUMENTS) == len(GOLDEN) == 28


@needs_texts
@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("A_RES_78_252", {"Expenditure sections total": [10351, 4079, 14430], "Total": [10415, 4079, 14494]}),
        ("A_RES_79_257", {"Expenditure sections total": [10530, 3882, 14412], "Total": [10594, 3882, 14476]}),
        ("A_RES_80_242", {"Expenditure sections total": [9171, 2640, 11811], "Total": [9237, 2640, 11877]}),
    ],
)
def test_staffing_tables_of_the_budget_resolutions(name: str, rows: dict[str, list[int]]) -> None:
    cells = read(TEXTS / f"{name}.en.pdf")["mart_cell"]
    for label, values in rows.items():
        assert [int(cell["value"]) for cell in cells if cell["row_label"] == label] == values


@needs_texts
def test_section_amounts_of_a_budget_resolution() -> None:
    """78/253 appropriates under section 33 in six paragraphs, under section 36 in five."""
    stated = [row for row in read(TEXTS / "A_RES_78_253.en.pdf")["mart_stated_amount"] if row["fact_id"]]
    by_section: dict[str, list[int]] = {}
    for row in stated:
        if row["section_code"]:
            by_section.setdefault(row["section_code"], []).append(int(row["value"]))
    assert sorted(by_section["33"]) == [987700, 9622600, 9837000, 12097200, 14107700, 24776200]
    assert by_section["36"] == [220900, 122100, 149400, 4244100, 60800]
    assert by_section["24"] == [44926600] and by_section["18"] == [969900, 1127600]


@needs_texts
@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_no_word_of_a_document_is_lost(path: Path) -> None:
    document = blocks_kept(path)
    rows = parse_resolution(document)
    texts = (block.text for block in document.blocks if block.kind in ("paragraph", "heading"))
    printed = Counter(word for text in texts for word in text.split())
    kept = Counter(word for row in rows["mart_paragraph"] for word in str(row["text"]).split())
    for line in rows["mart_source_line"]:
        if line["role"] == "heading":
            kept.update(str(line["text"]).split())
    # The number of a paragraph is kept as its number.
    assert [word for word in printed - kept if not word.rstrip(".").isdigit()] == []
    numbers = [row["paragraph_number"] for row in rows["mart_paragraph"]]
    assert len(numbers) == len(set(numbers)) and not any("~" in number for number in numbers)


@needs_texts
def test_texts_agree_with_a_third_party_on_title_date_and_source() -> None:
    """The bundled facts and what the texts print are two witnesses of the same facts."""
    with (SHARED / "reference" / "cited_resolutions.csv").open(encoding="utf-8", newline="") as handle:
        known = {row["symbol"]: row for row in csv.DictReader(handle)}
    compared = 0
    for symbol, facts in GOLDEN.items():
        if (other := known.get(symbol)) is None:
            continue
        assert facts["title"] == other["title"].replace("\u00a0", " ")
        assert facts["adopted_on"] == other["adoption_date"]
        assert f"[{facts['source_document']}]" == other["source_bracket"].replace("\u00a0", " ")
        assert (facts["agenda_item"] or "") == other["agenda_item"]
        compared += 1
    assert compared == 22
