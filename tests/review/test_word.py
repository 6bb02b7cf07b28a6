"""Word files come back with comments at their figures, and with nothing else changed."""

from __future__ import annotations

import io
import random
import zipfile
from datetime import UTC, datetime
from itertools import count

import pytest
from docx import Document

from benches.review import checked_cells, misprint, plant_one, replaced, review_of_bytes, word_faults
from pipelines.read.word.package import Package
from pipelines.review.marking import marked
from pipelines.review.notes import AUTHORS, Note
from pipelines.review.places import Spot
from pipelines.review.word_comments import _put, with_comments
from tests.review.drafts import draft, draft_notes, edited, judged_draft

WHEN = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_finding_is_commented_at_its_figure_and_nothing_else_changes(language: str) -> None:
    notes = draft_notes(language, "docx")
    assert sum(note.spot is not None for note in notes) == len(notes) - 1
    made = marked(draft(language, "docx"), "docx", notes, WHEN)
    assert word_faults(draft(language, "docx"), made, notes) == []


def test_the_first_comment_sums_up_and_a_pattern_has_one() -> None:
    notes = draft_notes("en", "docx")
    made = Document(io.BytesIO(marked(draft("en", "docx"), "docx", notes, WHEN)))
    texts = [one.text for one in made.comments]
    assert texts[0].startswith("Reviewed: A/77/6 (Sect. 10), English, Word.")
    assert len(texts) == len(notes)
    (pattern,) = [text for text in texts if "in 2 rows" in text]
    assert pattern.count("83.5 implied") == 2
    first = made.element.body.xpath(".//w:commentRangeStart")[0]
    assert first.get(f"{{{first.nsmap['w']}}}id") == "0"


def test_what_editors_put_into_a_file_stays_as_it_is() -> None:
    data = edited(draft("en", "docx"))
    notes = review_of_bytes(data, "docx")
    made = marked(data, "docx", notes, WHEN)
    assert word_faults(data, made, notes) == []
    comments = list(Document(io.BytesIO(made)).comments)
    assert comments[0].author == "Editor" and comments[0].text == "Is this the figure agreed?"
    numbers = [one.comment_id for one in comments]
    assert len(set(numbers)) == len(numbers) == len(notes) + 1
    (wrong,) = [one for one in comments if one.text.startswith("Table 10.23")]
    assert "0.9 is printed where the other figures give -0.9" in wrong.text  # the accepted text is judged
    main = Package(made).raw("word/document.xml").decode()
    at = main.index("</w:fldChar>") if "</w:fldChar>" in main else main.index('w:fldCharType="begin"')
    field = main[at : main.index('w:fldCharType="end"')]
    assert "commentRange" not in field  # a field that is updated loses what is within


def test_without_the_anchors_the_bytes_are_those_of_the_file() -> None:
    data = draft("en", "docx")
    made = marked(data, "docx", draft_notes("en", "docx"), WHEN)
    text = Package(made).raw("word/document.xml").decode()
    for number in count():
        marks = (f'<w:commentRangeStart {_NAMES} w:id="{number}"/>', f'<w:commentRangeEnd {_NAMES} w:id="{number}"/>')
        reference = f'<w:r {_NAMES}><w:commentReference w:id="{number}"/></w:r>'
        if marks[0] not in text:
            break
        for mark in (*marks, reference):
            text = text.replace(mark, "")
    original = Package(data).raw("word/document.xml").decode()
    assert number == len(draft_notes("en", "docx"))
    assert text.replace("></w:p>", "/>") == original.replace("></w:p>", "/>")


_NAMES = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def test_a_planted_misprint_is_commented_at_its_cell_alone() -> None:
    data, chance = draft("en", "docx"), random.Random(7)
    before = draft_notes("en", "docx")
    for cell in chance.sample(checked_cells(judged_draft("en", "docx")), 2):
        assert plant_one(data, cell, misprint(cell["printed_text"], chance), before) == []


def test_doubts_have_another_author_and_notes_without_a_place_come_first() -> None:
    notes = [
        Note("summary", ("Reviewed.",), None),
        Note("finding", ("Wrong.",), Spot(line=1), ("f",), "error"),
        Note("doubt", ("Unsure.", "Why: <&> \x07 so."), Spot(line=2), ("d",)),
        Note("finding", ("Nowhere.",), Spot(line=100_000), ("n",), "error"),
    ]
    made = Document(io.BytesIO(marked(draft("en", "docx"), "docx", notes, WHEN)))
    assert [(one.author, one.text) for one in made.comments] == [
        (AUTHORS["summary"], "Reviewed.\nWithout a place in the file: Nowhere."),
        (AUTHORS["finding"], "Wrong."),
        (AUTHORS["doubt"], "Unsure.\nWhy: <&>  so."),
    ]
    assert AUTHORS["doubt"] != AUTHORS["finding"]


def test_a_part_in_utf_16_stays_in_it() -> None:
    data = draft("en", "docx")
    text = Package(data).raw("word/document.xml").decode().replace("UTF-8", "UTF-16", 1)
    wide = replaced(data, "word/document.xml", text.encode("utf-16"))
    made, left = with_comments(wide, [Note("finding", ("Wrong.",), Spot(line=1), ("f",), "error")], WHEN)
    assert left == []
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.read("word/document.xml").decode("utf-16").count("commentRangeStart") == 1


@pytest.mark.parametrize(
    ("before", "number", "at_end", "after"),
    [
        ("<a><b/></a>", 1, False, "<a>*<b/></a>"),
        ("<a><b/></a>", 1, True, "<a><b>*</b></a>"),
        ("<a><b x='1'/>t</a>", 1, True, "<a><b x='1'>*</b>t</a>"),
        ("<a><b>t</b><!-- <c/> --><c/></a>", 2, False, "<a><b>t</b><!-- <c/> -->*<c/></a>"),
        ("<a>é<b>ж</b></a>", 1, True, "<a>é<b>ж*</b></a>"),
        ("<a/>", 0, True, "<a>*</a>"),
    ],
)
def test_insertions_go_between_the_bytes(before: str, number: int, at_end: bool, after: str) -> None:
    assert _put(before.encode(), "part", {(number, at_end): "*"}).decode() == after
