"""Mandates over editions: what follows them up, how many sections and years invoke them, what is added or dropped."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from pipelines.mandates.facts import Date, Row, adopted, follows, order, part_of_edition, title_key
from warehouse.numeric_order import order_key


def follow_up_rows(
    mandates: Iterable[Row],
    dates: Mapping[str, Date],
    titles: Mapping[str, Mapping[str, str]],
    citations: Iterable[Row],
) -> list[dict[str, Any]]:
    """Rows of mart_mandate_follow_up: for each mandate, every newer text and what ties them.

    ``citations`` are those of resolutions, with the ``citing_symbol`` of the text they stand in.
    """
    listed = {row["symbol"] for row in mandates if row["symbol"] and not row["is_pending"]}
    ties: set[tuple[str, str, str]] = set()
    same: dict[tuple[str, str], set[str]] = defaultdict(set)
    for symbol, named in titles.items():
        for language, title in named.items():
            same[language, title_key(title)].add(symbol)
    for (_, key), group in same.items():
        if key:
            ties |= {(old, new, "same_title") for old in group & listed for new in group if follows(new, old, dates)}
    for one in citations:
        old, new = one["symbol"], one["citing_symbol"]
        if old in listed and follows(new, old, dates):
            ties.add((old, new, "recalls_it"))
    return [_follow_up(*tie, dates, titles, listed) for tie in sorted(ties)]


def _follow_up(
    old: str,
    new: str,
    basis: str,
    dates: Mapping[str, Date],
    titles: Mapping[str, Mapping[str, str]],
    listed: set[str],
) -> dict[str, Any]:
    when = adopted(new, dates)
    return {
        "symbol": old,
        "follow_up_symbol": new,
        "basis": basis,
        "title": _title(titles.get(new, {})),
        "adopted_year": when.year if when else None,
        "is_mandate": new in listed,
    }


def load_rows(
    mandates: Sequence[Row],
    resolutions: Mapping[str, Row],
    dates: Mapping[str, Date],
    titles: Mapping[str, Mapping[str, str]],
    follow_ups: Iterable[Row],
) -> list[dict[str, Any]]:
    """Rows of mart_mandate_load: one per symbol that stands in a list of mandates, placeholders left out."""
    invoked: dict[str, list[Row]] = defaultdict(list)
    for row in mandates:
        if row["symbol"] and not row["is_pending"]:
            invoked[row["symbol"]].append(row)
    followers: dict[str, set[str]] = defaultdict(set)
    for one in follow_ups:
        followers[one["symbol"]].add(one["follow_up_symbol"])
    return [
        _load(symbol, rows, resolutions.get(symbol), dates, titles.get(symbol, {}), followers[symbol])
        for symbol, rows in sorted(invoked.items())
    ]


def _load(
    symbol: str,
    rows: Sequence[Row],
    known: Row | None,
    dates: Mapping[str, Date],
    named: Mapping[str, str],
    followers: set[str],
) -> dict[str, Any]:
    when = adopted(symbol, dates)
    editions = sorted({row["edition_year"] for row in rows if row["edition_year"]})
    sections = sorted({row["section_code"] for row in rows if row["section_code"]}, key=order_key)
    subprogrammes = sorted(
        {f"{row['section_code']}.{row['subprogramme_code']}" for row in rows if row["subprogramme_code"]}, key=order_key
    )
    later = sorted(followers, key=lambda one: order(one, dates))
    return {
        "symbol": symbol,
        "organ": known["organ"] if known is not None else _most(row["organ"] for row in rows),
        "title": _title(named),
        "adopted_on": dates[symbol].day if symbol in dates else None,
        "adopted_year": when.year if when else None,
        "adopted_year_basis": when.basis if when else None,
        "first_edition_year": editions[0] if editions else None,
        "last_edition_year": editions[-1] if editions else None,
        "age_years": editions[-1] - when.year if editions and when else None,
        "edition_count": len(editions),
        "section_count": len(sections),
        "subprogramme_count": len(subprogrammes),
        "document_count": len({row["document_id"] for row in rows}),
        "edition_years": [str(year) for year in editions],
        "section_codes": sections,
        "subprogramme_codes": subprogrammes,
        "follow_up_count": len(later),
        "latest_follow_up": later[-1] if later else None,
        "has_text": known is not None and known["text_status"] == "text",
    }


def _most(words: Iterable[str | None]) -> str | None:
    counts = Counter(word for word in words if word)
    return min(counts, key=lambda word: (-counts[word], word)) if counts else None


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
                found.append(_change(part, sections[part], before, after, symbol, old, new, titles))
    return found


def _place(row: Row) -> str:
    """Entity and subprogramme that invoke it; 'programme' for the whole."""
    places = [row["entity_code"], row["subprogramme_code"]]
    return "/".join(place for place in places if place) or "programme"


def _change(
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
    return {
        "document_part": part,
        "section_code": section,
        "symbol": symbol,
        "previous_edition_year": before,
        "edition_year": after,
        "status": "retained" if then and now else "added" if now else "dropped",
        "title": _title(titles.get(symbol, {})),
        "previous_places": then,
        "places": now,
        "is_moved": bool(then and now and then != now),
    }


def _title(named: Mapping[str, str]) -> str | None:
    """The English title, else that of the first language by code."""
    return named.get("en") or next((named[language] for language in sorted(named)), None)
