"""Notes on structure and citations: true where the print is at fault, and only there."""

from __future__ import annotations

from typing import Any

import pytest

from expectations.judging.judge import judge_document
from expectations.model.claims import DocumentClaims
from expectations.structure.citations import cited_resolutions_are_mandates, links_lead_to_symbol, mandates_listed_once
from expectations.structure.numbering import figures_run, paragraphs_run, tables_run
from expectations.structure.references import announced_tables_are_present, captioned, printed_tables_are_announced

Row = dict[str, Any]


def document(language: str = "en", **rows: list[Row]) -> DocumentClaims:
    return claims_of({"mart_document": [{"document_id": "d", "language": language}], **rows})


def claims_of(rows: dict[str, list[Row]]) -> DocumentClaims:
    """A document of these rows alone, without tables and figures."""
    return DocumentClaims(rows["mart_document"][0]["document_id"], rows, [], [], {})


def paragraphs(*numbers: str) -> list[Row]:
    return [{"paragraph_number": number, "kind": "numbered", "text": "words"} for number in numbers]


def messages(outcome: Any) -> list[str]:
    return [row["message"] for row in outcome.findings]


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ("9.1 9.2 9.3", []),
        ("9.1 9.2 9.4", ["Paragraph 9.3 is missing before paragraph 9.4."]),
        ("9.1 9.2 9.6", ["Paragraph 9.3 to 9.5 are missing before paragraph 9.6."]),
        ("9.1 9.2 9.2 9.3", ["Paragraph 9.2 comes twice."]),
        # what stands out of order is told once: the numbers after it are all printed
        ("9.1 9.2 9.3 9.4 9.1 9.5", ["Paragraph 9.1 comes after paragraph 9.4."]),
        # items of a list are no paragraphs where these have the section before the point
        ("9.1 9.2 9.3 9.4 1 4 9.5 9.6 9.7", []),
        ("1 2 4", ["Paragraph 3 is missing before paragraph 4."]),
    ],
)
def test_a_number_is_missing_where_it_is_printed_nowhere(numbers: str, expected: list[str]) -> None:
    assert messages(paragraphs_run(document(mart_paragraph=paragraphs(*numbers.split())))) == expected


@pytest.mark.parametrize(
    ("number", "text", "second"),
    [
        ("1.349", "1.345 The list below provides all mandates", "1.345"),
        ("1.349", "1.349 The list below provides all mandates", "1.349"),
        ("65", "64. Progress is presented below", "64"),
        ("1.349", "1.5 million people were reached", None),
        ("10.9", "10.5 万人受益", None),
        ("1.349", "2.345 The prefix of another section", None),
        ("65", "64 Member States took part", None),
        ("1.349", "The list below provides all mandates", None),
    ],
)
def test_a_second_number_before_the_words_is_reported(number: str, text: str, second: str | None) -> None:
    rows = [{"paragraph_number": number, "kind": "numbered", "text": text}]
    expected = [f"Paragraph {number} begins with a second number, {second}."] if second else []
    assert messages(paragraphs_run(document(mart_paragraph=rows))) == expected


def lines(*texts: str, role: str = "caption") -> list[Row]:
    return [{"line_number": n, "role": role, "text": text, "page_number": 1} for n, text in enumerate(texts, 1)]


@pytest.mark.parametrize(
    ("language", "caption", "number"),
    [
        ("en", "Figure 9.II", "9.II"),
        ("en", "Figure 9.II Number of tides", "9.II"),
        ("fr", "Figure 9.II", "9.II"),
        ("ru", "Диаграмма 9.II", "9.II"),
        ("zh", "图9.二", "9.二"),
        ("ar", "الشكل 9.II", "9.II"),
    ],
)
def test_a_figure_counts_as_printed_when_its_caption_is(language: str, caption: str, number: str) -> None:
    plotted = [
        {"figure_number": number.replace("II", one).replace("二", one)}
        for one in (("I", "III") if "I" in number else ("一", "三"))
    ]
    whole = document(language, mart_chart_value=plotted, mart_source_line=lines(caption))
    assert list(captioned(whole, "figure")) == [number]
    assert messages(figures_run(whole)) == []
    bare = messages(figures_run(document(language, mart_chart_value=plotted)))
    assert len(bare) == 1 and number in bare[0]


def test_a_figure_named_within_a_line_is_no_caption() -> None:
    found = captioned(
        document(mart_source_line=lines("As Figure 9.II shows", "Figure 9.II shows it", role="text")), "figure"
    )
    assert found == {}


def test_an_announced_table_whose_caption_is_printed_is_not_missing() -> None:
    announcing = [{"paragraph_number": "9.1", "text": "Table 9.2 and table 9.3 list them.", "kind": "numbered"}]
    tables = [{"table_number": "9.1", "order_number": 1}]
    found = messages(
        announced_tables_are_present(
            document(mart_paragraph=announcing, mart_table=tables, mart_source_line=lines("Table 9.2"))
        )
    )
    assert found == ["Paragraph 9.1 announces table 9.3, which is not there."]
    numbered = [{"table_number": number, "order_number": n} for n, number in enumerate(("9.1", "9.3"))]
    assert messages(tables_run(document(mart_table=numbered, mart_source_line=lines("Table 9.2")))) == []


@pytest.mark.parametrize(
    ("printed", "text", "target", "is_wrong"),
    [
        ("A/79/7", "A/79/7", "A/79/7", False),
        ("A/79/7", "A/79/7", "A/78/7", True),
        ("A/79/7", "A/79/7", "A/79/71", True),
        ("ST/SGB/2024", "ST/SGB/2024/", "ST/SGB/2024/1", False),
        ("A/79/7", "A/79/7/", "A/79/7/Add.4", False),
        ("A/79/7", "A/79/7", None, False),
        ("ECE/QQ/1-ECE/RR/2", "ECE/QQ/1-ECE/RR/2", "ECE/RR/2", False),
        ("A/80/6", "A/80/6", "A/80/6 (Introduction)", False),
    ],
)
def test_links_that_lead_elsewhere(printed: str, text: str, target: str | None, is_wrong: bool) -> None:
    link = {"link_id": "l1", "printed_symbol": printed, "printed_text": text, "target_symbol": target, "address": "x"}
    outcome = links_lead_to_symbol(document(mart_link=[link]))
    assert bool(outcome.findings) is is_wrong
    assert outcome.evaluated == (target is not None)


def test_parts_of_one_text_are_not_listed_twice() -> None:
    def listed(*titles: str | None) -> list[str]:
        rows = [{"symbol": "A/RES/45/248 B", "title": title, "is_pending": False} for title in titles]
        return messages(mandates_listed_once(document(mart_mandate=rows)))

    assert listed("Questions relating to tides", "Procedures of committees") == []
    assert listed("Questions relating to tides", "Questions relating to tides") == [
        "A/RES/45/248 B is listed twice among the mandates of the programme."
    ]
    assert len(listed("Questions relating to the tides", "Questions relating to tides")) == 1
    assert len(listed("Questions", None)) == 1


def test_one_note_in_many_documents_is_listed_once() -> None:
    def noted(name: str) -> list[Row]:
        rows: dict[str, list[Row]] = {
            "mart_document": [{"document_id": name, "language": "en"}],
            "mart_mandate": [{"symbol": "A/RES/76/1"}],
            "mart_citation": [{"symbol": "A/RES/77/267", "paragraph_number": None}],
        }
        return cited_resolutions_are_mandates(claims_of(rows)).findings

    found = [row for name in ("a", "b", "c") for row in noted(name)]
    assert len({row["finding_id"] for row in found}) == 3
    assert len({row["pattern_id"] for row in found}) == 1
    assert all("A/RES/77/267" in row["pattern_message"] for row in found)


def test_patterns_of_notes_outlast_the_patterns_of_figures() -> None:
    rows: dict[str, list[Row]] = {
        "mart_mandate": [{"symbol": "A/RES/76/1"}],
        "mart_citation": [{"symbol": "A/RES/77/267", "paragraph_number": None}],
    }
    found = [
        row
        for name in ("a", "b")
        for row in judge_document(name, {"mart_document": [{"document_id": name, "language": "en"}], **rows})[
            "mart_finding"
        ]
    ]
    assert len(found) == 2
    assert len({row["pattern_id"] for row in found}) == 1


def test_a_slip_is_reported_once_for_all_formats_of_a_document() -> None:
    def noted(name: str, symbol: str) -> Row:
        told = [{"document_id": name, "language": "en", "symbol": symbol}]
        rows: dict[str, list[Row]] = {"mart_document": told, "mart_paragraph": paragraphs("9.1", "9.3")}
        return paragraphs_run(claims_of(rows)).findings[0]

    word, pdf, other = noted("a.docx", "A/81/6"), noted("a.pdf", "A/81/6"), noted("b.docx", "A/81/7")
    assert word["pattern_id"] == pdf["pattern_id"] != other["pattern_id"]
    assert word["pattern_message"] == "Paragraph 9.2 is missing before paragraph 9.3."


def test_tables_of_annexes_and_paragraphs_without_numbers_are_announced_too() -> None:
    numbered = [{"paragraph_number": "9.1", "text": "See table 9.1.", "line_first": 1, "line_last": 1}]
    said = [
        *lines("Table A.1 lists all deliverables.", "Details are in tables 9.2 to 9.4.", role="paragraph"),
        *lines("Table A.2", "Table 7"),
    ]
    for number, line in enumerate(said, start=2):
        line["line_number"] = number
    numbers = ("9.1", "A.1", "9.2", "9.3", "9.4", "A.2", "7")
    tables = [{"table_number": one, "order_number": n} for n, one in enumerate(numbers)]
    found = printed_tables_are_announced(document(mart_paragraph=numbered, mart_table=tables, mart_source_line=said))
    assert messages(found) == ["Table A.2 is announced in no paragraph."]


def test_what_a_cell_headed_mandate_names_is_listed() -> None:
    cell = "Congress on Tides | Mandate: General Assembly resolutions 46/152, 2491 (XXIII) and 78/223 B | 462.0"
    cited = ("A/RES/46/152", "A/RES/2491 (XXIII)", "A/RES/78/223 B", "A/RES/78/224")
    found = cited_resolutions_are_mandates(
        document(
            mart_mandate=[{"symbol": "A/RES/1/1"}],
            mart_citation=[{"symbol": symbol, "paragraph_number": "9.1"} for symbol in cited],
            mart_source_line=lines(cell, role="table"),
        )
    )
    assert messages(found) == ["A/RES/78/224 is cited in paragraph 9.1 but is in no list of mandates."]
