"""``fascicle search``: words in paragraphs and resolutions of a release, in Chinese and English."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from tests.command.support import fascicle, queried


def found(home: Path, *words: str) -> list[dict[str, Any]]:
    answer = fascicle(home, "search", *words, "--json")
    assert answer.exit_code == 0, answer.output
    hits: list[dict[str, Any]] = json.loads(answer.output)
    return hits


def test_chinese_characters_are_found_in_paragraphs_with_their_place(published: Path) -> None:
    held = {
        row["paragraph_number"]
        for row in queried(published, "SELECT paragraph_number, text, heading_path FROM mart_paragraph")
        if "最不发达国家" in "".join(((row["text"] or "") + (row["heading_path"] or "")).split())
    }
    hits = found(published, "最不发达国家", "--limit", "200")
    assert held and {hit["place"] for hit in hits if hit["kind"] == "paragraph"} == held
    assert all(hit["symbol"] == "A/77/6 (Sect. 10)" and hit["line_first"] for hit in hits)
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)


def test_english_words_are_found_by_their_stem_in_titles_of_resolutions(published: Path) -> None:
    one, other = (found(published, *words) for words in (("least", "developed", "country"), ("DEVELOPED", "Countries")))
    symbols = {hit["symbol"] for hit in one}
    assert {"A/RES/56/227", "A/RES/76/258"} <= symbols <= {hit["symbol"] for hit in other}
    assert all(hit["kind"] == "resolution" and hit["language"] == "en" for hit in one)
    assert found(published, "--language", "zh", "least developed country") == []


def test_a_resolution_is_found_by_its_symbol_where_texts_print_its_number(published: Path) -> None:
    hits = found(published, "A/RES/76/245")
    assert "A/RES/76/245" in {hit["symbol"] for hit in hits if hit["kind"] == "resolution"}
    cited = {row["paragraph_number"] for row in queried(published, "FROM mart_citation WHERE symbol = 'A/RES/76/245'")}
    places = {hit["place"] for hit in hits if hit["kind"] == "paragraph"}
    assert places and places <= cited


def test_where_no_text_has_every_word_the_best_partial_matches_are_marked(published: Path) -> None:
    answer = fascicle(published, "search", "developed", "zeppelin")
    assert answer.exit_code == 0 and "no text contains every word" in answer.stderr
    assert {hit["has_all"] for hit in found(published, "developed zeppelin")} == {False}
    assert fascicle(published, "search", "zeppelin").output == "no text contains zeppelin\n"
    assert found(published, "zeppelin") == []


def test_people_see_symbol_paragraph_language_and_words(published: Path) -> None:
    lines = fascicle(published, "search", "最不发达国家", "--kind", "paragraph", "--limit", "2").output.splitlines()
    assert len(lines) == 4
    assert lines[0].startswith("A/77/6 (Sect. 10) paragraph 10.") and "[zh, page" in lines[0]
    assert "最不发达国家" in lines[1]


def test_a_search_without_a_word_is_a_usage_error(published: Path) -> None:
    for words in (["--"], ["--", "..."], ["--", '""']):
        answer = fascicle(published, "search", *words[1:])
        assert answer.exit_code == 2, answer.output
    assert "no release" in fascicle(published.parent / "nowhere", "search", "words").output


def test_a_search_leaves_the_release_as_it_is(published: Path) -> None:
    database = (published / "releases" / "current").resolve() / "fascicle.duckdb"
    before = hashlib.sha256(database.read_bytes()).hexdigest(), sorted(path.name for path in database.parent.iterdir())
    database.chmod(0o444)
    assert found(published, "developed")
    assert (
        hashlib.sha256(database.read_bytes()).hexdigest(),
        sorted(p.name for p in database.parent.iterdir()),
    ) == before
