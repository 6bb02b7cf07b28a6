"""The register of known discrepancies: findings that somebody has looked at and decided on.

An entry names the finding, the claim, what is printed, what the rest implies, a reason and who decided. One that no
longer matches is stale, and fails the gate: a known misprint never disappears unnoticed. Entries about documents
that are not in a run are not judged by it. The file is TOML, made to be kept in version control and read by people.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

_HEADER = """\
# Known discrepancies: findings somebody has looked at and decided on. Keep this file in version control.
# `fascicle acknowledge` adds an entry; a run fails when an entry no longer matches what is printed and implied.
"""


class RegisterError(Exception):
    """A register that cannot be read or added to; the message is one line with file and remedy."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One known discrepancy. ``printed`` and ``implied`` as text, empty where nothing is printed or implied.

    ``witness`` is the other document that the finding is held against, empty for a document's own findings.
    """

    finding_id: str
    document_id: str
    claim: str
    printed: str
    implied: str
    reason: str
    decided_by: str
    place: str = ""
    witness: str = ""


def number_text(value: Decimal | None) -> str:
    """A value as the register writes it: no needless zeros, empty for none."""
    if value is None:
        return ""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def entry_of(finding: Mapping[str, Any], reason: str, decided_by: str) -> Entry:
    """The entry that acknowledges a finding, a row of mart_finding."""
    place = (finding.get("table_number"), finding.get("paragraph_number"), finding.get("row_label"))
    more = (finding.get("measure"), finding.get("fiscal_year"))
    return Entry(
        finding_id=finding["finding_id"],
        document_id=finding["document_id"],
        claim=str(finding.get("claim_id") or finding.get("check_name") or ""),
        printed=str(finding.get("printed_text") or ""),
        implied=number_text(finding.get("implied_value")),
        reason=reason,
        decided_by=decided_by,
        place=", ".join(str(word) for word in (*place, *more) if word),
        witness=str(finding.get("witness_document_id") or ""),
    )


def read_register(path: Path) -> tuple[Entry, ...]:
    """Entries of a register file, none when there is no file. Raises RegisterError."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        entries = tuple(_entry(item) for item in content.get("discrepancy", []))
    except FileNotFoundError:
        return ()
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise RegisterError(f"{path}: the register of known discrepancies cannot be read: {problem}") from problem
    except (KeyError, TypeError, AttributeError) as problem:
        raise RegisterError(f"{path}: an entry lacks {problem}; every entry needs {', '.join(_NEEDED)}") from problem
    seen: set[str] = set()
    for entry in entries:
        if entry.finding_id in seen:
            raise RegisterError(f"{path}: finding {entry.finding_id} stands there twice; take one entry out")
        if not entry.reason.strip() or not entry.decided_by.strip():
            raise RegisterError(f"{path}: the entry of finding {entry.finding_id} needs a reason and who decided")
        seen.add(entry.finding_id)
    return entries


_NEEDED = ("finding_id", "document_id", "claim", "printed", "implied", "reason", "decided_by")
_OTHER = ("place", "witness")


def _entry(item: Mapping[str, Any]) -> Entry:
    return Entry(
        **{name: str(item[name]) for name in _NEEDED}, **{name: str(item[name]) for name in _OTHER if name in item}
    )


def with_entry(text: str, entry: Entry) -> str:
    """A register's text with one more entry at its end; what stands there is left as it is."""
    lines = ["[[discrepancy]]"]
    for name in (
        "finding_id",
        "document_id",
        "place",
        "claim",
        "witness",
        "printed",
        "implied",
        "reason",
        "decided_by",
    ):
        value = getattr(entry, name)
        if value or name in _NEEDED:
            # JSON strings are TOML basic strings, but for one character that TOML wants escaped.
            written = json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
            lines.append(f"{name} = {written}")
    before = text.rstrip("\n") or _HEADER.rstrip("\n")
    return f"{before}\n\n" + "\n".join(lines) + "\n"


def matches(entry: Entry, finding: Mapping[str, Any]) -> bool:
    """True when an entry is about this finding, and what is printed and implied is as it says."""
    return (
        entry.finding_id == finding["finding_id"]
        and entry.printed == str(finding.get("printed_text") or "")
        and entry.implied == number_text(finding.get("implied_value"))
    )


def acknowledged(entries: Iterable[Entry], findings: Iterable[Mapping[str, Any]]) -> set[str]:
    """Identifiers of the findings that the register knows as they are."""
    by_id = {entry.finding_id: entry for entry in entries}
    return {
        finding["finding_id"]
        for finding in findings
        if finding["finding_id"] in by_id and matches(by_id[finding["finding_id"]], finding)
    }


def stale_entries(
    entries: Iterable[Entry], findings: Iterable[Mapping[str, Any]], documents: Iterable[str]
) -> list[str]:
    """One line per entry about these documents that matches no finding, or whose printed or implied value changed."""
    found = {str(row["finding_id"]): row for row in findings}
    present = set(documents)
    lines: list[str] = []
    for entry in entries:
        if entry.document_id not in present or (entry.witness and entry.witness not in present):
            continue
        finding = found.get(entry.finding_id)
        name = f"known discrepancy {entry.finding_id} ({entry.place or entry.claim})"
        if finding is None:
            lines.append(f"{name} is no longer found: take its entry out of the register")
        elif not matches(entry, finding):
            printed, implied = str(finding.get("printed_text") or ""), number_text(finding.get("implied_value"))
            lines.append(
                f"{name} has changed: the register has {entry.printed!r} printed and {entry.implied!r} implied, "
                f"now it is {printed!r} and {implied!r}; look at it again and mend its entry"
            )
    return lines
