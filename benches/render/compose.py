"""Facts and a language become the blocks of a printed fascicle: words, numbers and grids, without a format yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benches.render.model import (
    Box,
    Chart,
    Fascicle,
    Heading,
    Label,
    Mandates,
    Paragraph,
    Recommendation,
    Result,
    Row,
    Stated,
    Table,
)
from benches.render.printed import Block, Grid, GridRow, HeadCell, Lines, Plot, Printed, Share, Words
from benches.render.wording import Wording, joined, wording_of

CHANGES = ("technical_adjustment", "new_expanded_mandate", "other_change", "total_change", "percent_change")


def compose(fascicle: Fascicle, language: str, *, number_separator: str = "\u00a0") -> Printed:
    """A fascicle in a language. Raises KeyError, with what to add, when a word is missing."""
    return _Composer(fascicle, wording_of(language), number_separator).printed()


class _Composer:
    def __init__(self, fascicle: Fascicle, wording: Wording, separator: str) -> None:
        self.fascicle, self.wording, self.separator = fascicle, wording, separator
        self.year, self.section = fascicle.edition_year, fascicle.section_code
        self._last_number = ""
        self._mandate_scope = ""
        self._own_components: dict[str, int] = {}

    def say(self, table: str, key: str, /, **arguments: object) -> str:
        return self.wording.say(
            table, key, **{"year": self.year, "past": self.year - 2, "base": self.year - 1, **arguments}
        )

    def printed(self) -> Printed:
        title, part = self._title(), self._part()
        fascicle = self.fascicle
        session = self.year - 1946
        cover = (
            self.say("cover", "session", session=session),
            self.say("cover", "budget"),
            self.say("cover", "part", part=part),
            self.say("section", "part_title"),
            self.say("cover", "section", section=self.section),
            title,
        )
        masthead = tuple(
            self.say("cover", key, calendar=self.year - 1)
            for key in ("organization", "assembly", "distribution", "date", "original")
        )
        return Printed(
            self.wording.language,
            fascicle.symbol,
            cover,
            (*masthead[:2], fascicle.symbol, *masthead[2:]),
            self.say("cover", "section_line", section=self.section, title=title),
            self.say("cover", "part_line", part=part, title=self.say("section", "part_title")),
            f"{(self.year - 1) % 100:02d}-{4000 + 7 * len(fascicle.elements) % 1000:05d}",
            tuple(self._blocks()),
            self.wording.is_right_to_left,
        )

    def _part(self) -> str:
        roman = {value: key for key, value in self.wording.vocabulary.terms.get("roman", {}).items()}
        return str(roman.get(self.fascicle.part_code, self.fascicle.part_code))

    def _title(self) -> str:
        key = f"title_{self.section}"
        return self.say("section", key if self.wording.has("section", key) else "title", section=self.section)

    def _subprogramme(self, code: str) -> str:
        key = f"subprogramme_{self.section}_{code}"
        return self.say("section", key if self.wording.has("section", key) else "subprogramme", n=code)

    def _blocks(self) -> Iterator[Block]:
        for element in self.fascicle.elements:
            match element:
                case Heading():
                    yield from self._heading(element)
                case Paragraph():
                    yield self._paragraph(element)
                case Table():
                    yield from self._table(element)
                case Result():
                    yield from self._result(element)
                case Mandates():
                    yield from self._mandates(element)
                case Chart():
                    yield from self._chart(element)
                case Box():
                    yield self._box(element)
                case Recommendation():
                    yield self._recommendation(element)

    # -- words -----------------------------------------------------------------------------------

    def _heading(self, heading: Heading) -> Iterator[Block]:
        key, argument = heading.key
        kind = "annex" if key in {"annex_one", "annex_two"} else "heading"
        yield Words(kind, self.say("headings", key, n=argument), level=heading.level)
        if key == "subprogramme":
            yield Words("heading", self._subprogramme(argument), level=heading.level)
        if key == "annex_organization":
            yield Words("note", self.say("prose", "note"))

    def _paragraph(self, paragraph: Paragraph) -> Words:
        sentences = list(self._sentences(paragraph))
        if not sentences:
            sentences = [self.say("prose", "point" if paragraph.mark else "plain")]
        joiner = " " if self.wording.vocabulary.is_spaced else ""
        text = joiner.join(sentences)
        if paragraph.mark:
            return Words("point", text, f"({paragraph.mark})")
        return Words("paragraph", text, self._number(paragraph.number))

    def _number(self, number: str) -> str:
        return self.wording.place(f"{self.section}.{number.rpartition('.')[2]}")

    def _sentences(self, paragraph: Paragraph) -> Iterator[str]:
        stated = list(paragraph.stated)
        tables = list(paragraph.tables)
        while stated:
            one = stated.pop(0)
            percent = stated.pop(0) if stated and stated[0].measure == "percent_change" else None
            if one.measure and paragraph.mark:
                yield self.say(
                    "prose", f"point_{one.direction}", scope=self._scope(paragraph), amount=self._amount(one)
                )
            elif one.measure in {"technical_adjustment", "new_expanded_mandate", "other_change"} or (
                one.measure == "total_change" and tables and not percent and paragraph.stated[0].measure != "estimate"
            ):
                table = self._mention(*tables.pop(0)) if tables else ""
                words = self.say("prose", "adjustment_table", table=table)
                yield self.say("prose", f"adjustment_{one.direction}", table=words, amount=self._amount(one))
            elif one.measure == "estimate" and self.wording.has("prose", f"estimate_{one.funding or 'RB'}"):
                yield self.say("prose", f"estimate_{one.funding or 'RB'}", amount=self._amount(one))
            elif one.measure == "total_change" and percent:
                yield self._change("total_percent", one, percent)
            elif one.measure == "total_change":
                yield self._change("total_change", one, None)
            else:
                yield self._plain_amount(one)
        if len(tables) == 1:
            yield self.say("prose", "table", table=self._mention(*tables[0]))
        elif tables:
            for table in tables:
                yield self.say("prose", "table", table=self._mention(*table))
        for figure in paragraph.figures:
            yield self.say("prose", "figure", figure=self._figure_number(figure))
        if paragraph.symbols:
            yield self.say("prose", "cite", symbols=self._cited(paragraph.symbols))

    def _change(self, key: str, stated: Stated, percent: Stated | None) -> str:
        return self.say(
            "prose",
            f"{key}_{stated.direction}",
            amount=self._amount(stated),
            percent=self._percent(percent) if percent else "",
            before=self.say("prose", "appropriation"),
        )

    def _scope(self, paragraph: Paragraph) -> str:
        if paragraph.subprogramme:
            return self.say("prose", "scope_subprogramme", n=paragraph.subprogramme)
        return self.wording.term("components", paragraph.component or "programme_of_work")

    def _amount(self, stated: Stated) -> str:
        return self.say("numbers", "money", n=self.wording.amount(stated.value, stated.precision))

    def _percent(self, stated: Stated) -> str:
        return self.say("numbers", "percent", n=self.wording.amount(stated.value, stated.precision))

    def _plain_amount(self, stated: Stated) -> str:
        if stated.unit == "percent":
            return self.say("prose", "percent", percent=self._percent(stated))
        if stated.unit == "posts":
            one = "posts_one" if stated.value == 1 else "posts"
            words = self.say("numbers", one, n=self.wording.amount(stated.value, 0))
            return self.say("prose", "posts", posts=words)
        return self.say("prose", "money", amount=self._amount(stated))

    def _mention(self, number: str, part: str) -> str:
        return f"{self._number(number)} ({part})" if part else self._number(number)

    def _figure_number(self, number: str) -> str:
        last = number.rpartition(".")[2]
        roman = {value: key for key, value in self.wording.vocabulary.terms.get("roman", {}).items()}
        return self.wording.place(f"{self.section}.{roman.get(last, last)}")

    def _cited(self, symbols: Sequence[str]) -> str:
        words = self.wording
        cited = []
        for symbol in symbols:
            organ, number = "/".join(symbol.split("/")[:2]), "/".join(symbol.split("/")[2:])
            cited.append(words.say("cite", organ, number=number) if words.has("cite", organ) else symbol)
        return joined(cited, words)

    # -- tables ----------------------------------------------------------------------------------

    def _caption(self, number: str, title: str, unit: str, part: str = "", funding: str = "") -> Iterator[Block]:
        wording = self.wording
        if number != self._last_number:
            yield Words("caption", self.say("captions", "table", number=self._number(number)), level=1)
            yield Words("caption", title, level=2)
            if unit:
                yield Words("caption", f"({wording.term('units', unit)})", level=3)
        self._last_number = number
        source = wording.term("funding_sources", funding) if funding and (part or not unit) else ""
        if part and funding:
            yield Words("caption", self.say("captions", "part", part=part, words=source), level=4)

    def _title_of(self, table: Table) -> str:
        if table.kind == "compliance_rate":
            return self.say("titles", "compliance_rate")
        if table.kind == "deliverables":
            if not table.subprogramme:
                return self.say("titles", "cross_cutting")
            scope = self.say("titles", "subprogramme", n=table.subprogramme)
            return self.say("titles", "scoped", scope=scope, title=self.say("titles", "deliverables"))
        title = self.say("titles", table.kind)
        if table.subprogramme:
            scope = self.say("titles", "subprogramme", n=table.subprogramme)
        elif table.component:
            scope = self._component(table.component)
        else:
            return self.say("titles", "overall", title=title)
        return self.say("titles", "scoped", scope=scope, title=title)

    def _table(self, table: Table) -> Iterator[Block]:
        unit = "" if table.unit in {"number", ""} else table.unit
        yield from self._caption(table.number, self._title_of(table), unit, table.part, table.funding)
        heads = self._heads(table)
        width = len(table.columns) + 1
        if table.kind == "posts_and_changes":
            rows = tuple(self._state_row(row) for row in table.rows)
            yield Grid("details", heads, rows, 3)
            return
        yield Grid("figures", heads, tuple(self._row(row, width) for row in table.rows), width)

    def _heads(self, table: Table) -> tuple[tuple[HeadCell | None, ...], ...]:
        wording = self.wording
        if table.kind == "posts_and_changes":
            number, details = (wording.term("column_heads", key, capital=True) for key in ("number", "details"))
            return ((HeadCell(("",)), HeadCell((number,)), HeadCell((details,))),)
        stub = HeadCell((self._stub(table.kind),))
        changes = [i for i, (measure, _) in enumerate(table.columns) if measure in CHANGES]
        columns = [self._head(measure, year, has_group=len(changes) > 2) for measure, year in table.columns]
        if len(changes) < 3:
            return ((stub, *columns),)
        above: list[HeadCell | None] = [HeadCell(("",))]
        for i in range(len(table.columns)):
            if i == changes[0]:
                above.append(HeadCell((self._head_words("changes"),), columns=len(changes)))
            elif i in changes:
                above.append(None)
            else:
                above.append(HeadCell(("",)))
        return (tuple(above), (stub, *columns))

    def _stub(self, kind: str) -> str:
        stubs = {
            "financial_by_object": "object",
            "posts_by_grade": "grade",
            "financial_by_component": "component",
            "posts_by_component": "component",
            "deliverables": "deliverable",
        }
        return self.wording.term("stub_heads", stubs[kind]) if kind in stubs else ""

    def _head(self, measure: str, year: int | None, *, has_group: bool) -> HeadCell:
        head = self._head_words("change" if measure == "total_change" and not has_group else measure)
        if year is None or measure in CHANGES:
            return HeadCell((head[:1].upper() + head[1:],))
        return HeadCell((self.say("heads", "dated", year=year, head=head),))

    def _head_words(self, key: str) -> str:
        """Words of a head: of several terms for one thing the wording may choose."""
        chosen = self.wording.words["heads"].get(key)
        return str(chosen) if chosen else self.wording.term("column_heads", "change" if key == "changes" else key)

    def _row(self, row: Row, width: int) -> GridRow:
        cells = [self.wording.figure(figure, self.separator) for figure in row.figures]
        role = row.label.kind if row.label.kind in {"subtotal", "total"} else ("item" if row.has_figures else "heading")
        role = "merged" if row.label.kind == "deliverable_words" else role
        return GridRow((self._label(row.label), *cells, *[""] * (width - 1 - len(cells))), row.indent, role)

    def _state_row(self, row: Row) -> GridRow:
        wording = self.wording
        if row.label.kind == "state":
            head = wording.term("column_heads", row.label.code, capital=wording.vocabulary.is_spaced)
            label = self.say("rows", "state", head=head, year=row.label.ordinal)
        else:
            label = wording.term("column_heads", row.label.kind, capital=True)
        details = [wording.say("numbers", "grade_count", n=count, grade=grade) for count, grade in row.details]
        return GridRow((label, *(wording.figure(f, self.separator) for f in row.figures), joined(details, wording)))

    def _label(self, label: Label) -> str:
        wording, say = self.wording, self.say
        match label.kind:
            case "object":
                return self._named("objects", label.code)
            case "grade":
                return label.code
            case "category":
                return self._named("post_categories", label.code)
            case "group":
                return wording.term("row_groups", label.code)
            case "component":
                words = self._component(label.code)
                return (
                    say("rows", "lettered", letter=self._letter(label.ordinal), words=words) if label.ordinal else words
                )
            case "subprogramme":
                return say("rows", "numbered", n=label.code, words=self._subprogramme(label.code))
            case "part":
                return f"({label.ordinal}) {self._named('components', label.code)}"
            case "total":
                return wording.words["rows"].get("total") or wording.vocabulary.words("totals", "total")[0]
            case "subtotal":
                word = wording.words["rows"].get("subtotal_word") or wording.vocabulary.words("totals", "subtotal")[0]
                code = self._letter(label.code)
                return say("rows", "subtotal", word=word, code=code) if label.code else word
            case "rate":
                return wording.term("rates", label.code)
            case _:
                return self._deliverable(label)

    def _component(self, code: str) -> str:
        """Words of a component: a fixed term, or a name where the component is the section's own."""
        return self._named("components", code)

    def _named(self, table: str, code: str) -> str:
        """The fixed term with a meaning, or a made name where it is the section's own."""
        if code in self.wording.vocabulary.table(table).values():
            return self.wording.term(table, code)
        number = self._own_components.setdefault(code, len(self._own_components) + 21)
        return self.say("section", "subprogramme", n=number)

    def _letter(self, letter: str) -> str:
        letters = str(self.wording.words["rows"]["letters"]).split()
        return letters[ord(letter) - ord("A")] if letter.isalpha() and ord(letter) - ord("A") < len(letters) else letter

    def _deliverable(self, label: Label) -> str:
        say, words = self.say, self.wording.words
        match label.kind:
            case "deliverable_category":
                return say("rows", "lettered", letter=self._letter(label.code), words=say("deliverables", label.code))
            case "deliverable_item":
                items = words["deliverables"]["items"]
                return say("rows", "numbered", n=label.code, words=items[int(label.code) % len(items)])
            case "deliverable_subcategory":
                unit = words["deliverable_units"].get(label.code)
                return (
                    f"{say('deliverables', label.code)}{self._space}({unit})"
                    if unit
                    else say("deliverables", label.code)
                )
            case "meetings_of":
                return say("deliverables", "meetings_of")
            case _:
                return say("deliverables", "description", words=say("deliverables", label.code))

    @property
    def _space(self) -> str:
        return " " if self.wording.vocabulary.is_spaced else ""

    def _result(self, result: Result) -> Iterator[Block]:
        yield from self._caption(result.number, self.say("captions", "result"), "")
        heads = tuple(
            HeadCell(
                (
                    self.say(
                        "heads", "bracketed", year=year, head=self.wording.term("column_heads", measure).strip("()")
                    ),
                )
            )
            for measure, year in result.columns
        )
        cells = []
        for (measure, year), symbols in zip(result.columns, result.cells, strict=True):
            if symbols is None:
                cells.append(str(self.wording.words["numbers"]["nil"]))
            elif symbols:
                cells.append(self.say("prose", "result_cites", year=year, symbols=self._cited(symbols)))
            else:
                cells.append(self.say("prose", "result_cell" if measure == "actual" else "result_planned", year=year))
        yield Grid("words", (heads,), (GridRow(tuple(cells)),), len(heads))

    def _mandates(self, mandates: Mandates) -> Iterator[Block]:
        if mandates.subprogramme != self._mandate_scope:
            yield Words("heading", self.say("headings", "subprogramme", n=mandates.subprogramme), level=3)
            yield Words("heading", self._subprogramme(mandates.subprogramme), level=3)
        self._mandate_scope = mandates.subprogramme
        yield Words("heading", self.wording.term("organs", mandates.organ), level=5)
        rows = []
        titles = self.wording.words["prose"]["mandate_titles"]
        for number, symbols in enumerate(mandates.lists):
            printed = "; ".join("/".join(symbol.split("/")[2:]) for symbol in symbols)
            rows.append(GridRow((printed, str(titles[number % len(titles)]))))
        yield Grid("pairs", (), tuple(rows), 2)

    # -- charts and annexes ------------------------------------------------------------------------

    def _chart(self, chart: Chart) -> Iterator[Block]:
        yield Words("caption", self.say("captions", "figure", number=self._figure_number(chart.number)), level=1)
        title = self.say("titles", "chart")
        if chart.subprogramme:
            scope = self.say("titles", "subprogramme", n=chart.subprogramme)
            title = self.say("titles", "scoped", scope=scope, title=title)
        elif chart.component:
            title = self.say("titles", "scoped", scope=self._component(chart.component), title=title)
        else:
            title = self.say("titles", "overall_chart")
        yield Words("caption", title, level=2)
        yield Words("caption", f"({self.wording.term('units', 'thousands_usd_and_posts')})", level=3)
        shares = []
        for share, total, bars in chart.shares:
            printed = self.wording.figure(total, self.separator)
            words = self.say("chart", "posts_total", n=printed) if share == "posts_share" and printed else printed
            points = tuple((self._label(label), self.wording.figure(figure, self.separator)) for label, figure in bars)
            shares.append(Share(self.wording.term("chart", share), printed, words, points))
        yield Plot(tuple(shares))

    def _box(self, box: Box) -> Lines:
        scope = (
            self.say("titles", "subprogramme", n=box.subprogramme)
            if box.subprogramme
            else self._component(box.component or "executive_direction")
        )
        posts = [f"{self.wording.figure(count)} {grade}" for count, grade in box.posts]
        lines = [self.say("org", "unit", n=box.ordinal), f"({scope})", self.say("org", "funding"), *posts]
        if box.total is not None:
            lines.append(self.say("org", "total", n=self.wording.figure(box.total)))
        return Lines(tuple(lines))

    def _recommendation(self, recommendation: Recommendation) -> Grid:
        wording = self.wording
        heads = (
            HeadCell((wording.term("stub_heads", "recommendation"),)),
            HeadCell((wording.term("column_heads", "reply", capital=True),)),
        )
        body = GridRow((self.say("prose", "body", symbol=recommendation.symbol), ""), role="heading")
        row = GridRow((self.say("prose", "recommendation", n=12), self.say("prose", "reply")))
        return Grid("recommendations", (heads,), (body, row), 2)
