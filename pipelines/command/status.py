"""``fascicle status``: what there is, what was refused, what the last run did."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from pipelines.command.common import home_option, rows_of
from pipelines.ingest.land import list_quarantine
from pipelines.run.marker import unfinished
from warehouse.home import Home
from warehouse.numeric_order import order_by
from warehouse.release import Release, damage, list_releases

LAST_RUN = "last_run.json"


@click.command()
@click.option("--json", "as_json", is_flag=True, help="The same as JSON.")
@home_option
def status(as_json: bool, home: Path) -> None:
    """Releases, documents of the current release, quarantine, tables without a mart, downloads, the last run."""
    found = gather_status(home)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    _show(found)


def gather_status(home: Path) -> dict[str, Any]:
    """The status of a home as plain values; empty lists where there is nothing yet."""
    from pipelines.ingest.fetch.status import fetch_status

    releases = list_releases(Home(home))
    named = next((release for release in releases if release.is_current), None)
    damaged = damage(named) if named else missing_release(Home(home))
    current = None if damaged else named
    return {
        "home": str(home.resolve()),
        "current_release": named.release_id if named else None,
        "damaged": list(damaged),
        "releases": [
            {
                "release_id": release.release_id,
                "created_at": release.manifest["created_at"],
                "content_hash": release.manifest["content_hash"],
                "is_current": release.is_current,
            }
            for release in releases
        ],
        "documents": _documents(current) if current else [],
        "doubts": _doubts(current) if current else {},
        "other_tables": _other_tables(current) if current else [],
        "unread_symbols": _unread_symbols(current)
        if current and "mart_unread_symbol" in current.manifest["row_counts"]
        else [],
        "unknown_terms": _unknown_terms(current)
        if current and "mart_unknown_term" in current.manifest["row_counts"]
        else [],
        "warnings": _warnings(current) if current and "mart_warning" in current.manifest["row_counts"] else [],
        "quarantine": [{"name": name, "reason": reason} for name, reason in list_quarantine(Home(home).quarantine)],
        "fetch": fetch_status(home),
        "last_run": last_run(home),
        "unfinished_run": unfinished(home),
    }


def missing_release(home: Home) -> tuple[str, ...]:
    """The target of the link to the current release where that is no release."""
    return (str(home.current.readlink()),) if home.current.is_symlink() else ()


def last_run(home: Path) -> dict[str, Any] | None:
    """The summary that the last run left; None when there was none."""
    try:
        found = json.loads((home / LAST_RUN).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _doubts(release: Release) -> dict[str, int]:
    """Doubts about our reading by kind; none in a release made before they were kept."""
    if "mart_doubt" not in release.manifest["row_counts"]:
        return {}
    found = rows_of(release, "SELECT kind, count(*) AS doubts FROM mart_doubt GROUP BY kind ORDER BY kind")
    return {row["kind"]: row["doubts"] for row in found}


def _documents(release: Release) -> list[dict[str, Any]]:
    is_kept = "mart_doubt" in release.manifest["row_counts"]
    counted = "(SELECT count(*) FROM mart_doubt AS b WHERE b.document_id = d.document_id)" if is_kept else "0"
    return rows_of(
        release,
        f"""
        SELECT document_id, symbol, language, format, kind, edition_year, section_code, page_count, source_sha256,
               (SELECT count(*) FROM mart_table AS t WHERE t.document_id = d.document_id) AS tables,
               (SELECT count(*) FROM mart_cell AS c WHERE c.document_id = d.document_id) AS cells,
               (SELECT count(*) FROM mart_finding AS f WHERE f.document_id = d.document_id) AS findings,
               {counted} AS doubts
        FROM mart_document AS d ORDER BY {order_by("document_id")}
        """,
    )


def _other_tables(release: Release) -> list[dict[str, Any]]:
    return rows_of(
        release,
        "SELECT table_id, document_id, table_number, title, page_number, line_first, table_ordinal FROM mart_table "
        f"WHERE kind = 'other' ORDER BY {order_by('document_id')}, order_number",
    )


def _unread_symbols(release: Release) -> list[dict[str, Any]]:
    """Text shaped like a symbol that was not read as one; periods, ratios and mandates without a symbol left out."""
    return rows_of(
        release,
        "SELECT document_id, printed_text, reading, context, page_number, line_first FROM mart_unread_symbol "
        f"WHERE reading IN ('organ_unknown', 'unknown') ORDER BY {order_by('unread_symbol_id')}",
    )


def _unknown_terms(release: Release) -> list[dict[str, Any]]:
    """Fixed terms of printed tables that the vocabularies lack, one per document and term."""
    return rows_of(
        release,
        "SELECT document_id, vocabulary_table, printed_text, table_number FROM mart_unknown_term "
        f"ORDER BY {order_by('unknown_term_id')}",
    )


def _warnings(release: Release) -> list[dict[str, Any]]:
    """What readers left out or changed, in the order of documents."""
    return rows_of(
        release,
        "SELECT document_id, kind, message, page_number, line_first FROM mart_warning "
        f"ORDER BY {order_by('document_id')}, warning_id",
    )


def _show(found: dict[str, Any]) -> None:
    click.echo(f"home      {found['home']}")
    click.echo(
        f"release   {found['current_release'] or 'none yet; type: fascicle run'} ({len(found['releases'])} kept)"
    )
    for name in found["damaged"]:
        click.echo(f"damaged   {name}: not as it was published; run again, or go back: fascicle releases rollback ID")
    for document in found["documents"]:
        doubts = f", {document['doubts']} doubts" if document["doubts"] else ""
        pages = f", {document['page_count']} pages" if document["page_count"] else ""
        click.echo(
            f"document  {document['document_id']}: {document['tables']} tables, {document['cells']} cells, "
            f"{document['findings']} findings{doubts}{pages}"
        )
    if found["doubts"]:
        told = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in found["doubts"].items())
        click.echo(f"doubts    {sum(found['doubts'].values())}: {told}; see: fascicle findings --doubts")
    for table in found["other_tables"]:
        click.echo(f"no mart   {table['table_id']}: {table['title'] or 'untitled'}")
    for one in found["unread_symbols"]:
        click.echo(f"unread    {one['document_id']}: {one['printed_text']} in: {one['context']}")
    for term in found["unknown_terms"]:
        table = f"table {term['table_number']}" if term["table_number"] else "a table without a number"
        click.echo(
            f"unknown   {term['document_id']}: “{term['printed_text']}” in {table} "
            f"is in no [{term['vocabulary_table']}] of the vocabulary"
        )
    for warning in found["warnings"]:
        click.echo(f"warning   {warning['document_id']}: {warning['kind']}: {warning['message']}")
    for refused in found["quarantine"]:
        click.echo(f"refused   {refused['name']}: {refused['reason']}")
    from pipelines.ingest.fetch.status import status_lines

    for line in status_lines(found["fetch"]):
        click.echo(line)
    last = found["last_run"]
    if last:
        click.echo(f"last run  {last['finished_at']}: {last['outcome']}, exit code {last['exit_code']}")
        for reason in last.get("reasons", ()):
            click.echo(f"  because {reason}")
        for same in last.get("duplicates", ()):
            click.echo(f"  duplicate {same['name']}: {same['reason']}")
        for file in last.get("passed_over", ()):
            click.echo(f"  passed over {file['name']}")
    if cut := found["unfinished_run"]:
        how = "is under way" if cut["is_running"] else "was cut off and published nothing; run again"
        click.echo(f"this run  started {cut['started_at']} in process {cut['process']} {how}")
