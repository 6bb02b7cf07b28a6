"""Injected faults: how many the auditor detects, how often it names the right figure. ``make bench`` runs it.

A document is made clean by putting right what the judge finds wrong in it. Then one figure at a time is changed,
the document judged again, and the findings held against what is known: the figure that was changed. A change that
all other figures allow, rounding considered, can be detected by no method; benches/slack.py says which those are.
Beside it stands what a careful user does today: row and column sums with a fixed tolerance.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import inf
from pathlib import Path

from benches.faults import KINDS, Mutation, applied, seeded_mutations
from benches.slack import OPEN, Range, Slack
from expectations.judging.judge import Judged, figure_findings, judged_relations
from expectations.localise.locate import Memo
from expectations.localise.network import components
from expectations.model.claims import SCALE, Claim, DocumentClaims, Row, Rows
from expectations.model.index import index_document
from expectations.relations.facts import shared_boxes

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("FASCICLE_SHARED", ROOT.parent / "shared"))
REPORT = ROOT / "docs" / "auditor.md"
BEGIN, END = "<!-- begin of what make bench writes -->", "<!-- end of what make bench writes -->"
FOLDERS = ("corpus/A_80_6", "more/A_80_6")
WORD_DOCUMENTS = (
    "A_80_6_Sect.10.en.docx",
    "A_80_6_Sect.13.en.docx",
    "A_80_6_Sect.11.en.docx",
    "A_80_6_Sect.15.en.docx",
    "A_80_6_Sect.30.en.docx",
    "A_80_6_Sect.31.en.docx",
)
SAMPLE = 1200
_CLEANING_ROUNDS = 6

NAIVE_TOLERANCES = (0.1, 1.0)
NAIVE_CHECKS = frozenset(
    {
        "base_plus_changes_equals_estimate_within_rounding",
        "parts_of_change_add_up_within_rounding",
        "total_equals_members_within_rounding",
        "deliverable_items_add_up_to_subcategory",
    }
)


@dataclass(slots=True)
class Clean:
    """A document without findings about figures, but for those in ``baseline``, which could not be put right.

    ``repaired`` claims were changed to make it so. ``slacks`` by claim, of the claims that stand in a relation.
    """

    document: DocumentClaims
    baseline: set[str] = field(default_factory=set)
    repaired: list[str] = field(default_factory=list)
    slacks: dict[str, Slack] = field(default_factory=dict)
    _memo: Memo = field(default_factory=dict)
    _ranges: dict[str, tuple[Range, Range]] = field(default_factory=dict)

    def findings(self, judged: Judged | None = None) -> list[Row]:
        """New findings about figures of the document as it now stands."""
        found = figure_findings(self.document, judged or judged_relations(self.document), self._memo)
        return [row for row in found if row["finding_id"] not in self.baseline]

    def ranges_of(self, claim: Claim) -> tuple[Range, Range]:
        """What all others allow a figure to be, and what they allow with any one of them struck out."""
        slack = self.slacks.get(claim.claim_id)
        if slack is None:
            return OPEN, OPEN
        known = self._ranges.get(claim.claim_id)
        if known is None:
            alone = slack.range_of(claim)
            known = self._ranges[claim.claim_id] = (alone, slack.range_without_any_one(claim, alone))
        return known


def clean(document_id: str, rows: Rows) -> Clean:
    """Put right what is found wrong, until nothing more can be."""
    made = Clean(index_document(document_id, rows))
    by_id = {claim.claim_id: claim for claim in made.document.claims}
    for _ in range(_CLEANING_ROUNDS):
        changed = False
        for row in made.findings():
            claim = by_id.get(row["claim_id"] or "")
            if claim is None or row["implied_value"] is None:
                continue
            value = int(Decimal(row["implied_value"]) * SCALE) // claim.factor
            if value != claim.value:
                claim.value, claim.is_nil, changed = value, claim.is_nil and value == 0, True
                made.repaired.append(claim.claim_id)
        if not changed:
            break
    made.baseline = {row["finding_id"] for row in made.findings()}
    apart = frozenset(shared_boxes(made.document))
    for component in components(judged_relations(made.document), apart):
        slack = Slack(component, apart)
        made.slacks.update(dict.fromkeys(slack.number, slack))
    return made


def naive_alarms(judged: Judged) -> dict[float, set[str]]:
    """Row and column sums that miss by more than a fixed tolerance: what a careful user does today."""
    alarms: dict[float, set[str]] = {tolerance: set() for tolerance in NAIVE_TOLERANCES}
    for relation, judgement in judged:
        if relation.check_name not in NAIVE_CHECKS or judgement.residual is None:
            continue
        for tolerance in NAIVE_TOLERANCES:
            if abs(judgement.residual) > Decimal(str(tolerance)):
                alarms[tolerance].add(f"{relation.check_name}@{relation.anchor}")
    return alarms


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one mutation.

    ``is_detectable``: the other figures exclude it. ``is_identified``: they do so whichever one of them is struck
    out, that is, two independent witnesses exclude it; ``has_witnesses``: two independent witnesses tell the figure,
    be it too coarsely to exclude this one. ``is_first``: exactly the changed figure is named; ``is_contained``: it is
    named or among the alternatives; ``is_misled``: another one is named as the only explanation. ``naive``: alarms
    that the clean document does not raise, by tolerance.
    """

    mutation: Mutation
    is_detectable: bool
    is_identified: bool
    has_witnesses: bool
    is_detected: bool
    is_first: bool
    is_contained: bool
    is_misled: bool
    naive: dict[float, bool]


def outcome_of(cleaned: Clean, claim: Claim, mutation: Mutation, clean_alarms: dict[float, set[str]]) -> Outcome:
    """Inject one fault, judge again, and hold the findings against the truth."""
    alone, paired = cleaned.ranges_of(claim)
    with applied(claim, mutation):
        judged = judged_relations(cleaned.document)
        found = cleaned.findings(judged)
        alarms = naive_alarms(judged)
    named = {row["claim_id"] for row in found}
    others = {name for row in found for name in alternatives_of(row)}
    return Outcome(
        mutation,
        is_detectable=alone.excludes(mutation.value, mutation.half_width),
        is_identified=paired.excludes(mutation.value, mutation.half_width),
        has_witnesses=-inf < paired.low and paired.high < inf,
        is_detected=bool(found),
        is_first=named == {claim.claim_id},
        is_contained=claim.claim_id in named | others,
        is_misled=bool(found) and claim.claim_id not in named and all(row["is_unique"] for row in found),
        naive={tolerance: bool(raised - clean_alarms[tolerance]) for tolerance, raised in alarms.items()},
    )


def alternatives_of(finding: Row) -> list[str]:
    """Claims that a finding says would explain it as well."""
    joined: str = finding.get("alternatives") or ""
    return [name for option in joined.split("; ") for name in option.split(" + ") if name]


@dataclass(slots=True)
class Score:
    """All outcomes of one document, with what its clean state raised."""

    name: str
    claims: int
    untouched: Counter[str]
    repaired: int
    baseline: int
    clean_alarms: dict[float, set[str]]
    outcomes: list[Outcome]
    seconds: float = 0.0

    def share(self, of: Callable[[Outcome], bool], that: Callable[[Outcome], bool]) -> tuple[int, int]:
        """How many of some outcomes are so, and how many there are."""
        chosen = [outcome for outcome in self.outcomes if of(outcome)]
        return sum(map(that, chosen)), len(chosen)


def measure(
    name: str, document_id: str, rows: Rows, sample: int | None, tell: Callable[[str], None] = lambda _: None
) -> Score:
    """Inject every mutation of a document, or a seeded sample of so many."""
    started = time.perf_counter()
    cleaned = clean(document_id, rows)
    clean_alarms = naive_alarms(judged_relations(cleaned.document))
    mutations = seeded_mutations(cleaned.document)
    if sample is not None and sample < len(mutations):
        mutations = random.Random(2).sample(mutations, sample)
    outcomes: list[Outcome] = []
    for done, (claim, mutation) in enumerate(mutations, 1):
        outcomes.append(outcome_of(cleaned, claim, mutation, clean_alarms))
        if done % 500 == 0 or done == len(mutations):
            tell(f"{name}: {done} of {len(mutations)} mutations")
    stated = [claim for claim in cleaned.document.claims if claim.value is not None]
    return Score(
        name,
        len(stated),
        Counter(_place(claim) for claim in stated if claim.claim_id not in cleaned.slacks),
        len(set(cleaned.repaired)),
        len(cleaned.baseline),
        clean_alarms,
        outcomes,
        time.perf_counter() - started,
    )


def _place(claim: Claim) -> str:
    number = claim.row.get("table_number")
    return f"table {number}" if number else claim.source.replace("_", " ")


def detectable(outcome: Outcome) -> bool:
    """The other figures exclude the mutated one."""
    return outcome.is_detectable


def identified(outcome: Outcome) -> bool:
    """Two independent witnesses exclude it."""
    return outcome.is_detectable and outcome.is_identified


def witnessed(outcome: Outcome) -> bool:
    """Two independent witnesses tell the figure, be it coarsely."""
    return outcome.is_detectable and outcome.has_witnesses


def unidentified(outcome: Outcome) -> bool:
    """Detectable, and nothing more."""
    return outcome.is_detectable and not outcome.is_identified


def _percent(share: tuple[int, int]) -> str:
    return f"{100 * share[0] / share[1]:.1f} % of {share[1]}" if share[1] else "none"


_LINES: tuple[tuple[str, Callable[[Score], str]], ...] = (
    ("printed figures (claims)", lambda s: str(s.claims)),
    ("of these in no relation", lambda s: str(s.untouched.total())),
    ("put right to make it clean", lambda s: str(s.repaired)),
    ("findings left on the clean document", lambda s: str(s.baseline)),
    ("mutations", lambda s: str(len(s.outcomes))),
    ("within the joint rounding slack", lambda s: str(len(s.outcomes) - s.share(detectable, detectable)[1])),
    ("detected, of those beyond it", lambda s: _percent(s.share(detectable, lambda o: o.is_detected))),
    ("named first, of those two witnesses exclude", lambda s: _percent(s.share(identified, lambda o: o.is_first))),
    ("named first, of those two witnesses touch", lambda s: _percent(s.share(witnessed, lambda o: o.is_first))),
    ("named or an alternative, of the rest", lambda s: _percent(s.share(unidentified, lambda o: o.is_contained))),
    ("another figure named as the only one", lambda s: str(s.share(lambda _: True, lambda o: o.is_misled)[0])),
    ("sums with tolerance 0.1: detected", lambda s: _percent(s.share(detectable, lambda o: o.naive[0.1]))),
    ("sums with tolerance 0.1: alarms on the clean document", lambda s: str(len(s.clean_alarms[0.1]))),
    ("sums with tolerance 1: detected", lambda s: _percent(s.share(detectable, lambda o: o.naive[1.0]))),
    ("sums with tolerance 1: alarms on the clean document", lambda s: str(len(s.clean_alarms[1.0]))),
)


def rendered(scores: Sequence[Score]) -> str:
    """The scores as Markdown: one column per document, then detection by kind of slip over all, then what is untouched."""
    lines = [f"| | {' | '.join(score.name for score in scores)} |", f"| --- |{' ---: |' * len(scores)}"]
    lines += [f"| {words} | {' | '.join(told(score) for score in scores)} |" for words, told in _LINES]
    lines += ["", "By kind of slip, over all documents:", ""]
    lines += ["| slip | beyond the slack | detected | sums, 0.1 | sums, 1 |", "| --- | ---: | ---: | ---: | ---: |"]
    for kind in KINDS:
        chosen = [o for s in scores for o in s.outcomes if o.mutation.kind == kind and o.is_detectable]
        if chosen:
            shares = (_share(chosen, lambda o: o.is_detected), *(_share(chosen, _raises(t)) for t in NAIVE_TOLERANCES))
            lines.append(f"| {kind.replace('_', ' ')} | {len(chosen)} | {' | '.join(shares)} |")
    lines += ["", "Figures that no relation touches:", ""]
    lines += [f"- {s.name}: {_counted(s.untouched) or 'none'}" for s in scores]
    return "\n".join(lines) + "\n"


def _raises(tolerance: float) -> Callable[[Outcome], bool]:
    return lambda outcome: outcome.naive[tolerance]


def _share(outcomes: Sequence[Outcome], that: Callable[[Outcome], bool]) -> str:
    return f"{100 * sum(map(that, outcomes)) / len(outcomes):.1f} %"


def _counted(places: Counter[str]) -> str:
    return ", ".join(f"{count} in {place}" for place, count in places.most_common())


def missed_aims(score: Score) -> list[str]:
    """Which aims a document misses, in words."""
    aims = (
        ("detected", 0.995, score.share(detectable, lambda o: o.is_detected)),
        ("named first where identified", 0.95, score.share(identified, lambda o: o.is_first)),
        ("contained elsewhere", 1.0, score.share(unidentified, lambda o: o.is_contained)),
    )
    missed = [f"{score.name}: {words} {_percent(share)}" for words, aim, share in aims if share[0] < aim * share[1]]
    return missed


def documents(names: Iterable[str]) -> list[tuple[str, Path, int | None]]:
    """Name, file and sample of each document measured: the seed whole (else the bundled edition), Word files sampled."""
    seeds = sorted((SHARED / "seeds").glob("*.txt"))
    first = seeds[0] if seeds else ROOT / "pipelines" / "bundled" / "A_77_6_Sect.10.zh.txt"
    found: list[tuple[str, Path, int | None]] = [("A/77/6 (Sect. 10), zh", first, None)]
    for name in names:
        path = next((p for folder in FOLDERS if (p := SHARED / folder / name).exists()), None)
        if path is not None:
            found.append((name.removesuffix(".en.docx").replace("_6_", "/6 ").replace("_", "/", 1), path, SAMPLE))
    return found


def main() -> int:
    """Measure, print, write; returns 1 when an aim is missed."""
    from pipelines.run.document import read_and_judge
    from pipelines.vocabulary import LANGUAGES_KNOWN

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, help="mutations per document, chosen by a fixed seed")
    parser.add_argument("--print", action="store_true", dest="only_print", help="leave docs/auditor.md as it is")
    arguments = parser.parse_args()
    scores: list[Score] = []
    for name, path, sample in documents(WORD_DOCUMENTS if "en" in LANGUAGES_KNOWN else ()):
        rows = read_and_judge(path.read_bytes(), "docx" if path.suffix == ".docx" else "txt", {}, "0" * 64)
        limit = arguments.sample or sample
        document_id = rows["mart_document"][0]["document_id"]
        scores.append(measure(name, document_id, rows, limit, lambda words: print(words, file=sys.stderr)))
        print(f"{name}: {scores[-1].seconds:.0f} s", file=sys.stderr)
    text = rendered(scores)
    print(text)
    if not arguments.only_print:
        before, _, rest = REPORT.read_text("utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        REPORT.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}", "utf-8")
    missed = [line for score in scores for line in missed_aims(score)]
    for line in missed:
        print(f"misses its aim: {line}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
