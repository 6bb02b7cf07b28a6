"""An invented budget resolution as blocks, such as a reader of Word or PDF files makes: headings, tables, notes."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.model.blocks import Block, Document, Grid, GridCell, Link, Place, SourceLine

FURNITURE = ["United Nations", "A/RES/78/999", "General Assembly", "Distr.: General", "28 December 2023"]
SECTIONS = (
    ("Section", "Amount"),
    ("Part I. First matters", ""),
    ("1. Overall direction", "1,000,400"),
    ("2. Conferences", "500,600"),
    ("Total, part I", "1,501,000"),
    ("Part II. Second matters", ""),
    ("10. Least developed countries", "7,469,900"),
    ("29A. Management", "30,100"),
    ("Total, part II", "7,500,000"),
    ("Total", "9,001,000"),
)
STAFFING = (
    ("Category", "Number of posts (missions excluded)", "Number of posts (missions)", "Total"),
    ("Expenditure sections", "", "", ""),
    ("Professional and higher", "", "", ""),
    ("D-1", "3", "–", "3"),
    ("P-5", "1 004", "2", "1 006"),
    ("Subtotal", "1 007", "2", "1 009"),
    ("Other", "", "", ""),
    ("Local level", "5", "6", "11"),
    ("Subtotal", "5", "6", "11"),
    ("Expenditure sections total", "1 012", "8", "1 020"),
    ("Income section 3", "", "", ""),
    ("P-4", "2", "–", "2"),
    ("Income section 3 total", "2", "–", "2"),
    ("Total", "1 014", "8", "1 022"),
)
POSTS = (
    ("", "D-1", "P-5", "Total"),
    ("One department", "1", "–", "1"),
    ("Another", "2", "3", "5"),
    ("Total", "3", "3", "6"),
)
CHANGES = (
    ("Action", "Title of post", "Category/Level", "Number"),
    ("New post", "Clerk", "P-3", "1"),
    ("New post", "Assistant", "GS (OL)", "2"),
    ("Total net changes", "", "", "3"),
    ("Reclassification", "Officer", "P-4", "1"),
)
ABROAD = (("", "D-1", "P-5", "Total"), ("Abroad", "4", "5", "9"))
SCALE = (("Member State", "Percentage"), ("Erewhon", "77.995"), ("Ruritania", "22.000"), ("Utopia", "0.005"))


class _Maker:
    """Blocks in order, each a line of its own."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.lines: list[SourceLine] = []
        self.tables = 0

    def words(self, text: str, kind: str = "paragraph", number: str = "", notes: Sequence[str] = ()) -> None:
        line = self._line(f"{number} {text}".strip(), kind)
        place = Place(page=1, line_first=line, line_last=line)
        self.blocks.append(Block(kind, text, place, number=number, notes=tuple(notes)))  # type: ignore[arg-type]

    def table(self, rows: Sequence[Sequence[str]], header_rows: int | None = 1) -> None:
        line = self._line(" | ".join(" ".join(row) for row in rows), "table")
        self.tables += 1

        def cell(text: str, row: int, column: int) -> GridCell:
            place = Place(1, line, line, self.tables, row, column)
            return GridCell(text, place)

        grid = Grid(
            tuple(tuple(cell(text, r, c) for c, text in enumerate(row, 1)) for r, row in enumerate(rows, 1)),
            header_rows,
        )
        self.blocks.append(Block("table", place=Place(1, line, line, self.tables), grid=grid))

    def _line(self, text: str, role: str) -> int:
        self.lines.append(SourceLine(len(self.lines) + 1, text, role, 1))
        return len(self.lines)


def budget_resolution(header_rows: int | None = 1) -> Document:
    """The resolution: two sections of paragraphs, six tables, notes, closing lines, an annex."""
    made = _Maker()
    for text in ("Seventy-eighth session", "Agenda item 134", "Proposed programme budget for 2024"):
        made.words(text, "heading")
    made.words("Resolution adopted by the General Assembly on 22 December 2023", "heading")
    made.words("[on the report of the Fifth Committee (A/78/998, para. 83)]")
    made.words("78/999. Invented budget for 2024", "heading")
    made.words("The General Assembly,")
    made.words("I", "heading")
    made.words("Enterprise of invention", "heading")
    made.words("Recalling section II of its resolution 60/283 of 7 July 2006, as reported by the", notes=["1"])
    made.words("Committee and others,")
    made.words("Appropriates an additional amount of 3,000 dollars, comprising 2,000 dollars under section 18, Africa, and "
               "1,000 dollars under section 29E, Administration, of the proposed programme budget for 2024;",
               number="1.")  # fmt: skip
    made.words("Approves the return of 600 dollars, resulting from:", number="2.")
    made.words("Savings of 200 dollars, against a plan of 900 dollars;", number="(a)")
    made.words("Income of 400 dollars;", number="(b)")
    made.words(
        "Approves 19 posts (2 P-5, 14 P-4 and 3 General Service (Other level)) under section 34, Safety;", number="3."
    )
    made.words("A/78/505 and A/78/505/Corr.1.", "note", "1")
    made.words("II", "heading")
    made.words("Second matter", "heading")
    made.words("Having considered the report,")
    made.words("Approves the amounts below:")
    made.words("(United States dollars)")
    made.table(SECTIONS, header_rows)
    made.words("A. Changes", "heading")
    made.table(CHANGES, header_rows)
    made.table(POSTS, header_rows)
    made.table(ABROAD, header_rows)
    made.words("Abbreviation: GS (OL), General Service (Other level).")
    made.words("50th (resumed) plenary meeting 22 December 2023", "heading")
    made.words("Annex", "heading")
    made.words("Staffing table for 2024", "heading")
    made.table(STAFFING, header_rows)
    made.table(SCALE, header_rows)
    link = Link("https://docs.un.org/en/A/RES/60/283", "60/283", Place(page=1))
    return Document("pdf", made.blocks, made.lines, FURNITURE, [link], page_count=1)
