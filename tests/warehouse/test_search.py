"""Search over texts whose words, ranks and formats are known."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.warehouse.made import filled
from tests.warehouse.support import document
from warehouse.search import Hit, SearchError, search, snippet, terms_of

TEXTS = {
    "en.docx": [
        ("1", None, "The policy of the fund."),
        ("2", None, "Policies of many bodies, none of them a fund, and much else besides that is of no matter here."),
        ("3", "Contingency fund", "Nothing."),
        ("4", None, "The fundamental question; resolution 74/232 B and 174/232."),
        ("5", None, "Development is financed; a fund for development, and development alone."),
    ],
    "en.pdf": [("1", None, "The policy of the fund.")],
    "zh.txt": [("1", None, "支援最不发 \n达国家 的 Fund 方案"), ("2", "方案", "别的")],
    "ru.docx": [("1", None, "Бюджеты программ")],
}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows: dict[str, list[dict[str, object]]] = {"mart_document": [], "mart_paragraph": [], "mart_resolution": []}
    for name, texts in TEXTS.items():
        language, kind = name.split(".")
        rows["mart_document"].append(document(name) | {"language": language, "format": kind})
        for order, (number, heading, text) in enumerate(texts):
            rows["mart_paragraph"].append(
                {"paragraph_id": f"{name}#{order}", "document_id": name}
                | {"paragraph_number": number, "heading_path": heading, "text": text, "line_first": order}
            )
    rows["mart_resolution"].append({"symbol": "A/RES/70/1", "title": "Development for all", "text_status": "metadata"})
    made = tmp_path_factory.mktemp("search") / "w.duckdb"
    filled(made, rows)
    return made


def places(hits: list[Hit]) -> list[tuple[str, str | None]]:
    return [(hit.language, hit.place) for hit in hits]


def test_a_text_read_in_two_formats_is_found_once_in_the_better(path: Path) -> None:
    (hit,) = search(path, "policy fund", limit=1)
    assert (hit.document_id, hit.place, hit.has_all) == ("en.docx", "1", True)
    assert places(search(path, "policy")) == [("en", "1"), ("en", "2")]


def test_stems_end_where_another_word_begins(path: Path) -> None:
    assert ("en", "4") not in places(search(path, '"the fund"'))
    assert places(search(path, '"a fund for developments"')) == [("en", "5")]
    assert places(search(path, "бюджет")) == [("ru", "1")]


def test_what_holds_a_word_more_often_ranks_higher(path: Path) -> None:
    scores = {hit.place: hit.score for hit in search(path, "develop")}
    assert scores.keys() == {"5", None}
    fund = [hit.place for hit in search(path, "fund", language="en")]
    assert set(fund) == {"1", "2", "3", "5"} and fund.index("1") < fund.index("2")


def test_chinese_wrapped_over_lines_is_one_word(path: Path) -> None:
    assert places(search(path, "最不发达国家")) == [("zh", "1")]
    assert places(search(path, "方案")) == [("zh", "1"), ("zh", "2")]
    assert places(search(path, "fund 方案")) == [("zh", "1")]
    assert search(path, "最不发达国家")[0].snippet == "支援最不发达国家的Fund方案"


def test_numbers_and_symbols_are_whole(path: Path) -> None:
    for words in ("74/232", "A/RES/74/232", '"74/232 B"'):
        assert places(search(path, words)) == [("en", "4")], words
    assert search(path, "4/232") == [] == search(path, "74/23")
    assert [hit.symbol for hit in search(path, "A/RES/70/1")] == ["A/RES/70/1"]


def test_special_characters_mean_themselves(path: Path) -> None:
    assert places(search(path, "alone'; DROP TABLE mart_paragraph")) == [("en", "5")]
    for words in ("a.*b", r"fun\w", "f[u]nd", "fund|policy"):
        assert search(path, words) == [], words
    for words in ("(", "...", ""):
        with pytest.raises(SearchError):
            search(path, words)


def test_snippets_show_the_first_match() -> None:
    text = "word " * 100 + "needle " + "word " * 100
    made = snippet(text, terms_of("needle"))
    assert "needle" in made and made.startswith("… ") and made.endswith(" …") and len(made) < 300
