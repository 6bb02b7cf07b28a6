"""What readers remark: its kind by its words, and whether figures may be missing for it."""

from __future__ import annotations

import pytest

from pipelines.assemble.warnings import completeness_doubts, may_lack, warning_rows
from pipelines.model.blocks import Place, Remark


@pytest.mark.parametrize(
    ("words", "kind", "lacks"),
    [
        ("page 4 is a picture: look at the document", "picture", True),
        ("page(s) 12, 13, 14 hold pictures and no text: look at the document", "picture", True),
        ("pages 12 to 14 are pictures without text: look at the document", "picture", True),
        ("3 picture(s) hold no text that can be read: look at the document, page 7", "picture", False),
        ("embedded HTML is left out after table 3", "embedded", True),
        ("a watermark is left out: DRAFT", "watermark", False),
        ("12 words are hidden and left out", "hidden_text", False),
        ("2 sign(s) of a symbol font are unknown", "encoding", False),
        ("line 20: no column heads recognised below the caption", "other", False),
        (Remark("incomplete", "a part of the document", Place(page=9)), "incomplete", True),
    ],
)
def test_a_warning_is_of_a_kind_and_tells_whether_something_is_missing(
    words: str | Remark, kind: str, lacks: bool
) -> None:
    (row,) = warning_rows([words, words], "A/1.en.txt")
    assert (row["kind"], may_lack(row)) == (kind, lacks)
    assert bool(list(completeness_doubts([row]))) == (lacks or kind == "picture")
