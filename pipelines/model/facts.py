"""Facts by their dimensions: the one place that makes a ``fact_id``."""

from __future__ import annotations

from typing import NamedTuple

_SEPARATORS = 11
_ENTITY = 2
_ITEM = 7
"""Where entity and item stand among the parts of a fact_id."""


class Scope(NamedTuple):
    """How far down a figure reaches, and out of whose budget: entity, component, subprogramme, funding source,
    budget basis; empty for the whole, and for the section's own budget."""

    entity: str = ""
    component: str = ""
    subprogramme: str = ""
    funding: str = ""
    basis: str = ""

    def with_(self, **changes: str) -> Scope:
        """The same scope with some of its parts changed."""
        return self._replace(**changes)


class Item(NamedTuple):
    """What a row is about within a scope: total, object, category, grade, rate; and its code."""

    kind: str = "total"
    code: str = ""


def fact_id(
    edition: int | None,
    section: str | None,
    scope: Scope,
    item: Item,
    measure: str,
    year: int | None,
    unit: str,
) -> str:
    """The fact's dimensions joined by |: edition, section, entity, component, subprogramme, funding source,
    budget basis (empty for the section's own), item kind, item code, measure, fiscal year, unit (USD, CHF, posts, percent_USD, percent_posts, ...).
    """
    parts = (
        str(edition or ""),
        section or "",
        *scope,
        *item,
        measure,
        str(year or ""),
        unit,
    )
    joined = "|".join(parts)
    return joined if joined.count("|") == _SEPARATORS else "|".join(part.replace("|", "/") for part in parts)


def refit(fact: str | None, entity: str, component: str, subprogramme: str, item: Item | None = None) -> str | None:
    """A fact_id with another scope, and another item where one is given; None stays None."""
    if fact is None:
        return None
    parts = [part.replace("|", "/") for part in (entity, component, subprogramme)]
    told = fact.split("|")
    told[_ENTITY : _ENTITY + 3] = parts
    if item is not None:
        told[_ITEM : _ITEM + 2] = item
    return "|".join(told)
