"""Sub-points nested by their marks."""

from __future__ import annotations

import pytest

from pipelines.parse.prose.points import is_mark, point_rows, points_of


@pytest.mark.parametrize(
    ("marks", "labels"),
    [
        ("(a) (b)", ["(a)", "(b)"]),
        ("(a) (i) (ii) (b)", ["(a)", "(a) (i)", "(a) (ii)", "(b)"]),
        ("(g) (h) (i) (j)", ["(g)", "(h)", "(i)", "(j)"]),
        ("(a) (i) (ii) (iii) (iv) (v) (vi)", ["(a)", *(f"(a) ({n})" for n in ("i", "ii", "iii", "iv", "v", "vi"))]),
        ("(a) (1) (2) (b) (1)", ["(a)", "(a) (1)", "(a) (2)", "(b)", "(b) (1)"]),
        ("(a) • • (b) •", ["(a)", "(a) •1", "(a) •2", "(b)", "(b) •1"]),
        ("(i) (a) (b) (ii)", ["(i)", "(i) (a)", "(i) (b)", "(ii)"]),
        ("(y) (z) (aa) (bb)", ["(y)", "(z)", "(aa)", "(bb)"]),
        ("(a) (c)", ["(a)", "(c)"]),
        ("(a) (b) © (d)", ["(a)", "(b)", "(c)", "(d)"]),
        ("(a) (b) © (d) © (f)", ["(a)", "(b)", "(c)", "(d)", "(e)", "(f)"]),
        ("(a) (b) (i) (ii) ©", ["(a)", "(b)", "(b) (i)", "(b) (ii)", "(c)"]),
        ("(p) (q) ®", ["(p)", "(q)", "(r)"]),
        ("©", ["(c)"]),
    ],
)
def test_depth_follows_from_the_run_of_marks(marks: str, labels: list[str]) -> None:
    text = "Decides:\n" + "\n".join(f"{mark} words" for mark in marks.split())
    assert [point.label for point in points_of(text)] == labels


def test_rows_name_their_parent_and_line() -> None:
    paragraph = {"paragraph_id": "d#p3", "document_id": "d", "text": "Decides:\n(a) One:\n(i) Two\nmore words"}
    rows = point_rows(paragraph, [7, 9, 11, 13])
    assert [(r["point_label"], r["parent_label"], r["depth"], r["text"], r["line_first"]) for r in rows] == [
        ("(a)", None, 1, "One:", 9),
        ("(a) (i)", "(a)", 2, "Two", 11),
    ]
    assert points_of("a paragraph (a) within its words") == []


def test_signs_typed_for_letters_are_marks_and_stay_as_printed() -> None:
    assert [is_mark(mark) for mark in ("(a)", "©", "®", "12.3", "•", "")] == [True, True, True, False, False, False]
    paragraph = {"paragraph_id": "d#p3", "document_id": "d", "text": "Will:\n(a) One;\n(b) Two;\n© Three."}
    rows = point_rows(paragraph)
    assert [(row["point_label"], row["text"]) for row in rows][-1] == ("(c)", "Three.")
    assert "© Three." in paragraph["text"]
