"""Words one letter away from those they must be."""

from __future__ import annotations

import pytest

from pipelines.vocabulary.spelling import is_one_edit_away, meant_of, mended_head


@pytest.mark.parametrize(
    ("printed", "is_near"),
    [
        ("Subprogamme", True),
        ("Subprogrammme", True),
        ("Subprogrsmme", True),
        ("Subprorgamme", True),
        ("Subprogramme", False),
        ("Subprogamm", False),
        ("Programme", False),
    ],
)
def test_one_edit(printed: str, is_near: bool) -> None:
    assert is_one_edit_away(printed, "Subprogramme") is is_near


def test_short_words_and_words_near_to_two_are_left() -> None:
    assert not is_one_edit_away("Tabel", "Table")
    assert meant_of("Componont", ["Component", "Componant"]) is None
    assert mended_head("Subprogamme 1", ["Subprogramme"]) == "Subprogramme 1"
    assert mended_head("Sous-progamme 2", ["Sous-programme"]) == "Sous-programme 2"
    assert mended_head("1 Subprogamme", ["Subprogramme"]) == "1 Subprogamme"
