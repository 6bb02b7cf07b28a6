"""A PDF is read as its pages are shown: what is in the file and not on the page is left out and told, once."""

from __future__ import annotations

import math

import pytest

from pipelines.read.pdf.document import read_pdf
from tests.read.pdf.raw import FIRST, budget_page, form, picture, raw_pdf, read, rule, shown, stream, words

PAGES = budget_page(), budget_page(number=2)
BASE = shown(read(*PAGES))
GHOST = (
    words(360, 561, "999.9", 8.5) + words(72, 470, "4.99") + words(105, 470, "Nobody sees this sentence of many words.")
)
A_LAYER = {
    "objects": ["<</Type/OCG/Name(Draft)>>"],
    "names": f"/Properties<</L {FIRST} 0 R>>",
    "catalogue": f"/OCProperties<</OCGs[{FIRST} 0 R]/D<</OFF[{FIRST} 0 R]>>>>",
}


def hidden(content: str, **given) -> None:  # type: ignore[no-untyped-def]
    """Assert that what is drawn with the pages is left out, and told once with both pages."""
    for pages in ([f"{page}\n{content}" for page in PAGES], [f"q {content} Q\n{page}" for page in PAGES]):
        document = read(*pages, **given)
        assert shown(document) == BASE
        (warning,) = document.warnings
        assert warning.startswith("hidden text on pages 1, 2 was left out, ") and "999.9" in warning


def test_the_page_itself_is_read() -> None:
    assert [block[0] for block in BASE].count("table") == 2
    assert ("Travel of staff", "20.0", "21.0") in [
        tuple(cell[0] for cell in row if cell) for block in BASE if block[3] for row in block[3]
    ]
    assert read(*PAGES).warnings == []


@pytest.mark.parametrize("mode", [3, 7])
def test_invisible_words(mode: int) -> None:
    hidden(GHOST.replace("BT ", f"BT {mode} Tr "))


def test_an_invisible_copy_of_the_page() -> None:
    pages = [page + "\n" + page.replace("BT ", "BT 3 Tr ").replace(" S\n", " n\n") for page in PAGES]
    document = read(*pages)
    assert shown(document) == BASE
    assert len(document.warnings) == 1 and document.warnings[0].startswith("hidden text on pages 1, 2 ")


def test_invisible_signs_within_words_that_are_seen() -> None:
    page = PAGES[0] + words(105, 340, "Seen") + words(123, 340, "ghost", extra="3 Tr")
    assert shown(read(page))[-1][2].endswith("Seen")


@pytest.mark.parametrize("colour", ["1 g", "0.98 0.99 1 rg"])
def test_white_words_on_white(colour: str) -> None:
    hidden(f"q {colour} {GHOST} Q")


def test_white_words_on_a_dark_ground_are_seen() -> None:
    band = f"q 0 g 70 336 300 16 re f Q q 1 g {words(105, 340, 'White on black')} Q"
    assert any("White on black" in str(block) for block in shown(read(PAGES[0] + band)))


def test_words_with_no_opacity() -> None:
    hidden(f"q /G gs {GHOST} Q", names="/ExtGState<</G<</ca 0>>>>")


def test_words_beyond_the_edge() -> None:
    hidden("q 1 0 0 1 700 0 cm " + GHOST + " Q")


def test_words_beyond_the_crop_box() -> None:
    page = "/MediaBox[-400 -400 1200 1400]/CropBox[0 0 612 792]"
    assert shown(read(*PAGES, page=page)) == BASE
    hidden("q 1 0 0 1 0 600 cm " + GHOST.replace("470", "561") + " Q", page=page)


def test_words_clipped_away() -> None:
    hidden(f"q 10 10 30 20 re W n {GHOST} Q")


def test_words_too_small_to_be_seen() -> None:
    hidden(GHOST.replace(" 10 Tf", " 0.1 Tf").replace(" 8.5 Tf", " 0.5 Tf"))


def test_words_painted_over() -> None:
    ghost = words(320, 340, "999.9") + words(105, 340, "Painted over afterwards")
    pages = [f"{page}{ghost} q 1 g 100 330 400 20 re f Q" for page in PAGES]
    document = read(*pages)
    assert shown(document) == BASE and document.warnings[0].startswith("hidden text on pages 1, 2 ")


def test_shading_below_words_covers_nothing() -> None:
    pages = [f"q 0.8 g 72 532 428 70 re f Q {page}" for page in PAGES]
    document = read(*pages)
    assert shown(document) == BASE and document.warnings == []


def test_a_layer_that_is_switched_off() -> None:
    hidden(f"/OC /L BDC {GHOST} EMC", **A_LAYER)


def test_a_layer_that_is_switched_on() -> None:
    layer = {**A_LAYER, "catalogue": f"/OCProperties<</OCGs[{FIRST} 0 R]/D<</ON[{FIRST} 0 R]>>>>"}
    pages = [f"/OC /L BDC {page} EMC" for page in PAGES]
    document = read(*pages, **layer)
    assert shown(document) == BASE and document.warnings == []


def test_a_form_in_a_layer_that_is_switched_off() -> None:
    objects = [A_LAYER["objects"][0], form(GHOST, entries=f"/OC {FIRST} 0 R")]
    hidden("/X Do", **{**A_LAYER, "objects": objects, "names": f"/XObject<</X {FIRST + 1} 0 R>>"})


# -- set twice ------------------------------------------------------------------------------------


@pytest.mark.parametrize("move", ["0 0", "0.3 0", "-0.3 0", "0 0.25", "0.2 -0.2"])
def test_a_page_set_twice(move: str) -> None:
    document = read(*(f"{page} q 1 0 0 1 {move} cm {page} Q" for page in PAGES))
    assert shown(document) == BASE and document.warnings == []


def test_words_set_twice_in_parts() -> None:
    again = words(105.3, 490, "The Office ") + words(105, 490, "The Office answers for")
    assert shown(read(again + PAGES[0], PAGES[1])) == BASE


# -- watermarks -----------------------------------------------------------------------------------


def watermark(text: str, matrix: str, grey: float = 0.85, size: float = 60) -> str:
    return f"q {grey} g BT /F1 {size} Tf {matrix} Tm ({text}) Tj ET Q\n"


@pytest.mark.parametrize(
    "mark",
    [
        watermark("DRAFT COPY", "0.707 0.707 -0.707 0.707 150 200"),
        watermark("DRAFT COPY", "0.5 0.866 -0.866 0.5 150 200", 0.0),
        watermark("DRAFT COPY", "1 0 0 1 100 540"),
        watermark("DRAFT COPY", "1 0 0 1 100 540", 0.0),
        watermark("DRAFT COPY", "0 1 -1 0 300 200"),
    ],
)
def test_a_watermark_is_left_out_with_a_warning(mark: str) -> None:
    for pages in ([mark + page for page in PAGES], [page + mark for page in PAGES]):
        document = read(*pages)
        assert shown(document) == BASE
        assert document.warnings == ["watermark 'DRAFT COPY' on pages 1, 2 was left out of the text"]


def test_a_large_title_is_no_watermark() -> None:
    title = words(105, 690, "Programme budget", 24, 1)
    document = read(title + PAGES[0], PAGES[1])
    assert document.warnings == [] and "Programme budget" in str(shown(document))


def test_a_stamp_gives_a_warning() -> None:
    note = "<</Type/Annot/Subtype/Stamp/Rect[300 300 400 340]/Contents(Not for quotation)>>"
    document = read(PAGES[0], page=f"/MediaBox[0 0 612 792]/Annots[{FIRST} 0 R]", objects=[note])
    assert document.warnings[1:] == ["notes and stamps laid over page 1 were left out ('Not for quotation')"]


# -- geometry -------------------------------------------------------------------------------------


@pytest.mark.parametrize("matrix", ["1 0 0 1 0 0", "0.5 0 0 0.5 0 0", "2 0 0 2 -100 -50"])
def test_pages_wrapped_in_forms(matrix: str) -> None:
    scale, _, _, _, left, bottom = (float(one) for one in matrix.split())
    back = f"{1 / scale} 0 0 {1 / scale} {-left / scale} {-bottom / scale}"
    objects = [
        form(PAGES[0], matrix),
        form(f"q {back} cm /X Do Q", names=f"/XObject<</X {FIRST} 0 R>>"),
        form(PAGES[1]),
    ]
    names = f"/XObject<</A {FIRST + 1} 0 R/B {FIRST + 2} 0 R>>"
    assert shown(read("/A Do", "q /B Do Q", objects=objects, names=names)) == BASE


@pytest.mark.parametrize("degrees", [0.2, 0.4, -1, 2.5])
def test_a_page_laid_askew(degrees: float) -> None:
    angle = math.radians(degrees)
    turn = f"{math.cos(angle):.6f} {math.sin(angle):.6f} {-math.sin(angle):.6f} {math.cos(angle):.6f} 0 0 cm"
    assert shown(read(*(f"q {turn} {page} Q" for page in PAGES))) == BASE


@pytest.mark.parametrize(
    ("turn", "box"),
    [
        ("0 1 -1 0 792 0", "0 0 792 612"),
        ("0 -1 1 0 0 612", "0 0 792 612"),
        ("-1 0 0 -1 612 792", "0 0 612 792"),
        ("1 0 0 1 0 0", "0 0 612 792"),
    ],
)
@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_a_page_turned_in_either_way(turn: str, box: str, rotate: int) -> None:
    pages = [f"q {turn} cm {page} Q" for page in PAGES]
    assert shown(read(*pages, page=f"/MediaBox[{box}]/Rotate {rotate}")) == BASE


@pytest.mark.parametrize("scale", [0.5, 0.7, 1.414, 2.5])
def test_a_page_at_another_scale(scale: float) -> None:
    pages = [f"q {scale} 0 0 {scale} 0 0 cm {page} Q" for page in PAGES]
    document = read(*pages, page=f"/MediaBox[0 0 {612 * scale} {792 * scale}]")
    assert shown(document) == BASE
    place = next(block for block in document.blocks if block.kind == "table").place
    assert place.box is not None and abs(place.box[0] - 74 * scale) < 1  # in points of the paper


@pytest.mark.parametrize("scale", [0.5, 0.7])
def test_a_page_printed_smaller_than_its_paper(scale: float) -> None:
    pages = [f"q {scale} 0 0 {scale} 100 150 cm {page} Q" for page in PAGES]
    assert shown(read(*pages)) == BASE


def test_one_page_on_larger_paper() -> None:
    pages = PAGES[0], f"q 1.414 0 0 1.414 0 0 cm {PAGES[1]} Q"
    boxes = "/MediaBox[0 0 612 792]", "/MediaBox[0 0 866 1120]"
    assert shown(read(*pages, PAGES[0], page=(*boxes, boxes[0]))) == shown(read(*PAGES, PAGES[0]))


def test_a_crop_box_with_an_origin_of_its_own() -> None:
    pages = [f"q 1 0 0 1 200 300 cm {page} Q" for page in PAGES]
    assert shown(read(*pages, page="/MediaBox[0 0 1000 1200]/CropBox[200 300 812 1092]")) == BASE


def as_bars(y: float) -> str:
    return "".join(f"{a} {y} {b - a} 0.5 re f\n" for a, b in ((72, 300), (300, 400), (400, 500)))


def as_one_path(y: float) -> str:
    return f"72 {y} m 300 {y} l 300 {y} m 400 {y} l 400 {y} m 500 {y} l S\n"


def as_dashes(y: float) -> str:
    return "".join(f"{x} {y} m {x + 2} {y} l S\n" for x in range(72, 500, 4))


def as_dash_pattern(y: float) -> str:
    return f"[2 2] 0 d 72 {y} m 500 {y} l S [] 0 d\n"


def as_pictures(y: float) -> str:
    return f"q 428 0 0 0.7 72 {y} cm /R Do Q\n"


@pytest.mark.parametrize("drawn", [rule, as_bars, as_one_path, as_dashes, as_dash_pattern, as_pictures])
def test_rules_however_they_are_drawn(drawn) -> None:  # type: ignore[no-untyped-def]
    given = {"objects": [picture(1, 1, b"\x00")], "names": f"/XObject<</R {FIRST} 0 R>>"}
    assert shown(read(budget_page(drawn), budget_page(drawn, 2), **given)) == BASE


def test_a_grid_drawn_as_one_path() -> None:
    lines = "".join(f"72 {y} m 500 {y} l " for y in (602, 582, 532))
    pages = [f"0.5 w {lines} S\n" + budget_page(lambda y: "", number) for number in (1, 2)]
    assert shown(read(*pages)) == BASE


# -- pictures, parts, codes -------------------------------------------------------------------------


SCAN = {"objects": [picture()], "names": f"/XObject<</P {FIRST} 0 R>>"}
A_PICTURE = "q 612 0 0 792 0 0 cm /P Do Q\n"


def test_a_page_that_is_a_picture() -> None:
    document = read(PAGES[0], A_PICTURE, PAGES[1], A_PICTURE + words(72, 36, "30-01234"), **SCAN)
    assert document.warnings[0].startswith("pages 2, 4 are pictures without text: ")
    assert shown(document) == BASE


def test_a_page_whose_words_are_drawn() -> None:
    drawn = "".join(f"{72 + 5 * n} 600 m {75 + 5 * n} 600 l {74 + 5 * n} 606 l f\n" for n in range(80))
    assert read(PAGES[0], drawn, PAGES[1]).warnings[0].startswith("page 2 is a picture without text: ")


def test_recognised_text_is_all_that_a_scan_has() -> None:
    pages = [A_PICTURE + page.replace("BT ", "BT 3 Tr ").replace(" S\n", " n\n") for page in PAGES]
    document = read(*pages, **SCAN)
    assert document.warnings[0].startswith(
        "text recognised in pictures by a program (OCR) is all that pages 1, 2 hold: "
    )
    assert "Travel of staff" in str(shown(document))


def test_text_below_a_picture_of_the_page() -> None:
    document = read(*(page + A_PICTURE for page in PAGES), **SCAN)
    assert document.warnings[0].startswith("text recognised ") and "Travel of staff" in str(shown(document))


def foot(number: int, total: int) -> str:
    return budget_page(number=number).replace(f"({number}/2)", f"({number}/{total})")


@pytest.mark.parametrize(
    ("numbers", "total", "told"),
    [
        (range(1, 11), 20, "pages 11 to 20 of 20 are missing"),
        (range(11, 21), 20, "pages 1 to 10 of 20 are missing"),
        ((1, 2, 4), 4, "page 3 of 4 is missing"),
        ((1, 2, 3), 3, None),
        ((1, 2, 3), 2, None),
    ],
)
def test_pages_that_are_missing(numbers, total: int, told: str | None) -> None:  # type: ignore[no-untyped-def]
    document = read(*(foot(number, total) for number in numbers))
    assert [warning.partition(":")[0] for warning in document.warnings] == ([told] if told else [])


def test_embedded_files_give_a_warning() -> None:
    file = stream("a,b", "/Type/EmbeddedFile")
    spec = f"<</Type/Filespec/F(table.csv)/UF(table.csv)/EF<</F {FIRST} 0 R>>>>"
    given = {
        "objects": [file, spec],
        "catalogue": f"/Names<</EmbeddedFiles<</Names[(table.csv) {FIRST + 1} 0 R]>>>>",
    }
    assert read(*PAGES, **given).warnings == [
        "embedded: 1 attached file(s) were not read (table.csv): give each by itself"
    ]


def test_warnings_are_one_line_each() -> None:
    data = raw_pdf(GHOST.replace("BT ", "BT 3 Tr ") + PAGES[0], PAGES[1], A_PICTURE, **SCAN)
    assert all("\n" not in warning for warning in read_pdf(data).warnings)
