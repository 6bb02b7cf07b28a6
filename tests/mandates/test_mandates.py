"""Mandates over a release: load, follow-ups, changes between editions, placeholders matched with their evidence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from pipelines.mandates import change_rows, follow_up_rows, load_rows, match_rows
from pipelines.mandates.facts import Date, adopted, dates_of, follows, part_of_edition, titles
from tests.shared import BUNDLED, asked, judged, released

DOCUMENTS = {
    f"{edition}-{section}": {
        "document_id": f"{edition}-{section}",
        "symbol": f"A/{edition - 1946}/6 (Sect. {section})",
        "kind": "fascicle",
        "language": "en",
        "edition_year": edition,
    }
    for edition in (2026, 2027)
    for section in ("8", "10")
}
LANGUAGES = dict.fromkeys(DOCUMENTS, "en")


def mandate(
    edition: int, section: str, symbol: str, title: str = "A title", sub: str | None = "1", **more: Any
) -> dict[str, Any]:
    return {
        "mandate_id": f"{edition}-{section}#{sub}:{symbol}",
        "document_id": f"{edition}-{section}",
        "edition_year": edition,
        "section_code": section,
        "entity_code": None,
        "subprogramme_code": sub,
        "symbol": symbol,
        "title": title,
        "is_pending": "XXX" in symbol,
        "organ": "General Assembly resolutions",
    } | more


def resolution(symbol: str, title: str | None, day: date | None, status: str = "metadata") -> dict[str, Any]:
    return {
        "symbol": symbol,
        "organ": "General Assembly",
        "title": title,
        "adopted_on": day,
        "text_status": status,
        "document_id": None,
    }


@pytest.mark.parametrize(
    ("symbol", "year", "basis"),
    [
        ("A/RES/60/1", 2001, "date"),
        ("A/RES/60/2", 2005, "session"),
        ("A/RES/13 (I)", 1946, "session"),
        ("E/RES/2021/19", 2021, "symbol"),
        ("S/RES/1325 (2000)", 2000, "symbol"),
        ("S/PRST/2011/15", 2011, "symbol"),
        ("A/HRC/RES/48/3", 2021, "session"),
        ("E/CN.7/RES/63/1", 2020, "session"),
    ],
)
def test_the_year_of_adoption_and_how_it_is_known(symbol: str, year: int, basis: str) -> None:
    found = adopted(symbol, {"A/RES/60/1": Date(date(2001, 1, 1), "date")})
    assert found is not None and (found.year, found.basis) == (year, basis)


@pytest.mark.parametrize("symbol", ["A/80/32", "A/RES/ES-10/17", "UNEP/GC/DEC/19/1"])
def test_a_year_that_nothing_names_is_none(symbol: str) -> None:
    assert adopted(symbol, {}) is None


def test_a_date_stated_by_citing_texts_counts_where_they_agree() -> None:
    days = [date(2016, 12, 21), date(2016, 12, 21), date(2016, 12, 12), date(2017, 1, 1), date(2017, 1, 2)]
    symbols = ["A/RES/71/1", "A/RES/71/1", "A/RES/71/1", "A/RES/71/2", "A/RES/71/2"]
    cited = [{"symbol": symbol, "stated_on": day} for symbol, day in zip(symbols, days, strict=True)]
    assert dates_of([], cited) == {"A/RES/71/1": Date(date(2016, 12, 21), "stated")}


@pytest.mark.parametrize(
    ("new", "old", "is_later"),
    [
        ("A/RES/75/1", "A/RES/74/300", True),
        ("A/RES/74/232 B", "A/RES/74/232", True),
        ("A/RES/74/2", "A/RES/74/10", False),
        ("E/RES/2021/19", "A/RES/70/1", True),
        ("E/RES/2015/19", "A/RES/70/1", False),
        ("A/RES/70/1", "A/RES/70/1", False),
        ("UNEP/GC/DEC/19/1", "A/RES/1/1", False),
    ],
)
def test_what_was_adopted_later(new: str, old: str, is_later: bool) -> None:
    assert follows(new, old, {}) is is_later


def test_the_load_counts_where_a_mandate_is_invoked_and_since_when() -> None:
    rows = [
        mandate(2026, "10", "A/RES/56/227"),
        mandate(2026, "10", "A/RES/56/227", sub="2"),
        mandate(2027, "10", "A/RES/56/227"),
        mandate(2027, "8", "A/RES/56/227", sub=None),
        mandate(2027, "8", "A/RES/81/XXX"),
        mandate(2027, "8", "A/RES/60/1", title="Outcome (para. 3)"),
        mandate(2027, "10", "A/RES/60/1", title="Outcome"),
    ]
    known = {"A/RES/56/227": resolution("A/RES/56/227", "Least developed", date(2001, 12, 24), "text")}
    named = titles(rows, known.values(), LANGUAGES)
    follow = [{"symbol": "A/RES/56/227", "follow_up_symbol": "A/RES/65/280"}]
    loads = {row["symbol"]: row for row in load_rows(rows, known, dates_of(known.values(), []), named, follow)}
    assert loads.keys() == {"A/RES/56/227", "A/RES/60/1"}
    load = loads["A/RES/56/227"]
    assert (load["edition_years"], load["section_codes"], load["subprogramme_codes"]) == (
        ["2026", "2027"],
        ["8", "10"],
        ["10.1", "10.2"],
    )
    assert (load["first_edition_year"], load["age_years"], load["adopted_year_basis"]) == (2026, 26, "date")
    assert (load["follow_up_count"], load["latest_follow_up"], load["has_text"]) == (1, "A/RES/65/280", True)
    assert loads["A/RES/60/1"]["title"] == "Outcome"


def test_follow_ups_are_of_one_title_or_recall() -> None:
    rows = [
        mandate(2026, "10", "A/RES/74/232", title="Follow-up to the Conference"),
        mandate(2026, "10", "A/RES/75/227", title="Follow-up to the conference "),
        mandate(2026, "10", "A/RES/75/1", title="Another"),
    ]
    citing = [
        {"symbol": "A/RES/74/232", "citing_symbol": "A/RES/76/258"},
        {"symbol": "A/RES/75/227", "citing_symbol": "A/RES/74/1"},
    ]
    found = follow_up_rows(rows, {}, titles(rows, [], LANGUAGES), citing)
    assert [(r["symbol"], r["follow_up_symbol"], r["basis"], r["is_mandate"]) for r in found] == [
        ("A/RES/74/232", "A/RES/75/227", "same_title", True),
        ("A/RES/74/232", "A/RES/76/258", "recalls_it", False),
    ]


def test_changes_compare_like_with_like() -> None:
    rows = [
        mandate(2026, "10", "A/RES/1/1"),
        mandate(2026, "10", "A/RES/1/2"),
        mandate(2027, "10", "A/RES/1/2", sub="2"),
        mandate(2027, "10", "A/RES/1/3"),
        mandate(2027, "10", "A/RES/81/XXX"),
        mandate(2026, "8", "A/RES/1/4"),
    ]
    found = change_rows(rows, DOCUMENTS, {})
    assert [(r["symbol"], r["status"], r["previous_places"], r["places"], r["is_moved"]) for r in found] == [
        ("A/RES/1/1", "dropped", ["1"], [], False),
        ("A/RES/1/2", "retained", ["1"], ["2"], True),
        ("A/RES/1/3", "added", [], ["1"], False),
    ]
    assert part_of_edition("A/80/6 (Sect. 3)/Add.2") == "(Sect. 3)/Add.2"


def test_a_section_without_any_list_is_not_compared() -> None:
    """That no list was read says nothing of its mandates: it may be a part that has none."""
    assert change_rows([mandate(2026, "8", "A/RES/1/4")], DOCUMENTS, {}) == []


KNOWN = [
    resolution("A/RES/80/10", "Oceans", date(2025, 12, 1)),
    resolution("A/RES/80/90", "Programme of Action for the Decade", date(2026, 4, 1)),
    resolution("A/RES/80/95", "Protection of the climate", date(2026, 5, 1)),
    resolution("A/RES/79/90", "Programme of Action for the Decade", date(2025, 4, 1)),
]


def matched(
    pending: dict[str, Any], *others: dict[str, Any], known: list[dict[str, Any]] = KNOWN
) -> list[dict[str, Any]]:
    rows = [pending, *others]
    return match_rows(rows, [], known, titles(rows, known, LANGUAGES), LANGUAGES)


def test_a_placeholder_is_matched_by_title_and_date_with_the_evidence() -> None:
    pending = mandate(2027, "10", "A/RES/80/XXX", title="Programme of action for the decade 2026")
    best, other = matched(pending, mandate(2027, "10", "A/RES/80/10", title="Oceans"))
    assert (best["candidate_symbol"], best["is_match"], best["is_adopted_after_listed"], best["candidate_count"]) == (
        "A/RES/80/90",
        True,
        True,
        2,
    )
    assert best["title_likeness"] > Decimal("0.7") and best["title_basis"] == "same_language"
    assert (other["candidate_symbol"], other["is_match"]) == ("A/RES/80/95", False)


@pytest.mark.parametrize(
    ("title", "listed"),
    [
        ("Something else entirely", "A/RES/80/10"),  # no title like it
        ("Programme of Action for the Decade", "A/RES/80/95"),  # the text was adopted before one that is listed
        ("Programme of Action for the Decade", "A/RES/80/90"),  # it is listed under its number already
    ],
)
def test_without_title_and_date_nothing_is_called_a_match(title: str, listed: str) -> None:
    found = matched(mandate(2027, "10", "A/RES/80/XXX", title=title), mandate(2027, "10", listed, title="Oceans"))
    assert found and not any(row["is_match"] for row in found)


def test_two_texts_equally_like_are_both_left() -> None:
    twin = resolution("A/RES/80/91", "Programme of Action for the Decade", date(2026, 4, 2))
    pending = mandate(2027, "10", "A/RES/80/XXX", title="Programme of Action for the Decade")
    found = matched(pending, mandate(2027, "10", "A/RES/80/10"), known=[*KNOWN, twin])
    assert not any(row["is_match"] for row in found)


def test_the_placeholder_of_the_bundled_edition_is_matched_over_languages(tmp_path: Any) -> None:
    database = released(tmp_path, [judged(BUNDLED)])
    (match,) = asked(database, "FROM mart_pending_match")
    assert (match["pending_symbol"], match["candidate_symbol"], match["is_match"], match["title_basis"]) == (
        "A/RES/76/XXX",
        "A/RES/76/258",
        True,
        "other_language",
    )
    # The matched text is known in the release; the placeholder itself stays what is printed.
    assert "A/RES/76/258" in {row["symbol"] for row in asked(database, "FROM mart_resolution")}
    assert all(row["symbol"] != "A/RES/76/258" for row in judged(BUNDLED)["mart_mandate"])
