"""The report of a release: one page that says what was read, what is wrong in print, and where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Any

_STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 2rem; }
th, td { text-align: left; padding: .25rem .6rem; border-bottom: 1px solid #8884; vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
pre { white-space: pre-wrap; margin: .25rem 0; font-size: 13px; }
article { border-left: 4px solid #888; padding: .25rem 1rem; margin: 1rem 0; }
article.error { border-color: #c33; } article.warning { border-color: #c90; } article.info { border-color: #39c; }
small { opacity: .75; }
"""

_FINDINGS = """
SELECT finding_id, severity, class, message, symbol, language, table_number, paragraph_number, row_label, measure,
       fiscal_year, printed_text, implied_value, difference, acknowledged, page_number, line_first, source_lines
FROM v_finding_source
ORDER BY list_position(['error', 'warning', 'info'], severity), abs(difference) DESC NULLS LAST, finding_id
"""
_DOCUMENTS = """
SELECT document_id, symbol, language, format, title, page_count,
       (SELECT count(*) FROM mart_table AS t WHERE t.document_id = d.document_id) AS tables,
       (SELECT count(*) FROM mart_cell AS c WHERE c.document_id = d.document_id) AS printed_values,
       (SELECT count(*) FROM mart_finding AS f WHERE f.document_id = d.document_id) AS findings, source_sha256
FROM mart_document AS d ORDER BY document_id
"""
_CHECKS = """
SELECT check_name, description, evaluated, exact, rounding, violated, unassessable
FROM mart_check ORDER BY violated DESC, evaluated DESC, check_name
"""


def write_report(database: Path, folder: Path, links: Sequence[tuple[str, str]] = ()) -> Path:
    """Write index.html from a finished warehouse file; ``links`` are (address, words) of pages beside it."""
    from warehouse.query import run_query

    answers = {
        name: run_query(database, sql)
        for name, sql in (("findings", _FINDINGS), ("documents", _DOCUMENTS), ("checks", _CHECKS))
    }
    findings = [dict(zip(answers["findings"].columns, row, strict=True)) for row in answers["findings"].rows]
    body = [
        "<h1>Findings</h1>",
        f"<p>{len(findings)} in {len(answers['documents'].rows)} documents. Every figure stays as printed; "
        "what the rest implies stands beside it.</p>",
        *[f'<p><a href="{escape(address)}">{escape(words)}</a></p>' for address, words in links],
        *[_article(finding) for finding in findings],
        "<h2>Documents</h2>",
        _table(answers["documents"].columns, answers["documents"].rows),
        "<h2>Checks</h2>",
        _table(answers["checks"].columns, answers["checks"].rows),
    ]
    page = folder / "index.html"
    page.write_text(
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Fascicle: findings</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>\n<body>\n'
        + "\n".join(body)
        + "\n</body></html>\n",
        "utf-8",
    )
    return page


def _article(finding: dict[str, Any]) -> str:
    place = [f"{finding['symbol']} ({finding['language']})"]
    place += [f"{word} {finding[name]}" for name, word in _PLACES if finding[name] is not None]
    known = " · acknowledged" if finding["acknowledged"] else ""
    lines = f"<pre>{escape(finding['source_lines'])}</pre>" if finding["source_lines"] else ""
    return (
        f'<article class="{finding["severity"]}" id="{escape(finding["finding_id"])}">'
        f"<strong>{escape(finding['message'])}</strong>{lines}"
        f"<small>{finding['severity']}, {finding['class']} · {escape(', '.join(place))}{known} · "
        f"{escape(finding['finding_id'])}</small></article>"
    )


_PLACES = (
    ("table_number", "table"),
    ("paragraph_number", "paragraph"),
    ("page_number", "page"),
    ("line_first", "line"),
)


def _table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    head = "".join(f"<th>{escape(name.replace('_', ' '))}</th>" for name in columns)
    body = "\n".join(
        "<tr>" + "".join(f"<td{_numeric(value)}>{escape(_words(value))}</td>" for value in row) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _numeric(value: Any) -> str:
    return ' class="n"' if isinstance(value, int) and not isinstance(value, bool) else ""


def _words(value: Any) -> str:
    return "" if value is None else str(value)
