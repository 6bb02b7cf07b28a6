"""Fascicles of any number from the facts of one: other editions, sections and amounts, every sum kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from benches.render.model import Box, Chart, Element, Fascicle, Figure, Format, Paragraph, Result, Row, Stated, Table
from benches.render.render import render

_SESSION = 1946


def varied(fascicle: Fascicle, edition_year: int, section_code: str, factor: int = 1) -> Fascicle:
    """The same facts for another edition and section, money and posts times a whole number: what added up still does."""
    shift = edition_year - fascicle.edition_year
    elements = tuple(_element(element, shift, factor) for element in fascicle.elements)
    symbol = f"A/{edition_year - _SESSION}/6 (Sect. {section_code})"
    return Fascicle(edition_year, section_code, fascicle.part_code, symbol, elements)


def _element(element: Element, shift: int, factor: int) -> Element:
    match element:
        case Table():
            columns = tuple((measure, None if year is None else year + shift) for measure, year in element.columns)
            is_counted = element.kind in {"deliverables", "compliance_rate"}
            scaled = tuple(_row(row, shift, 1 if is_counted else factor, element) for row in element.rows)
            return replace(element, columns=columns, rows=scaled)
        case Result():
            return replace(element, columns=tuple((measure, year + shift) for measure, year in element.columns))
        case Paragraph():
            return replace(element, stated=tuple(_stated(stated, factor) for stated in element.stated))
        case Chart():
            shares = tuple(
                (key, _times(total, factor), tuple((label, _figure(value, factor)) for label, value in bars))
                for key, total, bars in element.shares
            )
            return replace(element, shares=shares)
        case Box():
            posts = tuple((_figure(count, factor), grade) for count, grade in element.posts)
            return replace(element, posts=posts, total=_times(element.total, factor))
        case _:
            return element


def _row(row: Row, shift: int, factor: int, table: Table) -> Row:
    figures = tuple(
        figure if measure == "percent_change" else _times(figure, factor)
        for figure, (measure, _) in zip(row.figures, table.columns, strict=True)
    )
    label = row.label
    if label.kind == "state":
        label = replace(label, ordinal=str(int(label.ordinal) + shift))
    return replace(row, label=label, figures=figures, details=tuple((count * factor, g) for count, g in row.details))


def _stated(stated: Stated, factor: int) -> Stated:
    return stated if stated.unit != "usd" or not stated.measure else replace(stated, value=stated.value * factor)


def _times(figure: Figure | None, factor: int) -> Figure | None:
    return None if figure is None else _figure(figure, factor)


def _figure(figure: Figure, factor: int) -> Figure:
    return replace(figure, value=figure.value * Decimal(factor))


def corpus(
    fascicle: Fascicle, editions: Sequence[int], sections: Sequence[int], languages: Sequence[str]
) -> Iterator[tuple[str, Format, Fascicle, str]]:
    """File name, format, facts and language of each document; formats take turns, amounts differ between sections."""
    forms: tuple[Format, ...] = ("docx", "txt")
    for year in editions:
        for section in sections:
            one = varied(fascicle, year, str(section), 1 + (year + 3 * section) % 9)
            for number, language in enumerate(languages):
                form = forms[(section + number) % len(forms)]
                yield f"A_{year - _SESSION}_6_Sect.{section}.{language}.{form}", form, one, language


def write_corpus(
    folder: Path, fascicle: Fascicle, editions: Sequence[int], sections: Sequence[int], languages: Sequence[str]
) -> int:
    """Write the documents of a corpus; returns how many."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for name, form, facts, language in corpus(fascicle, editions, sections, languages):
        (folder / name).write_bytes(render(facts, language, form))
        count += 1
    return count
