"""Mandates from one edition to the next: added, retained, dropped, section by section."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from pipelines.mandates.facts import Row, part_of_edition


def change_rows(
    mandates: Iterable[Row], documents: Mapping[str, Row], titles: Mapping[str, Mapping[str, str]]
) -> list[dict[str, Any]]:
    """Rows of mart_mandate_change.

    Only documents that both editions have are compared, such as section 10 with section 10: that a document
    is missing says nothing of its mandates. Placeholders are left out, for their number is another's.
    """
    by_part: dict[str, dict[int, dict[str, set[str]]]] = defaultdict(dict)
    sections: dict[str, str] = {}
    for document in documents.values():
        # A document that lists no mandate is compared all the same when its kind lists some in another edition.
        if document["edition_year"] and document["kind"] in ("fascicle", "addendum", "corrigendum"):
            by_part[part_of_edition(document["symbol"])].setdefault(document["edition_year"], defaultdict(set))
    for row in mandates:
        if not row["symbol"] or row["is_pending"] or not row["edition_year"]:
            continue
        part = part_of_edition(documents[row["document_id"]]["symbol"])
        sections[part] = row["section_code"]
        held = by_part[part].setdefault(row["edition_year"], defaultdict(set))
        held[row["symbol"]].add(_place(row))
    found: list[dict[str, Any]] = []
    for part, editions in sorted(by_part.items()):
        for before, after in pairwise(sorted(editions)):
            old, new = editions[before], editions[after]
            if not old or not new:
                continue
            for symbol in sorted(old.keys() | new.keys()):
                found.append(_row(part, sections[part], before, after, symbol, old, new, titles))
    return found


def _place(row: Row) -> str:
    """Entity and subprogramme that invoke it; 'programme' for the whole."""
    places = [row["entity_code"], row["subprogramme_code"]]
    return "/".join(place for place in places if place) or "programme"


def _row(
    part: str,
    section: str,
    before: int,
    after: int,
    symbol: str,
    old: Mapping[str, set[str]],
    new: Mapping[str, set[str]],
    titles: Mapping[str, Mapping[str, str]],
) -> dict[str, Any]:
    then, now = sorted(old.get(symbol, ())), sorted(new.get(symbol, ()))
    named = titles.get(symbol, {})
    return {
        "document_part": part,
        "section_code": section,
        "symbol": symbol,
        "previous_edition_year": before,
        "edition_year": after,
        "status": "retained" if then and now else "added" if now else "dropped",
        "title": named.get("en") or next((named[language] for language in sorted(named)), None),
        "previous_places": then,
        "places": now,
        "is_moved": bool(then and now and then != now),
    }
