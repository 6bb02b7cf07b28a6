"""All findings of a release in a list that can be searched and filtered, on pages that stay small."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

from warehouse.numeric_order import order_key

_ROWS_A_PAGE = 4_000
_LONGEST = 280  # signs of a sentence; the whole of it stands with the finding
_KEYS = ("section", "severity", "class", "rows", "document")
_SEVERITIES = ("error", "warning", "info")


def list_pages(patterns: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Pages of patterns, at most four thousand to a page: ``number``, ``address``, ``rows``; one page for none."""
    rows = [_listed(pattern) for pattern in patterns]
    starts = range(0, max(len(rows), 1), _ROWS_A_PAGE)
    return [
        {
            "number": number,
            "address": "all.html" if number == 1 else f"all-{number}.html",
            "rows": rows[start : start + _ROWS_A_PAGE],
        }
        for number, start in enumerate(starts, start=1)
    ]


def values_of(rows: Sequence[dict[str, Any]]) -> dict[str, list[str]]:
    """What may be chosen of each kind on a page."""
    names = {"document": "name", "rows": "many"}
    found = {key: sorted({row[names.get(key, key)] for row in rows}, key=order_key) for key in _KEYS}
    found["severity"] = [name for name in _SEVERITIES if name in found["severity"]]
    return found


def table_rows(rows: Sequence[dict[str, Any]]) -> Markup:
    """The rows of a page's table. Joined here: over thousands of rows a template takes several times as long, most of it
    to escape the same words again."""
    escaped = lru_cache(maxsize=None)(_escaped)
    return Markup("".join(_table_row(row, escaped) for row in rows))


def _escaped(words: Any) -> str:
    return str(escape(words))


def _table_row(row: dict[str, Any], escaped: Callable[[Any], str]) -> str:
    severity, kind, section, name, page, many = (
        escaped(row[column]) for column in ("severity", "class", "section", "name", "page", "many")
    )
    several = f' <span class="quiet">({row["rows"]} findings)</span>' if row["rows"] > 1 else ""
    return (
        f'<tr class="{severity}" data-section="{section}" data-severity="{severity}" data-class="{kind}" '
        f'data-rows="{many}" data-document="{name}"><td class="severity">{severity}</td><td>{kind}</td><td>{section}</td>'
        f'<td>{name}</td><td><a href="{page}#{_escaped(row["finding_id"])}"><bdi>{_escaped(row["words"])}</bdi></a>'
        f"{several}</td></tr>\n"
    )


def _listed(pattern: dict[str, Any]) -> dict[str, Any]:
    words = pattern["pattern_message"] if pattern["rows"] > 1 else pattern["message"]
    edition, code = pattern["edition_year"], pattern["section_code"]
    return {
        "finding_id": pattern["finding_id"],
        "page": pattern["page"],
        "severity": pattern["severity"],
        "class": pattern["class"],
        "section": f"{edition}, {code}" if code else str(edition or ""),
        "name": f"{pattern['symbol'] or pattern['document_id']} {pattern['language']} {pattern['format']}",
        "words": words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…",
        "rows": pattern["rows"],
        "many": "several findings" if pattern["rows"] > 1 else "one finding",
    }


def by_doubts(pages: Sequence[dict[str, Any]], doubts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Documents with findings or doubts, those with the most doubts first, each with its ``pages`` of findings."""
    found: dict[str, dict[str, Any]] = {}
    for row in (*doubts, *pages):
        document = found.setdefault(
            row["document_id"],
            {
                "document_id": row["document_id"],
                "name": row.get("symbol") or row.get("name") or row["document_id"],
                "language": row["language"],
                "format": row["format"],
                "doubts": 0,
                "pages": [],
                "findings": 0,
                "errors": 0,
            },
        )
        if "doubt_id" in row:
            document["doubts"] += 1
        else:
            document["pages"].append(row)
            document["findings"] += len(row["findings"])
            document["errors"] += row["errors"]
    return sorted(found.values(), key=lambda row: (-row["doubts"], -row["errors"], order_key(row["document_id"])))
