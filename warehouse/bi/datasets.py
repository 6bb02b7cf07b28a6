"""Metrics and computed columns that Superset adds to the tables and views of a release.

Every table and view is a dataset; only metrics that never count twice are named here.
"""

from __future__ import annotations

from collections.abc import Mapping

from warehouse.bi.charts import USD, Dataset, Metric
from warehouse.bi.peacekeeping import DATASETS as OF_MISSIONS

_STAGES = (("spent", "Spent"), ("current", "Current"), ("proposed", "Proposed"))


def _money_metrics() -> tuple[Metric, ...]:
    stages = tuple(
        Metric(
            name,
            f"SUM(amount_usd) FILTER (stage = '{label}')",
            label,
            f"{label} money in United States dollars; pick one edition.",
            USD,
        )
        for name, label in _STAGES
    )
    pair = "SUM(amount_usd) FILTER (stage = 'Proposed') - SUM(amount_usd) FILTER (stage = 'Current')"
    return (
        Metric(
            "amount", "SUM(amount_usd)", "US dollars", "Money in United States dollars; pick edition and year.", USD
        ),
        *stages,
        Metric("change", pair, "Change", "Proposed less current.", "+$,.0f"),
        Metric(
            "change_share",
            f"({pair})::DOUBLE / nullif(SUM(amount_usd) FILTER (stage = 'Current'), 0)",
            "Change, %",
            "Proposed less current, as a share of the current.",
            "+.1%",
        ),
    )


_POSTS = (
    Metric("current", "SUM(current_posts)", "Current posts", "Posts of the year before the edition."),
    Metric("proposed", "SUM(proposed_posts)", "Proposed posts", "Posts proposed for the year of the edition."),
    Metric("change_of_posts", "SUM(change)", "Change in posts", "Proposed less current.", "+,d"),
)

DATASETS: Mapping[str, Dataset] = {
    "v_section_year": Dataset(
        _money_metrics(),
        {"budget_year": ("CAST(fiscal_year AS VARCHAR)", "Budget year as text, for axes.")},
    ),
    "v_section_post": Dataset(_POSTS),
    "v_section_grade": Dataset(
        _POSTS,
        {"grade": ("lpad(CAST(grade_order AS VARCHAR), 2, '0') || ' ' || grade_code", "Order and grade, for axes.")},
    ),
    "v_section_finding": Dataset(
        (
            Metric("findings", "COUNT(*)", "Findings", "Claims found wrong or absent."),
            Metric("errors", "COUNT(*) FILTER (severity = 'error')", "Errors", "Findings of severity error."),
        )
    ),
    "v_section_quality": Dataset(
        (
            Metric("relations", "SUM(relation_count)", "Relations", "Relations among figures that were evaluated."),
            Metric(
                "share_that_holds",
                "SUM(relation_count) FILTER (verdict IN ('exact', 'rounding'))::DOUBLE"
                " / nullif(SUM(relation_count) FILTER (verdict <> 'unassessable'), 0)",
                "Share that holds",
                "Relations that hold within the printed precision, of those that could be assessed.",
                ".2%",
            ),
        )
    ),
    **OF_MISSIONS,
    "mart_check": Dataset(
        (
            Metric("times_evaluated", "SUM(evaluated)", "Evaluated", "Relations evaluated."),
            Metric("times_violated", "SUM(violated)", "Violated", "Relations that don't hold."),
        )
    ),
    "mart_section_total": Dataset(
        (
            Metric(
                "amount",
                "SUM(amount_usd)",
                "US dollars",
                "Money in United States dollars; pick one edition, measure and year.",
                USD,
            ),
        )
    ),
    "mart_deliverable": Dataset(
        (
            Metric(
                "quantity_planned", "SUM(quantity) FILTER (measure = 'planned')", "Planned", "Deliverables planned."
            ),
            Metric(
                "quantity_actual", "SUM(quantity) FILTER (measure = 'actual')", "Delivered", "Deliverables delivered."
            ),
        )
    ),
    "mart_mandate": Dataset(
        (Metric("mandates", "COUNT(DISTINCT symbol)", "Mandates", "Different texts that mandate the programme."),)
    ),
    "mart_citation": Dataset(
        (Metric("symbols", "COUNT(DISTINCT symbol)", "Symbols", "Different document symbols mentioned."),)
    ),
}
"""Metrics and computed columns, by table or view."""
