"""Scopes and items of figures, and the ``fact_id`` that they make with measure, year and unit."""

from __future__ import annotations

from typing import NamedTuple

from warehouse.fact import Fact, parse_fact


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
    return Fact(str(edition or ""), section or "", *scope, *item, measure, str(year or ""), unit).identifier


def refit(fact: str | None, entity: str, component: str, subprogramme: str, item: Item | None = None) -> str | None:
    """A fact_id with another scope, and another item where one is given; None stays None. Raises ValueError."""
    if fact is None:
        return None
    told = parse_fact(fact)
    if told is None:
        raise ValueError(f"{fact!r} is no fact_id")
    told = told._replace(entity=entity, component=component, subprogramme=subprogramme)
    if item is not None:
        told = told._replace(item_kind=item.kind, item_code=item.code)
    return told.identifier
