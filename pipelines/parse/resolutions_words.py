"""Words of budget resolutions, read from ``pipelines/vocabulary/resolutions.toml``."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_PATH = Path(__file__).parents[1] / "vocabulary" / "resolutions.toml"


@dataclass(frozen=True, slots=True)
class ResolutionWords:
    """Patterns by name, what a scale multiplies by, and the unit of a currency."""

    patterns: dict[str, re.Pattern[str]]
    scales: dict[str, int]
    currencies: dict[str, str]

    def __getitem__(self, name: str) -> re.Pattern[str]:
        return self.patterns[name]


@cache
def budget_words(language: str) -> ResolutionWords | None:
    """The words of a language; None where the file has none: its tables and amounts are then left as text."""
    data = tomllib.loads(_PATH.read_text(encoding="utf-8")).get(language)
    if data is None:
        return None
    patterns = {name: re.compile(text, re.IGNORECASE) for name, text in data.items() if isinstance(text, str)}
    # Grades are told by their capitals.
    patterns["post_item"] = re.compile(data["post_item"])
    return ResolutionWords(patterns, data["scale"], data["currency"])


def year_in(words: ResolutionWords, *texts: str) -> int | None:
    """The year that the first of some texts names; None where none does."""
    found = (words["year"].search(text) for text in texts)
    return next((int(match["year"]) for match in found if match is not None), None)
