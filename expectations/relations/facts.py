"""Relations among facts, wherever they are printed: restatements in tables and prose, scopes, sources of funding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from expectations.model.claims import Claim, DocumentClaims, Source
from expectations.model.relation import Member, Relation, RelationCheck
from expectations.relations.totals import members_of_totals
from warehouse.fact import Fact, parse_fact

# Whose word counts first when several claims are equally precise.
_SOURCE_ORDER: dict[Source, int] = {
    "cell": 0,
    "detail": 1,
    "chart": 2,
    "org_chart": 3,
    "prose": 4,
    "reference": 5,
    "absent": 6,
}
_TOTAL_KINDS = ("", "total")

Scope = tuple[str, str, str, str]
Divisions = dict[tuple[Scope, str, bool], tuple[Scope, ...]]
"""The scopes that make up a scope, by it, its source of funding and whether posts are counted."""


def most_precise(claims: Iterable[Claim]) -> Claim:
    """The claim printed most finely; tables before other places, then the first printed."""
    return min(claims, key=lambda claim: (claim.half_width, _SOURCE_ORDER[claim.source]))


def shared_boxes(document: DocumentClaims) -> set[str]:
    """Facts that several boxes of the organization chart share: each box states a part, not the whole."""
    seen: set[str] = set()
    shared: set[str] = set()
    for claim in document.of_source("org_chart"):
        if claim.fact_id is None:
            continue
        (shared if claim.fact_id in seen else seen).add(claim.fact_id)
    return shared


def same_fact(document: DocumentClaims) -> Iterator[Relation]:
    """claim - most precise claim = 0 for each further claim of a fact; prose has a check of its own."""
    parts = shared_boxes(document)
    for fact_id, claims in document.by_fact.items():
        if len(claims) < 2:
            continue
        stating = [
            claim
            for claim in claims
            if claim.source != "prose" and not (claim.source == "org_chart" and fact_id in parts)
        ]
        if len(stating) < 2:
            continue
        first = most_precise(stating)
        for claim in stating:
            if claim is not first:
                yield Relation(
                    SAME_FACT.name,
                    document.document_id,
                    claim.row.get("table_number"),
                    claim.claim_id,
                    (Member(claim, 1, "restated"), Member(first, -1, "total")),
                )


def scope_parts(document: DocumentClaims) -> Divisions:
    """How scopes divide: (scope, funding, is posts) -> the scopes that make it up, as summary tables show.

    A table whose total and members are all totals of different entities, components or subprogrammes says how
    the total's scope divides.
    """
    parts: Divisions = {}
    for table in document.tables:
        for total_row, member_rows in members_of_totals(table):
            rows = (total_row, *member_rows)
            facts = [_row_fact(row.cells.values()) for row in rows]
            if any(fact is None or fact.item_kind not in _TOTAL_KINDS for fact in facts):
                continue
            known = [fact for fact in facts if fact is not None]
            whole, members = known[0], [fact.scope for fact in known[1:]]
            if any(fact.is_apart for fact in known):
                continue
            if len({fact.funding for fact in known}) > 1 or len(set(members)) < len(members):
                continue
            if whole.scope in members:
                continue
            parts.setdefault((whole.scope, whole.funding, whole.unit == "posts"), tuple(members))
    return parts


def _row_fact(claims: Iterable[Claim]) -> Fact | None:
    for claim in claims:
        if claim.fact_id:
            fact = parse_fact(claim.fact_id)
            if fact is not None and fact.measure != "percent_change":
                return fact
    return None


def components_add_up(document: DocumentClaims) -> Iterator[Relation]:
    """parts - whole = 0 for each object, category or grade that both the whole and its parts print.

    A part that prints no such row is replaced by its own parts where it has some; a part whose totals are all
    nil counts as nothing; else the relation is unassessable. A part that only the table of money or only that of posts
    lists counts where it prints such a row.
    """
    divisions = scope_parts(document)
    if not divisions:
        return
    wholes = {key[0] for key in divisions}
    nil_scopes = _nil_scopes(document)
    facts = {fact_id: parse_fact(fact_id) for fact_id in document.by_fact}
    printed_scopes: dict[tuple[str, str], set[Scope]] = defaultdict(set)
    for fact in facts.values():
        if fact is not None:
            printed_scopes[fact.item_kind, fact.item_code].add(fact.scope)
    parts: dict[
        tuple[Scope, str, bool, str, str], tuple[list[Scope], list[Scope]]
    ] = {}  # alike in each measure and year
    for fact_id, fact in facts.items():
        if fact is None or fact.item_kind in _TOTAL_KINDS or fact.scope not in wholes:
            continue
        if fact.measure == "percent_change" or not any(c.source == "cell" for c in document.by_fact[fact_id]):
            continue
        item = fact.item_kind, fact.item_code
        key = (fact.scope, fact.funding, fact.unit == "posts", *item)
        if key not in parts:
            parts[key] = _parts(fact, divisions, printed_scopes[item])
        leaves, others = parts[key]
        members: list[Member] = []
        is_any_printed = False
        for scope in (*leaves, *(scope for scope in others if _in_scope(fact, scope) in document.by_fact)):
            part = _in_scope(fact, scope)
            claims = document.by_fact.get(part)
            if claims:
                is_any_printed = True
                members.append(Member(most_precise(claims), 1, "member"))
            elif (scope, fact.funding) not in nil_scopes:
                members.append(Member(_unprinted(document.document_id, part), 1, "member"))
        if not is_any_printed:
            continue
        whole = most_precise(document.by_fact[fact_id])
        yield Relation(
            COMPONENTS_ADD_UP.name,
            document.document_id,
            whole.row.get("table_number"),
            whole.claim_id,
            (*members, Member(whole, -1, "total")),
        )


def _in_scope(fact: Fact, scope: Scope) -> str:
    entity, component, subprogramme, basis = scope
    return fact._replace(entity=entity, component=component, subprogramme=subprogramme, basis=basis).identifier


def _parts(fact: Fact, divisions: Divisions, printed: set[Scope]) -> tuple[list[Scope], list[Scope]]:
    """The parts of a fact's scope, and those that the table of money lists and that of posts does not, or the other way
    round."""
    is_posts = fact.unit == "posts"
    leaves = _printed_parts(fact, divisions, printed, fact.scope, is_posts)
    others = dict.fromkeys(_printed_parts(fact, divisions, printed, fact.scope, not is_posts))
    return leaves, [
        scope for scope in others if not any(_is_within(scope, own) or _is_within(own, scope) for own in leaves)
    ]


def _is_within(part: Scope, whole: Scope) -> bool:
    """True where each code of a scope is that of another or below it, and their basis is one."""
    codes = zip(part[:3], whole[:3], strict=True)
    return part[3] == whole[3] and all(not own or code == own or code.startswith(f"{own}.") for code, own in codes)


def _printed_parts(
    fact: Fact,
    divisions: Divisions,
    printed: set[Scope],
    scope: Scope,
    is_posts: bool,
    above: frozenset[Scope] = frozenset(),
) -> list[Scope]:
    leaves: list[Scope] = []
    above |= {scope}
    for part in divisions.get((scope, fact.funding, is_posts), ()):
        is_divided = (part, fact.funding, is_posts) in divisions
        if part in printed or not is_divided or part in above:
            leaves.append(part)
        else:
            leaves += _printed_parts(fact, divisions, printed, part, is_posts, above)
    return leaves


def _nil_scopes(document: DocumentClaims) -> set[tuple[Scope, str]]:
    """Scopes and sources of funding all of whose totals are nil."""
    nil: set[tuple[Scope, str]] = set()
    other: set[tuple[Scope, str]] = set()
    for fact_id, claims in document.by_fact.items():
        fact = parse_fact(fact_id)
        if fact is not None and fact.item_kind in _TOTAL_KINDS and fact.unit != "posts":
            (other if any(claim.value for claim in claims) else nil).add((fact.scope, fact.funding))
    return nil - other


def _unprinted(document_id: str, fact_id: str) -> Claim:
    return Claim(f"{fact_id}/absent", document_id, "absent", None, 0, fact_id, {})


def funding_adds_up(document: DocumentClaims) -> Iterator[Relation]:
    """regular budget + other assessed + extrabudgetary - all sources = 0, wherever each is printed.

    The base year's amount is an appropriation in one table and an estimate in another: the year and its side of
    the change tell which amounts belong together. Unassessable where a source is printed that is not known.
    """
    facts = [(fact_id, fact) for fact_id in document.by_fact if (fact := parse_fact(fact_id)) is not None]
    has_unknown = _has_unknown_source(document)
    sources: dict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
    funded: dict[Scope, set[str]] = defaultdict(set)
    for fact_id, fact in facts:
        if fact.measure == "percent_change":
            continue
        if fact.item_kind in _TOTAL_KINDS and fact.funding and fact.funding != "ALL":
            funded[fact.scope].add(fact.funding)
        sources[_funding_key(fact)].setdefault(fact.funding, fact_id)
    for key, by_source in sources.items():
        whole_id = by_source.get("ALL")
        if whole_id is None or len(by_source) < 2:
            continue
        whole_fact = parse_fact(whole_id)
        if whole_fact is None:
            continue
        needed = sorted(funded[whole_fact.scope] | (by_source.keys() - {"ALL", ""}))
        members: list[Member] = []
        for source in needed:
            if source in by_source:
                members.append(Member(most_precise(document.by_fact[by_source[source]]), 1, "member"))
            else:
                missing = "|".join((*key, source))
                members.append(Member(_unprinted(document.document_id, missing), 1, "member"))
        if has_unknown:
            members.append(Member(_unprinted(document.document_id, "|".join((*key, "unknown"))), 1, "member"))
        whole = most_precise(document.by_fact[whole_id])
        yield Relation(
            FUNDING_ADDS_UP.name,
            document.document_id,
            whole.row.get("table_number"),
            whole.claim_id,
            (*members, Member(whole, -1, "total")),
        )


def _has_unknown_source(document: DocumentClaims) -> bool:
    """True where a numbered part of a table is of a source of funding that is not known: nothing adds up without it."""
    tables = document.rows.get("mart_table", [])
    return any((table.get("table_part") or "").isdigit() and not table.get("funding_source_code") for table in tables)


def _funding_key(fact: Fact) -> tuple[str, ...]:
    if fact.measure in ("appropriation", "approved", "estimate", "proposed"):
        side = "base" if fact.fiscal_year < fact.edition else "end"
    else:
        side = fact.measure
    scope = (fact.edition, fact.section, *fact.scope)
    return (*scope, fact.item_kind or "total", fact.item_code, side, fact.fiscal_year, fact.unit)


SAME_FACT = RelationCheck(
    "same_fact_same_value_within_rounding",
    "Tables, charts and details that state the same fact state the same value, as far as each is printed.",
    same_fact,
)
COMPONENTS_ADD_UP = RelationCheck(
    "components_add_up_to_section",
    "Objects, categories and grades printed for each component add up to those of the section.",
    components_add_up,
)
FUNDING_ADDS_UP = RelationCheck(
    "funding_sources_add_up_to_all_sources",
    "Regular budget, other assessed and extrabudgetary resources add up to the total of all sources.",
    funding_adds_up,
)


def prose_against_tables(document: DocumentClaims) -> Iterator[Relation]:
    """stated - printed = 0 for each stated amount whose fact a table, chart or box prints.

    Prose quotes: where it is written as finely as the table, it must be the printed figure itself. Where several
    tables print the fact, the one that agrees best is the one quoted.
    """
    for claim in document.of_source("prose"):
        if claim.fact_id is None or claim.value is None:
            continue
        value = claim.value
        tables = [other for other in document.by_fact[claim.fact_id] if other.source in ("cell", "detail")]
        if not tables:
            continue
        nearest = min(abs((other.value or 0) - value) for other in tables)
        quoted = most_precise(other for other in tables if abs((other.value or 0) - value) == nearest)
        yield Relation(
            PROSE_STATES_TABLE.name,
            document.document_id,
            quoted.row.get("table_number"),
            claim.claim_id,
            (Member(claim, 1, "restated"), Member(quoted, -1, "total")),
            kind="quote",
        )


def stated_parts_add_up(document: DocumentClaims) -> Iterator[Relation]:
    """parts - whole = 0 where a paragraph says that an amount, or a count of posts, is made up of others."""
    stated = {claim.claim_id: claim for claim in document.of_source("prose")}
    parts: dict[str, list[Claim]] = defaultdict(list)
    for claim in stated.values():
        whole = claim.row.get("part_of")
        if whole in stated:
            parts[whole].append(claim)
    for whole, members in parts.items():
        yield Relation(
            STATED_PARTS_ADD_UP.name,
            document.document_id,
            None,
            whole,
            (*(Member(part, 1, "member") for part in members), Member(stated[whole], -1, "total")),
        )


STATED_PARTS_ADD_UP = RelationCheck(
    "stated_parts_add_up_to_stated_total",
    "Amounts and counts that a paragraph says make up another add up to it.",
    stated_parts_add_up,
)
PROSE_STATES_TABLE = RelationCheck(
    "prose_states_the_table_value",
    "An amount stated in a paragraph is the amount the tables print.",
    prose_against_tables,
)
