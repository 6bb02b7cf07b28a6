"""Counts what the lists of mandates of Word documents print, by a reader of its own, and compares it with what we read.

Usage: python benches/mandate_lists.py [PATH...] [--pdf] [--missed] [--json]
PATH is a Word file or a folder of them; the default is every fascicle under FASCICLE_SHARED (../shared beside the
repository). The reader here knows nothing of ours: python-docx, the paragraphs and rows of the body in order, and
the few rules below. It takes a mandate for the same when document, entity, subprogramme and symbol are the same; an
organ that it has no code of needs the heading and the number; an instrument without a symbol its printed words.

Says recall (what is printed and read) and precision (what is read and printed) over all, and by document.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, NamedTuple

import docx
from docx.oxml.ns import qn

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from pipelines.run.document import read_and_judge  # noqa: E402

SHARED = Path(os.environ.get("FASCICLE_SHARED", ROOT.parent / "shared"))

CODES = {
    "General Assembly": "A",
    "Security Council": "S",
    "Economic and Social Council": "E",
    "Human Rights Council": "A/HRC",
    "Statistical Commission": "E/CN.3",
    "Commission on Human Rights": "E/CN.4",
    "Commission for Social Development": "E/CN.5",
    "Commission on the Status of Women": "E/CN.6",
    "Commission on Narcotic Drugs": "E/CN.7",
    "Commission on Population and Development": "E/CN.9",
    "Commission on Crime Prevention and Criminal Justice": "E/CN.15",
    "Economic Commission for Europe": "ECE",
    "United Nations Environment Assembly": "UNEP/EA",
    "United Nations Environment Assembly of the United Nations Environment Programme": "UNEP/EA",
    "Governing Council of the United Nations Environment Programme": "UNEP/GC",
    "Conference of the Parties to the United Nations Convention against Transnational Organized Crime": "CTOC/COP",
    "Conference of the States Parties to the United Nations Convention against Corruption": "CAC/COSP",
    "Conference of the Parties to the United Nations Framework Convention on Climate Change": "FCCC/CP",
}
FLOORS = {"A": 400, "E": 200, "A/HRC": 100}
ACTS = (
    "resolution|decision|statement|declaration|agreed conclusion|recommendation|report|ministerial declaration|"
    "other ministerial outcome document|ministerial communiqué|note|letter"
)
HEADING = re.compile(rf"^(?P<organ>[A-Z].*?) (?P<acts>(?:{ACTS})s?(?:(?:,| and|, and) (?:{ACTS})s?)*)$")
PRESIDENTS = re.compile(r"^President.s statements? agreed upon by the (?P<organ>.+?)(?P<acts>)$")
LED_HEADING = re.compile(r"^(?P<organ>Security Council) (?P<acts>resolutions)\b.+$")
ROMAN = r"[IVXLC]+"
FULL = re.compile(
    r"(?:A|S|E|ECE|CEP|TD|WT|UNEP|HSP|LC|FCCC|ESCAP|DP|ST|TRANS|CAC|CTOC|JIU)(?:/\s?[A-Z][A-Za-z.]+\.? ?CONF|/\s?[\w.\-]+(?:\(\d\d\))?)+"
)
NUMBERED = re.compile(
    rf"(?P<session>E?S-\d+|SS\.{ROMAN}|\d{{1,4}}|{ROMAN})/(?P<number>\d{{1,4}}|X{{2,}})(?: \((?P<roman>{ROMAN})\))?"
    rf"(?: ?\(?(?P<part>[A-Z])(?![\w/])(?: ?(?P<sign>[-–]|and|,) ?(?P<last>[A-Z])(?![\w/]))?\)?)?"
)
BRACKETED = re.compile(
    rf"(?P<number>\d{{1,4}}|[A-Z])(?: (?P<part>[A-Z])(?:[-–](?P<last>[A-Z]))?)? ?\((?P<session>(?:E?S-)?{ROMAN}|\d\d|\d{{4}}|[A-Z]+\.\d+)\)(?: (?P<after>[A-Z])(?![\w/]))?"
)
SUFFIX = re.compile(r"(?: and|,) ?(?P<suffix>(?:Add|Corr|Rev)\.\d+)(?![\w/])")


class Mandate(NamedTuple):
    """One mandate of a list: where it stands, and its symbol, or the heading and number, or its words."""

    document: str
    entity: str
    subprogramme: str
    name: str


def words_of(element: Any) -> str:
    """Words of an element as they are shown: no deleted text, no raised marks, tabs and breaks as spaces."""
    said: list[str] = []
    for run in element.iter(qn("w:r")):
        if any(parent.tag in (qn("w:del"), qn("w:moveFrom")) for parent in run.iterancestors()):
            continue
        raised = run.find(f"{qn('w:rPr')}/{qn('w:vertAlign')}")
        if raised is not None and raised.get(qn("w:val")) == "superscript":
            continue
        for part in run:
            if part.tag == qn("w:t"):
                said.append(part.text or "")
            elif part.tag in (qn("w:tab"), qn("w:br")):
                said.append(" ")
            elif part.tag == qn("w:noBreakHyphen"):
                said.append("-")
    return re.sub(r"\s+", " ", re.sub("[\u200b\u200d\u2060]", "", "".join(said)).replace("\u2011", "-")).strip()


def printed(path: Path) -> Iterator[Mandate]:
    """Mandates that the lists of a document print."""
    body = docx.Document(str(path)).element.body
    entity = subprogramme = heading = ""
    in_list = is_correction = False
    entities = 0
    name = path.name.removesuffix(".docx")
    for element in body.iter(qn("w:p"), qn("w:tbl")):
        if any(parent.tag == qn("w:tbl") for parent in element.iterancestors()):
            continue
        if element.tag == qn("w:tbl"):
            if (in_list or (is_correction and (HEADING.match(heading) or PRESIDENTS.match(heading)))) and _is_list(
                element
            ):
                yield from (
                    Mandate(name, entity, subprogramme, one) for row in _rows(element) for one in _names(row, heading)
                )
            continue
        text = words_of(element)
        if not text:
            continue
        is_correction = is_correction or text == "Corrigendum" or "Corr." in name
        numbered = re.match(rf"^(?P<roman>{ROMAN})\.\s+\S", text)
        sub = re.match(r"^(?P<word>Subprog\w+) (?P<number>\d+)(?:, component (?P<part>\d+))?$", text, re.I)
        component = re.match(r"^Component (\d+)$", text)
        if numbered and _value(numbered["roman"]) == entities + 1 and not in_list:
            entities, entity, subprogramme = entities + 1, numbered["roman"], ""
        elif re.match(r"^(Legislative mandates|Mandates of the .+|List of mandates)$", text):
            in_list, subprogramme, heading = True, "", text
        elif in_list and sub and SequenceMatcher(None, sub["word"].lower(), "subprogramme").ratio() > 0.9:
            subprogramme = sub["number"] + (f".{sub['part']}" if sub["part"] else "")
        elif in_list and component:
            subprogramme = f"{subprogramme.partition('.')[0]}.{component[1]}"
        elif in_list and re.match(r"^(Deliverables|Evaluation activities|Programme of work|Strategy.*)$", text):
            in_list, subprogramme, heading = False, "", ""
        elif is_correction and (named := re.search(r"subprogramme (\d+)", text, re.I)):
            subprogramme = named[1]
        elif in_list and text.startswith("•"):
            yield Mandate(name, entity, subprogramme, _plain(text.lstrip("• ")))
        elif not text.startswith("*"):
            heading = text


def _value(roman: str) -> int:
    values = [{"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}[letter] for letter in roman]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))


def _is_list(table: Any) -> bool:
    first = next(iter(table.iter(qn("w:tr"))))
    cells = [words_of(cell) for cell in first.iter(qn("w:tc"))]
    return len(cells) <= 4 and not any(re.match(r"^20\d\d (planned|actual)", cell) for cell in cells)


def _rows(table: Any) -> Iterator[tuple[str, str]]:
    """Pairs of printed symbol and title; a cell that spans the table stands alone."""
    for row in table.iter(qn("w:tr")):
        cells = [words_of(cell) for cell in row.iter(qn("w:tc"))]
        for index in range(0, len(cells), 2):
            yield cells[index], cells[index + 1] if index + 1 < len(cells) else ""


def _names(row: tuple[str, str], heading: str) -> list[str]:
    """Names of the mandates of a row: symbols, or heading and number, or words; none of an empty first cell."""
    cell = row[0]
    if not cell:
        return []
    organ, acts = _organ(heading)
    names: list[str] = []
    said = ""
    position = 0
    while position < len(cell):
        here = re.compile(r"(?P<organ>[A-Z][\w ]+? )?(?P<act>decision|resolution)s? ", re.I).match(cell, position)
        if here and (here["organ"] is None or here["organ"].strip() in CODES):
            said = here["act"].lower()
            organ = here["organ"].strip() if here["organ"] else organ
            position = here.end()
            continue
        for read in (_numbered, _full):
            found = read(cell, position, organ, acts, said)
            if found is not None:
                names += found[0]
                position = found[1]
                break
        else:
            step = re.compile(r"\w+|\W").match(cell, position)
            position = step.end() if step else position + 1
    return names or [_plain(cell)]


def _organ(heading: str) -> tuple[str, list[str]]:
    found = HEADING.match(heading) or LED_HEADING.match(heading) or PRESIDENTS.match(heading)
    if found is None:
        return heading, []
    acts = [act for act in ("resolution", "decision", "recommendation") if re.search(rf"\b{act}s?\b", found["acts"])]
    return re.sub(r" ministerial$", "", found["organ"]), acts


def _full(cell: str, position: int, *_: Any) -> tuple[list[str], int] | None:
    found = FULL.match(cell, position)
    if found is None or not any(character.isdigit() for character in found[0]):
        return None
    end = found.end()
    base = re.sub(r"/\s", "/", found[0]).replace(". CONF", ".CONF")
    base = whole = re.sub(r"(?<=/RES/)(\d+/\d+)([A-Z])$", r"\1 \2", base)
    names, bare = [base], re.sub(r"/(Add|Corr|Rev)\.\d+$", "", whole)
    while (more := SUFFIX.match(cell, end)) is not None:
        is_same = base.rpartition("/")[2].partition(".")[0] == more["suffix"].partition(".")[0]
        names.append(f"{bare if is_same else whole}/{more['suffix']}")
        end = more.end()
    return names, end


def _numbered(cell: str, position: int, organ: str, acts: list[str], said: str) -> tuple[list[str], int] | None:
    if position and (cell[position - 1].isalnum() or cell[position - 1] in "/."):
        return None
    code = CODES.get(organ)
    if (short := re.compile(r"(?:PRST|RES|DEC)/\d+/\d+").match(cell, position)) and code:
        return [f"{code}/{short[0]}"], short.end()
    if FULL.match(cell, position):
        return None
    slashed, bracketed = NUMBERED.match(cell, position), BRACKETED.match(cell, position)
    found = slashed or bracketed
    if found is None or not acts:
        return None
    roman = slashed["roman"] if slashed else found["session"]
    act = said or acts[0]
    if not said and len(acts) > 1 and slashed and not roman and slashed["number"].isdigit():
        act = "decision" if int(slashed["number"]) >= FLOORS.get(code or "", 10**6) else acts[0]
    parts = [found["part"] or (bracketed["after"] if bracketed and not slashed else None) or ""]
    if found["last"]:
        is_range = found.groupdict().get("sign", "-") in "-–"
        between = [chr(n) for n in range(ord(parts[0]), ord(found["last"]) + 1)]
        parts = between if is_range else [parts[0], found["last"]]
    names = []
    for part in parts:
        letter = f" {part}" if part else ""
        number = "XXX" if found["number"].startswith("XX") else found["number"]
        text = f"{number}{letter} ({roman})" if roman else f"{found['session']}/{number}{letter}"
        kind = {"resolution": "RES", "decision": "DEC"}.get(act)
        names.append(f"{code}/{kind}/{text}" if code and kind else f"{organ} | {act} | {text}")
    return names, found.end()


def _plain(text: str) -> str:
    return "words: " + re.sub(r"\W+", "", text).casefold()[:120]


def read(path: Path, form: str = "docx") -> Iterator[Mandate]:
    """Mandates that we read of a document, or of its PDF, named as ``printed`` names them."""
    rows = read_and_judge(path.with_suffix(f".{form}").read_bytes(), form, {}, "0" * 64)
    for row in rows.get("mart_mandate", []):
        organ, _ = _organ(row["organ"] or "")
        kind = row.get("act")
        if row.get("act_number") and organ not in CODES:
            name = f"{organ} | {kind} | {row['act_number']}"
        elif row["symbol"]:
            name = row["symbol"]
        else:
            name = _plain(row["printed_text"] or row["title"])
        place = (row["entity_code"] or "", row["subprogramme_code"] or "")
        yield Mandate(path.name.removesuffix(".docx"), *place, name)


def documents(paths: list[Path]) -> list[Path]:
    """Word documents of the paths; of the default, the fascicles alone."""
    if not paths:
        return sorted([*SHARED.glob("corpus/A_8*_6/*.docx"), *SHARED.glob("more/A_8*_6/*.docx")])
    return sorted(one for path in paths for one in (path.rglob("*.docx") if path.is_dir() else [path]))


def main() -> None:
    """Compare, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--missed", action="store_true", help="list what was missed and what was added")
    parser.add_argument("--pdf", action="store_true", help="read the PDF of the same name, of documents that have one")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    totals: Counter[str] = Counter()
    table = []
    for path in documents(given.paths):
        if given.pdf and not path.with_suffix(".pdf").exists():
            continue
        there, here = Counter(printed(path)), Counter(read(path, "pdf" if given.pdf else "docx"))
        counts = {
            "printed": there.total(),
            "read": here.total(),
            "both": (there & here).total(),
        }
        totals.update(counts)
        missed, added = sorted((there - here).elements()), sorted((here - there).elements())
        table.append({"document": path.name, **counts, "missed": missed, "added": added})
        if not given.json and counts["printed"] + counts["read"]:
            print(f"{path.name:34} printed {counts['printed']:4} read {counts['read']:4} both {counts['both']:4}")
            if given.missed:
                for sign, names in (("-", missed), ("+", added)):
                    for one in names:
                        print(f"   {sign} {one.entity or '.'} {one.subprogramme or '.'}  {one.name}")
    whole = {
        "recall": totals["both"] / totals["printed"] if totals["printed"] else None,
        "precision": totals["both"] / totals["read"] if totals["read"] else None,
        **totals,
    }
    print(json.dumps({"documents": table, **whole}, ensure_ascii=False) if given.json else whole)


if __name__ == "__main__":
    main()
