"""``fascicle vocabulary check``: what a document has that the vocabulary lacks, and how a line of it mends that."""

from __future__ import annotations

import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from docx import Document as Word

from benches.render.facts import fascicle_of
from benches.render.render import render
from pipelines.command import cli
from pipelines.run.document import read_rows
from pipelines.vocabulary import OWN_FOLDER, VocabularyError, extended, own_folder, vocabulary_of
from tests.benches.render.facts import DIMENSIONS, facts_in, seed_rows

# Words in place of fixed terms of a French fascicle, with the line that makes each known.
STRANGE = {
    "Consultants": ("Conseillers", "objects", 'consultants = ["Conseillers"]'),
    "Frais de voyage du personnel": ("Missions", "objects", 'travel_of_staff = ["Missions"]'),
    "Frais de représentation": ("Réceptions", "objects", 'hospitality = ["Réceptions"]'),
    "Ajustements techniques": ("Retouches", "column_heads", '"Retouches" = "technical_adjustment"'),
    "Pourcentage": ("Taux", "column_heads", '"Taux" = "percent_change"'),
    "Objet de dépense": ("Poste budgétaire", "stub_heads", '"Poste budgétaire" = "object"'),
    "Nombre de postes": ("Effectif", "units", '"Effectif" = "posts"'),
    "Administrateurs et fonctionnaires de rang supérieur": (
        "Cadres",
        "post_categories",
        'professional_and_higher = ["Cadres"]',
    ),
    "Postes, par catégorie": ("Effectifs par groupe", "row_groups", '"Effectifs par groupe" = "posts"'),
    "Ressources extrabudgétaires": ("Hors budget", "funding_sources", 'XB = ["Hors budget"]'),
}


@cache
def _printed(is_strange: bool) -> bytes:
    """The seed in French, Word; with ten terms that no vocabulary knows where ``is_strange``."""
    data = render(fascicle_of(seed_rows()), "fr", "docx")
    if not is_strange:
        return data
    word = Word(io.BytesIO(data))
    cells = (cell for table in word.tables for row in table.rows for cell in row.cells)
    inside = {id(paragraph._p): paragraph for cell in cells for paragraph in cell.paragraphs}
    # headings of sections say some of these too, and stay
    above = [paragraph for paragraph in word.paragraphs if paragraph.text.strip()[:1] in "(123"]
    for paragraph in [*above, *inside.values()]:
        text = paragraph.text
        for known, (strange, _, _) in STRANGE.items():
            if text.strip("()0123456789 \t").casefold() == known.casefold():
                start = text.casefold().index(known.casefold())
                paragraph.runs[0].text = text[:start] + strange + text[start + len(known) :]
                for run in paragraph.runs[1:]:
                    run.text = ""
    sink = io.BytesIO()
    word.save(sink)
    return sink.getvalue()


def _check(path: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["vocabulary", "check", str(path), *arguments])


def _own(folder: Path) -> Path:
    """A folder of one's own terms, with the lines for all ten."""
    tables: dict[str, list[str]] = {}
    for _, table, line in STRANGE.values():
        tables.setdefault(table, []).append(line)
    text = "\n".join(f"[{table}]\n" + "\n".join(lines) for table, lines in tables.items())
    folder.mkdir()
    (folder / "fr.toml").write_text(text, encoding="utf-8")
    return folder


def test_ten_unknown_terms_are_listed_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "strange.docx"
    path.write_bytes(_printed(True))
    answer = _check(path, "--json")
    assert answer.exit_code == 3, answer.output
    found = {(row["vocabulary_table"], row["printed_text"]) for row in json.loads(answer.output)}
    assert found == {(table, strange) for strange, table, _ in STRANGE.values()}
    told = _check(path).output
    assert "10 terms are not in the vocabulary (fr)" in told
    assert "unknown column head “Retouches” in table 10.16" in told


def test_a_line_for_each_makes_the_document_parse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "strange.docx"
    path.write_bytes(_printed(True))
    folder = _own(tmp_path / "own")
    answer = _check(path, "--vocabulary", str(folder))
    assert answer.exit_code == 0 and "every fixed term" in answer.output, answer.output
    monkeypatch.setenv(OWN_FOLDER, str(folder))
    facts = {name: facts_in(rows_of(_printed(True)), name) for name in DIMENSIONS}
    monkeypatch.delenv(OWN_FOLDER)
    plain = rows_of(_printed(False))
    assert facts == {name: facts_in(plain, name) for name in DIMENSIONS}


def rows_of(data: bytes) -> dict[str, list[dict[str, Any]]]:
    """Rows of a Word file, not judged."""
    return dict(read_rows(data, "docx", {}, ""))


def test_a_document_with_known_terms_has_none_unknown(tmp_path: Path) -> None:
    path = tmp_path / "plain.docx"
    path.write_bytes(_printed(False))
    assert _check(path).exit_code == 0


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[objets]\nx = 'y'\n", r"no table \[objets\]"),
        ("[objects\n", "is no TOML"),
        ("[year]\npattern = 3\n", "is a str"),
    ],
)
def test_a_file_of_own_terms_that_cannot_be_used_is_reported(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "plain.docx"
    path.write_bytes(_printed(False))
    (tmp_path / "fr.toml").write_text(text, encoding="utf-8")
    answer = _check(path, "--vocabulary", str(tmp_path))
    assert answer.exit_code == 1 and "fr.toml" in answer.output
    with pytest.raises(VocabularyError, match=reason):
        raise VocabularyError(answer.output)


def test_own_terms_grow_lists_and_leave_ours_as_they_are() -> None:
    ours = vocabulary_of("fr").terms
    whole = extended(ours, {"objects": {"consultants": ["Conseillers"]}, "units": {"Effectif": "posts"}})
    assert whole["objects"]["consultants"] == [*ours["objects"]["consultants"], "Conseillers"]
    assert "Effectif" not in ours["units"] and whole["units"]["Effectif"] == "posts"


def test_a_meaning_is_proposed_where_place_and_figures_show_it(tmp_path: Path) -> None:
    strange, known = tmp_path / "strange.docx", tmp_path / "known.docx"
    strange.write_bytes(_printed(True))
    known.write_bytes(_printed(False))
    answer = json.loads(_check(strange, "--json", "--beside", str(known)).output)
    proposed = {row["printed_text"]: row["proposed_meaning"] for row in answer}
    assert proposed["Retouches"] == "technical_adjustment"
    assert proposed["Taux"] == "percent_change"
    assert (proposed["Conseillers"], proposed["Missions"]) == ("consultants", "travel_of_staff")
    assert [row["figure_count"] for row in answer] == sorted((row["figure_count"] for row in answer), reverse=True)
    assert '"Retouches" = "technical_adjustment"' in _check(strange).output


def test_an_organ_that_is_not_known_comes_with_the_line_that_makes_it_known(tmp_path: Path) -> None:
    word = Word()
    for text, level in (("A/81/6 (Sect. 99)", 0), ("Legislative mandates", 2), ("Tidal Council resolutions", 3)):
        word.add_heading(text, level) if level else word.add_paragraph(text)
    word.paragraphs[0].insert_paragraph_before("99.1\tThe programme is responsible for tides.")
    table = word.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "12/3; 12/4", "Tides"
    path = tmp_path / "list.docx"
    word.save(str(path))
    given = ("vocabulary", "check", str(path), "--symbol", "A/81/6 (Sect. 99)")
    answer = CliRunner().invoke(cli, given)
    assert answer.exit_code == 3
    assert "unknown organ “Tidal Council” in a list of mandates" in answer.output
    lines = [line.strip() for line in answer.output.splitlines()]
    at = lines.index("code,en,source")
    own = tmp_path / "own"
    own.mkdir()
    (own / "organs.csv").write_text("\n".join([lines[at], lines[at + 1].replace("...", "QQ/TC")]), encoding="utf-8")
    answer = CliRunner().invoke(cli, [*given, "--vocabulary", str(own)])
    assert answer.exit_code == 0, answer.output
    with own_folder(own):
        rows = read_rows(path.read_bytes(), "docx", {"symbol": "A/81/6 (Sect. 99)"}, "")
    assert [row["symbol"] for row in rows["mart_mandate"]] == ["QQ/TC/RES/12/3", "QQ/TC/RES/12/4"]
