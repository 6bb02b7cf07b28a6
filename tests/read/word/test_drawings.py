"""Charts, diagrams and text boxes of made-up documents."""

import pytest

from pipelines.model.blocks import Document
from pipelines.read.word.drawings import format_value
from tests.read.word.files import NAMESPACES, RAISED, cell, only, package, par, read, row, run, table, texts

DGM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"


@pytest.mark.parametrize(
    ("raw", "code", "expected"),
    [
        ("20312", r'_(* #\ ##0_);_(* \(#\ ##0\);_(* "-"??_);_(@_)', "20 312"),
        ("0", r'_(* #\ ##0_);_(* \(#\ ##0\);_(* "–"??_);_(@_)', "–"),
        ("-5.5", r'_(* #,##0.0_);_(* \(#,##0.0\);_(* "-"??_);_(@_)', "(5.5)"),
        ("-5.5", "#,##0.0;-#,##0.0", "-5.5"),
        ("-3", "0", "-3"),
        ("2279", "#,##0", "2,279"),
        ("1234567", "#,##0,", "1,235"),
        ("0.256", "0.0%", "25.6%"),
        ("3", "0.0", "3.0"),
        ("2.5", "0", "3"),
        ("44.999999999999993", "General", "45"),
        ("0.1", "", "0.1"),
        ("87958", '"$"#,##0', "87,958"),
        ("1234", r"[Red]#\ ##0", "1 234"),
        ("45292", "yyyy", "45292"),
        ("n/a", "0", "n/a"),
        ("1e400", "0", "1e400"),
        ("NaN", "0", "NaN"),
        ("5", '"' * 10_000, "5"),
    ],
)
def test_values_print_in_their_number_format(raw: str, code: str, expected: str) -> None:
    assert format_value(raw, code) == expected


def points(*values: str) -> str:
    return "".join(f'<c:pt idx="{n}"><c:v>{value}</c:v></c:pt>' for n, value in enumerate(values) if value)


def series(name: str, values: tuple[str, ...], labels: tuple[str, ...] = (), more: str = "", code: str = "0") -> str:
    cat = f"<c:cat><c:strRef><c:strCache>{points(*labels)}</c:strCache></c:strRef></c:cat>" if labels else ""
    val = (
        f"<c:val><c:numRef><c:numCache><c:formatCode>{code}</c:formatCode>{points(*values)}"
        "</c:numCache></c:numRef></c:val>"
    )
    tx = f"<c:tx><c:strRef><c:strCache>{points(name)}</c:strCache></c:strRef></c:tx>"
    return f"<c:ser>{tx}{more}{cat}{val}</c:ser>"


def typed(index: int, content: str) -> str:
    return (
        f'<c:dLbls><c:dLbl><c:idx val="{index}"/><c:tx><c:rich>{content}</c:rich></c:tx></c:dLbl>'
        f'<c:numFmt formatCode="#,##0.0" sourceLinked="0"/></c:dLbls>'
    )


def chart(plot: str, kind: str = "barChart", title: str = "", more: str = "") -> str:
    return (
        f"<c:chartSpace {NAMESPACES}><c:chart>{title}<c:plotArea><c:{kind}>{plot}</c:{kind}>"
        f"</c:plotArea></c:chart>{more}</c:chartSpace>"
    )


def title(words: str) -> str:
    return f"<c:title><c:tx><c:rich><a:p><a:r><a:t>{words}</a:t></a:r></a:p></c:rich></c:tx></c:title>"


ANCHORED = par("<w:r><w:drawing><c:chart r:id='c1'/></w:drawing></w:r>")


def read_chart(
    xml: str, body: str = ANCHORED
) -> tuple[str, list[tuple[str, tuple[tuple[str, str], ...]]], tuple[str, ...]]:
    block = next(
        block
        for block in read(body, related={"c1": ("chart", "charts/chart1.xml", xml)}).blocks
        if block.kind == "chart"
    )
    return block.text, [(one.name, one.points) for one in block.series], block.notes


@pytest.mark.parametrize("kind", ["barChart", "pieChart", "doughnutChart", "lineChart", "areaChart", "bar3DChart"])
def test_charts_of_any_type_give_their_cached_values(kind: str) -> None:
    plot = series("Planned", ("12", "", "0.5"), ("2022", "2023", "2024")) + series("Actual", ("7", "8"), code="0.0")
    text, found, notes = read_chart(chart(plot, kind, title("Posts")))
    assert (text, notes) == ("Posts", ())
    assert found == [
        ("Planned", (("2022", "12"), ("2023", ""), ("2024", "1"))),
        ("Actual", (("2022", "7.0"), ("2023", "8.0"), ("2024", ""))),
    ]


def test_labels_typed_by_hand_are_what_is_printed() -> None:
    value = '<a:p><a:r><a:t>Posts</a:t></a:r></a:p><a:p><a:fld type="VALUE"><a:t>[VALUE]</a:t></a:fld></a:p>'
    _, found, _ = read_chart(chart(series("", ("38146.5", "7"), ("Posts", "Other"), typed(0, value)), "pieChart"))
    assert found == [("", (("Posts", "38,146.5"), ("Other", "7.0")))]
    dash = '<a:p><a:r><a:t>\uf02d</a:t></a:r><a:r><a:rPr baseline="30000"/><a:t>a</a:t></a:r></a:p>'
    _, found, notes = read_chart(chart(series("X", ("", "7"), ("2022", "2023"), typed(0, dash))))
    assert (found, notes) == ([("X", (("2022", "−"), ("2023", "7.0")))], ("a",))


def test_categories_may_be_numbers_or_have_levels() -> None:
    years = f"<c:cat><c:numRef><c:numCache><c:formatCode>General</c:formatCode>{points('2022', '2023')}</c:numCache></c:numRef></c:cat>"
    values = f"<c:val><c:numLit>{points('1', '2')}</c:numLit></c:val>"
    assert read_chart(chart(f"<c:ser>{years}{values}</c:ser>"))[1] == [("", (("2022", "1"), ("2023", "2")))]
    levels = (
        "<c:cat><c:multiLvlStrRef><c:multiLvlStrCache>"
        f"<c:lvl>{points('planned', 'actual')}</c:lvl><c:lvl>{points('2024')}</c:lvl>"
        "</c:multiLvlStrCache></c:multiLvlStrRef></c:cat>"
    )
    assert read_chart(chart(f"<c:ser>{levels}{values}</c:ser>"))[1][0][1] == (
        ("2024 planned", "1"),
        ("2024 actual", "2"),
    )


def test_a_line_drawn_between_groups_of_columns_is_no_series() -> None:
    rule = f"<c:ser><c:xVal><c:numLit>{points('5.5', '5.5')}</c:numLit></c:xVal><c:yVal><c:numLit>{points('0', '9')}</c:numLit></c:yVal></c:ser>"
    data = f"<c:ser><c:xVal><c:numLit>{points('1', '2')}</c:numLit></c:xVal><c:yVal><c:numLit>{points('3', '9')}</c:numLit></c:yVal></c:ser>"
    assert read_chart(chart(rule + data, "scatterChart"))[1] == [("", (("1", "3"), ("2", "9")))]


def test_words_around_a_chart_are_its_text() -> None:
    axes = f"<c:valAx>{title('Number of projects')}</c:valAx>"
    assert read_chart(chart(series("X", ("1",)) + axes))[0] == "Number of projects"
    over = box(par(run("(actual)") + run("a", RAISED)), 0, 0, 9, 9)
    body = par(f"<w:r><w:drawing><c:chart r:id='c1'/></w:drawing></w:r><w:r>{drawing(over)}</w:r>")
    assert read_chart(chart(series("X", ("1",))), body) == ("(actual)", [("X", (("", "1"),))], ("a",))


def workbook() -> bytes:
    """A workbook: years in the first column, figures in the second, heads above."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    cells = (
        '<row><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>Planned</t></is></c></row>'
        '<row><c r="A2"><v>2024</v></c><c r="B2"><v>12.5</v></c></row><row><c r="A3"><v>2025</v></c></row>'
    )
    return package(
        {
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relation}"><sheets>'
            '<sheet name="My sheet" r:id="r7"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="r7" Target="worksheets/s1.xml"/></Relationships>',
            "xl/sharedStrings.xml": f'<sst xmlns="{main}"><si><t>Year</t></si></sst>',
            "xl/worksheets/s1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
        }
    )


def read_with_workbook(xml: str, data: bytes) -> Document:
    """A document with one chart and its workbook."""
    relations = '<Relationships><Relationship Id="w" Type="x/package" Target="../embeddings/a.xlsx"/></Relationships>'
    parts: dict[str, str | bytes] = {
        "word/embeddings/a.xlsx": data,
        "word/charts/_rels/chart1.xml.rels": relations,
    }
    return read(par("a") + ANCHORED, related={"c1": ("chart", "charts/chart1.xml", xml)}, parts=parts)


def referring(cells: str, kind: str = "num") -> str:
    return f"<c:{kind}Ref><c:f>{cells}</c:f></c:{kind}Ref>"


def test_the_workbook_is_asked_only_where_the_chart_keeps_no_values() -> None:
    asks = (
        f"<c:ser><c:tx>{referring('&apos;My sheet&apos;!$B$1', 'str')}</c:tx>"
        f"<c:cat>{referring('&apos;My sheet&apos;!$A$2:$A$3')}</c:cat>"
        f"<c:val>{referring('&apos;My sheet&apos;!$B$2:$B$3')}</c:val></c:ser>"
    )
    document = read_with_workbook(chart(asks), workbook())
    assert [(one.name, one.points) for one in document.blocks[1].series] == [
        ("Planned", (("2024", "12.5"), ("2025", "")))
    ]
    assert document.warnings == []
    kept = series("X", ("1",), ("2024",))
    assert read_with_workbook(chart(kept), b"no workbook").blocks[1].series[0].points == (("2024", "1"),)


@pytest.mark.parametrize("cells", ["Other!$A$1", "My sheet!$A$1:$ZZ$99999", "[1]Book!x", ""])
def test_cells_that_are_not_there_give_nothing(cells: str) -> None:
    plot = f"<c:ser><c:val>{referring(cells)}</c:val></c:ser>"
    assert read_with_workbook(chart(plot), workbook()).blocks[1].series[0].points == ()


def test_a_damaged_workbook_is_a_warning() -> None:
    plot = f"<c:ser><c:val>{referring('My sheet!$B$2')}</c:val></c:ser>"
    warnings = read_with_workbook(chart(plot), b"PK\x03\x04 cut off").warnings
    assert warnings[0].startswith("the workbook of a chart is left out: ")


def test_a_chart_without_values_is_a_warning() -> None:
    document = read(par("a") + ANCHORED, related={"c1": ("chart", "charts/chart1.xml", chart(series("X", ())))})
    assert document.warnings == ["1 chart(s), diagram(s) or embedded documents keep no words or values: look at them"]


def shape(content: str, left: int, top: int, width: int, height: int) -> str:
    """A shape with a text box, in points."""
    frame = f'<a:xfrm><a:off x="{left * 12700}" y="{top * 12700}"/><a:ext cx="{width * 12700}" cy="{height * 12700}"/></a:xfrm>'
    return (
        f"<wps:wsp><wps:spPr>{frame}</wps:spPr><wps:txbx><w:txbxContent>{content}</w:txbxContent></wps:txbx></wps:wsp>"
    )


box = shape


def drawing(*shapes: str) -> str:
    return f"<w:drawing><wp:anchor><a:graphic><a:graphicData><wpg:wgp>{''.join(shapes)}</wpg:wgp></a:graphicData></a:graphic></wp:anchor></w:drawing>"


def units(*shapes: str) -> list[str]:
    blocks = read(par(f"<w:r>{drawing(*shapes)}</w:r>")).blocks
    assert {block.kind for block in blocks} == {"org_unit"}
    return [block.text for block in blocks]


def test_a_text_box_is_one_block_with_its_lines() -> None:
    content = par("Policy Division") + par("(subprogramme 1)") + par("RB:") + par(run("1 P-4") + run("b", RAISED))
    block = only(par(f"<w:r>{drawing(shape(content, 10, 20, 100, 50))}</w:r>"))
    assert block.kind == "org_unit"
    assert block.text == "Policy Division\n(subprogramme 1)\nRB:\n1 P-4"
    assert block.notes == ("b",)
    assert block.grid is not None
    assert block.grid.rows[3][0].notes == ("b",)  # type: ignore[union-attr]
    assert block.place.box == (0, -50, 100, 0)


def test_alternatives_of_a_box_count_once() -> None:
    old = f"<w:pict><v:shape><v:textbox><w:txbxContent>{par('Unit')}</w:txbxContent></v:textbox></v:shape></w:pict>"
    new = drawing(shape(par("Unit"), 0, 0, 9, 9))
    both = f"<mc:AlternateContent><mc:Choice Requires='wps'>{new}</mc:Choice><mc:Fallback>{old}</mc:Fallback></mc:AlternateContent>"
    assert only(par(f"<w:r>{both}</w:r>")).text == "Unit"
    assert only(par(f"<w:r>{old}</w:r>")).text == "Unit"
    assert (
        only(par(f"<w:r><mc:AlternateContent><mc:Fallback>{old}</mc:Fallback></mc:AlternateContent></w:r>")).text
        == "Unit"
    )


def test_boxes_come_from_top_to_bottom_and_left_to_right() -> None:
    assert units(
        shape(par("right"), 200, 105, 90, 40),
        shape(par("low"), 0, 200, 90, 40),
        shape(par("left"), 0, 100, 90, 40),
        shape(par("top"), 100, 0, 90, 40),
    ) == ["top", "left", "right", "low"]


def test_groups_have_coordinates_of_their_own() -> None:
    frame = (
        "<wpg:grpSpPr><a:xfrm><a:off x='0' y='0'/><a:ext cx='1270000' cy='1270000'/>"
        "<a:chOff x='500' y='500'/><a:chExt cx='1000' cy='1000'/></a:xfrm></wpg:grpSpPr>"
    )
    inner = (
        "<wps:wsp><wps:spPr><a:xfrm><a:off x='1000' y='1000'/><a:ext cx='250' cy='250'/></a:xfrm></wps:spPr>"
        f"<wps:txbx><w:txbxContent>{par('in a group')}</w:txbxContent></wps:txbx></wps:wsp>"
    )
    outer = shape(par("first"), 0, 0, 20, 20)
    blocks = read(par(f"<w:r>{drawing(outer, f'<wpg:grpSp>{frame}{inner}</wpg:grpSp>')}</w:r>")).blocks
    assert [(block.text, block.place.box) for block in blocks] == [
        ("first", (0, -20, 20, 0)),
        ("in a group", (50, -75, 75, -50)),
    ]


def test_a_box_within_a_box_is_a_part_of_it() -> None:
    posts = par("RB:") + par("1 D-2") + par("Total: 1")
    others = par("XB:") + par("2 P-3") + par("1 LL") + par("Total: 3")
    assert units(
        shape(others, 60, 30, 40, 60),
        shape(posts, 10, 30, 40, 60),
        shape(par("Director"), 0, 0, 110, 100),
        shape(par("Branch"), 0, 150, 110, 100),
    ) == ["Director\nRB:\tXB:\n1 D-2\t2 P-3\nTotal: 1\t1 LL\n\tTotal: 3", "Branch"]


def test_heads_in_the_outer_box_are_above_the_columns_within() -> None:
    columns = [shape(par(f"{n} P-{n}"), 10 + 40 * n, 40, 30, 30) for n in (1, 2, 3)]
    head = par("Office") + par("RB:            XB:")
    assert units(shape(head, 0, 0, 200, 90), *columns) == ["Office\nRB:\t\tXB:\n1 P-1\t2 P-2\t3 P-3"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["RB:\tXB:", "1 D-2\t5 D-1", "\t2 P-3"], "RB:\tXB:\n1 D-2\t5 D-1\n\t2 P-3"),
        (["RB:\t\t\tXB:", "1 D-2\t\t5 D-1", "6\t1"], "RB:\tXB:\n1 D-2\t5 D-1\n6\t1"),
        (["\tRB:\tXB:", "\t1 D-2\t5 D-1", "\t3 P-5", "Total: 9"], "RB:\tXB:\n1 D-2\t5 D-1\n3 P-5\nTotal: 9"),
        (["RB:         XB:", "1 D-2       5 D-1", "            2 P-3"], "RB:\tXB:\n1 D-2\t5 D-1\n\t2 P-3"),
        (["\tOffice", "1 P-5"], "Office\n1 P-5"),
        (["1\tUSG", "2\tGS (OL)"], "1 USG\n2 GS (OL)"),
        (["RB:\tOA:\tXB:", "1\t\t2"], "RB:\tOA:\tXB:\n1\t\t2"),
    ],
)
def test_columns_of_a_box_follow_each_other(lines: list[str], expected: str) -> None:
    content = "".join(
        par("".join("<w:r><w:tab/></w:r>" if sign == "\t" else run(sign) for sign in line)) for line in lines
    )
    assert units(shape(content, 0, 0, 9, 9)) == [expected]


def test_a_table_in_a_box_shows_its_columns() -> None:
    heads = row(cell("RB:"), cell("OA:"), cell("XB:"))
    gaps = row(cell(par("1 USG") + par("2 P-3")), cell(""), cell(par("1 P-5        2 P-3")))
    content = par("Executive Office") + table(heads, gaps) + par("Total: 6")
    assert units(shape(content, 0, 0, 9, 9)) == [
        "Executive Office\nRB:\tOA:\tXB:\n1 USG\t\t1 P-5\t2 P-3\n2 P-3\nTotal: 6"
    ]


def test_notes_in_a_text_box_are_notes() -> None:
    content = par(run("a", RAISED) + run(" Redeployment.")) + par(run("b", RAISED) + run(" New."))
    blocks = read(par(f"<w:r>{drawing(shape(content, 0, 0, 9, 9))}</w:r>")).blocks
    assert [(block.kind, block.number, block.text) for block in blocks] == [
        ("note", "a", "Redeployment."),
        ("note", "b", "New."),
    ]


def test_boxes_of_a_diagram_are_units() -> None:
    data = (
        f"<dgm:dataModel xmlns:dgm='{DGM}' {NAMESPACES}><dgm:ptLst><dgm:pt><dgm:t><a:p><a:r><a:t>Office</a:t></a:r>"
        "<a:br/><a:r><a:t>RB:</a:t></a:r></a:p><a:p><a:r><a:t>1 P-4</a:t></a:r>"
        "<a:r><a:rPr baseline='30000'/><a:t>b</a:t></a:r></a:p></dgm:t></dgm:pt><dgm:pt/></dgm:ptLst></dgm:dataModel>"
    )
    body = par(f"<w:r><w:drawing><dgm:relIds xmlns:dgm='{DGM}' r:dm='d1'/></w:drawing></w:r>")
    blocks = read(body, related={"d1": ("diagramData", "diagrams/data1.xml", data)}).blocks
    assert [(block.kind, block.text, block.notes) for block in blocks] == [("org_unit", "Office\nRB:\n1 P-4", ("b",))]


def picture(width: int, height: int) -> str:
    frame = (
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width * 12700}" cy="{height * 12700}"/></a:xfrm></pic:spPr>'
    )
    return f"<w:r><w:drawing><pic:pic><pic:blipFill><a:blip r:embed='p'/></pic:blipFill>{frame}</pic:pic></w:drawing></w:r>"


def test_pictures_are_named_by_their_caption_or_heading_and_rules_passed_over() -> None:
    body = (
        par("Figure 10.V")
        + par("Distribution")
        + par(picture(400, 200))
        + table(row("a"))
        + par(run("Branch", "<w:b/>"))
        + par(picture(400, 200))
        + par(picture(400, 2))
    )
    assert read(body).warnings == [
        '2 picture(s) hold no text that can be read: look at the document, Figure 10.V, "Branch"'
    ]


def test_drawings_in_cells_follow_their_table() -> None:
    blocks = read(table(row(cell(par(f"<w:r>{drawing(shape(par('Unit'), 0, 0, 9, 9))}</w:r>")), "x"))).blocks
    assert [block.kind for block in blocks] == ["table", "org_unit"]
    assert texts(blocks[0]) == [["", "x"]]


def test_a_box_in_a_box_by_nesting_is_read_too() -> None:
    inner = f"<w:pict><v:shape><v:textbox><w:txbxContent>{par('inner')}</w:txbxContent></v:textbox></v:shape></w:pict>"
    assert units(shape(par("outer") + par(f"<w:r>{inner}</w:r>"), 0, 0, 9, 9)) == ["outer", "inner"]
