"""Identity under change: real fascicles changed as others differ, read again, and held against what is known.

Every figure of a table is followed through the change. Printed: figures about the right fact, figures silently taken
for another, figures without a fact, doubts, and errors told that no print has. ``make bench`` writes them into
docs/identity.md.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

from benches.identity_editions import EDITIONS
from benches.identity_foreign import FOREIGN
from benches.identity_layout import LAYOUT
from benches.identity_model import FOLDERS, SHARED, Miss, Original, Score, Variant, original, read, score_of
from benches.identity_others import OTHER_TABLES
from benches.identity_prints import PRINTS
from benches.identity_structure import STRUCTURE
from benches.identity_tables import TABLES
from benches.identity_words import WORDS
from pipelines.model.blocks import Document
from pipelines.read import read_document

ROOT = Path(__file__).parents[1]
REPORT = ROOT / "docs" / "identity.md"
BEGIN, END = "<!-- begin of what make bench writes -->", "<!-- end of what make bench writes -->"
DOCUMENTS = ("10", "11", "12", "13", "28", "6", "3_Add.2", "31", "30", "15")
QUICK = ("13", "6", "3_Add.2")
SILENT_AIM = 0.005
Mutation = Callable[[Original, Random], list[Variant]]
MUTATIONS: tuple[Mutation, ...] = (*WORDS, *STRUCTURE, *TABLES, *EDITIONS, *FOREIGN, *PRINTS, *LAYOUT, *OTHER_TABLES)


def documents(names: Sequence[str]) -> Iterator[Original]:
    """The named fascicles of the folder of documents, read as they stand."""
    for name in names:
        file = f"A_80_6_Sect.{name}.en.docx"
        path = next((p for folder in FOLDERS if (p := SHARED / folder / file).exists()), None)
        if path is not None:
            yield original(name, read_document(path.read_bytes(), "docx"))


def variants_of(document: Original, mutations: Iterable[Mutation] = MUTATIONS) -> Iterator[Variant]:
    """All variants of a document; the same every time."""
    for mutation in mutations:
        yield from mutation(document, Random(f"{mutation.__name__} of {document.name}"))


def judged_variant(document: Original, variant: Variant) -> Score:
    """Read a variant and hold it against what is known; a reader that fails has lost all of it."""
    started = time.perf_counter()
    try:
        score = score_of(document, variant, read(variant.document))
    except Exception as problem:  # counted as a loss, never hidden
        score = Score(variant, document.name, lost=len(variant.expected), lost_silent=len(variant.expected))
        score.failure = f"{type(problem).__name__}: {problem}"
    score.seconds = time.perf_counter() - started
    return score


def rendered(scores: Sequence[Score]) -> str:
    """The table of results."""
    groups: dict[str, list[Score]] = defaultdict(list)
    for score in scores:
        groups[score.variant.mutation].append(score)
    lines = [
        "| mutation | variants | figures | right | silently wrong | wrong, doubted | no fact, silent | no fact, doubted | false errors | doubts |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    lines += [_line(name, group) for name, group in groups.items()]
    lines.append(_line("**all**", scores))
    failed = [s for s in scores if s.failure]
    lines += ["", f"Variants that could not be read at all: {len(failed)}."] if failed else []
    return "\n".join(lines)


def _line(name: str, scores: Sequence[Score]) -> str:
    def total(of: Callable[[Score], int]) -> int:
        return sum(map(of, scores))

    facts, silent = total(lambda s: s.facts), total(lambda s: s.silent)
    share = f"{silent} ({100 * silent / facts:.2f} %)" if facts else "0"
    cells = (
        len(scores),
        facts,
        total(lambda s: s.right),
        share,
        total(lambda s: s.wrong - s.silent),
        total(lambda s: s.lost_silent),
        total(lambda s: s.lost - s.lost_silent),
        total(lambda s: len(s.false_errors)),
        total(lambda s: s.doubts),
    )
    return f"| {name} | " + " | ".join(map(str, cells)) + " |"


def missed_aims(scores: Sequence[Score]) -> list[str]:
    """What misses its aim."""
    facts, silent = sum(s.facts for s in scores), sum(s.silent for s in scores)
    false = sum(len(s.false_errors) for s in scores)
    missed = [f"{silent} of {facts} figures silently wrong"] if silent > SILENT_AIM * facts else []
    return missed + ([f"{false} false errors"] if false else [])


def misses_of(score: Score) -> list[str]:
    """What went wrong in a variant, figures of one table and one kind of slip together."""
    groups: dict[tuple[object, ...], list[Miss]] = defaultdict(list)
    for miss in score.misses:
        differs = _differs(miss)
        groups[miss.cell.get("table_number"), miss.cell.get("table_id"), differs, miss.is_doubted].append(miss)
    lines = [
        f"{score.name} | {score.variant.mutation} | {score.variant.detail}{' | ' + score.failure if score.failure else ''}"
    ]
    for (number, table, differs, doubted), found in sorted(groups.items(), key=lambda g: -len(g[1])):
        cell = found[0].cell
        lines.append(
            f"    {len(found)} in table {number} ({table}){', doubted' if doubted else ''}: {differs}; "
            f"such as {cell.get('row_label')!r} / {cell.get('column_label')!r} {cell.get('printed_text')!r}"
        )
    lines += [f"    false error: {f['message'][:300]}" for f in score.false_errors[:5]]
    lines += [f"    ... {len(score.false_errors)} false errors"] if len(score.false_errors) > 5 else []
    return lines if len(lines) > 1 or score.failure else []


def _differs(miss: Miss) -> str:
    if miss.taken is None:
        return "no fact"
    if miss.right is None:
        return "a figure that nothing names is taken for a known fact"
    pairs = [
        f"{name} {right!r} taken for {taken!r}"
        for name, right, taken in zip(miss.right._fields, miss.right, miss.taken, strict=True)
        if right != taken and not (name == "basis" and {right, taken} <= {"", "own"})
    ]
    return ", ".join(pairs)


def _scores(name: str, wanted: Sequence[str] | None) -> list[Score]:
    """Scores of the variants of one document, without the documents that were read for them."""
    scores: list[Score] = []
    for document in documents([name]):
        for variant in variants_of(document):
            if wanted and not any(variant.mutation.startswith(m) for m in wanted):
                continue
            score = judged_variant(document, variant)
            score.variant = replace(score.variant, document=Document("docx", []))
            scores.append(score)
    return scores


def main() -> int:
    """Measure, print, write; returns 1 when an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few documents, under half a minute")
    parser.add_argument("--print", action="store_true", dest="only_print", help="leave docs/identity.md as it is")
    parser.add_argument("--misses", action="store_true", help="say what went wrong, variant by variant")
    parser.add_argument("--document", action="append", help="this document alone, such as 10 or 3_Add.2")
    parser.add_argument("--mutation", action="append", help="mutations whose name begins so")
    arguments = parser.parse_args()
    names = arguments.document or (QUICK if arguments.quick else DOCUMENTS)
    scores: list[Score] = []
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for name, found in zip(names, pool.map(partial(_scores, wanted=arguments.mutation), names), strict=True):
            scores += found
            if arguments.misses:
                print("\n".join(line for score in found for line in misses_of(score)), flush=True)
            print(f"{name}: {len(found)} variants, {sum(s.seconds for s in found):.0f} s", file=sys.stderr)
    if not scores:
        print(f"no documents at {SHARED}: nothing measured")
        return 0
    text = rendered(scores)
    print(text)
    if not (arguments.only_print or arguments.quick or arguments.document or arguments.mutation) and REPORT.exists():
        before, _, rest = REPORT.read_text("utf-8").partition(BEGIN)
        REPORT.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.partition(END)[2]}", "utf-8")
    missed = missed_aims(scores)
    for line in missed:
        print(f"misses its aim: {line}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
