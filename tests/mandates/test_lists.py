"""Lists of mandates of whole sections, as typed off the documents: every symbol, under its subprogramme and entity."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.kept import rows_kept
from tests.shared import ROOT, SHARED

GOLDEN: dict[str, dict[str, list[str]]] = json.loads((ROOT / "tests" / "golden" / "mandates.json").read_text("utf-8"))
CORPUS = SHARED / "corpus"


def documents() -> list[tuple[str, str]]:
    """Each section of the golden file in each format that is here."""
    return [(name, kind) for name in GOLDEN for kind in ("docx", "pdf") if (CORPUS / f"{name}.en.{kind}").exists()] or [
        (name, "docx") for name in GOLDEN
    ]


def mandates(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = rows_kept(path)["mart_mandate"]
    return rows


@pytest.mark.skipif(not CORPUS.exists(), reason=f"no documents in {CORPUS}")
@pytest.mark.parametrize(("name", "kind"), documents())
def test_lists_of_mandates_are_read_whole(name: str, kind: str) -> None:
    found: dict[str, list[str]] = {}
    for row in mandates(CORPUS / f"{name}.en.{kind}"):
        place = " ".join(part for part in (row["entity_code"], row["subprogramme_code"] or "programme") if part)
        found.setdefault(place, []).append(row["symbol"])
    assert {place: sorted(symbols) for place, symbols in found.items()} == {
        place: sorted(symbols) for place, symbols in GOLDEN[name].items()
    }
