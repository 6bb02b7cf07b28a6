"""A vocabulary file that cannot be used is told by table and term, whatever is wrong with it."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from pipelines.run.document import Task, perform
from pipelines.vocabulary import LANGUAGES_KNOWN, OWN_FOLDER, vocabulary_of
from pipelines.vocabulary.validate import CERTAINTIES, problems


def _file(language: str) -> dict[str, Any]:
    return tomllib.loads(
        resources.files("pipelines.vocabulary").joinpath(f"{language}.toml").read_text(encoding="utf-8")
    )


@pytest.mark.parametrize("language", LANGUAGES_KNOWN)
def test_every_file_is_whole_and_says_how_sure_its_terms_are(language: str) -> None:
    terms = _file(language)
    assert list(problems(language, terms)) == []
    assert terms["certainty"]["default"] in CERTAINTIES
    assert vocabulary_of(language).decimal in {".", ","}


@pytest.mark.parametrize(
    ("table", "more", "told"),
    [
        ("objects", {"experts": ["Consultants"]}, r"\[objects\] 'Consultants' means both consultants and experts"),
        ("objects", {"other": [3]}, r"\[objects\] other holds 3, which is no text"),
        ("column_heads", {"EXPENDITURE": "estimate"}, r"'EXPENDITURE' means both expenditure and estimate"),
        ("column_heads", {"expenditure": 1.5}, r"\[column_heads\] expenditure is 1.5"),
        ("caption", {"table": "^Table (?P<number>"}, r"\[caption\] table is no regular expression"),
        ("furniture", {"patterns": ["("]}, r"\[furniture\] patterns is no regular expression"),
        ("headings", {"levels": [["^(", 1]]}, r"\[headings\] levels is no regular expression"),
        ("language", {"code": "fr"}, r"code is 'fr'; the file's name says 'en'"),
        ("language", {"decimal": ";"}, r"decimal is ';'"),
        ("language", {"script": "runic"}, r"script is 'runic'"),
        ("certainty", {"default": "sure"}, r"default is 'sure'; it is one of read, usual, unsure"),
        ("certainty", {"unsure": ["objets"]}, r"names table 'objets'"),
    ],
)
def test_a_fault_is_reported_with_its_place(table: str, more: dict[str, Any], told: str) -> None:
    terms = _file("en")
    terms[table] = {**terms[table], **more}
    with pytest.raises(AssertionError, match=told):
        raise AssertionError("\n".join(problems("en", terms)))


def test_a_missing_table_is_reported() -> None:
    terms = _file("en")
    del terms["units"]
    assert list(problems("en", terms)) == ["table [units] is missing; every vocabulary has one"]
    assert any("stands outside a table" in told for told in problems("en", {**_file("en"), "stray": 1}))


def test_a_run_names_the_file_of_own_terms_that_is_at_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "fr.toml"
    own.write_text('[objects]\nexperts = ["Consultants"]\n', encoding="utf-8")
    text = tmp_path / "text.txt"
    text.write_text("10.1 Les ressources pour 2023 sont indiquées par objet de dépense.\n", encoding="utf-8")
    monkeypatch.setenv(OWN_FOLDER, str(tmp_path))
    outcome = perform(Task("text.txt", "0" * 64, "txt", str(text), str(tmp_path / "text.stage"), {}))
    assert outcome.refusal == f"{own}: [objects] 'Consultants' means both consultants and experts; take it out of one"
    assert not outcome.is_lasting
