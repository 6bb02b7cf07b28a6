"""Witnesses: the same fact in another format, language or edition, in a corrigendum, in an outside reference.

Documents are judged apart first; this is a pass over all of them, which changes nothing of what was found in each.
A difference between witnesses is a finding of its own, named for the check that found it. Where most witnesses agree,
the one that stands alone is named; where two differ, the one less trusted comes first, unless what was found in one
of the documents tells which is wrong.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from expectations.doubts import section_totals
from expectations.doubts.doubts import doubtful_facts
from expectations.judging.comparisons import (
    APPROPRIATIONS_RESTATED,
    EDITIONS_AGREE,
    FORMATS_AGREE,
    LANGUAGES_AGREE,
    PROPOSALS_RESTATED,
    SECTION_TOTALS_AGREE,
    WITNESS_CHECKS,
    Alignment,
    align,
    comparisons,
    tables_in_doubt,
)
from expectations.judging.judge import relation_rows
from expectations.localise.findings import figure_row, figure_values, finding_id, in_print
from expectations.model import messages
from expectations.model.claims import Claim, DocumentClaims, Row, Rows, scaled, split_by_document
from expectations.model.index import index_document
from expectations.model.messages import with_patterns
from expectations.model.relation import Judgement, Member, Relation, judge_relation
from expectations.structure.numbering import split_number
from warehouse.fact import Fact, parse_fact, slug

NEEDED_TABLES = (
    "mart_document",
    "mart_table",
    "mart_row",
    "mart_cell",
    "mart_claim",
    "mart_stated_amount",
    "mart_chart_value",
    "mart_org_unit_post",
    "mart_reference_value",
    "mart_deliverable",
    "mart_finding",
    "mart_doubt",
    "dim_entity",
)
"""Tables whose rows ``witness_rows`` looks at."""
_TO_ALIGN = frozenset({"mart_table", "mart_row"})
"""Those of them that only formats of one document need, which are compared row by row."""

_DIMENSIONS = 11
_PROPOSED = {"approved": "base", "appropriation": "base", "estimate": "proposed", "proposed": "proposed"}
_SETTLED_MEASURES = frozenset({"actual", "expenditure"})
_ITEM_NUMBER = re.compile(r"^\s*\d+\.\s*")


@dataclass(slots=True)
class _Text:
    """A document that witnesses: its row, its claims, what was found in it, and its deliverables by cell."""

    row: Row
    claims: DocumentClaims
    found: dict[str, Row]
    doubtful: frozenset[str] = frozenset()
    deliverables: dict[str, tuple[Hashable, ...]] = field(default_factory=dict)
    labels: dict[str, tuple[Hashable, ...]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Symbol, language and format in words."""
        return messages.document_name(self.row)


def _text(row: Row, rows: Rows, has_tables: bool) -> _Text:
    found = {f["claim_id"]: f for f in rows.get("mart_finding", []) if f.get("claim_id")}
    text = _Text(row, index_document(row["document_id"], rows, has_tables), found, doubtful_facts(rows))
    subtotals: dict[Hashable, int] = defaultdict(int)
    for line in rows.get("mart_deliverable", []):
        cell_id = line.get("cell_id")
        if not cell_id:
            continue
        place = (
            line.get("table_number"),
            line.get("entity_code"),
            line.get("subprogramme_code"),
            line.get("category_code"),
        )
        time = (line.get("measure"), line.get("fiscal_year"))
        number: Hashable = line.get("item_number")
        if number is not None and line.get("item_letter"):
            number = f"{number} ({line['item_letter']})"
        if number is None:
            subtotals[place, time] += 1
            number = f"subtotal {subtotals[place, time]}"
        text.deliverables[cell_id] = (*place, number, *time)
        label = _ITEM_NUMBER.sub("", str(line.get("label") or "")).casefold()
        text.labels[cell_id] = ("deliverable", *place[1:], "".join(label.split()), *time)
    return text


def _by_place(text: _Text, aligned: Mapping[str, Hashable] | None) -> dict[Hashable, list[Claim]]:
    """Claims by what they are about and where they stand, for documents that are the same but for their form.

    ``aligned`` are the keys of cells about no known fact, of documents in one language.
    """
    keyed: dict[Hashable, list[Claim]] = defaultdict(list)
    for claim in text.claims.claims:
        key = _place_key(text, claim, aligned)
        if key is not None and claim.value is not None:
            keyed[key].append(claim)
    return keyed


def _place_key(text: _Text, claim: Claim, aligned: Mapping[str, Hashable] | None) -> Hashable | None:
    row = claim.row
    if claim.claim_id in text.deliverables:
        return ("deliverable", *text.deliverables[claim.claim_id])
    if claim.source == "chart":
        number = split_number(str(row.get("figure_number") or "")) or row.get("figure_number")
        return ("chart", number, claim.fact_id) if claim.fact_id else None
    if claim.source == "org_chart" and aligned is not None:
        names = ("chart_label", "unit_label", "funding_source_code", "grade_code", "is_total")
        return ("org_chart", *(row.get(name) for name in names))
    place = (row.get("table_number"), row.get("table_part"), row.get("paragraph_number"))
    if claim.fact_id:
        return (claim.source, claim.fact_id, *place)
    return aligned.get(claim.claim_id) if aligned is not None else None


def _by_fact(text: _Text, is_any_edition: bool) -> dict[Hashable, list[Claim]]:
    """The best claim of each fact: not one found wrong, the most precise, tables before other places.

    Over editions, deliverables are the same when subprogramme, category, label, measure and year are.
    """
    keyed: dict[Hashable, list[Claim]] = {}
    for claim in text.claims.claims:
        if claim.value is None or claim.fact_id in text.doubtful:
            continue
        fact = parse_fact(claim.fact_id) if claim.fact_id else None
        if fact is not None:
            key = fact[1:] if is_any_edition else fact
            if key not in keyed or _precedence(text, claim) < _precedence(text, keyed[key][0]):
                keyed[key] = [claim]
        elif is_any_edition and claim.claim_id in text.labels:
            keyed.setdefault(text.labels[claim.claim_id], []).append(claim)
    return keyed


def _appropriated(text: _Text) -> dict[Hashable, list[Claim]]:
    """What was appropriated for whole sections, by section and year; some fascicles call it approved."""
    return {
        (fact[0], fact[-2]): claims
        for fact, claims in _by_fact(text, True).items()
        if isinstance(fact, tuple)
        and len(fact) == _DIMENSIONS
        and fact[1:4] == ("", "", "")
        and fact[6] in ("", "total")
        and fact[8] in ("appropriation", "approved")
        and fact[4:6] == ("RB", "")
        and fact[-1] == "USD"
    }


def _proposed(text: _Text) -> dict[Hashable, list[Claim]]:
    """What is approved and proposed for a section and its entities, by object and grade; totals of money in sections
    are held against each other by the check on them. Entities are known by their names: only a fascicle numbers them.
    """
    names = {row["entity_code"]: slug(str(row["label"] or "")) for row in text.claims.rows.get("dim_entity", [])}
    found: dict[Hashable, list[Claim]] = {}
    for key, claims in _by_fact(text, False).items():
        fact = key if isinstance(key, Fact) else None
        if fact is None or fact.component or fact.subprogramme or fact.basis or fact.funding != "RB":
            continue
        if fact.measure in _PROPOSED and not (section_totals.is_total(fact) and not fact.entity):
            state = fact._replace(entity=names.get(fact.entity, fact.entity), measure=_PROPOSED[fact.measure])
            found[state] = claims
    return found


def _precedence(text: _Text, claim: Claim) -> tuple[bool, int, bool]:
    return (claim.claim_id in text.found, claim.half_width, claim.source not in ("cell", "reference"))


def needed_tables(check_name: str) -> tuple[str, ...]:
    """Tables whose rows ``witness_rows`` looks at for one check."""
    return tuple(name for name in NEEDED_TABLES if check_name == FORMATS_AGREE or name not in _TO_ALIGN)


def witness_rows(rows: Rows, check_name: str | None = None) -> Rows:
    """Rows of mart_relation, mart_relation_member, mart_finding, mart_doubt and mart_check from holding documents together.

    ``rows`` are those of ``needed_tables`` for the documents to be compared, with what was found in each. Of several checks
    that hold the same documents together, ``check_name`` picks one.
    """
    has_tables = check_name in (None, FORMATS_AGREE)
    own = split_by_document(rows)
    documents = [
        {**row, "other_sections": " ".join(section_totals.other_sections(own[row["document_id"]]))}
        for row in rows.get("mart_document", [])
    ]
    texts: dict[str, _Text] = {}
    judged: list[tuple[Relation, Judgement]] = []
    found: list[Row] = []
    doubts: list[Row] = []
    counts: dict[str, dict[str, int]] = {name: defaultdict(int) for name, _ in WITNESS_CHECKS}
    for comparison in comparisons(documents):
        if check_name is not None and comparison.check_name != check_name:
            continue
        for document_id in comparison.document_ids:
            if document_id not in texts:
                row = next(row for row in own[document_id]["mart_document"])
                texts[document_id] = _text(row, own[document_id], has_tables)
        compared = [texts[document_id] for document_id in comparison.document_ids]
        if comparison.check_name == SECTION_TOTALS_AGREE:
            relations, findings, unsure = _section_totals(*compared)
            doubts += unsure
        elif comparison.check_name == FORMATS_AGREE:
            relations, findings, unsure = _formats(compared)
            doubts += unsure
        else:
            relations, findings = _all_held(comparison.check_name, compared)
        for relation in relations:
            judgement = judge_relation(relation)
            judged.append((relation, judgement))
            counts[comparison.check_name]["evaluated"] += 1
            counts[comparison.check_name][judgement.verdict] += 1
        found += findings
    relation_list, members = relation_rows(judged)
    with_patterns(found, ())
    checks = [
        {"check_name": name, "description": words, "about": "print"}
        | {count: counts[name][count] for count in ("evaluated", "exact", "rounding", "violated", "unassessable")}
        for name, words in WITNESS_CHECKS
    ]
    return {
        "mart_relation": relation_list,
        "mart_relation_member": members,
        "mart_finding": found,
        "mart_doubt": doubts,
        "mart_check": checks,
    }


_Said = tuple[_Text, Claim]


def _formats(texts: Sequence[_Text]) -> tuple[list[Relation], list[Row], list[Row]]:
    """Relations, findings and doubts of the formats of one document; a table read in two ways is a doubt."""
    alignments = align([text.claims for text in texts])
    relations, found = _all_held(FORMATS_AGREE, texts, alignments)
    tables = {claim.claim_id: str(claim.row.get("table_id")) for text in texts for claim in text.claims.claims}
    compared = Counter(tables[relation.members[0].claim.claim_id] for relation in relations)
    differing = Counter(tables[row["claim_id"]] for row in found)
    doubts = [
        row
        for text, alignment in zip(texts, alignments, strict=True)
        for row in tables_in_doubt(
            text.claims, alignment, compared, differing, texts[0 if text is not texts[0] else 1].row
        )
        if text is not texts[0] or row["table_id"] in differing
    ]
    unsure = {row["table_id"] for row in doubts}
    held = [one for one in relations if tables[one.members[0].claim.claim_id] not in unsure]
    return held, [row for row in found if tables[row["claim_id"]] not in unsure], doubts


def _all_held(
    check_name: str, texts: Sequence[_Text], alignments: Sequence[Alignment] = ()
) -> tuple[list[Relation], list[Row]]:
    """Relations and findings of several documents, thing by thing."""
    relations: list[Relation] = []
    found: list[Row] = []
    for witnesses in _witnesses(check_name, texts, alignments):
        if not _is_revised(witnesses):
            more, differing = _hold_together(check_name, witnesses)
            relations += more
            found += differing
    return relations, found


def _section_totals(text: _Text, over: _Text) -> tuple[list[Relation], list[Row], list[Row]]:
    """Relations, findings and doubts of a section's totals and what a table over the whole budget prints for it."""
    judged, doubted = section_totals.compared(text.claims, over.claims, text.row["section_code"])
    relations: list[Relation] = []
    found: list[Row] = []
    for own, printed, _ in judged:
        relations.append(
            Relation(
                SECTION_TOTALS_AGREE,
                over.row["document_id"],
                printed.row.get("table_number"),
                f"{printed.claim_id}~{text.row['document_id']}",
                (Member(printed, -1, "restated"), *(Member(claim, 1, "total") for claim in own.claims)),
            )
        )
        if abs(own.value - (printed.value or 0)) > own.half_width + printed.half_width:
            found.append(_total_finding(text, over, own, printed))
    return relations, found, list(section_totals.doubt_rows(text.row, over.row, doubted))


def _total_finding(text: _Text, over: _Text, own: section_totals.Total, printed: Claim) -> Row:
    row = _finding(SECTION_TOTALS_AGREE, over, printed, text, own.claims[0], 1, False)
    if len(own.claims) > 1:
        told = messages.figure(in_print(printed, own.value))
        row["witness_text"] = told
        row["alternatives"] = "; ".join(claim.claim_id for claim in own.claims)
        row["message"] = messages.summed_total(printed, over.name, told, text.name, len(own.claims))
    row |= figure_values(printed, own.value, own.value - own.half_width, own.value + own.half_width)
    return row | {"severity": "warning"}


def _witnesses(check_name: str, texts: Sequence[_Text], alignments: Sequence[Alignment] = ()) -> Iterator[list[_Said]]:
    """What several documents say of one thing, thing by thing; what only one of them says is left out."""
    if check_name == FORMATS_AGREE:
        keyed = [_by_place(text, one.keys) for text, one in zip(texts, alignments, strict=True)]
    elif check_name == LANGUAGES_AGREE:
        keyed = [_by_place(text, None) for text in texts]
    elif check_name == APPROPRIATIONS_RESTATED:
        keyed = [_appropriated(text) for text in texts]
    elif check_name == PROPOSALS_RESTATED:
        keyed = [_proposed(text) for text in texts]
    else:
        keyed = [_by_fact(text, check_name == EDITIONS_AGREE) for text in texts]
    keys: dict[Hashable, None] = {key: None for claims in keyed for key in claims}
    for key in keys:
        stating = [(text, claims[key]) for text, claims in zip(texts, keyed, strict=True) if key in claims]
        # Where one prints a thing more often than another, which is which cannot be told.
        if len(stating) > 1 and len({len(claims) for _, claims in stating}) == 1:
            for number in range(len(stating[0][1])):
                yield [(text, claims[number]) for text, claims in stating]


def _is_revised(said: Sequence[_Said]) -> bool:
    """True where one edition prints another's figure beside its own, in brackets, as the one it revises."""
    former = {scaled(claim.row["former_value"]) for _, claim in said if claim.row.get("former_value") is not None}
    return bool(former) and any(claim.value in former for _, claim in said)


def _agree(first: Claim, second: Claim) -> bool:
    apart = abs((first.value or 0) - (second.value or 0))
    return apart == 0 if first.half_width == second.half_width else apart <= first.half_width + second.half_width


def _hold_together(check_name: str, said: list[_Said]) -> tuple[list[Relation], list[Row]]:
    """Relations of each witness to the one most believed, and a finding for each that differs."""
    camps: list[list[_Said]] = []
    for text, claim in said:
        camp = next((camp for camp in camps if _agree(camp[0][1], claim)), None)
        if camp is None:
            camps.append([(text, claim)])
        else:
            camp.append((text, claim))
    is_one = len(camps) == 1
    doubted = [not is_one and any(_is_doubted(text, claim, camps) for text, claim in camp) for camp in camps]
    # The first of the largest camps that nothing speaks against: the most trusted witness is the first.
    chosen = min(range(len(camps)), key=lambda i: (-len(camps[i]), doubted[i], i))
    best = camps[chosen]
    chief_text, chief = best[0]
    relations = [
        Relation(
            check_name,
            text.row["document_id"],
            claim.row.get("table_number"),
            _anchor(text, claim, chief_text),
            (Member(claim, 1, "restated"), Member(chief, -1, "total")),
            kind="quote" if claim.half_width == chief.half_width else "linear",
        )
        for text, claim in said
        if claim is not chief
    ]
    findings = [
        _finding(check_name, text, claim, chief_text, chief, len(best), len(camp) < len(best) or doubted[i])
        for i, camp in enumerate(camps)
        if i != chosen
        for text, claim in camp
    ]
    return relations, findings


def _anchor(text: _Text, claim: Claim, chief_text: _Text) -> str:
    """The claim; for documents of other symbols, of which one may be held against several, with the one it is held to."""
    is_same = text.row["symbol"] == chief_text.row["symbol"]
    return claim.claim_id if is_same else f"{claim.claim_id}~{chief_text.row['document_id']}"


def _is_doubted(text: _Text, claim: Claim, camps: list[list[_Said]]) -> bool:
    """True where a document's own figures imply what another camp says."""
    row = text.found.get(claim.claim_id)
    if row is None or row.get("implied_value") is None:
        return False
    low, high = row.get("implied_low"), row.get("implied_high")
    others = [in_print(other, other.value) for camp in camps for _, other in camp if other is not claim]
    return any(value == row["implied_value"] or _is_within(value, low, high) for value in others)


def _is_within(value: Decimal | None, low: Decimal | None, high: Decimal | None) -> bool:
    return value is not None and low is not None and high is not None and low <= value <= high


def _finding(
    check_name: str, text: _Text, claim: Claim, chief_text: _Text, chief: Claim, agreeing: int, is_unique: bool
) -> Row:
    document_id = text.row["document_id"]
    value = chief.value or 0
    address = f"{check_name}\n{claim.claim_id}\n{chief_text.row['document_id']}"
    row = figure_row(document_id, claim, "restated")
    is_editions = check_name not in (FORMATS_AGREE, LANGUAGES_AGREE)
    is_settled = check_name == EDITIONS_AGREE and claim.row.get("measure") in _SETTLED_MEASURES
    return row | {
        "finding_id": finding_id(document_id, address, "restated"),
        "severity": "info" if is_editions and not is_settled else "warning",
        "check_name": check_name,
        **figure_values(claim, value, value - chief.half_width, value + chief.half_width),
        "explained_relations": 1,
        "is_unique": is_unique,
        "alternatives": None if is_unique else chief.claim_id,
        "witness_document_id": chief_text.row["document_id"],
        "witness_claim_id": chief.claim_id,
        "witness_text": chief.printed_text,
        "message": messages.witness(check_name, text.name, claim, chief_text.name, chief, agreeing),
    }
