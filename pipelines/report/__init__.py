"""The report of a release: pages that open from a disk, without a network.

``index.html`` says what is in the release, what it costs, what is wrong in print and what changed; each section has a
page of its own (money, posts, mandates), each document with findings another, where every finding stands with its
printed table. Drawings are SVG within the page, and a table follows each. The one script chooses the language of
labels; without it they are English.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.numeric_order import order_by
from warehouse.schema.languages import LANGUAGES, RIGHT_TO_LEFT

if TYPE_CHECKING:
    import duckdb

    from pipelines.report.last_release import LastReport

_TEMPLATES = Path(__file__).parent / "templates"
_DOCUMENTS_AT_ONCE = 128
_SECTIONS_AT_ONCE = 64
_WORST = 10
"""Patterns that the first page shows."""
_WARNINGS = f"SELECT document_id, kind, message FROM mart_warning ORDER BY {order_by('document_id')}, warning_id"


def write_report(
    database: Path | duckdb.DuckDBPyConnection,
    folder: Path,
    before: Path | None = None,
    pictured: Collection[str] = frozenset(),
    last: LastReport | None = None,
    compiled: Path | None = None,
) -> Path:
    """Write index.html and the pages it leads to from a finished warehouse file, or an open one; ``before`` is that of the last
    release.

    ``pictured`` are the findings of which pictures lie in the folder ``evidence`` of the report. Pages that are the same in
    the ``last`` report are linked. Templates are kept ``compiled`` in a folder, if given.

    Returns the path of index.html. Raises QueryError when the file can't be read.
    """
    from jinja2 import FileSystemBytecodeCache, FileSystemLoader, StrictUndefined

    from pipelines.report import charts, findings, last_release, sections
    from pipelines.report.environment import EntriesFirst
    from warehouse.query import connect_read_only, records

    if isinstance(database, Path):
        with connect_read_only(database, folder.with_suffix(".tmp"), 1) as opened:
            return write_report(opened, folder, before, pictured, last, compiled)
    connection = database
    if compiled is not None:
        compiled.mkdir(parents=True, exist_ok=True)
    world = EntriesFirst(
        bytecode_cache=FileSystemBytecodeCache(str(compiled)) if compiled is not None else None,
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    world.filters.update(number=charts.number, percent=charts.percent, plain=charts.plain)
    world.globals["languages"] = LANGUAGES
    world.globals["right_to_left"] = RIGHT_TO_LEFT
    for name in ("", "sections", "findings"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name in ("style.css", "reader.js", "filter.js"):
        (folder / name).write_text(world.get_template(name).render(), "utf-8")
    pages = findings.pages_of(connection, pictured)
    sections.gather(connection)
    section_list = sections.all_sections(connection)
    mandates = sections.mandate_load(connection)
    shared = {"pages": pages, "sections": section_list, "pictured": pictured}
    for batch in _batches([page for page in pages if not _is_kept(last, folder, page)]):
        whole = _findings_of(connection, {page["document_id"] for page in batch}, last)
        findings.place_absent(connection, whole)
        tables = findings.tables_of(connection, whole)
        by_document: dict[str, list[dict[str, Any]]] = {}
        for finding in whole:
            by_document.setdefault(finding["document_id"], []).append(finding)
        for page in batch:
            own = by_document[page["document_id"]][page["start"] : page["start"] + page["count"]]
            more = {"page": page, "groups": findings.grouped(own, tables), "mark": page["mark"]}
            _write(world, folder / page["address"], "findings.html", {**shared, **more})
    marks = last_release.marks_of_sections(connection)
    by_section: dict[Any, list[dict[str, Any]]] = {}
    for page in pages:
        by_section.setdefault((page["edition_year"], page["section_code"]), []).append(page)
    of_section = {section["key"]: by_section.get(section["key"], []) for section in section_list}
    for section in section_list:
        told = [_told(page) for page in of_section[section["key"]]]
        section["mark"] = last_release.mark_of(section, marks.get(section["key"]), told)
    other = [one for one in section_list if not last_release.keep(last, folder, one["address"], one["mark"])]
    for start in range(0, len(other), _SECTIONS_AT_ONCE):
        some = other[start : start + _SECTIONS_AT_ONCE]
        rows = sections.rows_of_sections(connection, [section["key"] for section in some])
        for section in some:
            more = {**sections.one_section(section, rows[section["key"]]), "mark": section["mark"]}
            pages_of = {"section": section, "finding_pages": of_section[section["key"]]}
            _write(world, folder / section["address"], "section.html", {**shared, **more, **pages_of})
    _write(world, folder / "mandates.html", "mandates.html", {**shared, "mandates": mandates})
    _write(world, folder / "life.html", "life.html", {**shared, "lives": sections.life_of_figures(connection)})
    doubted = findings.doubts_of(connection)
    _write(world, folder / "doubts.html", "doubts.html", {**shared, "doubts": doubted})
    facts = sections.overview(connection, section_list)
    facts["warnings"] = records(connection, _WARNINGS)
    facts.update(
        counts=_counted(pages),
        patterns=findings.worst(connection, _WORST),
        doubts=doubted,
        changes=last_release.since(connection, before, last.touched if last is not None else None),
    )
    facts["documents_found"] = findings.by_doubts(pages, doubted)
    facts["has_data_docs"] = (folder / "data_docs").is_dir()  # they may be written just now
    lists = findings.lists_of(connection, pages)
    places = [(one["name"], one["pages"][0]) for one in lists]
    marks_of_lists = {one["name"]: last_release.mark_of(one, places) for one in lists}

    def is_kept(one: findings.Edition) -> bool:
        mark = marks_of_lists[one["name"]]
        return all(last_release.keep(last, folder, address, mark) for address in one["pages"])

    for one, patterns in findings.patterns_of(connection, [one for one in lists if not is_kept(one)]):
        mark = marks_of_lists[one["name"]]
        for part in findings.parts_of(patterns, one):
            rows = part["rows"]
            more = {"part": part, "values": findings.values_of(rows), "table_rows": findings.table_rows(rows)}
            path = folder / part["address"]
            path.unlink(missing_ok=True)
            _write(world, path, "all.html", {**shared, **more, "list": one, "lists": lists, "mark": mark})
    _write(world, folder / "index.html", "index.html", {**shared, **facts})
    return folder / "index.html"


def _counted(pages: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Findings of the release by severity, and all of them."""
    documents = [page for page in pages if page["start"] == 0]
    found = {name: sum(one[name] for one in documents) for name in ("findings", "warnings")}
    errors = sum(page["errors"] for page in pages)
    return {
        "all": found["findings"],
        "error": errors,
        "warning": found["warnings"],
        "info": found["findings"] - errors - found["warnings"],
    }


def _is_kept(last: LastReport | None, folder: Path, page: dict[str, Any]) -> bool:
    """Link the page of findings of a document that was not touched; False where it has to be written."""
    from pipelines.report.last_release import keep

    return (
        last is not None
        and page["document_id"] not in last.touched
        and keep(last, folder, page["address"], page["mark"])
    )


def _findings_of(connection: Any, documents: Collection[str], last: LastReport | None) -> list[dict[str, Any]]:
    """Findings of some documents; where none but touched ones are asked for, a small file is asked for their equations."""
    from pipelines.report.findings import findings_of
    from warehouse.query import connect_read_only

    if last is None or last.part is None or not last.touched.issuperset(documents):
        return findings_of(connection, sorted(documents))
    with connect_read_only(last.part, most_threads=1) as part:
        return findings_of(connection, sorted(documents), part)


def _told(page: dict[str, Any]) -> tuple[Any, ...]:
    """What other pages say of a page of findings."""
    return (*(page[name] for name in ("address", "name", "language", "format", "part", "errors", "count")),)


def _batches(pages: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Pages of a few documents at a time: their findings and tables are held in memory, one document's together."""
    batch: list[dict[str, Any]] = []
    documents: set[str] = set()
    for page in pages:
        if page["document_id"] not in documents and len(documents) == _DOCUMENTS_AT_ONCE:
            yield batch
            batch, documents = [], set()
        batch.append(page)
        documents.add(page["document_id"])
    if batch:
        yield batch


def _write(world: Any, path: Path, template: str, values: Mapping[str, Any]) -> None:
    up = "../" if path.parent.name in ("sections", "findings") else ""
    path.write_text(world.get_template(template).render(up=up, **{"mark": None, **values}), "utf-8")
