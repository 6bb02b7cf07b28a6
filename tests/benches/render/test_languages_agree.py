"""Documents of one fascicle in six languages say the same, and one that says otherwise is named."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from benches.render.model import Fascicle, Table
from benches.render.render import render
from expectations.judging.witnesses import NEEDED_TABLES, witness_rows
from pipelines.run.document import read_and_judge
from tests.benches.render.facts import Rows, read_back, seed_facts, seed_rows
from warehouse.schema.languages import CODES


def _held_together(*documents: Rows) -> Rows:
    return witness_rows(
        {name: [row for rows in documents for row in rows.get(name, ())] for name in NEEDED_TABLES}  # type: ignore[misc]
    )


def _counts(rows: Rows) -> dict[str, int]:
    check = next(row for row in rows["mart_check"] if row["check_name"] == "languages_agree")
    return {name: check[name] for name in ("evaluated", "exact", "violated")}


def _misprinted(fascicle: Fascicle, kind: str, row_number: int, column: int, more: int) -> tuple[Fascicle, Decimal]:
    """The fascicle with one figure of its first table of a kind printed too high, and that figure."""
    table = next(e for e in fascicle.elements if isinstance(e, Table) and e.kind == kind)
    figures = list(table.rows[row_number].figures)
    figure = figures[column]
    assert figure is not None
    printed = figure.value + Decimal(more)
    figures[column] = replace(figure, value=printed, is_nil=False)
    rows = list(table.rows)
    rows[row_number] = replace(rows[row_number], figures=tuple(figures))
    changed = replace(table, rows=tuple(rows))
    return fascicle.with_(elements=tuple(changed if e is table else e for e in fascicle.elements)), printed


def test_six_languages_agree_in_every_claim() -> None:
    counts = _counts(_held_together(*(read_back(language, "docx") for language in CODES)))
    assert counts["evaluated"] > 700
    assert counts["violated"] == 0


def test_the_chinese_text_and_the_english_rendering_agree() -> None:
    counts = _counts(_held_together(seed_rows(), read_back("en", "docx")))
    assert counts["evaluated"] > 700
    assert counts["exact"] == counts["evaluated"]


@pytest.mark.parametrize("language", ["ar", "ru"])
@pytest.mark.parametrize(("kind", "row_number", "column"), [("financial_by_component", 2, 7), ("deliverables", 4, 2)])
def test_a_misprint_in_one_language_is_found_and_the_language_named(
    language: str, kind: str, row_number: int, column: int
) -> None:
    facts, printed = _misprinted(seed_facts(), kind, row_number, column, 3)
    wrong = read_and_judge(render(facts, language, "docx"), "docx", {}, "1" * 64)
    right = [read_back(other, "docx") for other in CODES if other != language]
    rows = _held_together(wrong, *right)
    assert _counts(rows)["violated"] == 1
    # its own sums may tell already; else the others do, for they all say the same
    told = [*rows["mart_finding"], *wrong["mart_finding"]]
    assert {finding["document_id"] for finding in rows["mart_finding"]} <= {f"A/77/6(Sect.10).{language}.docx"}
    assert any(finding["printed_value"] == printed for finding in told)
