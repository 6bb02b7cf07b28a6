"""The register of known discrepancies: findings that somebody has looked at and decided on.

An entry names the finding, what is printed, what the rest implies, a reason and who decided. One that no
longer matches a finding is stale, and fails the gate: a known misprint never disappears unnoticed.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from warehouse.declare import Rows


class RegisterError(Exception):
    """A register that cannot be read; the message is one line with file and remedy."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One known discrepancy."""

    finding_id: str
    printed: str
    implied: str
    reason: str
    decided_by: str


def read_register(path: Path) -> tuple[Entry, ...]:
    """Entries of a register file, none when there is no file. Raises RegisterError."""
    if not path.exists():
        return ()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        return tuple(
            Entry(e["finding_id"], str(e["printed"]), str(e["implied"]), e["reason"], e["decided_by"])
            for e in content.get("discrepancy", [])
        )
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError) as problem:
        raise RegisterError(f"{path.name}: the register of known discrepancies cannot be read: {problem}") from problem


def stale_entries(entries: tuple[Entry, ...], findings: Rows | list[dict[str, object]]) -> list[str]:
    """One line per entry that matches no finding of the run, or whose printed text has changed."""
    rows = findings["mart_finding"] if isinstance(findings, dict) else findings
    printed = {str(row["finding_id"]): str(row.get("printed_text") or "") for row in rows}
    lines: list[str] = []
    for entry in entries:
        if entry.finding_id not in printed:
            lines.append(f"known discrepancy {entry.finding_id} is no longer found: take its entry out of the register")
        elif printed[entry.finding_id] != entry.printed:
            now = printed[entry.finding_id]
            lines.append(
                f"known discrepancy {entry.finding_id} has changed: {entry.printed!r} was printed, now {now!r}"
            )
    return lines
