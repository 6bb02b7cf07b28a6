"""Documents and their text: paragraphs, citations, mandates, resolutions."""

from warehouse.schema.declare import Field, Table
from warehouse.schema.languages import CODES
from warehouse.tables.common import (
    DOCUMENT_ID,
    EDITION_YEAR,
    ENTITY_CODE,
    FORMATS,
    LINE_FIRST,
    LINE_LAST,
    PAGE_NUMBER,
    SECTION_CODE,
    SUBPROGRAMME_CODE,
    TABLE_ORDINAL,
)

DOCUMENT = Table(
    name="mart_document",
    grain="one row per ingested document",
    key=("document_id",),
    room="document",
    may_be_empty=False,
    rules=("expect_every_line_to_be_kept",),
    fields=(
        Field(
            "document_id",
            "VARCHAR",
            "Symbol, language and format joined, such as A/77/6(Sect.10).zh.txt.",
            required=True,
        ),
        Field("symbol", "VARCHAR", "United Nations document symbol, such as A/77/6 (Sect. 10).", required=True),
        Field("language", "VARCHAR", "Language of the text.", required=True, allowed=CODES),
        Field("format", "VARCHAR", "Format it was read from.", required=True, allowed=FORMATS),
        EDITION_YEAR,
        SECTION_CODE,
        Field(
            "kind",
            "VARCHAR",
            "fascicle, resolution, decision, draft, income, introduction, plan_outline, addendum, corrigendum or reference.",
            required=True,
        ),
        Field("source_sha256", "VARCHAR", "SHA-256 of the bytes that were read.", required=True),
        Field("page_count", "INTEGER", "Pages of the document, where the format gives them."),
        Field("title", "VARCHAR", "Title as printed."),
        Field("part_code", "VARCHAR", "Part of the programme budget the section belongs to, such as IV."),
        Field("session_number", "INTEGER", "Session of the General Assembly."),
        Field(
            "is_symbol_inferred",
            "BOOLEAN",
            "True when the symbol was worked out from the content, not printed on a cover.",
        ),
        Field(
            "is_incomplete",
            "BOOLEAN",
            "True when a part of it, or pages that are pictures, could not be read; mart_warning lists them.",
        ),
        Field("line_count", "INTEGER", "Lines or blocks of the source."),
        Field("unclaimed_line_count", "INTEGER", "Lines or blocks that no rule claimed.", required=True),
        Field("unclaimed_table_line_count", "INTEGER", "Unclaimed lines inside tables.", required=True),
        Field(
            "unreadable_cell_count",
            "INTEGER",
            "Cells of recognised tables that look like a number and could not be read.",
            required=True,
        ),
    ),
)

LINE = Table(
    name="mart_source_line",
    grain="one row per line of a text or block of a Word or PDF document",
    key=("document_id", "line_number"),
    room="document",
    rules=("expect_no_line_inside_a_table_to_be_unclaimed",),
    fields=(
        DOCUMENT_ID,
        Field("line_number", "INTEGER", "Line or block number, from 1.", required=True),
        PAGE_NUMBER,
        Field(
            "role",
            "VARCHAR",
            "What it was taken for: heading, paragraph, caption, table, note, chart, org_chart, furniture, link, blank or unclaimed.",
            required=True,
        ),
        Field("text", "VARCHAR", "The line as printed."),
    ),
)

PARAGRAPH = Table(
    name="mart_paragraph",
    grain="one row per numbered paragraph",
    key=("paragraph_id",),
    room="text",
    fields=(
        Field("paragraph_id", "VARCHAR", "Document and paragraph number.", required=True),
        DOCUMENT_ID,
        Field("paragraph_number", "VARCHAR", "Number as printed, such as 10.61.", required=True),
        Field("heading_path", "VARCHAR", "Headings above it, outermost first, joined by ' > '."),
        Field("text", "VARCHAR", "Text with wrapped lines joined, sub-points included."),
        Field(
            "kind",
            "VARCHAR",
            "numbered in fascicles; preambular or operative in resolutions; line for a line of a list in reports.",
        ),
        SUBPROGRAMME_CODE,
        PAGE_NUMBER,
        LINE_FIRST,
        LINE_LAST,
    ),
)

POINT = Table(
    name="mart_paragraph_point",
    grain="one row per sub-point of a paragraph",
    key=("point_id",),
    room="text",
    fields=(
        Field("point_id", "VARCHAR", "Paragraph and running number.", required=True),
        Field(
            "paragraph_id",
            "VARCHAR",
            "The paragraph it belongs to.",
            required=True,
            references="mart_paragraph.paragraph_id",
        ),
        DOCUMENT_ID,
        Field("point_number", "INTEGER", "Order within the paragraph, from 1.", required=True),
        Field(
            "point_label", "VARCHAR", "Marks from the outermost, such as (a) (ii); bullets are counted.", required=True
        ),
        Field("parent_label", "VARCHAR", "Label of the point it is under; NULL right under the paragraph."),
        Field("depth", "INTEGER", "1 right under the paragraph.", required=True),
        Field("text", "VARCHAR", "Words of the point itself."),
        LINE_FIRST,
    ),
)

CITATION = Table(
    name="mart_citation",
    grain="one row per mention of a document symbol",
    key=("citation_id",),
    room="text",
    fields=(
        Field("citation_id", "VARCHAR", "Document and running number.", required=True),
        DOCUMENT_ID,
        Field("symbol", "VARCHAR", "Symbol in its full form, such as A/RES/76/245.", required=True),
        Field("paragraph_number", "VARCHAR", "Paragraph it is printed in."),
        Field("table_number", "VARCHAR", "Table it is printed in."),
        Field("context", "VARCHAR", "A few words around it."),
        Field("printed_text", "VARCHAR", "The mention as printed."),
        Field("stated_on", "DATE", "Date that a resolution states right after it, as the date of its adoption."),
        PAGE_NUMBER,
        LINE_FIRST,
    ),
)

UNREAD_SYMBOL = Table(
    name="mart_unread_symbol",
    grain="one row per text shaped like a document symbol that was not read as one",
    key=("unread_symbol_id",),
    room="text",
    fields=(
        Field("unread_symbol_id", "VARCHAR", "Document and running number.", required=True),
        DOCUMENT_ID,
        Field("printed_text", "VARCHAR", "The text as printed.", required=True),
        Field(
            "reading",
            "VARCHAR",
            "What it is taken for: period (2025/26), ratio (50/50), instrument (a mandate without a symbol), "
            "organ_unknown (a resolution or decision of an organ without a series) or unknown.",
            required=True,
            allowed=("period", "ratio", "instrument", "organ_unknown", "unknown"),
        ),
        Field("context", "VARCHAR", "A few words around it."),
        PAGE_NUMBER,
        LINE_FIRST,
        TABLE_ORDINAL,
    ),
)

UNKNOWN_TERM = Table(
    name="mart_unknown_term",
    grain="one row per fixed term that a printed table has and the vocabulary of its language lacks",
    key=("unknown_term_id",),
    room="text",
    fields=(
        Field("unknown_term_id", "VARCHAR", "Document and running number.", required=True),
        DOCUMENT_ID,
        Field("vocabulary_table", "VARCHAR", "Table of the vocabulary file that would hold it.", required=True),
        Field("printed_text", "VARCHAR", "The term as printed.", required=True),
        Field("table_number", "VARCHAR", "Number of the printed table; NULL where it has none."),
        Field("table_title", "VARCHAR", "Title of the printed table."),
        PAGE_NUMBER,
        LINE_FIRST,
    ),
)

WARNING = Table(
    name="mart_warning",
    grain="one row per warning of the reader of a document",
    key=("warning_id",),
    room="text",
    fields=(
        Field("warning_id", "VARCHAR", "Document and running number.", required=True),
        DOCUMENT_ID,
        Field(
            "kind",
            "VARCHAR",
            "picture, embedded, hidden_text, watermark, incomplete, encoding or other.",
            required=True,
        ),
        Field("message", "VARCHAR", "What was left out or changed, where, and what to do about it.", required=True),
        PAGE_NUMBER,
        LINE_FIRST,
        TABLE_ORDINAL,
    ),
)

LINK = Table(
    name="mart_link",
    grain="one row per address printed in or behind a document",
    key=("link_id",),
    room="text",
    fields=(
        Field("link_id", "VARCHAR", "Document and running number.", required=True),
        DOCUMENT_ID,
        Field("address", "VARCHAR", "Address as printed.", required=True),
        Field("target_symbol", "VARCHAR", "Symbol the address leads to; NULL when it leads to no document."),
        Field("printed_text", "VARCHAR", "Linked text, where the format gives it."),
        Field("printed_symbol", "VARCHAR", "Symbol the printed text names, where it names one."),
        PAGE_NUMBER,
        LINE_FIRST,
    ),
)

MANDATE = Table(
    name="mart_mandate",
    grain="one row per mandate and subprogramme",
    key=("mandate_id",),
    room="text",
    fields=(
        Field("mandate_id", "VARCHAR", "Document, subprogramme and symbol.", required=True),
        DOCUMENT_ID,
        EDITION_YEAR,
        SECTION_CODE,
        ENTITY_CODE,
        SUBPROGRAMME_CODE,
        Field(
            "symbol", "VARCHAR", "Symbol in its full form, such as A/RES/74/232 B; NULL for an instrument without one."
        ),
        Field("title", "VARCHAR", "Title as printed in the list."),
        Field("is_pending", "BOOLEAN", "True for a placeholder such as 76/XXX.", required=True),
        Field("organ", "VARCHAR", "Organ the list names above it."),
        Field(
            "organ_code",
            "VARCHAR",
            "Code of the organ that adopted it, as in vocabulary/organs.csv; NULL where the catalogue lacks the organ.",
        ),
        Field("act", "VARCHAR", "What the organ adopted: resolution, decision, recommendation, conclusion, ..."),
        Field(
            "act_number",
            "VARCHAR",
            "Number by which the organ knows it, such as 74/232 B or 822 (XXXI), also where it has no symbol.",
        ),
        Field("printed_text", "VARCHAR", "Symbol as printed."),
        PAGE_NUMBER,
        LINE_FIRST,
        LINE_LAST,
        TABLE_ORDINAL,
    ),
)

RESOLUTION = Table(
    name="mart_resolution",
    grain="one row per resolution",
    key=("symbol",),
    room="document",
    fields=(
        Field("symbol", "VARCHAR", "Symbol in its full form.", required=True),
        Field("organ", "VARCHAR", "General Assembly, Economic and Social Council, ..."),
        Field("session_number", "INTEGER", "Session, where the organ counts sessions."),
        Field("session", "VARCHAR", "Session as the heading prints it, such as 2021 session."),
        Field("title", "VARCHAR", "Title."),
        Field("adopted_on", "DATE", "Date of adoption."),
        Field("agenda_item", "VARCHAR", "Agenda item, as printed."),
        Field("agenda_title", "VARCHAR", "Title of the agenda item."),
        Field("source_document", "VARCHAR", "Source bracket without its brackets."),
        Field("draft_symbol", "VARCHAR", "Report or draft named in the source bracket."),
        Field("meeting", "VARCHAR", "Meeting of adoption, as printed."),
        Field("distributed_on", "DATE", "Date of distribution."),
        Field("operative_count", "INTEGER", "Operative paragraphs; NULL where the text is not here."),
        Field("preambular_count", "INTEGER", "Preambular paragraphs; NULL where the text is not here."),
        Field(
            "text_status",
            "VARCHAR",
            "text where the text was read, draft where it was and is not adopted yet, metadata where only its facts are "
            "known.",
            required=True,
            allowed=("text", "draft", "metadata"),
        ),
        Field(
            "header_gaps",
            "VARCHAR",
            "What its heading lacks, or prints otherwise than its first page: opening, number, other_number, adoption, "
            "date, source, session, agenda_item, joined by ', '; NULL for none.",
        ),
        Field("document_id", "VARCHAR", "Document it was read from.", references="mart_document.document_id"),
    ),
)

RECOMMENDATION = Table(
    name="mart_recommendation",
    grain="one row per recommendation of an advisory or oversight body and its reply",
    key=("recommendation_id",),
    room="text",
    fields=(
        Field("recommendation_id", "VARCHAR", "Document and running number.", required=True),
        DOCUMENT_ID,
        Field("body", "VARCHAR", "Body and report, as printed above the rows."),
        Field("symbol", "VARCHAR", "Report's symbol, where printed."),
        Field("recommendation", "VARCHAR", "Recommendation."),
        Field("reply", "VARCHAR", "Action taken."),
        Field("reference", "VARCHAR", "Paragraph of the report, as printed in parentheses."),
        PAGE_NUMBER,
        LINE_FIRST,
        LINE_LAST,
    ),
)

DOCUMENT_TABLES = (
    DOCUMENT,
    LINE,
    PARAGRAPH,
    POINT,
    CITATION,
    UNREAD_SYMBOL,
    UNKNOWN_TERM,
    WARNING,
    LINK,
    MANDATE,
    RESOLUTION,
    RECOMMENDATION,
)
