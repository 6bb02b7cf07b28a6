"""How much a figure could change without anyone being able to tell: the joint rounding slack.

Written apart from the judge, on another formulation: true values themselves, not deviations, as a linear programme
for SciPy. The slack of a claim is the interval of true values that all other claims allow; a printed value whose own
interval meets it fits, and no method can detect it. Percentages are quotients: their slack is found by a linear-
fractional programme (Charnes and Cooper 1962).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy
from scipy.optimize import linprog
from scipy.sparse import csr_array

from expectations.localise.network import Component, variable_of
from expectations.model.claims import SCALE, Claim

UNIT = SCALE / 20
"""Programmes count in twentieths of a unit, half of the first decimal, so that coefficients stay small."""
_EPSILON = 1e-6
Span = tuple[float, float]


@dataclass(frozen=True)
class Range:
    """Lowest and highest true value, in the fact's unit, and the claims that hold each end."""

    low: float
    high: float
    low_held_by: tuple[int, ...] = ()
    high_held_by: tuple[int, ...] = ()

    def excludes(self, value: int, half_width: int) -> bool:
        """True when no value printed so, in millionths, fits; a hair's breadth outside counts as inside."""
        low, high = (value - half_width) / SCALE, (value + half_width) / SCALE
        return low > self.high + _EPSILON or high < self.low - _EPSILON


OPEN = Range(-inf, inf)


class Slack:
    """The programme of one component of a document's network, asked claim by claim."""

    def __init__(self, component: Component, apart: frozenset[str]) -> None:
        self.claims = component.claims
        self.number = {claim.claim_id: i for i, claim in enumerate(self.claims)}
        self._apart = apart
        self._variables = {name: i for i, name in enumerate(component.variables)}
        self._of_variable: dict[int, list[int]] = defaultdict(list)
        for i, claim in enumerate(self.claims):
            self._of_variable[self._variable(claim)].append(i)
        self._equations = self._linear(component)
        self._quotients = self._percentages(component)

    def _variable(self, claim: Claim) -> int:
        return self._variables[variable_of(claim, self._apart)]

    def _linear(self, component: Component) -> list[dict[int, float]]:
        rows: list[dict[int, float]] = []
        for relation, _ in component.relations:
            if relation.kind == "percent":
                continue
            row: dict[int, float] = defaultdict(float)
            for member in relation.members:
                row[self._variable(member.claim)] += member.coefficient
            row = {variable: factor for variable, factor in row.items() if factor}
            if row:
                rows.append(row)
        return rows

    def _percentages(self, component: Component) -> list[tuple[int, int, int, int]]:
        """Variables of percentage, change and base, and the sign of the base, where there is a quotient."""
        found: dict[tuple[int, int, int, int], None] = {}
        for relation, _ in component.relations:
            if relation.kind != "percent":
                continue
            change, percent, base = (member.claim for member in relation.members)
            if percent.value is None or not base.value:
                continue
            c, b = self._variable(change), self._variable(base)
            if c != b:
                found[self._variable(percent), c, b, 1 if base.value > 0 else -1] = None
        return list(found)

    def range_of(self, claim: Claim, struck: frozenset[int] = frozenset()) -> Range:
        """The true values of a claim's figure that all claims but itself and the struck ones allow."""
        aside = struck | {self.number[claim.claim_id]}
        variable = self._variable(claim)
        direct = self._extent(variable, aside)
        for percent, c, b, sign in self._quotients:
            if percent == variable:
                quotient = self._quotient_extent(c, b, sign, aside)
                if quotient.low > direct.low:
                    direct = Range(quotient.low, direct.high, quotient.low_held_by, direct.high_held_by)
                if quotient.high < direct.high:
                    direct = Range(direct.low, quotient.high, direct.low_held_by, quotient.high_held_by)
        return direct

    def range_without_any_one(self, claim: Claim, known: Range) -> Range:
        """The hull of the ranges left when any one further claim is struck out: what two witnesses agree on."""
        low, high = known.low, known.high
        for other in known.low_held_by:
            low = min(low, self.range_of(claim, frozenset({other})).low)
        for other in known.high_held_by:
            high = max(high, self.range_of(claim, frozenset({other})).high)
        return Range(low, high)

    def is_feasible(self) -> bool:
        """True when all claims as they stand can hold at once."""
        programme = self._programme(frozenset(), homogeneous=False)
        return bool(_solve(numpy.zeros(len(self._variables)), programme).status == 0)

    def _extent(self, variable: int, aside: frozenset[int]) -> Range:
        programme = self._programme(aside, homogeneous=False)
        cost = numpy.zeros(len(self._variables))
        cost[variable] = 1.0
        return self._ends(cost, programme, UNIT / SCALE)

    def _quotient_extent(self, c: int, b: int, sign: int, aside: frozenset[int]) -> Range:
        """100 x change / base over the programme scaled so that the base is 1 or -1."""
        programme = self._programme(aside, homogeneous=True)
        size = len(self._variables) + 1
        row = numpy.zeros(size)
        row[b] = 1.0
        programme.equalities.append(({b: 1.0}, float(sign)))
        cost = numpy.zeros(size)
        cost[c] = 100.0 * sign
        return self._ends(cost, programme, 1.0)

    def _ends(self, cost: Any, programme: _Programme, unit: float) -> Range:
        ends: list[tuple[float, tuple[int, ...]]] = []
        for direction in (1.0, -1.0):
            answer = _solve(direction * cost, programme)
            if answer.status != 0:
                ends.append((-direction * inf, ()))
                continue
            holding = {
                programme.held_by[row]
                for row, price in enumerate(answer.ineqlin.marginals)
                if abs(price) > 1e-9 and programme.held_by[row] >= 0
            }
            ends.append((direction * answer.fun * unit, tuple(sorted(holding))))
        return Range(ends[0][0], ends[1][0], ends[0][1], ends[1][1])

    def _programme(self, aside: frozenset[int], homogeneous: bool) -> _Programme:
        """All rows; homogeneous ones have the scale as their last variable."""
        scale = len(self._variables)
        programme = _Programme(scale + homogeneous)
        programme.equalities = [(row, 0.0) for row in self._equations]
        for variable, numbers in self._of_variable.items():
            for i in numbers:
                if i in aside:
                    continue
                claim = self.claims[i]
                low = ((claim.value or 0) - claim.half_width) / UNIT
                high = ((claim.value or 0) + claim.half_width) / UNIT
                if homogeneous:
                    programme.upper(i, {variable: 1.0, scale: -high}, 0.0)
                    programme.upper(i, {variable: -1.0, scale: low}, 0.0)
                else:
                    programme.upper(i, {variable: 1.0}, high)
                    programme.upper(i, {variable: -1.0}, -low)
        for percent, c, b, sign in self._quotients:
            for i in self._of_variable[percent]:
                if i in aside:
                    continue
                claim = self.claims[i]
                low = ((claim.value or 0) - claim.half_width) / (100 * SCALE)
                high = ((claim.value or 0) + claim.half_width) / (100 * SCALE)
                programme.upper(i, {c: float(sign), b: -high * sign}, 0.0)
                programme.upper(i, {c: -float(sign), b: low * sign}, 0.0)
        if homogeneous:
            programme.upper(-1, {scale: -1.0}, 0.0)
        return programme


class _Programme:
    def __init__(self, size: int) -> None:
        self.size = size
        self.equalities: list[tuple[dict[int, float], float]] = []
        self.inequalities: list[tuple[dict[int, float], float]] = []
        self.held_by: list[int] = []

    def upper(self, claim: int, row: dict[int, float], bound: float) -> None:
        self.inequalities.append((row, bound))
        self.held_by.append(claim)


def _solve(cost: Any, programme: _Programme) -> Any:
    above, below = _matrix(programme.inequalities, programme.size), _matrix(programme.equalities, programme.size)
    return linprog(
        cost,
        A_ub=above,
        b_ub=[bound for _, bound in programme.inequalities] if above is not None else None,
        A_eq=below,
        b_eq=[bound for _, bound in programme.equalities] if below is not None else None,
        bounds=(None, None),
        method="highs",
    )


def _matrix(rows: list[tuple[dict[int, float], float]], size: int) -> Any:
    if not rows:
        return None
    lengths = [len(row) for row, _ in rows]
    values = [value for row, _ in rows for value in row.values()]
    columns = [column for row, _ in rows for column in row]
    starts = numpy.concatenate([[0], numpy.cumsum(lengths)])
    return csr_array((values, columns, starts), shape=(len(rows), size))
