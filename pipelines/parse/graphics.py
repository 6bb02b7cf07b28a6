"""Charts and organization charts: plotted values and boxes become rows with their facts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pipelines.model.blocks import Block
from pipelines.model.facts import Item, fact_id
from pipelines.model.grades import grade_code, is_grade
from pipelines.model.numbers import read_number
from pipelines.parse.grid.captions import Caption
from pipelines.parse.scope.context import Context
from pipelines.parse.scope.titles import scope_of
from pipelines.symbols.identity import Identity
from pipelines.vocabulary import Vocabulary


def chart_rows(
    block: Block, caption: Caption | None, context: Context, identity: Identity, order: int
) -> list[dict[str, Any]]:
    """Rows of mart_chart_value for one chart."""
    vocabulary = context.vocabulary
    caption = caption or Caption(is_figure=True)
    scope = scope_of(caption, context.scope, vocabulary)
    rows: list[dict[str, Any]] = []
    year_of = re.compile(vocabulary.terms["year"]["pattern"])
    for series in block.series:
        # a series, or the title, may be of a year before the one that is proposed
        named = [int(m["year"]) for words in (series.name, caption.title) for m in year_of.finditer(words or "")]
        year = named[0] if named else identity.edition_year
        share = vocabulary.meaning("chart", series.name) or _share_of_labels(series.points, vocabulary)
        for position, (label, printed) in enumerate(series.points):
            number = read_number(printed)
            if number is None:
                continue
            place = series.places[position] if position < len(series.places) else block.place
            is_posts = share == "posts_share"
            item = _item(share, label, vocabulary)
            measure = None if share is None else ("proposed" if is_posts else "estimate")
            unit = "posts" if is_posts else ("thousands_usd" if share else "number")
            fact = None
            if share and item and year == identity.edition_year:
                base = "posts" if is_posts else "USD"
                fact = fact_id(
                    identity.edition_year,
                    identity.section_code,
                    scope.with_(funding="RB"),
                    item,
                    measure or "",
                    identity.edition_year,
                    base,
                )
            rows.append(
                {
                    "chart_value_id": f"{identity.document_id}#f{order:03d}.{len(rows) + 1}",
                    "document_id": identity.document_id,
                    "figure_number": caption.number,
                    "figure_title": caption.title or None,
                    "series": series.name or None,
                    "label": label or None,
                    "printed_text": printed.strip(),
                    "value": number.value,
                    "precision_digits": number.precision_digits,
                    "unit": unit,
                    "subprogramme_code": scope.subprogramme or None,
                    "component_code": scope.component or None,
                    "measure": measure,
                    "fiscal_year": year if share else None,
                    "fact_id": fact,
                    "page_number": place.page,
                    "line_first": place.line_first,
                    "line_last": place.line_last,
                }
            )
    return rows


def _share_of_labels(points: tuple[tuple[str, str], ...], vocabulary: Vocabulary) -> str | None:
    """What a chart without a heading distributes, told by its labels."""
    labels = [label for label, _ in points if label]
    if labels and all(is_grade(label, vocabulary) for label in labels):
        return "posts_share"
    meanings = [vocabulary.meaning("objects", label) for label in labels]
    if labels and all(meanings):
        return "financial_share" if set(meanings) <= {"posts", "non_post"} else "non_post_share"
    return None


def _item(share: str | None, label: str, vocabulary: Vocabulary) -> Item | None:
    if share == "posts_share":
        return Item("grade", grade_code(label, vocabulary)) if label else Item()
    code = vocabulary.meaning("objects", label) if label else None
    if share == "financial_share":
        return Item("object", code) if code else (Item() if not label else None)
    if share == "non_post_share":
        if not label:
            return Item("object", "non_post")
        return Item("object", code) if code else None
    return None


_COUNT = r"\d+(?:[ \u00a0]\d{3})*"
_GRADE_WORDS = r"(?:[in]UNV|[DP][1-7]|[A-Z]{1,4}(?:[-‑][A-Z0-9]+(?:/[A-Z0-9]+)?)?(?:\s?[(（][A-Za-z ]+[)）])?)"
_BOX_POST = re.compile(
    rf"(?P<count>{_COUNT})(?:\s+|[-‑](?=[A-Z]))(?P<grade>{_GRADE_WORDS})(?:\s*[a-z](?![a-z]))?(?=\s|,|$)"
)
_TITLED = re.compile(rf"^(?P<count>{_COUNT})\s+(?P<grade>[A-Z][A-Za-z’' -]+)$")
_SOURCE_OF_OTHERS = re.compile(r"^(?:RB|OA|XB)\s+[A-Z][A-Za-z ]*:$")
"""People who are no posts, such as "RB GTA:" for general temporary assistance."""
_RULED = re.compile(r"\s*_{3,}\s*$")
"""A rule typed below the name of a unit."""
_LONGEST_TITLE = 4
"""Words of a post that is no grade: "1 Deputy Registrar"."""


class _Box:
    """What is being read of one box: where its columns stand, and what its lines have said so far."""

    def __init__(self, text: str, before: int, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.before = before
        """Rows of the units above it in the same box."""
        self.rows: list[dict[str, Any]] = []
        self.label: list[str] = []
        self.columns: list[tuple[int, str]] = []
        self.component = self.subprogramme = ""
        self.is_complete = True
        self.short: set[str] = set()
        """Posts on lines that have fewer values than the box has columns."""
        self.has_total = any(
            vocabulary.pattern("org_chart", "total").match(" ".join(line.split())) for line in text.split("\n")
        )

    def funding_at(self, position: int, order: int, printed: int) -> str:
        """Source of funding of a value: of its column where lines are divided as the head is, else by order."""
        if not self.columns:
            return "RB"
        if printed == len(self.columns):
            return self.columns[order][1]
        return min(self.columns, key=lambda column: (abs(column[0] - position), column[0]))[1]


def org_unit_rows(
    block: Block, chart_label: str, year: int | None, context: Context, identity: Identity, order: int
) -> list[dict[str, Any]]:
    """Rows of mart_org_unit_post for one box: one per grade and one per printed total.

    Sources of funding may stand side by side, each with its posts and total below, and a total of all last.
    """
    rows: list[dict[str, Any]] = []
    for lines in _units(block.text.split("\n"), context.vocabulary):
        rows += _unit_rows(lines, len(rows), chart_label, year, context, identity, order, block)
    return rows


def _units(lines: list[str], vocabulary: Vocabulary) -> list[list[str]]:
    """Lines of the units of a box: one, or several below one another, each ended by its total."""
    total, funding = (vocabulary.pattern("org_chart", key) for key in ("total", "funding"))
    units: list[list[str]] = [[]]
    is_closed = False
    for number, line in enumerate(lines):
        text = " ".join(line.split())
        is_words = bool(text) and not any(c.isdigit() for c in text) and not funding.match(text)
        if is_closed and is_words and _has_posts(lines[number + 1 :], vocabulary):
            units.append([])
            is_closed = False
        is_closed = is_closed or bool(total.match(text))
        units[-1].append(line)
    return units


def _has_posts(lines: list[str], vocabulary: Vocabulary) -> bool:
    return any(
        (match := _BOX_POST.match(" ".join(line.split()))) and is_grade(match["grade"], vocabulary) for line in lines
    )


def _unit_rows(
    lines: list[str],
    before: int,
    chart_label: str,
    year: int | None,
    context: Context,
    identity: Identity,
    order: int,
    block: Block,
) -> list[dict[str, Any]]:
    box = _Box("\n".join(lines), before, context.vocabulary)
    for line in lines:
        _read_box_line(box, line, order, identity, block)
    _settle_columns(box)
    label = _RULED.sub("", " ".join(box.label))
    if not box.component and not box.subprogramme:
        box.component = context.vocabulary.meaning("components", label) or ""
    for row in box.rows:
        row.update(
            chart_label=chart_label or None,
            unit_label=label or None,
            grade_code=grade_code(row["grade"], box.vocabulary) if row["grade"] else None,
            component_code=box.component or None,
            subprogramme_code=box.subprogramme or None,
            fiscal_year=year,
            is_complete=box.is_complete,
        )
    return box.rows


_MOST_OPEN = 16


def _settle_columns(box: _Box) -> None:
    """Give posts of lines that are shorter than the box is wide the source of funding that printed totals leave them.

    Only where one way of dividing them makes the grades of every source add up to its total.
    """
    totals = {row["funding_source_code"]: row["post_count"] for row in box.rows if row["is_total"]}
    sources = [source for _, source in box.columns]
    posts = [row for row in box.rows if not row["is_total"]]
    missing = {source: totals.get(source) for source in sources}
    if len(sources) < 2 or len(set(sources)) < len(sources) or None in missing.values():
        return
    sums = {source: sum(r["post_count"] for r in posts if r["funding_source_code"] == source) for source in sources}
    if sums == missing:
        return
    free = [row for row in posts if row["org_unit_post_id"] in box.short]
    kept = [row for row in posts if row["org_unit_post_id"] not in box.short]
    left = {s: missing[s] - sum(r["post_count"] for r in kept if r["funding_source_code"] == s) for s in sources}
    found = list(_divisions([int(row["post_count"]) for row in free], left, sources)) if len(free) <= _MOST_OPEN else []
    if len(found) == 1:
        for row, source in zip(free, found[0], strict=True):
            row["funding_source_code"] = source


def _divisions(counts: list[int], left: dict[str, Any], sources: list[str]) -> Iterator[list[str]]:
    """Ways of giving each count to a source so that nothing is left of any; two at the most."""
    if not counts:
        if not any(left.values()):
            yield []
        return
    given = 0
    for source in sources:
        if left[source] >= counts[0] and given < 2:
            rest = {**left, source: left[source] - counts[0]}
            for further in _divisions(counts[1:], rest, sources):
                given += 1
                yield [source, *further]
                if given > 1:
                    return


def _read_box_line(box: _Box, line: str, order: int, identity: Identity, block: Block) -> None:
    text = " ".join(line.split())
    if not text:
        return
    funding_pattern, total_pattern = (box.vocabulary.pattern("org_chart", key) for key in ("funding", "total"))
    pieces = [(i, piece.strip(" ")) for i, piece in enumerate(line.split("\t")) if piece.strip()]
    sources = [(i, match["source"]) for i, piece in pieces if (match := funding_pattern.match(piece))]
    total, posts = total_pattern.match(text), _posts_of(pieces, box)
    bracket = re.fullmatch(r"[(（](.+)[)）]", text)
    if sources and len(sources) == len(pieces):
        box.columns = sources
    elif total:
        funding = box.columns[0][1] if len(box.columns) == 1 else ("ALL" if box.columns else "RB")
        box.rows.append(
            _org_row(box.before + len(box.rows), order, None, total["value"], line.strip(), funding, identity, block)
        )
    elif posts:
        order_of = {position: number for number, position in enumerate(dict.fromkeys(p for p, *_ in posts))}
        for position, count, grade, printed in posts:
            if len(order_of) < len(box.columns) and grade is not None:
                box.short.add(_post_id(identity, order, box.before + len(box.rows)))
            funding = box.funding_at(position, order_of[position], len(order_of))
            box.rows.append(
                _org_row(box.before + len(box.rows), order, grade, count, printed, funding, identity, block)
            )
    elif bracket:
        _read_bracket(box, bracket[1])
    elif _SOURCE_OF_OTHERS.match(text):
        box.is_complete = False  # what stands below is paid by a source, but these are no posts
    else:
        box.is_complete = box.is_complete and not (box.rows and any(c.isdigit() for c in text))
        inner = re.search(r"[(（]([^()（）]+)[)）]\s*$", text)
        if inner:
            _read_bracket(box, inner[1])
        box.label.append(text)


def _posts_of(pieces: list[tuple[int, str]], box: _Box) -> list[tuple[int, str, str | None, str]]:
    """Posts of a line by the place of their column: (position, count, grade, printed text),
    grade None for a column's total."""
    found: list[tuple[int, str, str | None, str]] = []
    texts = [piece for _, piece in pieces]
    if (
        len(texts) % 2 == 0
        and all(t.isdigit() for t in texts[::2])
        and all(is_grade(t, box.vocabulary) for t in texts[1::2])
    ):
        # count and grade set apart by a tab of their own
        pieces = [(position, f"{piece} {texts[2 * i + 1]}") for i, (position, piece) in enumerate(pieces[::2])]
    for position, piece in pieces:
        listed = list(_BOX_POST.finditer(piece))
        rest = re.sub(r"\([^()]*\)|[,\s]", "", _BOX_POST.sub("", piece))
        titled = _TITLED.match(piece)
        if listed and not rest and all(is_grade(m["grade"], box.vocabulary) for m in listed):
            found += [(position, m["count"], m["grade"], m.group()) for m in listed]
        elif titled and _is_title(titled["grade"], box):
            found.append((position, titled["count"], titled["grade"], piece))
        elif box.columns and re.fullmatch(rf"{_COUNT}(?:\s+{_COUNT})*", piece):
            counts = piece.split() if len(box.columns) > 1 else [piece]
            found += [(position, count, None, count) for count in counts]
        else:
            return []
    return found


def _is_title(words: str, box: _Box) -> bool:
    """True for the title of an office-holder that a box counts like a grade; only below the box's name."""
    return box.has_total and bool(box.label) and len(words.split()) <= _LONGEST_TITLE


def _read_bracket(box: _Box, inner: str) -> None:
    vocabulary = box.vocabulary
    match = vocabulary.pattern("subprogramme", "pattern").search(inner)
    several = vocabulary.pattern("subprogramme", "several").search(inner)
    if match and not several:
        box.component, box.subprogramme = "programme_of_work", match["code"]
    elif several:
        box.component, box.subprogramme = "programme_of_work", ""
    else:
        box.component = vocabulary.meaning("components", inner) or box.component


def _post_id(identity: Identity, order: int, before: int) -> str:
    return f"{identity.document_id}#o{order:03d}.{before + 1}"


def _org_row(
    before: int,
    order: int,
    grade: str | None,
    count: str,
    printed: str,
    funding: str,
    identity: Identity,
    block: Block,
) -> dict[str, Any]:
    number = read_number(count)
    return {
        "org_unit_post_id": _post_id(identity, order, before),
        "document_id": identity.document_id,
        "grade": grade.replace("\u2011", "-") if grade else grade,
        "funding_source_code": funding,
        "post_count": number.value if number else None,
        "is_total": grade is None,
        "printed_text": printed,
        "fact_id": None,
        "page_number": block.place.page,
        "line_first": block.place.line_first,
        "line_last": block.place.line_last,
    }
