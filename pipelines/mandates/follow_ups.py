"""Newer texts that follow a mandate up: adopted later under the same title, or recalling it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from pipelines.mandates.facts import Date, Row, adopted, follows, title_key


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
    return [_row(*tie, dates, titles, listed) for tie in sorted(ties)]


def _row(
    old: str,
    new: str,
    basis: str,
    dates: Mapping[str, Date],
    titles: Mapping[str, Mapping[str, str]],
    listed: set[str],
) -> dict[str, Any]:
    when = adopted(new, dates)
    named = titles.get(new, {})
    return {
        "symbol": old,
        "follow_up_symbol": new,
        "basis": basis,
        "title": named.get("en") or next((named[language] for language in sorted(named)), None),
        "adopted_year": when.year if when else None,
        "is_mandate": new in listed,
    }
