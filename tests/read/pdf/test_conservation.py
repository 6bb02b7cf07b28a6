"""Every sign on the pages of a PDF is in a block or in a line with a role, once."""

from __future__ import annotations

import re
from collections import Counter

import pypdfium2
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.model.blocks import Block, Document
from tests.read.pdf.files import RESOLUTIONS, TWINS, Paper, each, path_of, real

SPACES = re.compile(r"[\s\x00-\x1f\u00ad\u200b]")
ROLES = {"heading", "paragraph", "caption", "table", "note", "chart", "org_unit"}
REST = {"furniture", "leader", "separator", "repeated_head", "axis"}


def signs(text: str) -> Counter[str]:
    """Signs of a text without white space; commas that only part footnote marks do not count."""
    return Counter(SPACES.sub("", text.replace("\ufffe", "-")))


def signs_of_pages(data: bytes) -> Counter[str]:
    with pypdfium2.PdfDocument(data) as document:
        return signs("".join(page.get_textpage().get_text_range() for page in document))


def words_of(block: Block) -> list[str]:
    """The words of a block, with its marks; labels of a chart once, whatever the number of its series."""
    words = [block.number, block.text, *block.notes]
    if block.grid is not None:
        for row in block.grid.rows:
            words += [word for cell in row if cell is not None for word in (cell.text, *cell.notes)]
    labels: Counter[str] = Counter()
    for series in block.series:
        labels |= Counter(label for label, _ in series.points)
    words += labels.elements()
    return words + [value for series in block.series for _, value in series.points]


def signs_of(document: Document) -> Counter[str]:
    words = [word for block in document.blocks for word in words_of(block)]
    return signs("".join(words + [line.text for line in document.lines if line.role in REST]))


def without_commas(found: Counter[str]) -> Counter[str]:
    return Counter({sign: count for sign, count in found.items() if sign != ","})


@each(*TWINS, *RESOLUTIONS)
def test_every_sign_is_read_once(name: str) -> None:
    found, expected = signs_of(real(name)), signs_of_pages(path_of(name).read_bytes())
    assert without_commas(expected - found) == Counter(), "lost"
    assert found - expected == Counter(), "read twice"


@each(*TWINS, *RESOLUTIONS)
def test_every_line_has_a_role(name: str) -> None:
    document = real(name)
    assert [line.number for line in document.lines] == list(range(1, len(document.lines) + 1))
    assert {line.role for line in document.lines} <= ROLES | REST
    assert all(block.place.page and block.place.box for block in document.blocks)


WORDS = st.text(alphabet="abcdefgh 0123456789().,-", min_size=1, max_size=40).map(str.strip).filter(bool)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(40, 400), st.integers(60, 740), WORDS), min_size=1, max_size=12))
def test_any_page_keeps_its_signs(places: list[tuple[int, int, str]]) -> None:
    paper = Paper().page()
    for x, y, words in places:
        paper.text(x, y, words)
    paper.text(40, 30, "Words enough to be read")
    data = paper.bytes()
    found, expected = signs_of(paper.read()), signs_of_pages(data)
    assert without_commas(expected - found) == Counter()
    assert found - expected == Counter()
