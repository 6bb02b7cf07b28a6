"""What is left of a fascicle in a language whose vocabulary lacks a third of its terms, and what is proposed for them.

Sections of a fascicle are printed in the language and read twice: with the whole vocabulary, and with a third of its
meanings taken out, all their words. ``python -m benches.blanked_terms`` prints, per language, the cells kept, the terms
that were printed and are missing, how many of them were proposed rightly and wrongly, and facts that differ without a
doubt. The sections are real ones of FASCICLE_SHARED (../shared beside the repository); without it, the bundled one.
"""

from __future__ import annotations

import os
import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pipelines.vocabulary as vocabularies
from benches.render.facts import fascicle_of
from benches.render.render import render
from pipelines.model.blocks import Document
from pipelines.model.heads import read_head
from pipelines.parse.fascicle import parse_document
from pipelines.parse.grid.columns import Layout
from pipelines.parse.grid.layout import layout_of
from pipelines.parse.proposals import bare_label, pooled, proposals
from pipelines.parse.unknown_terms import without_year
from pipelines.read import read_document
from pipelines.read.typed_order import in_order
from pipelines.run.document import read_rows
from pipelines.symbols.identity import identify
from pipelines.vocabulary import Vocabulary, normalised, vocabulary_of

LANGUAGES = ("fr", "es", "ru", "ar", "zh")
SEEDS = (1, 2, 3, 4, 5)
SHARE = 3
ENOUGH = 80
"""Percent of the missing terms that must be proposed, and rightly."""
COUNTED = ("column_heads", "objects", "totals", "funding_sources")
"""Tables whose proposals are counted."""
BLANKED = (*COUNTED, "units", "stub_heads", "column_groups", "row_groups", "components", "post_categories", "grades")
ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("FASCICLE_SHARED", ROOT.parent / "shared"))
BUNDLED = (ROOT / "pipelines" / "bundled" / "A_77_6_Sect.10.zh.txt",)


def _sections(*codes: str, edition: str = "A_80_6") -> tuple[Path, ...]:
    """Sections of an edition, in either folder of documents."""
    names = [f"{edition}/{edition}_Sect.{code}.en.docx" for code in codes]
    return tuple(next((p for p in (SHARED / "corpus" / n, SHARED / "more" / n) if p.exists()), Path(n)) for n in names)


SECTIONS = _sections("6", "10", "11", "28")
"""Sections of one fascicle, which are printed in the other languages."""
OTHERS = {
    "9, 12, 13, 16, 20": _sections("9", "12", "13", "16", "20"),
    "1, 8, 14, 29": _sections("1", "8", "14", "29"),
    "18, 29A, 32, 35": _sections("18", "29A", "32", "35"),
    "3, 5, 36 and two of the next edition": _sections("3", "5", "36") + _sections("13", "29A", edition="A_81_6"),
    "7, 15, 30, 31 and one of the next edition": _sections("7", "15", "30", "31") + _sections("19", edition="A_81_6"),
}
"""Others, to see that what holds for the first does for them; the last were read when all rules stood."""
Rows = Mapping[str, Any]


@dataclass(slots=True)
class Blanked:
    """One reading with terms missing: cells of all, kept, and what was proposed, per table."""

    language: str
    seed: int
    cells: int = 0
    kept: int = 0
    right: list[tuple[str, str]] = field(default_factory=list)
    wrong: list[tuple[str, str, str]] = field(default_factory=list)
    silent: list[tuple[str, str]] = field(default_factory=list)
    wrong_facts: list[tuple[Any, ...]] = field(default_factory=list)

    @property
    def asked(self) -> int:
        """Missing terms that the document prints."""
        return len(self.right) + len(self.wrong) + len(self.silent)


@cache
def source(path: Path) -> Rows:
    """A section as it is."""
    return read_rows(path.read_bytes(), path.suffix[1:], {}, "")  # type: ignore[arg-type]


@cache
def printed_in(language: str, path: Path) -> Document:
    """A section printed in a language, as read from Word."""
    return read_document(render(fascicle_of(source(path)), language, "docx"), "docx")


def without_a_share(vocabulary: Vocabulary, seed: int) -> tuple[Vocabulary, set[tuple[str, str]]]:
    """A vocabulary without a third of its meanings, and which these are, by table."""
    meanings = sorted({(name, meaning) for name in BLANKED for meaning in vocabulary.table(name).values()})
    gone = set(random.Random(seed).sample(meanings, len(meanings) // SHARE))
    terms = dict(vocabulary.terms)
    for name in BLANKED:
        content = terms[name]
        terms[name] = {
            key: value for key, value in content.items() if (name, value if isinstance(value, str) else key) not in gone
        }
    return Vocabulary(vocabulary.language, terms), gone


@contextmanager
def in_use(vocabulary: Vocabulary) -> Iterator[None]:
    """The vocabulary of its language for a while."""
    before = vocabularies._loaded
    vocabularies._loaded = lambda language, folder: (  # type: ignore[assignment]
        vocabulary if language == vocabulary.language else before(language, folder)
    )
    try:
        yield
    finally:
        vocabularies._loaded = before


def rows_of(document: Document, vocabulary: Vocabulary) -> Rows:
    """Rows of a document read with a vocabulary."""
    with in_use(vocabulary):
        identity = identify(document)
        return parse_document(in_order(document, vocabulary), identity, vocabulary)


def measure(language: str, seed: int, is_beside: bool = True, sections: Sequence[Path] = BUNDLED) -> Blanked:
    """Sections in a language with one third of its terms missing; ``is_beside`` where a known language is held against
    them.
    """
    blanked, gone = without_a_share(vocabulary_of(language), seed)
    result = Blanked(language, seed)
    read = [rows_of(printed_in(language, path), blanked) for path in sections]
    for path, rows in zip(sections, read, strict=True):
        _compare(result, rows, _whole_rows(language, path))
    known = pooled([beside(language, path) for path in sections]) if is_beside else None
    with in_use(blanked):
        proposed = proposals(pooled(read), known)
    _count(result, read, gone, proposed, sections)
    return result


def _compare(result: Blanked, read: Rows, whole: Rows) -> None:
    """Count the cells of a section that are kept, and its facts that differ."""
    true, cells = _by_place(whole), _by_place(read)
    doubted = {row.get("table_id") for row in read.get("mart_doubt", ())}
    result.cells += len(true)
    for place, cell in true.items():
        mine = cells.get(place)
        result.kept += mine is not None and mine["value"] == cell["value"]
        if mine is not None and mine["table_id"] not in doubted and _says_else(mine, cell):
            result.wrong_facts.append((cell["table_number"], cell["row_label"], cell["fact_id"], mine["fact_id"]))


@cache
def beside(language: str, path: Path) -> Rows:
    """The same section in another language, which is known: as it is, or English beside the language it is in."""
    rows = source(path)
    is_same = rows["mart_document"][0]["language"] == language
    return rows_of(printed_in("en", path), vocabulary_of("en")) if is_same else rows


@cache
def _whole_rows(language: str, path: Path) -> Rows:
    return rows_of(printed_in(language, path), vocabulary_of(language))


_FACT = ("item_kind", "item_code", "component_code", "subprogramme_code", "funding_source_code", "measure")


def _says_else(mine: Mapping[str, Any], true: Mapping[str, Any]) -> bool:
    """Whether a cell states another fact than it should. A name made of words that are not known is no other fact."""
    if mine["fact_id"] in (None, true["fact_id"]):
        return False
    known = {code for name in BLANKED for code in vocabulary_of("en").table(name).values()} | {"total", None}
    differs = [name for name in _FACT if mine[name] != true[name]]
    return (
        mine["unit"] != true["unit"]
        or not differs
        or any(
            mine[name] in known or true[name] is None or name not in {"item_code", "component_code"} for name in differs
        )
    )


def _by_place(rows: Rows) -> dict[tuple[Any, ...], Mapping[str, Any]]:
    """Cells by table, line and column, whatever they were taken for: lines are counted through the parts of a table."""
    tables = {table["table_id"]: table for table in rows.get("mart_table", ())}
    lines = sorted(
        rows.get("mart_row", ()), key=lambda row: (tables[row["table_id"]]["order_number"], row["row_number"])
    )
    counted: Counter[Any] = Counter()
    places: dict[tuple[str, int], tuple[Any, int]] = {}
    for row in lines:
        ordinal = tables[row["table_id"]]["table_ordinal"]
        counted[ordinal] += 1
        places[row["table_id"], row["row_number"]] = (ordinal, counted[ordinal])
    return {
        (*places[cell["table_id"], cell["row_number"]], cell["column_number"], nth): cell
        for nth, cell in _numbered(rows.get("mart_cell", ()))
    }


def _numbered(cells: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Cells with their number among those of one place: a cell may print several figures."""
    seen: Counter[Any] = Counter()
    for cell in cells:
        place = (cell["table_id"], cell["row_number"], cell["column_number"])
        seen[place] += 1
        yield seen[place], cell


def _count(
    result: Blanked,
    read: Sequence[Rows],
    gone: set[tuple[str, str]],
    proposed: Mapping[Any, Any],
    sections: Sequence[Path],
) -> None:
    lines = {(bare_label(row["row_label"] or ""), row["row_role"]) for rows in read for row in rows.get("mart_row", ())}
    asked = {term for path in sections for term in _terms_of(result.language, path) if term[:2] in gone}
    said: dict[tuple[str, str], set[str]] = {}
    for (table, text), proposal in proposed.items():
        if proposal.meaning:
            said.setdefault((table, normalised(text)), set()).add(proposal.meaning)
    for table, meaning in sorted({term[:2] for term in asked}):
        texts = {text for name, own, text in asked if (name, own) == (table, meaning)}
        told = {one for text in texts for one in said.get((table, text), ())}
        roles = {role for label, role in lines if label in texts}
        if told == {meaning} or (table == "totals" and not told and roles == {meaning}):  # figures told its role
            result.right.append((table, meaning))
        elif told:
            result.wrong.append((table, meaning, " ".join(sorted(told))))
        else:
            result.silent.append((table, meaning))


@cache
def _terms_of(language: str, path: Path) -> frozenset[tuple[str, str, str]]:
    """Table, meaning and words of the counted terms that the printed document has, in tables and above them."""
    document, vocabulary = printed_in(language, path), vocabulary_of(language)
    found: set[tuple[str, str, str]] = set()
    for block in document.blocks:
        words = " ".join(f"{block.number} {block.text}".split())
        part = vocabulary.pattern("caption", "part").match(words)
        if part and (meaning := vocabulary.meaning("funding_sources", part["words"])):
            found.add(("funding_sources", meaning, normalised(part["words"])))
        if block.grid is not None:
            layout = layout_of(block.grid, vocabulary)
            found |= set(_terms_of_heads(layout, vocabulary))
    for row in _whole_rows(language, path).get("mart_row", ()):
        found |= set(_terms_of_label(row["row_label"] or "", row["row_role"], vocabulary))
    return frozenset(found)


def _terms_of_heads(layout: Layout, vocabulary: Vocabulary) -> Iterator[tuple[str, str, str]]:
    for stack in layout.heads:
        for text in stack:
            meaning, _ = read_head(text, vocabulary)
            if meaning:
                yield "column_heads", meaning, normalised(without_year(text, vocabulary))


def _terms_of_label(label: str, role: str, vocabulary: Vocabulary) -> Iterator[tuple[str, str, str]]:
    bare = bare_label(label)
    table = "totals" if role in {"total", "subtotal"} else "objects"
    if meaning := vocabulary.meaning(table, bare):
        yield table, meaning, bare


def main() -> int:
    """Print the figures of each language, and what was proposed wrongly or not at all."""
    fascicles = {"6, 10, 11, 28": SECTIONS} | OTHERS if SECTIONS[0].exists() else {"one section": BUNDLED}
    is_enough = True
    for language in LANGUAGES:
        for name, sections in fascicles.items():
            for is_beside in (False, True):
                found = [measure(language, seed, is_beside, sections) for seed in SEEDS]
                how = "beside a known language" if is_beside else "by themselves"
                is_enough &= _print(f"{language}, {name} {how}", found)
    return 0 if is_enough else 1


def _print(name: str, found: Sequence[Blanked]) -> bool:
    """Print the figures of the seeds; whether they are good enough."""
    right, asked = sum(len(one.right) for one in found), sum(one.asked for one in found)
    cells, kept = sum(one.cells for one in found), sum(one.kept for one in found)
    wrong, facts = sum(len(one.wrong) for one in found), sum(len(one.wrong_facts) for one in found)
    share = 100 * right / asked
    print(
        f"{name}: cells {kept} of {cells}, proposed rightly {right} of {asked} ({share:.0f} %), "
        f"wrongly {wrong}, facts that differ without a doubt {facts}"
    )
    for one in found:
        print(f"  seed {one.seed}: wrong {one.wrong}, none {one.silent}, facts {one.wrong_facts[:3]}")
    return kept == cells and not facts and not wrong and share >= ENOUGH


if __name__ == "__main__":
    sys.exit(main())
