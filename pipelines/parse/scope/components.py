"""What rows of a table by component are about: components, groups, subprogrammes, their parts, and sums of these.

Components are told by letters or names, subprogrammes by numbers. A heading between them names a group where the
body of the document has a heading of that name ("Conference management, Geneva"), for there the group is opened and
its subprogrammes count anew; else it only sets rows apart. A sum is of what it sums.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.model.facts import Item, Scope
from pipelines.parse.grid.outline import OutlineRow, is_within
from pipelines.parse.scope.names import PROGRAMME_OF_WORK, Headings
from pipelines.parse.scope.subjects import Subject, component_code
from pipelines.parse.scope.titles import subprogramme_code
from pipelines.vocabulary import Vocabulary, normalised
from warehouse.fact import slug

_LETTERED = re.compile(r"^\((?P<letter>[a-zA-Z])\)\s+(?P<words>\S.*)$")


@dataclass(slots=True)
class _Place:
    """Where a row stands: component, group heading within it, subprogramme, row of the number above."""

    component: str = ""
    group: OutlineRow | None = None
    subprogramme: str = ""
    numbered: OutlineRow | None = None


def component_subjects(
    outline: Sequence[OutlineRow], scope: Scope, headings: Headings, vocabulary: Vocabulary
) -> list[Subject]:
    """One subject per row of a table by component and subprogramme."""
    places = list(_places(outline, vocabulary))
    groups = _groups(outline, places, headings)
    part = vocabulary.pattern("subprogramme", "part")
    found: list[Subject] = []
    for row, place in zip(outline, places, strict=True):
        component = groups.get(place.group.number, place.component) if place.group else place.component
        here = scope._replace(component=component, subprogramme="")
        if row.role == "heading":
            found.append(Subject(here._replace(component=""), None))
        elif row.role == "item":
            found.append(Subject(_item_scope(row, place, here, part, headings, vocabulary), Item()))
        elif row.is_grand_total:
            found.append(Subject(scope._replace(funding="ALL"), Item()))
        elif row.role == "subtotal":
            found.append(_sum(row, outline, places, here, scope, vocabulary))
        else:
            found.append(Subject(scope, Item()))
    return found


def group_names(outline: Sequence[OutlineRow], headings: Headings) -> list[tuple[str, str]]:
    """Groups that a table names and the body of the document opens: normalised name and code."""
    return [(normalised(row.words), slug(row.words)) for row in outline if _is_group(row) and _opens(row, headings)]


def _is_group(row: OutlineRow) -> bool:
    return row.role == "heading" and not row.letter and row.ordinal is None and not _LETTERED.match(row.words)


def _opens(row: OutlineRow, headings: Headings) -> bool:
    return normalised(row.words) in headings.words


def _places(outline: Sequence[OutlineRow], vocabulary: Vocabulary) -> Iterator[_Place]:
    """The place of each row, from the rows above it."""
    place = _Place()
    is_lettered = any(row.letter for row in outline)
    for row in outline:
        part = vocabulary.pattern("subprogramme", "part").match(row.label)
        is_below = bool(part) or (_LETTERED.match(row.words) is not None and place.numbered is not None)
        if row.letter:
            place = _Place(component_code(row.words, vocabulary))
        elif row.ordinal is not None:
            place = _Place(place.component, place.group, row.ordinal, row)
        elif row.role == "heading" and not is_below and place.component and is_lettered:
            place = _Place(place.component, row)
        elif row.role in {"heading", "item"} and not is_below and not is_within(row.label, vocabulary):
            place = _Place(component_code(_bare(row.words), vocabulary))
        yield place
        if row.role in {"subtotal", "total"} and row.closes_letter:
            place = _Place(place.component)


def _bare(words: str) -> str:
    match = _LETTERED.match(words)
    return match["words"] if match else words


def _groups(outline: Sequence[OutlineRow], places: Sequence[_Place], headings: Headings) -> dict[int, str]:
    """Codes of the headings that are groups of their own, by their row.

    Headings that the body does not repeat are groups only where one number stands below several of them: then one
    of them has the subprogrammes that the body has, and the others are apart.
    """
    found = {row.number: slug(row.words) for row in outline if _is_group(row) and _opens(row, headings)}
    by_component: dict[str, dict[int, list[OutlineRow]]] = {}
    for row, place in zip(outline, places, strict=True):
        if place.group is not None and place.group.number not in found and row.ordinal is not None:
            by_component.setdefault(place.component, {}).setdefault(place.group.number, []).append(row)
    words = {row.number: row.words for row in outline}
    for below in by_component.values():
        numbers = [row.ordinal for rows in below.values() for row in rows]
        if len(set(numbers)) < len(numbers):
            plain = max(below, key=lambda number: (_known_names(below[number], headings), number))
            found |= {number: slug(words[number]) for number in below if number != plain}
    return found


def _known_names(rows: Sequence[OutlineRow], headings: Headings) -> int:
    return sum(1 for row in rows if headings.calls(row.ordinal or "", row.words))


def _item_scope(
    row: OutlineRow, place: _Place, here: Scope, part: re.Pattern[str], headings: Headings, vocabulary: Vocabulary
) -> Scope:
    below, lettered = part.match(row.label), _LETTERED.match(row.words)
    if below is not None or (lettered is not None and place.numbered is not None):
        number = below["code"] if below else str(ord(lettered["letter"].lower()) - ord("a") + 1)  # type: ignore[index]
        return here._replace(subprogramme=f"{place.subprogramme}.{number}" if place.subprogramme else number)
    if row.ordinal is None:
        return here
    if here.component or row.parent is not None:
        return here._replace(subprogramme=row.ordinal)
    if headings.calls(row.ordinal, row.words):  # a table of subprogrammes alone
        return here._replace(component=PROGRAMME_OF_WORK, subprogramme=row.ordinal)
    return here._replace(component=component_code(row.words, vocabulary))


def _sum(
    row: OutlineRow,
    outline: Sequence[OutlineRow],
    places: Sequence[_Place],
    here: Scope,
    whole: Scope,
    vocabulary: Vocabulary,
) -> Subject:
    """Subject of a subtotal: the component whose letter it closes, the subprogramme or group whose rows it sums,
    or the whole where nothing but a total over all sources of funding takes it in."""
    if row.closes_letter:
        letter = next((r for r in outline if r.letter == row.closes_letter), None)
        code = component_code(letter.words, vocabulary) if letter else here.component
        return Subject(whole._replace(component=code), Item())
    members = [r for r in outline if r.total == row.number]
    named = subprogramme_code(row.label, "", vocabulary)
    above = next((r for r in outline if r.number == row.parent), None)
    if named or (above is not None and above.ordinal is not None):
        code = named or (above.ordinal if above is not None and above.ordinal else "")
        return Subject(here._replace(subprogramme=code), Item())
    if row.total is None:
        return Subject(whole, Item())
    if above is not None and above.letter and not any(places[r.number - 1].group for r in members):
        return Subject(here, Item())
    if here.component not in {places[row.number - 1].component, ""}:
        return Subject(here, Item())  # the sum of a group of its own
    return Subject(here, None)
