"""Every character of a real document is read, once: compared with a plain walk over its XML."""

import re
import zipfile
from collections import Counter
from pathlib import Path

from lxml import etree

from pipelines.assemble.warnings import remark_of
from pipelines.model.blocks import Document
from tests.read.word.files import EACH_DOCUMENT, automatic_marks, real

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
UNPRINTED = re.compile("[\\s_\u00ad\u200b\u200d\u2060\ufeff]")  # a line of underscores is a rule
RAISED_A = "\u0363"  # stands for a footnote mark


def characters(text: str) -> Counter[str]:
    return Counter(UNPRINTED.sub("", text.replace(RAISED_A, "a")))


def words_of_story(root: etree._Element) -> str:
    """All words of the accepted document, each alternative once; automatic marks of notes, without commas between marks."""
    left_out: set[etree._Element] = set()
    for branch in root.iter(W + "del", W + "moveFrom", MC + "Fallback"):
        if branch.tag != MC + "Fallback" or branch.getparent().find(MC + "Choice") is not None:
            left_out.update(branch.iter(W + "t", W + "noBreakHyphen"))
    for note in root.iter(W + "footnote", W + "endnote"):
        if note.get(W + "type") is not None:
            left_out.update(note.iter(W + "t"))
    raised = {
        text
        for mark in root.iter(W + "vertAlign")
        if mark.get(W + "val") == "superscript" and mark.getparent().getparent().tag == W + "r"
        for text in mark.getparent().getparent().iter(W + "t")
    }
    words: list[str] = []
    for element in root.iter(W + "t", W + "noBreakHyphen"):
        if element not in left_out:
            text = "-" if element.tag == W + "noBreakHyphen" else element.text or ""
            words.append(text.replace(",", "") if element in raised else text)
    references = {one.get(W + "id") for one in root.iter(W + "footnoteReference")}
    words += (2 * str(number) for number in range(1, len(references) + 1))  # where it is referred to, and at the note
    return "".join(words)


def words_in_drawings(archive: zipfile.ZipFile) -> str:
    """Words that only drawings hold: diagrams, titles and shapes of charts, marks on their labels."""
    words: list[str] = []
    for name in archive.namelist():
        if re.fullmatch(r"word/(diagrams/data|charts/chart|drawings/drawing)\d+\.xml", name):
            root = etree.fromstring(archive.read(name))
            if "diagrams" in name:
                words += [text.text or "" for point in root.iter(DGM + "t") for text in point.iter(A + "t")]
            elif "drawings" in name:
                words += [text.text or "" for text in root.iter(A + "t")]
            else:
                words += [text.text or "" for title in root.iter(C + "title") for text in title.iter(A + "t")]
                raised = (one for one in root.iter(A + "rPr") if int(one.get("baseline", "0")) > 0)
                words += [one.getparent().findtext(A + "t") or "" for one in raised]
    return "".join(words)


def words_read(document: Document) -> str:
    words: list[str] = []
    for block in document.blocks:
        words += (block.number, block.text)
        if block.kind != "table":
            words += block.notes
            continue
        assert block.grid is not None
        for one in (one for line in block.grid.rows for one in line if one is not None):
            words += (one.text, *one.notes)
    # Of two numbers printed on one caption the second is said in a warning, and so is what a row is too low to show.
    said = [remark_of(warning).message for warning in document.warnings]
    words += [found for message in said for found in re.findall(r'and "([^"]+)": the first', message)]
    words += [found for message in said for found in re.findall(r'^"(.+)" in .* the row is too low', message)]
    return "".join(words)


@EACH_DOCUMENT
def test_every_character_is_read_once(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        stories = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml")
        printed = "".join(words_of_story(etree.fromstring(archive.read(name))) for name in stories)
        printed += words_in_drawings(archive)
    expected, found = characters(printed + automatic_marks(path)), characters(words_read(real(path)))
    assert found - expected == Counter(), "read, but not there"
    assert expected - found == Counter(), "there, but not read"


@EACH_DOCUMENT
def test_every_line_of_headers_and_footers_is_furniture(path: Path) -> None:
    furniture = set(real(path).furniture)
    with zipfile.ZipFile(path) as archive:
        relations = etree.fromstring(archive.read("word/_rels/document.xml.rels"))
        parts = {one.get("Id"): one.get("Target") for one in relations}
        root = etree.fromstring(archive.read("word/document.xml"))
        used = {
            parts[one.get("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id")]
            for one in root.iter(W + "headerReference", W + "footerReference")
        }
        lines = set()
        for name in used:
            for paragraph in etree.fromstring(archive.read(f"word/{name}")).iter(W + "p"):
                lines.add(" ".join(words_of_story(paragraph).split()))
    assert {re.sub(r"\s", "", line) for line in lines} - {""} == {re.sub(r"\s", "", line) for line in furniture}


@EACH_DOCUMENT
def test_every_series_of_a_chart_is_read_with_its_points(path: Path) -> None:
    charts = [block for block in real(path).blocks if block.kind == "chart"]
    expected: Counter[tuple[str, int]] = Counter()
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if re.fullmatch(r"word/charts/chart\d+\.xml", name):
                for series in etree.fromstring(archive.read(name)).iter(C + "ser"):
                    label = "".join(value.text or "" for value in series.iterfind(f"{C}tx//{C}v"))
                    if series.find(C + "val") is not None:  # else it is a line between groups of columns
                        shown = {point.get("idx") for point in series.find(C + "val").iter(C + "pt")}
                        typed = (one for one in series.iter(C + "dLbl") if one.find(f"{C}tx/{C}rich") is not None)
                        shown |= {one.find(C + "idx").get("val") for one in typed}
                        expected[" ".join(label.split()), len(shown)] += 1
    series_read = (one for chart in charts for one in chart.series)
    found = Counter((" ".join(one.name.split()), sum(bool(value) for _, value in one.points)) for one in series_read)
    assert found == expected
