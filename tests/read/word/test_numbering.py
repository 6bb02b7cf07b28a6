"""Automatic numbers are those that Word prints."""

import pytest
from lxml import etree

from pipelines.read.word.numbering import Numbering, format_number
from tests.read.word.files import NAMESPACES, par, read


def level(index: int, text: str, fmt: str = "decimal", start: int = 1, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{index}"><w:start w:val="{start}"/><w:numFmt w:val="{fmt}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def abstract(number: int, *levels: str, more: str = "") -> str:
    return f'<w:abstractNum w:abstractNumId="{number}">{more}{"".join(levels)}</w:abstractNum>'


def num(number: int, of: int, **starts: int) -> str:
    overrides = "".join(
        f'<w:lvlOverride w:ilvl="{key[1:]}"><w:startOverride w:val="{value}"/></w:lvlOverride>'
        for key, value in starts.items()
    )
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{of}"/>{overrides}</w:num>'


def marks(definitions: str, *uses: tuple[int, int]) -> list[str]:
    """The marks of paragraphs that use (numbering, level), one after the other."""
    numbering = Numbering(etree.fromstring(f"<w:numbering {NAMESPACES}>{definitions}</w:numbering>"))
    return [numbering.mark(str(number), str(at)) for number, at in uses]


OUTLINE = abstract(1, level(0, "%1.", "upperRoman"), level(1, "%1.%2"), level(2, "(%3)", "lowerLetter"))


def test_paragraph_numbers_count_within_their_section() -> None:
    definitions = abstract(1, level(0, "10.%1", start=4)) + num(2, 1)
    assert marks(definitions, (2, 0), (2, 0), (2, 0)) == ["10.4", "10.5", "10.6"]


def test_deeper_levels_restart_after_the_level_above() -> None:
    assert marks(OUTLINE + num(1, 1), (1, 0), (1, 1), (1, 1), (1, 2), (1, 2), (1, 1), (1, 2), (1, 0), (1, 1)) == [
        "I.", "I.1", "I.2", "(a)", "(b)", "I.3", "(a)", "II.", "II.1",
    ]  # fmt: skip


def test_numberings_of_one_list_go_on_from_each_other() -> None:
    assert marks(OUTLINE + num(1, 1) + num(2, 1), (1, 0), (2, 0), (1, 0)) == ["I.", "II.", "III."]


def test_a_start_override_restarts_once() -> None:
    definitions = OUTLINE + num(1, 1) + num(2, 1, l0=1)
    assert marks(definitions, (1, 0), (1, 0), (2, 0), (2, 0)) == ["I.", "II.", "I.", "II."]


def test_overrides_of_the_levels_above_give_the_position_in_the_list() -> None:
    """As in a contents list: each numbering resumes under its own item, and the items go on."""
    definitions = OUTLINE + num(1, 1) + num(2, 1, l0=1, l1=1, l2=2) + num(3, 1, l0=1, l1=2, l2=2)
    assert marks(definitions, (1, 0), (1, 1), (2, 2), (1, 1), (3, 2), (3, 0), (3, 2)) == [
        "I.", "I.1", "(b)", "I.2", "(b)", "II.", "(b)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("restart", "expected"), [("", "1"), ('<w:lvlRestart w:val="0"/>', "3"), ('<w:lvlRestart w:val="1"/>', "1")]
)
def test_a_level_may_go_on_regardless_of_those_above(restart: str, expected: str) -> None:
    definitions = abstract(1, level(0, "%1"), level(1, "%2", more=restart)) + num(1, 1)
    assert marks(definitions, (1, 0), (1, 1), (1, 1), (1, 0), (1, 1))[-1] == expected


def test_legal_numbering_prints_digits_of_upper_levels() -> None:
    definitions = abstract(1, level(0, "%1", "upperRoman", 4), level(1, "%1.%2", more="<w:isLgl/>")) + num(1, 1)
    assert marks(definitions, (1, 0), (1, 1)) == ["IV", "4.1"]


def test_overridden_levels_and_linked_styles() -> None:
    own = (
        '<w:num w:numId="2"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0">'
        + level(0, "§%1")
        + ("</w:lvlOverride></w:num>")
    )
    linked = abstract(7, more='<w:numStyleLink w:val="List"/>') + abstract(
        8, level(0, "L%1"), more='<w:styleLink w:val="List"/>'
    )
    assert marks(OUTLINE + own + linked + num(9, 7), (2, 0), (9, 0)) == ["§1", "L1"]


def test_bullets_print_as_bullets_and_unknown_lists_as_nothing() -> None:
    definitions = abstract(1, level(0, "\uf0b7", "bullet"), level(1, "–", "bullet")) + num(1, 1)
    assert marks(definitions, (1, 0), (1, 1), (1, 8), (5, 0)) == ["•", "–", "", ""]


@pytest.mark.parametrize(
    ("value", "fmt", "expected"),
    [
        (28, "lowerLetter", "bb"),
        (3, "upperLetter", "C"),
        (44, "upperRoman", "XLIV"),
        (4, "lowerRoman", "iv"),
        (7, "decimalZero", "07"),
        (5, "none", ""),
        (3, "russianLower", "в"),
        (21, "chineseCounting", "二十一"),
        (10, "chineseCounting", "十"),
        (6, "cardinalText", "6"),
        (0, "lowerLetter", "0"),
        (5000, "upperRoman", "5000"),
    ],
)
def test_counters_print_in_their_format(value: int, fmt: str, expected: str) -> None:
    assert format_number(value, fmt) == expected


def test_marks_from_styles_precede_paragraphs_too() -> None:
    numbering = abstract(1, level(0, "%1.", "upperLetter"), level(1, "10.%2", more='<w:pStyle w:val="Para"/>')) + num(
        5, 1
    )
    styles = (
        '<w:style w:type="paragraph" w:styleId="Para"><w:name w:val="Para"/>'
        '<w:pPr><w:numPr><w:numId w:val="5"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Next"><w:name w:val="Next"/><w:basedOn w:val="Para"/></w:style>'
    )
    use = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="5"/></w:numPr>'
    off = '<w:pStyle w:val="Para"/><w:numPr><w:numId w:val="0"/></w:numPr>'
    body = (
        par("Programme", use)
        + par("One", '<w:pStyle w:val="Para"/>')
        + par("", '<w:pStyle w:val="Para"/>')
        + par("Not one", off)
        + par("Two", '<w:pStyle w:val="Next"/>')
        + par("", use)
    )
    blocks = read(body, numbering=numbering, styles=styles).blocks
    assert [(block.number, block.text) for block in blocks] == [
        ("A.", "Programme"),
        ("10.1", "One"),
        ("", "Not one"),
        ("10.2", "Two"),
        ("B.", ""),
    ]


def test_a_caption_numbered_by_word_is_a_caption_and_a_second_number_a_warning() -> None:
    numbering = abstract(1, level(0, "Table 1.%1", start=204)) + num(5, 1)
    use = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="5"/></w:numPr>'
    document = read(par("Table 1.197", use) + par("", use), numbering=numbering)
    assert [(block.kind, block.text) for block in document.blocks] == [
        ("caption", "Table 1.204"),
        ("caption", "Table 1.205"),
    ]
    assert document.warnings == ['a caption prints two numbers, "Table 1.204" and "Table 1.197": the first is taken']
