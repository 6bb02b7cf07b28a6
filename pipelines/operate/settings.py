"""``operations.toml`` in the home: whom to alert, and which documents are expected by when."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE_NAME = "operations.toml"
NOTIFIERS = ("log", "webhook", "email")


class OperationsError(Exception):
    """``operations.toml`` cannot be understood, or an alert could not be sent; one line, with the remedy."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Documents of an edition that have to be here by a day."""

    edition: int
    due: dt.date
    symbols: tuple[str, ...]
    languages: tuple[str, ...] = ("en",)


@dataclass(frozen=True, slots=True)
class Operations:
    """What the file says; without one, alerts go to the log and nothing is expected."""

    notifiers: tuple[str, ...] = ("log",)
    expected: tuple[Expected, ...] = ()


def read_operations(home: Path) -> Operations:
    """The home's ``operations.toml``. Raises OperationsError, with file and place, when it cannot be understood."""
    path = home / FILE_NAME
    if not path.is_file():
        return Operations()
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        _only(data, ("alerts", "expected"), "at the top")
        alerts = data.get("alerts", {})
        _only(alerts, ("notifiers",), "in [alerts]")
        notifiers = _texts(alerts.get("notifiers", ["log"]), "notifiers")
        for name in notifiers:
            if name not in NOTIFIERS:
                raise ValueError(f"notifier {name!r} is none of {', '.join(NOTIFIERS)}")
        expected = tuple(_expected(entry) for entry in data.get("expected", []))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        told = f"{problem} is missing" if isinstance(problem, KeyError) else str(problem)
        raise OperationsError(f"{path}: {told}; see docs/operations.md") from problem
    return Operations(notifiers, expected)


def _expected(entry: dict[str, Any]) -> Expected:
    _only(entry, ("edition", "due", "symbols", "languages"), "in [[expected]]")
    due = entry["due"]
    if type(due) is not dt.date:
        raise ValueError("due in [[expected]] is a day, written without quotes: 2030-06-30")
    languages = _texts(entry.get("languages", ["en"]), "languages")
    return Expected(int(entry["edition"]), due, _texts(entry["symbols"], "symbols"), languages)


def _only(given: dict[str, Any], known: tuple[str, ...], place: str) -> None:
    for name in given:
        if name not in known:
            raise ValueError(f"{name!r} {place} is none of {', '.join(known)}")


def _texts(value: Any, name: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError(f"{name} is a list of texts")
    return tuple(value)
