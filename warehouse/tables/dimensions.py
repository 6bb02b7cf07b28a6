"""Dimension tables that the facts join."""

from warehouse.schema.declare import Field, Table
from warehouse.schema.languages import NAMES


def _label_fields() -> tuple[Field, ...]:
    return tuple(Field(f"label_{code}", "VARCHAR", f"{name} label.") for code, name in NAMES.items())


SECTION = Table(
    name="dim_section",
    grain="one row per edition and section",
    key=("edition_year", "section_code"),
    room="dimension",
    fields=(
        Field("edition_year", "INTEGER", "Edition.", required=True),
        Field("section_code", "VARCHAR", "Section.", required=True),
        Field("part_code", "VARCHAR", "Part of the programme budget."),
        Field("title", "VARCHAR", "Title, as printed in the document read."),
        Field("entity_count", "INTEGER", "Entities that print resources of their own."),
    ),
)

ENTITY = Table(
    name="dim_entity",
    grain="one row per edition, section and entity of a section that has several",
    key=("edition_year", "section_code", "entity_code"),
    room="dimension",
    fields=(
        Field("edition_year", "INTEGER", "Edition.", required=True),
        Field("section_code", "VARCHAR", "Section.", required=True),
        Field("entity_code", "VARCHAR", "Number of its heading, such as III or III.2.", required=True),
        Field("label", "VARCHAR", "Name as printed."),
        Field("document_id", "VARCHAR", "The document it was first printed in."),
    ),
)

COMPONENT = Table(
    name="dim_component",
    grain="one row per edition, section, entity, component and subprogramme",
    key=("edition_year", "section_code", "entity_code", "component_code", "subprogramme_code"),
    room="dimension",
    fields=(
        Field("edition_year", "INTEGER", "Edition.", required=True),
        Field("section_code", "VARCHAR", "Section.", required=True),
        Field("entity_code", "VARCHAR", "Entity; empty in a section of one.", required=True),
        Field("component_code", "VARCHAR", "Component.", required=True),
        Field("subprogramme_code", "VARCHAR", "Subprogramme; empty for the component itself.", required=True),
        Field("label", "VARCHAR", "Label as printed."),
    ),
)

OBJECT = Table(
    name="dim_object",
    grain="one row per object of expenditure or main category of expenditure",
    key=("object_code",),
    room="dimension",
    fields=(
        Field("object_code", "VARCHAR", "Code.", required=True),
        Field("category_code", "VARCHAR", "posts or non_post."),
        *_label_fields(),
    ),
)

GRADE = Table(
    name="dim_grade",
    grain="one row per grade",
    key=("grade_code",),
    room="dimension",
    fields=(
        Field("grade_code", "VARCHAR", "Code, such as P-5 or GS (OL).", required=True),
        Field("category_code", "VARCHAR", "Post category it belongs to."),
        Field("rank", "INTEGER", "Order from the highest."),
        *_label_fields(),
    ),
)

FUNDING_SOURCE = Table(
    name="dim_funding_source",
    grain="one row per source of funding",
    key=("funding_source_code",),
    room="dimension",
    fields=(Field("funding_source_code", "VARCHAR", "Code.", required=True), *_label_fields()),
)

MISSION = Table(
    name="dim_mission",
    grain="one row per document on the budget of a peacekeeping mission or service",
    key=("document_id",),
    room="dimension",
    fields=(
        Field("document_id", "VARCHAR", "The document that names it.", required=True),
        Field("mission_code", "VARCHAR", "Abbreviation, or a code made of its name.", required=True),
        Field("edition_year", "INTEGER", "Year that the session budgets for."),
        Field("name", "VARCHAR", "Name as the title prints it."),
        Field("abbreviation", "VARCHAR", "Abbreviation as the text prints it after the name; NULL where none is."),
    ),
)

DIMENSION_TABLES = (SECTION, ENTITY, MISSION, COMPONENT, OBJECT, GRADE, FUNDING_SOURCE)
