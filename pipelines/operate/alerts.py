"""Send alerts to the log, a webhook or by e-mail. Addresses and secrets are in the environment."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage

from pipelines.operate.settings import OperationsError

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
        raise OperationsError(f"alert {alert.subject!r} was not told through: {', '.join(failed)}")


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
