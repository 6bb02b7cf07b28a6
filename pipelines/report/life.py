"""The life of a figure: what each section and mission costs in a year, from the proposal to what was spent."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from pipelines.report.rows import records

_LIFE = """
SELECT budget, code, name, funding_source_code, fiscal_year, step, measure, amount_usd, difference_usd, is_reference,
       edition_year, document_id, symbol, place, row_label, page_number, claim_id, disagreement_count
FROM v_life_of_figure
ORDER BY budget DESC, try_cast(regexp_extract(code, '^[0-9]+') AS INTEGER) NULLS LAST, code,
         list_position(['RB', 'OA', 'XB'], funding_source_code), fiscal_year, step_number, edition_year, symbol, claim_id
"""


def life_of_figures(connection: Any) -> list[dict[str, Any]]:
    """One record per section or mission and source of funding: ``budget``, ``code``, ``name``, ``funding``, and
    ``years``, each with the statements of it in order."""
    found = []
    for (budget, code, funding), rows in groupby(
        records(connection, _LIFE), key=lambda row: (row["budget"], row["code"], row["funding_source_code"])
    ):
        stated = list(rows)
        years = [(year, list(of_year)) for year, of_year in groupby(stated, key=lambda row: row["fiscal_year"])]
        name = next((row["name"] for row in stated if row["name"]), "")
        found.append({"budget": budget, "code": code, "funding": funding, "name": name, "years": years})
    return found
