"""Mandates over a whole release: their load, what followed them up, what changed, what was pending."""

from warehouse.schema.declare import MONEY, Field, Table
from warehouse.tables.common import DOCUMENT_ID

_SYMBOL = Field("symbol", "VARCHAR", "Symbol of the mandate in its full form.", required=True)

MANDATE_LOAD = Table(
    name="mart_mandate_load",
    grain="one row per symbol in a list of mandates",
    key=("symbol",),
    room="mandate",
    fields=(
        _SYMBOL,
        Field("organ", "VARCHAR", "Organ that adopted it; as the list names it where nothing else is known."),
        Field("title", "VARCHAR", "Title, in English where it is known in English."),
        Field("adopted_on", "DATE", "Date of adoption, where it is known."),
        Field("adopted_year", "INTEGER", "Year of adoption."),
        Field(
            "adopted_year_basis",
            "VARCHAR",
            "How the year is known: date, stated (by texts that cite it), symbol (the year is part of it) or session "
            "(year its session opened; the adoption may be a year later).",
            allowed=("date", "stated", "symbol", "session"),
        ),
        Field("first_edition_year", "INTEGER", "First edition of the release that invokes it."),
        Field("last_edition_year", "INTEGER", "Last edition of the release that invokes it."),
        Field("age_years", "INTEGER", "Years from adoption to the last edition that invokes it.", unit="years"),
        Field("edition_count", "INTEGER", "Editions that invoke it.", required=True),
        Field("section_count", "INTEGER", "Sections that invoke it.", required=True),
        Field("subprogramme_count", "INTEGER", "Subprogrammes that invoke it, over all sections.", required=True),
        Field("document_count", "INTEGER", "Documents that invoke it; each format and language counts.", required=True),
        Field("edition_years", "VARCHAR[]", "Editions that invoke it."),
        Field("section_codes", "VARCHAR[]", "Sections that invoke it."),
        Field("subprogramme_codes", "VARCHAR[]", "Subprogrammes that invoke it, section first, such as 10.1."),
        Field(
            "follow_up_count", "INTEGER", "Newer texts that follow it up, see mart_mandate_follow_up.", required=True
        ),
        Field("latest_follow_up", "VARCHAR", "The newest of them."),
        Field("has_text", "BOOLEAN", "True where its text was read.", required=True),
    ),
)

MANDATE_FOLLOW_UP = Table(
    name="mart_mandate_follow_up",
    grain="one row per mandate, newer text and what ties them",
    key=("symbol", "follow_up_symbol", "basis"),
    room="mandate",
    fields=(
        _SYMBOL,
        Field("follow_up_symbol", "VARCHAR", "The newer text.", required=True),
        Field(
            "basis",
            "VARCHAR",
            "same_title: adopted later under the same title; recalls_it: its text cites the mandate.",
            required=True,
            allowed=("same_title", "recalls_it"),
        ),
        Field("title", "VARCHAR", "Title of the newer text."),
        Field("adopted_year", "INTEGER", "Year the newer text was adopted."),
        Field("is_mandate", "BOOLEAN", "True where the newer text is in a list of mandates itself.", required=True),
    ),
)

MANDATE_CHANGE = Table(
    name="mart_mandate_change",
    grain="one row per document of two successive editions and mandate of either",
    key=("document_part", "edition_year", "symbol"),
    room="mandate",
    fields=(
        Field("document_part", "VARCHAR", "The document in both editions, such as (Sect. 10).", required=True),
        Field("section_code", "VARCHAR", "Section."),
        _SYMBOL,
        Field("previous_edition_year", "INTEGER", "The earlier edition.", required=True),
        Field("edition_year", "INTEGER", "The later edition.", required=True),
        Field(
            "status",
            "VARCHAR",
            "added, retained or dropped from the earlier edition to the later.",
            required=True,
            allowed=("added", "retained", "dropped"),
        ),
        Field("title", "VARCHAR", "Title, in English where it is known in English."),
        Field(
            "previous_places",
            "VARCHAR[]",
            "Entities and subprogrammes that invoked it before; programme for the whole.",
        ),
        Field("places", "VARCHAR[]", "Entities and subprogrammes that invoke it now; programme for the whole."),
        Field("is_moved", "BOOLEAN", "True where it is retained in other places.", required=True),
    ),
)

PENDING_MATCH = Table(
    name="mart_pending_match",
    grain="one row per placeholder in a list of mandates and text that may be behind it",
    key=("pending_match_id",),
    room="mandate",
    fields=(
        Field("pending_match_id", "VARCHAR", "Mandate and rank.", required=True),
        Field(
            "mandate_id",
            "VARCHAR",
            "The placeholder, which keeps its own symbol.",
            required=True,
            references="mart_mandate.mandate_id",
        ),
        DOCUMENT_ID,
        Field("pending_symbol", "VARCHAR", "The placeholder's symbol, such as A/RES/76/XXX.", required=True),
        Field("pending_title", "VARCHAR", "Title printed beside it."),
        Field(
            "candidate_symbol",
            "VARCHAR",
            "Text of the same organ and session that the document does not name.",
            required=True,
        ),
        Field("candidate_title", "VARCHAR", "Title of that text."),
        Field("adopted_on", "DATE", "Date of its adoption."),
        Field("candidate_rank", "INTEGER", "1 for the best.", required=True),
        Field("candidate_count", "INTEGER", "Candidates in all.", required=True),
        Field("title_likeness", MONEY, "How alike the titles are, 0 to 1.", unit="share", required=True),
        Field(
            "title_basis",
            "VARCHAR",
            "same_language, or other_language: compared through words that go together in titles known in both.",
            required=True,
            allowed=("same_language", "other_language"),
        ),
        Field(
            "is_adopted_after_listed",
            "BOOLEAN",
            "True where it was adopted on or after the last text of its session that the document names; NULL where "
            "a date is not known.",
        ),
        Field(
            "is_number_above_listed",
            "BOOLEAN",
            "True where its number is above those of its session that the document names.",
            required=True,
        ),
        Field("is_match", "BOOLEAN", "True for the one candidate that title and date speak for.", required=True),
    ),
)

_VOTED_SYMBOL = Field("symbol", "VARCHAR", "The resolution.", required=True, references="mart_resolution.symbol")
_VOTES = "as the record states them; NULL where it states none."

VOTE = Table(
    name="mart_vote",
    grain="one row per resolution of the release whose record in the Digital Library says how it was adopted",
    key=("symbol",),
    room="mandate",
    fields=(
        _VOTED_SYMBOL,
        Field("voted_on", "DATE", "Date of the vote or of the adoption without one."),
        Field("meeting", "VARCHAR", "Meeting, by the symbol of its record."),
        Field("draft_symbol", "VARCHAR", "Draft voted on."),
        Field("result", "VARCHAR", "The result in the record's words, such as adopted without vote."),
        Field("yes_count", "INTEGER", f"Votes in favour, {_VOTES}", unit="votes"),
        Field("no_count", "INTEGER", f"Votes against, {_VOTES}", unit="votes"),
        Field("abstention_count", "INTEGER", f"Abstentions, {_VOTES}", unit="votes"),
        Field("non_voting_count", "INTEGER", f"Members that did not vote, {_VOTES}", unit="votes"),
        Field("total_count", "INTEGER", f"Voting members, {_VOTES}", unit="votes"),
        Field(
            "is_consistent",
            "BOOLEAN",
            "False where the counts differ from the votes listed in mart_country_vote; NULL where none are listed.",
        ),
    ),
)

COUNTRY_VOTE = Table(
    name="mart_country_vote",
    grain="one row per resolution of the release and member listed in the record of its vote",
    key=("symbol", "place"),
    room="mandate",
    fields=(
        _VOTED_SYMBOL,
        Field("place", "INTEGER", "Place in the record's list, from 1.", required=True),
        Field("country_code", "VARCHAR", "Code of the member in the record."),
        Field("country", "VARCHAR", "Name of the member in the record.", required=True),
        Field(
            "vote",
            "VARCHAR",
            "How it voted; NULL for a mark of another kind.",
            allowed=("yes", "no", "abstention", "non_voting"),
        ),
        Field("printed_text", "VARCHAR", "The mark in the record; NULL where there is none."),
    ),
)

MANDATE_TABLES = (VOTE, COUNTRY_VOTE, MANDATE_LOAD, MANDATE_FOLLOW_UP, MANDATE_CHANGE, PENDING_MATCH)
