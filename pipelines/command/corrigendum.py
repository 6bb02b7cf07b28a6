"""``fascicle corrigendum``: the corrections of a document, as corrigenda print them."""

from __future__ import annotations

from pathlib import Path

import click

from pipelines.command.common import home_option, require_release


@click.command()
@click.argument("symbol")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A .docx file to hand in, or a .csv file; printed, if not given.",
)
@click.option("--language", help="Of a document in several languages, the one to correct: en, zh, ...")
@home_option
def corrigendum(symbol: str, output: Path | None, language: str | None, home: Path) -> None:
    """The corrections of the document SYMBOL of the current release: page or table, row, column, "For ... read ...".

    Corrections are proposed where one figure alone explains what is wrong; all else is a question to the office that
    wrote the document. Findings in the register of known discrepancies are left out.
    """
    from pipelines.review.corrigendum import NoDocument, as_csv, as_text, as_word, corrigendum_of

    if output is not None and output.suffix not in (".docx", ".csv"):
        raise click.UsageError(f"{output.name} is neither .docx nor .csv")
    if output is not None and not output.absolute().parent.is_dir():
        raise click.UsageError(f"no folder {output.absolute().parent} to write {output.name} into")
    release = require_release(home)
    try:
        made = corrigendum_of(release.database, symbol, language)
    except NoDocument as problem:
        raise click.UsageError(str(problem)) from problem
    if output is None:
        click.echo(as_text(made), nl=False)
        return
    if output.suffix == ".csv":
        output.write_text(as_csv(made), "utf-8-sig")
    else:
        output.write_bytes(as_word(made))
    click.echo(f"{output}: {len(made.corrections)} corrections, {len(made.questions)} questions to the author office")
