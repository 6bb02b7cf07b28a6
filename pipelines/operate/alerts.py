"""Alerts by log, webhook or e-mail, and documents that are overdue, as ``operations.toml`` in the home asks.

Addresses and secrets are in the environment.
"""

from __future__ import annotations

import datetime as dt
import logging
import smtplib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Literal

from pipelines.model.settings_file import Many, Settings, SettingsError, Whole, read_settings
from warehouse.home import Home
from warehouse.query import run_query
from warehouse.release import current_release

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


WEBHOOK = "FASCICLE_WEBHOOK"
LOG = logging.getLogger("fascicle.alerts")


@dataclass(frozen=True, slots=True)
class Alert:
    """A message to operators. ``kind``: failed, refused (the gate) or overdue."""

    kind: str
    subject: str
    text: str


def of_failure(job: str, run_id: str, steps: Iterable[tuple[str, str]], reason: str) -> Alert:
    """Alert for a failed run; ``steps`` are its failed steps with their messages. The gate's step refuses."""
    told = dict(steps)
    if "release" in told:
        return Alert("refused", "Fascicle: the release was refused, the last one stays", told["release"])
    lines = [f"{name}: {said}" for name, said in told.items()] or [reason]
    return Alert("failed", f"Fascicle: {job} failed", "\n".join([f"run {run_id}", *lines]))


def of_overdue(lines: tuple[str, ...]) -> Alert:
    """Alert for expected documents that did not come."""
    return Alert("overdue", f"Fascicle: {len(lines)} expected documents are overdue", "\n".join(lines))


def send(alert: Alert, notifiers: Iterable[str], environment: Mapping[str, str]) -> None:
    """Send it through each notifier; one that fails does not stop the others.

    Raises OperationsError at the end, naming the notifiers that failed, never an address or a secret.
    """
    failed: list[str] = []
    for name in notifiers:
        try:
            _SENDERS[name](alert, environment)
        except KeyError as problem:
            failed.append(f"{name} (set {problem.args[0]} in the environment)")
        except Exception as problem:
            # Only the kind of the problem: its words may hold the address, which is a secret.
            failed.append(f"{name} ({type(problem).__name__})")
    if failed:
        raise OperationsError(f"alert {alert.subject!r} was not sent through: {', '.join(failed)}")


def _log(alert: Alert, environment: Mapping[str, str]) -> None:
    LOG.error("%s\n%s", alert.subject, alert.text)


def _webhook(alert: Alert, environment: Mapping[str, str]) -> None:
    import httpx

    body = {"kind": alert.kind, "subject": alert.subject, "text": alert.text}
    httpx.post(environment[WEBHOOK], json=body, timeout=20).raise_for_status()


def _email(alert: Alert, environment: Mapping[str, str]) -> None:
    message = EmailMessage()
    message["From"], message["To"] = environment["FASCICLE_MAIL_FROM"], environment["FASCICLE_MAIL_TO"]
    message["Subject"] = alert.subject
    message.set_content(alert.text)
    user = environment.get("FASCICLE_SMTP_USER", "")
    port = int(environment.get("FASCICLE_SMTP_PORT", "25"))
    with smtplib.SMTP(environment["FASCICLE_SMTP_HOST"], port, timeout=20) as server:
        if user:
            server.starttls()
            server.login(user, environment["FASCICLE_SMTP_PASSWORD"])
        server.send_message(message)


_SENDERS: dict[str, Callable[[Alert, Mapping[str, str]], None]] = {"log": _log, "webhook": _webhook, "email": _email}


def published_documents(home: Path) -> tuple[tuple[str, str], ...]:
    """Symbol and language of each document of the current release; none without a release. Raises ReleaseError."""
    release = current_release(Home(home))
    if release is None:
        return ()
    answer = run_query(release.database, "SELECT symbol, language FROM mart_document")
    return tuple((str(symbol), str(language)) for symbol, language in answer.rows)


def overdue(expected: Iterable[Expected], published: Iterable[tuple[str, str]], today: dt.date) -> tuple[str, ...]:
    """One line per symbol and language that is overdue; ``published`` has symbol and language of each document."""
    here = {(_plain(symbol), language) for symbol, language in published}
    return tuple(
        f"{symbol} {language}: expected for the edition {one.edition} by {one.due.isoformat()}"
        for one in expected
        if one.due < today
        for symbol in one.symbols
        for language in one.languages
        if (_plain(symbol), language) not in here
    )


def _plain(symbol: str) -> str:
    """A symbol without spaces or case: it is typed in many ways."""
    return "".join(symbol.split()).casefold()
