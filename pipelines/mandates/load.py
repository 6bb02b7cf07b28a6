"""The load of each mandate: in which sections, subprogrammes and editions it is invoked, since when, how old it is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipelines.mandates.facts import Date, Row, adopted, order
from warehouse.numeric_order import order_key


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
        _row(symbol, rows, resolutions.get(symbol), dates, titles.get(symbol, {}), followers[symbol])
        for symbol, rows in sorted(invoked.items())
    ]


def _row(
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
        "title": named.get("en") or next((named[language] for language in sorted(named)), None),
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
