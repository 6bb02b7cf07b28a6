"""The corrections of a published document, in the form in which corrigenda are printed: "For ... read ...".

A correction is proposed only where one figure alone explains what is wrong and the others leave it one value; all else
is a question to the office that wrote the document.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from pipelines.ingest.sources import symbol_key
from pipelines.review.notes import without_place
from pipelines.run.last_release import records
from warehouse.schema.languages import RIGHT_TO_LEFT
from warehouse.tables.common import FORMATS

Row = dict[str, Any]
_PRINTED_PART = re.compile(r"\(?\w{1,4}\)?")
_NUMBER = re.compile(r"\d(?:[\d\s.,٫]*\d)?")
_SPACE = re.compile(r"\d(?P<space>[\s,.])\d{3}(?!\d)")
_POINT = re.compile(r"\d(?P<point>[.,٫])\d{1,2}(?!\d)")
_CORRIGENDUM = "/Corr."
COLUMNS = ("number", "kind", "page", "table", "row", "column", "paragraph", "printed", "read", "text", "finding_id")


class NoDocument(Exception):
    """A symbol that leads to no document of a release, or to several; the message is one line."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A correction, or a question: where, what is printed, what it should be (None for a question), in words."""

    place: str
    text: str
    printed: str
    implied: str | None
    finding: Row = field(repr=False)

    @property
    def is_correction(self) -> bool:
        """True where one value is proposed."""
        return self.implied is not None


@dataclass(frozen=True, slots=True)
class Corrigendum:
    """Corrections of a document and questions about it, each in the order of print; ``symbol`` is the corrigendum's."""

    document: Row
    symbol: str
    corrections: tuple[Entry, ...]
    questions: tuple[Entry, ...]

    @property
    def words(self) -> Row:
        """Fixed words in the language of the document."""
        return words_of(self.document["language"])


@cache
def _all_words() -> Row:
    return tomllib.loads(resources.files(__package__).joinpath("corrigenda.toml").read_text("utf-8"))


def words_of(language: str) -> Row:
    """Fixed words of corrigenda in a language, English where it has none."""
    found: Row = _all_words().get(language) or _all_words()["en"]
    return found


def corrigendum_of(database: Path, symbol: str, language: str | None = None) -> Corrigendum:
    """The corrigendum of a document of a release; of its formats the one an editor works in.

    Raises NoDocument where the symbol names none, or documents in several languages of which none is chosen.
    """
    key = symbol_key(symbol)
    documents = records(database, "SELECT * FROM mart_document ORDER BY document_id")
    named = [row for row in documents if row["symbol"] and symbol_key(row["symbol"]) == key]
    if not named:
        raise NoDocument(f"no document {symbol} in the release; see: fascicle status")
    languages = sorted({row["language"] for row in named})
    if language is None and len(languages) > 1:
        raise NoDocument(f"{symbol} is there in {', '.join(languages)}; say which with --language")
    wanted = [row for row in named if row["language"] in (language or languages[0], None)]
    if not wanted:
        raise NoDocument(f"{symbol} is there in {', '.join(languages)}, not in {language}")
    document = min(wanted, key=lambda row: FORMATS.index(row["format"]))
    issued = sum(str(row["symbol"]).startswith(f"{document['symbol']}{_CORRIGENDUM}") for row in documents)
    entries = _entries(database, document)
    return Corrigendum(
        document,
        f"{document['symbol']}{_CORRIGENDUM}{issued + 1}",
        tuple(entry for entry in entries if entry.is_correction),
        tuple(entry for entry in entries if not entry.is_correction),
    )


_FINDINGS = """
SELECT finding.*, cell.column_label, cell.precision_digits, cell.row_number, cell.column_number, cell.table_id,
       cell.unit, stated.precision_digits AS stated_digits
FROM mart_finding AS finding
LEFT JOIN mart_cell AS cell USING (cell_id)
LEFT JOIN mart_stated_amount AS stated ON stated.stated_amount_id = finding.claim_id
WHERE finding.document_id = '{document}' AND NOT finding.acknowledged
ORDER BY finding.page_number, finding.line_first, cell.row_number, cell.column_number, finding.finding_id
"""
_CELLS = """
SELECT table_id, table_number, row_number, row_label, column_label, measure, fiscal_year, unit, printed_text, is_nil,
       precision_digits
FROM mart_cell
WHERE document_id = '{document}'
"""


def _entries(database: Path, document: Row) -> list[Entry]:
    name = str(document["document_id"]).replace("'", "''")
    habits = _Habits(records(database, _CELLS.format(document=name)))
    return [_entry(finding, document, habits) for finding in records(database, _FINDINGS.format(document=name))]


class _Habits:
    """How a document prints its figures: the sign for nothing, what parts thousands and decimals, decimals of a column."""

    def __init__(self, cells: Sequence[Row]) -> None:
        self._cells = cells
        printed = [cell["printed_text"] or "" for cell in cells]
        self._nil = _commonest(
            cell["printed_text"].strip() for cell in cells if cell["is_nil"] and cell["printed_text"]
        )
        self._space = _commonest(found["space"] for text in printed if (found := _SPACE.search(text))) or "\u00a0"
        self._point = _commonest(found["point"] for text in printed if (found := _POINT.search(text))) or "."

    def figure(self, finding: Row) -> tuple[str, int]:
        """The implied value of a finding as it would be printed, and its decimals."""
        value = Decimal(finding["implied_value"])
        if finding["claim_id"] and finding["cell_id"] is None:
            return self._in_prose(finding, value)
        digits = self._digits(finding)
        if not value and self._nil:
            return self._nil, digits
        text = self._set(abs(value), digits, self._space)
        return f"({text})" if value < 0 else text, digits

    def _set(self, value: Decimal, digits: int, space: str) -> str:
        text = f"{value:,.{max(digits, 0)}f}"
        return text.replace(",", "\0").replace(".", self._point).replace("\0", space)

    def _in_prose(self, finding: Row, value: Decimal) -> tuple[str, int]:
        """The words of an amount in prose with another number."""
        digits = finding["stated_digits"] or 0
        printed = finding["printed_text"] or ""
        found, parted = _NUMBER.search(printed), _SPACE.search(printed)
        amount = self._set(abs(value), digits, parted["space"] if parted else self._space)
        return (f"{printed[: found.start()]}{amount}{printed[found.end() :]}" if found else amount), digits

    def _digits(self, finding: Row) -> int:
        """Decimals of the cell; where it prints none, those of its column."""
        is_nil = (finding["printed_text"] or "").strip() in ("", self._nil)
        if finding["precision_digits"] is not None and not is_nil:
            return int(finding["precision_digits"])
        for names in (("table_id", "unit", "measure"), ("table_id", "unit"), ("unit",)):
            alike = Counter(
                cell["precision_digits"]
                for cell in self._cells
                if not cell["is_nil"]
                and cell["precision_digits"] is not None
                and all(cell[name] == finding[name] for name in names)
            )
            if alike:
                return int(alike.most_common(1)[0][0])
        return 0

    def column_of(self, finding: Row) -> str:
        """The head of the column of a finding, taken from other cells of the column where its own is empty."""
        names = ("table_number", "measure", "fiscal_year")
        alike = (cell for cell in self._cells if all(cell[name] == finding[name] for name in names))
        return finding["column_label"] or _commonest(cell["column_label"] or "" for cell in alike)

    def names_one_row(self, finding: Row) -> bool:
        """True where no other row of the table has the label."""
        rows = {
            cell["row_number"]
            for cell in self._cells
            if cell["table_id"] == finding["table_id"] and cell["row_label"] == finding["row_label"]
        }
        return len(rows) < 2


def _commonest(texts: Iterable[str]) -> str:
    return next((text for text, _ in Counter(texts).most_common(1)), "")


def _entry(finding: Row, document: Row, habits: _Habits) -> Entry:
    words = words_of(document["language"])
    printed = (finding["printed_text"] or "").strip()
    finding = {**finding, "column_label": habits.column_of(finding) if finding["table_number"] else None}
    place = _place(finding, words, habits.names_one_row(finding))
    if _is_settled(finding):
        implied, digits = habits.figure(finding)
        if _is_one_value(finding, digits):
            text = words["replace" if printed else "insert"].format(printed=printed, implied=implied)
            return Entry(place, text, printed, implied, finding)
    return Entry(place, without_place(finding["message"]), printed, None, finding)


def _is_settled(finding: Row) -> bool:
    """True where nothing else explains what is wrong, and nobody but the document itself says so."""
    return (
        finding["is_unique"]
        and finding["implied_value"] is not None
        and finding["severity"] != "info"
        and not finding["witness_document_id"]
        and not finding["alternatives"]
    )


def _is_one_value(finding: Row, digits: int) -> bool:
    """True where the other figures leave one value that could be printed."""
    low, high = finding["implied_low"], finding["implied_high"]
    if low is None or high is None:
        return False
    step = Decimal(1).scaleb(-digits)
    edge = min(step / 1000, (high - low) / 2)  # a bound itself is rounded either way
    ends = {(end / step).to_integral_value(ROUND_HALF_UP) for end in (low + edge, high - edge)}
    return len(ends) == 1


def _place(finding: Row, words: Row, names_one_row: bool) -> str:
    """Page or table, row, column; paragraph; figure."""
    parts = [words["page"].format(n=finding["page_number"])] if finding["page_number"] else []
    if finding["table_number"]:
        part = finding["table_part"] or ""
        shown = f" {part if part.startswith('(') else f'({part})'}" if part and _PRINTED_PART.fullmatch(part) else ""
        parts.append(words["table"].format(n=f"{finding['table_number']}{shown}"))
    elif finding["paragraph_number"]:
        parts.append(words["paragraph"].format(n=finding["paragraph_number"]))
    elif finding["cell_id"]:
        parts.append(words["untitled"])
    if finding["row_label"]:
        again = "" if names_one_row else f" ({words['row_number'].format(n=finding['row_number'])})"
        parts.append(words["row"].format(n=finding["row_label"]) + again)
    if finding["column_label"]:
        parts.append(words["column"].format(n=finding["column_label"]))
    return str(words["separator"]).join(parts)


# -- forms -----------------------------------------------------------------------------------------------------------


def as_text(corrigendum: Corrigendum) -> str:
    """The corrigendum as lines, questions after the corrections."""
    lines = [corrigendum.symbol, str(corrigendum.words["title"]), ""]
    for number, entry in enumerate(corrigendum.corrections, start=1):
        lines += [f"{number}. {entry.place}", f"   {entry.text}", ""]
    if not corrigendum.corrections:
        lines += ["No correction can be proposed.", ""]
    if corrigendum.questions:
        lines.append("Questions to the author office:")
        lines += [f"- {entry.text}" for entry in corrigendum.questions]
    return "\n".join(lines).rstrip() + "\n"


def as_csv(corrigendum: Corrigendum) -> str:
    """One row per correction and question."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for kind, entries in (("correction", corrigendum.corrections), ("question", corrigendum.questions)):
        for number, entry in enumerate(entries, start=1):
            finding = entry.finding
            writer.writerow(
                {
                    "number": number,
                    "kind": kind,
                    "page": finding["page_number"],
                    "table": finding["table_number"],
                    "row": finding["row_label"],
                    "column": finding["column_label"],
                    "paragraph": finding["paragraph_number"],
                    "printed": entry.printed,
                    "read": entry.implied,
                    "text": entry.text,
                    "finding_id": finding["finding_id"],
                }
            )
    return out.getvalue()


def as_word(corrigendum: Corrigendum) -> bytes:
    """A Word document: the corrections, and on a page of their own the questions."""

    words = corrigendum.words
    lines = [
        Paragraph((Run(corrigendum.symbol, is_bold=True),), is_right=True),
        Paragraph((Run(str(corrigendum.document["title"] or "")),)),
        Paragraph((Run(str(words["title"]), is_bold=True, size=28),)),
    ]
    for number, entry in enumerate(corrigendum.corrections, start=1):
        lines.append(Paragraph((Run(f"{number}.\t"), Run(entry.place, is_bold=True)), keeps_next=True))
        lines.append(Paragraph(tuple(_with_italics(entry.text, words["words"])), indent=567))
    if not corrigendum.corrections:
        lines.append(Paragraph((Run("No correction can be proposed.", is_italic=True),)))
    if corrigendum.questions:
        lines.append(Paragraph((Run("Questions to the author office", is_bold=True),), starts_page=True))
        lines += [Paragraph((Run(entry.text),), indent=567) for entry in corrigendum.questions]
    return write_document(lines, is_right_to_left=corrigendum.document["language"] in RIGHT_TO_LEFT)


def _with_italics(text: str, fixed: Iterable[str]) -> Iterable[Any]:
    """A correction with its fixed words in italics, as corrigenda are printed."""

    known = tuple(fixed)
    for part in re.split(f"({'|'.join(map(re.escape, known))})", text, maxsplit=2):
        if part:
            yield Run(part, is_italic=part in known)


_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_LINKS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_WHEN = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one look; ``size`` in half points."""

    text: str
    is_bold: bool = False
    is_italic: bool = False
    size: int = 20


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Runs; ``indent`` in twentieths of a point. ``keeps_next`` holds it on the page of the next one."""

    runs: tuple[Run, ...]
    indent: int = 0
    is_right: bool = False
    keeps_next: bool = False
    starts_page: bool = False


def write_document(paragraphs: Iterable[Paragraph], is_right_to_left: bool = False) -> bytes:
    """The bytes of a .docx file; equal paragraphs give equal bytes."""
    body = "".join(_paragraph(one, is_right_to_left) for one in paragraphs)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{_LINKS_TYPE}"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_MAIN_TYPE}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{_W}"><w:body>{body}<w:sectPr/></w:body></w:document>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in parts.items():
            made.writestr(zipfile.ZipInfo(name, _WHEN), _HEAD + content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _paragraph(paragraph: Paragraph, is_right_to_left: bool) -> str:
    look = "<w:keepNext/>" if paragraph.keeps_next else ""
    look += "<w:pageBreakBefore/>" if paragraph.starts_page else ""
    look += "<w:bidi/>" if is_right_to_left else ""
    look += '<w:spacing w:after="120"/>'
    look += f'<w:ind w:left="{paragraph.indent}"/>' if paragraph.indent else ""
    look += '<w:jc w:val="right"/>' if paragraph.is_right else ""
    return f"<w:p><w:pPr>{look}</w:pPr>{''.join(_run(run, is_right_to_left) for run in paragraph.runs)}</w:p>"


def _run(run: Run, is_right_to_left: bool) -> str:
    look = ("<w:b/>" if run.is_bold else "") + ("<w:i/>" if run.is_italic else "")
    look += f'<w:sz w:val="{run.size}"/>' + ("<w:rtl/>" if is_right_to_left else "")
    pieces = "<w:tab/>".join(f'<w:t xml:space="preserve">{escape(piece)}</w:t>' for piece in run.text.split("\t"))
    return f"<w:r><w:rPr>{look}</w:rPr>{pieces}</w:r>"
