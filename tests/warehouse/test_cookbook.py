"""The cookbook's questions asked of releases: what they answer is what is recorded."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.command.support import fascicle
from tests.shared import ROOT, SHARED
from warehouse.cookbook import answer, main, parse_question, questions, render

ALL = questions()
CORPUS = SHARED / "corpus"
# Few documents, so that most questions of single sections are asked in every run of the tests.
FEW = ("A_80_6/A_80_6_Sect.10.en.docx", "A_80_6/A_80_6_Sect.36.en.docx", "A_81_6/A_81_6_Sect.10.en.docx")
FEW_SYMBOLS = {"A/80/6 (Sect. 10)", "A/80/6 (Sect. 36)", "A/81/6 (Sect. 10)", "A/77/6 (Sect. 10)"}
# Reports on peacekeeping and revised estimates, with the fascicles, resolution and datasets that questions hold them to.
REPORTS = (
    *(f"more/A_80_pkm/A_80_{number}.en.docx" for number in (590, 596, 605, 614, 621, 634)),
    "more/A_80_400.en.docx",
    "more/resolutions/A_RES_79_258.en.pdf",
    "reference/open_un_org_budget-ppb-2024.json",
    "more/reference/open_un_org_budget-ppb-2025.json",
)
REPORT_SYMBOLS = {
    *FEW_SYMBOLS,
    *(f"A/80/{number}" for number in (400, 590, 596, 605, 614, 621, 634)),
    "A/RES/79/258",
    "PPB 2026 expenditure in 2024 (USD)",
    "PPB 2027 expenditure in 2025 (USD)",
}
_OF_REPORTS = REPORT_SYMBOLS - FEW_SYMBOLS
needs_corpus = pytest.mark.skipif(not CORPUS.exists(), reason=f"no documents in {CORPUS}")
# make cookbook sets it: a release of the whole corpus takes a minute.
IS_WHOLE = os.environ.get("FASCICLE_COOKBOOK") == "whole"


def _database(home: Path) -> Path:
    return home / "releases" / "current" / "fascicle.duckdb"


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory, published: Path) -> Path:
    home = tmp_path_factory.mktemp("few") / "home"
    text = ROOT / "pipelines" / "bundled" / "A_77_6_Sect.10.zh.txt"
    done = fascicle(home, "run", *(str(CORPUS / name) for name in FEW), str(text))
    assert done.exit_code == 0, done.output
    return _database(home)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("reports") / "home"
    done = fascicle(home, "run", *(str(CORPUS / name) for name in FEW), *(str(SHARED / name) for name in REPORTS))
    assert done.exit_code == 0, done.output
    return _database(home)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("whole") / "home"
    done = fascicle(home, "run", *(str(SHARED / name) for name in ("corpus", "reference", "seeds")))
    assert done.exit_code in (0, 3), done.output
    return _database(home)


def test_there_are_enough_questions_and_all_are_answered():
    assert len(ALL) >= 25
    assert all(question.answer_path().read_text("utf-8").count("\n") > 1 for question in ALL)


@pytest.mark.parametrize("question", ALL, ids=lambda question: question.name)
def test_the_bundled_edition_answers_as_recorded(published, question):
    found = answer(_database(published), question, is_bundled=True)
    path = question.answer_path(is_bundled=True)
    recorded = path.read_text("utf-8") if path.exists() else found.partition("\n")[0] + "\n"
    assert found == recorded


@needs_corpus
@pytest.mark.parametrize(
    "question",
    [question for question in ALL if question.documents and set(question.documents) <= FEW_SYMBOLS],
    ids=lambda question: question.name,
)
def test_few_documents_answer_as_recorded(few, question):
    assert answer(few, question) == question.answer_path().read_text("utf-8")


@needs_corpus
@pytest.mark.parametrize(
    "question",
    [q for q in ALL if not set(q.documents) <= FEW_SYMBOLS and set(q.documents) <= REPORT_SYMBOLS],
    ids=lambda question: question.name,
)
def test_reports_answer_as_recorded(reports, question):
    assert answer(reports, question) == question.answer_path().read_text("utf-8")


@needs_corpus
@pytest.mark.skipif(not IS_WHOLE, reason="asked by make cookbook")
@pytest.mark.parametrize(
    "question", [q for q in ALL if not set(q.documents) & _OF_REPORTS], ids=lambda question: question.name
)
def test_the_corpus_answers_as_recorded(whole, question):
    assert answer(whole, question) == question.answer_path().read_text("utf-8")


def test_the_page_is_not_stale():
    assert (ROOT / "docs" / "cookbook.md").read_text("utf-8") == render(), "run `make docs`: docs/cookbook.md is stale"
    assert len(re.findall(r"^```sql$", render(), re.M)) == len(ALL)


def test_a_question_without_documents_is_refused():
    with pytest.raises(ValueError, match="documents"):
        parse_question("x", "-- What?\n-- Mind this.\nSELECT 1\n")


def test_the_page_is_written_where_asked(tmp_path, capsys):
    assert main([str(tmp_path / "page.md")]) == 0
    assert (tmp_path / "page.md").read_text("utf-8") == render()
    assert main([]) == 2
    assert "usage" in capsys.readouterr().err
