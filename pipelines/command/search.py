"""``fascicle search``: words in paragraphs and resolutions of the current release."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.command.common import home_option, require_release

if TYPE_CHECKING:
    from warehouse.search import Hit, Term


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Number of texts at most.")
@click.option("--language", help="Only texts of a language, such as en or zh.")
@click.option(
    "--kind", type=click.Choice(["paragraph", "resolution"]), help="Only paragraphs, or titles of resolutions."
)
@click.option("--json", "as_json", is_flag=True, help="As JSON, with scores.")
@home_option
def search(
    words: tuple[str, ...], limit: int, language: str | None, kind: str | None, as_json: bool, home: Path
) -> None:
    """Texts that contain every word, best first; words by their stem, Chinese unchanged, "a phrase" in quotes.

    fascicle search contingency fund

    fascicle search 最不发达国家 --language zh
    """
    from warehouse import search as looking
    from warehouse.query import QueryError

    release = require_release(home)
    try:
        asked = looking.terms_of(" ".join(words))
        hits = looking.search(release.database, " ".join(words), limit, language, kind)  # type: ignore[arg-type]
    except (looking.SearchError, QueryError) as problem:
        raise click.UsageError(str(problem)) from problem
    if as_json:
        click.echo(json.dumps([asdict(hit) for hit in hits], ensure_ascii=False, indent=2))
        return
    if not hits:
        click.echo(f"no text contains {' '.join(term.asked for term in asked)}")
        return
    if not hits[0].has_all:
        click.echo("no text contains every word; these contain most of them", err=True)
    for hit in hits:
        show(hit, asked)


def show(hit: Hit, asked: Sequence[Term]) -> None:
    """One text: where it is, then the words around the first match, matches set off on a terminal."""
    page = f", page {hit.page_number}" if hit.page_number else ""
    place = f" paragraph {hit.place}" if hit.place else ""
    heading = (hit.heading or "").rsplit(">", 1)[-1].strip()
    click.echo(click.style(f"{hit.symbol}{place}", bold=True) + f" [{hit.language}{page}] {heading}".rstrip())
    pattern = "|".join(term.pattern for term in asked)
    click.echo(
        "    " + re.sub(pattern, lambda match: click.style(match[0], fg="yellow"), hit.snippet, flags=re.IGNORECASE)
    )
