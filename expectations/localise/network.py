"""The network of facts and claims of a document: connected components, each a linear programme.

A fact is a variable, a claim two bounds on it, a relation an equation between variables. A percentage is a claim
about the quotient of two variables, which is linear in them: with base b > 0, a percentage printed as P +/- h says
(P - h) b <= 100 c <= (P + h) b. It needs no linearisation at the printed base, and holds when the base is wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from expectations.localise.solver import UNIT, Programme
from expectations.model.claims import COUNTED_UNITS, SCALE, Claim
from expectations.model.relation import Judgement, Relation

_FREE = 1e30
_PERCENT = 100 * SCALE


@dataclass(slots=True)
class Component:
    """Facts that relations connect, with their claims and relations; the order is the printed order."""

    variables: list[str] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    relations: list[tuple[Relation, Judgement]] = field(default_factory=list)
    absent: list[Claim] = field(default_factory=list)

    @property
    def is_settled(self) -> bool:
        """True when the printed values themselves satisfy everything: nothing needs solving."""
        if any(judgement.verdict == "violated" for _, judgement in self.relations):
            return False
        return all(
            judgement.verdict == "exact"
            or (judgement.verdict == "unassessable" and not relation.is_complete and len(relation.members) < 2)
            or (relation.kind == "percent" and holds_as_printed(relation))
            for relation, judgement in self.relations
        )


def holds_as_printed(relation: Relation) -> bool:
    """True when the printed percentage is the quotient of the printed figures, rounded as printed."""
    if not relation.is_complete:
        return False
    change, percent, base = (member.claim for member in relation.members)
    c, p, b = change.value or 0, percent.value or 0, base.value or 0
    return b == 0 or abs(100 * c * SCALE - p * b) <= percent.half_width * abs(b)


def variable_of(claim: Claim, apart: frozenset[str]) -> str:
    """The variable a claim is about; a fact that several boxes state has one variable per box."""
    if claim.source == "org_chart" and claim.fact_id in apart:
        return claim.claim_id
    return claim.variable


def components(judged: list[tuple[Relation, Judgement]], apart: frozenset[str]) -> list[Component]:
    """Connected components of the network of judged relations, in order of their first relation.

    Every relation connects the facts of its members; claims come from the relations, each once.
    """
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        parent.setdefault(name, name)
        top = name
        while parent[top] != top:
            top = parent[top]
        while parent[name] != top:
            parent[name], name = top, parent[name]
        return top

    for relation, _ in judged:
        first = root(variable_of(relation.members[0].claim, apart))
        for member in relation.members[1:]:
            parent[root(variable_of(member.claim, apart))] = first
    grouped: dict[str, Component] = defaultdict(Component)
    seen_claims: set[str] = set()
    seen_variables: set[str] = set()
    for relation, judgement in judged:
        component = grouped[root(variable_of(relation.members[0].claim, apart))]
        component.relations.append((relation, judgement))
        for member in relation.members:
            claim = member.claim
            variable = variable_of(claim, apart)
            if variable not in seen_variables:
                seen_variables.add(variable)
                component.variables.append(variable)
            if claim.claim_id not in seen_claims:
                seen_claims.add(claim.claim_id)
                (component.claims if claim.value is not None else component.absent).append(claim)
    return list(grouped.values())


@dataclass(slots=True)
class Network:
    """A component as a programme: variable numbers, and the printed value each deviation is counted from."""

    component: Component
    programme: Programme
    number: dict[str, int]
    reference: list[int]


def build_network(component: Component, apart: frozenset[str], longest: int | None = None) -> Network:
    """The linear programme of a component, in deviations from the first printed value of each fact.

    With ``longest``, equations between more facts than that are left out.
    """
    number = {name: index for index, name in enumerate(component.variables)}
    reference = [0] * len(number)
    has_reference = [False] * len(number)
    for claim in component.claims:
        index = number[variable_of(claim, apart)]
        if not has_reference[index]:
            has_reference[index] = True
            reference[index] = claim.value or 0
    programme = Programme(len(number))
    about: dict[str, list[int]] = defaultdict(list)
    falling = _falling_columns(component.claims) | _falling_rows(component.claims)
    for index, claim in enumerate(component.claims):
        variable = number[variable_of(claim, apart)]
        about[variable_of(claim, apart)].append(index)
        middle = (claim.value or 0) - reference[variable]
        low, high = middle - claim.half_width, middle + claim.half_width
        programme.intervals.append((index, variable, low / UNIT, high / UNIT))
        if _is_count(claim) and not {_column_of(claim), _row_of(claim)} & falling:
            programme.floors[variable] = -reference[variable] / UNIT
    quotients: set[tuple[int, int, int]] = set()
    for relation, _ in component.relations:
        if relation.kind != "percent":
            if longest is None or len(relation.members) <= longest:
                _add_equation(programme, relation, number, reference, apart)
            continue
        bases = [component.claims[index] for index in about[variable_of(relation.members[2].claim, apart)]]
        sign = _sign_of_base(relation, bases)
        # Every claim about the percentage bounds the quotient, wherever it is printed.
        for index in about[variable_of(relation.members[1].claim, apart)] if sign else ():
            percent = component.claims[index]
            _add_percentage(programme, relation, percent, index, sign, number, reference, apart, quotients)
    return Network(component, programme, number, reference)


def _column_of(claim: Claim) -> tuple[object, ...]:
    return claim.row.get("table_id"), claim.row.get("column_number")


def _row_of(claim: Claim) -> tuple[object, ...]:
    return claim.row.get("table_id"), "row", claim.row.get("row_number")


def _falling_rows(claims: Sequence[Claim]) -> set[tuple[object, ...]]:
    """Rows of which every figure, of two or more, is below nothing: they are changes, whatever their label."""
    signs: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for claim in claims:
        if claim.source == "cell" and claim.value:
            signs[_row_of(claim)].append(_sign(claim.value))
    return {row for row, own in signs.items() if len(own) > 1 and set(own) == {-1}}


def _falling_columns(claims: Sequence[Claim]) -> set[tuple[object, ...]]:
    """Columns without a measure of which most figures are below nothing: they are changes, whatever their head."""
    signs: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for claim in claims:
        if claim.source == "cell" and not claim.row.get("measure") and claim.value:
            signs[_column_of(claim)].append(_sign(claim.value))
    return {column for column, own in signs.items() if sum(own) < 0 and len(own) > 1}


def _is_count(claim: Claim) -> bool:
    """True for a number of posts or things, which is never below nothing; changes may be."""
    measure: str = claim.row.get("measure") or ""
    if measure.endswith("_change") or measure in ("technical_adjustment", "new_expanded_mandate", "variance"):
        return False
    return claim.source == "org_chart" or claim.row.get("unit") in COUNTED_UNITS


def _add_equation(
    programme: Programme, relation: Relation, number: dict[str, int], reference: list[int], apart: frozenset[str]
) -> None:
    terms: dict[int, int] = defaultdict(int)
    for member in relation.members:
        terms[number[variable_of(member.claim, apart)]] += member.coefficient
    known = [(index, coefficient) for index, coefficient in terms.items() if coefficient]
    if known:
        value = -sum(coefficient * reference[index] for index, coefficient in known)
        programme.equalities.append(([(index, float(c)) for index, c in known], value / UNIT))


def _add_percentage(
    programme: Programme,
    relation: Relation,
    percent: Claim,
    percent_number: int,
    sign: int,
    number: dict[str, int],
    reference: list[int],
    apart: frozenset[str],
    known: set[tuple[int, int, int]],
) -> None:
    change, base = relation.members[0].claim, relation.members[2].claim
    c, b = number[variable_of(change, apart)], number[variable_of(base, apart)]
    if percent.value is None or c == b or (percent_number, c, b) in known:
        return
    if base.value == 0 and percent.value == _PERCENT:
        return  # Some print 100 where there was nothing before: no quotient.
    known.add((percent_number, c, b))
    for side in (-1, 1):
        share = percent.value + side * percent.half_width
        constant = (_PERCENT * reference[c] - share * reference[b]) / (_PERCENT * UNIT)
        terms = [(b, share / _PERCENT), (c, -1.0)]
        # share x base - 100 x change: at most 0 at the low end of the percentage, at least 0 at the high end.
        is_upper = (side < 0) == (sign > 0)
        low, high = (-_FREE, constant) if is_upper else (constant, _FREE)
        programme.bounds.append((percent_number, terms, low, high))


def _sign_of_base(relation: Relation, bases: list[Claim]) -> int:
    """Which way the quotient's inequalities point; 0 where nothing tells.

    The signs of base, change and percentage must agree; where they do not, one of them is wrong, and since bases are
    rarely negative, the base counts as positive. So the quotient holds whichever of the three is set aside. A
    negative base that nothing else confirms may have its sign by mistake: nothing is said of its quotient.
    """
    change, percent = relation.members[0].claim, relation.members[1].claim
    printed = {_sign(claim.value or 0) for claim in bases} - {0}
    told = _sign(change.value or 0) * _sign(percent.value or 0)
    if 1 in printed or told > 0:
        return 1
    return told


def _sign(value: int) -> int:
    return (value > 0) - (value < 0)
