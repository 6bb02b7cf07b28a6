"""The bench of identity itself: what it counts as right, wrong, lost and false."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest

from benches.identity import SHARED, documents, rendered
from benches.identity_edit import renumbered, times
from benches.identity_model import COPY, About, Key, Original, Reading, Variant, agrees, score_of
from benches.identity_prints import cut_tables
from benches.identity_structure import two_entities
from pipelines.model.blocks import Block, Document, Grid, GridCell, Place
from pipelines.vocabulary import vocabulary_of

WHOLE = About("10", "", "", "", "RB", "", "total", "", "estimate", "2026", "USD")


def _reading(facts: dict[Key, About | None], **tables: list[dict[str, Any]]) -> Reading:
    cells = {
        key: {"cell_id": f"c{n}", "table_id": f"t{key.table}", "fact_id": "|".join(("2026", *about)) if about else None}
        for n, (key, about) in enumerate(facts.items())
    }
    return Reading({**tables}, cells, {cell["cell_id"]: key for key, cell in cells.items()})


def _score(
    expected: dict[Key, About], read_as: dict[Key, About | None], apart: set[Key] = frozenset(), **tables: Any
) -> Any:
    document = Document("docx", [])
    before = Original("x", document, _reading({}), vocabulary_of("en"), {}, set(), Counter())
    return score_of(before, Variant("m", "d", document, expected, set(apart)), _reading(read_as, **tables))


A, B = Key(1, 1, 2), Key(2, 1, 2)


def test_a_named_code_may_have_any_name_but_no_other_scope_the_same() -> None:
    expected = {A: WHOLE._replace(entity="?first"), B: WHOLE._replace(entity="?second")}
    assert _score(expected, {A: WHOLE._replace(entity="I"), B: WHOLE._replace(entity="II")}).right == 2
    merged = _score(expected, {A: WHOLE._replace(entity="I"), B: WHOLE._replace(entity="I")})
    assert (merged.right, merged.silent) == (1, 1)
    assert _score(expected, {A: WHOLE, B: WHOLE}).silent == 2


def test_what_a_doubt_covers_is_not_silent() -> None:
    taken = {A: WHOLE._replace(year="2025"), B: None}
    doubts = [{"cell_id": None, "table_id": "t1", "other_table_id": "t2"}]
    assert _score({A: WHOLE, B: WHOLE}, taken).silent == 1
    score = _score({A: WHOLE, B: WHOLE}, taken, mart_doubt=doubts)
    assert (score.wrong, score.silent, score.lost, score.lost_silent) == (1, 0, 1, 0)


def test_a_lost_figure_under_a_head_that_is_listed_as_unknown_is_told() -> None:
    reading = _reading({A: None}, mart_unknown_term=[{"printed_text": "expendture"}])
    reading.cells[A]["column_label"] = "2024 Expendture"
    before = Original("x", Document("docx", []), _reading({}), vocabulary_of("en"), {}, set(), Counter())
    variant = Variant("m", "d", Document("docx", []), {A: WHOLE})
    assert score_of(before, variant, reading).lost_silent == 0
    reading.cells[A]["column_label"] = "2024 expenditure"
    assert score_of(before, variant, reading).lost_silent == 1


def test_a_table_is_cut_between_its_rows_and_loses_none() -> None:
    rows = tuple((GridCell(text, Place(table_ordinal=1, row=n)),) for n, text in enumerate("habcd"))
    table = Block("table", place=Place(table_ordinal=1), grid=Grid(rows, 1))
    known = Original("x", Document("docx", [table]), _reading({}), vocabulary_of("en"), {A: WHOLE}, set(), Counter())
    pieces = [
        ["".join(row[0].text for row in block.grid.rows if row[0]) for block in variant.document.blocks if block.grid]
        for variant in cut_tables(known, Random(0))
    ]
    assert pieces[:2] == [["hab", "hcd"], ["hab", "cd"]]


def test_a_figure_that_nothing_names_must_not_be_taken_for_a_known_fact() -> None:
    assert _score({A: WHOLE}, {A: WHOLE, B: WHOLE}, {B}).silent == 1
    assert _score({A: WHOLE}, {A: WHOLE, B: None}, {B}).silent == 0


def test_an_error_is_false_where_the_document_as_it_stands_has_none() -> None:
    finding = {"severity": "error", "cell_id": "c0", "class": "material", "table_number": None}
    assert len(_score({A: WHOLE}, {A: WHOLE}, mart_finding=[finding]).false_errors) == 1
    assert not _score({A: WHOLE}, {A: WHOLE}, mart_finding=[{**finding, "severity": "warning"}]).false_errors


def test_the_basis_of_a_budget_is_its_own_where_none_is_said() -> None:
    assert agrees(WHOLE, WHOLE._replace(basis="own"))
    assert not agrees(WHOLE._replace(basis="gross"), WHOLE)


def test_figures_are_multiplied_as_printed() -> None:
    assert [times(text, 2) for text in ("6 784.8", "(395.2)", "–", "Posts", "0.1")] == [
        "13 569.6",
        "(790.4)",
        "–",
        "Posts",
        "0.2",
    ]


def test_captions_are_counted_again() -> None:
    blocks = [Block("caption", "Table 10.4"), Block("caption", "Figure 10.V"), Block("caption", "Table 10.4")]
    assert [b.text for b in renumbered(blocks)] == ["Table 10.1", "Figure 10.I", "Table 10.2"]


@pytest.mark.skipif(not (SHARED / "corpus" / "A_80_6").exists(), reason=f"no documents at {SHARED}")
def test_a_second_entity_has_the_figures_of_the_first_twice_over() -> None:
    document = next(iter(documents(("13",))))
    variant = two_entities(document, Random(0))[0]
    assert {about.entity for about in variant.expected.values()} == {"?first", "?second"}
    assert {key.origin for key in variant.expected if key.table > COPY} <= set(document.truth)
    assert "| **all** | 0 | 0 |" in rendered([])
