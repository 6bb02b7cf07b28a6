"""``fascicle review``: files in, reviewed files or JSON out, an exit code, and nothing else."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from docx import Document

from benches.review import checked_cells, misprint
from pipelines.command import cli
from tests.review.drafts import draft, judged_draft, planted
from tests.shared import BUNDLED


def reviewed(*arguments: object, home: Path) -> Result:
    """What the command answers."""
    return CliRunner().invoke(cli, ["review", *map(str, arguments), "--home", str(home)])


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the bundled edition in three formats."""
    folder = tmp_path_factory.mktemp("files")
    (folder / "draft.docx").write_bytes(draft("en", "docx"))
    (folder / "draft.pdf").write_bytes(draft("en", "pdf"))
    (folder / "draft.txt").write_bytes(BUNDLED.read_bytes())
    return folder


def test_a_file_is_reviewed_beside_itself_and_nothing_is_published(files: Path, tmp_path: Path) -> None:
    before = (files / "draft.docx").read_bytes()
    done = reviewed(files / "draft.docx", home=tmp_path / "home")
    assert done.exit_code == 5, done.output
    made = files / "draft.reviewed.docx"
    assert len(list(Document(str(made)).comments)) > 5
    assert str(made) in done.output
    assert (files / "draft.docx").read_bytes() == before
    assert not (tmp_path / "home").exists()
    made.unlink()


def test_several_files_witness_for_one_another(files: Path, tmp_path: Path) -> None:
    cell = checked_cells(judged_draft("en", "docx"))[0]
    wrong = tmp_path / "wrong.docx"
    misprinted = misprint(cell["printed_text"], random.Random(1))
    wrong.write_bytes(planted(draft("en", "docx"), cell, misprinted))
    out = tmp_path / "out"
    done = reviewed(wrong, files / "draft.pdf", "-o", out, "--json", home=tmp_path / "home")
    assert done.exit_code == 5, done.output
    documents = {Path(one["file"]).name: one for one in json.loads(done.stdout)["documents"]}
    found = [
        {one[name].replace("\u00a0", " ") for name in ("printed_text", "witness_text")}
        for document in documents.values()
        for one in document["findings"]
        if one["check_name"] == "formats_agree"
    ]
    assert found == [{text.replace("\u00a0", " ") for text in (misprinted, cell["printed_text"])}]
    assert documents["wrong.docx"]["held_against"] == [documents["draft.pdf"]["document"]["document_id"]]
    assert sorted(path.name for path in out.iterdir()) == ["draft.pdf", "wrong.docx"]
    assert any(f"{misprinted} is printed" in one.text for one in Document(str(out / "wrong.docx")).comments)


def test_the_last_release_is_a_witness_and_the_register_is_known(published: Path, files: Path, tmp_path: Path) -> None:
    done = reviewed(files / "draft.docx", "--json", home=published)
    (one,) = json.loads(done.stdout)["documents"]
    assert one["held_against"] == ["A/77/6(Sect.10).zh.txt"]
    first = next(finding for finding in one["findings"] if finding["severity"] == "error")
    register = tmp_path / "register.toml"
    register.write_text(
        "[[discrepancy]]\n"
        + "".join(
            f"{name} = {json.dumps(value)}\n"
            for name, value in {
                "finding_id": first["finding_id"],
                "document_id": first["document_id"],
                "claim": first["claim_id"],
                "printed": first["printed_text"],
                "implied": f"{first['implied_value']:g}",
                "reason": "as issued",
                "decided_by": "test",
            }.items()
        )
    )
    again = reviewed(files / "draft.docx", "--json", "--register", register, home=published)
    (two,) = json.loads(again.stdout)["documents"]
    assert [row["finding_id"] for row in two["findings"] if row["acknowledged"]] == [first["finding_id"]]
    assert json.loads(again.stdout)["findings"] == json.loads(done.stdout)["findings"] - 1


def test_the_severity_that_fails_a_build_can_be_chosen(files: Path, tmp_path: Path) -> None:
    text = tmp_path / "draft.txt"
    text.write_bytes(BUNDLED.read_bytes())
    assert reviewed(text, "--fail-on", "error", home=tmp_path / "home").exit_code == 5
    assert list(tmp_path.iterdir()) == [text]  # a text has no place for notes


def test_what_is_no_fascicle_is_reported_and_stops_no_other(files: Path, tmp_path: Path) -> None:
    other = tmp_path / "letter.txt"
    other.write_text("Dear colleague,\n\nthis is no fascicle.\n")
    alone = reviewed(other, home=tmp_path / "home")
    assert alone.exit_code == 3
    assert "not reviewed: letter.txt" in alone.output
    both = reviewed(other, files / "draft.txt", home=tmp_path / "home")
    assert both.exit_code == 5


@pytest.mark.parametrize(
    "arguments", [[], ["nowhere.docx"], ["{draft}", "-o", "{draft}"], ["{draft}", "{pdf}", "-o", "{draft}"]]
)
def test_usage(files: Path, tmp_path: Path, arguments: list[str]) -> None:
    names = {"draft": files / "draft.docx", "pdf": files / "draft.pdf"}
    assert reviewed(*(one.format(**names) for one in arguments), home=tmp_path / "home").exit_code == 2
    assert (files / "draft.docx").read_bytes() == draft("en", "docx")


_WATCHED = """
import sys
from pipelines.command import cli
try:
    cli(sys.argv[1:], standalone_mode=False)
finally:
    heavy = {name.split(".")[0] for name in sys.modules} & {"dagster", "great_expectations", "jinja2", "sqlalchemy"}
    print("HEAVY", sorted(heavy))
"""


def test_the_heavy_libraries_are_not_imported(files: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.docx"
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            _WATCHED,
            "review",
            str(files / "draft.docx"),
            "-o",
            str(target),
            "--home",
            str(tmp_path / "h"),
        ],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines()[-1] == "HEAVY []", done.stderr
    assert target.is_file()
