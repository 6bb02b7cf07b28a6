"""Slips of typists and templates: one printed figure put in the place of another.

The mutations are made on the claims of a document, where they mean the same as in its rows (a test holds that).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from expectations.model.claims import SCALE, Claim, DocumentClaims, PrintedTable, unscaled

KINDS = (
    "digit_changed",
    "digits_swapped",
    "digit_dropped",
    "sign_lost",
    "nil_for_value",
    "value_for_nil",
    "row_shifted",
    "column_shifted",
    "decimal_moved",
)


@dataclass(frozen=True, slots=True)
class Mutation:
    """A printed figure put in the place of another. ``value`` and ``half_width`` in millionths of the fact's unit."""

    claim_id: str
    kind: str
    value: int
    half_width: int
    is_nil: bool = False


def mutations_of(claim: Claim, document: DocumentClaims, rng: random.Random) -> Iterator[Mutation]:
    """Every kind of slip that one figure can suffer, one example of each; those that change nothing are left out."""
    if claim.value is None:
        return
    step = 2 * claim.half_width or SCALE
    digits = abs(claim.value) // step
    sign = -1 if claim.value < 0 else 1

    def made(kind: str, magnitude: int, half_width: int = claim.half_width, is_nil: bool = False) -> Iterator[Mutation]:
        value = sign * magnitude
        if (value, is_nil) != (claim.value, claim.is_nil):
            yield Mutation(claim.claim_id, kind, value, half_width, is_nil)

    if claim.is_nil or claim.value == 0:
        yield from made("value_for_nil", step * rng.randint(1, 10 ** rng.randint(1, 3)))
    else:
        text = str(digits)
        place = rng.randrange(len(text))
        other = rng.choice([d for d in "0123456789" if d != text[place] and not (d == "0" and place == 0)])
        yield from made("digit_changed", step * int(text[:place] + other + text[place + 1 :]))
        places = [i for i in range(len(text) - 1) if text[i] != text[i + 1]]
        if places:
            i = rng.choice(places)
            yield from made("digits_swapped", step * int(text[:i] + text[i + 1] + text[i] + text[i + 2 :]))
        if len(text) > 1:
            yield from made("digit_dropped", step * int(text[:place] + text[place + 1 :]))
        yield Mutation(claim.claim_id, "sign_lost", -claim.value, claim.half_width)
        yield from made("nil_for_value", 0, claim.half_width, True)
        if rng.random() < 0.5 and claim.half_width:
            yield from made("decimal_moved", abs(claim.value) // 10, max(claim.half_width // 10, 1))
        else:
            yield from made("decimal_moved", abs(claim.value) * 10)
    table = next((t for t in document.tables if t.table_id == claim.row.get("table_id")), None)
    if table is not None and claim.source == "cell":
        for kind, neighbours in (
            ("row_shifted", _rows_beside(table, claim)),
            ("column_shifted", _beside(table, claim)),
        ):
            different = [n for n in neighbours if n.value not in (None, claim.value)]
            if different:
                taken = rng.choice(different)
                yield Mutation(claim.claim_id, kind, taken.value or 0, taken.half_width, taken.is_nil)


def _rows_beside(table: PrintedTable, claim: Claim) -> list[Claim]:
    number, column = claim.row["row_number"], claim.row["column_number"]
    numbers = [n for n, row in table.rows.items() if column in row.cells]
    at = numbers.index(number)
    return [table.rows[n].cells[column] for n in numbers[max(at - 1, 0) : at + 2] if n != number]


def _beside(table: PrintedTable, claim: Claim) -> list[Claim]:
    cells = table.rows[claim.row["row_number"]].cells
    column = claim.row["column_number"]
    return [cells[n] for n in (column - 1, column + 1) if n in cells and cells[n].row["unit"] == claim.row["unit"]]


@contextmanager
def applied(claim: Claim, mutation: Mutation) -> Iterator[None]:
    """The figure printed so while the block runs."""
    kept = (claim.value, claim.half_width, claim.is_nil, claim.printed_text)
    claim.value, claim.half_width, claim.is_nil = mutation.value, mutation.half_width, mutation.is_nil
    claim.printed_text = "—" if mutation.is_nil else f"{unscaled(mutation.value * claim.factor):,f}".replace(",", " ")
    try:
        yield
    finally:
        claim.value, claim.half_width, claim.is_nil, claim.printed_text = kept


def seeded_mutations(document: DocumentClaims, seed: int = 1) -> list[tuple[Claim, Mutation]]:
    """All mutations of all figures of a document, the same in every run."""
    rng = random.Random(seed)
    return [(claim, mutation) for claim in document.claims for mutation in mutations_of(claim, document, rng)]
