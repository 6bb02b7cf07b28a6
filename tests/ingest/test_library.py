"""Records of the Digital Library as rows, and their harvest."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import stamina
from click.testing import CliRunner

from pipelines.command import cli
from pipelines.ingest.fetch.harvest import Harvested, harvest
from pipelines.ingest.fetch.log import FetchLog
from pipelines.ingest.fetch.model import Clock as RealClock
from pipelines.ingest.fetch.settings import LibraryWatch
from pipelines.ingest.fetch.status import fetch_status, status_lines
from pipelines.ingest.library import (
    LibraryError,
    harvested_tables,
    library_records,
    record_rows,
    unread_symbols,
)
from pipelines.run.release_tables import harvested
from tests.ingest import fetch_server as faults
from tests.ingest.fetch_server import Clock, Handler, Service, serving
from warehouse.tables.documents import RESOLUTION

NAMESPACE = "http://www.loc.gov/MARC21/slim"
Fields = list[tuple[str, dict[str, str]]]

BIBLIOGRAPHIC: Fields = [
    ("191", {"a": "A/RES/76/258", "b": "A/", "c": "76"}),
    ("245", {"a": "Doha Programme of Action for the Least Developed Countries :", "b": "resolution /", "c": "adopted"}),
    ("269", {"a": "2022-04-08"}),
    ("991", {"a": "A/76/251", "b": "22(a).", "c": "GROUPS OF COUNTRIES IN SPECIAL SITUATIONS.", "d": "COUNTRIES"}),
    ("992", {"a": "2022-04-01"}),
    ("993", {"a": "A/76/PV.61"}),
    ("993", {"a": "A/76/555"}),
    ("993", {"a": "A/76/L.47"}),
    ("996", {"a": "Adopted without vote, 61st plenary meeting"}),
]
VOTING: Fields = [
    ("245", {"a": "Programme planning :", "b": "resolution /"}),
    ("269", {"a": "20211224"}),
    ("791", {"a": "A/RES/76/236", "b": "A/", "c": "76"}),
    ("952", {"a": "A/76/PV.54"}),
    ("993", {"a": "A/C.5/76/L.14"}),
    ("967", {"a": "1", "c": "AAA", "d": "Y", "e": "FIRST LAND"}),
    ("967", {"a": "2", "c": "BBB", "d": "N", "e": "SECOND LAND"}),
    ("968", {"a": "3", "c": "CCC", "d": "A", "e": "THIRD LAND"}),
    ("969", {"a": "4", "c": "DDD", "e": "FOURTH LAND"}),
    ("996", {"b": "1", "c": "1", "d": "1", "e": "1", "f": "4"}),
]


def marcxml(*records: Fields) -> bytes:
    """Records as MARCXML."""
    parts = []
    for fields in records:
        inner = "".join(
            f'<datafield tag="{tag}" ind1=" " ind2=" ">'
            + "".join(f'<subfield code="{code}">{text}</subfield>' for code, text in subfields.items())
            + "</datafield>"
            for tag, subfields in fields
        )
        parts.append(f"<record><leader>00000nam a2200000 a 4500</leader>{inner}</record>")
    return f'<collection xmlns="{NAMESPACE}">{"".join(parts)}</collection>'.encode()


def test_a_bibliographic_record_is_a_row_of_the_resolutions_table() -> None:
    row = record_rows([marcxml(BIBLIOGRAPHIC)])["mart_resolution"][0]
    assert row == {
        "symbol": "A/RES/76/258",
        "organ": "General Assembly",
        "session_number": 76,
        "title": "Doha Programme of Action for the Least Developed Countries",
        "adopted_on": datetime.date(2022, 4, 1),
        "agenda_item": "22(a)",
        "agenda_title": "GROUPS OF COUNTRIES IN SPECIAL SITUATIONS",
        "source_document": None,
        "draft_symbol": "A/76/L.47",
        "meeting": "A/76/PV.61",
        "distributed_on": datetime.date(2022, 4, 8),
        "operative_count": None,
        "preambular_count": None,
        "text_status": "metadata",
        "document_id": None,
    }
    declared = {field.name for field in RESOLUTION.fields}
    assert set(row) <= declared


def test_a_voting_record_gives_the_vote_and_fills_gaps() -> None:
    row = record_rows([marcxml(VOTING)])["mart_resolution"][0]
    assert (row["title"], row["adopted_on"], row["distributed_on"]) == (
        "Programme planning",
        datetime.date(2021, 12, 24),
        None,
    )
    vote = record_rows([marcxml(VOTING)])["mart_vote"][0]
    assert vote == {
        "symbol": "A/RES/76/236",
        "voted_on": datetime.date(2021, 12, 24),
        "meeting": "A/76/PV.54",
        "draft_symbol": "A/C.5/76/L.14",
        "result": None,
        "yes_count": 1,
        "no_count": 1,
        "abstention_count": 1,
        "non_voting_count": 1,
        "total_count": 4,
        "is_consistent": True,
    }
    votes = [
        (row["country_code"], row["vote"], row["printed_text"])
        for row in record_rows([marcxml(VOTING)])["mart_country_vote"]
    ]
    assert votes == [
        ("AAA", "yes", "Y"),
        ("BBB", "no", "N"),
        ("CCC", "abstention", "A"),
        ("DDD", "non_voting", None),
    ]


def test_a_result_that_its_votes_contradict_is_kept_as_recorded() -> None:
    wrong = [(tag, {**subfields, "b": "2"} if tag == "996" else subfields) for tag, subfields in VOTING]
    vote = record_rows([marcxml(wrong)])["mart_vote"][0]
    assert vote["yes_count"] == 2 and vote["is_consistent"] is False
    assert record_rows([marcxml(BIBLIOGRAPHIC)])["mart_vote"][0]["is_consistent"] is None


def test_two_records_of_one_resolution_are_one_row() -> None:
    bibliographic: Fields = [
        ("191", {"a": "A/RES/76/236"}),
        ("245", {"a": "Programme planning :"}),
        ("269", {"a": "2021-12-30"}),
    ]
    for records in ((VOTING, bibliographic), (bibliographic, VOTING)):
        rows = record_rows([marcxml(record) for record in records])["mart_resolution"]
        assert len(rows) == 1
        assert rows[0]["adopted_on"] == datetime.date(2021, 12, 24)
        assert rows[0]["distributed_on"] == datetime.date(2021, 12, 30)
        assert rows[0]["draft_symbol"] == "A/C.5/76/L.14"


def test_what_a_record_lacks_is_none_and_a_year_is_no_date() -> None:
    row = record_rows([marcxml([("191", {"a": "A/RES/13(I)"}), ("269", {"a": "1946"}), ("992", {"a": "19469999"})])])[
        "mart_resolution"
    ][0]
    assert (row["symbol"], row["session_number"]) == ("A/RES/13 (I)", 1)
    assert {row[name] for name in ("title", "adopted_on", "agenda_item", "draft_symbol", "meeting")} == {None}


def test_a_leader_of_another_length_loses_no_record() -> None:
    data = marcxml(BIBLIOGRAPHIC, VOTING).replace(b"00000nam a2200000 a 4500", b"short", 1)
    assert [row["symbol"] for row in record_rows([data])["mart_resolution"]] == ["A/RES/76/236", "A/RES/76/258"]


def test_a_home_without_a_harvest_knows_nothing(tmp_path: Path) -> None:
    assert harvested_tables(tmp_path)["mart_resolution"] == []


def test_records_of_other_documents_are_passed_over_and_unread_symbols_named() -> None:
    data = marcxml([("191", {"a": "A/76/555"})], [("191", {"a": "A/RES/49/19[A-B]"})], [("245", {"a": "none"})])
    assert library_records(data) == []
    assert unread_symbols(data) == ["A/RES/49/19[A-B]"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><body>sorry</body>",
        b"plain",
        b'<!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/passwd">]><collection><record>&x;</record></collection>',
    ],
)
def test_what_is_no_marcxml_is_reported_in_one_line(data: bytes) -> None:
    with pytest.raises(LibraryError) as told:
        library_records(data)
    assert "\n" not in str(told.value)


@pytest.fixture(autouse=True)
def quick_retries() -> Iterator[None]:
    """Retries without their waits."""
    with stamina.set_testing(True, attempts=2, cap=True):
        yield


class Library:
    """An OAI-PMH server of three records in two pages; faults come before answers."""

    def __init__(self) -> None:
        self.faults: list[faults.Fault] = []
        self.asked: list[dict[str, str]] = []
        self.tokens = {"": ((BIBLIOGRAPHIC, "1"), (VOTING, "2")), "next": ((None, "3"),)}

    def answer(self, handler: Handler) -> None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(handler.path).query).items()}
        self.asked.append(query)
        if self.faults and (len(self.asked) > 1 or "resumptionToken" in query):
            self.faults.pop(0)(handler)
            return
        token = query.get("resumptionToken", "")
        if token not in self.tokens or query.get("from", "") > "2023":
            code = "badResumptionToken" if token else "noRecordsMatch"
            self.give(handler, f'<error code="{code}">none</error>')
            return
        records = "".join(self.record(fields, number) for fields, number in self.tokens[token])
        more = "" if token else "<resumptionToken>next</resumptionToken>"
        self.give(handler, f"<ListRecords>{records}{more}</ListRecords>")

    @staticmethod
    def record(fields: Fields | None, number: str) -> str:
        mark = "" if fields else ' status="deleted"'
        metadata = f"<metadata>{marcxml(fields).decode()}</metadata>" if fields else ""
        return (
            f"<record><header{mark}><identifier>oai:{number}</identifier><datestamp>2022-05-0{number}</datestamp>"
            f"</header>{metadata}</record>"
        )

    @staticmethod
    def give(handler: Handler, inner: str) -> None:
        text = f'<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">{inner}</OAI-PMH>'
        handler.give(text.encode(), Content_Type="text/xml")


@pytest.fixture
def library() -> Library:
    return Library()


@pytest.fixture
def service(library: Library) -> Iterator[Service]:
    with serving(Service(routes={"/oai2d": library.answer})) as running:
        yield running


def _harvest(home: Path, service: Service, clock: Clock, watch: LibraryWatch | None = None) -> Harvested:
    settings = service.settings(attempts=2)
    return harvest(watch or LibraryWatch(), home, settings, RealClock(clock.now, clock.sleep))


def _symbols(home: Path) -> list[str]:
    return [row["symbol"] for row in harvested_tables(home)["mart_resolution"]]


def test_a_harvest_takes_in_all_pages_and_next_time_what_changed_since(
    tmp_path: Path, service: Service, library: Library
) -> None:
    clock = Clock()
    watch = LibraryWatch(set="resolutions", since="2022-01-01")
    assert _harvest(tmp_path, service, clock, watch) == Harvested(2, 1, None)
    assert library.asked == [
        {"verb": "ListRecords", "metadataPrefix": "marcxml", "set": "resolutions", "from": "2022-01-01"},
        {"verb": "ListRecords", "resumptionToken": "next"},
    ]
    assert _symbols(tmp_path) == ["A/RES/76/236", "A/RES/76/258"]
    assert "2 records" in status_lines(fetch_status(tmp_path))[0]
    assert _harvest(tmp_path, service, clock, watch) == Harvested(0, 0, None)
    assert library.asked[-1]["from"] == "2023-11-14"
    assert _symbols(tmp_path) == ["A/RES/76/236", "A/RES/76/258"]


def test_the_command_harvests_what_a_watch_list_names(tmp_path: Path, service: Service, library: Library) -> None:
    (tmp_path / "mine.toml").write_text(service.toml() + "[library]\n")
    arguments = ["fetch", "--watch", str(tmp_path / "mine.toml"), "--home", str(tmp_path / "home")]
    result = CliRunner().invoke(cli, arguments, standalone_mode=False)
    assert result.return_value == 0, result.output
    assert "harvested Digital Library: 2 records, 1 deleted there" in result.output
    counts = {name: len(rows) for name, rows in harvested(tmp_path / "home").items()}
    assert counts == {"mart_resolution": 2, "mart_vote": 2, "mart_country_vote": 4}
    library.faults = [faults.page] * 2
    result = CliRunner().invoke(cli, arguments, standalone_mode=False)
    assert result.return_value == 3 and "failed    Digital Library: 0 records" in result.output


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (faults.page, "no answer of OAI-PMH"),
        (faults.nothing, "no answer of OAI-PMH"),
        (faults.status(503), "status 503"),
        (faults.truncated(b"<?xml version='1.0'?><OAI-PMH>" + b" " * 900, 400), "broke off"),
        (lambda handler: handler.give(b"<?xml version='1.0'?><OAI-PMH><ListRecords>"), "cut off or damaged"),
    ],
)
def test_a_harvest_cut_short_goes_on_where_it_stopped(
    tmp_path: Path, service: Service, library: Library, fault: faults.Fault, words: str
) -> None:
    clock = Clock()
    library.faults = [fault, fault]
    harvested = _harvest(tmp_path, service, clock)
    assert harvested.records == 2 and words in str(harvested.reason)
    assert any(words in line and "go on" in line for line in status_lines(fetch_status(tmp_path)))
    library.faults = []
    assert _harvest(tmp_path, service, clock) == Harvested(0, 1, None)
    assert library.asked[-1] == {"verb": "ListRecords", "resumptionToken": "next"}
    assert _symbols(tmp_path) == ["A/RES/76/236", "A/RES/76/258"]


def test_the_asset_harvests_what_a_watch_list_names(tmp_path: Path, service: Service) -> None:
    from dagster import DagsterInstance, RunConfig, materialize

    from pipelines.defs.fetch import HarvestConfig, library_record

    def found() -> tuple[object, object]:
        run_config = RunConfig(ops={"library_record": HarvestConfig(home=str(tmp_path))})
        with DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
            result = materialize([library_record], run_config=run_config, instance=instance)
        metadata = result.asset_materializations_for_node("library_record")[0].metadata
        return metadata["records"].value, metadata["stopped"].value

    assert found() == (0, "no")
    (tmp_path / "sources.toml").write_text(service.toml() + "[library]\n")
    assert found() == (2, "no")


def test_a_list_that_the_server_forgot_is_started_again(tmp_path: Path, service: Service, library: Library) -> None:
    clock = Clock()
    del library.tokens["next"]
    assert "no longer knows" in str(_harvest(tmp_path, service, clock).reason)
    library.tokens["next"] = ((None, "3"),)
    assert _harvest(tmp_path, service, clock) == Harvested(2, 1, None)
    assert _symbols(tmp_path) == ["A/RES/76/236", "A/RES/76/258"]


def test_a_record_deleted_there_is_gone_here_and_an_older_one_replaces_nothing(tmp_path: Path) -> None:
    log = FetchLog(tmp_path)
    log.set_record("oai:1", "2022-05-02", marcxml(BIBLIOGRAPHIC))
    log.set_record("oai:1", "2022-05-01", marcxml(VOTING))
    assert [row["symbol"] for row in record_rows(log.records())["mart_resolution"]] == ["A/RES/76/258"]
    log.set_record("oai:1", "2022-05-03", None)
    assert list(log.records()) == []
