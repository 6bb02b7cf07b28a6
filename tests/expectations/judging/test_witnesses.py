"""Documents held against one another: who differs, who is named, and that nothing else is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from expectations.judging.comparisons import WITNESS_CHECKS, comparisons
from expectations.judging.judge import judge_rows
from expectations.judging.witnesses import NEEDED_TABLES, witness_rows
from pipelines.model.blocks import UnreadableDocument
from pipelines.parse.resolutions.rows import parse_resolution
from pipelines.run.document import read_and_judge
from tests.parse.resolutions.blocks import budget_resolution
from tests.shared import BUNDLED, judged
from warehouse.schema.declare import Rows

CELL = {"table_number": "10.16", "row_label": "咨询人", "measure": "expenditure"}
SECTION_TOTAL = "2023|10||||RB||total||estimate|2023|USD"
ITEM = {"table_number": "10.6", "row_label": "4. 大会会议", "fiscal_year": 2023}


def _text(**identity: Any) -> Rows:
    """The bundled document under another identity: its identifier in every row, and what is said of it."""
    rows = judged(BUNDLED)
    own = rows["mart_document"][0]["document_id"]
    made = {**rows["mart_document"][0], **identity}
    new = f"{made['symbol'].replace(' ', '')}.{made['language']}.{made['format']}"

    def renamed(value: Any) -> Any:
        return value.replace(own, new) if isinstance(value, str) else value

    copied = {
        name: [{key: renamed(value) for key, value in row.items()} for row in deepcopy(rows.get(name, []))]
        for name in NEEDED_TABLES
    }
    copied["mart_document"] = [{**made, "document_id": new}]
    if made["edition_year"] != 2023:
        for row in (
            *copied["mart_claim"],
            *copied["mart_cell"],
            *copied["mart_chart_value"],
            *copied["mart_stated_amount"],
        ):
            if row.get("fact_id"):
                row["fact_id"] = row["fact_id"].replace("2023|", f"{made['edition_year']}|", 1)
    return copied


def _print(rows: Rows, picks: dict[str, Any], value: str) -> str:
    """Print another value in a cell; returns the cell."""
    cell = next(r for r in rows["mart_cell"] if all(r[name] == wanted for name, wanted in picks.items()))
    cell |= {"value": Decimal(value), "printed_text": value, "is_nil": False}
    for claim in rows["mart_claim"]:
        if claim["claim_id"] == cell["cell_id"]:
            claim |= {"value": Decimal(value), "printed_text": value}
    return str(cell["cell_id"])


def _together(*texts: Rows) -> Rows:
    whole: Rows = {}
    for text in texts:
        for name, rows in text.items():
            whole.setdefault(name, []).extend(rows)
    return witness_rows(whole)


def _count(found: Rows, check: str, name: str = "evaluated") -> int:
    return int(next(row[name] for row in found["mart_check"] if row["check_name"] == check))


def _misprinted(text: Rows) -> Rows:
    _print(text, CELL, "77")
    return text


WITNESS_MUTATIONS: dict[str, Callable[[], tuple[Rows, Rows]]] = {
    "formats_agree": lambda: (_text(format="docx"), _misprinted(_text(format="pdf"))),
    "languages_agree": lambda: (_text(), _misprinted(_text(language="en"))),
    "corrigendum_agrees_with_its_original": lambda: (
        _text(),
        _misprinted(_text(symbol="A/77/6 (Sect. 10)/Corr.1", kind="corrigendum")),
    ),
    "editions_agree": lambda: (_text(), _misprinted(_text(symbol="A/78/6 (Sect. 10)", edition_year=2024))),
    "reference_agrees": lambda: (_text(), read_and_judge(_reference(6488400), "json", {}, "2" * 64)),
    "appropriations_are_restated": lambda: (_text(), _decided("7,230,200")),
    "section_totals_agree": lambda: (_text(), _over_the_budget("7476.9")),
    "proposals_are_restated": lambda: (_text(), _revised("9999")),
}


def _revised(amount: str) -> Rows:
    """A report of revised estimates that restates section 10's total, and another amount of one object."""
    text = _text(symbol="A/77/999", kind="revised_estimate", section_code=None)
    for row in text["mart_cell"]:
        row["section_code"] = "10"
    picked = next(
        row["fact_id"]
        for row in text["mart_cell"]
        if row["fact_id"] and "|10||||RB||object|" in row["fact_id"] and "|estimate|2023|" in row["fact_id"]
    )
    kept = {row["fact_id"]: row for row in text["mart_cell"] if row["fact_id"] in (SECTION_TOTAL, picked)}
    text["mart_cell"] = list(kept.values())
    claims = {row["cell_id"] for row in text["mart_cell"]}
    text["mart_claim"] = [claim for claim in text["mart_claim"] if claim["claim_id"] in claims]
    for name in ("mart_stated_amount", "mart_chart_value", "mart_org_unit_post", "mart_deliverable", "mart_finding"):
        text[name] = []
    _print(text, {"fact_id": picked}, amount)
    return text


def _over_the_budget(total: str) -> Rows:
    """Another section's document that prints section 10's total, as a table over the whole budget does."""
    text = _text(symbol="A/77/6 (Sect. 36)", section_code="36")
    text["mart_cell"] = [cell for cell in text["mart_cell"] if cell["fact_id"] == SECTION_TOTAL][:1]
    kept = {cell["cell_id"] for cell in text["mart_cell"]}
    text["mart_claim"] = [claim for claim in text["mart_claim"] if claim["claim_id"] in kept]
    for name in ("mart_stated_amount", "mart_chart_value", "mart_org_unit_post", "mart_deliverable", "mart_finding"):
        text[name] = []
    _print(text, {"fact_id": SECTION_TOTAL}, total)
    return text


@pytest.mark.parametrize(("printed", "findings", "doubts"), [("7469.9", 0, 0), ("7476.9", 1, 0), ("2490.0", 0, 1)])
def test_a_section_total_is_held_against_tables_over_the_budget(printed: str, findings: int, doubts: int) -> None:
    """A little apart is a finding; of another order is about something else."""
    found = _together(_text(), _over_the_budget(printed))
    assert (len(found["mart_finding"]), len(found["mart_doubt"])) == (findings, doubts)
    assert all(row["document_id"] == _text()["mart_document"][0]["document_id"] for row in found["mart_doubt"])


def test_a_section_without_its_total_is_a_doubt() -> None:
    text = _text()
    for name in ("mart_cell", "mart_claim"):
        text[name] = [row for row in text[name] if row["fact_id"] != SECTION_TOTAL]
    (doubt,) = _together(text, _over_the_budget("7469.9"))["mart_doubt"]
    assert doubt["kind"] == "section_total" and "no total could be read" in doubt["evidence"]


def _decided(amount: str) -> Rows:
    """An invented resolution that appropriates an amount for section 10 in the year before the bundled edition."""
    words = budget_resolution()
    for block in words.blocks:
        block.text = block.text.replace("for 2024", "for 2022")
        if block.grid is not None:
            rows = [
                [cell and replace(cell, text=cell.text.replace("7,469,900", amount)) for cell in row]
                for row in block.grid.rows
            ]
            block.grid = replace(block.grid, rows=tuple(tuple(row) for row in rows))
    parsed = parse_resolution(words, source_sha256="3" * 64)
    return {name: rows for name, rows in parsed.items() if name in NEEDED_TABLES}


def test_what_was_appropriated_is_what_the_next_edition_restates() -> None:
    found = _together(_text(), _decided("7,320,187"))
    assert _count(found, "appropriations_are_restated") == 1
    assert _count(found, "appropriations_are_restated", "violated") == 0
    (finding,) = _together(_text(), _decided("7,230,200"))["mart_finding"]
    assert (finding["severity"], finding["witness_document_id"]) == ("info", "A/RES/78/999.en.pdf")


def test_checks_on_the_same_two_documents_are_asked_one_by_one() -> None:
    whole: Rows = {}
    for text in (_text(), _revised("9999")):
        for name, rows in text.items():
            whole.setdefault(name, []).extend(rows)
    every = [row["relation_id"] for row in witness_rows(whole)["mart_relation"]]
    apart = [row["relation_id"] for name, _ in WITNESS_CHECKS for row in witness_rows(whole, name)["mart_relation"]]
    assert sorted(apart) == sorted(every) and len(set(every)) == len(every)
    assert len({relation.rpartition("@")[2] for relation in every}) == 2


@pytest.mark.parametrize("check", sorted(WITNESS_MUTATIONS))
def test_a_mutation_breaks_its_check_and_no_other(check: str) -> None:
    found = _together(*WITNESS_MUTATIONS[check]())
    assert {row["check_name"] for row in found["mart_check"] if row["violated"]} == {check}
    assert {row["check_name"] for row in found["mart_finding"]} == {check}


def test_every_check_between_documents_has_its_mutation() -> None:
    assert set(WITNESS_MUTATIONS) == {name for name, _ in WITNESS_CHECKS}


def test_texts_that_agree_are_evaluated_and_nothing_is_found() -> None:
    found = _together(_text(), _text(format="docx"), _text(language="en"), _text(language="fr"))
    assert found["mart_finding"] == []
    assert _count(found, "formats_agree") > 900 and _count(found, "languages_agree") > 800
    assert _count(found, "formats_agree", "violated") == 0
    assert len(found["mart_relation"]) == sum(_count(found, name) for name, _ in WITNESS_CHECKS)


def test_a_document_alone_has_no_witness() -> None:
    assert comparisons([judged(BUNDLED)["mart_document"][0]]) == []


@pytest.mark.parametrize("picks", [CELL, ITEM])
def test_formats_that_differ_are_a_finding(picks: dict[str, Any]) -> None:
    pdf = _text(format="pdf")
    cell_id = _print(pdf, picks, "77")
    (finding,) = _together(_text(format="docx"), pdf)["mart_finding"]
    assert (finding["check_name"], finding["claim_id"]) == ("formats_agree", cell_id)
    assert finding["witness_document_id"].endswith(".docx") and not finding["is_unique"]
    assert "PDF" in finding["message"] and "Word" in finding["message"] and "77" in finding["message"]


def test_the_language_that_differs_from_all_others_is_named() -> None:
    english = _text(language="en")
    cell_id = _print(english, CELL, "99.9")
    (finding,) = _together(_text(), english, _text(language="fr"))["mart_finding"]
    assert (finding["check_name"], finding["claim_id"], finding["is_unique"]) == ("languages_agree", cell_id, True)
    assert finding["severity"] == "warning" and "English" in finding["message"]


def test_what_a_document_itself_implies_shows_which_of_two_values_is_wrong() -> None:
    """The Chinese text prints a percentage without its sign; its own figures imply what the English prints."""
    sign = {"table_number": "10.23", "table_part": "financial", "row_label": "非员额", "measure": "percent_change"}
    english, chinese = _text(language="en"), _text()
    _print(english, sign, "-0.9")
    english["mart_finding"] = []
    found = [f for f in _together(english, chinese)["mart_finding"] if f["table_number"] == "10.23"]
    assert [(f["claim_id"].split("#")[0][-6:], f["is_unique"]) for f in found] == [("zh.txt", True)]
    english["mart_finding"], chinese["mart_finding"] = [], []
    found = [f for f in _together(english, chinese)["mart_finding"] if f["table_number"] == "10.23"]
    assert [f["is_unique"] for f in found] == [False]


def test_editions_are_compared_where_they_overlap() -> None:
    """Both state the quantities planned for 2023 and the expenditure of 2021."""
    later = _text(symbol="A/78/6 (Sect. 10)", edition_year=2024)
    planned, spent = _print(later, ITEM, "31"), _print(later, CELL, "99.9")
    found = _together(_text(), later)
    assert {(f["claim_id"], f["severity"]) for f in found["mart_finding"]} == {(planned, "info"), (spent, "warning")}
    assert _count(found, "editions_agree") > 300


def test_a_corrigendum_is_held_against_what_it_corrects() -> None:
    corrigendum = _text(symbol="A/77/6 (Sect. 10)/Corr.1", kind="corrigendum")
    cell_id = _print(corrigendum, CELL, "131.6")
    original = _text()
    (finding,) = _together(original, corrigendum)["mart_finding"]
    assert finding["check_name"] == "corrigendum_agrees_with_its_original" and finding["severity"] == "info"
    assert finding["witness_claim_id"] == cell_id and finding["document_id"] == "A/77/6(Sect.10).zh.txt"


def test_own_findings_do_not_depend_on_the_other_documents() -> None:
    rows = judged(BUNDLED)
    other = read_and_judge(BUNDLED.read_bytes(), "txt", {"symbol": "A/77/6 (Sect. 11)"}, "1" * 64)
    both = {name: [*rows.get(name, []), *other.get(name, [])] for name in {*rows, *other}}
    alone = judge_rows(rows)["mart_finding"]
    assert [f for f in judge_rows(both)["mart_finding"] if f["document_id"] == alone[0]["document_id"]] == alone


def _reference(regular: int, subprogramme: int = 3442700) -> bytes:
    """A dataset of one section, in the layout that the site publishes."""
    meta = {
        "label": "PPB 2023 expenditure in 2021 (USD)",
        "edition": 2023,
        "year": 2021,
        "measure": "expenditure",
        "currency": "USD",
    }
    printed = {"sources": {"regular_budget": {"symbol": "A/77/6 (Sect. 10)", "pdfPage": 25, "rowLabel": "row"}}}

    def node(name: str, parent: str | None, tier: str, kind: str, amount: int, **more: Any) -> dict[str, Any]:
        values = {"regular_budget": amount}
        return {"id": name, "parentId": parent, "tier": tier, "kind": kind, "label": name, "values": values, **more}

    nodes = [
        node("whole", None, "whole", "whole", 1),
        node("part", "whole", "part", "part", 1, code="IV"),
        node("section", "part", "section", "section", regular, code="10"),
        node("unit", "section", "budget_unit", "allocation", regular, role="section_scope"),
        node("programme_of_work", "unit", "detail", "component", 4770900, **printed),
        node("one", "programme_of_work", "detail", "subprogramme", subprogramme, code="1", **printed),
        node("unprinted", "programme_of_work", "detail", "subprogramme", 5, code="2"),
    ]
    return json.dumps({"meta": meta, "nodes": nodes}).encode()


def test_a_reference_is_held_against_the_print_and_trusted_less() -> None:
    agreeing = read_and_judge(_reference(6488300), "json", {}, "2" * 64)
    assert len(agreeing["mart_reference_value"]) == 7 and len(agreeing["mart_claim"]) == 3
    found = _together(_text(), agreeing)
    assert found["mart_finding"] == [] and _count(found, "reference_agrees", "exact") == 3
    wrong = read_and_judge(_reference(6488400), "json", {}, "2" * 64)
    (finding,) = _together(_text(), wrong)["mart_finding"]
    assert finding["check_name"] == "reference_agrees" and finding["severity"] == "info"
    assert finding["document_id"].endswith(".json") and finding["witness_document_id"].endswith(".zh.txt")
    assert finding["printed_value"] == Decimal("6488.4") and finding["implied_value"] == Decimal("6488.3")


def test_a_reference_that_says_too_little_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match="edition"):
        read_and_judge(b'{"meta": {}, "nodes": []}', "json", {}, "3" * 64)
    with pytest.raises(UnreadableDocument, match="no list of nodes"):
        read_and_judge(b'{"meta": {}, "nodes": [1]}', "json", {}, "3" * 64)
    orphan = json.loads(_reference(1))
    del orphan["nodes"][0]
    with pytest.raises(UnreadableDocument, match="no parent"):
        read_and_judge(json.dumps(orphan).encode(), "json", {}, "3" * 64)
