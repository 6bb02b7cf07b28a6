"""``fascicle explain``: one finding or claim with the lines it is printed on and the equations it is part of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pipelines.command.common import home_option, plain, require_release, rows_of
from warehouse.release import Release

_AROUND = 3
_MOST_LINES = 40


@click.command()
@click.argument("identifier")
@click.option("--around", default=_AROUND, show_default=True, help="Printed lines shown before and after.")
@click.option(
    "--picture",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the part of the PDF's page around the figure, with the figure marked, to this .png file.",
)
@home_option
def explain(identifier: str, around: int, picture: Path | None, home: Path) -> None:
    """One finding, doubt or claim IDENTIFIER (or its beginning): the printed lines around it, the equations it
    stands in, and what the other claims imply; of a doubt, what it was taken for and what speaks against it.
    """
    release = require_release(home)
    finding = _find(release, "mart_finding", "finding_id", identifier)
    doubt = _find(release, "mart_doubt", "doubt_id", identifier) if finding is None else None
    if doubt:
        _show_doubt(release, doubt, around)
        return
    claim_id = (finding.get("claim_id") or finding.get("cell_id")) if finding else None
    claim = _find_claim(release, claim_id or identifier)
    if finding is None and claim is None:
        raise click.UsageError(
            f"no finding, doubt or claim {identifier!r} in the current release; see: fascicle findings"
        )
    if picture is not None:
        _write_picture(release, home, finding or claim or {}, picture)
    if finding:
        _show_finding(finding)
    if claim:
        _show_claim(release, claim)
    place = claim if claim and claim.get("line_first") else finding
    if place and place.get("line_first"):
        _show_lines(release, place, around)
    elif claim and claim.get("table_id"):
        _show_printed_row(release, claim)
    relations = _relations(release, claim["claim_id"] if claim else claim_id)
    if finding and not claim:
        relations = _relations_of_absent(release, finding)
    for relation in relations:
        _show_relation(release, relation)
    if claim and claim.get("fact_id"):
        _show_witnesses(release, claim)


def _write_picture(release: Release, home: Path, row: dict[str, Any], target: Path) -> None:
    """Write the picture of a finding or claim. Raises UsageError where there is none."""
    import tempfile

    from pipelines.review.evidence import pictures_of
    from pipelines.run.workers import Limits
    from warehouse.home import Home

    with tempfile.TemporaryDirectory(prefix="fascicle-evidence-") as folder:
        wanted = {row["document_id"]: [row]}
        made, without = pictures_of(release.database, Home(home).archive, wanted, Path(folder), Limits())
        if not made:
            raise click.UsageError(f"no picture: {next(iter(without.values()))}")
        target.write_bytes(next(iter(made.values())).read_bytes())
    click.echo(f"  picture   {target}")


def _find(release: Release, table: str, key: str, identifier: str) -> dict[str, Any] | None:
    """The row of that identifier, or the one whose identifier alone begins so."""
    rows = rows_of(
        release,
        f"SELECT * FROM {table} WHERE {key} = $1 OR starts_with({key}, $1) ORDER BY {key} = $1 DESC, {key} LIMIT 2",
        [identifier],
    )
    if rows and (rows[0][key] == identifier or len(rows) == 1):
        return rows[0]
    if len(rows) > 1:
        raise click.UsageError(f"several begin with {identifier!r}: {rows[0][key]}, {rows[1][key]}, ...")
    return None


def _find_claim(release: Release, identifier: str) -> dict[str, Any] | None:
    """A claim of any kind, with its place; the same columns whatever makes it."""
    for table, key in (
        ("mart_cell", "cell_id"),
        ("mart_stated_amount", "stated_amount_id"),
        ("mart_chart_value", "chart_value_id"),
        ("mart_org_unit_post", "org_unit_post_id"),
    ):
        found = _find(release, table, key, identifier)
        if found:
            return {**found, "claim_id": found[key], "source": table.removeprefix("mart_")}
    # A detail of a cell: a claim that has no row of its own elsewhere.
    found = _find(release, "v_claim_place", "claim_id", identifier)
    return {**found, "table_number": found["place"]} if found else None


def _show_finding(finding: dict[str, Any]) -> None:
    click.echo(click.style(f"{finding['severity']} ({finding['class']})", bold=True) + f"  {finding['message']}")
    click.echo(f"  finding   {finding['finding_id']}")
    printed = finding["printed_text"] if finding["printed_text"] is not None else "nothing"
    click.echo(f"  printed   {printed}")
    if finding["implied_value"] is not None:
        low, high = finding["implied_low"], finding["implied_high"]
        between = f"  (the rest allows {plain(low)} to {plain(high)})" if low is not None and low != high else ""
        click.echo(f"  implied   {plain(finding['implied_value'])}{between}")
    if finding["difference"] is not None:
        click.echo(f"  apart by  {plain(finding['difference'])}")
    if finding["explained_relations"]:
        click.echo(f"  explains  {finding['explained_relations']} violated relations")
    if not finding["is_unique"]:
        click.echo(f"  or else   {plain(finding['alternatives']) or 'another claim'}")
    if finding["acknowledged"]:
        click.echo("  known     in the register of known discrepancies")


def _show_doubt(release: Release, doubt: dict[str, Any], around: int) -> None:
    click.echo(click.style(f"doubt ({doubt['kind']})", bold=True) + f"  {doubt['message']}")
    click.echo(f"  doubt     {doubt['doubt_id']}")
    for name, label in (
        ("document_id", "document"),
        ("other_document_id", "against"),
        ("taken_for", "taken for"),
        ("may_be", "may be"),
        ("words_that_differ", "words"),
        ("evidence", "evidence"),
    ):
        if doubt[name]:
            click.echo(f"  {label:<9} {doubt[name]}")
    click.echo(f"  figures   {doubt['claim_count']} rest on it")
    for key in ("table_id", "other_table_id"):
        for table in rows_of(
            release,
            "SELECT table_number, title FROM mart_table WHERE table_id = ?",
            [doubt[key]] if doubt[key] else [""],
        ):
            click.echo(f"  caption   {table['table_number'] or ''} {table['title'] or 'untitled'}".rstrip())
    if doubt["line_first"]:
        _show_lines(release, doubt, around)


def _show_claim(release: Release, claim: dict[str, Any]) -> None:
    document = rows_of(
        release,
        "SELECT symbol, language, format, source_sha256 FROM mart_document WHERE document_id = ?",
        [claim["document_id"]],
    )[0]
    place = [f"{document['symbol']}, {document['language']}, {document['format']}"]
    for name, word in (("table_number", "table"), ("paragraph_number", "paragraph"), ("figure_number", "figure")):
        if claim.get(name):
            place.append(f"{word} {claim[name]}")
    if claim.get("page_number"):
        place.append(f"page {claim['page_number']}")
    label = " / ".join(
        plain(claim.get(name))
        for name in ("row_label", "unit_label", "label", "column_label", "grade", "measure", "fiscal_year")
        if claim.get(name) is not None
    )
    click.echo(f"  claim     {claim['claim_id']}")
    click.echo(f"  place     {'; '.join(place)}")
    click.echo(f"  states    {label}: {claim.get('printed_text')}")
    if claim.get("fact_id"):
        click.echo(f"  fact      {claim['fact_id']}")
    click.echo(f"  source    sha256 {document['source_sha256']}")


def _show_lines(release: Release, place: dict[str, Any], around: int) -> None:
    first, last = place["line_first"], place.get("line_last") or place["line_first"]
    lines = rows_of(
        release,
        "SELECT line_number, text, role FROM mart_source_line "
        "WHERE document_id = ? AND line_number BETWEEN ? AND ? AND role <> 'blank' ORDER BY line_number",
        [place["document_id"], first - 2 * around, min(last, first + _MOST_LINES) + 2 * around],
    )
    before = [line for line in lines if line["line_number"] < first][-around:] if around else []
    within = [line for line in lines if first <= line["line_number"] <= last]
    after = [line for line in lines if line["line_number"] > last][:around]
    click.echo("\n  printed lines")
    for line in (*before, *within, *after):
        mark = ">" if first <= line["line_number"] <= last else " "
        click.echo(f"  {mark} {line['line_number']:>5}  {plain(line['text'])}")


def _show_printed_row(release: Release, claim: dict[str, Any]) -> None:
    """The printed row, where the format has no lines."""
    cells = rows_of(
        release,
        "SELECT cell_id, column_label, printed_text FROM mart_cell WHERE table_id = ? AND row_number = ? "
        "ORDER BY column_number",
        [claim["table_id"], claim["row_number"]],
    )
    click.echo(f"\n  printed row  {plain(claim.get('row_label'))}")
    for cell in cells:
        mark = ">" if cell["cell_id"] == claim["claim_id"] else " "
        click.echo(f"  {mark} {plain(cell['printed_text']):>14}  {plain(cell['column_label'])}")


def _relations(release: Release, claim_id: str | None) -> list[dict[str, Any]]:
    if claim_id is None:
        return []
    return rows_of(
        release,
        "SELECT DISTINCT relation.* FROM mart_relation AS relation JOIN mart_relation_member AS member USING (relation_id) "
        "WHERE member.claim_id = ? "
        "ORDER BY list_position(['violated', 'unassessable', 'rounding', 'exact'], relation.verdict), relation_id",
        [claim_id],
    )


def _relations_of_absent(release: Release, finding: dict[str, Any]) -> list[dict[str, Any]]:
    """Relations that could not be assessed for want of the cell that a finding misses: those of its printed row."""
    return rows_of(
        release,
        "SELECT DISTINCT relation.* FROM mart_relation AS relation "
        "JOIN mart_relation_member AS absent USING (relation_id) "
        "JOIN mart_relation_member AS member USING (relation_id) "
        "JOIN mart_cell AS cell ON cell.cell_id = member.claim_id "
        "WHERE absent.claim_id IS NULL AND relation.verdict = 'unassessable' AND relation.check_name = $1 "
        "AND cell.document_id = $2 AND cell.table_number = $3 AND cell.row_label = $4 "
        "AND cell.line_first IS NOT DISTINCT FROM $5 ORDER BY relation_id",
        [finding[name] for name in ("check_name", "document_id", "table_number", "row_label", "line_first")],
    )


def _show_relation(release: Release, relation: dict[str, Any]) -> None:
    colour = {"violated": "red", "exact": "green"}.get(relation["verdict"], "yellow")
    click.echo(f"\n  {relation['check_name']}: {click.style(relation['verdict'], fg=colour)}")
    click.echo(f"    {plain(relation['equation'])}")
    if relation["residual"] is not None:
        bound = f", rounding explains up to {plain(relation['bound'])}" if relation["bound"] is not None else ""
        click.echo(f"    residual {plain(relation['residual'])}{bound}; {relation['member_count']} members")
    members = rows_of(
        release,
        "SELECT member.role, member.coefficient, member.claim_id, place.printed_text, place.row_label, "
        "place.column_label, place.place, place.page_number, place.line_first "
        "FROM mart_relation_member AS member LEFT JOIN v_claim_place AS place USING (claim_id) "
        "WHERE member.relation_id = ? ORDER BY member.member_number",
        [relation["relation_id"]],
    )
    for member in members:
        words = " / ".join(plain(member[name]) for name in ("place", "row_label", "column_label") if member[name])
        where = f"  p. {member['page_number']} l. {member['line_first']}" if member["line_first"] else ""
        printed = plain(member["printed_text"]) if member["printed_text"] is not None else "[ ]"
        click.echo(f"    {plain(member['role']):<9} {plain(member['coefficient']):>4} x {printed:>12}  {words}{where}")


def _show_witnesses(release: Release, claim: dict[str, Any]) -> None:
    """What other claims say of the same fact."""
    others = rows_of(
        release,
        "SELECT claim_id, source, printed_text, document_id, place, row_label, page_number, line_first FROM v_claim_place "
        "WHERE fact_id = ? AND claim_id <> ? ORDER BY document_id, line_first",
        [claim["fact_id"], claim["claim_id"]],
    )
    if not others:
        return
    click.echo("\n  the same fact elsewhere")
    for other in others:
        where = f"p. {other['page_number']} l. {other['line_first']}" if other["line_first"] else ""
        click.echo(
            f"    {plain(other['printed_text']):>14}  {other['source']:<9} {plain(other['place'])} "
            f"{plain(other['row_label'])}  {other['document_id']} {where}"
        )
