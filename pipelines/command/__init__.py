"""The ``fascicle`` command.

Exit codes: 0 published; 1 unexpected failure; 2 usage; 3 published, but some input was quarantined;
4 the gate refused and the last release stays; 5 a review found something. The module of a verb is imported when the verb
is called: a question asked of a release waits for DuckDB and nothing else.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

from pipelines.run.isolated import ONE_THREAD, end_at_once, seldom_collect

OK, FAILED, USAGE, QUARANTINED, REFUSED = 0, 1, 2, 3, 4

# verb -> (module, function, one line of help)
_VERBS = {
    "run": ("run", "run", "Read sources and publish a checked release."),
    "findings": ("findings", "findings", "The findings of the current release, worst first."),
    "explain": ("explain", "explain", "One finding or claim: its printed lines, its equations, what the rest implies."),
    "review": ("review", "review", "Files before they are printed: comments at the figures that are wrong."),
    "corrigendum": ("review", "corrigendum", "Corrections of a document, in the form of a corrigendum."),
    "evidence": ("review", "evidence", "Pictures of the pages that findings are on."),
    "acknowledge": ("findings", "acknowledge", "Write a finding into the register of known discrepancies."),
    "query": ("query", "query", "Read-only SQL on the current release."),
    "search": ("query", "search", "Words in paragraphs and resolutions of the current release."),
    "status": ("status", "status", "Releases, documents, quarantine, downloads and the last run."),
    "fetch": ("fetch", "fetch", "Download documents into the landing folder, each once."),
    "releases": ("releases", "releases", "List releases, compare two, go back to one."),
    "schema": ("query", "schema", "Tables and columns, and what they mean."),
    "export": ("query", "export", "Tables or an answer as Excel, Parquet, CSV or JSON."),
    "vocabulary": ("vocabulary", "vocabulary", "Terms of a document that the vocabulary of its language lacks."),
    "publish": ("releases", "publish", "Copy the current release into PostgreSQL or a DuckLake."),
}


class _Verbs(click.Group):
    """A group whose commands are imported when called; help does not import them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _VERBS:
            return None
        module, name, _ = _VERBS[cmd_name]
        command = getattr(import_module(f"{__name__}.{module}"), name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, doc) for name, (_, _, doc) in _VERBS.items()])


_ENGINES = ("duckdb", "dagster", "great-expectations", "pandas", "pyarrow")


def _show_version(context: click.Context) -> None:
    """Print the versions of fascicle, of Python and of the engines; nothing heavy is imported for it."""
    from importlib.metadata import version
    from platform import python_version

    click.echo(f"fascicle {version('fascicle')}, Python {python_version()}")
    click.echo(", ".join(f"{name} {version(name)}" for name in _ENGINES))
    context.exit()


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda context, _, asked: _show_version(context) if asked else None,
    help="Show the version of fascicle, of Python and of the engines, and exit.",
)
def cli() -> None:
    """Budget fascicles of the United Nations as a checked DuckDB warehouse.

    Everything a run writes is kept in the home folder: --home, or FASCICLE_HOME, or .fascicle in the working folder.
    """


def main() -> None:
    """Entry point: failures end in one line and their exit code, never in a traceback, unless FASCICLE_TRACEBACK is set."""
    seldom_collect()
    for name, value in ONE_THREAD.items():
        os.environ.setdefault(name, value)
    try:
        # outside click's standalone mode ctx.exit(code) comes back as the return value
        code = cli(standalone_mode=False)
        end_at_once()
        sys.exit(code if isinstance(code, int) else OK)
    except click.exceptions.Exit as leaving:
        sys.exit(leaving.exit_code)
    except click.Abort:
        click.echo("interrupted; the last release stays", err=True)
        sys.exit(FAILED)
    except click.ClickException as problem:
        problem.show()
        sys.exit(problem.exit_code)
    except BrokenPipeError:
        # The reader of our output went away, as head does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(OK)
    except Exception as problem:
        if os.environ.get("FASCICLE_TRACEBACK"):
            raise
        words = " ".join(str(problem).split()) or type(problem).__name__
        click.echo(f"Error: {words} (FASCICLE_TRACEBACK=1 shows where)", err=True)
        sys.exit(FAILED)
