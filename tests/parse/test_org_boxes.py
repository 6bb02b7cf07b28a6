"""Boxes of organization charts: grades as they are typed, names without the rule below them."""

from __future__ import annotations

from pipelines.model.blocks import Block
from pipelines.parse.graphics import org_unit_rows
from pipelines.parse.scope.context import Context
from pipelines.symbols.identity import Identity
from pipelines.vocabulary import vocabulary_of


def test_grades_in_one_line_and_without_their_hyphen() -> None:
    box = Block("org_unit", "Office of the Director __________\n1 USG, 1 D1, 2 P-5, 2 P-4,\n1 FS, 1 LL\nTotal: 8")
    identity = Identity("A/77/6 (Sect. 10)", "en", "docx", 2023, "10", "fascicle")
    rows = org_unit_rows(box, "A", 2023, Context(vocabulary_of("en")), identity, 1)
    assert {row["unit_label"] for row in rows} == {"Office of the Director"}
    counts = [(row["grade_code"], int(row["post_count"])) for row in rows if not row["is_total"]]
    assert counts == [("USG", 1), ("D-1", 1), ("P-5", 2), ("P-4", 2), ("FS", 1), ("LL", 1)]
