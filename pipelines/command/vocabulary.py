"""``fascicle vocabulary``: what a document has that the vocabulary of its language lacks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

ORGANS = "organs"


@click.group()
def vocabulary() -> None:
    """The fixed terms of fascicles, one file per language; files in the folder FASCICLE_VOCABULARY add to them."""


@vocabulary.command()
@click.argument(
    "documents",
    metavar="DOCUMENT...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option(
    "--vocabulary",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="FASCICLE_VOCABULARY",
    help="Folder of your own terms, such as fr.toml (FASCICLE_VOCABULARY).",
)
@click.option("--symbol", help="Symbol, where the document does not say it.")
@click.option("--language", help="Language, where the document does not tell it.")
@click.option(
    "--beside",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The same document in another language or edition, whose terms are known: equal figures tell meanings.",
)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.pass_context
def check(
    ctx: click.Context,
    documents: tuple[Path, ...],
    folder: Path | None,
    symbol: str | None,
    language: str | None,
    beside: Path | None,
    as_json: bool,
) -> None:
    """List the terms and organs of each DOCUMENT that are not known, most figures first, with the line that would make
    each known.

    Where place and figures tell what a term must mean, the line says it. Several sections given together tell
    more than one alone.

    Exits with 0 when everything is known, with 3 when something is not.
    """
    from pipelines.ingest.formats import Refused, tell_format
    from pipelines.model.blocks import UnreadableDocument
    from pipelines.parse.proposals import pooled, proposals
    from pipelines.run.document import read_rows
    from pipelines.vocabulary import VocabularyError, own_folder

    given = {name: value for name, value in (("symbol", symbol), ("language", language)) if value}
    if symbol and len(documents) > 1:
        raise click.UsageError("--symbol is of one document")
    read_file = documents[0]
    try:
        with own_folder(folder):
            read = []
            for read_file in documents:
                data = read_file.read_bytes()
                read.append(read_rows(data, tell_format(data), given, ""))
            known = None
            if beside is not None:
                read_file, data = beside, beside.read_bytes()
                known = read_rows(data, tell_format(data), {}, "")
            rows = pooled(read)
            languages = {row["language"] for row in rows["mart_document"]}
            if len(languages) > 1:
                raise click.UsageError(
                    f"documents of one language at a time: these are in {', '.join(sorted(languages))}"
                )
            proposed = proposals(rows, known)
    except (Refused, UnreadableDocument, VocabularyError) as problem:
        raise click.ClickException(f"{read_file.name}: {problem}") from problem
    unknown = sorted(
        (
            {
                **row,
                "proposed_meaning": told.meaning,
                "proposed_because": told.reason or None,
                "figure_count": told.weight,
            }
            for row in _once(rows.get("mart_unknown_term", []))
            for told in [proposed[row["vocabulary_table"], row["printed_text"]]]
        ),
        key=lambda row: -row["figure_count"],
    )
    name = documents[0].name if len(documents) == 1 else f"{len(documents)} documents"
    if as_json:
        click.echo(json.dumps(unknown, ensure_ascii=False, indent=2))
    else:
        click.echo(_told(unknown, name, languages.pop()))
    if unknown:
        ctx.exit(3)


def _once(terms: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Each term where the first document prints it."""
    first: dict[tuple[str, str], Mapping[str, Any]] = {}
    for row in terms:
        first.setdefault((row["vocabulary_table"], row["printed_text"]), row)
    return list(first.values())


def _told(unknown: list[dict[str, Any]], name: str, language: str) -> str:
    from pipelines.parse.unknown_terms import suggested_line
    from pipelines.vocabulary import ORGANS_FILE, vocabulary_of

    if not unknown:
        return f"{name}: every fixed term is in the vocabulary ({language})"
    lines = [f"{name}: {len(unknown)} terms are not in the vocabulary ({language})"]
    for row in unknown:
        lines.append(
            f"  unknown {_NOUNS.get(row['vocabulary_table'], 'term')} “{row['printed_text']}” in {_place(row)}"
            + (f", {row['figure_count']} figures" if row["figure_count"] else "")
            + (f": {row['proposed_meaning']}, for {row['proposed_because']}" if row["proposed_meaning"] else "")
        )
    terms = [row for row in unknown if row["vocabulary_table"] != ORGANS]
    organs = [row for row in unknown if row["vocabulary_table"] == ORGANS]
    if organs:
        lines.append(
            f"To make an organ known, put its line into {ORGANS_FILE} in a folder that FASCICLE_VOCABULARY names, with "
            "the beginning of its symbols in place of ...:"
        )
        lines.append(f"  code,{language}{',en' if language != 'en' else ''},source")
        lines += [f"  ...,{_quoted(row['printed_text'])}{',' if language != 'en' else ''}," for row in organs]
    if terms:
        lines.append(
            f"To make them known, put these lines into {language}.toml in a folder that FASCICLE_VOCABULARY names:"
        )
    for table in dict.fromkeys(row["vocabulary_table"] for row in terms):
        lines.append(f"  [{table}]")
        lines += [
            f"  {suggested_line(table, row['printed_text'], vocabulary_of(language), row['proposed_meaning'])}"
            for row in terms
            if row["vocabulary_table"] == table
        ]
    return "\n".join(lines)


def _quoted(name: str) -> str:
    """A name as a cell of a CSV file."""
    return '"' + name.replace('"', '""') + '"' if any(sign in name for sign in ',"|') else name


_NOUNS = {
    "organs": "organ",
    "column_heads": "column head",
    "stub_heads": "head of the labels",
    "units": "unit",
    "objects": "object of expenditure",
    "grades": "grade",
    "post_categories": "category of posts",
    "row_groups": "group of rows",
    "funding_sources": "source of funding",
}


def _place(row: dict[str, Any]) -> str:
    if row["vocabulary_table"] == ORGANS:
        page = f", page {row['page_number']}" if row["page_number"] else ""
        return f"a list of mandates{page}" + (f", line {row['line_first']}" if row["line_first"] else "")
    table = f"table {row['table_number']}" if row["table_number"] else "a table without a number"
    title = f" ({row['table_title']})" if row["table_title"] else ""
    page = f", page {row['page_number']}" if row["page_number"] else ""
    line = f", line {row['line_first']}" if row["line_first"] else ""
    return f"{table}{title}{page}{line}"
