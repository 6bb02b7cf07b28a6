"""Every check on claims, in the order they are reported."""

from expectations.model.relation import Member, Relation, RelationCheck
from expectations.relations.changes import CHANGES_LEAD_ON
from expectations.relations.charts import BOX_TOTALS, PLOTTED_VALUES, POSTS_BY_GRADE, POSTS_OF_COMPONENT
from expectations.relations.facts import (
    COMPONENTS_ADD_UP,
    FUNDING_ADDS_UP,
    PROSE_STATES_TABLE,
    SAME_FACT,
    STATED_PARTS_ADD_UP,
)
from expectations.relations.rows import BASE_PLUS_CHANGES, FORMULAS_HOLD, PARTS_OF_CHANGE, PERCENTAGE_OF_CHANGE
from expectations.relations.totals import COLUMN_TOTALS, DELIVERABLE_TOTALS, ROW_TOTALS

RELATION_CHECKS: tuple[RelationCheck, ...] = (
    BASE_PLUS_CHANGES,
    PARTS_OF_CHANGE,
    PERCENTAGE_OF_CHANGE,
    FORMULAS_HOLD,
    CHANGES_LEAD_ON,
    COLUMN_TOTALS,
    ROW_TOTALS,
    DELIVERABLE_TOTALS,
    SAME_FACT,
    COMPONENTS_ADD_UP,
    FUNDING_ADDS_UP,
    PROSE_STATES_TABLE,
    STATED_PARTS_ADD_UP,
    PLOTTED_VALUES,
    BOX_TOTALS,
    POSTS_OF_COMPONENT,
    POSTS_BY_GRADE,
)

__all__ = ["RELATION_CHECKS", "Member", "Relation", "RelationCheck"]
