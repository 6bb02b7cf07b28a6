"""``operations.toml`` in the home: whom to alert, and which documents are expected by when."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Literal

from pipelines.model.settings_file import Many, Settings, SettingsError, Whole, read_settings

FILE_NAME = "operations.toml"


class OperationsError(Exception):
    """``operations.toml`` cannot be understood, or an alert could not be sent; one line, with the remedy."""


class Expected(Settings):
    """Documents of an edition that have to be here by a day."""

    edition: Whole
    due: dt.date
    symbols: Many[str]
    languages: Many[str] = ("en",)


class Alerts(Settings):
    """Ways in which alerts are sent."""

    notifiers: Many[Literal["log", "webhook", "email"]] = ("log",)


class Operations(Settings):
    """What the file says; without one, alerts go to the log and nothing is expected."""

    alerts: Alerts = Alerts()
    expected: Many[Expected] = ()


def read_operations(home: Path) -> Operations:
    """The home's ``operations.toml``. Raises OperationsError, with file and place, when it cannot be understood."""
    path = home / FILE_NAME
    if not path.is_file():
        return Operations()
    try:
        return read_settings(path, Operations)
    except SettingsError as problem:
        raise OperationsError(f"{problem}; see docs/operations.md") from problem
