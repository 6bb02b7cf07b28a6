"""Sentences that are translations of one another: amounts, percentages and what is cited, as each language has them.

Where three of the six languages agree on an amount, a percentage, or on a document, table, section or paragraph that is
cited, each must have it; what one alone has is not confirmed. Slips of the sentences themselves are listed, each with
what is wrong, and not counted against a language.
``python -m benches.languages`` prints the table.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pipelines.parse.prose.citations import find_places
from pipelines.parse.prose.mentions import find_mentions
from pipelines.read.text.walk import NUMBERED
from pipelines.symbols import find_symbols
from pipelines.symbols.place_numbers import plain_number
from pipelines.vocabulary import vocabulary_of

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("FASCICLE_SHARED", ROOT.parent / "shared"))
SENTENCES = SHARED / "more" / "parallel" / "sentences.tsv"
LANGUAGES = ("en", "fr", "es", "ru", "ar", "zh")
AGREED = 3
_NOT_STATED = frozenset({"posts"})

SLIPS: dict[tuple[str, str, str], str] = {
    ("a/70/6__sect__29g_", "es", "8811900 usd"): "the sentence is cut, the amount is in the part left out",
    ("a/c_5/69/l_36", "ar", "2304800000 usd"): "typed 8 304 2, without its mark of decimals: no number",
    ("a/70/6_sect__34_", "ar", "989900 usd"): "no currency printed",
    ("a/69/827", "ar", "28500000 usd"): "neither scale nor currency printed",
    ("a/69/839/add_14", "fr", "60695000 usd"): "no currency printed",
    ("a/70/6__sect__33_", "es", "1166400 usd"): "no currency printed",
    ("a/69/922", "fr", "670000 usd"): "says 'this amount' instead",
    ("a/69/922", "es", "670000 usd"): "no currency printed",
    ("a/70/6__sect__13_", "zh", "0.95 chf"): "the sentence is cut, the rate is in the part left out",
}
"""(document, language, value) of what a sentence itself lacks, and why."""

CITED_SLIPS: dict[tuple[str, str, str], str] = {
    ("a/69/839/add_1", "fr", "paragraph 26"): "cites paragraph 25",
    ("a/69/839/add_1", "ru", "paragraph 26"): "cites paragraph 25",
    ("a/70/6__introduction_", "en", "table 18"): "says 'schedule'",
    ("a/70/6__introduction_", "fr", "figure II"): "does not cite the figure",
    ("a/69/842", "es", "table 1"): "does not cite the table",
    ("a/70/74", "zh", "paragraph 53"): "does not cite the paragraphs",
    ("a/70/74", "zh", "paragraph 54"): "does not cite the paragraphs",
    ("a/70/74", "zh", "paragraph 55"): "does not cite the paragraphs",
    ("a/70/6__sect__8_", "fr", "own 8.77"): "typed 8. 77",
    ("a/70/6__sect__20_", "ar", "own 20.33"): "numbered 30-33",
    ("a/70/6__sect__17_", "es", "own 17.33"): "typed 17. 33",
    ("a/70/6__sect__30_", "ru", "own 30.43"): "numbered 30.42",
}
"""(document, language, kind and number) of what a sentence cites otherwise than the others, and how."""

Slips = dict[tuple[str, str, str], str]
Reading = Callable[[str, str], set[str]]
"""What a text of a language says, each value in words that can be compared."""


@dataclass(slots=True)
class Measured:
    """Counts by language: agreed values, found, not found, and values that no other language has."""

    agreed: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    missing: list[tuple[str, str, str]] = field(default_factory=list)
    alone: list[tuple[str, str, str]] = field(default_factory=list)
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


def amounts(text: str, language: str) -> set[str]:
    """Amounts of money and percentages that a text states."""
    found = find_mentions(text, vocabulary_of(language))
    return {f"{m.value.normalize():f} {m.unit}" for m in found if m.unit not in _NOT_STATED}


def citations(text: str, language: str) -> set[str]:
    """Documents, tables, sections, paragraphs and the like that a text cites, and its own number."""
    own = NUMBERED.match(text)
    return {
        *(f"document {mention.symbol}" for mention in find_symbols(text, language)),
        *(f"{place.kind} {place.number}" for place in find_places(text, language)),
        *([f"own {plain_number(own['number'])}"] if own else []),
    }


def measure(rows: Iterable[tuple[str, dict[str, str]]], reading: Reading = amounts, slips: Slips = SLIPS) -> Measured:
    """What is read of the languages held against one another, sentence by sentence."""
    measured = Measured()
    for symbol, texts in rows:
        said = {language: reading(text, language) for language, text in texts.items()}
        for value, count in Counter(v for values in said.values() for v in values).items():
            if count == 1:
                language = next(name for name, values in said.items() if value in values)
                measured.alone.append((symbol, language, value))
            if count >= AGREED:
                _count(measured, (symbol, value), said, slips)
    return measured


def _count(measured: Measured, stated: tuple[str, str], said: dict[str, set[str]], slips: Slips) -> None:
    symbol, value = stated
    for language, values in said.items():
        slip = (symbol, language, value)
        if value not in values and slip in slips:
            measured.slips.add(slip)
            continue
        measured.agreed[language] += 1
        measured.found[language] += value in values
        if value not in values:
            measured.missing.append((symbol, language, value))


def main() -> int:
    """Print a table each of amounts and of what is cited, and what is missing; 0 where nothing is."""
    if not SENTENCES.exists():
        print(f"no sentences at {SENTENCES}; name the folder of documents in FASCICLE_SHARED")
        return 2
    stated = _print("amounts and percentages", measure(sentences()))
    cited = _print("documents and places cited", measure(sentences(), citations, CITED_SLIPS))
    return 1 if stated.missing or stated.alone or cited.missing else 0


def _print(title: str, measured: Measured) -> Measured:
    print(title)
    print(f"{'':4}{'agreed':>8}{'found':>8}{'share':>9}{'alone':>7}")
    for language in LANGUAGES:
        alone = sum(1 for _, name, _ in measured.alone if name == language)
        counts = f"{measured.agreed[language]:8}{measured.found[language]:8}{measured.share(language):8.1f} %{alone:7}"
        print(f"{language:4}{counts}")
    for what, rows in (("missing", measured.missing), ("alone", measured.alone)):
        for symbol, language, value in rows:
            print(f"{what}: {symbol} {language} {value}")
    print(f"slips of the sentences themselves: {len(measured.slips)}")
    return measured


if __name__ == "__main__":
    sys.exit(main())
