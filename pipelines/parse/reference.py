"""An outside reading of the fascicles: the JSON that open.un.org publishes, as claims that are trusted less.

A tree of nodes: the whole, parts, sections, budget units, components, subprogrammes, each with an amount per source
of funding. Every amount becomes a row; those of sections, and of components and subprogrammes of sections that are
one entity, become claims about the facts that the fascicles print. Never shipped: it is given as a source.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pipelines.model.blocks import UnreadableDocument
from pipelines.model.facts import Item, Scope, fact_id
from pipelines.vocabulary import LANGUAGES_KNOWN, vocabulary_of
from warehouse.schema.declare import Rows
from warehouse.tables.common import MEASURES

_FUNDING = {"regular_budget": "RB", "other_assessed": "OA", "extrabudgetary": "XB"}
_SESSION_OFFSET = 1946
_THOUSAND = Decimal(1000)
_DIGITS = 1
_HALF_WIDTH = Decimal("0.05")
"""The dataset was read from print that has one decimal of a thousand."""
Node = Mapping[str, Any]


def is_reference(content: Any) -> bool:
    """True for the content of such a JSON."""
    if not isinstance(content, dict) or not isinstance(content.get("meta"), dict):
        return False
    nodes = content.get("nodes")
    return isinstance(nodes, list) and all(isinstance(n, dict) and {"id", "label"} <= n.keys() for n in nodes)


def parse_reference(data: bytes) -> Rows:
    """Rows of mart_document, mart_reference_value and mart_claim.

    Raises UnreadableDocument when the edition, year or measure is missing or none that fascicles print, or when
    amounts are in another currency than dollars.
    """
    content = json.loads(data)
    if not is_reference(content):
        raise UnreadableDocument("a reference dataset whose meta is no object or whose nodes are no list of nodes")
    dataset = _dataset(content["meta"])
    values = [row for node, path in _with_paths(content["nodes"]) for row in _value_rows(dataset, node, path)]
    # A fact that several nodes state is none of theirs alone: the dataset's outline is not the fascicle's there.
    stated = Counter(row["fact_id"] for row in values)
    for row in values:
        row["fact_id"] = row["fact_id"] if stated[row["fact_id"]] == 1 else None
    document = {
        "document_id": dataset.document_id,
        "symbol": dataset.symbol,
        "language": "en",
        "format": "json",
        "edition_year": dataset.edition,
        "section_code": None,
        "kind": "reference",
        "title": content["meta"].get("title"),
        "session_number": dataset.edition - _SESSION_OFFSET,
        "is_symbol_inferred": False,
        "line_count": 0,
        "unclaimed_line_count": 0,
        "unclaimed_table_line_count": 0,
        "unreadable_cell_count": 0,
    }
    claims = [_claim(row) for row in values if row["fact_id"] is not None]
    return {"mart_document": [document], "mart_reference_value": values, "mart_claim": claims}


@dataclass(frozen=True, slots=True)
class _Dataset:
    symbol: str
    edition: int
    year: int
    measure: str

    @property
    def document_id(self) -> str:
        return f"{self.symbol.replace(' ', '')}.en.json"


def _dataset(meta: Mapping[str, Any]) -> _Dataset:
    try:
        edition, year, measure, currency = int(meta["edition"]), int(meta["year"]), meta["measure"], meta["currency"]
    except (KeyError, TypeError, ValueError) as problem:
        raise UnreadableDocument(
            f"a reference dataset whose edition, year, measure or currency is missing: {problem}"
        ) from problem
    if measure not in MEASURES or currency != "USD":
        raise UnreadableDocument(
            f"a reference dataset of {measure} in {currency}; only measures of fascicles in USD are read"
        )
    return _Dataset(str(meta.get("label") or f"{meta.get('title')} {edition} {measure} {year}"), edition, year, measure)


def _value_rows(dataset: _Dataset, node: Node, path: list[Node]) -> Iterator[dict[str, Any]]:
    """One row per source of funding of a node."""
    section = next((str(above["code"]) for above in path if above.get("tier") == "section"), None)
    for source, amount in (node.get("values") or {}).items():
        funding = _FUNDING.get(source)
        if funding is None or not isinstance(amount, int):
            continue
        scope = _scope(path, source)
        fact = None
        if scope is not None and section is not None:
            measure, year = dataset.measure, dataset.year
            fact = fact_id(dataset.edition, section, scope.with_(funding=funding), Item(), measure, year, "USD")
        printed_in = (node.get("sources") or {}).get(source) or {}
        yield {
            "reference_value_id": f"{dataset.document_id}#{node['id']}/{funding}",
            "document_id": dataset.document_id,
            "edition_year": dataset.edition,
            "section_code": section,
            "tier": node.get("tier"),
            "label": " > ".join(str(above["label"]) for above in path[1:]) or str(node["label"]),
            "funding_source_code": funding,
            "measure": dataset.measure,
            "fiscal_year": dataset.year,
            "printed_text": f"{amount:,}".replace(",", " "),
            "value": Decimal(amount) / _THOUSAND,
            "unit": "thousands_usd",
            "precision_digits": _DIGITS,
            "source_symbol": printed_in.get("symbol"),
            "source_page_number": printed_in.get("pdfPage"),
            "source_row_label": printed_in.get("rowLabel"),
            "fact_id": fact,
        }


def _claim(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "claim_id": row["reference_value_id"],
        "document_id": row["document_id"],
        "source": "reference",
        "fact_id": row["fact_id"],
        "value": row["value"],
        "half_width": _HALF_WIDTH,
        "printed_text": row["printed_text"],
        "is_nil": False,
    }


def _with_paths(nodes: list[Node]) -> Iterator[tuple[Node, list[Node]]]:
    """Each node with its path from the root, itself last. Raises UnreadableDocument for a node without its parent."""
    by_id = {node["id"]: node for node in nodes}
    for node in nodes:
        path, above = [node], node
        while above.get("parentId") is not None:
            if above["parentId"] not in by_id or len(path) > len(nodes):
                raise UnreadableDocument(f"a reference dataset whose node {above['id']} has no parent")
            above = by_id[above["parentId"]]
            path.insert(0, above)
        yield node, path


def _scope(path: list[Node], source: str) -> Scope | None:
    """Scope of a node's amount within its section; None where it is about no fact that we know.

    Below the section only amounts that name where they are printed count, and only in sections of one entity: codes
    of entities are those that each fascicle numbers them by.
    """
    below = [node for node in path if node.get("tier") not in ("whole", "part")]
    if not below:
        return None
    if len(below) == 1:
        return Scope()
    unit, details = below[1], below[2:]
    if unit.get("role") != "section_scope" or not details or source not in (path[-1].get("sources") or {}):
        return None
    component = subprogramme = ""
    for node in details:
        if node.get("kind") == "component" and not component:
            component = _component(str(node["label"]))
        elif node.get("kind") == "subprogramme" and not subprogramme and node.get("code"):
            subprogramme = str(node["code"])
        else:
            return None
    return Scope(component=component, subprogramme=subprogramme)


def _component(label: str) -> str:
    code = vocabulary_of("en").meaning("components", label) if "en" in LANGUAGES_KNOWN else None
    return code or "_".join(label.casefold().split())
