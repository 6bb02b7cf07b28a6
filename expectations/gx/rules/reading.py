"""Rules about what we read: nothing lost, every figure where it says it is, and read as it is printed."""

from __future__ import annotations

from typing import ClassVar

from expectations.gx.rules.base import Rule


class ExpectEveryLineToBeKept(Rule):
    """Every line or block of a document is kept with its role, and the unclaimed ones are those counted."""

    query: ClassVar[str] = """
        SELECT judged.document_id AS place
        FROM judged LEFT JOIN (
            SELECT document_id, count(*) AS kept, count(*) FILTER (starts_with(role, 'unclaimed')) AS unclaimed
            FROM mart_source_line GROUP BY document_id
        ) AS line USING (document_id)
        WHERE judged.line_count IS DISTINCT FROM coalesce(line.kept, 0)
            OR judged.unclaimed_line_count <> coalesce(line.unclaimed, 0)
    """


class ExpectNoLineInsideATableToBeUnclaimed(Rule):
    """No line inside a table is left without a rule that claims it, unless a doubt tells that rows may be missing."""

    query: ClassVar[str] = """
        SELECT concat(document_id, ' line ', line_number) AS place FROM judged WHERE role = 'unclaimed_table'
            AND document_id NOT IN (SELECT document_id FROM mart_doubt WHERE kind = 'completeness')
    """


_IS_ARABIC = "judged.document_id IN (SELECT document_id FROM mart_document WHERE language = 'ar')"
_GROUP = r"(\p{Nd}+(?:[.,٫]\p{Nd}{1,2})?)"
_MOST_GROUPS = 6
_KEPT = "\u00a0"


def _typed_from_right(text: str) -> str:
    """SQL of a text with the groups of each of its numbers, which no-break spaces join, in the opposite order."""
    for count in range(_MOST_GROUPS, 1, -1):
        turned = "".join(rf"\{at}" for at in range(count, 0, -1))
        text = f"regexp_replace({text}, '{_KEPT.join([_GROUP] * count)}', '{turned}', 'g')"
    return text


class ExpectPrintedTextToStandOnItsLines(Rule):
    """The characters printed are found on the lines of the source that the row names."""

    # Nearly every text stands on its first line as it is printed, which takes a fifth of the time to see; for the others
    # their lines are put together, which has to be done in memory. Blanks of any kind are left out. Lines of an Arabic
    # document keep the order in which its groups of digits were typed.
    query: ClassVar[str] = f"""
        SELECT place FROM (
            WITH sought AS MATERIALIZED (
                SELECT @key AS place, {_IS_ARABIC} AS is_from_right, judged.document_id, judged.line_first,
                    coalesce(judged.line_last, judged.line_first) AS line_last, judged.printed_text
                FROM judged LEFT JOIN mart_source_line AS line
                    ON line.document_id = judged.document_id AND line.line_number = judged.line_first
                WHERE judged.printed_text IS NOT NULL AND judged.line_first IS NOT NULL
                    AND NOT coalesce(
                        judged.line_last >= judged.line_first AND contains(line.text, judged.printed_text), false
                    )
            )
            SELECT sought.place
            FROM sought LEFT JOIN (
                SELECT document_id, line_first, line_last,
                    regexp_replace(string_agg(text, '' ORDER BY line_number), '[\\s\\pZ]', '', 'g') AS held
                FROM (
                    SELECT *, unnest(range(line_first, line_last + 1)) AS line_number
                    FROM (SELECT DISTINCT document_id, line_first, line_last FROM sought)
                ) JOIN mart_source_line USING (document_id, line_number)
                GROUP BY document_id, line_first, line_last
            ) AS span USING (document_id, line_first, line_last)
            WHERE NOT coalesce(
                contains(span.held, regexp_replace(sought.printed_text, '[\\s\\pZ]', '', 'g'))
                OR (
                    sought.is_from_right
                    AND contains(
                        span.held, regexp_replace({_typed_from_right("sought.printed_text")}, '[\\s\\pZ]', '', 'g')
                    )
                ),
                false
            )
        )
    """


class ExpectPrintedDigitsToBeTheValue(Rule):
    """The digits printed are those of the value, a dash is nil, and what is below nil has a sign."""

    # Read a second time and otherwise than by the parser: no separators, no units, digits alone, and without the
    # earlier figure that may stand behind in square brackets. A small l typed for a one is one. Groups of digits that
    # Arabic types from the right are the same digits in another order.
    query: ClassVar[str] = f"""
        SELECT place
        FROM (
            SELECT @key AS place, value, printed_text, {_IS_ARABIC} AS is_from_right,
                regexp_replace(
                    translate(
                        regexp_replace(regexp_replace(printed_text, ' *[[][^]]*[]] *$', ''), '^ *l *$', '1'),
                        '٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹０１２３４５６７８９', '012345678901234567890123456789'
                    ),
                    '[^0-9]', '', 'g'
                ) AS every_digit,
                ltrim(every_digit, '0') AS printed,
                ltrim(CAST(CAST(round(abs(value) * pow(10, precision_digits)) AS HUGEINT) AS VARCHAR), '0') AS digits
            FROM judged
            WHERE value IS NOT NULL AND printed_text IS NOT NULL AND coalesce(precision_digits, 0) BETWEEN -9 AND 4
        )
        WHERE (
                printed <> coalesce(digits, '')
                AND NOT (
                    is_from_right AND list_sort(string_split(every_digit, ''))
                        = list_sort(string_split(lpad(digits, length(every_digit)::INTEGER, '0'), ''))
                )
            )
            OR (value < 0 AND NOT regexp_matches(printed_text, '[(（)−–—‐‑‒﹣－­-]'))
    """


class ExpectCellsToStandInTheirRow(Rule):
    """Every cell stands in a printed row of its table, under the label and role of that row."""

    query: ClassVar[str] = """
        SELECT judged.cell_id AS place
        FROM judged LEFT JOIN mart_row AS line USING (table_id, row_number)
        WHERE line.table_id IS NULL OR line.row_role <> judged.row_role
            OR line.row_label IS DISTINCT FROM judged.row_label
    """


class ExpectOutlinesToPointAtRows(Rule):
    """The row one level up and the row of the total are rows of the same table, and never the row itself."""

    query: ClassVar[str] = """
        SELECT @key AS place
        FROM judged
        LEFT JOIN mart_row AS above ON above.table_id = judged.table_id AND above.row_number = judged.parent_row_number
        LEFT JOIN mart_row AS total ON total.table_id = judged.table_id AND total.row_number = judged.total_row_number
        WHERE (judged.parent_row_number IS NOT NULL AND above.row_number IS NULL)
            OR (judged.total_row_number IS NOT NULL AND total.row_number IS NULL)
            OR judged.row_number IN (judged.parent_row_number, judged.total_row_number)
    """


class ExpectTablesToCountTheirCells(Rule):
    """A table has as many rows and values as it says."""

    query: ClassVar[str] = """
        SELECT judged.table_id AS place
        FROM judged
        LEFT JOIN (SELECT table_id, count(*) AS held FROM mart_cell GROUP BY table_id) AS cell USING (table_id)
        LEFT JOIN (SELECT table_id, count(*) AS held FROM mart_row GROUP BY table_id) AS line USING (table_id)
        WHERE judged.cell_count <> coalesce(cell.held, 0) OR judged.row_count <> coalesce(line.held, 0)
    """
