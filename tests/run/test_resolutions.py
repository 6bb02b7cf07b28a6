"""Resolutions through the same entrance as fascicles: told by content, judged, joined into one release."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipelines.ingest.library import record_rows
from pipelines.model.blocks import UnreadableDocument
from pipelines.run.document import Refused, read_and_judge
from tests.ingest.test_library import marcxml
from tests.kept import rows_kept
from tests.parse.resolutions.test_resolutions import NEW, OLD, TEXTS, needs_texts
from tests.shared import BUNDLED, asked, judged, released
from warehouse.schema.declare import Rows


def rows_of(text: str, **given: Any) -> Rows:
    return read_and_judge(text.encode(), "txt", given, "0" * 64)


def test_content_distinguishes_a_resolution_from_a_decision() -> None:
    assert [row["kind"] for row in rows_of(NEW)["mart_document"]] == ["resolution"]
    assert [row["kind"] for row in rows_of(OLD.replace("Resolution", "Decision"))["mart_document"]] == ["decision"]
    assert judged(BUNDLED)["mart_document"][0]["kind"] == "fascicle"


def test_what_the_user_says_goes_before_the_content() -> None:
    rows = rows_of(OLD, symbol="A/RES/57/1")
    assert rows["mart_document"][0]["symbol"] == rows["mart_resolution"][0]["symbol"] == "A/RES/57/1"
    bare = OLD.replace("Resolution adopted", "Matter adopted").replace("The General Assembly,", "")
    with pytest.raises(UnreadableDocument):
        rows_of(bare, symbol="A/RES/57/1")


def test_a_resolution_is_judged_and_a_gap_in_it_found() -> None:
    assert rows_of(NEW)["mart_finding"] == []
    gap = rows_of(NEW.replace("2.\tRequests", "3.\tRequests"))["mart_finding"]
    assert [(one["class"], one["message"].split(" (")[0]) for one in gap] == [
        ("structure", "Paragraph 2 is missing before paragraph 3")
    ]


def test_points_are_under_their_paragraph() -> None:
    points = rows_of(NEW)["mart_paragraph_point"]
    assert [(p["paragraph_id"], p["point_label"], p["line_first"]) for p in points] == [
        ("A/RES/76/998.en.txt#p1", "(a)", 23),
        ("A/RES/76/998.en.txt#p1", "(b)", 25),
    ]


@pytest.mark.parametrize("cut", ["1.\tDecides noth", "1.\tDecides nothing,"])
def test_a_text_that_ends_within_a_paragraph_is_refused(cut: str) -> None:
    with pytest.raises(Refused, match="cut off"):
        rows_of(OLD[: OLD.index("1.\tDecides")] + cut)


def joined(folder: Path, *documents: Rows, records: Rows | None = None) -> dict[str, list[dict[str, Any]]]:
    folder.mkdir(exist_ok=True)
    database = released(folder, documents, records)
    names = ("mart_resolution", "mart_vote", "mart_country_vote", "mart_mandate")
    return {name: asked(database, f"FROM {name}") for name in names}


def test_texts_and_known_facts_make_one_row_each(tmp_path: Path) -> None:
    text = OLD.replace("56/999.\tInvented matters", "56/227.\tMatters as printed")
    rows = joined(tmp_path, judged(BUNDLED), rows_of(text))["mart_resolution"]
    by_symbol = {row["symbol"]: row for row in rows}
    assert len(by_symbol) == len(rows)
    assert (by_symbol["A/RES/56/227"]["text_status"], by_symbol["A/RES/56/227"]["title"]) == (
        "text",
        "Matters as printed",
    )
    assert by_symbol["A/RES/76/217"]["text_status"] == "metadata"


def test_library_records_fill_gaps_and_bring_votes(tmp_path: Path) -> None:
    """One record is of a mandate without a text, one of a text that is here, one of a resolution nobody names."""
    numbers = ("74/232 B", "56/227", "77/777")
    marked = [("967", {"c": "AAA", "d": "Y", "e": "FIRST LAND"}), ("967", {"c": "BBB", "d": "A", "e": "SECOND LAND"})]
    votes = [("952", {"a": "A/74/PV.64"}), *marked, ("996", {"b": "1", "c": "0", "d": "1", "f": "2"})]
    harvest = marcxml(
        *[
            [("791", {"a": f"A/RES/{number}"}), ("245", {"a": "As recorded"}), ("269", {"a": "2020-08-11"}), *votes]
            for number in numbers
        ]
    )
    records = record_rows([harvest])
    text = OLD.replace("56/999.\tInvented matters", "56/227.\tMatters as printed")
    documents = (judged(BUNDLED), rows_of(text))
    tables = joined(tmp_path, *documents, records=records)
    found = {row["symbol"]: row for row in tables["mart_resolution"]}
    lettered = found["A/RES/74/232 B"]
    assert (lettered["text_status"], lettered["title"], lettered["document_id"]) == ("metadata", "As recorded", None)
    assert found.pop("A/RES/56/227")["title"] == "Matters as printed" and "A/RES/77/777" not in found
    alone = {row["symbol"]: row for row in joined(tmp_path / "alone", *documents)["mart_resolution"]}
    assert {symbol: row for symbol, row in alone.items() if symbol in found} == {
        symbol: row for symbol, row in found.items() if symbol != "A/RES/74/232 B"
    }
    voted = {row["symbol"]: row for row in tables["mart_vote"]}
    assert voted.keys() == {"A/RES/56/227", "A/RES/74/232 B"}
    counts = ("yes_count", "no_count", "abstention_count", "non_voting_count", "total_count", "is_consistent")
    assert [voted["A/RES/74/232 B"][name] for name in counts] == [1, 0, 1, None, 2, True]
    cast = [(row["place"], row["country"], row["vote"]) for row in tables["mart_country_vote"]]
    assert cast == [(1, "FIRST LAND", "yes"), (2, "SECOND LAND", "abstention")] * 2


def test_resolutions_alone_bring_in_nothing_else(tmp_path: Path) -> None:
    assert [row["symbol"] for row in joined(tmp_path, rows_of(NEW))["mart_resolution"]] == ["A/RES/76/998"]


def test_mandates_of_the_bundled_edition_find_their_resolutions(tmp_path: Path) -> None:
    tables = joined(tmp_path, judged(BUNDLED))
    known = {row["symbol"] for row in tables["mart_resolution"]}
    unknown = [row["symbol"] for row in tables["mart_mandate"] if row["symbol"] not in known]
    assert unknown == ["A/RES/74/232 B", "A/RES/76/XXX"]


@needs_texts
@pytest.mark.parametrize("path", sorted(TEXTS.glob("*.txt")), ids=lambda path: path.stem)
def test_texts_have_no_findings(path: Path) -> None:
    rows = rows_kept(path)
    assert rows["mart_finding"] == []
    assert rows["mart_document"][0]["kind"] == "resolution"


COVER = "United Nations\n\nA/RES/76/998\n\nGeneral Assembly\n\n"


@pytest.mark.parametrize(
    ("printed", "instead", "gaps"),
    [
        ("The General Assembly,\n\n", "", "opening"),
        ("76/998.\t", "", "number"),
        ("76/998.\t", "76/989.\t", "other_number"),
        ("Resolution adopted by the General Assembly on 1 April 2022\n\n", "", "adoption"),
        ("[on the report of the Second Committee (A/76/999/Add.1, para. 7)]\n\n", "", "source"),
        ("Seventy-sixth session\n\n", "", "session"),
        ("Agenda item 23 (a)\n\n", "", "agenda_item"),
        ("", "", None),
    ],
)
def test_a_heading_with_a_slip_is_read_and_reported(printed: str, instead: str, gaps: str | None) -> None:
    rows = rows_of(COVER + (NEW.replace(printed, instead, 1) if printed else NEW))
    resolution = rows["mart_resolution"][0]
    assert (resolution["symbol"], resolution["header_gaps"]) == ("A/RES/76/998", gaps)
    assert resolution["operative_count"] == 2
    assert "Invented matters" in resolution["title"]
    found = [one for one in rows["mart_finding"] if one["check_name"] == "headings_of_resolutions_are_whole"]
    assert [one["class"] for one in found] == (["structure"] if gaps else [])


DRAFT = """United Nations

A/C.5/76/L.9/Rev.1

Seventy-sixth session

Fifth Committee

Agenda item 23

Matters of invention

Erewhon and Utopia:* draft resolutions

Invented amounts

Draft resolution I

The General Assembly,

Noting A/76/6 (Sect. 1),

1.\tAppropriates 7,000 dollars under section 10, Invention, of the programme budget for 2022;

Draft resolution II

The General Assembly,

Recalling nothing,

1.\tDecides nothing.
"""


def test_a_draft_is_read_as_not_adopted_and_states_no_fact() -> None:
    rows = rows_of(DRAFT)
    document, resolution = rows["mart_document"][0], rows["mart_resolution"][0]
    assert (document["kind"], document["symbol"]) == ("draft", "A/C.5/76/L.9/Rev.1")
    assert (resolution["text_status"], resolution["adopted_on"]) == ("draft", None)
    assert (resolution["title"], resolution["session_number"]) == ("Invented amounts", 76)
    numbers = [row["paragraph_number"] for row in rows["mart_paragraph"] if row["kind"] == "operative"]
    assert numbers == ["I.1", "II.1"]
    assert [row["fact_id"] for row in rows["mart_stated_amount"]] == [None]
    assert rows["mart_claim"] == []


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("A/76/604/Add.1\n\nThird report of the Advisory Committee on Administrative and Budgetary Questions",
         r"a report of the Advisory Committee \(A/76/604/Add\.1\): not read"),
        ("A/76/400\n\nReport of the Secretary-General", r"a report of the Secretary-General \(A/76/400\): not read"),
        ("A/76/590\n\nBudget performance of the Mission for the period from 1 July 2020 to 30 June 2021\n\n"
         "Report of the Secretary-General", "a report on the budget of a peacekeeping mission"),
        ("A/76/591\n\nBudget performance of the Mission for the period from 1 July 2020 to\n30 June 2021 of\nthe Mission\n"
         "Report of the Secretary-General", "a report on the budget of a peacekeeping mission"),
        ("A/C.2/76/L.1\n\nNote by the Secretariat", "a note by the Secretariat"),
        ("A/76/901\n\nSomething else", "a document of another kind"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("given", [{}, {"symbol": "A/76/6 (Sect. 10)"}, {"section_code": "10", "edition_year": 2022}])
def test_what_nothing_reads_is_refused_as_what_it_is(lines: str, reason: str, given: dict[str, Any]) -> None:
    cited = (
        "\n\nThe Committee considered A/76/6 (Sect. 10) and\n\nA/76/6 (Sect. 10)\n\n1.\tIt agrees with the report.\n"
    )
    with pytest.raises(Refused, match=reason):
        rows_of(f"United Nations {lines}{cited}", **given)


def test_a_symbol_given_for_another_kind_of_document_is_reported() -> None:
    with pytest.raises(Refused, match=r"a resolution \(A/RES/76/998\), not A/76/6"):
        rows_of(COVER + NEW, symbol="A/76/6 (Sect. 10)")
