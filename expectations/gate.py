"""The gate: which drafts are published. Defects of our reading always block; defects of the print only when strict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from expectations.register import Entry, acknowledged, stale_entries

_PRINT_SEVERITIES = frozenset({"error", "warning"})
_SHRINKING = ("table_count", "cell_count", "paragraph_count")


def shrunk_documents(now: Mapping[str, Mapping[str, Any]], before: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """One line per document that lost tables, cells or paragraphs although its source is the same.

    Both arguments map a document's identifier to its source_sha256 and counts.
    """
    lines: list[str] = []
    for identifier, old in before.items():
        new = now.get(identifier)
        if new is None or new["source_sha256"] != old["source_sha256"]:
            continue
        for name in _SHRINKING:
            if new[name] < old[name]:
                what = name.removesuffix("_count")
                lines.append(f"{identifier}: {what}s fell from {old[name]} to {new[name]} with the same source")
    return lines


def print_defects(findings: Iterable[Mapping[str, Any]], register: tuple[Entry, ...]) -> list[str]:
    """One line per error or warning of the print that the register does not know; blocks under --strict."""
    rows = list(findings)
    known = acknowledged(register, rows)
    return [
        f"finding {row['finding_id']} is not in the register of known discrepancies: {row['message']}"
        for row in rows
        if row["severity"] in _PRINT_SEVERITIES and row["finding_id"] not in known
    ]


def unevaluated(checks: Iterable[Mapping[str, Any]]) -> list[str]:
    """One line when no check was evaluated at all: what evaluated nothing has not passed."""
    return [] if any(check["evaluated"] for check in checks) else ["no check was evaluated: nothing was judged"]


def failed_readings(checks: Iterable[Mapping[str, Any]]) -> list[str]:
    """One line per check of our reading that found a defect."""
    return [
        f"check {check['check_name']}: {check['violated']} of {check['evaluated']} failed; our reading is at fault"
        for check in checks
        if check["about"] == "reading" and check["violated"]
    ]


def reasons_to_refuse(
    documents: list[dict[str, Any]],
    findings: list[dict[str, Any]],
    checks: list[dict[str, Any]],
    register: tuple[Entry, ...],
    counts: Mapping[str, Mapping[str, Any]],
    counts_before: Mapping[str, Mapping[str, Any]],
    is_strict: bool,
) -> tuple[str, ...]:
    """Why a draft is not published, one line each; empty when it is."""
    reasons = [
        *shrunk_documents(counts, counts_before),
        *unevaluated(checks),
        *failed_readings(checks),
        *stale_entries(register, findings, [document["document_id"] for document in documents]),
    ]
    if is_strict:
        reasons += print_defects(findings, register)
    return tuple(reasons)
