"""Amounts and percentages in sentences that are translations of one another: what each language has of them.

Where three of the six languages agree on an amount or a percentage, each must have it; what one alone has is not
confirmed. Slips of the sentences themselves are listed, each with what is wrong, and not counted against a language.
``python -m benches.languages`` prints the table.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pipelines.parse.prose.mentions import find_mentions
from pipelines.vocabulary import vocabulary_of

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("FASCICLE_SHARED", ROOT.parent / "shared"))
SENTENCES = SHARED / "more" / "parallel" / "sentences.tsv"
LANGUAGES = ("en", "fr", "es", "ru", "ar", "zh")
AGREED = 3
_NOT_STATED = frozenset({"posts"})

SLIPS: dict[tuple[str, str, str], str] = {
    ("a/70/6__sect__29g_", "es", "8811900"): "the sentence is cut, the amount is in the part left out",
    ("a/c_5/69/l_36", "ar", "2304800000"): "typed 8 304 2, without its mark of decimals: no number",
    ("a/70/6_sect__34_", "ar", "989900"): "no currency printed",
    ("a/69/827", "ar", "28500000"): "neither scale nor currency printed",
    ("a/69/839/add_14", "fr", "60695000"): "no currency printed",
    ("a/70/6__sect__33_", "es", "1166400"): "no currency printed",
    ("a/69/922", "fr", "670000"): "says 'this amount' instead",
    ("a/69/922", "es", "670000"): "no currency printed",
    ("a/70/6__sect__13_", "zh", "0.95"): "the sentence is cut, the rate is in the part left out",
}
"""(document, language, value) of what a sentence itself lacks, and why."""

Value = tuple[str, Decimal]


@dataclass(slots=True)
class Measured:
    """Counts by language: agreed values, found, not found, and values that no other language has."""

    agreed: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    missing: list[tuple[str, str, Value]] = field(default_factory=list)
    alone: list[tuple[str, str, Value]] = field(default_factory=list)
    slips: set[tuple[str, str, str]] = field(default_factory=set)

    def share(self, language: str) -> float:
        """Found of agreed values, in percent."""
        return 100 * self.found[language] / self.agreed[language] if self.agreed[language] else 100.0


def sentences(path: Path = SENTENCES) -> Iterator[tuple[str, dict[str, str]]]:
    """Symbol of the document and the sentence in each language."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for line in lines[1:]:
        symbol, *texts = line.split("\t")
        yield symbol, dict(zip(LANGUAGES, texts, strict=True))


def measure(rows: Iterable[tuple[str, dict[str, str]]]) -> Measured:
    """Held against one another, sentence by sentence."""
    measured = Measured()
    for symbol, texts in rows:
        stated = {language: _values(text, language) for language, text in texts.items()}
        for value, count in Counter(v for values in stated.values() for v in values).items():
            if count == 1:
                language = next(name for name, values in stated.items() if value in values)
                measured.alone.append((symbol, language, value))
            if count >= AGREED:
                _count(measured, symbol, value, stated)
    return measured


def _values(text: str, language: str) -> set[Value]:
    found = find_mentions(text, vocabulary_of(language))
    return {(m.unit, m.value.normalize()) for m in found if m.unit not in _NOT_STATED}


def _count(measured: Measured, symbol: str, value: Value, stated: dict[str, set[Value]]) -> None:
    for language, values in stated.items():
        slip = (symbol, language, f"{value[1]:f}")
        if value not in values and slip in SLIPS:
            measured.slips.add(slip)
            continue
        measured.agreed[language] += 1
        measured.found[language] += value in values
        if value not in values:
            measured.missing.append((symbol, language, value))


def main() -> int:
    """Print the table and what is missing; 0 where nothing is."""
    if not SENTENCES.exists():
        print(f"no sentences at {SENTENCES}; name the folder of documents in FASCICLE_SHARED")
        return 2
    measured = measure(sentences())
    print(f"{'':4}{'agreed':>8}{'found':>8}{'share':>9}{'alone':>7}")
    for language in LANGUAGES:
        alone = sum(1 for _, name, _ in measured.alone if name == language)
        counts = f"{measured.agreed[language]:8}{measured.found[language]:8}{measured.share(language):8.1f} %{alone:7}"
        print(f"{language:4}{counts}")
    for what, rows in (("missing", measured.missing), ("alone", measured.alone)):
        for symbol, language, (unit, number) in rows:
            print(f"{what}: {symbol} {language} {number:f} {unit}")
    print(f"slips of the sentences themselves: {len(measured.slips)}")
    return 1 if measured.missing or measured.alone else 0


if __name__ == "__main__":
    sys.exit(main())
