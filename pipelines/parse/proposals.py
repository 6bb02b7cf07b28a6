"""What an unknown term must mean, where its place and figures tell: the column that equals base plus changes, the only
one that is left between two others, the row that all others add up to, the same figures in an edition or language that
is known.

Of two languages or editions of one fascicle, a table has the same figures in the same order: what the known document
says of a row or column, the other says in words that are not known.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from pipelines.parse.grid.kinds import POSTS_KINDS
from pipelines.parse.heads_by_place import CHANGES, Head, Told, told_by_place
from pipelines.parse.object_order import USUAL, ObjectTable, told_by_order
from pipelines.parse.unknown_terms import bare_label, counts_posts
from pipelines.vocabulary import Vocabulary, normalised, vocabulary_of

Record = Mapping[str, Any]
Rows = Mapping[str, Sequence[Record]]
Votes = Counter[str]
_LABELS = {"object": "objects", "grade": "grades", "category": "post_categories"}
_SHARE = 2
"""A table is the same where one line of this many has its figures."""


@dataclass(slots=True)
class Counterparts:
    """What the known document says: of the columns of tables, by table and column, of labels by table of the
    vocabulary and words, and of the tables under a number, by source of funding and unit.
    """

    measures: dict[tuple[str, int], Votes] = field(default_factory=lambda: defaultdict(Counter))
    labels: dict[tuple[str, str], Votes] = field(default_factory=lambda: defaultdict(Counter))
    tables: dict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, rows: Rows, known: Rows) -> Counterparts:
        """Held against each other, table by table."""
        found = cls()
        own_tables, known_tables = _lines_by_table(rows), _lines_by_table(known)
        told = {table["table_id"]: table for table in known.get("mart_table", ())}
        for number, lines in own_tables.items():
            for mine, other in _pairs(lines, known_tables.get(number, [])):
                found._take(mine, other)
                table = told[other[0]["table_id"]]
                if table not in found.tables[mine[0]["table_id"]]:
                    found.tables[mine[0]["table_id"]].append(table)
        return found

    def _take(self, mine: Sequence[Record], other: Sequence[Record]) -> None:
        for cell, same in zip(mine, other, strict=True):
            if same["measure"]:
                self.measures[cell["table_id"], cell["column_number"]][same["measure"]] += 1
        label, first = bare_label(mine[0]["row_label"] or ""), other[0]
        if first["row_role"] in {"total", "subtotal"}:
            self.labels["totals", label][first["row_role"]] += 1
        elif table := _LABELS.get(first["item_kind"] or ""):
            self.labels[table, label][first["item_code"]] += 1
        elif first["item_kind"] == "total" and first["component_code"] and not first["subprogramme_code"]:
            self.labels["components", label][first["component_code"]] += 1


def _lines_by_table(rows: Rows) -> dict[str | None, list[list[Record]]]:
    """Printed lines of figures in their order, by the printed number of their table."""
    lines: dict[tuple[str, int], list[Record]] = defaultdict(list)
    for cell in rows.get("mart_cell", ()):
        if cell["value"] is not None:
            lines[cell["table_id"], cell["row_number"]].append(cell)
    order = {table["table_id"]: table["order_number"] for table in rows.get("mart_table", ())}
    found: dict[str | None, list[list[Record]]] = defaultdict(list)
    for key in sorted(lines, key=lambda line: (order.get(line[0], 0), line[1])):
        found[lines[key][0]["table_number"]].append(sorted(lines[key], key=lambda cell: cell["column_number"]))
    return found


def _pairs(
    lines: Sequence[list[Record]], others: Sequence[list[Record]]
) -> Iterator[tuple[list[Record], list[Record]]]:
    """Lines with the same figures, in the same order; none where most of a table's lines differ."""
    mine, theirs = [_figures(line) for line in lines], [_figures(line) for line in others]
    blocks = SequenceMatcher(None, mine, theirs, autojunk=False).get_matching_blocks()
    if _SHARE * sum(block.size for block in blocks) < len(lines):
        return
    for block in blocks:
        for step in range(block.size):
            yield lines[block.a + step], others[block.b + step]


def _figures(line: Sequence[Record]) -> tuple[Decimal, ...]:
    return tuple(cell["value"].normalize() for cell in line)


_SOURCES = {("1", 0): "RB", ("3", 0): "XB", ("2", 3): "OA"}
"""Sources of funding by the number of the part and how many there are, 0 for any: the second of two may be either."""
_SOURCES_IN_PROSE = {"XB": "extrabudgetary", "OA": "other_assessed"}
"""Patterns of prose that name a source of funding."""
_HEADS, _TOTALS, _FUNDING = "column_heads", "totals", "funding_sources"
_SUMS = frozenset({"subtotal", "total"})
"""Roles of rows that others add up to: elsewhere the same words may stand where figures do not tell."""
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a term must mean and what tells it; ``weight`` is how many printed figures hang on the term."""

    meaning: str | None
    reason: str
    weight: int


def proposals(rows: Rows, known: Rows | None = None) -> dict[tuple[str, str], Proposal]:
    """A proposal for each unknown term of a document, by vocabulary table and printed text, the weightiest first.

    ``known`` are rows of another language or edition of it, whose terms are known.
    """
    document = _Document(rows)
    beside = Counterparts.of(rows, known) if known else None
    found: dict[tuple[str, str], Proposal] = {}
    for term in rows.get("mart_unknown_term", ()):
        table, text = term["vocabulary_table"], term["printed_text"]
        votes = Counter(_said_beside(term, document, beside)) if beside is not None else Counter()
        votes = votes or Counter(document.said(term))
        meanings = {meaning for meaning, _ in votes}
        if table == _HEADS and meanings == {"change", "variance"}:
            meanings = {"change"}  # one word for the group of changes and for a change that stands alone
            votes = Counter({vote: n for vote, n in votes.items() if vote[0] == "change"})
        if table == _TOTALS and meanings == {"total", "subtotal"}:
            votes, meanings = Counter({("either", "it stands for subtotals and totals"): 1}), {"either"}
        # what several meanings are told for has none
        meaning, reason = max(votes, key=lambda vote: votes[vote]) if len(meanings) == 1 else (None, "")
        found[table, text] = Proposal(meaning, reason, document.weight(table, text))
    return dict(sorted(found.items(), key=lambda item: -item[1].weight))


def pooled(documents: Sequence[Rows]) -> Rows:
    """The rows of several documents together: what a term means in one section, it means in the others."""
    names = dict.fromkeys(name for rows in documents for name in rows)
    return {name: [row for rows in documents for row in rows.get(name, ())] for name in names}


class _Document:
    """Tables of documents of one language by column and by row, and what its own figures tell of its unknown terms."""

    def __init__(self, rows: Rows) -> None:
        documents = {document["document_id"]: document for document in rows.get("mart_document", ())}
        first: Record = next(iter(documents.values()), {})
        self.editions: dict[str, int | None] = {key: one.get("edition_year") for key, one in documents.items()}
        self.vocabulary = vocabulary_of(first.get("language") or "en")
        self.tables = {table["table_id"]: table for table in rows.get("mart_table", ())}
        self.columns: dict[str, dict[int, dict[int, Decimal]]] = defaultdict(lambda: defaultdict(dict))
        self.heads: dict[str, dict[int, Record]] = defaultdict(dict)
        self.lines: dict[str, dict[int, list[Record]]] = defaultdict(lambda: defaultdict(list))
        for cell in rows.get("mart_cell", ()):
            if cell["value"] is not None:
                table, column = cell["table_id"], cell["column_number"]
                self.columns[table][column][cell["row_number"]] = cell["value"]
                self.heads[table].setdefault(column, cell)
                self.lines[table][cell["row_number"]].append(cell)
        self.counting = {
            row["table_id"]
            for row in rows.get("mart_row", ())
            if row["text"] and counts_posts(row["text"], self.vocabulary)
        }
        self.with_decimals = {
            self.tables.get(table, {}).get("document_id")
            for table, lines in self.lines.items()
            if _has_decimals([cell for line in lines.values() for cell in line])
        }
        self.told = {table: self._told(table) for table in self.heads}
        self.results = self._words_of("estimate", 0)
        self.base_of_posts = self._words_of("approved", 1) - self.results
        self.objects = told_by_order(list(self._object_tables()))

    def said(self, term: Record) -> Iterator[tuple[str, str]]:
        """Meanings that the document's own figures tell of a term, each with its reason."""
        table, text = term["vocabulary_table"], term["printed_text"]
        if table == _HEADS:
            # a head over figures that are told is no head over words
            yield from list(self._of_head(text)) or self._of_count(term)
        elif table == _TOTALS:
            roles = (line[0]["row_role"] for line in self.labelled(text))
            yield from ((role, "the rows above add up to it") for role in roles if role in _SUMS)
        elif table == "objects":
            yield from self._of_object(text)
        elif table == _FUNDING:
            yield from self._of_source(term)

    def _headed(self) -> Iterator[tuple[str, dict[int, Record]]]:
        """Tables whose heads name their own measures: not those that count posts in words, or below the money."""
        for table, heads in self.heads.items():
            if table not in self.counting and self.tables.get(table, {}).get("table_part") != "posts":
                yield table, heads

    def named(self, text: str) -> Iterator[tuple[str, int]]:
        """Columns without a measure whose lowest head has the text."""
        flat = normalised(text)
        for table, heads in self._headed():
            for column, cell in heads.items():
                words = normalised(_YEAR.sub(" ", cell["column_label"] or "")).strip("()")
                if not cell["measure"] and (words == flat or words.endswith(flat)):
                    yield table, column

    def under(self, text: str) -> Iterator[tuple[str, int]]:
        """Columns below a head of a group that has the text."""
        flat = normalised(text)
        for table, heads in self.heads.items():
            for column, cell in heads.items():
                label = normalised(cell["column_label"] or "")
                if label.startswith(flat) and label != flat:
                    yield table, column

    def labelled(self, text: str) -> Iterator[list[Record]]:
        """Cells of the rows whose label is the text."""
        flat = bare_label(text)
        for lines in self.lines.values():
            yield from (line for line in lines.values() if bare_label(line[0]["row_label"] or "") == flat)

    def weight(self, table: str, text: str) -> int:
        """How many printed figures hang on a term."""
        if table == _HEADS:
            places = list(self.named(text)) or list(self.under(text))
            return sum(len(self.columns[where][column]) for where, column in places)
        return sum(map(len, self.labelled(text)))

    def _edition(self, table: str) -> int | None:
        return self.editions.get(self.tables.get(table, {}).get("document_id", ""))

    def _words_of(self, measure: str, years_before: int) -> set[str]:
        """Words of the heads of a measure, in the columns of the edition's year or of one before it."""
        return {
            _words(cell)
            for table, heads in self._headed()
            for column, cell in heads.items()
            if (edition := self._edition(table)) is not None
            and _year_of(cell) == edition - years_before
            and self._measure(table, column) == measure
        }

    def _told(self, table: str) -> dict[int, Told]:
        columns = sorted(self.heads[table])
        heads = [
            Head(
                _year_of(self.heads[table][c]),
                self.heads[table][c]["measure"],
                self.columns[table][c],
                _words(self.heads[table][c]),
            )
            for c in columns
        ]
        own = self.tables.get(table, {})
        is_posts: bool | None = own.get("unit") == "posts" or str(own.get("kind")).startswith("posts")
        if not is_posts and not own.get("unit"):  # where money has decimals, whole numbers are posts
            cells = [cell for line in self.lines[table].values() for cell in line]
            is_whole = not any(cell["precision_digits"] for cell in cells)
            is_posts = True if is_whole and own.get("document_id") in self.with_decimals else None
            is_posts = False if _has_decimals(cells) else is_posts
        return {columns[place]: told for place, told in told_by_place(heads, self._edition(table), is_posts).items()}

    def _of_head(self, text: str) -> Iterator[tuple[str, str]]:
        for table, column in self.named(text):
            told = self.told[table].get(column)
            if told is None:
                continue
            if told.measure in {"base", "approved"}:
                if (measure := self._base(normalised(text))) is not None:
                    yield measure, told.reason
            elif told.measure == "total_change" and normalised(text) == _words(self.heads[table][column]):
                yield "variance", told.reason
            else:
                yield told.measure, told.reason
        groups = {table for table, _ in self.under(text)}
        for table in groups:
            columns = [column for where, column in self.under(text) if where == table]
            measures = {self._measure(table, column) for column in columns}
            if len(measures) > 1 and measures <= set(CHANGES):
                yield "change", "the columns below it are changes"

    def _of_count(self, term: Record) -> Iterator[tuple[str, str]]:
        """A head over posts counted by grade in words, or over the number of them beside it."""
        for table in self.counting:
            if term["table_number"] and self.tables[table]["table_number"] == term["table_number"]:
                labels = {_words(cell) for cell in self.heads[table].values()}
                is_number = normalised(term["printed_text"]) in labels
                yield "number" if is_number else "details", "posts are counted by grade in its words"

    def _measure(self, table: str, column: int) -> str | None:
        known = self.heads[table][column]["measure"]
        return str(known) if known else (told.measure if (told := self.told[table].get(column)) else None)

    def _base(self, words: str) -> str | None:
        """What the base is called: an estimate where what is proposed has its words; for posts it is approved, and where
        money has other words, they are an appropriation.
        """
        if words in self.results:
            return "estimate"
        if self.base_of_posts:
            return "approved" if words in self.base_of_posts else "appropriation"
        named = {cell["measure"] for heads in self.heads.values() for cell in heads.values()}
        return "appropriation" if "approved" in named else "approved" if "appropriation" in named else None

    def _of_object(self, text: str) -> Iterator[tuple[str, str]]:
        flat = bare_label(text)
        for table, lines in self.lines.items():
            items = [line[0] for _, line in sorted(lines.items()) if line[0]["row_role"] == "item"]
            if len(items) == 2 and self.tables.get(table, {}).get("table_part") == "financial":
                for meaning, item in zip(("posts", "non_post"), items, strict=True):
                    if bare_label(item["row_label"] or "") == flat:
                        yield meaning, "of two rows one is posts, the other all else"
        if (meaning := self.objects.get(flat)) is not None:
            yield meaning, "tables print objects in this order, and sections usually have this one"

    def _object_tables(self) -> Iterator[ObjectTable]:
        """Tables whose rows are objects: most of the known ones, or all by their kind."""
        for table, lines in self.lines.items():
            labels = [
                bare_label(line[0]["row_label"] or "")
                for _, line in sorted(lines.items())
                if line[0]["row_role"] == "item"
            ]
            own = self.tables.get(table, {})
            rows = tuple((label, _object_of(label, self.vocabulary)) for label in labels)
            known = sum(1 for _, meaning in rows if meaning)
            if own.get("kind") in POSTS_KINDS or len(set(labels)) < len(labels):
                continue  # no object stands twice, and none among posts
            if own.get("kind") == "financial_by_object" or 2 * known > len(rows) > known:
                # a section of several entities prints the objects of each
                yield ObjectTable(f"{own.get('document_id')} {own.get('entity_code') or ''}", rows)

    def _of_source(self, term: Record) -> Iterator[tuple[str, str]]:
        number = term["table_number"]
        parts = [t for t in self.tables.values() if number and t["table_number"] == number and t["table_part"]]
        after = (
            t for t in parts if t["line_first"] and (t["line_first"] or 0) > (term["line_first"] or t["line_first"])
        )
        if (table := next(after, None)) is not None:
            count = len({t["table_part"] for t in parts})
            if source := _SOURCES.get((str(table["table_part"]), count)) or _SOURCES.get((str(table["table_part"]), 0)):
                yield source, f"it is part {table['table_part']} of the table"
                return
        called = {
            source
            for source, key in _SOURCES_IN_PROSE.items()
            for pattern in self.vocabulary.patterns("prose", key)
            if re.search(pattern.pattern, term["printed_text"], re.IGNORECASE)
        }
        if len(called) == 1:
            yield called.pop(), "paragraphs name it so"


def _said_beside(term: Record, document: _Document, beside: Counterparts) -> Iterator[tuple[str, str]]:
    """Meanings that a known document with the same figures tells."""
    table, text = term["vocabulary_table"], term["printed_text"]
    reason = "the same figures in the document beside it"
    if table == _HEADS:
        for where, column in document.named(text):
            for measure in beside.measures.get((where, column), ()):
                is_alone = measure == "total_change" and normalised(text) == _words(document.heads[where][column])
                yield ("variance" if is_alone else measure), reason
        for where in {where for where, _ in document.under(text)}:
            columns = [column for place, column in document.under(text) if place == where]
            told = [set(beside.measures.get((where, column), ())) for column in columns]
            if len(told) > 1 and all(one and one <= set(CHANGES) for one in told):
                yield "change", "the columns below it are changes in the document beside it"
    elif table == _FUNDING:
        for where, tables in beside.tables.items():
            own = document.tables[where]
            if own["table_number"] == term["table_number"] and _is_next(own, term, document):
                yield from ((known["funding_source_code"], reason) for known in tables if known["funding_source_code"])
    else:
        for meaning in beside.labels.get((table, bare_label(text)), ()):
            yield meaning, reason


def _is_next(table: Record, term: Record, document: _Document) -> bool:
    """Whether a table is the first of its number after the line of a term."""
    after = [
        other["line_first"] or 0
        for other in document.tables.values()
        if other["table_number"] == table["table_number"] and (other["line_first"] or 0) > (term["line_first"] or 0)
    ]
    return bool(after) and table["line_first"] == min(after)


def _object_of(label: str, vocabulary: Vocabulary) -> str | None:
    meaning = vocabulary.meaning("objects", label)
    return meaning if meaning in USUAL else None


def _has_decimals(cells: Sequence[Record]) -> bool:
    return 2 * sum(1 for cell in cells if cell["precision_digits"]) > len(cells)


def _year_of(cell: Record) -> int | None:
    years = _YEAR.findall(cell["column_label"] or "")
    return int(years[-1]) if len(years) == 1 else None


def _words(cell: Record) -> str:
    return normalised(_YEAR.sub(" ", cell["column_label"] or "")).strip("()")
