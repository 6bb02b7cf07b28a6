"""What several verbs share: the home option, the current release, small answers as rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from warehouse.home import Home, ReleaseError
from warehouse.release import Release, current_release

F = TypeVar("F", bound=Callable[..., Any])


def home_option(command: F) -> F:
    """The --home option of every verb."""
    return click.option(
        "--home",
        type=click.Path(file_okay=False, path_type=Path),
        envvar="FASCICLE_HOME",
        default=Path(".fascicle"),
        show_default=True,
        help="Folder that holds everything a run writes (FASCICLE_HOME).",
    )(command)


def register_option(command: F) -> F:
    """The --register option of the verbs that read or write the register of known discrepancies."""
    return click.option(
        "--register",
        type=click.Path(dir_okay=False, path_type=Path),
        envvar="FASCICLE_REGISTER",
        help="File of known discrepancies, such as one in version control (FASCICLE_REGISTER); "
        "register.toml in the home, if not given.",
    )(command)


def require_release(home: Path) -> Release:
    """The current release. Raises ClickException, with what to type, when there is none."""
    try:
        release = current_release(Home(home))
    except ReleaseError as problem:
        raise click.ClickException(str(problem)) from problem
    if release is None or not release.database.is_file():
        raise click.ClickException(f"no release in {home} yet; type: fascicle run")
    return release


def rows_of(release: Release, sql: str, parameters: Iterable[Any] = ()) -> list[dict[str, Any]]:
    """Rows of a query on a release, as dicts."""
    from warehouse.query import run_query

    return run_query(release.database, sql, parameters).records()


def plain(value: Any) -> str:
    """A value as people read it: nothing for NULL, decimals without needless zeros."""
    if value is None:
        return ""
    text = f"{value:f}" if hasattr(value, "as_tuple") else str(value)
    return text.rstrip("0").rstrip(".") if "." in text and hasattr(value, "as_tuple") else text
