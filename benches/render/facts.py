"""Facts of a parsed document: its rows become a ``Fascicle``, all words left behind."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from benches.render.model import (
    Box,
    Chart,
    Element,
    Fascicle,
    Figure,
    Heading,
    HeadingKey,
    Label,
    Mandates,
    Paragraph,
    Recommendation,
    Result,
    Row,
    Stated,
    Table,
)
from benches.render.wording import Wording, wording_of
from pipelines.parse.tables.rows import listing_unit
from pipelines.symbols import find_symbols
from pipelines.vocabulary import normalised

Record = Mapping[str, Any]
RENDERED = frozenset(
    {
        "financial_by_object",
        "financial_by_component",
        "financial_and_posts",
        "posts_and_changes",
        "posts_by_grade",
        "posts_by_component",
        "deliverables",
        "performance_measure",
        "compliance_rate",
    }
)
"""Kinds of numbered tables that are rendered, besides lists of mandates and of recommendations."""
_LEVELS = {"part_a": 1, "part_b": 1, "annex_one": 1, "annex_two": 1, "annex_organization": 2}
_POINT = re.compile(r"^\((?P<mark>[a-z]{1,3})\)\s*(?P<words>.*)$", re.S)
_PART = re.compile(r"^\((?P<mark>[a-z])\)\s+\S")


def fascicle_of(rows: Mapping[str, Sequence[Record]]) -> Fascicle:
    """The facts of one parsed fascicle. Its language needs a wording, to tell its standard headings."""
    document = rows["mart_document"][0]
    reader = _Reader(rows, wording_of(document["language"]), document)
    return Fascicle(
        document["edition_year"],
        document["section_code"],
        document["part_code"] or "I",
        document["symbol"],
        tuple(reader.elements()),
    )


class _Reader:
    def __init__(self, rows: Mapping[str, Sequence[Record]], wording: Wording, document: Record) -> None:
        self.rows, self.wording, self.vocabulary = rows, wording, wording.vocabulary
        self.year: int = document["edition_year"]
        self.rows_of = _grouped(rows.get("mart_row", ()), "table_id")
        self.cells_of = _grouped(rows.get("mart_cell", ()), "table_id")

    def elements(self) -> Iterator[Element]:
        """All elements in printed order, with a heading wherever the headings above change."""
        placed = sorted(
            [
                *self._paragraphs(),
                *self._tables(),
                *self._charts(),
                *self._mandates(),
                *self._boxes(),
                *self._replies(),
            ],
            key=lambda found: found[0],
        )
        open_path: tuple[HeadingKey, ...] = ()
        for _, path, element in placed:
            if path is not None and path != open_path:
                shared = sum(1 for _ in _common(path, open_path))
                for depth in range(shared, len(path)):
                    yield Heading(path[depth], _LEVELS.get(path[depth][0], depth + 1))
                open_path = path
            yield element

    # -- paragraphs ----------------------------------------------------------------------------

    def _paragraphs(self) -> Iterator[tuple[int, tuple[HeadingKey, ...] | None, Element]]:
        stated = _grouped(self.rows.get("mart_stated_amount", ()), "paragraph_number")
        for record in self.rows.get("mart_paragraph", ()):
            number, place = record["paragraph_number"], record["line_first"] or 0
            path = self._path(record["heading_path"] or "")
            amounts = list(stated.get(number, ()))
            for position, piece in enumerate(record["text"].split("\n")):
                point = _POINT.match(piece) if position else None
                words = point["words"] if point else piece
                mine: list[Record] = []
                at = 0
                while amounts and (found := words.find(amounts[0]["printed_text"], at)) >= 0:
                    at = found + len(amounts[0]["printed_text"])
                    mine.append(amounts.pop(0))
                yield (
                    place * 1000 + position,
                    path,
                    self._paragraph(number, point["mark"] if point else "", words, mine),
                )

    def _paragraph(self, number: str, mark: str, words: str, amounts: Sequence[Record]) -> Paragraph:
        vocabulary = self.vocabulary
        tables = [
            (m["number"], m["part"] or "") for m in vocabulary.pattern("caption", "table_mention").finditer(words)
        ]
        # a run of tables is announced by its ends
        tables = _filled(tables, words, vocabulary.pattern("caption", "table_mention"))
        opening = re.split(r"[:：(（]", words, maxsplit=1)[0].strip()
        named = vocabulary.pattern("subprogramme", "pattern").match(opening) if mark else None
        component = vocabulary.meaning("components", opening) if mark else None
        return Paragraph(
            number,
            mark,
            tuple(
                Stated(
                    abs(a["value"]),
                    a["precision_digits"] or 0,
                    a["unit"],
                    a["measure"] or "",
                    a["funding_source_code"] or "",
                    a["direction"] or "",
                )
                for a in amounts
                if a["value"] is not None
            ),
            tuple(tables),
            tuple(self._figure_mentions(words)),
            tuple(dict.fromkeys(str(m.symbol) for m in find_symbols(words, self.wording.language))),
            component or ("programme_of_work" if named else ""),
            named["code"] if named else "",
        )

    def _figure_mentions(self, words: str) -> Iterator[str]:
        for number in self._figure_numbers:
            if number in words:
                yield self._roman(number)

    def _roman(self, number: str) -> str:
        """A figure's number with its last part in Roman numerals, whatever the language prints."""
        front, point, last = number.rpartition(".")
        return f"{front}{point}{self.vocabulary.terms.get('roman', {}).get(last, last)}"

    @property
    def _figure_numbers(self) -> list[str]:
        return sorted({r["figure_number"] for r in self.rows.get("mart_chart_value", ()) if r["figure_number"]})

    def _path(self, words: str) -> tuple[HeadingKey, ...]:
        path = tuple(key for piece in words.split(" > ") if piece for key in self._key(piece))
        if ("overall_orientation", "") in path:  # a list of mandates goes by subprogramme; what follows it does not
            path = tuple(key for key in path if key[0] != "subprogramme")
        return path

    def _key(self, words: str) -> Iterator[HeadingKey]:
        known = self.wording.heading_of(words, self.year)
        yield known if known is not None else ("achievement", "")

    # -- tables --------------------------------------------------------------------------------

    def _tables(self) -> Iterator[tuple[int, tuple[HeadingKey, ...] | None, Element]]:
        printed = [t for t in self.rows.get("mart_table", ()) if t["kind"] in RENDERED and t["table_number"]]
        for _, group in groupby(printed, key=lambda t: t["table_id"].rpartition("#")[2].partition(".")[0]):
            tables = list(group)
            first = tables[0]
            place = (first["line_first"] or 0) * 1000
            if first["kind"] == "performance_measure":
                yield place, None, self._result(first)
            else:
                yield place, None, self._table(tables)

    def _result(self, table: Record) -> Result:
        measures = [
            m
            for m in self.rows["mart_performance_measure"]
            if m["performance_measure_id"].startswith(table["table_id"] + "/")
        ]
        cells = tuple(
            None
            if m["is_nil"]
            else tuple(dict.fromkeys(str(s.symbol) for s in find_symbols(m["text"] or "", self.wording.language)))
            for m in measures
        )
        return Result(table["table_number"], tuple((m["measure"], m["fiscal_year"]) for m in measures), cells)

    def _table(self, tables: Sequence[Record]) -> Table:
        first = tables[0]
        heads: dict[int, tuple[str, int | None]] = {}
        is_counted = first["kind"] == "posts_and_changes"
        for table in tables:
            for cell in self.cells_of.get(table["table_id"], ()):
                head = (cell["measure"] or "", cell["fiscal_year"])
                heads.setdefault(cell["column_number"], ("number", None) if is_counted else head)
        if not heads and first["kind"] == "deliverables":  # described in words alone, below the heads of all
            years = (("planned", -2), ("actual", -2), ("planned", -1), ("planned", 0))
            heads = {n: (measure, self.year + past) for n, (measure, past) in enumerate(years)}
        columns = sorted(heads)
        rows = [row for table in tables for row in self._rows(table, columns)]
        is_two = first["kind"] == "financial_and_posts"
        return Table(
            first["table_number"] or "",
            first["kind"],
            "thousands_usd_and_posts" if is_two else first["unit"] or "",
            tuple(heads[c] for c in columns),
            tuple(rows),
            "" if is_two else first["table_part"] or "",
            first["funding_source_code"] or "",
            first["component_code"] or "",
            first["subprogramme_code"] or "",
        )

    def _rows(self, table: Record, columns: Sequence[int]) -> Iterator[Row]:
        records = self.rows_of.get(table["table_id"], [])
        cells = _grouped(self.cells_of.get(table["table_id"], ()), "row_number")
        outline = {r["row_number"]: r for r in records}
        for record in records:
            mine = cells.get(record["row_number"], [])
            by_column = {c["column_number"]: c for c in mine}
            figures = tuple(_figure(by_column.get(c)) for c in columns)
            label = self._label(table["kind"], record, mine, outline)
            details: tuple[tuple[int, str], ...] = ()
            if table["kind"] == "posts_and_changes":
                details = self._details(record["text"] or "")
            indent = 1 if (record["parent_row_number"] or record["row_number"]) < record["row_number"] else 0
            yield Row(label, indent, figures, details)

    def _details(self, words: str) -> tuple[tuple[int, str], ...]:
        found = self.vocabulary.pattern("prose", "grade_count").finditer(words)
        return tuple((int(m["number"]), m["grade"].strip()) for m in found)

    def _label(self, kind: str, record: Record, cells: Sequence[Record], outline: Mapping[int, Record]) -> Label:
        words, role = record["row_label"] or "", record["row_role"]
        ordinal = re.match(r"^(?P<mark>[A-Z]|\d{1,3})\.\s*(?P<words>.*)$", words)
        mark, plain = (ordinal["mark"], ordinal["words"]) if ordinal else ("", words)
        item = next(((c["item_kind"], c["item_code"] or "") for c in cells if c["item_kind"]), ("", ""))
        if kind == "deliverables":
            return self._deliverable(words, plain, mark, role, bool(cells))
        if kind == "compliance_rate":
            return Label("rate", item[1])
        if kind == "posts_and_changes":
            state = next((c for c in cells if c["measure"] and c["fiscal_year"]), None)
            return Label("state", state["measure"], str(state["fiscal_year"])) if state else Label("other_change")
        if role == "heading":
            group = self.vocabulary.meaning("row_groups", words)
            category = self.vocabulary.meaning("post_categories", plain)
            component = self.vocabulary.meaning("components", plain)
            if group:
                return Label("group", group)
            own = f"row {record['row_number']}"
            return Label("category", category) if category else Label("component", component or own, mark)
        if role in {"subtotal", "total"}:
            closes = re.search(r"[(,]\s*(?P<code>[A-Z]|\d)\s*\)?\s*$", words)
            return Label(role, closes["code"] if closes else "")
        if part := _PART.match(words):
            return Label("part", words, part["mark"])
        if mark.isdigit():
            return Label("subprogramme", mark, mark)
        if item[0] in {"object", "grade", "category"}:
            return Label(item[0], item[1])
        if mark:
            return Label("component", self.vocabulary.meaning("components", plain) or _component(cells), mark)
        return Label("component", _component(cells) or f"row {record['row_number']}")

    def _deliverable(self, words: str, plain: str, mark: str, role: str, has_figures: bool) -> Label:
        if mark and mark.isalpha():
            return Label("deliverable_category", mark, mark)
        if mark:
            return Label("deliverable_item", mark, mark)
        head = words.replace("：", ":").partition(":")
        code = self._subcategory(listing_unit(head[0])[0])
        if has_figures:
            return Label("deliverable_subcategory", code or "services")
        if head[1] and not head[2].strip():
            return Label("meetings_of")
        return Label("deliverable_words", code or "services")

    def _subcategory(self, words: str) -> str | None:
        flat = normalised(words)
        return next(
            (k for k, v in self.wording.words["deliverables"].items() if isinstance(v, str) and normalised(v) == flat),
            None,
        )

    # -- charts, mandates, boxes ---------------------------------------------------------------

    def _charts(self) -> Iterator[tuple[int, tuple[HeadingKey, ...] | None, Element]]:
        records = self.rows.get("mart_chart_value", ())
        for number, group in groupby(records, key=lambda r: r["chart_value_id"].rpartition(".")[0]):
            del number
            values = [
                value
                for value in group
                if value["value"] is not None and self.vocabulary.meaning("chart", value["series"] or "")
            ]
            if not values:
                continue  # a chart of results: its labels are words of the document
            shares = []
            for series, points in groupby(values, key=lambda r: r["series"] or ""):
                listed = list(points)
                share = self.vocabulary.meaning("chart", series) or ""
                total = next((_plotted(p) for p in listed if not p["label"]), None)
                bars = tuple((self._bar(p, share), _plotted(p)) for p in listed if p["label"])
                shares.append((share, total, bars))
            first = values[0]
            yield (
                (first["line_first"] or 0) * 1000 - 500,
                None,
                Chart(
                    self._roman(first["figure_number"] or ""),
                    tuple(shares),
                    first["component_code"] or "",
                    first["subprogramme_code"] or "",
                ),
            )

    def _bar(self, record: Record, share: str) -> Label:
        label = record["label"]
        code = self.vocabulary.meaning("objects", label)
        return Label("grade", label) if share == "posts_share" else Label("object", code or "other")

    def _mandates(self) -> Iterator[tuple[int, tuple[HeadingKey, ...] | None, Element]]:
        records = self.rows.get("mart_mandate", ())
        for _, group in groupby(records, key=lambda r: r["mandate_id"].rpartition("@")[2]):
            mandates = list(group)
            first = mandates[0]
            lists = tuple(
                tuple(m["symbol"] for m in same if m["symbol"])
                for _, same in groupby(mandates, key=lambda m: (m["printed_text"], m["line_first"]))
            )
            organ = "/".join(first["symbol"].split("/")[:2]) if first["symbol"] else ""
            if organ not in self.vocabulary.table("organs").values():
                continue  # an organ that has no heading of its own in all languages
            yield (first["line_first"] or 0) * 1000, None, Mandates(organ, first["subprogramme_code"] or "", lists)

    def _boxes(self) -> Iterator[tuple[int, tuple[HeadingKey, ...] | None, Element]]:
        records = self.rows.get("mart_org_unit_post", ())
        for ordinal, (_, group) in enumerate(
            groupby(records, key=lambda r: r["org_unit_post_id"].rpartition(".")[0]), 1
        ):
            boxes = list(group)
            first = boxes[0]
            posts = tuple((Figure(b["post_count"]), b["grade"]) for b in boxes if b["grade"])
            total = next(
                (Figure(b["post_count"]) for b in boxes if b["is_total"] and b["post_count"] is not None), None
            )
            path: tuple[HeadingKey, ...] = (("annex_one", ""), ("annex_organization", ""))
            yield (
                (first["line_first"] or 0) * 1000,
                path,
                Box(
                    ordinal,
                    first["funding_source_code"],
                    posts,
                    total,
                    first["component_code"] or "",
                    first["subprogramme_code"] or "",
                ),
            )

    def _replies(self) -> Iterator[tuple[int, tuple[HeadingKey, ...] | None, Element]]:
        for record in self.rows.get("mart_recommendation", ()):
            path: tuple[HeadingKey, ...] = (("annex_two", ""), ("annex_recommendations", ""))
            yield (record["line_first"] or 0) * 1000, path, Recommendation(record["symbol"] or "")


def _figure(cell: Record | None) -> Figure | None:
    if cell is None or cell["value"] is None:
        return None
    return Figure(cell["value"], 0 if cell["is_nil"] else cell["precision_digits"] or 0, cell["is_nil"])


def _component(cells: Sequence[Record]) -> str:
    return next((str(c["component_code"]) for c in cells if c["component_code"]), "")


def _plotted(record: Record) -> Figure:
    return Figure(record["value"], record["precision_digits"] or 0)


def _filled(tables: list[tuple[str, str]], words: str, pattern: re.Pattern[str]) -> list[tuple[str, str]]:
    """Tables announced by the ends of a run ("10.16 to 10.18") one by one, as the print counts them."""
    found = list(tables)
    for match in pattern.finditer(words):
        after = re.match(r"\D{1,6}(?P<number>\d+[A-Z]?\.\d+)(?:\((?P<part>\d)\))?", words[match.end() :])
        while after:
            start, end = match["number"], after["number"]
            prefix, first, last = start.rpartition(".")[0], int(start.rpartition(".")[2]), int(end.rpartition(".")[2])
            if end.rpartition(".")[0] == prefix:
                found += [(f"{prefix}.{n}", "") for n in range(first + 1, last + 1)]
            break
    return list(dict.fromkeys(found))


def _common(one: Sequence[HeadingKey], other: Sequence[HeadingKey]) -> Iterator[HeadingKey]:
    for left, right in zip(one, other, strict=False):
        if left != right:
            return
        yield left


def _grouped(records: Sequence[Record], key: str) -> dict[Any, list[Record]]:
    grouped: dict[Any, list[Record]] = defaultdict(list)
    for record in records:
        grouped[record[key]].append(record)
    return grouped
